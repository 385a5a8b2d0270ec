"""Partnership programmes, their phases, and the ministries and agencies behind them (R41)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, answered, asked_of, count_of, within_period

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _programmes(tables: Tables) -> ir.Table:
    return answered(within_period(asked_of(tables, tables.programmes)))


def _known_on(rows: ir.Table, column: str) -> ir.BooleanValue:
    """Whether something stated or signed on a day (or month, or year) was so on the date asked for."""
    return rows[column].isnull() | (rows[column] <= rows.as_of.strftime("%Y-%m-%d"))


def _amounts(tables: Tables) -> ir.Table:
    """R41: what was stated of each phase's amount. The latest replacement stands instead of all
    before it, later additions come on top, and a restated total stands beside, not counted."""
    import ibis

    stated = asked_of(tables, tables.phase_amounts)
    # An amendment is an act of its day; a restated total says otherwise of what was agreed before.
    stated = stated.filter(_known_on(stated, "stated_on") | (stated.effect == "restated"))
    phase = ["request", "programme", "phase"]
    # Joined, not a window, which costs DuckDB more than all else here.
    replaced = stated.filter(stated.effect == "replaces").group_by(phase)
    stated = stated.left_join(replaced.agg(replaced_on=ibis._.stated_on.max()), phase, rname="{name}_again")
    counts = stated.replaced_on.isnull() | (stated.stated_on >= stated.replaced_on)
    base = stated.effect.isin(["original", "replaces"]) & counts
    added = (stated.effect == "adds") & counts
    found = stated.group_by(phase).agg(
        currency=stated.currency.max(),
        base=stated.amount.argmax(stated.stated_on.coalesce(""), where=base),
        amount_added=stated.amount.sum(where=added),
        amount_restated=stated.amount.argmax(stated.stated_on, where=stated.effect == "restated"),
    )
    zero = found.base * 0
    return found.mutate(amount=found.base + found.amount_added.coalesce(zero)).drop("base")


def _phases(tables: Tables) -> ir.Table:
    found = within_period(asked_of(tables, tables.phases))
    found = answered(found.filter(_known_on(found, "signed_on"))).rename(phase="id")
    amounts = _amounts(tables)
    found = found.left_join(amounts, ["request", "programme", "phase"], rname="{name}_again")
    found = found.select(name for name in found.columns if not name.endswith("_again"))
    return found.mutate(id=found.programme + " " + found.phase)


def _partners(tables: Tables) -> ir.Table:
    found = within_period(asked_of(tables, tables.partners))
    return answered(found.filter(found.role == "partner"))


MEASURES = (
    Measure(
        id="partnerships.programmes",
        unit="list",
        basis="register",
        meaning="Partnership programmes and larger projects",
        covers=("programmes",),
        base=_programmes,
        fold=count_of("id"),
        listed=True,
    ),
    Measure(
        id="partnerships.phases",
        unit="list",
        basis="register",
        meaning="Phases of programmes",
        covers=("phases",),
        base=_phases,
        fold=count_of("id"),
        listed=True,
    ),
    Measure(
        id="partnerships.partners",
        unit="list",
        basis="stated",
        meaning="Partner ministries and agencies",
        covers=("partners",),
        base=_partners,
        fold=count_of("party"),
        listed=True,
    ),
)
