"""`comity issues`: problems found in published data."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli import Command, Store
from comity.cli._shared import KnownAt, TableFormat, opened, show
from comity.errors import SourceNotKnown
from comity.sources import shelved
from comity.typed import moment

Only = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="Only of this source; “load” for files left out."),
]


def issues(
    source: Only = None, format: TableFormat = "table", known_at: KnownAt = None, store: Store = None,
) -> None:  # fmt: skip
    """Lists problems in the data that was loaded, and files that were left out."""
    known = {*shelved(), "load"}
    if source is not None and source not in known:
        raise SourceNotKnown(source, known)
    only = f"WHERE source = '{source}'" if source else ""
    query = f"SELECT source, dataset, locator, rule, text, snapshot FROM issues {only} ORDER BY ALL"
    show(opened(store).sql(query, moment(known_at)), format)


COMMAND = Command("issues", issues)
