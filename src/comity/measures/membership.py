"""Since when the partner is a member of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, answered, asked_of, first_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _rows(tables: Tables) -> ir.Table:
    found = asked_of(tables, tables.memberships)
    found = found.filter(found.since_year <= found.as_of.year())
    return answered(found)


MEASURES = (
    Measure(
        id="membership.since",
        unit="year",
        basis="register",
        meaning="Member since",
        covers=("membership",),
        base=_rows,
        fold=first_of("since_year"),
        listed=True,
        dated=True,
    ),
)
