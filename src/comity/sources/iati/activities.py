"""An activity: its elements, in any order and of any version, into cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from comity.sources.iati import results
from comity.sources.iati.columns import Cells
from comity.sources.iati.elements import (
    LANGUAGE,
    Element,
    Fields,
    code,
    code_or_text,
    day,
    every,
    fields,
    line,
    money,
    narratives,
    organisation,
    words,
)

_AID_TYPES = ("1", "2", "3", "4")
"""Vocabularies of aid types: DAC, category and modality of earmarking, cash and vouchers."""
_NO_AID = (None, None, None, None)


class Activity:
    """An activity under way: what all its rows share, and what its own row is made of at the end."""

    __slots__ = ("attributes", "cells", "facts", "id", "language", "line", "number", "results",
                 "transactions", "version")  # fmt: skip

    def __init__(self, element: Element, number: int, version: str | None, cells: Cells) -> None:
        self.number, self.cells = number, cells
        self.version = element.get("version") or version
        self.id: str | None = None
        self.language = element.get(LANGUAGE)
        self.line = line(element)
        self.attributes = [
            element.get(name)
            for name in ("humanitarian", "hierarchy", "default-currency", "last-updated-datetime",
                         "budget-not-provided")
        ]  # fmt: skip
        self.facts: dict[str, str | None] = {}
        self.transactions = self.results = 0

    def read(self, children: Sequence[Element]) -> None:
        """Elements of the activity; the identifier must be among the first that are given."""
        if self.id is None:
            self.id = next((child.text for child in children if child.tag == "iati-identifier"), None)
        handlers, cells = _HANDLERS, self.cells
        for child in children:
            handler = handlers.get(child.tag)
            if handler is not None:
                handler(cells, self, child)

    def close(self) -> None:
        """Gives the activity's own row."""
        fact = self.facts.get
        humanitarian, hierarchy, currency, updated, no_budget = self.attributes
        self.cells.activities += (
            self.number, self.line, self.id,
            fact("reporting-org"), fact("reporting-org name"), fact("reporting-org type"), fact("secondary"),
            fact("title"), fact("activity-status"), humanitarian, hierarchy, self.version, self.language,
            currency, updated, fact("activity-scope"), fact("collaboration-type"),
            fact("default-flow-type"), fact("default-finance-type"),
            *(fact(f"default-aid-type {vocabulary}") for vocabulary in _AID_TYPES),
            fact("default-tied-status"), fact("capital-spend"), no_budget,
        )  # fmt: skip


Handler = Callable[[Cells, Activity, Element], None]


def _transaction(cells: Cells, at: Activity, element: Element) -> None:
    at.transactions += 1
    found = fields(element)
    kind = code_or_text(found, "transaction-type") or element.get("type")  # the latter before version 1.01
    cells.transactions += (
        at.number, at.transactions, line(element), at.id, element.get("ref"), kind,
        day(found, "transaction-date"), *money(found),
        *organisation(found, "provider"), *organisation(found, "receiver"),
        words(found.get("description")), element.get("humanitarian"),
        code(found, "disbursement-channel"), code(found, "flow-type"), code(found, "finance-type"),
        *(_aid_types(element, found) if "aid-type" in found else _NO_AID), code(found, "tied-status"),
    )  # fmt: skip
    if found.keys().isdisjoint(_OWN):
        return
    for sector in every(element, found, "sector"):
        cells.transaction_sectors += (
            at.number, at.transactions, line(sector), at.id, *_coded(sector), sector.get("percentage"),
            words(sector),
        )  # fmt: skip
    for tag, kind_of_place in _PLACES.items():
        for place in every(element, found, tag):
            cells.transaction_places += (
                at.number, at.transactions, line(place), at.id, *_placed(place, kind_of_place),
            )  # fmt: skip


_PLACES = {"recipient-country": "country", "recipient-region": "region"}
_OWN = ("sector", *_PLACES)


def _aid_types(element: Element, found: Fields) -> tuple[str | None, ...]:
    """Aid types by vocabulary: 1, where none is stated, to 4."""
    types = {aid.get("vocabulary") or "1": aid.get("code") for aid in every(element, found, "aid-type")}
    return tuple(types.get(vocabulary) for vocabulary in _AID_TYPES)


def _coded(element: Element) -> tuple[str | None, str | None, str | None]:
    return element.get("vocabulary"), element.get("vocabulary-uri"), element.get("code")


def _placed(element: Element, kind: str) -> tuple[str | None, ...]:
    vocabulary, uri, place = _coded(element)
    # Countries have one list; of regions 1, DAC's, holds where none is stated.
    list_ = (vocabulary or "1") if kind == "region" else vocabulary
    return kind, list_, vocabulary, uri, place, element.get("percentage"), words(element)


def _place(kind: str) -> Handler:
    def read(cells: Cells, at: Activity, element: Element) -> None:
        cells.activity_places += (
            at.number, line(element), at.id, *_placed(element, kind), None, None, None, None, None, None,
        )  # fmt: skip

    return read


def _location(cells: Cells, at: Activity, element: Element) -> None:
    found = fields(element)
    latitude, longitude = _point(found)
    list_, place = code(found, "location-id", "vocabulary"), code(found, "location-id")
    if place is None and (gazetteer := found.get("gazetteer-entry")) is not None:  # version 1
        list_, place = gazetteer.get("gazetteer-ref"), gazetteer.text
    cells.activity_places += (
        at.number, line(element), at.id, "location", list_, list_, None, place, element.get("percentage"),
        words(found.get("name")), latitude, longitude,
        code(found, "exactness") or code(found, "coordinates", "precision"), code(found, "location-reach"),
        code(found, "feature-designation") or code(found, "location-type"), element.get("ref"),
    )  # fmt: skip


def _point(found: Fields) -> tuple[str | None, str | None]:
    """(latitude, longitude) in degrees; what is no pair is given whole, as a latitude nobody can read."""
    if (old := found.get("coordinates")) is not None:
        return old.get("latitude"), old.get("longitude")
    point = found.get("point")
    text = None if point is None else next((child.text for child in point if child.tag == "pos"), None)
    if not text or text.isspace():
        return None, None
    numbers = text.replace(",", " ").split()
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (text, None)


def _sector(cells: Cells, at: Activity, element: Element) -> None:
    cells.activity_sectors += (
        at.number, line(element), at.id, *_coded(element), element.get("percentage"), words(element),
    )  # fmt: skip


def _tag(cells: Cells, at: Activity, element: Element) -> None:
    cells.tags += (at.number, line(element), at.id, *_coded(element), words(element))


def _policy_marker(cells: Cells, at: Activity, element: Element) -> None:
    cells.policy_markers += (
        at.number, line(element), at.id, *_coded(element), element.get("significance"), words(element),
    )  # fmt: skip


def _participating_org(cells: Cells, at: Activity, element: Element) -> None:
    cells.participating_orgs += (
        at.number, line(element), at.id, element.get("role"), element.get("ref"), words(element),
        element.get("type"), element.get("activity-id"), element.get("crs-channel-code"),
    )  # fmt: skip


def _budget(cells: Cells, at: Activity, element: Element) -> None:
    found = fields(element)
    cells.budgets += (
        at.number, line(element), at.id, element.get("type"), element.get("status"),
        day(found, "period-start"), day(found, "period-end"), *money(found),
    )  # fmt: skip


def _planned(cells: Cells, at: Activity, element: Element) -> None:
    found = fields(element)
    cells.planned_disbursements += (
        at.number, line(element), at.id, element.get("type"),
        day(found, "period-start"), day(found, "period-end"), *money(found),
        *organisation(found, "provider"), *organisation(found, "receiver"),
    )  # fmt: skip


def _activity_date(cells: Cells, at: Activity, element: Element) -> None:
    cells.activity_dates += (
        at.number, line(element), at.id, element.get("type"), element.get("iso-date") or element.text,
    )  # fmt: skip


def _related(cells: Cells, at: Activity, element: Element) -> None:
    cells.related_activities += (at.number, line(element), at.id, element.get("type"), element.get("ref"))


def _narrative(kind: str) -> Handler:
    def read(cells: Cells, at: Activity, element: Element) -> None:
        type_, where = element.get("type"), line(element)
        for language, text in narratives(element, at.language):
            cells.narratives += (at.number, where, at.id, kind, type_, language, text)
            if kind == "title":
                at.facts.setdefault("title", text)

    return read


def _document(cells: Cells, at: Activity, element: Element) -> None:
    results.document(cells, element, activity=at.number, activity_id=at.id)


def _result(cells: Cells, at: Activity, element: Element) -> None:
    at.results += 1
    results.result(cells, element, at.number, at.results, at.id)


def _reporting_org(cells: Cells, at: Activity, element: Element) -> None:
    at.facts |= {
        "reporting-org": element.get("ref"),
        "reporting-org name": words(element),
        "reporting-org type": element.get("type"),
        "secondary": element.get("secondary-reporter"),
    }


def _status(cells: Cells, at: Activity, element: Element) -> None:
    at.facts.setdefault("activity-status", element.get("code") or element.text)


def _aid_type(cells: Cells, at: Activity, element: Element) -> None:
    vocabulary = element.get("vocabulary") or "1"
    if vocabulary in _AID_TYPES:
        at.facts.setdefault(f"default-aid-type {vocabulary}", element.get("code"))


def _fact(tag: str, attribute: str = "code") -> Handler:
    def read(cells: Cells, at: Activity, element: Element) -> None:
        at.facts.setdefault(tag, element.get(attribute))

    return read


_HANDLERS: dict[str, Handler] = {
    "activity-date": _activity_date,
    "activity-scope": _fact("activity-scope"),
    "activity-status": _status,
    "budget": _budget,
    "capital-spend": _fact("capital-spend", "percentage"),
    "collaboration-type": _fact("collaboration-type"),
    "default-aid-type": _aid_type,
    "default-finance-type": _fact("default-finance-type"),
    "default-flow-type": _fact("default-flow-type"),
    "default-tied-status": _fact("default-tied-status"),
    "description": _narrative("description"),
    "document-link": _document,
    "location": _location,
    "participating-org": _participating_org,
    "planned-disbursement": _planned,
    "policy-marker": _policy_marker,
    "recipient-country": _place("country"),
    "recipient-region": _place("region"),
    "related-activity": _related,
    "reporting-org": _reporting_org,
    "result": _result,
    "sector": _sector,
    "tag": _tag,
    "title": _narrative("title"),
    "transaction": _transaction,
}
