"""Whether a file is what its source promises, and may take the place of what is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.errors import FileRefused
from comity.sources import Source
from comity.store import Part

SMALL = 10
"""Rows below which a dataset may shrink as it likes."""
_SAY_PARTIAL = "to keep it all the same say --partial"


def check_expected(
    source: Source, dataset: str, table: str, rows: Mapping[int | None, int], name: str
) -> None:
    """Raises `FileRefused` when the file does not have the years and number of rows that its source
    expects. `rows` counts those of its main `table` by year; the year None stands for all."""
    years = [year for year in rows if year is not None]
    for expected in source.expects:
        if expected.dataset in (dataset, table, "*") and (
            reason := expected.broken_by(sum(rows.values()), years)
        ):
            raise FileRefused(name, f"{reason}; {_SAY_PARTIAL}")


def check_not_shrunk(
    held: Iterable[Part], source: Source, dataset: str, table: str, rows: Mapping[int | None, int], name: str
) -> None:
    """Raises `FileRefused` when less than half of the rows held would be left: a file is then more
    likely cut short than corrected."""
    kept = [p for p in held if p.table == table and (p.source, p.dataset) == (source.name, dataset)]
    for year, new in rows.items():
        old = sum(part.rows for part in kept if part.year == year)
        if old >= SMALL and new < old / 2:
            raise FileRefused(
                name, f"{new:,} rows for {year or dataset}, where {old:,} are held; {_SAY_PARTIAL}"
            )


def check_kind(
    parts: Iterable[Part], source: Source, dataset: str, table: str, years: Iterable[int | None], name: str
) -> None:
    """A file does not take the place of one of another kind only because it has its name."""
    slots = {(source.name, dataset, year) for year in years}
    held = {p.table for p in parts if p.slot in slots and p.table != "issues"}
    if held and table not in held:
        raise FileRefused(
            name,
            f"“{dataset}” already holds {', '.join(sorted(held))}, which this file of "
            f"{table} would replace; give the file another name",
        )
