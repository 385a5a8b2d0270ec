"""An organisation's whole revenue, for the partner ALL: never summed with contributions by partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, sum_by_year
from comity.tables.money import REVENUE_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _measure(name: str, types: tuple[str, ...], meaning: str) -> Measure:
    def rows(tables: Tables) -> ir.Table:
        asked, earned = tables.request, tables.revenue
        counted = asked.join(
            earned,
            [
                asked.organisation == earned.organisation,
                earned.year >= asked.start_year,
                earned.year <= asked.end_year,
            ],
            rname="{name}_earned",
        )
        all_ = asked.contributor == "all"
        counted = counted.filter(all_ & counted.type.isin(types) & counted.amount_usd.notnull())
        return counted.select(
            "request", "year", "type", "amount_usd", "basis", "organisation_name", "part_name",
            "type_published", "source", "dataset", "snapshot", "locator",
        )  # fmt: skip

    return Measure(
        id=f"revenue.{name}",
        unit="USD",
        basis="recognised_revenue",
        meaning=meaning,
        covers=types,
        rows=rows,
        value=sum_by_year("amount_usd"),
        contributors=("all",),
    )


MEASURES = (
    _measure("assessed", ("assessed",), "Assessed contributions of all contributors"),
    _measure("voluntary_core", ("voluntary_core",), "Voluntary core contributions of all contributors"),
    _measure(
        "voluntary_non_core", ("voluntary_non_core",), "Voluntary earmarked contributions of all contributors"
    ),
    _measure(
        "voluntary",
        ("voluntary_core", "voluntary_non_core"),
        "Voluntary contributions of all contributors, core and non-core",
    ),
    _measure("other", ("other",), "Revenue from other activities"),
    _measure("total", REVENUE_TYPES, "All reported types of revenue"),
)
