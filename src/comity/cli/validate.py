"""`comity validate`: IATI files held against the standard."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.cli import Command, Store
from comity.cli._shared import opened, write
from comity.errors import FileRefused

if TYPE_CHECKING:
    from comity.sources.iati.validator import Finding, Validation

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH…", help="IATI activity or organisation files, XML, gzip or zip, or folders of them."
    ),
]
Format = Annotated[
    Literal["text", "json"], typer.Option("--format", help="For people, or every problem for programs.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 when there is an error or worse; warnings do not count.")
]

SHOWN = 5
"""Places that the text names for each rule; json has all."""
_STYLES = {"critical": "bold red", "error": "red", "warning": "yellow"}
_NOUNS = {"iati-activit": ("activity", "activities"), "iati-organis": ("organisation", "organisations")}


def _summary(validation: Validation) -> str:
    from comity.sources.iati.validator import SEVERITIES

    one, many = _NOUNS.get(validation.root[:12], ("record", "records"))
    counts = [(severity, validation.count(severity)) for severity in SEVERITIES]
    problems = [
        f"{number:,} {severity}" + ("s" if number > 1 and severity != "critical" else "")
        for severity, number in counts
        if number
    ]
    records = f"{validation.records:,} {one if validation.records == 1 else many}"
    return f"IATI {validation.version}, {records}: {', '.join(problems) or 'no problems found'}"


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings of one rule with one text together, the worst first and then the most frequent."""
    from comity.sources.iati.validator import SEVERITIES

    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule, finding.text].append(finding)
    return sorted(groups.values(), key=lambda group: (SEVERITIES.index(group[0].severity), -len(group)))


def _places(group: Sequence[Finding]) -> Iterator[str]:
    """The first lines on which a rule is broken, in columns."""
    shown = group[:SHOWN]
    line = max(len(f"{finding.line:,}") for finding in shown)
    activity = max(len(finding.activity) for finding in shown)
    for one in shown:
        yield f"line {one.line:>{line},}  {one.activity:<{activity}}  {one.detail}".rstrip()
    if len(group) > SHOWN:
        yield f"and {len(group) - SHOWN:,} more"


def _report(name: str, validation: Validation) -> Iterator[tuple[int, str, str]]:
    """The report on one file, line by line: how far it is set in, the text, its style."""
    yield 0, name, "bold"
    yield 0, _summary(validation), ""
    for missing in validation.unchecked:
        yield 0, f"not checked: {missing}", "dim"
    for group in _groups(validation.findings):
        first = group[0]
        yield 0, "", ""
        yield 2, f"{first.severity}  {first.rule}  × {len(group):,}", _STYLES[first.severity]
        yield 2, first.text, ""
        yield from ((4, place, "dim") for place in _places(group))
    yield 0, "", ""


def _print(name: str, validation: Validation) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    for indent, text, style in _report(name, validation):
        if console.is_terminal and text:
            console.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False))
        else:
            print(" " * indent + text)


def _as_json(name: str, validation: Validation) -> dict[str, Any]:
    from comity.sources.iati.validator import SEVERITIES

    return {
        "file": name,
        "version": validation.version,
        "root": validation.root,
        "records": validation.records,
        "counts": {severity: validation.count(severity) for severity in SEVERITIES},
        "unchecked": validation.unchecked,
        "findings": [asdict(finding) for finding in validation.findings],
    }


def _documents(
    paths: Sequence[Path], refuse: Callable[[FileRefused], None]
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    from comity import validation

    for path in paths:
        try:
            yield from validation.documents(path)
        except FileRefused as error:
            refuse(error)


def validate(
    files: Files, format: Format = "text", strict: Strict = False, store: Store = None,
) -> None:  # fmt: skip
    """Holds IATI files against the standard's schemas, rulesets and codelists of their version."""
    from comity import validation

    standard, now = validation.standard_of(opened(store)), datetime.now(UTC)
    found, refused, worst = [], 0, 0

    def told(error: FileRefused) -> None:
        nonlocal refused
        print(f"comity: {' '.join(str(error).split())}", file=sys.stderr)
        refused += 1

    for name, read in _documents(files, told):
        try:
            one = validation.check_content(name, read(), standard, now)
        except FileRefused as error:
            told(error)
            continue
        worst += one.count("critical") + one.count("error")
        if format == "json":
            found.append(_as_json(name, one))
        else:
            _print(name, one)
    if format == "json":
        write((json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode(), None)
    if refused:
        raise typer.Exit(2)
    if strict and worst:
        raise typer.Exit(1)


COMMAND = Command("validate", validate)
