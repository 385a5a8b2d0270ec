"""`comity evidence`: the rows behind one figure."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli import Command, Organisation, Partner, Store
from comity.cli._shared import AsOf, EngineUrl, KnownAt, TableFormat, Years, opened, show
from comity.typed import day, moment, years


def evidence(
    partner: Partner, organisation: Organisation,
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="e.g. contributions.assessed")],
    years_: Years, as_of: AsOf = None, known_at: KnownAt = None, engine: EngineUrl = "duckdb",
    format: TableFormat = "table", store: Store = None,
) -> None:  # fmt: skip
    """Lists the rows that a figure counts, each with its source, file and line."""
    asked, when, known = years(years_), day(as_of), moment(known_at)
    rows = opened(store).evidence(
        partner, organisation, measure, asked, as_of=when, known_at=known, engine=engine
    )
    show(rows, format)


COMMAND = Command("evidence", evidence)
