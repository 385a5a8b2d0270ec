"""Lists: a page of them at a time, tables with links into the site, and all of their rows as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from comity.errors import BadRequest
from comity.rows import table_as_csv, table_as_json
from comity.web import asking, site

if TYPE_CHECKING:
    import pyarrow as pa

Kind: TypeAlias = Literal["text", "amount", "zero", "missing", "code"]
Ending: TypeAlias = Literal["csv", "json"]
FILES: tuple[Ending, ...] = ("csv", "json")


# A page at a time


@dataclass(frozen=True, slots=True)
class Paging:
    """Which rows of how many are shown, and where the ones before and after stand."""

    total: int
    page: int
    size: int
    earlier: str = ""
    later: str = ""

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 of an empty list."""
        return min(self.start + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.start + self.size, self.total)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def asked_page(request: HttpRequest, name: str = "page", size: int | None = None) -> tuple[int, int]:
    """The page of a list that is asked for, and how many rows one holds. Raises `BadRequest`."""
    rows = size or asking.number(request, "size", asking.PAGE, asking.MOST)
    return asking.number(request, name, 1), rows


def paging(
    request: HttpRequest, total: int, name: str = "page", size: int | None = None, at: str = ""
) -> Paging:
    """The page of a list of `total` rows that is asked for. `at` is the id on the page that its links lead
    to. Raises `BadRequest` for a page that there is not."""
    page, rows = asked_page(request, name, size)
    last = max(1, -(-total // rows))
    if page > last:
        raise BadRequest(f"the list has {last} page(s), and no page {page}")

    def of(number: int) -> str:
        changed: dict[str, Any] = {name: number if number > 1 else None}
        return site.with_changes(request, **changed) + (f"#{at}" if at else "")

    return Paging(total, page, rows, of(page - 1) if page > 1 else "", of(page + 1) if page < last else "")


def known_at(request: HttpRequest) -> datetime | None:
    """By when facts were loaded, where the address says so. Raises `BadRequest`."""
    return asking.span(request).known_at


def to(request: HttpRequest, path: str, **query: object) -> str:
    """A path of the site, in the language and the state of knowledge that were asked for."""
    return site.address(request, path, **{"known_at": request.GET.get("known_at"), **query})


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with a list in it."""
    shared = {"to": partial(to, request), "asked_known_at": request.GET.get("known_at", "")}
    return site.page(request, template, {**shared, **context})


# Tables


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: `at` is the address it leads to, `title` what it says in full, `mark` qualifies it."""

    text: str
    kind: Kind = "text"
    at: str = ""
    mark: str = ""
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows ready to be read; the first cell of a row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    numeric: tuple[int, ...] = ()
    """Columns that stand right-aligned."""
    raw: bool = False
    """Rows as the data has them: smaller, on one line each."""


def used(grid: Grid) -> Grid:
    """`grid` without the columns in which no row has anything."""
    kept = [
        n for n in range(len(grid.columns))
        if any(row[n].text or row[n].mark for row in grid.rows)
    ]  # fmt: skip
    return Grid(
        grid.caption,
        tuple(grid.columns[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in grid.rows),
        tuple(place for place, n in enumerate(kept) if n in grid.numeric),
        grid.raw,
    )


def text_of(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


# Addresses of the site's pages


def activity_path(identifier: str) -> str:
    return f"/activities/{quote(identifier, safe='/')}"


def standard_path(instrument: str) -> str:
    return f"/standards/{quote(instrument, safe='')}/"


def source_path(name: str) -> str:
    return f"/sources/{quote(name, safe='')}/"


def file_path(path: str, ending: Ending) -> str:
    """Where the rows of the list at `path` are as a file."""
    return f"{path.rstrip('/')}.{ending}"


# Files


def answer(rows: pa.Table, ending: Ending, name: str) -> HttpResponse:
    """All rows, as the command line writes them."""
    return file(table_as_csv(rows) if ending == "csv" else table_as_json(rows), ending, name)


def file(content: bytes, ending: Ending, name: str) -> HttpResponse:
    """A file of a list: JSON is shown, CSV is saved under its name."""
    if ending == "json":
        return HttpResponse(content, content_type="application/json")
    found = HttpResponse(content, content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return found


def links(request: HttpRequest, path: str) -> list[tuple[str, str]]:
    """(words, address) of a list's files, with the page's own filters."""
    return [
        (ending.upper(), site.with_changes(request, file_path(path, ending), page=None, size=None))
        for ending in FILES
    ]


def slice_of(rows: Sequence[Any], given: Paging) -> Sequence[Any]:
    return rows[given.start : given.start + given.size]
