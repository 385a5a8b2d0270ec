"""How commands load files into a store, and what they say of it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from comity.intake import Kept
    from comity.pipeline import Progress, Report
    from comity.streaming import Watch

Partial = Annotated[
    bool,
    typer.Option(
        "--partial", help="Keep files that are shorter than expected, and of broken ones what can be read."
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers", metavar="N", min=1, show_default="one for each core",
        help="Processes that read large sources at the same time.",
    ),
]  # fmt: skip
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_MANY = 12
"""Files kept of one source, beyond which they are told together."""


@contextmanager
def _shown() -> Iterator[tuple[Progress, Watch]]:
    """What is being done, on stderr; for large files a bar with MB/s and the time that is left, as far as
    the terminal has room for them."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )  # fmt: skip
    from rich.table import Column

    said = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    about = (SpinnerColumn("dots"), TextColumn("{task.description}", markup=False, table_column=said))
    numbers = (
        (90, BarColumn(20)), (45, DownloadColumn()), (65, TransferSpeedColumn()),
        (55, TimeRemainingColumn(compact=True)),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(*about, console=console, transient=True, disable=not console.is_terminal) as shown:
        shown.expand = True
        task = shown.add_task("loading", total=None)

        def progress(line: str) -> None:
            shown.columns = about
            shown.update(task, description=line)

        def watch(name: str, done: int, total: int) -> None:
            width = console.width
            shown.columns = (*about, *(column for wide, column in numbers if width >= wide))
            shown.update(task, description=f"reading {name}", completed=done, total=total)

        yield progress, watch


@contextmanager
def _interruptible(home: Path) -> Iterator[None]:
    """Ends a load that is interrupted with one line that says what became of it."""
    from comity.store import Store

    def generation() -> int:  # a new store begins with the starter tables, which are nobody's load
        return max(Store(home).current().id if (home / "CURRENT").exists() else 0, 1)

    before = generation()
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as error:  # DuckDB tells of Ctrl-C by the latter
        if isinstance(error, RuntimeError) and "interrupted" not in str(error).lower():
            raise
        after = generation()
        what = "nothing was changed" if after == before else f"the store is at generation {after}"
        print(f"interrupted; {what}", file=sys.stderr)
        raise typer.Exit(130) from None


def loaded(
    paths: Sequence[Path],
    store: Path | None,
    source: str | None = None,
    *,
    partial: bool = False,
    workers: int = CORES,
    engine: str = "duckdb",
) -> Report | None:
    """Loads `paths` into the store, which is made from the starter tables when it is new.

    Without a path it loads these alone, again; then there is no report.
    """
    from comity import api

    home = store or api.default_path()
    with _interruptible(home), _shown() as (progress, watch):
        opened = api.create(home, progress, refresh=not paths)
        if paths:
            return opened.load(
                *paths,
                source=source,
                partial=partial,
                progress=progress,
                watch=watch,
                workers=workers,
                engine=engine,
            )
    print(f"the store at {home} holds the starter tables", file=sys.stderr)
    return None


def _counted(counts: Mapping[str, int]) -> str:
    """“9,028 activities, 58,410 transactions”."""
    names = {table: table.replace("_", " ") for table in counts}
    one = {table: name.removesuffix("s").replace("activitie", "activity") for table, name in names.items()}
    return ", ".join(f"{n:,} {(one if n == 1 else names)[table]}" for table, n in counts.items())


def _issues(number: int) -> str:
    return f", {number:,} issue{'s'[: number != 1]}" if number else ""


def _tell_kept(kept: Sequence[Kept]) -> Iterable[str]:
    """A line for each file, or for all of a source where these would be too many."""
    for source, found in groupby(kept, key=lambda one: one.source):
        files = list(found)
        if len(files) > _MANY:
            counts: Counter[str] = Counter()
            for one in files:
                counts.update(one.counts)
            same = sum(one.unchanged for one in files)
            unchanged = f", {same:,} of them unchanged" if same else ""
            issues = _issues(sum(one.issues for one in files))
            yield f"{len(files):,} files of {source}: {_counted(counts)}{issues}{unchanged}"
            yield from (
                f"{one.path.name}: {source}/{one.dataset}; {one.broken}" for one in files if one.broken
            )
            continue
        for one in files:
            span = f", {one.years[0]}" if one.years else ""
            span += f"–{one.years[-1]}" if len(one.years) > 1 else ""
            rows = f"{one.rows:,} rows" if len(one.counts) < 2 else _counted(one.counts)
            unchanged = ", unchanged" if one.unchanged else ""
            broken = f"; {one.broken}" if one.broken else ""
            told = f"{rows}{_issues(one.issues)}{unchanged}{broken}"
            yield f"{one.path.name}: {source}/{one.dataset}{span}, {told}"


def tell(report: Report) -> None:
    """Says on stderr what a load kept, skipped and changed."""
    for line in _tell_kept(report.kept):
        print(f"kept     {line}", file=sys.stderr)
    for refused in report.refused:
        print(f"skipped  {refused}", file=sys.stderr)
    if any(report.left_out.get(table) for one in report.kept for table in one.counts):
        first = next(one.counts for one in report.kept if len(one.counts) > 1)
        counts = {table: report.left_out.get(table, 0) for table in first}
        print(f"left out {_counted(counts)}, met in skipped files", file=sys.stderr)
    for line in report.outdone:
        print(f"overlap  {line}", file=sys.stderr)
    state = "the store is at generation" if report.changed else "nothing has changed; still generation"
    print(f"{state} {report.generation}", file=sys.stderr)
    if report.issues:
        print("problems in the data are listed by: comity issues", file=sys.stderr)
