"""Rows that refer to a party or measure nobody knows, or repeat an id: left out when loaded, and told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from comity import measures
from comity.errors import FileRefused, Issue
from comity.provenance import Snapshot
from comity.sources import Reading
from comity.store import Part
from comity.tables import Column, contracts
from comity.tables.claims import LATER, UNITS

_RULES = {"parties": "R28", "measures": "claims"}


def _parties(parts: Iterable[Part], rows: Path) -> set[str]:
    """The ids in those of `parts` that hold parties; their files are in the folder `rows`."""
    import pyarrow.parquet as pq

    files = {part.file for part in parts if part.table == "parties"}
    return {id_ for file in files for id_ in pq.read_table(rows / file, columns=["id"])["id"].to_pylist()}


def _stranger(
    row: Mapping[str, Any], columns: Sequence[Column], known: Mapping[str, Set[str]]
) -> tuple[str, str] | None:
    """(rule, text) of the first of `columns` in which `row` names nothing known, if there is one."""
    for column in columns:
        value, ids = row[column.name], known[column.refers]
        if value is None or value in ids or (column.refers == "measures" and value.startswith("other.")):
            continue
        by_key = {id_.casefold(): id_ for id_ in sorted(ids)}
        near = [by_key[key] for key in difflib.get_close_matches(value.casefold(), by_key)]
        hint = f"; nearest: {', '.join(near)}" if near else ""
        text = f"column {column.name}: “{value}” is not among the {column.refers}{hint}; the row is left out"
        return _RULES[column.refers], text
    return None


_UNITS: Mapping[str, tuple[str, ...]] = {
    "count": ("count",), "list": ("list", "count"), "year": ("year", "date"), "months": ("months",)
}  # fmt: skip
"""In which units a claim may speak of a measure that has the unit on the left; of money in any currency,
and of anything in words."""


def _misfit(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """(rule, text) where a claim's unit is none that its measure can have."""
    measure, unit = row.get("measure"), row.get("unit")
    known = measures.shelved().get(str(measure))
    if known is None or unit == "text":
        return None
    wanted = _UNITS.get(known.unit)
    if unit in wanted if wanted else unit not in UNITS:
        return None
    allowed = ", ".join(wanted) if wanted else "the ISO 4217 code of a currency"
    return "claims", f"column unit: “{unit}” is none of {measure}, which has {allowed}; the row is left out"


def _problems(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], known: Mapping[str, Set[str]]
) -> Iterator[tuple[str, str] | None]:
    """For each row (rule, text) of why it cannot be taken, or None."""
    referring = [column for column in columns if column.refers]
    taken: dict[tuple[str, Any], str] = {}
    for row in rows:
        problem = _stranger(row, referring, known) or _misfit(row)
        for column in columns if not problem else ():
            key = column.name, row[column.name]
            if column.unique and key in taken:
                text = f"column {column.name}: “{key[1]}” stands already on {taken[key]}"
                problem = "R24", f"{text}; give each row its own; the row is left out"
            elif column.unique:
                taken[key] = row["locator"]
        yield problem


def vetted(reading: Reading, snapshot: Snapshot, parts: Iterable[Part], rows: Path) -> Reading:
    """`reading` without the rows that refer to an unknown party or measure, or repeat what must be
    unique, each told as an issue.

    Known are the parties of `parts`, whose files are in the folder `rows`, and all measures. Raises
    `FileRefused` when no row of the main table is left.
    """
    columns = {
        name: [c for c in contracts()[name].columns if c.refers or c.unique] for name in reading.tables
    }
    if not any(columns.values()):
        return reading
    known = {"parties": _parties(parts, rows), "measures": {*measures.shelved(), *LATER}}
    tables, issues = dict(reading.tables), list(reading.issues)
    for name, wanted in columns.items():
        found = list(_problems(tables[name].to_pylist(), wanted, known)) if wanted else []
        for place, problem in zip(tables[name]["locator"].to_pylist(), found, strict=False):
            if problem:
                issues.append(Issue(snapshot.source, reading.dataset, place, *problem))
        if any(found):
            tables[name] = tables[name].filter([problem is None for problem in found])
    if reading.tables[reading.main].num_rows and not tables[reading.main].num_rows:
        raise FileRefused(snapshot.name, f"no row can be taken; {issues[0].text}", issues[0].locator)
    return replace(reading, tables=tables, issues=tuple(issues))
