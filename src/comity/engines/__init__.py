"""Who computes: each engine connects to tables and answers queries; it knows nothing of measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from comity import shelf
from comity.errors import EngineNotKnown

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: one partner, one organisation, a period and a date. A row of table `request`,
    which measures join, so that one statement answers one pair or all of them.

    `contributor` says which of a source's reports the partner falls under.
    """

    request: int
    partner: str
    organisation: str
    contributor: str
    start_year: int
    end_year: int
    as_of: date


class Connection(Protocol):
    """Tables that can be queried. `dialect` is the one to compile measures for."""

    dialect: str

    def ask(self, requests: Sequence[Request]) -> None:
        """Puts `requests` in place of the table `request`."""

    def query(self, sql: str) -> pa.Table:
        """The answer of `sql`; raises `QueryFailed` when the engine refuses it."""

    def answer(self, sql: str) -> pa.Table:
        """The same for a statement that will be asked again with other requests."""

    def close(self) -> None: ...


Work = Callable[[bytes], bytes]
Spread = Callable[[str, Work, Sequence[bytes]], list[bytes]]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine, by the scheme of the URLs it takes. `spread(url, work, items)` has its workers do `work`
    on each item and gives the answers in the items' order; None where the engine has no workers."""

    name: str
    connect: Callable[[str, Path], Connection]
    spread: Spread | None = None


def _named(url: str) -> Engine:
    known: dict[str, Engine] = shelf.find("comity.engines", Engine)
    scheme = url.partition(":")[0] or "duckdb"
    if scheme not in known:
        raise EngineNotKnown(url, known)
    return known[scheme]


def spread(url: str) -> Callable[[Work, Sequence[bytes]], list[bytes]] | None:
    """What has the workers of the engine at `url` do work (see `Engine`), if it has any."""
    found = _named(url).spread
    return None if found is None else partial(found, url)


def connect(url: str, database: Path) -> Connection:
    """A connection by `url` (`duckdb` by default) to the tables of `database`."""
    return _named(url).connect(url, database)
