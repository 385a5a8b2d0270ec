"""An answer as JSON, CSV or Parquet: the digits are those that the command line prints."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from comity import typed
from comity.errors import BadRequest
from comity.provenance import digest, stamp
from comity.rows import as_csv, plain
from comity.sources import arrow_type
from comity.tables import Column
from comity.web import facts
from comity.web.api import _asked
from comity.web.api._refused import NotAcceptable
from comity.web.api._rows import JSON, Order, Row, Rows, Shape

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["json", "csv", "parquet"]
TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
TOTAL, WAS_CUT = "Comity-Total", "Comity-Cut"
"""Headers: how many rows there are, and whether the answer holds fewer."""


def accepted(request: HttpRequest, given: Format | None, known: Sequence[Format] = tuple(TYPES)) -> Format:
    """The form of the answer: the suffix of the address, else what the request accepts most."""
    if given is not None:
        return given
    types = [TYPES[name] for name in known]
    preferred = request.get_preferred_type(types)
    if preferred is None:
        raise NotAcceptable(types)
    return known[types.index(preferred)]


def as_json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def as_parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def arrow(columns: Sequence[Column], rows: Sequence[Row]) -> pa.Table:
    """Rows as an Arrow table of the columns' types."""
    import pyarrow as pa

    def cell(column: Column, value: Any) -> Any:
        if value is None or column.kind not in ("amount", "rate"):
            return value
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)

    return pa.table(
        [pa.array([cell(c, row[c.name]) for row in rows], arrow_type(c.kind)) for c in columns],
        names=[column.name for column in columns],
    )


def file(content: bytes, format: Format, name: str = "") -> HttpResponse:
    kind = "text/csv; charset=utf-8" if format == "csv" else TYPES[format]
    answer = HttpResponse(content, content_type=kind)
    if format != "json" and name:
        answer["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return answer


# Pages of a list


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, and the generation that the first one was told from."""

    offset: int
    known_at: datetime


def known_by(request: HttpRequest, asked: _asked.Listed) -> datetime | None:
    """The generation to ask: that of the first page, else the one asked for."""
    place = _place(request, asked)
    return place.known_at if place else asked.known


def _place(request: HttpRequest, asked: _asked.Listed) -> Place | None:
    """Raises `BadRequest` where the cursor is none of ours or belongs to another question."""
    if asked.cursor is None:
        return None
    try:
        packed = base64.urlsafe_b64decode(asked.cursor + "=" * (-len(asked.cursor) % 4))
        offset, moment, about = json.loads(packed)
        known = typed.moment(moment)
        if not isinstance(offset, int) or offset < 0 or known is None:
            raise ValueError
    except (ValueError, TypeError, RecursionError, BadRequest):
        raise BadRequest("cursor: this is none that an answer gave") from None
    if about != _about(request):
        raise BadRequest("cursor: it belongs to other parameters; ask without it for the first page")
    if offset > _asked.DEEPEST:
        raise BadRequest(
            f"cursor: no page begins beyond row {_asked.DEEPEST:,}; narrow the question to get at the others"
        )
    return Place(offset, known)


def _about(request: HttpRequest) -> str:
    """What a page is about: everything asked but where it begins, how long it is and in which form."""
    path = request.path
    for name in TYPES:
        path = path.removesuffix(f".{name}")
    apart = ("cursor", "limit", "lang")
    given = sorted((name, value) for name, value in request.GET.items() if name not in apart)
    return digest(json.dumps([path, given]).encode())[:16]


def _cursor(request: HttpRequest, offset: int, known_at: datetime) -> str:
    packed = json.dumps([offset, stamp(known_at), _about(request)], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def order_of(sort: str | None) -> Order:
    """`-value,partner` as columns; raises `BadRequest` where one stands twice."""
    order = [(word.removeprefix("-"), word.startswith("-")) for word in (sort or "").split(",") if word]
    if len({name for name, _ in order}) < len(order):
        raise BadRequest("sort: a column stands there twice")
    return order


def listed(
    request: HttpRequest, shape: Shape, rows: Rows, asked: _asked.Listed, sort: str | None, format: Format,
) -> HttpResponse:  # fmt: skip
    """A page of a list, in the form asked for."""
    place = _place(request, asked)
    offset = place.offset if place else 0
    limit = asked.limit or (_asked.PAGE if format == "json" else _asked.WHOLE)
    cut = rows.cut(order_of(sort), offset, limit)
    known_at = facts.generation(place.known_at if place else asked.known).created_at
    end = offset + len(cut.rows)
    following = None
    if end < cut.total:
        given: Mapping[str, str] = {**request.GET.dict(), "cursor": _cursor(request, end, known_at)}
        following = f"{request.path}?{urlencode(given)}"
    is_cut = len(cut.rows) < cut.total
    if format == "json":
        answer = file(as_json({
            "total": cut.total, "cut": is_cut, "next": following, "known_at": stamp(known_at),
            "rows": [row.get(JSON) or {k: plain(value) for k, value in row.items()} for row in cut.rows],
        }), format)  # fmt: skip
    elif format == "csv":
        names = list(cut.table.column_names if cut.table is not None else (c.name for c in shape.columns))
        answer = file(as_csv(names, ([row[name] for name in names] for row in cut.rows)), format, shape.name)
    else:
        table = cut.table if cut.table is not None else arrow(shape.columns, cut.rows)
        answer = file(as_parquet(table), format, shape.name)
    answer[TOTAL], answer[WAS_CUT] = str(cut.total), "true" if is_cut else "false"
    if following:
        answer["Link"] = f'<{following}>; rel="next"'
    return answer
