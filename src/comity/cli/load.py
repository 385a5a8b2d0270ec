"""`comity load`: files into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli import Command, Store
from comity.cli._loading import CORES, Partial, Workers, loaded, tell
from comity.cli._shared import EngineUrl

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH…", help="Files or folders; none for the starter tables alone."),
]
AsSource = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Read them as this source.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when there is anything to report.")]


def load(
    paths: Paths = None, source: AsSource = None, partial: Partial = False, strict: Strict = False,
    workers: Workers = CORES, engine: EngineUrl = "duckdb", store: Store = None,
) -> None:  # fmt: skip
    """Loads files into the store, which is made from the starter tables when it is new."""
    if report := loaded(paths or (), store, source, partial=partial, workers=workers, engine=engine):
        tell(report)
        if strict and report.issues:
            raise typer.Exit(1)


COMMAND = Command("load", load)
