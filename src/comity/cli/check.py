"""`comity check`: what pages state, held against the data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from comity.cli import Command, Store
from comity.cli._shared import KnownAt, opened, write
from comity.typed import moment

Partner = Annotated[
    str | None, typer.Argument(metavar="[PARTNER", help="ISO code, id, name or alias; none for all.")
]
Organisation = Annotated[str | None, typer.Argument(metavar="ORGANISATION]", help="Code, name or alias.")]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json, csv, md or html.")]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Exit with 1 when a claim is stale, differs, or its page contradicts itself."
    ),
]
Language = Annotated[str, typer.Option("--lang", metavar="LANG", help="en, fr, es or ko.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.")]


def check(
    partner: Partner = None, organisation: Organisation = None, format: Format = "text",
    strict: Strict = False, known_at: KnownAt = None, lang: Language = "en", output: Output = None,
    store: Store = None,
) -> None:  # fmt: skip
    """Holds stated figures against computed ones, with the reason for each difference."""
    from comity import outputs
    from comity.outputs import _verdicts

    known = moment(known_at)
    outputs.check_format(format, lang)
    found = opened(store).check(partner, organisation, known_at=known)
    colours = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    write(outputs.render_check(found, format, lang, terminal=colours), output)
    if not found.verdicts:
        which = "on this pair " if partner or organisation else ""
        print(f"no claim {which}is loaded; load some with: comity register import FILE", file=sys.stderr)
    if strict and any(one.name in _verdicts.ATTENTION for one in found.verdicts):
        raise typer.Exit(1)


COMMAND = Command("check", check)
