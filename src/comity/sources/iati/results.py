"""Results with their indicators and periods, and links to documents."""

from __future__ import annotations

from comity.sources.iati.columns import Cells
from comity.sources.iati.elements import Element, day, every, fields, line, words


def document(
    cells: Cells,
    element: Element,
    *,
    organisation: int | None = None,
    organisation_id: str | None = None,
    activity: int | None = None,
    activity_id: str | None = None,
    result: int | None = None,
) -> None:
    """A link to a document of an activity, of one of its results, or of an organisation."""
    found = fields(element)
    cells.documents += (
        organisation, activity, result, line(element), activity_id, organisation_id,
        element.get("url"), element.get("format"), words(found.get("title")), words(found.get("description")),
        _codes(element, "category"), _codes(element, "language"), day(found, "document-date"),
    )  # fmt: skip


def _codes(element: Element, tag: str) -> str:
    return " ".join(code for child in element if child.tag == tag and (code := child.get("code")))


def result(cells: Cells, element: Element, activity: int, number: int, activity_id: str | None) -> None:
    found = fields(element)
    cells.results += (
        activity, number, line(element), activity_id, element.get("type"), element.get("aggregation-status"),
        words(found.get("title")), words(found.get("description")),
    )  # fmt: skip
    for place, indicator in enumerate(every(element, found, "indicator"), start=1):
        _indicator(cells, indicator, (activity, number, place), activity_id)
    for link in every(element, found, "document-link"):
        document(cells, link, activity=activity, activity_id=activity_id, result=number)


def _indicator(cells: Cells, element: Element, at: tuple[int, int, int], activity_id: str | None) -> None:
    found = fields(element)
    baseline = found.get("baseline")
    cells.indicators += (
        *at, line(element), activity_id, element.get("measure"), element.get("ascending"),
        element.get("aggregation-status"), words(found.get("title")), words(found.get("description")),
        *((None, None, None) if baseline is None else (
            baseline.get("year"), baseline.get("iso-date"), baseline.get("value")
        )),
    )  # fmt: skip
    for number, period in enumerate(every(element, found, "period"), start=1):
        _period(cells, period, (*at, number), activity_id)


def _period(cells: Cells, element: Element, at: tuple[int, int, int, int], activity_id: str | None) -> None:
    found = fields(element)
    start, end = day(found, "period-start"), day(found, "period-end")
    for kind in ("target", "actual"):
        for value in every(element, found, kind):
            cells.indicator_periods += (
                *at, line(value), activity_id, start, end, kind, value.get("value"), *_about(value),
            )  # fmt: skip


def _about(value: Element) -> tuple[str | None, str | None, str | None]:
    """(dimension, reference of a location, comment) of a target or an actual value."""
    if not len(value):
        return None, None, None
    found = fields(value)
    dimensions = (
        f"{part.get('name') or ''}: {part.get('value') or ''}" for part in every(value, found, "dimension")
    )
    location = found.get("location")
    return (
        "; ".join(dimensions),
        None if location is None else location.get("ref"),
        words(found.get("comment")),
    )
