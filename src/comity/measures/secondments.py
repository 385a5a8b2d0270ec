"""Staff that the partner lends: posts and months, never turned into money (R42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, answered, asked_of, sum_of, within_period
from comity.model import Unit

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _rows(tables: Tables) -> ir.Table:
    return answered(within_period(asked_of(tables, tables.secondments)))


def _measure(column: str, unit: Unit, meaning: str) -> Measure:
    return Measure(
        id=f"secondments.{column}",
        unit=unit,
        basis="register",
        meaning=meaning,
        covers=("secondments",),
        base=_rows,
        fold=sum_of(column),
        listed=True,
    )


MEASURES = (
    _measure("posts", "count", "Seconded posts"),
    _measure("months", "months", "Months of secondment"),
)
