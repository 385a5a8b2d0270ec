"""Reads tables in our own layout: a CSV whose header holds the contract's columns."""

from __future__ import annotations

from typing import Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import SHARED, Reading, _csv, table
from comity.tables import Table, contracts


def names(contract: Table) -> tuple[str, ...]:
    """The columns a file in our own layout has, in order."""
    return tuple(c.name for c in contract.stored if c.name not in (*SHARED, "locator"))


def dataset_of(snapshot: Snapshot) -> str:
    """The name of a file in our own layout without its endings."""
    return snapshot.name.partition(".")[0]


def is_table(head: bytes, *tables: str) -> bool:
    """Whether a file's header is that of one of our own `tables`."""
    return _csv.header(head) in {names(contracts()[name]) for name in tables}


def read_table(snapshot: Snapshot, content: bytes, *tables: str) -> Reading:
    """The rows of the one of `tables` whose header the file has.

    The file's own name is its dataset: a file replaces an earlier one of its name and adds to all
    others. Raises `FileRefused` with line and column for a value the contract does not allow.
    """
    header = _csv.header(content[:65536])
    layouts = {name: names(contracts()[name]) for name in tables}
    table_name = next((name for name in tables if layouts[name] == header), None)
    if table_name is None:
        raise _csv.unlike(snapshot, content, layouts)
    contract = contracts()[table_name]
    wanted = {c.name: c for c in contract.stored if c.name in header}
    columns: dict[str, list[Any]] = {name: [] for name in (*wanted, "locator")}
    for line, row in _csv.rows(snapshot, content):
        for name, column in wanted.items():
            try:
                columns[name].append(_csv.value(column, row[name]))
            except ValueError as error:
                raise FileRefused(snapshot.name, str(error), f"line {line}") from None
        columns["locator"].append(f"line {line}")
    return Reading(dataset_of(snapshot), contract.name, {contract.name: table(contract.name, columns)})
