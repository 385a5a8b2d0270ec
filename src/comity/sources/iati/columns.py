"""Cells gathered row by row, and turned into Arrow columns some ten thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from comity.sources import SHARED, arrow_type
from comity.sources.iati import values
from comity.sources.iati.shapes import FROM_TEXT, PLACES, SHAPES
from comity.sources.iati.values import Odd
from comity.sources.iati.versions import Codes
from comity.tables import Column, contracts

_SPACE = " \t\r\n"
_FEW = 32
"""Cells of a column below which each is looked at by itself: most files are small."""
Cell = str | int | None


class Cells:
    """The cells of each table, one flat list each: rows follow one another without a mark between them.

    Flat lists of strings are what Python handles fastest, and its garbage collector never looks at them.
    """

    __slots__ = tuple(SHAPES)

    activities: list[Cell]
    participating_orgs: list[Cell]
    transactions: list[Cell]
    transaction_sectors: list[Cell]
    transaction_places: list[Cell]
    activity_sectors: list[Cell]
    activity_places: list[Cell]
    budgets: list[Cell]
    planned_disbursements: list[Cell]
    policy_markers: list[Cell]
    tags: list[Cell]
    activity_dates: list[Cell]
    related_activities: list[Cell]
    narratives: list[Cell]
    results: list[Cell]
    indicators: list[Cell]
    indicator_periods: list[Cell]
    documents: list[Cell]
    organisation_budgets: list[Cell]

    def __init__(self) -> None:
        for table in SHAPES:
            setattr(self, table, [])

    def full(self, rows: int) -> Iterator[str]:
        """The tables that hold at least `rows` rows, and any."""
        for table, shape in SHAPES.items():
            held = len(getattr(self, table))
            if held and held >= rows * len(shape.cells):
                yield table

    def take(self, table: str) -> Block:
        """The rows of `table`, which are then no longer held here."""
        cells: list[Cell] = getattr(self, table)
        setattr(self, table, [])
        return _block(table, cells)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table. `columns` are the contract's, `published` the cells behind them by name,
    `odd` the texts that are not plain, by column."""

    table: str
    columns: dict[str, pa.Array]
    published: dict[str, pa.Array]
    odd: dict[str, list[Odd]]

    @property
    def rows(self) -> pa.Table:
        """In the contract's columns and types, without those that the pipeline adds."""
        return pa.table(
            [self.columns[c.name] for c in _stored(self.table)], [c.name for c in _stored(self.table)]
        )


@cache
def _stored(table: str) -> tuple[Column, ...]:
    return tuple(column for column in contracts()[table].stored if column.name not in SHARED)


def _block(table: str, cells: list[Cell]) -> Block:
    shape = SHAPES[table]
    width = len(shape.cells)
    published = {name: _array(name, cells[number::width]) for number, name in enumerate(shape.cells)}
    columns: dict[str, pa.Array] = {"locator": _locators(published)}
    odd: dict[str, list[Odd]] = {}
    length = len(cells) // width
    for column in _stored(table):
        name = column.name
        if name in columns:
            continue
        cell, codes = shape.codes.get(name, (name, None))
        if cell not in published:  # filled later, by others
            columns[name] = pa.nulls(length, arrow_type(column.kind))
            continue
        texts = published[cell]
        if codes is not None:
            texts, odd[name] = _recoded(texts, codes)
        if column.kind == "text" or cell in PLACES:
            columns[name] = texts
        else:
            columns[name], found = values.read(column.kind, texts)
            odd[name] = odd.get(name, []) + found
    return Block(table, columns, published, {name: found for name, found in odd.items() if found})


def _array(name: str, cells: list[Cell]) -> pa.Array:
    if name in PLACES:
        return pa.array(cells, pa.int32())
    if cells.count(None) == len(cells):
        return pa.nulls(len(cells), pa.string())
    if len(cells) < _FEW:
        return pa.array([_stated(cell, name in FROM_TEXT) for cell in cells], pa.string())
    texts = pa.array(cells, pa.string())
    trimmed = pc.ascii_trim(texts, _SPACE)
    blank = pc.equal(trimmed, "")
    if name in FROM_TEXT:
        texts = trimmed
    # What is blank is not stated.
    return pc.if_else(blank, pa.scalar(None, pa.string()), texts) if pc.any(blank).as_py() else texts


def _stated(cell: Cell, trims: bool) -> str | None:
    """The same for one text: of few, Python has trimmed them before Arrow has begun."""
    trimmed = None if cell is None else str(cell).strip(_SPACE)
    return (trimmed if trims else str(cell)) if trimmed else None


@cache
def _list(codes: Codes) -> tuple[pa.Array, pa.Array]:
    return pa.array(codes.codes.keys(), pa.string()), pa.array(codes.codes.values(), pa.string())


def _recoded(texts: pa.Array, codes: Codes) -> tuple[pa.Array, list[Odd]]:
    """The codes that `texts` mean, and those that their list lacks."""
    if codes.unstated is None and texts.null_count == len(texts):
        return texts, []
    written, meant = _list(codes)
    found = meant.take(pc.index_in(texts, written))
    if found.null_count > texts.null_count:  # some are not written as usual
        keys = pc.ascii_lower(pc.ascii_trim(texts, _SPACE))
        found = meant.take(pc.index_in(keys, written))
    odd = []
    if codes.closed and found.null_count > texts.null_count:
        rows = pc.indices_nonzero(pc.and_(pc.is_null(found), pc.is_valid(texts)))
        unknown = zip(rows.to_pylist(), texts.take(rows).to_pylist(), strict=True)
        odd = [Odd(row, text, "unknown", "text") for row, text in unknown]
    if codes.keeps:
        found = pc.coalesce(found, texts)
    if codes.unstated is not None:
        found = pc.if_else(pc.is_null(texts), codes.unstated, found)
    return found, odd


def _locators(published: dict[str, pa.Array]) -> pa.Array:
    """“activity 12, transaction 3, line 3410”, from the numbers there are."""
    parts = [
        pc.binary_join_element_wise(f"{place} ", published[place].cast(pa.string()), "")
        for place in PLACES
        if place in published
    ]
    return pc.binary_join_element_wise(*parts, ", ", null_handling="skip")
