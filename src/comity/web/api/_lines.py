"""Figures as lines: what `comity profile --format csv` has, and how to read it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from comity.model import Figure
from comity.outputs import number
from comity.provenance import stamp
from comity.tables import Column

COLUMNS = (
    Column("partner", "text", "party id of the partner", required=True),
    Column("organisation", "text", "party id of the organisation", required=True),
    Column("measure", "text", "what is measured", required=True),
    Column("unit", "text", "what the value counts: USD, count, year, months or list", required=True),
    Column("basis", "text", "what kind of statement it rests on", required=True),
    Column("period_start", "int", "first year it is about", required=True),
    Column("period_end", "int", "last year it is about", required=True),
    Column("year", "int", "the year of this value; null for the whole period"),
    Column("value", "amount", "the value; null where it is not reported, never 0 for that"),
    Column("status", "text", "complete, partial or not_reported", required=True),
    Column("flags", "text", "what is to be known of it, separated by spaces", required=True),
    Column("as_of", "date", "the day on which facts that change with time hold", required=True),
    Column("known_at", "text", "the facts as loaded by this time (UTC)", required=True),
    Column("sources", "text", "source:file of each file behind it, the file by its hash", required=True),
    Column("rows", "int", "how many rows stand behind it", required=True),
)
"""Those of `comity profile --format csv`."""


def of(pair: tuple[str, str], figure: Figure, known_at: datetime) -> Iterator[dict[str, Any]]:
    """The figure as CSV tells it: the whole period, then its years."""
    told = {
        "partner": pair[0], "organisation": pair[1], "measure": figure.measure, "unit": figure.unit,
        "basis": figure.basis, "period_start": figure.period.start, "period_end": figure.period.end,
        "year": None, "value": number(figure.value), "status": figure.coverage.status,
        "flags": " ".join(figure.flags), "as_of": figure.as_of, "known_at": stamp(known_at),
        "sources": " ".join(f"{use.source}:{use.snapshot[:12]}" for use in figure.sources),
        "rows": figure.rows,
    }  # fmt: skip
    yield told
    of_year: dict[str, list[str]] = {}
    for flag in figure.flags:
        of_year.setdefault(flag.rpartition(":")[2], []).append(flag)
    for year, value in (figure.by_year or {}).items():
        flags = of_year.get(str(year), ())
        missing = any(flag.startswith("not_reported:") for flag in flags)
        status = "not_reported" if value is None else "partial" if missing else "complete"
        yield {**told, "year": year, "value": number(value), "status": status, "flags": " ".join(flags)}


def read(columns: Sequence[Column], lines: bytes) -> list[dict[str, Any]]:
    """Lines of a CSV that comity wrote, as values of these columns."""
    rows = csv.DictReader(io.StringIO(lines.decode(), newline=""))
    return [{column.name: _value(column, row[column.name]) for column in columns} for row in rows]


def _value(column: Column, text: str) -> Any:
    if text == "":
        return "" if column.required and column.kind == "text" else None
    if column.kind in ("amount", "rate"):
        return Decimal(text)
    if column.kind == "number":
        return float(text)
    if column.kind == "date":
        return date.fromisoformat(text)
    return int(text) if column.kind == "int" else text
