"""Partnership programmes, their phases, and the ministries and agencies behind them (R41)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, asked_of, count_of, within_period

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ASKED = ("partner", "organisation", "from_year", "to_year", "as_of")


def _programmes(tables: Tables) -> ir.Table:
    return within_period(asked_of(tables, tables.programmes)).drop(*_ASKED)


def _phases(tables: Tables) -> ir.Table:
    found = within_period(asked_of(tables, tables.phases)).drop(*_ASKED)
    return found.mutate(phase=found.programme + " " + found.id)


def _partners(tables: Tables) -> ir.Table:
    found = asked_of(tables, tables.partners)
    found = found.filter(found.role == "partner").drop(*_ASKED)
    who = tables.parties.select("name_en", "name_fr", "name_es", "name_ko", party=tables.parties.id)
    return found.left_join(who, "party").drop("party_right")


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
        value=count_of("phase"),
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
