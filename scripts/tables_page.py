"""Prints the tables page from the contracts: python scripts/tables_page.py > docs/tables.md"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType

from comity import shelf
from comity.tables import CONFIDENCE, ORIGIN, SQL_TYPES, Column, Table

HEAD = """\
# Tables

<!-- Made by scripts/tables_page.py from the contracts in src/comity/tables; do not edit. -->

What every fact looks like, column by column. These are the tables that `comity sql` answers from.
A column marked * is never null. One that is *resolved* holds our party id: it is filled from what the
publisher wrote when the alias table is joined, and null where the name is nobody's; the published text
stands beside it. Null means not stated or not known, never zero.
"""
SHARED = (
    ("Origin", "Tables of facts end with these four: who said it, in which bytes, where in them.", ORIGIN),
    ("Confidence", "Tables of facts gathered by hand carry these three.", CONFIDENCE),
)


def _meaning(column: Column) -> str:
    parts = [column.meaning]
    if column.one_of:
        parts.append("one of " + ", ".join(f"`{value}`" for value in column.one_of))
    if column.resolves:
        parts.append(f"resolved from `{column.resolves}`")
    return "; ".join(parts).replace("|", "\\|")


def _heading(module: ModuleType) -> str:
    """The topic a file is named after."""
    words = module.__name__.rpartition(".")[2].replace("_", " ").capitalize()
    return re.sub(r"\bIati\b", "IATI", words)


def _grid(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for column in columns:
        star = "*" if column.required else ""
        yield f"| `{column.name}`{star} | {SQL_TYPES[column.kind]} | {_meaning(column)} |"


def _table(table: Table) -> Iterator[str]:
    shared = [(title, columns) for title, _, columns in SHARED if set(columns) <= set(table.columns)]
    common = {column for _, columns in shared for column in columns}
    yield f"\n### {table.name}\n\n{table.meaning}\n"
    yield from _grid(tuple(column for column in table.columns if column not in common))
    if shared:
        links = " and ".join(f"[{title.lower()}](#{title.lower()})" for title, _ in reversed(shared))
        yield f"\nand the columns of {links}."


def _topic(module: ModuleType) -> Iterator[str]:
    tables = [value for value in vars(module).values() if isinstance(value, Table)]
    if tables:
        yield f"\n## {_heading(module)}\n\n{(module.__doc__ or '').strip()}"
        for table in tables:
            yield from _table(table)


def page() -> Iterator[str]:
    """The lines of the page: what tables share, then one topic for each file of contracts."""
    yield HEAD
    yield "## What tables share"
    for title, meaning, columns in SHARED:
        yield f"\n### {title}\n\n{meaning}\n"
        yield from _grid(columns)
    for module in shelf.modules("comity.tables"):
        yield from _topic(module)


if __name__ == "__main__":
    print("\n".join(page()))
