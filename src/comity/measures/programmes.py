"""Where the partner's programmes with the organisation run: for now as stated in the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, answered, asked_of, count_of, within_period

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _places(kind: str) -> Callable[[Tables], ir.Table]:
    def rows(tables: Tables) -> ir.Table:
        found = within_period(asked_of(tables, tables.programme_places))
        return answered(found.filter(found.kind == kind)).drop("kind")

    return rows


def _measure(name: str, kind: str, meaning: str) -> Measure:
    return Measure(
        id=f"programmes.{name}",
        unit="list",
        basis="stated",
        meaning=meaning,
        covers=(f"programme_places.{kind}",),
        rows=_places(kind),
        value=count_of("code"),
        listed=True,
    )


MEASURES = (
    _measure("countries", "country", "Programme countries, as stated"),
    _measure("regions", "region", "Programme regions, as stated"),
)
