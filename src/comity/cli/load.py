"""`comity load`: files into the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from comity.cli import Command, Store
from comity.pipeline import Report

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH…", help="Files or folders; none for the starter tables alone."),
]
AsSource = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Read them as this source.")]
Partial = Annotated[bool, typer.Option("--partial", help="Keep files that are shorter than expected.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when there is anything to report.")]


def load(
    paths: Paths = None, source: AsSource = None, partial: Partial = False, strict: Strict = False,
    store: Store = None,
) -> None:  # fmt: skip
    """Loads files into the store, which is made from the starter tables when it is new."""
    from rich.console import Console

    from comity import api

    console = Console(stderr=True)
    home = store or api.default_path()
    with console.status("loading", spinner="dots") as status:

        def progress(line: str) -> None:
            status.update(f"loading {line}")

        opened = api.create(home, progress, refresh=not paths)
        if not paths:
            print(f"the store at {home} holds the starter tables", file=sys.stderr)
            return
        report = opened.load(*paths, source=source, partial=partial, progress=progress)
    _tell(report)
    if strict and report.issues:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
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


COMMAND = Command("load", load)
