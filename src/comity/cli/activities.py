"""`comity activities`: published activities by who, where, what and when, and by what they say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli import Command, Store
from comity.cli._shared import KnownAt, TableFormat, opened, printed, show
from comity.typed import moment, years

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

Text = Annotated[
    str | None,
    typer.Option(
        "--text", metavar="WORDS",
        help='Words of title, description or identifier; "a phrase", begin*, a OR b, -without.',
    ),
]  # fmt: skip
Partner = Annotated[
    str | None,
    typer.Option(
        "--partner", metavar="PARTNER", help="Who takes part: ISO code, id, name or alias, e.g. KOR."
    ),
]
Organisation = Annotated[
    str | None,
    typer.Option("--organisation", metavar="ORGANISATION", help="Who takes part, too, e.g. ILO."),
]
Country = Annotated[
    str | None,
    typer.Option("--country", metavar="COUNTRY", help="Where: ISO code, name or alias, e.g. LA."),
]
Sector = Annotated[
    str | None, typer.Option("--sector", metavar="CODE", help="DAC code or its first digits, e.g. 160.")
]
Status = Annotated[
    str | None, typer.Option("--status", metavar="STATUS", help="Code or word, e.g. 2 or implementation.")
]
Years = Annotated[
    str | None, typer.Option("--years", metavar="FIRST-LAST", help="Running in these years, e.g. 2018-2022.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Show at most so many; 0 shows all.")]
_WIDE = 100
_MOST_CODES = 9


def activities(
    text: Text = None, partner: Partner = None, organisation: Organisation = None, country: Country = None,
    sector: Sector = None, status: Status = None, years_: Years = None, limit: Limit = 50,
    format: TableFormat = "table", known_at: KnownAt = None, store: Store = None,
) -> None:  # fmt: skip
    """Lists activities published in IATI: the best first with --text, else the newest."""
    from comity.activities import Asked, find

    period = years(years_) if years_ is not None else None
    asked = Asked(text, partner, organisation, country, sector, status, period, limit)
    found = find(opened(store).store, asked, known_at=moment(known_at), progress=_tell)
    if format == "table":
        _show(found.rows)
    else:
        show(found.rows, format)
    if found.rows.num_rows < found.total:
        _tell(f"{found.rows.num_rows:,} of {found.total:,} activities; --limit 0 shows all")
    elif format == "table":
        _tell(f"{found.total:,} activit{'y' if found.total == 1 else 'ies'}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _show(rows: pa.Table) -> None:
    """On a terminal a row is a few lines, with the title in full; elsewhere one line with every column."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    if not rows.num_rows:
        return
    console = Console(file=sys.stdout, highlight=False)
    shown = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    (_fill if console.is_terminal else _fill_wide)(shown, rows, console)
    printed(shown)


def _fill(shown: Any, rows: pa.Table, console: Console) -> None:
    from rich.text import Text as Styled

    shown.leading = 1
    wide = console.width >= _WIDE
    shown.add_column("activity", overflow="fold", ratio=1)
    shown.add_column("status and dates", overflow="fold", width=23 if wide else 16)
    shown.add_column("countries", overflow="fold", width=14 if wide else 11)
    shown.expand = True
    for row in rows.to_pylist():
        by = row["reporting_org_name"] or row["reporting_org"]
        said = Styled(_clean(row["title"]) or "(no title)")
        copies = f"{row['copies']} copies" if row["copies"] else ""
        said.append("\n" + " · ".join(filter(None, map(_clean, (row["activity_id"], by, copies)))), "dim")
        status = _clean(row["status"]).partition(" ")[2] or _clean(row["status"])
        when = " – ".join(str(row[name] or "…") for name in ("start", "end"))
        lines = [status, when if row["start"] or row["end"] else "no dates"]
        shown.add_row(said, Styled("\n".join(filter(None, lines))), Styled(_first(_clean(row["countries"]))))


def _fill_wide(shown: Any, rows: pa.Table, console: Console) -> None:
    from rich.text import Text as Styled

    if not rows.num_rows - rows["copies"].null_count:
        rows = rows.drop(["copies"])
    for name in rows.column_names:
        shown.add_column(name)
    for row in rows.to_pylist():
        shown.add_row(*(Styled(_clean(value)) for value in row.values()))


def _first(codes: str) -> str:
    """Codes of countries, of many the first ones and how many more."""
    listed = codes.split()
    if len(listed) <= _MOST_CODES:
        return codes
    return f"{' '.join(listed[: _MOST_CODES - 1])} and {len(listed) - _MOST_CODES + 1} more"


def _clean(value: object) -> str:
    """A value in one line, without what would steer a terminal."""
    if value is None:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())


COMMAND = Command("activities", activities)
