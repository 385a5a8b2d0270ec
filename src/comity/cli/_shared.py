"""What several commands need: the store, years and dates as typed, and tables on stdout."""

from __future__ import annotations

import io
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.errors import BadRequest, NotWritable
from comity.rows import table_as_csv, table_as_json

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.table import Table

    from comity.api import Comity

Years = Annotated[str, typer.Option("--years", metavar="FIRST-LAST", help="Calendar years, e.g. 2018-2022.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day on which facts hold; else the period's last."),
]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="TIME", help="Answer from what was loaded by then (UTC).")
]
EngineUrl = Annotated[
    str, typer.Option("--engine", metavar="URL", help="Who computes: duckdb, or sc://HOST:PORT.")
]
_WIDEST = 10_000
TableFormat = Annotated[
    Literal["table", "csv", "json"], typer.Option("--format", help="How to print the rows.")
]


def opened(store: Path | None) -> Comity:
    """The store to work with."""
    from comity import api

    return api.open_store(store)


def write(content: bytes, output: Path | None) -> None:
    """To the file `output`, whole or not at all, or to stdout."""
    from comity.store import files

    if output is not None:
        place = output.resolve()  # a link stays a link
        if place.exists() and not place.is_file():  # a device or pipe is written to, never replaced
            with files.writing_to(place), place.open("wb") as open_place:
                open_place.write(content)
        else:
            files.put(place, content)
        return
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotWritable("standard output", error.strerror or str(error)) from None


def show(rows: pa.Table, format: str) -> None:
    """Prints rows: as a table for people, or as csv or json for programs."""
    if len(set(rows.column_names)) < len(rows.column_names):
        raise BadRequest("two columns have the same name; give them names with AS")
    if format == "json":
        write(table_as_json(rows), None)
    elif format == "csv":
        write(table_as_csv(rows), None)
    else:
        _show_table(rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):  # money to the cent; a rate, which has twelve places, to six
        return f"{value:,.6f}" if value.as_tuple().exponent == -12 else f"{value:,.2f}"
    return str(value)


def _shared_columns(rows: pa.Table) -> dict[str, Any]:
    """The columns of origin whose value all rows share: said once above the table."""
    once = ("source", "dataset", "snapshot", "basis", "receiver_name", "provider_name", "confidence")
    values = {name: rows[name].unique().to_pylist() for name in rows.column_names if name in once}
    return {
        name: found[0] for name, found in values.items() if len(found) == 1 and found[0] not in (None, "")
    }


def printed(table: Table) -> None:
    """Prints a table as wide as the terminal; elsewhere as wide as its rows, without the blanks
    that would fill them up."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    text = io.StringIO()
    Console(file=text, width=_WIDEST, highlight=False, color_system=None).print(table)
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    rule = next((n for n, line in enumerate(lines) if line.strip(" ─") == "" and line), None)
    if rule is not None:
        lines[rule] = lines[rule][: max(len(line) for n, line in enumerate(lines) if n != rule)]
    print("\n".join(lines))


def _show_table(rows: pa.Table) -> None:
    import pyarrow as pa
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shared = _shared_columns(rows) if rows.num_rows > 1 else {}
    for name, value in shared.items():
        print(f"{name}: {_cell(value)}")
    rows = rows.drop(
        [*shared, *(name for name in rows.column_names if not rows.num_rows - rows[name].null_count)]
    )
    shown = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for field in rows.schema:
        number = pa.types.is_decimal(field.type) or pa.types.is_integer(field.type)
        shown.add_column(field.name, justify="right" if number else "left", overflow="fold")
    for row in rows.to_pylist():
        cells = dict(row)
        if cells.get("snapshot"):
            cells["snapshot"] = str(cells["snapshot"])[:12]
        shown.add_row(*(Text(_cell(value)) for value in cells.values()))  # [bold] is text, not markup
    printed(shown)
    print(f"{rows.num_rows:,} row{'' if rows.num_rows == 1 else 's'}", file=sys.stderr)
