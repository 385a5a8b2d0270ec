"""Financial statistics of the UN system: revenue as organisations report it to CEB (R36–R38)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.rules.revenue_types import revenue_type
from comity.sources import Expectation, Reading, Source, _csv, coverage, table
from comity.sources._problems import Problems

_FIRST_YEAR, _LAST_YEAR = 2009, 2035


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a dataset keeps its facts. A file has the layout when it has all of its columns."""

    dataset: str
    table: str
    organisation: str
    type: str
    provider: str = ""
    part: str = ""
    contributor: str | None = None
    also: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        named = {self.organisation, self.type, self.provider, self.part, *self.also} - {""}
        return named | {"calendar_year", "amount"}


_LAYOUTS = (
    _Layout(
        "government_donors", "contributions", "entity", "rev_type", "government_donor",
        contributor="government",
    ),
    _Layout(
        "non_government_donors", "contributions", "entity", "rev_type", "donor",
        contributor="non_government", also=("contrib_type",),
    ),
    _Layout("revenue_by_entity", "revenue", "agency", "sub_type", part="sub_agency", also=("rev_type",)),
)  # fmt: skip


def _layout(head: bytes) -> _Layout | None:
    names = set(_csv.header(head))
    return next((layout for layout in _LAYOUTS if layout.columns <= names), None)


def _amount(text: str, line: int, problems: Problems) -> Decimal | None:
    """The amount of a cell. CEB's older files print an accounting dash for nil."""
    if text.strip() == "-":
        problems.note(line, "R38", "an accounting dash stands for the amount; read as nil")
        return Decimal(0)
    amount = _csv.number(text)
    if amount is None:
        problems.note(line, "R38", "the amount is blank; the row is kept and does not count")
    return amount


def _year(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(f"“{text}” is not a year")
    year = int(text)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"year {year} lies outside {_FIRST_YEAR}–{_LAST_YEAR}")
    return year


def _name(text: str, what: str, line: int, problems: Problems) -> str | None:
    if not text.strip():
        problems.note(line, "R28", f"no {what} is named")
        return None
    if "\ufffd" in text:
        problems.note(line, "R28", f"{what} “{text}” has a character lost by the publisher's export")
    return text


def _facts(
    row: dict[str, str], layout: _Layout, line: int, problems: Problems
) -> tuple[int, str, str, Decimal | None]:
    """Year, type, type as published and amount of a row; raises `ValueError` for any in doubt."""
    year = _year(row["calendar_year"])
    published = row[layout.type] or row["rev_type"]
    type_ = revenue_type(published, year)
    if type_ is None:
        raise ValueError(f"revenue type “{published}” is not known for {year} (R36)")
    currency = row.get("currency", row.get("_currency", "USD"))
    if currency != "USD":
        raise ValueError(f"currency “{currency}”, where CEB reports US dollars (R10)")
    if not row[layout.organisation].strip():
        raise ValueError(f"column {layout.organisation} is blank")
    return year, type_, published, _amount(row["amount"], line, problems)


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """Contributions or revenue, and the coverage that the rows imply.

    Raises `FileRefused` with the line for a year or amount that is no number, a currency other than
    US dollars, or a type of revenue that has no meaning in its year.
    """
    layout = _layout(content[:65536])
    if layout is None:
        raise _csv.unlike(snapshot, content, {one.dataset: one.columns for one in _LAYOUTS})
    problems = Problems("ceb", layout.dataset)
    columns: dict[str, list[Any]] = defaultdict(list)
    same: dict[str, str] = {}  # one object for each text that recurs, not one for each row
    seen: set[int] = set()
    covered: set[tuple[str, str, int | None]] = set()
    for line, row in _csv.rows(snapshot, content):
        try:
            year, type_, published, amount = _facts(row, layout, line, problems)
        except ValueError as error:
            raise FileRefused(snapshot.name, str(error), f"line {line}") from None
        if layout.contributor == "government":
            # R24: governments have one row per entity, year and type; a file may hold a part twice.
            fingerprint = hash((*row.values(),))
            if fingerprint in seen:
                problems.note(line, "R24", "the same row stands more than once; it counts once")
                continue
            seen.add(fingerprint)
        organisation = same.setdefault(row[layout.organisation], row[layout.organisation])
        published = same.setdefault(published, published)
        columns["year"].append(year)
        columns["type"].append(type_)
        columns["amount_usd"].append(amount)
        columns["type_published"].append(published)
        columns["locator"].append(f"line {line}")
        if layout.table == "contributions":
            columns["receiver_name"].append(organisation)
            donor = _name(row[layout.provider], "donor", line, problems)
            columns["provider_name"].append(donor and same.setdefault(donor, donor))
        else:
            columns["organisation_name"].append(organisation)
            columns["part_name"].append(row[layout.part])
        if amount is not None:
            covered.add((organisation, type_, year))
    n = len(columns["locator"])
    columns["basis"] = ["recognised_revenue"] * n
    if layout.table == "contributions":
        columns["contributor"] = [layout.contributor] * n
    tables = {layout.table: table(layout.table, columns)}
    # Revenue by entity says nothing of who gave: it covers all contributors together, and none alone.
    tables["coverage"] = coverage(covered, "derived from the rows", contributor=layout.contributor or "all")
    return Reading(layout.dataset, layout.table, tables, problems.issues(), by_year=True)


SOURCE = Source(
    name="ceb",
    title="UN system financial statistics: revenue by contributor and by entity",
    publisher="UN System Chief Executives Board for Coordination (CEB)",
    licence="United Nations terms of use; figures may be cited with their source",
    redistributable=True,
    url="https://unsceb.org/financial-statistics",
    feeds=("contributions", "revenue", "coverage"),
    recognises=lambda name, head: _layout(head) is not None,
    read=read,
    expects=(
        Expectation("government_donors", 100, 500_000, _FIRST_YEAR, _LAST_YEAR),
        Expectation("non_government_donors", 100, 100_000, _FIRST_YEAR, _LAST_YEAR),
        Expectation("revenue_by_entity", 100, 500_000, _FIRST_YEAR, _LAST_YEAR),
    ),
)
