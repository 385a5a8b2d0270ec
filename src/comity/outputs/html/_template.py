"""What every HTML page is filled in with: the templates, all text escaped, and the style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.charts import Table

if TYPE_CHECKING:
    from jinja2 import Environment

_HOME = Path(__file__).parent
STYLES = _HOME / "style"
_LONGEST = 58
_URL = re.compile(r"https?://[^\s;<>\"']+")


def links(text: str) -> list[tuple[str, str]]:
    """Text cut into (words, address) where it holds web addresses; the address is empty for the rest."""
    parts, at = [], 0
    for found in _URL.finditer(text):
        url = found[0].rstrip(".,)")
        shown = url.split("://", 1)[1]
        parts += [
            (text[at : found.start()], ""),
            (shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…", url),
        ]
        at = found.start() + len(url)
    return [part for part in (*parts, (text[at:], "")) if part[0]]


_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufefc]")


def from_right(*texts: str) -> bool:
    """Whether a text may run from the right, so that the browser has to find its direction."""
    return any(map(_RIGHT_TO_LEFT.search, texts))


@cache
def environment(*others: Path) -> Environment:
    """Jinja2 as a page needs it: everything escaped, nothing undefined passed over. Templates are found in
    this folder and in `others`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader([*others, _HOME]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["links"] = links
    found.globals["from_right"] = from_right
    return found


def style(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "".join((STYLES / name).read_text(encoding="utf-8") for name in names)


def is_number(table: Table, column: int) -> bool:
    """Whether a column stands right-aligned."""
    return all(row[column].kind != "text" for row in table.rows)


def filled(template: str, context: Mapping[str, Any]) -> bytes:
    """A page, without the empty lines and indents that templates leave behind."""
    page = environment().get_template(template).render(context)
    lines = (line.strip() for line in page.splitlines())
    return ("\n".join(line for line in lines if line) + "\n").encode()
