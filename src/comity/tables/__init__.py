"""What a fact looks like: the contract of every table, column by column. No reading, no writing.

Rows keep what the publisher said (`provider_name`, `type_published`, its own codes). A column that
`resolves` another holds our party id; it is filled when the tables are joined with the alias table,
never written over the source (R28).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from comity import shelf

Kind = Literal["text", "int", "date", "amount", "rate", "number"]
"""`amount` is decimal(24,6), `rate` decimal(28,12), `number` a float64 that is not money."""

SQL_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "int": "INTEGER",
    "date": "DATE",
    "amount": "DECIMAL(24,6)",
    "rate": "DECIMAL(28,12)",
    "number": "DOUBLE",
}


def quoted(text: str) -> str:
    """Text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what it means, the column it is resolved from, if any, whether it is worked
    out from other tables when they are joined (`derived`), and what its values must be known as: a row
    that refers to an unknown party or measure, or repeats a `unique` value of its file, is left out when
    it is loaded."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    resolves: str = ""
    derived: bool = False
    one_of: tuple[str, ...] = ()
    refers: Literal["", "parties", "measures"] = ""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table's contract. `order` is how its rows are sorted in the derived database."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    order: tuple[str, ...] = field(default=())

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that rows carry in the Parquet files: all but those worked out from others."""
        return tuple(column for column in self.columns if not (column.resolves or column.derived))


ORIGIN: tuple[Column, ...] = (
    Column("source", "text", "the source that published the row", required=True),
    Column("dataset", "text", "the publisher's dataset", required=True),
    Column("snapshot", "text", "sha256 of the bytes the row was read from", required=True),
    Column("locator", "text", "where in these bytes: line or element", required=True),
)
"""Who said it, which bytes, and where in them: these four end every table of facts."""

CONFIDENCE: tuple[Column, ...] = (
    Column("stated_by", "text", "who states the fact, in a few words or as a link"),
    Column(
        "confidence",
        "text",
        "how sure the fact is",
        required=True,
        one_of=("high", "medium", "low", "inferred"),
    ),
    Column("note", "text", "what is uncertain, or worth knowing"),
)
"""Tables of facts gathered by hand carry these three."""


REQUEST: tuple[Column, ...] = (
    Column("request", "int", "number of the question", required=True),
    Column("partner", "text", "party id", required=True),
    Column("organisation", "text", "party id", required=True),
    Column("contributor", "text", "government, non_government or all", required=True),
    Column("start_year", "int", "first calendar year", required=True),
    Column("end_year", "int", "last calendar year", required=True),
    Column("as_of", "date", "the day on which facts hold", required=True),
)
"""What is asked: the table `request`, which engines hold for a while and measures join."""


@cache
def contracts() -> dict[str, Table]:
    """Every table by name, from the files of this folder."""
    return shelf.find("comity.tables", Table)
