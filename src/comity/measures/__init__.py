"""What we ask. A measure picks the rows that count and folds them: one file per family.

`base(tables)` joins a fact table with `tables.request`; `where(rows)` keeps those of its rows that count,
for measures that share a base and are asked in one statement; `fold` makes one value of these same rows,
so that a number and its evidence cannot drift apart. All are Ibis expressions over unbound tables; they
run on any engine that Ibis compiles for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from comity import shelf
from comity.model import Basis, Unit
from comity.tables import REQUEST, Kind, contracts

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

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
class Fold:
    """How rows become one value: `sql(rows, where)` in Ibis, over the rows where `where` is true or all of
    them, and `arrow(rows)`, the same of a table. Both see no other columns than `columns`. `yearly`: a sum
    for each year."""

    columns: tuple[str, ...]
    sql: Callable[[ir.Table, ir.BooleanValue | None], ir.Scalar]
    arrow: Callable[[pa.Table], Any]
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A question with a stable id.

    - `base(tables)`: rows that count. They hold `request`, the origin's `source` and `snapshot`, and what
      an officer needs to check them; for `USD` also `year`. Measures of a family that name the same
      function are computed together.
    - `where(rows)`: which rows of the base count, if not all. It may ask columns of the base that no
      evidence shows: those whose names begin with `_`.
    - `fold`: how they become the value, for `USD` by `sum_by_year`.
    - `covers`: the subjects of table `coverage` that must be reported for it to be complete.
    - `listed`: the rows are items that a profile shows one by one; where `listing(tables)` is given, its
      rows are shown instead, which put together those that count (columns `request` and what is shown).
    - `notes(tables)`: columns `request` and `flag`, what is to be said of the figure beside its number.
      Where measures share a listing or notes, a column `measure` has the id of the one a row is for, and
      `columns` says which of the listing's are its own.
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
    base: Callable[[Tables], ir.Table]
    fold: Fold
    where: Callable[[ir.Table], ir.BooleanValue] | None = None
    listed: bool = False
    listing: Callable[[Tables], ir.Table] | None = None
    columns: tuple[str, ...] = ()
    notes: Callable[[Tables], ir.Table] | None = None
    dated: bool = False
    organisations: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ("government", "non_government")
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    def rows(self, tables: Tables) -> ir.Table:
        """The rows that count, in the columns that are their evidence."""
        found = self.base(tables)
        return (found.filter(self.where(found)) if self.where else found).select(shown(found))


def shown(rows: ir.Table) -> list[str]:
    """The columns of a base that evidence shows."""
    return [name for name in rows.columns if not name.startswith("_")]


@cache
def shelved() -> dict[str, Measure]:
    """Every measure by id, from the files of this folder."""
    return shelf.find("comity.measures", Measure, key="id")


# Ways to fold


def sum_by_year(column: str) -> Fold:
    """The sum of `column` for each year."""
    return replace(sum_of(column), yearly=True)


def sum_of(column: str) -> Fold:
    """The sum of `column`; null when no row states it."""
    return Fold((column,), lambda rows, where: rows[column].sum(where=where), _by(column, "sum"))


def count_of(column: str) -> Fold:
    """How many distinct values `column` has."""
    counted = _by(column, "count_distinct")
    return Fold((column,), lambda rows, where: rows[column].nunique(where=where), counted)


def first_of(column: str) -> Fold:
    """The smallest value of `column`."""
    return Fold((column,), lambda rows, where: rows[column].min(where=where), _by(column, "min"))


def count_rows() -> Fold:
    """How many rows there are."""
    return Fold((), lambda rows, where: rows.count(where=where), lambda rows: rows.num_rows)


def _by(column: str, function: str) -> Callable[[pa.Table], Any]:
    def fold(rows: pa.Table) -> Any:
        import pyarrow.compute as pc

        return pc.call_function(function, [rows[column]]).as_py()

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
