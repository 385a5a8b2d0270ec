"""What the partner says its development cooperation is for, in the strategy of the date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity.measures import Measure, Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _of_kind(kind: str) -> Callable[[Tables], ir.Table]:
    def rows(tables: Tables) -> ir.Table:
        import ibis

        asked = tables.request.select("request", "partner", "as_of", asked_organisation="organisation")
        stated = tables.priorities
        found = asked.join(stated.filter(stated.kind == kind), "partner")
        to_all = found.organisation.isnull() | (found.organisation == found.asked_organisation)
        begun = found.start_year.isnull() | (found.start_year <= found.as_of.year())
        lasts = found.end_year.isnull() | (found.end_year >= found.as_of.year())
        found = found.filter(to_all & begun & lasts)
        # A strategy that several of the partner's registers state counts once.
        once = ibis.window(
            group_by=["request", "code", "name", "start_year"], order_by=["dataset", "locator"]
        )
        found = found.mutate(place=ibis.row_number().over(once))
        found = found.filter(found.place == 0).drop("place")
        return found.drop("partner", "organisation", "asked_organisation", "kind", "as_of")

    return rows


def _count(rows: ir.Table) -> ir.Table:
    """The names listed, or the number stated where the names are not known."""
    import ibis

    value = ibis.greatest(rows.code.nunique(), ibis.coalesce(rows.stated_count.max(), 0))
    return rows.group_by("request").agg(value=value, row_count=rows.count())


def _measure(name: str, kind: str, meaning: str) -> Measure:
    return Measure(
        id=f"priorities.{name}",
        unit="list",
        basis="stated",
        meaning=meaning,
        covers=(f"priorities.{kind}",),
        rows=_of_kind(kind),
        value=_count,
        listed=True,
        dated=True,
        changes=(("priorities", "start_year", "partner"), ("priorities", "end_year", "partner")),
    )


MEASURES = (
    _measure("sectors", "sector", "Priority sectors"),
    _measure("cross_cutting", "cross_cutting", "Cross-cutting issues"),
    _measure("partner_countries", "partner_country", "Core partner countries"),
)
