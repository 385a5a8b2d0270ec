"""`comity register`: claims and partnership registers into the store, and out of it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from comity.cli import Command, Store
from comity.cli._loading import Partial, loaded, tell
from comity.cli._shared import opened, write
from comity.errors import BadRequest
from comity.rows import table_as_csv
from comity.sources import _own
from comity.tables import contracts, quoted

if TYPE_CHECKING:
    from comity.api import Comity

MOST_LINES = 20
"""How many rows that were left out are told one by one."""

Action = Annotated[Literal["import", "export"], typer.Argument(metavar="import|export")]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="Claims or responses as .csv, a pair's register as .toml.")
]
Partner = Annotated[str | None, typer.Option("--partner", metavar="NAME", help="Export only this partner's.")]
Organisation = Annotated[
    str | None, typer.Option("--organisation", metavar="NAME", help="Export only this organisation's.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Import: exit with 1 when a row is left out.")]


def register(
    action: Action, file: File, partner: Partner = None, organisation: Organisation = None,
    partial: Partial = False, strict: Strict = False, store: Store = None,
) -> None:  # fmt: skip
    """Imports claims or a register from a file, telling each row that cannot be taken, or exports them."""
    if action == "export":
        if partial or strict:
            raise BadRequest("--partial and --strict go with import")
        write(_exported(opened(store), file, partner, organisation), file)
    elif partner or organisation:
        raise BadRequest("--partner and --organisation go with export; each row of a file names its own")
    elif _import(file, store, partial) and strict:
        raise typer.Exit(1)


def _import(file: Path, store: Path | None, partial: bool) -> int:
    """How many rows are left out."""
    report = loaded([file], store, "register", partial=partial)
    if report is None:
        return 0
    tell(report)
    told = [issue for kept in report.kept for issue in kept.told]
    told.sort(key=lambda issue: (len(issue.locator), issue.locator))  # “line 9” before “line 10”
    for issue in told[:MOST_LINES]:
        print(f"left out {issue.locator}: {issue.text}", file=sys.stderr)
    if len(told) > MOST_LINES:
        print(f"left out {len(told) - MOST_LINES:,} more rows, listed by: comity issues", file=sys.stderr)
    return len(told)


def _exported(comity: Comity, file: Path, partner: str | None, organisation: str | None) -> bytes:
    from comity.parties import Directory

    known = Directory(comity.connect())
    pair = {}
    if partner:
        pair["partner"] = known.partner(partner).id
    if organisation:
        pair["organisation"] = known.organisation(organisation).id
    if file.suffix == ".csv":
        return _claims(comity, pair)
    if file.suffix != ".toml":
        raise BadRequest(f"“{file.name}” ends neither in .csv, for claims, nor in .toml, for a register")
    if len(pair) < 2:
        raise BadRequest("a register is that of a pair; say --partner and --organisation")
    return _stored(comity, "-".join(pair.values()))


def _claims(comity: Comity, pair: dict[str, str]) -> bytes:
    """The claims in the layout that `import` reads."""
    contract = contracts()["claims"]
    columns, order = ", ".join(_own.names(contract)), ", ".join(contract.order)
    only = " AND ".join(f"{column} = {quoted(id_)}" for column, id_ in pair.items())
    rows = comity.sql(f"SELECT {columns} FROM claims WHERE {only or 'true'} ORDER BY {order}")
    if not rows.num_rows:
        raise BadRequest(f"the store holds no claims{' of ' * bool(pair)}{' and '.join(pair.values())}")
    return table_as_csv(rows)


def _stored(comity: Comity, dataset: str) -> bytes:
    """The register of a pair as it was loaded."""
    from comity.pipeline import unpacked

    wanted = ("coverage", "register", dataset)
    parts = comity.store.current().parts
    found = next((p.snapshot for p in parts if (p.table, p.source, p.dataset) == wanted), None)
    if found is None:
        raise BadRequest(f"the store holds no register of {dataset}")
    return unpacked(f"{dataset}.toml", comity.store.raw(found))


COMMAND = Command("register", register)
