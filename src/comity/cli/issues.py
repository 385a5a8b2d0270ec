"""`comity issues`: problems found in published data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import Command, Store
from comity.cli._shared import KnownAt, TableFormat, opened, show
from comity.errors import NotKnown, SourceNotKnown
from comity.sources import shelved
from comity.tables import quoted
from comity.typed import moment

if TYPE_CHECKING:
    import pyarrow as pa

Only = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="Only of this source; “load” for files left out."),
]
OfDataset = Annotated[
    str | None, typer.Option("--dataset", metavar="NAME", help="Only of this dataset, or file left out.")
]
ByRule = Annotated[str | None, typer.Option("--rule", metavar="RULE", help="Only by this rule, e.g. R8.")]
Summary = Annotated[
    bool, typer.Option("--summary", help="Count them by source and rule, each with an example.")
]
_ALL = "SELECT source, dataset, locator, rule, text, snapshot FROM issues {where} ORDER BY ALL"
_COUNTS = """
    SELECT source, rule, count(*) AS issues, count(DISTINCT dataset) AS datasets,
        min_by(
            concat_ws(', ', dataset, nullif(locator, '')) || ': ' || text, (dataset, locator, text)
        ) AS example
    FROM issues {where} GROUP BY source, rule ORDER BY source, issues DESC, rule
"""


def issues(
    source: Only = None, dataset: OfDataset = None, rule: ByRule = None, summary: Summary = False,
    format: TableFormat = "table", known_at: KnownAt = None, store: Store = None,
) -> None:  # fmt: skip
    """Lists problems in the data that was loaded, and files that were left out."""
    known = {*shelved(), "load"}
    if source is not None and source not in known:
        raise SourceNotKnown(source, known)
    asked = {"source": source, "dataset": dataset, "rule": rule}
    only = [f"{column} = {quoted(value)}" for column, value in asked.items() if value is not None]
    where = f"WHERE {' AND '.join(only)}" if only else ""
    held, when = opened(store), moment(known_at)
    rows = held.sql((_COUNTS if summary else _ALL).format(where=where), when)
    if not rows.num_rows:
        for column in ("dataset", "rule"):
            _check(held.sql(f"SELECT DISTINCT {column} AS name FROM issues", when), column, asked[column])
    show(rows, format)


def _check(known: pa.Table, column: str, value: str | None) -> None:
    """Raises `NotKnown` for a dataset or rule that has no issues, which may be mistyped."""
    names = known["name"].to_pylist()
    if value is not None and value not in names:
        raise NotKnown(f"{column} with issues", value, names)


COMMAND = Command("issues", issues)
