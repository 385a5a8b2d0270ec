"""Rows of CSV files by column name, and values that say where they failed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import text_of
from comity.tables import Column

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009\t")
_LARGEST = Decimal(10) ** 18


def header(head: bytes) -> tuple[str, ...]:
    """The column names in the first line of a file; empty when it is not text."""
    try:
        line = head.decode("utf-8-sig", errors="strict" if len(head) < 65536 else "replace")
    except UnicodeDecodeError:
        line = head.decode("latin-1")
    return tuple(next(csv.reader(io.StringIO(line)), ()))


def rows(snapshot: Snapshot, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of every row; blank lines are passed over.

    Raises `FileRefused` for a row with more or fewer cells than the header, and for another
    encoding than UTF-8. The text is decoded as it is read, which keeps memory small.
    """
    stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(stream)
    try:
        names = next(reader, [])
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                raise FileRefused(
                    snapshot.name,
                    f"{len(cells)} cells where the header has {len(names)}",
                    f"line {reader.line_num}",
                )
            yield reader.line_num, dict(zip(names, cells, strict=True))
    except UnicodeDecodeError:
        text_of(snapshot, content)  # says where
        raise
    except csv.Error as error:
        raise FileRefused(snapshot.name, str(error), f"line {reader.line_num}") from None


def number(text: str, decimals: int = 6) -> Decimal | None:
    """An amount as publishers write it: digits grouped by spaces, a minus in front; None when blank.

    Raises `ValueError` when it is not a number, or larger than decimal(24,6) holds. What is finer
    than `decimals` is rounded half to even.
    """
    plain = text.translate(_SPACES)
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"“{text.strip()}” is not a number") from None
    if not value.is_finite() or abs(value) >= _LARGEST:
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
        match column.kind:
            case "int":
                return int(text)
            case "date":
                return date.fromisoformat(text)
            case "amount":
                return number(text)
            case "rate":
                return number(text, decimals=12)
            case "number":
                return float(text)
            case _:
                return text
    except ValueError:
        raise ValueError(f"column {column.name}: “{text}” is not {_WANTED[column.kind]}") from None


_WANTED = {
    "int": "a whole number",
    "date": "a date like 2022-12-31",
    "amount": "an amount",
    "rate": "a rate",
    "number": "a number",
    "text": "text",
}
