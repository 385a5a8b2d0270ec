"""Rows as CSV, the same wherever they leave comity: a header, and lines that end in a line feed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8, without a byte-order mark."""

    def line(cells: Iterable[Any]) -> str:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(cells)  # within a cell it quotes both of the marks that it ends a line with
        return text.getvalue().removesuffix("\r\n") + "\n"

    return "".join(map(line, (columns, *rows))).encode()
