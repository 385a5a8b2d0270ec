"""What the partner says its development cooperation is for, in the strategy of the date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Fold, Measure, Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


_STRATEGY = ("kind", "code", "name", "start_year")
_BESIDE = ("end_year", "stated_count", "seen", "stated_by", "confidence", "note")


def _stated(tables: Tables) -> ir.Table:
    import ibis

    asked = tables.request.select("request", "partner", "as_of", asked_organisation="organisation")
    found = asked.join(tables.priorities, "partner")
    to_all = found.organisation.isnull() | (found.organisation == found.asked_organisation)
    begun = found.start_year.isnull() | (found.start_year <= found.as_of.year())
    lasts = found.end_year.isnull() | (found.end_year >= found.as_of.year())
    found = found.filter(to_all & begun & lasts)
    # A strategy that several of the partner's registers state counts once. Not by a window, which costs
    # DuckDB more than all else here.
    first = {name: found[name] for name in ("dataset", "locator", *_BESIDE, "source", "snapshot")}
    found = found.group_by(["request", *_STRATEGY]).agg(first=ibis.struct(first).min())
    shown = (*_BESIDE, "source", "dataset", "snapshot", "locator")
    beside = {name: found["first"][name] for name in shown}
    return found.select("request", "code", "name", "start_year", **beside, _kind="kind")


def _names_or_number(rows: ir.Table, where: ir.BooleanValue | None) -> ir.Scalar:
    """The names listed, or the number stated where the names are not known."""
    import ibis

    stated = rows.stated_count.max(where=where)
    return ibis.greatest(rows.code.nunique(where=where), ibis.coalesce(stated, 0))


def _names_or_number_of(rows: pa.Table) -> int:
    import pyarrow.compute as pc

    names, stated = pc.count_distinct(rows["code"]).as_py(), pc.max(rows["stated_count"]).as_py()
    return max(int(names), stated or 0)


def _measure(name: str, kind: str, meaning: str) -> Measure:
    return Measure(
        id=f"priorities.{name}",
        unit="list",
        basis="stated",
        meaning=meaning,
        covers=(f"priorities.{kind}",),
        base=_stated,
        where=lambda rows: rows["_kind"] == kind,
        fold=Fold(("code", "stated_count"), _names_or_number, _names_or_number_of),
        listed=True,
        dated=True,
        changes=(("priorities", "start_year", "partner"), ("priorities", "end_year", "partner")),
    )


MEASURES = (
    _measure("sectors", "sector", "Priority sectors"),
    _measure("cross_cutting", "cross_cutting", "Cross-cutting issues"),
    _measure("partner_countries", "partner_country", "Core partner countries"),
)
