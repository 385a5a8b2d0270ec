"""What the measures of revenue share: dollars by year and type. Types may be summed (R1, R37)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, sum_by_year
from comity.tables.money import REVENUE_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TYPES = {
    **{type_: (type_,) for type_ in REVENUE_TYPES},
    "voluntary": ("voluntary_core", "voluntary_non_core"),
    "total": REVENUE_TYPES,
}


def by_type(
    family: str,
    base: Callable[[Tables], ir.Table],
    contributors: tuple[str, ...],
    meanings: Mapping[str, str],
) -> tuple[Measure, ...]:
    """A measure of the family for each of `meanings`, by name: a type of revenue, or several together."""
    return tuple(
        Measure(
            id=f"{family}.{name}",
            unit="USD",
            basis="recognised_revenue",
            meaning=meaning,
            covers=_TYPES[name],
            base=base,
            fold=sum_by_year("amount_usd"),
            where=_of(_TYPES[name]),
            contributors=contributors,
        )
        for name, meaning in meanings.items()
    )


def _of(types: tuple[str, ...]) -> Callable[[ir.Table], ir.BooleanValue]:
    return lambda rows: rows.type.isin(types)
