"""The command line: one file per command, each offering a function decorated as a `Command`.

Data goes to stdout, progress and messages to stderr. Exit 0: fine; 1: a check found something and
`--strict` was given; 2: bad input, told in one line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import comity
from comity import shelf
from comity.errors import ComityError


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name and the function whose parameters are its arguments and options."""

    name: str
    run: Callable[..., Any]


Store = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="DIR", help="Where facts are kept; else COMITY_STORE, else the user's data folder."
    ),
]
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="ISO code, id, name or alias, e.g. KOR.")]
Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Code, name or alias, e.g. ILO.")]


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"comity {comity.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Cooperation profiles: what a government and an international organisation do together."""


def app() -> typer.Typer:
    """The application, with every command of this folder."""
    application = typer.Typer(
        name="comity",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    application.callback()(_root)
    for command in shelf.find("comity.cli", Command).values():
        application.command(command.name)(command.run)
    return application


def main() -> None:
    """Runs the command line; every foreseen failure is one line on stderr and exit code 2."""
    try:
        code = app()(sys.argv[1:] or ["--help"], standalone_mode=False)
    except ComityError as error:
        fail(str(error))
    except typer.TyperException as error:  # what was typed does not fit the command
        fail(f"{error.format_message()} (comity --help)")
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except RuntimeError as error:  # how DuckDB tells of Ctrl-C
        if "interrupted" not in str(error).lower():
            raise
        sys.exit(130)
    except OSError as error:
        fail(f"{error.filename or 'output'}: {error.strerror or error}")
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def fail(message: str) -> None:
    """Says what is the matter in one line and ends with exit code 2."""
    print(f"comity: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(2)
