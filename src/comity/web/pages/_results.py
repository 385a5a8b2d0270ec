"""The results of an activity: indicators, their baselines, targets and actual values, as published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from comity import i18n
from comity.web.lists import Grid, Paging, Shown, slice_of, used
from comity.web.pages import _codes as codes
from comity.web.pages._codes import worded
from comity.web.pages._reports import Report, Row

SIZE = 10
"""Results on one page."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result and its indicators."""

    type: str
    title: str
    description: str
    indicators: tuple[Grid, ...]
    lone: tuple[str, ...]
    """Indicators without a baseline and without a period."""


def results(report: Report) -> tuple[list[Result], Paging]:
    """A page of results."""
    rows = report.rows("results", "result")
    paging = report.paging("results", len(rows), "results", SIZE)
    if not rows:
        return [], paging
    indicators: dict[int, list[Row]] = defaultdict(list)
    for row in report.rows("indicators", "result, indicator"):
        indicators[row["result"]].append(row)
    periods: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in report.rows("indicator_periods", "result, indicator, period, kind DESC, locator"):
        periods[row["result"], row["indicator"]].append(row)
    return [
        _result(report, row, indicators[row["result"]], periods) for row in slice_of(rows, paging)
    ], paging


def _result(
    report: Report, row: Row, indicators: list[Row], periods: dict[tuple[int, int], list[Row]]
) -> Result:
    _ = report.translated
    told = [(one, periods[one["result"], one["indicator"]]) for one in indicators]
    return Result(
        worded(codes.RESULT, row["type"], report.lang),
        i18n.one_line(row["title"] or "") or _("(no title)"),
        i18n.one_line(row["description"] or ""),
        tuple(_indicator(report, one, found) for one, found in told if found or one["baseline_published"]),
        tuple(_title(report, one) for one, found in told if not found and not one["baseline_published"]),
    )


def _title(report: Report, indicator: Row) -> str:
    _ = report.translated
    title = i18n.one_line(indicator["title"] or "") or _("(no title)")
    measure = worded(codes.INDICATOR, indicator["measure"], report.lang)
    return f"{title} ({measure})" if measure else title


def _indicator(report: Report, indicator: Row, found: list[Row]) -> Grid:
    """Baseline first, then each period's target and actual value side by side."""
    _ = report.translated
    lines: dict[tuple[int, str], dict[str, list[str]]] = {}
    spans: dict[int, str] = {}
    for row in found:
        of_period = lines.setdefault((row["period"], row["dimension"] or ""), {})
        of_period.setdefault(row["kind"], []).append(row["value_published"] or "")
        if row["comment"]:
            of_period.setdefault("comment", []).append(i18n.one_line(row["comment"]))
        spans[row["period"]] = report.span(row)
    rows: list[tuple[Shown, ...]] = []
    if indicator["baseline_published"]:
        when = report.day(indicator["baseline_date"]) or str(indicator["baseline_year"] or "")
        words = i18n.named(_("Baseline"), when, report.lang) if when else _("Baseline")
        rows.append((Shown(words), Shown(""), Shown(""), Shown(indicator["baseline_published"]), Shown("")))
    rows += [
        (
            Shown(spans[period]),
            Shown(dimension),
            Shown("; ".join(values.get("target", []))),
            Shown("; ".join(values.get("actual", []))),
            Shown(" ".join(values.get("comment", []))),
        )
        for (period, dimension), values in lines.items()
    ]
    columns = (_("Period"), _("Part"), _("Target"), _("Actual"), _("Comment"))
    return used(Grid(_title(report, indicator), columns, tuple(rows)))
