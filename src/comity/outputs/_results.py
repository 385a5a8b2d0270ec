"""Results of activities with their indicators: of each the latest period, as published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import source_name
from comity.model import Item, Profile
from comity.outputs import _parts as parts

MOST = 20
"""More indicators than these are counted, and listed by a command."""
_LONGEST = 120
_PERCENT = "2"
"""IATI's code of an indicator that is measured in per cent."""


def table(profile: Profile, lang: str) -> Iterator[Table]:
    """One table, where results are published; values stand as the publisher wrote them, which need not be
    numbers."""
    _ = i18n.translator(lang)
    latest = _latest(profile)
    if not latest:
        return
    several = len({item["activity_id"] for item in latest}) > 1
    rows = tuple(
        (
            Cell(parts.shortened(item.get("indicator_title") or item.get("result_title"), _LONGEST)),
            Cell(parts.shortened(item["result_title"], _LONGEST) if item.get("indicator_title") else ""),
            Cell(parts.days(item.get("period_start"), item.get("period_end"), lang)),
            *(Cell(_value(item, name)) for name in ("baseline", "target", "actual")),
            Cell(parts.text(item["activity_id"]) if several else ""),
        )
        for item in latest[:MOST]
    )
    names = (_("Indicator"), _("Result"), _("Period"), _("Baseline"), _("Target"), _("Actual"), _("Activity"))
    notes = [_("Of each indicator the latest period for the whole of it, in the publisher's own words.")]
    if more := len(latest) - MOST:
        command = (
            f"comity evidence {profile.partner.id} {profile.organisation.id} programmes.results"
            f" --years {profile.period.start}-{profile.period.end}"
        )
        message = _("Indicators that are not shown here: {count}. All of them: {command}")
        notes += [message.format(count=i18n.whole(more, lang), command=command)] if more > 0 else []
    caption = _("Results published in {source}").format(source=source_name("iati", lang))
    columns, kept = parts.used(names, rows)
    yield Table(caption, columns, kept, notes=tuple(notes))


def _latest(profile: Profile) -> list[Item]:
    """An item for each indicator, or result without one: that of its latest period with a value."""
    found: dict[tuple[object, ...], Item] = {}
    for item in parts.items_of(profile.get("programmes.results")):
        key = (item.get("result"), item.get("indicator_title"))
        if key not in found or _rank(item) > _rank(found[key]):
            found[key] = item
    return list(found.values())


def _rank(item: Item) -> tuple[bool, date]:
    day = item.get("period_start")
    return item.get("actual") is not None, day if isinstance(day, date) else date.min


def _value(item: Item, name: str) -> str:
    words = parts.text(item.get(name))
    if _is_number(words) and item.get("measure") == _PERCENT:
        words += "\u00a0%"
    year = item.get("baseline_year") if name == "baseline" and words else None
    return f"{words} ({year})" if year else words


def _is_number(words: str) -> bool:
    try:
        return Decimal(words).is_finite()
    except ArithmeticError:
        return False
