"""Partnership programmes, their phases, and the ministries and agencies behind them (R41)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, asked_of, count_of, within_period

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ASKED = ("partner", "organisation", "from_year", "to_year", "as_of")


def _programmes(tables: Tables) -> ir.Table:
    return within_period(asked_of(tables, tables.programmes)).drop(*_ASKED)


def _amounts(tables: Tables) -> ir.Table:
    """R41: what was stated of each phase's amount, by effect. A replacement stands instead of the
    original, additions come on top, and a restated total stands beside without being counted."""
    stated = tables.phase_amounts
    effect = {name: stated.effect == name for name in ("original", "replaces", "adds", "restated")}
    found = stated.group_by(["partner", "organisation", "programme", "phase", "currency"]).agg(
        original=stated.amount.max(where=effect["original"]),
        replacing=stated.amount.argmax(stated.stated_on, where=effect["replaces"]),
        amount_added=stated.amount.sum(where=effect["adds"]),
        amount_restated=stated.amount.argmax(stated.stated_on, where=effect["restated"]),
    )
    zero = found.original * 0
    base = found.replacing.coalesce(found.original)
    found = found.mutate(amount=base + found.amount_added.coalesce(zero))
    return found.drop("original", "replacing")


def _phases(tables: Tables) -> ir.Table:
    found = within_period(asked_of(tables, tables.phases))
    found = found.rename(phase="id").left_join(
        _amounts(tables), ["partner", "organisation", "programme", "phase"], rname="{name}_of_amount"
    )
    repeated = [f"{name}_of_amount" for name in ("partner", "organisation", "programme", "phase")]
    found = found.drop(*_ASKED, *(name for name in repeated if name in found.columns))
    return found.mutate(id=found.programme + " " + found.phase)


def _partners(tables: Tables) -> ir.Table:
    found = asked_of(tables, tables.partners)
    return found.filter(found.role == "partner").drop(*_ASKED)


MEASURES = (
    Measure(
        id="partnerships.programmes",
        unit="list",
        basis="register",
        meaning="Partnership programmes and larger projects",
        covers=("partnerships",),
        rows=_programmes,
        value=count_of("id"),
        listed=True,
    ),
    Measure(
        id="partnerships.phases",
        unit="list",
        basis="register",
        meaning="Phases of programmes",
        covers=("partnerships",),
        rows=_phases,
        value=count_of("id"),
        listed=True,
    ),
    Measure(
        id="partnerships.partners",
        unit="list",
        basis="stated",
        meaning="Partner ministries and agencies",
        covers=("partners",),
        rows=_partners,
        value=count_of("party"),
        listed=True,
    ),
)
