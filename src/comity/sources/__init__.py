"""Where facts come from: one file or small package per publisher, each offering one `Source`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from comity import shelf
from comity.errors import FileRefused, Issue
from comity.provenance import Snapshot
from comity.tables import Kind, contracts

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a dataset must look like to be kept: its years, and how many rows a file has."""

    dataset: str
    min_rows: int
    max_rows: int
    first_year: int | None = None
    last_year: int | None = None

    def broken_by(self, rows: int, years: Sequence[int]) -> str | None:
        """One sentence when the file is not what is expected, else None."""
        if not self.min_rows <= rows <= self.max_rows:
            return f"{rows:,} rows, where {self.min_rows:,} to {self.max_rows:,} are expected"
        for year in years:
            if not (self.first_year or year) <= year <= (self.last_year or year):
                return f"year {year}, where {self.first_year} to {self.last_year} are expected"
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file: rows by table, without the columns of origin that are the
    same for all (`source`, `dataset`, `snapshot`), and the problems met on the way.

    `main` is the table whose rows are counted. A reading `by_year` replaces the years it holds and
    no others (all its tables then have a column `year`); any other replaces its whole dataset.
    """

    dataset: str
    main: str
    tables: dict[str, pa.Table]
    issues: tuple[Issue, ...] = ()
    by_year: bool = False


class Reader(Protocol):
    def __call__(self, snapshot: Snapshot, content: bytes) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table in its contract's columns, without those that the pipeline adds."""

    table: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Break:
    """Where and why a file stops being readable. What was read before it is sound."""

    line: int | None
    reason: str


class Streamer(Protocol):
    """Reads a file of any size piece by piece: batches as they fill, issues between them, and at the
    end the break, if there is one. Where it raises `FileRefused` nothing of the file is to be kept."""

    def __call__(
        self, stream: BinaryIO, name: str, *, dataset: str = ""
    ) -> Iterator[Batch | Issue | Break]: ...


def _piece_by_piece(snapshot: Snapshot, content: bytes) -> Reading:
    raise FileRefused(snapshot.name, "a file of this source is read piece by piece, not at once")


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher: its licence, whether it may be passed on, what it feeds, how to read it.

    `recognises(name, head)` tells from a file's name and its first 64 kB (unpacked) whether this
    source reads it. `named(path)` is for files that only their folder tells apart: it gives the name
    a file is kept under, and equal bytes under two such names are two files.

    It reads a file at once (`read`), or piece by piece and several files at a time (`stream`); then
    each file is a dataset, and `counted` are the tables whose rows are told, the main one first.
    """

    name: str
    title: str
    publisher: str
    licence: str
    redistributable: bool
    url: str
    feeds: tuple[str, ...]
    recognises: Callable[[str, bytes], bool]
    read: Reader = _piece_by_piece
    expects: tuple[Expectation, ...] = field(default=())
    named: Callable[[Path], str] | None = None
    stream: Streamer | None = None
    counted: tuple[str, ...] = ()


@cache
def shelved() -> dict[str, Source]:
    """Every source by name, from the files of this folder."""
    return shelf.find("comity.sources", Source)


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a contract's column."""
    import pyarrow as pa

    types: dict[Kind, pa.DataType] = {
        "text": pa.string(),
        "int": pa.int32(),
        "date": pa.date32(),
        "amount": pa.decimal128(24, 6),
        "rate": pa.decimal128(28, 12),
        "number": pa.float64(),
    }
    return types[kind]


SHARED = ("source", "dataset", "snapshot")
"""Columns of origin that the pipeline adds, the same for all rows of a reading."""


def table(name: str, columns: dict[str, list[Any]]) -> pa.Table:
    """The rows of a reading in the contract's columns and types; columns left out are null.

    `columns` must hold `locator`. Raises `LookupError` for a column the contract lacks, and
    `ValueError` for a value that it does not allow.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = {c.name: c for c in contracts()[name].stored if c.name not in SHARED}
    if strange := columns.keys() - wanted.keys():
        raise LookupError(f"table {name} has no column {sorted(strange)}")
    length = len(columns["locator"])
    arrays = [
        pa.array(columns.get(column) or [None] * length, arrow_type(contract.kind))
        for column, contract in wanted.items()
    ]
    for column, values in zip(wanted.values(), arrays, strict=True):
        if column.required and values.null_count:
            raise ValueError(f"column {column.name} of {name} is blank in {values.null_count} row(s)")
        if column.one_of and (strange := set(pc.unique(values).to_pylist()) - {None, *column.one_of}):
            raise ValueError(f"column {column.name} of {name} holds {sorted(strange)}")
    return pa.table(arrays, names=list(wanted))


def coverage(
    organisation_type_years: Iterable[tuple[str, str, int | None]],
    locator: str,
    *,
    partner: str | None = None,
    contributor: str | None = None,
) -> pa.Table:
    """Coverage rows for distinct (organisation as published, type, year)."""
    found = sorted(set(organisation_type_years), key=lambda row: (row[0], row[1], row[2] or 0))
    n = len(found)
    return table(
        "coverage",
        {
            "organisation_name": [row[0] for row in found],
            "type": [row[1] for row in found],
            "year": [row[2] for row in found],
            "partner": [partner] * n,
            "contributor": [contributor] * n,
            "locator": [locator] * n,
        },
    )


def text_of(snapshot: Snapshot, content: bytes) -> str:
    """The file as text: UTF-8 with or without a byte order mark.

    Raises `FileRefused` naming the line where another encoding shows.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            snapshot.name,
            f"not UTF-8 (byte {content[error.start]:#04x}); save the file as UTF-8",
            f"line {line}",
        ) from None
