"""An organisation's whole revenue, for the partner ALL: never summed with contributions by partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Tables
from comity.measures._revenue import by_type

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _earned(tables: Tables) -> ir.Table:
    asked, earned = tables.request, tables.revenue
    asked = asked.filter(asked.contributor == "all")
    counted = asked.join(
        earned,
        [
            asked.organisation == earned.organisation,
            earned.year >= asked.start_year,
            earned.year <= asked.end_year,
        ],
        rname="{name}_earned",
    )
    return counted.filter(counted.amount_usd.notnull()).select(
        "request", "year", "type", "amount_usd", "basis", "organisation_name", "part_name",
        "type_published", "source", "dataset", "snapshot", "locator",
    )  # fmt: skip


MEASURES = by_type(
    "revenue",
    _earned,
    ("all",),
    {
        "assessed": "Assessed contributions of all contributors",
        "voluntary_core": "Voluntary core contributions of all contributors",
        "voluntary_non_core": "Voluntary earmarked contributions of all contributors",
        "voluntary": "Voluntary contributions of all contributors, core and non-core",
        "other": "Revenue from other activities",
        "total": "All reported types of revenue",
    },
)
