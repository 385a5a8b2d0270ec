"""Rows as they leave comity, by the command line, the site and the API alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """A header, and lines that end in a line feed; UTF-8 without a byte-order mark."""

    def line(cells: Iterable[Any]) -> str:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(cells)  # within a cell it quotes both of the marks that it ends a line with
        return text.getvalue().removesuffix("\r\n") + "\n"

    return "".join(map(line, (columns, *rows))).encode()


def table_as_csv(table: pa.Table) -> bytes:
    """The same of a table."""
    return as_csv(table.column_names, zip(*(column.to_pylist() for column in table.columns), strict=True))


def table_as_json(table: pa.Table) -> bytes:
    """A list of objects."""
    listed = [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()]
    return (json.dumps(listed, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def plain(value: Any) -> Any:
    """A value as JSON has it: days as text, numbers of a column without decimal places whole, all others as
    floating point (`7932600.0`): it keeps 15 digits, which is any amount below ten trillion to the cent."""
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
