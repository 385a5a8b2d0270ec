"""Where the rows of a list come from: SQL over the tables, or rows at hand; sorted, counted and cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

from ninja import Schema

from comity.errors import BadRequest
from comity.tables import Column, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.engines import Connection

Row = Mapping[str, Any]
JSON = "_json"
Order = Sequence[tuple[str, bool]]
"""Columns, and whether the largest comes first."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What rows look like: their columns, those they may be sorted by, and the order they have without
    being told, in words. `name` is what they are called, `one` what each of them is."""

    name: str
    one: str
    columns: tuple[Column, ...]
    order: str
    sortable: tuple[str, ...] = ()
    """All columns, unless it names some."""
    nested: type[Schema] | None = None
    """What a row is in JSON where that is more than its columns; it stands in the row as `JSON`."""
    open: bool = False
    """There may be more columns, by what is asked."""

    @property
    def sorts(self) -> tuple[str, ...]:
        return self.sortable or tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows in order from `offset` on, at most as many as asked for, and how many there are in all."""

    rows: list[Row]
    total: int
    table: pa.Table | None = None
    """The same rows as Arrow, where they came so."""


class Rows(Protocol):
    def cut(self, order: Order, offset: int, limit: int) -> Cut:
        """The rows in `order`, as far as it says, and then in their own."""


@dataclass(frozen=True, slots=True)
class Query:
    """Rows that SQL selects; `order` are columns that make the order whole."""

    connection: Connection
    sql: str
    order: tuple[str, ...]

    def cut(self, order: Order, offset: int, limit: int) -> Cut:
        told = [f'"{name}" {"DESC" if last else "ASC"} NULLS LAST' for name, last in order]
        told += [f'"{name}" NULLS LAST' for name in self.order]
        counted = self.connection.query(f"SELECT count(*) AS n FROM ({self.sql})")
        total: int = counted["n"][0].as_py()
        table = self.connection.query(
            f"FROM ({self.sql}) ORDER BY {', '.join(told)} LIMIT {limit:d} OFFSET {offset:d}"
        )
        return Cut(table.to_pylist(), total, table)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows at hand, in their own order."""

    rows: Sequence[Row]

    def cut(self, order: Order, offset: int, limit: int) -> Cut:
        found = list(self.rows)
        for name, last in reversed(order):
            there = [row for row in found if row[name] is not None]
            there.sort(key=itemgetter(name), reverse=last)
            found = there + [row for row in found if row[name] is None]
        return Cut(found[offset : offset + limit], len(found))


@dataclass(frozen=True, slots=True)
class Arrow:
    """Rows of an Arrow table, in their own order."""

    table: pa.Table

    def cut(self, order: Order, offset: int, limit: int) -> Cut:
        import pyarrow.compute as pc

        found = self.table
        if strange := [name for name, _ in order if name not in found.column_names]:
            raise BadRequest(f"sort: no column {strange[0]}; there are {', '.join(found.column_names)}")
        for name, last in reversed(order):
            places = pc.sort_indices(found, [(name, "descending" if last else "ascending")])
            found = found.take(places)
        found = found.slice(offset, limit)
        return Cut(found.to_pylist(), self.table.num_rows, found)


# Conditions of SQL, from values that are quoted


def where(*conditions: str | None) -> str:
    """A `WHERE` of those conditions that are given."""
    given = [condition for condition in conditions if condition]
    return f"WHERE {' AND '.join(given)}" if given else ""


def equal(column: str, value: str | None) -> str | None:
    return None if value is None else f"{column} = {quoted(value)}"


def holds(text: str | None, *columns: str) -> str | None:
    """Each word of `text` stands in one of the columns, in any case, with or without accents."""
    if text is None:
        return None
    folded = [f"strip_accents(lower(coalesce({column}, '')))" for column in columns]
    words = (f"strip_accents(lower({quoted(word)}))" for word in text.split())
    return " AND ".join(
        "(" + " OR ".join(f"contains({column}, {word})" for column in folded) + ")" for word in words
    ) or "false"  # fmt: skip
