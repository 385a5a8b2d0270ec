"""What the partner gave, as the organisation reports it to CEB. Types may be summed (R1, R37)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, sum_by_year
from comity.tables.money import REVENUE_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _measure(name: str, types: tuple[str, ...], meaning: str) -> Measure:
    def rows(tables: Tables) -> ir.Table:
        asked, given = tables.request, tables.contributions
        counted = asked.join(
            given,
            [
                asked.partner == given.provider,
                asked.organisation == given.receiver,
                asked.contributor == given.contributor,
                given.year >= asked.start_year,
                given.year <= asked.end_year,
            ],
        )
        counted = counted.filter(counted.type.isin(types) & counted.amount_usd.notnull())
        return counted.select(
            "request", "year", "type", "amount_usd", "basis", "provider_name", "receiver_name",
            "type_published", "source", "dataset", "snapshot", "locator",
        )  # fmt: skip

    return Measure(
        id=f"contributions.{name}",
        unit="USD",
        basis="recognised_revenue",
        meaning=meaning,
        covers=types,
        rows=rows,
        value=sum_by_year("amount_usd"),
    )


MEASURES = (
    _measure("assessed", ("assessed",), "Assessed contributions"),
    _measure("voluntary_core", ("voluntary_core",), "Voluntary core (un-earmarked) contributions"),
    _measure("voluntary_non_core", ("voluntary_non_core",), "Voluntary non-core (earmarked) contributions"),
    _measure(
        "voluntary", ("voluntary_core", "voluntary_non_core"), "Voluntary contributions, core and non-core"
    ),
    _measure("other", ("other",), "Revenue from other activities"),
    _measure("total", REVENUE_TYPES, "All reported types of revenue"),
)
