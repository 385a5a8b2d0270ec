"""What the partner gave, as the organisation reports it to CEB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Tables
from comity.measures._revenue import by_type

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _given(tables: Tables) -> ir.Table:
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
    return counted.filter(counted.amount_usd.notnull()).select(
        "request", "year", "type", "amount_usd", "basis", "provider_name", "receiver_name",
        "type_published", "source", "dataset", "snapshot", "locator",
    )  # fmt: skip


MEASURES = by_type(
    "contributions",
    _given,
    ("government", "non_government"),
    {
        "assessed": "Assessed contributions",
        "voluntary_core": "Voluntary core (un-earmarked) contributions",
        "voluntary_non_core": "Voluntary non-core (earmarked) contributions",
        "voluntary": "Voluntary contributions, core and non-core",
        "other": "Revenue from other activities",
        "total": "All reported types of revenue",
    },
)
