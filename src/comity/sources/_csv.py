"""Rows of CSV files by column name, and values that say where they failed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import text_of
from comity.tables import Column, Kind

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009\t")
_LARGEST = {6: Decimal(10) ** 18 - 1, 12: Decimal(10) ** 16 - 1}
"""What decimal(24,6) and decimal(28,12) hold, by their decimals."""


def header(head: bytes) -> tuple[str, ...]:
    """The column names in the first line of a file; empty when it is not text."""
    try:
        line = head.decode("utf-8-sig", errors="strict" if len(head) < 65536 else "replace")
    except UnicodeDecodeError:
        line = head.decode("latin-1")
    try:
        return tuple(next(csv.reader(io.StringIO(line, newline="")), ()))
    except csv.Error:
        return ()


def unlike(snapshot: Snapshot, content: bytes, layouts: Mapping[str, Iterable[str]]) -> FileRefused:
    """Why a file has none of `layouts` (name → columns): what it misses of the nearest one."""
    found = set(header(content[:65536]))
    nearest = min(layouts, key=lambda name: len(set(layouts[name]) - found))
    missing = ", ".join(sorted(set(layouts[nearest]) - found))
    reason = f"column {missing} is missing" if missing else "there are columns too many"
    return FileRefused(snapshot.name, f"{reason}; the nearest layout is “{nearest}”", "line 1")


def lines(snapshot: Snapshot, content: bytes, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the header and of every row; blank lines are passed over.

    Raises `FileRefused` for another encoding than UTF-8 and, when `strict`, for a quote that is not
    closed. The text is decoded as it is read, which keeps memory small.
    """
    stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(stream, strict=strict)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except UnicodeDecodeError:
        text_of(snapshot, content)  # says where
        raise
    except csv.Error as error:
        raise FileRefused(snapshot.name, str(error), f"line {reader.line_num}") from None


def rows(snapshot: Snapshot, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of every row.

    Raises what `lines` does, and `FileRefused` for a row with more or fewer cells than the header.
    """
    found = lines(snapshot, content)
    _, names = next(found, (1, []))
    for line, cells in found:
        if len(cells) != len(names):
            reason = f"{len(cells)} cells where the header has {len(names)}"
            raise FileRefused(snapshot.name, reason, f"line {line}")
        yield line, dict(zip(names, cells, strict=True))


def number(text: str, decimals: int = 6) -> Decimal | None:
    """An amount as publishers write it: digits grouped by spaces, a minus in front; None when blank.

    Raises `ValueError` when it is not a number, or larger than its column holds. What is finer
    than `decimals` (6 or 12) is rounded half to even.
    """
    plain = text.translate(_SPACES)
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"“{text.strip()}” is not a number")
    value = Decimal(plain)
    if abs(value) > _LARGEST[decimals]:
        raise ValueError(f"“{text.strip()}” is not an amount that can be kept")
    return round(value, decimals)


def value(column: Column, text: str) -> object:
    """The cell of one of our own tables, typed by the contract; None when blank.

    Raises `ValueError` in words that name the column.
    """
    text = text.strip()
    if not text:
        if column.required:
            raise ValueError(f"column {column.name} is blank")
        return None
    if column.one_of and text not in column.one_of:
        raise ValueError(f"column {column.name}: “{text}” is not one of {', '.join(column.one_of)}")
    try:
        return _TYPED[column.kind](text)
    except ValueError:
        raise ValueError(f"column {column.name}: “{text}” is not {_WANTED[column.kind]}") from None


def whole(text: str) -> int:
    """A whole number that a column of kind `int` holds; raises `ValueError` for any other text."""
    value = int(text)
    if abs(value) >= 2**31:
        raise ValueError(f"“{text}” is too large")
    return value


def _rate(text: str) -> Decimal | None:
    rate = number(text, decimals=12)
    if rate is not None and rate <= 0:
        raise ValueError("a rate must be positive (R8)")
    return rate


_TYPED: dict[Kind, Callable[[str], object]] = {
    "int": whole,
    "date": date.fromisoformat,
    "amount": number,
    "rate": _rate,
    "number": float,
    "text": str,
}
_WANTED: dict[Kind, str] = {
    "int": "a whole number",
    "date": "a date like 2022-12-31",
    "amount": "an amount",
    "rate": "a positive rate",
    "number": "a number",
    "text": "text",
}
