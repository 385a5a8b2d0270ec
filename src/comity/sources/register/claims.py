"""What pages state, and what was answered since: CSV files kept by hand, taken row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from comity.errors import FileRefused, Issue
from comity.provenance import Snapshot
from comity.sources import Reading, _csv, _own, table
from comity.sources.register.toml import year_of
from comity.tables import contracts
from comity.tables.claims import UNITS

_Row = dict[str, object]
_TABLES = ("claims", "claim_responses")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
"""Money may be less than nothing: refunds and corrections are (R3)."""
_COUNTED = ("count", "months", "rank")


def _layouts() -> dict[str, tuple[str, ...]]:
    return {name: _own.names(contracts()[name]) for name in _TABLES}


def _layout(head: bytes) -> str | None:
    """The table whose columns, in any order, are those of a file."""
    found = sorted(_csv.header(head))
    return next((name for name, columns in _layouts().items() if sorted(columns) == found), None)


def recognises(head: bytes) -> bool:
    return _layout(head) is not None


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def _check_value(value: str, unit: str, scale: str | None) -> None:
    """Raises `ValueError` for a unit that is none, and for a value or scale that it does not have."""
    money = unit not in UNITS
    if money and unit not in _currencies():
        raise ValueError(
            f"column unit: “{unit}” is neither a currency's ISO 4217 code nor one of {', '.join(UNITS)}"
        )
    if scale and not money:
        raise ValueError(f"column scale: “{scale}” goes with money only; leave it blank for the unit {unit}")
    if (money and not _AMOUNT.fullmatch(value)) or (unit in _COUNTED and not _NUMBER.fullmatch(value)):
        hint = "" if money else "; what a page states without a number has the unit text"
        raise ValueError(
            f"column value: “{value}” is not a plain number such as 41.8, with up to 12 digits before the "
            f"point and 6 after{hint}"
        )
    if unit == "year" and not re.fullmatch(r"\d{4}", value, re.ASCII):
        raise ValueError(f"column value: “{value}” is not a year such as 1991")
    if unit in ("year", "date"):
        _check_day("value", value)


def _check_day(column: str, text: str) -> None:
    try:
        year_of(text)
    except ValueError as error:
        raise ValueError(f"column {column}: {error}") from None


def _check_period(start: str | None, end: str | None, unit: str) -> None:
    """Raises `ValueError` for a period that runs backwards, and for money without one."""
    for column, text in (("period_start", start), ("period_end", end)):
        if text:
            _check_day(column, text)
        elif unit not in UNITS:
            raise ValueError(f"column {column} is blank; an amount of money needs the years it is about")
    if start and end:
        common = min(len(start), len(end))
        if end[:common] < start[:common]:
            raise ValueError(f"column period_end: “{end}” lies before period_start, “{start}”")


def _row(name: str, cells: dict[str, str]) -> _Row:
    """The cells as a row of table `name`.

    Raises `ValueError` in words that name the column.
    """
    row: _Row = {c.name: _csv.value(c, cells[c.name]) for c in contracts()[name].stored if c.name in cells}
    if name == "claims":
        text = {column: value if isinstance(value, str) else None for column, value in row.items()}
        unit = text["unit"] or ""
        _check_value(text["value"] or "", unit, text["scale"])
        _check_period(text["period_start"], text["period_end"], unit)
    return row


def _sound(
    name: str, dataset: str, lines: Iterator[tuple[int, list[str]]], issues: list[Issue]
) -> Iterator[_Row]:
    """The rows that can be taken; of every other one an issue says line, column and what to do."""
    _, header = next(lines)
    for line, cells in lines:
        where = f"line {line}"
        try:
            if len(cells) != len(header):
                raise ValueError(
                    f"column {header[min(len(cells), len(header) - 1)]}: {len(cells)} cells where the header "
                    f"has {len(header)}; put a cell with a comma in quotes"
                )
            row = _row(name, dict(zip(header, cells, strict=True)))
        except ValueError as error:
            issues.append(Issue("register", dataset, where, "claims", f"{error}; the row is left out"))
            continue
        yield row | {"locator": where}


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """Claims as printed, or responses to them; a row that is not sound is left out, with an issue.

    Raises `FileRefused` when columns are missing, a quote is never closed, or no row is sound.
    """
    name = _layout(content[:65536])
    if name is None:
        raise _csv.unlike(snapshot, content, _layouts())
    dataset = _own.dataset_of(snapshot)
    issues: list[Issue] = []
    rows = list(_sound(name, dataset, _csv.lines(snapshot, content, strict=True), issues))
    if issues and not rows:
        count = (
            f"none of {len(issues)} rows can be taken" if len(issues) > 1 else "its one row cannot be taken"
        )
        raise FileRefused(snapshot.name, f"{count}; {issues[0].text}", issues[0].locator)
    columns = {column: [row[column] for row in rows] for column in (*_layouts()[name], "locator")}
    return Reading(dataset, name, {name: table(name, columns)}, tuple(issues))
