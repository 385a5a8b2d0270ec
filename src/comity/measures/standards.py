"""Conventions of the organisation on a date: three counts that differ, and categories (R39, R40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, count_of
from comity.rules import standards as rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ACTS = tuple(("ratifications", column, "party") for column in ("registered", "in_force", "denounced"))
_CATEGORIES = tuple(("instrument_categories", column, "") for column in ("valid_from", "valid_to"))

Test = Callable[["ir.Table"], "ir.BooleanValue"]


def _instruments(tables: Tables) -> ir.Table:
    """Instruments with the category each has on the requests' dates."""
    asked = tables.request.select("request", "organisation", "as_of")
    one = tables.instruments
    one = one.select("organisation", "title", "adopted", "kind", "ended_year", instrument=one.id)
    over_time = tables.instrument_categories
    over_time = over_time.select("category", "subject", "valid_from", "valid_to", instrument=over_time.id)
    dated = asked.join(one, "organisation").join(over_time, "instrument")
    return dated.filter(rule.category_holds(dated))


def _ratified(test: Test, kind: str, category: str) -> Callable[[Tables], ir.Table]:
    def rows(tables: Tables) -> ir.Table:
        asked = tables.request.select("request", "organisation", "partner", "as_of")
        acts = tables.ratifications.rename(partner="party")
        about = _instruments(tables)
        about = about.select("request", "instrument", "title", "kind", "category", "subject", "ended_year")
        # A ratification counts also where nothing is known of its instrument.
        found = asked.join(acts, ["partner", "organisation"])
        found = found.left_join(about, ["request", "instrument"], rname="{name}_again")
        wanted = test(found) & (found.kind.coalesce("convention") == kind)
        if category:
            wanted = wanted & (found.category == category)
        found = found.filter(wanted)
        return found.select(
            "request", "instrument", "title", "category", "subject", "registered", "in_force",
            "denounced", "stated_by", "confidence", "note", "source", "dataset", "snapshot", "locator",
        )  # fmt: skip

    return rows


def _existing(tables: Tables) -> ir.Table:
    held = tables.instrument_categories
    origin = held.select(
        "valid_from", "stated_by", "confidence", "note", "source", "dataset", "snapshot", "locator",
        instrument=held.id,
    )  # fmt: skip
    found = _instruments(tables).join(origin, ["instrument", "valid_from"])
    found = found.filter((found.kind == "convention") & (found.category == "fundamental"))
    return found.select(
        "request", "instrument", "title", "category", "subject", "adopted", "valid_from",
        "stated_by", "confidence", "note", "source", "dataset", "snapshot", "locator",
    )  # fmt: skip


def _measure(name: str, meaning: str, test: Test, kind: str = "convention", category: str = "") -> Measure:
    return Measure(
        id=f"standards.{name}",
        unit="count",
        basis="register",
        meaning=meaning,
        covers=("ratifications",),
        rows=_ratified(test, kind, category),
        value=count_of("instrument"),
        listed=True,
        dated=True,
        organisations=("ILO",),
        changes=(*_ACTS, *_CATEGORIES),
    )


MEASURES = (
    _measure("registered", "Conventions whose ratification was ever registered", rule.registered),
    _measure("not_denounced", "Conventions ratified and not denounced", rule.not_denounced),
    _measure("in_force", "Conventions in force for the State", rule.in_force),
    _measure(
        "fundamental", "Fundamental conventions ratified and not denounced", rule.not_denounced,
        category="fundamental",
    ),
    Measure(
        id="standards.fundamental_existing",
        unit="count",
        basis="register",
        meaning="Conventions that are fundamental on the date",
        covers=(),
        rows=_existing,
        value=count_of("instrument"),
        listed=True,
        dated=True,
        organisations=("ILO",),
        changes=_CATEGORIES,
    ),
    _measure(
        "governance", "Governance conventions ratified and not denounced", rule.not_denounced,
        category="governance",
    ),
    _measure(
        "technical", "Technical conventions ratified and not denounced", rule.not_denounced,
        category="technical",
    ),
    _measure("protocols", "Protocols ratified and not denounced", rule.not_denounced, kind="protocol"),
)  # fmt: skip
