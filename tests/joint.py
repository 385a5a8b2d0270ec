"""What the tests of joint activities share: small IATI files of our own, and what a profile says of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from comity.api import Comity
from comity.model import Figure

ILO, WHO, FAO = "XM-DAC-41302", "XM-DAC-928", "XM-DAC-41301"
KOICA, MOFA, KOREA, JAPAN = "KR-GOV-051", "KR-GOV-050", "KR-GOV-010", "XM-DAC-701"
YEARS = (2018, 2022)


# Files


def org(tag: str, who: str, **more: str) -> str:
    """An organisation by its identifier, which has a dash, or its name."""
    attributes = "".join(f" {n.replace('_', '-')}={quoteattr(v)}" for n, v in more.items())
    if "-" in who:
        return f"<{tag} ref={quoteattr(who)}{attributes}/>"
    return f"<{tag}{attributes}><narrative>{escape(who)}</narrative></{tag}>"


def takes_part(*pairs: tuple[str, str]) -> str:
    """Participating organisations by (role, identifier or name)."""
    return "".join(org("participating-org", who, role=role) for role, who in pairs)


def moves(
    type_: str, value: str, day: str | None, inner: str = "", *,
    provider: str | None = None, receiver: str | None = None,
    currency: str | None = None, value_date: str | None = None,
) -> str:  # fmt: skip
    about = "".join(
        f" {n}={quoteattr(v)}" for n, v in (("currency", currency), ("value-date", value_date)) if v
    )
    named = (("provider-org", provider), ("receiver-org", receiver))
    return (
        f"<transaction><transaction-type code={quoteattr(type_)}/>"
        + (f"<transaction-date iso-date={quoteattr(day)}/>" if day else "")
        + f"<value{about}>{value}</value>"
        + "".join(org(tag, who) for tag, who in named if who)
        + f"{inner}</transaction>"
    )


def country(code: str, percentage: str | None = None) -> str:
    share = f" percentage={quoteattr(percentage)}" if percentage else ""
    return f"<recipient-country code={quoteattr(code)}{share}/>"


def region(code: str, percentage: str | None = None) -> str:
    return country(code, percentage).replace("recipient-country", "recipient-region")


def sector(code: str, percentage: str | None = None, vocabulary: str = "1") -> str:
    share = f" percentage={quoteattr(percentage)}" if percentage else ""
    return f"<sector vocabulary={quoteattr(vocabulary)} code={quoteattr(code)}{share}/>"


def activity(
    id_: str, reporter: str, *elements: str, secondary: bool = False, start: str | None = "2019-01-01",
    end: str | None = "2021-12-31", updated: str = "2024-01-01T00:00:00", level: int | None = None,
    currency: str | None = "USD",
) -> str:  # fmt: skip
    attributes = {
        "last-updated-datetime": updated,
        "hierarchy": None if level is None else str(level),
        "default-currency": currency,
    }
    head = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    dates = "".join(
        f"<activity-date type='{type_}' iso-date='{day}'/>"
        for type_, day in (("2", start), ("4", end)) if day
    )  # fmt: skip
    return (
        f"<iati-activity{head}><iati-identifier>{id_}</iati-identifier>"
        + org("reporting-org", reporter, **({"secondary_reporter": "1"} if secondary else {}))
        + f"<title><narrative>{id_}</narrative></title>{dates}{''.join(elements)}</iati-activity>"
    )


def load(store: Comity, folder: Path, **files: Iterable[str]) -> Comity:
    """Loads files of these activities, by their names; gives the store."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, activities in files.items():
        text = f"<iati-activities version='2.03'>{''.join(activities)}</iati-activities>"
        (folder / f"{name}.xml").write_text(text)
    store.load(folder)
    return store


FOR_KOICA = takes_part(("1", KOICA), ("4", ILO))


# Answers


def asked(store: Comity, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.sql(query).to_pylist()
    return found


def figures(
    store: Comity, partner: str = "KOR", organisation: str = "ILO", years: Any = YEARS, **more: Any
) -> dict[str, Figure]:
    """The figures on programmes, by the ends of their ids."""
    profile = store.profile(partner, organisation, years, **more).profile
    return {f.measure.removeprefix("programmes."): f for f in profile.family("programmes")}


def items(figure: Figure) -> list[dict[str, Any]]:
    return [dict(item) for item in figure.items or ()]


def spending(figure: Figure) -> dict[tuple[str | None, str | None], Decimal]:
    """Its items' spending by code and flag."""
    listed = [i for i in items(figure) if i.get("spend_usd") is not None]
    found = {(i.get("code"), i.get("flag")): i["spend_usd"] for i in listed}
    assert len(found) == len(listed)
    return found
