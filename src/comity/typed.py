"""What a person typed, on the command line or in an address: years, days and times."""

from __future__ import annotations

import re
from datetime import date, datetime

from comity.errors import BadRequest
from comity.provenance import unstamp


def years(text: str, example: str = "--years 2018-2022") -> tuple[int, int]:
    """“2018-2022” or “2020” as first and last year; raises `BadRequest`."""
    found = re.fullmatch(r"\s*([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?\s*", text)
    if not found:
        raise BadRequest(f"“{text}” are not years; say {example}")
    return int(found[1]), int(found[2] or found[1])


def day(text: str | None, example: str = "--as-of 2022-12-31") -> date | None:
    """An ISO date; raises `BadRequest`."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"“{text}” is not a date; say {example}") from None


def moment(text: str | None, example: str = "--known-at 2026-01-31T12:00:00Z") -> datetime | None:
    """An ISO date or time, in UTC unless it says otherwise; raises `BadRequest`."""
    try:
        return None if text is None else unstamp(text)
    except (ValueError, OverflowError):
        raise BadRequest(f"“{text}” is not a time; say {example}") from None
