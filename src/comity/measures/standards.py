"""Conventions of the organisation on a date: three counts that differ, and categories (R39, R40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, count_of
from comity.rules import standards as rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ACTS = tuple(("ratifications", column, "party") for column in ("registered", "in_force", "denounced"))
_CATEGORIES = tuple(("instrument_categories", column, "") for column in ("valid_from", "valid_to"))


def _acts(tables: Tables) -> ir.Table:
    """Ratifications with what is known of their instruments on the requests' dates, and which tests of R39
    they meet. A ratification counts also where nothing is known of its instrument."""
    import ibis

    asked = tables.request.select("request", "organisation", "partner", "as_of")
    found = asked.join(tables.ratifications.rename(partner="party"), ["partner", "organisation"])
    one, held = tables.instruments, tables.instrument_categories
    one = one.select("id", "title", "kind", "ended_year", of_organisation="organisation")
    held = held.select("id", "category", "subject", "valid_from", "valid_to")
    known = one.join(held, "id")
    about = known.mutate(until=known.valid_to.coalesce(ibis.date(9999, 12, 31)))
    found = found.left_join(
        about,
        [
            found.instrument == about.id,
            found.organisation == about.of_organisation,
            found.as_of >= about.valid_from,
            found.as_of < about.until,
        ],
    )
    return found.select(
        "request", "instrument", "title", "category", "subject", "registered", "in_force",
        "denounced", "stated_by", "confidence", "note", "source", "dataset", "snapshot", "locator",
        _kind=found.kind.coalesce("convention"), _registered=rule.registered(found),
        _not_denounced=rule.not_denounced(found), _in_force=rule.in_force(found),
    )  # fmt: skip


def _existing(tables: Tables) -> ir.Table:
    asked = tables.request.select("request", "organisation", "as_of")
    one = tables.instruments
    one = one.filter(one.kind == "convention")
    one = one.select("organisation", "title", "adopted", instrument="id")
    held = tables.instrument_categories.rename(instrument="id")
    found = asked.join(one, "organisation").join(held.filter(held.category == "fundamental"), "instrument")
    return found.filter(rule.category_holds(found)).select(
        "request", "instrument", "title", "category", "subject", "adopted", "valid_from",
        "stated_by", "confidence", "note", "source", "dataset", "snapshot", "locator",
    )  # fmt: skip


def _measure(name: str, meaning: str, test: str, kind: str = "convention", category: str = "") -> Measure:
    def where(rows: ir.Table) -> ir.BooleanValue:
        wanted = rows[f"_{test}"] & (rows["_kind"] == kind)
        return wanted & (rows.category == category) if category else wanted

    return Measure(
        id=f"standards.{name}",
        unit="count",
        basis="register",
        meaning=meaning,
        covers=("ratifications",),
        base=_acts,
        where=where,
        fold=count_of("instrument"),
        listed=True,
        dated=True,
        organisations=("ILO",),
        changes=(*_ACTS, *_CATEGORIES),
    )


MEASURES = (
    _measure("registered", "Conventions whose ratification was ever registered", "registered"),
    _measure("not_denounced", "Conventions ratified and not denounced", "not_denounced"),
    _measure("in_force", "Conventions in force for the State", "in_force"),
    _measure(
        "fundamental", "Fundamental conventions ratified and not denounced", "not_denounced",
        category="fundamental",
    ),
    Measure(
        id="standards.fundamental_existing",
        unit="count",
        basis="register",
        meaning="Conventions that are fundamental on the date",
        covers=(),
        base=_existing,
        fold=count_of("instrument"),
        listed=True,
        dated=True,
        organisations=("ILO",),
        changes=_CATEGORIES,
    ),
    _measure(
        "governance", "Governance conventions ratified and not denounced", "not_denounced",
        category="governance",
    ),
    _measure(
        "technical", "Technical conventions ratified and not denounced", "not_denounced",
        category="technical",
    ),
    _measure("protocols", "Protocols ratified and not denounced", "not_denounced", kind="protocol"),
)  # fmt: skip
