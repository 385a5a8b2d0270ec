"""Who said it, which bytes, and where in them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes as a publisher gave them, at one moment. Never changed.

    `sha256` is that of the bytes as they came (compressed or not), `taken_at` is UTC, `url` is
    where the publisher keeps them, `name` the file's own name.
    """

    sha256: str
    source: str
    name: str
    url: str
    taken_at: datetime
    size_bytes: int


def digest(content: bytes) -> str:
    """The sha256 of `content`, in hex: a snapshot's identity."""
    return hashlib.sha256(content).hexdigest()


def stamp(moment: datetime) -> str:
    """A UTC time as text that sorts: 2026-11-23T20:09:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(text: str) -> datetime:
    """The time of a `stamp`, or of any ISO date or time; without a zone it is UTC.

    A date means its last moment, a minute its last, a second its last: what was so “by then”.
    Raises `ValueError` for anything else.
    """
    moment = datetime.fromisoformat(text)
    if len(text) <= 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    elif re.search(r"T\d\d:\d\d(Z|[+-]\d\d:?\d\d)?$", text.replace(" ", "T")):
        moment = moment.replace(second=59, microsecond=999999)
    elif "." not in text:
        moment = moment.replace(microsecond=999999)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
