"""What we ask. A measure picks the rows that count and folds them: one file per family.

`rows(tables)` joins a fact table with `tables.request` and keeps the rows that count;
`value(rows)` folds these same rows, so that a number and its evidence cannot drift apart. Both are
Ibis expressions over unbound tables; they run on any engine that Ibis compiles for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from comity import shelf
from comity.model import Basis, Unit
from comity.tables import REQUEST, Kind, contracts

if TYPE_CHECKING:
    import ibis.expr.types as ir

_IBIS: dict[Kind, str] = {
    "text": "string",
    "int": "int32",
    "date": "date",
    "amount": "decimal(24,6)",
    "rate": "decimal(28,12)",
    "number": "float64",
}


class Tables:
    """The public tables as Ibis expressions, by attribute, and `request`: what is asked."""

    def __getattr__(self, name: str) -> ir.Table:
        import ibis

        if name != "request" and name not in contracts():
            raise AttributeError(name)
        columns = REQUEST if name == "request" else contracts()[name].columns
        return ibis.table({column.name: _IBIS[column.kind] for column in columns}, name=name)


@dataclass(frozen=True, slots=True)
class Measure:
    """A question with a stable id.

    - `rows(tables)`: the rows that count. They hold `request`, the origin's `source` and
      `snapshot`, and what an officer needs to check them; for `USD` also `year`.
    - `value(rows)`: columns `request`, `year` (only for `USD`) and `value`.
    - `covers`: the subjects of table `coverage` that must be reported for it to be complete.
    - `listed`: the rows are items that a profile shows one by one; where `listing(tables)` is given, its
      rows are shown instead, which put together those that count (columns `request` and what is shown).
    - `notes(tables)`: columns `request` and `flag`, what is to be said of the figure beside its number.
    - `dated`: it holds on a date, so that coverage is asked for that date's year, not the period's.
    - `organisations`: only these have such a thing; empty for all.
    - `contributors`: only for requests of these; as a rule any single partner, not all together.
    - `changes`: where the days stand on which a dated one may change: table, column, and the table's
      column for the partner, empty where it holds for all.
    """

    id: str
    unit: Unit
    basis: Basis
    meaning: str
    covers: tuple[str, ...]
    rows: Callable[[Tables], ir.Table]
    value: Callable[[ir.Table], ir.Table]
    listed: bool = False
    listing: Callable[[Tables], ir.Table] | None = None
    notes: Callable[[Tables], ir.Table] | None = None
    dated: bool = False
    organisations: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ("government", "non_government")
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]


@cache
def shelved() -> dict[str, Measure]:
    """Every measure by id, from the files of this folder."""
    return shelf.find("comity.measures", Measure, key="id")


# Ways to fold


def sum_by_year(column: str) -> Callable[[ir.Table], ir.Table]:
    """The sum of `column` for each request and year."""

    def fold(rows: ir.Table) -> ir.Table:
        return rows.group_by(["request", "year"]).agg(value=rows[column].sum())

    return fold


def count_of(column: str) -> Callable[[ir.Table], ir.Table]:
    """How many distinct values `column` has for each request."""

    def fold(rows: ir.Table) -> ir.Table:
        return rows.group_by("request").agg(value=rows[column].nunique())

    return fold


def sum_of(column: str) -> Callable[[ir.Table], ir.Table]:
    """The sum of `column` for each request; null when no row states it."""

    def fold(rows: ir.Table) -> ir.Table:
        return rows.group_by("request").agg(value=rows[column].sum())

    return fold


def first_of(column: str) -> Callable[[ir.Table], ir.Table]:
    """The smallest value of `column` for each request."""

    def fold(rows: ir.Table) -> ir.Table:
        return rows.group_by("request").agg(value=rows[column].min())

    return fold


# Ways to pick


def asked_of(tables: Tables, rows: ir.Table) -> ir.Table:
    """Rows of a register table joined with the requests for their partner and organisation."""
    asked = tables.request.select("request", "partner", "organisation", "start_year", "end_year", "as_of")
    asked = asked.rename(from_year="start_year", to_year="end_year")
    return asked.join(rows, ["partner", "organisation"])


def within_period(rows: ir.Table) -> ir.Table:
    """Those of `rows` whose years meet the period asked for; an open end meets every year after."""
    begins = rows.start_year.isnull() | (rows.start_year <= rows.to_year)
    ends = rows.end_year.isnull() | (rows.end_year >= rows.from_year)
    return rows.filter(begins & ends)


def answered(rows: ir.Table) -> ir.Table:
    """`rows` of `asked_of` without the question's columns, but for its number."""
    return rows.drop("partner", "organisation", "from_year", "to_year", "as_of")
