"""Results of joint activities, with their indicators, as published in IATI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Measure, Tables, _joint, count_of
from comity.measures._joint import KEYS, ORIGIN

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PERIOD = (*KEYS, "result", "indicator", "period", "period_start", "period_end")


def _periods(tables: Tables, activities: ir.Table) -> ir.Table:
    """Target and actual value of the periods of the activities' indicators, for the whole and not for parts
    of it."""
    rows = tables.indicator_periods
    rows = rows.filter(rows.dimension.isnull() & rows.location_ref.isnull())
    rows = rows.semi_join(activities, list(KEYS))  # so that only what is asked for is grouped
    value = rows.value_published
    return rows.group_by(_PERIOD).agg(
        target=value.max(where=rows.kind == "target"), actual=value.max(where=rows.kind == "actual")
    )


def _results(tables: Tables) -> ir.Table:
    """A row for each period of an indicator, for an indicator without one, or a result without either."""
    found = _joint.activities(tables)
    found = found.filter(found.counted == 1).select("request", "activity_id", "organisation", *KEYS)
    results = tables.results.select(
        *KEYS, "result", result_type="type", result_title="title", **{n: n for n in ("source", "locator")}
    )
    indicators = tables.indicators.select(
        *KEYS, "result", "indicator", "measure", "ascending", "baseline_year",
        indicator_title="title", baseline="baseline_published",
    )  # fmt: skip
    periods = _periods(tables, found)
    found = found.join(results, list(KEYS))
    found = found.left_join(indicators, [*KEYS, "result"], rname="{name}_i")
    found = found.left_join(periods, [*KEYS, "result", "indicator"], rname="{name}_p")
    number = found.result.cast("string")
    return found.select(
        "request", "activity_id", "result_type", "result_title", "indicator_title", "measure", "ascending",
        "baseline", "baseline_year", "period_start", "period_end", "target", "actual",
        result=found.dataset + " " + found.activity.cast("string") + " " + number,
        **{name: name for name in ORIGIN},
    )  # fmt: skip


MEASURES = (
    Measure(
        id="programmes.results",
        unit="list",
        basis="stated",
        meaning="Results of activities, as published in IATI",
        covers=("iati.results",),
        base=_results,
        fold=count_of("result"),
        listed=True,
    ),
)
