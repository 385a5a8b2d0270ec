"""International labour standards and who ratified them, as tables of facts (R39, R40)."""

from __future__ import annotations

from typing import Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import Expectation, Reading, Source, _csv, _own, table

_TABLES = ("instruments", "instrument_categories", "ratifications")
_COVERAGE = ("party", "organisation", "known_from", "known_to", "stated_by", "confidence", "note")


def _read_coverage(snapshot: Snapshot, content: bytes) -> Reading:
    """One coverage row for each year from `known_from` to `known_to` of each State."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("organisation_name", "type", "year", "partner", "locator")
    }
    for line, row in _csv.rows(snapshot, content):
        try:
            first, last = int(row["known_from"][:4]), int(row["known_to"][:4])
        except ValueError:
            raise FileRefused(
                snapshot.name, "known_from and known_to must be dates", f"line {line}"
            ) from None
        for year in range(first, last + 1):
            columns["organisation_name"].append(row["organisation"])
            columns["type"].append("ratifications")
            columns["year"].append(year)
            columns["partner"].append(row["party"])
            columns["locator"].append(f"line {line}")
    return Reading(_own.dataset_of(snapshot), "coverage", {"coverage": table("coverage", columns)})


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """Instruments, their dated categories, ratifications, or the dates these are known for."""
    if _csv.header(content[:65536]) == _COVERAGE:
        return _read_coverage(snapshot, content)
    return _own.read_table(snapshot, content, *_TABLES)


SOURCE = Source(
    name="ratifications",
    title="Conventions, their categories over time, and ratifications",
    publisher="comity, from the International Labour Organization and governments as each row states",
    licence="Apache-2.0 for the compilation; facts as each row states",
    redistributable=True,
    url="https://normlex.ilo.org",
    feeds=(*_TABLES, "coverage"),
    recognises=lambda name, head: _own.is_table(head, *_TABLES) or _csv.header(head) == _COVERAGE,
    read=read,
    expects=(
        Expectation("instruments", 1, 1_000),
        Expectation("instrument_categories", 1, 10_000),
        Expectation("ratifications", 1, 100_000),
        Expectation("ratification_coverage", 1, 100_000),
    ),
)
