"""`comity sql`: read-only SQL over the public tables."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli import Command, Store
from comity.cli._shared import KnownAt, TableFormat, opened, show
from comity.typed import moment


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="e.g. \"SELECT * FROM parties LIMIT 5\"")],
    format: TableFormat = "table", known_at: KnownAt = None, store: Store = None,
) -> None:  # fmt: skip
    """Answers read-only SQL over the public tables (SHOW TABLES lists them)."""
    show(opened(store).sql(query, moment(known_at)), format)


COMMAND = Command("sql", sql)
