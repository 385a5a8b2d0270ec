"""What the engine answers to requests, put together by measure: for many at once, or all that a profile of
one needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from comity.engines import Request
from comity.measures import Measure
from comity.model import Item, SourceUse
from comity.parties import Directory
from comity.plan import Plan

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.engines import Connection

_ORIGIN = ("source", "dataset", "snapshot", "locator")


@dataclass(frozen=True, slots=True)
class Library:
    """A generation of facts, open for questions: the tables, the measures' SQL, who is who."""

    connection: Connection
    plan: Plan
    directory: Directory
    known_at: datetime
    kept: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was read once, as it holds for the whole generation."""


@dataclass(slots=True)
class Answers:
    """What the engine said to one request, by measure."""

    sums: dict[str, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    values: dict[str, Decimal | int | None] = field(default_factory=dict)
    uses: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    uncertain: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    covered: dict[str, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    covered_by: dict[str, set[SourceUse]] = field(default_factory=lambda: defaultdict(set))
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    items: dict[str, tuple[Item, ...]] = field(default_factory=dict)

    def add_sum(self, sharing: Sequence[str], row: Mapping[str, Any]) -> None:
        """Adds a row of a plan's `sums`."""
        for n, measure in enumerate(sharing):
            if row.get(f"counts_{n}", True):
                years = self.sums[measure]
                years[row["year"]] = years.get(row["year"], Decimal(0)) + row["value"]
                self.uses[measure][row["source"], row["snapshot"]] += row["rows"]

    def add_uses(self, sharing: Sequence[str], row: Mapping[str, Any]) -> None:
        """Adds a row of a plan's `uses`."""
        for n, measure in enumerate(sharing):
            if rows := row[f"rows_{n}"]:
                self.uses[measure][row["source"], row["snapshot"]] += rows
                self.uncertain[measure] += row.get(f"uncertain_{n}", 0)


def of_many(library: Library, requests: Sequence[Request], family: str) -> dict[int, Answers]:
    """Puts `requests` to the engine, all in one pass for each base of the family."""
    found: dict[int, Answers] = defaultdict(Answers)
    library.connection.ask(requests)
    for base, sharing in library.plan.bases.items():
        if base.startswith(f"{family}."):
            for row in _rows(library, library.plan.sums.get(base)):
                found[row["request"]].add_sum(sharing, row)
            for row in _rows(library, library.plan.values.get(base)):
                for n, measure in enumerate(sharing):
                    found[row["request"]].values[measure] = row[f"value_{n}"]
            for row in _rows(library, library.plan.uses.get(base)):
                found[row["request"]].add_uses(sharing, row)
    for row in _rows(library, library.plan.notes.get(family)):
        found[row["request"]].notes[row["measure"]].append(row["flag"])
    _add_coverage(library, found)
    return found


def of_one(library: Library, request: Request, chosen: Sequence[Measure]) -> Answers:
    """What a profile needs: as `of_many` of all families, with items, but what is no money is folded
    from the rows themselves."""
    found: dict[int, Answers] = defaultdict(Answers)
    answer, plan = found[request.request], library.plan
    library.connection.ask([request])
    _add_coverage(library, found)
    # Measures that share a base or a listing exist for the same requests.
    wanted = {measure.id: measure for measure in chosen}
    for base in plan.sums.keys() & wanted.keys():
        for row in _rows(library, plan.sums[base]):
            answer.add_sum(plan.bases[base], row)
    for base in plan.shared.keys() & wanted.keys():
        rows = library.connection.answer(plan.shared[base])
        for n, id_ in enumerate(plan.bases[base]):
            _fold(answer, wanted[id_], _counted(rows, n))
    for first in plan.listings.keys() & wanted.keys():
        shown = library.connection.answer(plan.listings[first])
        for measure in (m for m in chosen if m.listing == wanted[first].listing):
            answer.items[measure.id] = _items(_of(shown, measure), hidden=())
    for family in dict.fromkeys(measure.family for measure in chosen):
        for row in _rows(library, plan.notes.get(family)):
            answer.notes[row["measure"]].append(row["flag"])
    return answer


def _rows(library: Library, sql: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = library.connection.answer(sql).to_pylist() if sql else []
    return found


def _counted(rows: pa.Table, place: int) -> pa.Table:
    """The rows that count for the measure at this place of its base, without the columns that say so."""
    of = f"counts_{place}"
    if of not in rows.column_names:
        return rows
    shown = [name for name in rows.column_names if not name.startswith("counts_")]
    return rows.select(shown).filter(rows[of])


def _of(rows: pa.Table, measure: Measure) -> pa.Table:
    """What of a listing is the measure's."""
    import pyarrow.compute as pc

    if "measure" in rows.column_names:
        rows = rows.filter(pc.equal(rows["measure"], measure.id)).drop(["measure"])
    return rows.select(measure.columns) if measure.columns else rows


def _fold(answer: Answers, measure: Measure, rows: pa.Table) -> None:
    """Adds the measure's value, sources and items, made of the rows that count."""
    if rows.num_rows:
        answer.values[measure.id] = measure.fold.arrow(rows)
        origins = zip(rows["source"].to_pylist(), rows["snapshot"].to_pylist(), strict=True)
        answer.uses[measure.id].update(origins)
        if "confidence" in rows.column_names:
            answer.uncertain[measure.id] = sum(sure != "high" for sure in rows["confidence"].to_pylist())
    if measure.listed and not measure.listing:
        answer.items[measure.id] = _items(rows, hidden=_ORIGIN)


def _add_coverage(library: Library, found: Mapping[int, Answers]) -> None:
    for request, type_, year, source, snapshot, reported in zip(
        *(column.to_pylist() for column in library.connection.answer(library.plan.coverage).columns),
        strict=True,
    ):
        answer = found[request]
        answer.covered[type_].add(year)
        if reported:
            answer.covered_by[type_].add(SourceUse(source, snapshot, 0))


def _items(rows: pa.Table, hidden: Sequence[str]) -> tuple[Item, ...]:
    """Rows as items, without columns that hold nothing."""
    if not rows.num_rows:
        return ()
    shown = [name for name in rows.column_names if name not in ("request", *hidden)]
    return tuple(
        {name: value for name, value in row.items() if value is not None}
        for row in ordered(rows).select(shown).to_pylist()
    )


def ordered(table: pa.Table) -> pa.Table:
    """Rows in an order that does not depend on how the engine worked."""
    first = [c for c in ("year", "type", "start_year", "category", "subject") if c in table.column_names]
    rest = [c for c in table.column_names if c not in first]
    if table.num_rows < 2:
        return table
    return table.sort_by([(column, "ascending") for column in (*first, *rest)])
