"""Text as published into dates, amounts and numbers: at once where it is plain, one by one where not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from comity.sources import arrow_type
from comity.tables import Kind

Fault = Literal["unread", "grouped", "rounded", "unknown"]
"""What became of a text: not read at all, read with its thousands grouped, rounded to six decimals, or
a code that its list lacks."""
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T\sZ+-].*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,\u00a0\u202f '’])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_SEPARATORS = str.maketrans("", "", ",\u00a0\u202f '’")
_LARGEST_AMOUNT = Decimal(10) ** 18
_MICRO = Decimal("0.000001")
_FIRST_DAY = pa.scalar(date.min)


@dataclass(frozen=True, slots=True)
class Odd:
    """A text that is not plain: its row, what became of it, and as what it was to be read."""

    row: int
    text: str
    fault: Fault
    wanted: Kind


def read(kind: Kind, texts: pa.Array) -> tuple[pa.Array, list[Odd]]:
    """`texts` in the type of the contract's `kind`, null where they cannot be read, and what was odd."""
    type_ = arrow_type(kind)
    if texts.null_count == len(texts):
        return pa.nulls(len(texts), type_), []
    try:
        plain = texts.cast(type_)
    except pa.ArrowInvalid:
        return _one_by_one(kind, type_, texts)
    if _sound(kind, plain):
        return plain, []
    return _one_by_one(kind, type_, texts)


def _sound(kind: Kind, values: pa.Array) -> bool:
    """Whether there is nothing that Arrow reads and we do not: the year 0, infinity, not a number."""
    if kind == "date":
        return not pc.any(pc.less(values, _FIRST_DAY)).as_py()
    if kind == "number":
        return pc.all(pc.is_finite(values)).as_py() is not False
    return True


def _one_by_one(kind: Kind, type_: pa.DataType, texts: pa.Array) -> tuple[pa.Array, list[Odd]]:
    reader = _READERS[kind]
    values: list[object] = []
    odd: list[Odd] = []
    for row, text in enumerate(texts.to_pylist()):
        value, fault = (None, None) if text is None else reader(text.strip())
        values.append(value)
        if fault:
            odd.append(Odd(row, text, fault, kind))
    return pa.array(values, type_), odd


def _date(text: str) -> tuple[object, Fault | None]:
    """A day, with or without a time or zone after it; the day is kept as written."""
    found = _DATE.fullmatch(text)
    try:
        return (date.fromisoformat(found[1]), None) if found else (None, "unread")
    except ValueError:
        return None, "unread"


def _decimal(text: str) -> tuple[Decimal | None, Fault | None]:
    fault: Fault | None = None
    if _GROUPED.fullmatch(text):
        text, fault = text.translate(_SEPARATORS), "grouped"
    if not _NUMBER.fullmatch(text):
        return None, "unread"
    return Decimal(text), fault


def _amount(text: str) -> tuple[object, Fault | None]:
    value, fault = _decimal(text)
    if value is None or abs(value) >= _LARGEST_AMOUNT:
        return None, "unread"
    try:
        kept = value.quantize(_MICRO)
    except InvalidOperation:  # more digits than the context has
        return None, "unread"
    return kept, fault or ("rounded" if kept != value else None)


def _number(text: str) -> tuple[object, Fault | None]:
    value, fault = _decimal(text.removesuffix("%").rstrip())
    if value is None or not math.isfinite(float(value)):
        return None, "unread"
    return float(value), fault


def _int(text: str) -> tuple[object, Fault | None]:
    value, fault = _decimal(text)
    if value is None or value != value.to_integral_value() or abs(value) >= 2**31:
        return None, "unread"
    return int(value), fault


_READERS: dict[Kind, Callable[[str], tuple[object, Fault | None]]] = {
    "date": _date,
    "amount": _amount,
    "number": _number,
    "int": _int,
}
