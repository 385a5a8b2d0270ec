"""`comity profile`: one partner, one organisation, a period."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from comity import shelf
from comity.cli import Command, Organisation, Partner, Store
from comity.cli._shared import AsOf, EngineUrl, KnownAt, Years, opened, write
from comity.typed import day, moment, years

Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help=", ".join(shelf.names("comity.outputs")) + ".")
]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.")]
Language = Annotated[str, typer.Option("--lang", metavar="LANG", help="en, fr, es or ko.")]


def profile(
    partner: Partner, organisation: Organisation, years_: Years, as_of: AsOf = None,
    known_at: KnownAt = None, lang: Language = "en", engine: EngineUrl = "duckdb",
    format: Format = "text", output: Output = None, store: Store = None,
) -> None:  # fmt: skip
    """The cooperation profile of a partner and an organisation."""
    from comity import i18n, outputs

    outputs.named(format)
    i18n.translator(lang)
    asked, when, known = years(years_), day(as_of), moment(known_at)
    found = opened(store).profile(partner, organisation, asked, as_of=when, known_at=known, engine=engine)
    colours = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    write(found.render(format, lang, terminal=colours), output)


COMMAND = Command("profile", profile)
