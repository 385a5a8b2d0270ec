"""How commands load files into a store, and what they say of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from comity.pipeline import Report

Partial = Annotated[bool, typer.Option("--partial", help="Keep files that are shorter than expected.")]


def loaded(
    paths: Sequence[Path], store: Path | None, source: str | None = None, *, partial: bool = False
) -> Report | None:
    """Loads `paths` into the store, which is made from the starter tables when it is new.

    Without a path it loads these alone, again; then there is no report.
    """
    from rich.console import Console

    from comity import api

    home = store or api.default_path()
    with Console(stderr=True).status("loading", spinner="dots") as status:

        def progress(line: str) -> None:
            status.update(f"loading {line}")

        opened = api.create(home, progress, refresh=not paths)
        if paths:
            return opened.load(*paths, source=source, partial=partial, progress=progress)
    print(f"the store at {home} holds the starter tables", file=sys.stderr)
    return None


def tell(report: Report) -> None:
    """Says on stderr what a load kept, skipped and changed."""
    for kept in report.kept:
        span = (
            f", {kept.years[0]}–{kept.years[-1]}"
            if len(kept.years) > 1
            else f", {kept.years[0]}"
            if kept.years
            else ""
        )
        issues = f", {kept.issues} issue{'s'[: kept.issues > 1]}" if kept.issues else ""
        print(
            f"kept     {kept.path.name}: {kept.source}/{kept.dataset}{span}, {kept.rows:,} rows{issues}",
            file=sys.stderr,
        )
    for refused in report.refused:
        print(f"skipped  {refused}", file=sys.stderr)
    for line in report.outdone:
        print(f"overlap  {line}", file=sys.stderr)
    state = "the store is at generation" if report.changed else "nothing has changed; still generation"
    print(f"{state} {report.generation}", file=sys.stderr)
    if report.issues:
        print("problems in the data are listed by: comity issues", file=sys.stderr)
