"""The pieces of a Markdown page: escaped text, links, tables. Nothing from the data acts as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from comity import i18n
from comity.charts import Cell, Table

_ADDRESS = re.compile(r"https?://[^\s<>|\\]+")


def escaped(text: str) -> str:
    """Text on one line, with the characters that Markdown or HTML would act on set off."""
    text = i18n.one_line(text)
    text = re.sub(r"([\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;))", r"\\\1", text)
    return re.sub(r"^([-+=]|\d+(?=[.)]\s))", _set_off, text)


def _set_off(found: re.Match[str]) -> str:
    """The start of a line that would open a list or underline a heading."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def code(text: str) -> str:
    """Text as it is typed."""
    return f"`{i18n.one_line(text).replace('`', '')}`"


def link(text: str, address: str) -> str:
    """Text that leads to a web address; an address that Markdown could read otherwise leads nowhere."""
    if not _ADDRESS.fullmatch(address):
        return escaped(text)
    return f"<{address}>" if text == address else f"[{escaped(text)}](<{address}>)"


def cell_text(cell: Cell) -> str:
    """A cell on one line, with its mark in brackets."""
    text = link(cell.text, cell.link) if cell.link else escaped(cell.text)
    return f"{text} ({escaped(cell.mark)})" if cell.mark and cell.text else text


def table_lines(columns: Iterable[str], rows: Iterable[Iterable[str]], numbers: int = 0) -> Iterator[str]:
    """A table; `numbers` columns from the right stand right-aligned."""
    heads = [escaped(column) for column in columns]
    rules = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    for line in (heads, rules, *rows):
        yield f"| {' | '.join(line)} |"
    yield ""


def block(table: Table, lang: str) -> Iterator[str]:
    """A table under its caption, with what its rows and the whole have to add."""
    yield f"**{escaped(table.caption)}**"
    yield ""
    numeric = 0
    while numeric < len(table.columns) and all(row[-1 - numeric].kind != "text" for row in table.rows):
        numeric += 1
    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    if table.total and rows:
        rows[-1] = [f"**{text}**" for text in rows[-1]]
    yield from table_lines(table.columns, rows, numeric)
    for row in table.rows:
        if row[0].note:
            yield f"- {i18n.named(escaped(row[0].text), escaped(row[0].note), lang)}"
    for note in table.notes:
        yield f"- {escaped(note)}"
    if table.notes or any(row[0].note for row in table.rows):
        yield ""
