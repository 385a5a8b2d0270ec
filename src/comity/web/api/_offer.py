"""How a file of the shelf offers an operation: with and without a suffix, and its answer told."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import date
from types import new_class
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import register_converter
from ninja import Field, Router, Schema
from ninja.params.functions import Path, Query

from comity.errors import BadRequest
from comity.tables import Column, Kind
from comity.web.api import _answer
from comity.web.api._answer import Format
from comity.web.api._asked import DEEPEST, Asked, Listed
from comity.web.api._refused import Error
from comity.web.api._rows import Rows, Shape

A = TypeVar("A", bound=Asked)
L = TypeVar("L", bound=Listed)

ALSO = ("lang",)
"""Parameters that the whole site takes; they change nothing here."""
_KINDS: dict[Kind, type] = {
    "text": str, "int": int, "date": date, "amount": float, "rate": float, "number": float,
}  # fmt: skip
_ERRORS = (400, 404, 405, 406, 500, 503)


class _Suffix:
    """The end of an address that names a form."""

    regex = "json|csv|parquet"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Suffix, "form")


def _checked(request: HttpRequest, asked: type[Asked]) -> None:
    """Raises `BadRequest` for a parameter that the operation lacks, or that stands there twice."""
    for name, values in request.GET.lists():
        if name not in asked.model_fields and name not in ALSO:
            known = ", ".join(asked.model_fields)
            raise BadRequest(f"{name[:50]}: there is no such parameter; there are {known}")
        if len(values) > 1:
            raise BadRequest(f"{name}: it stands there {len(values)} times; once is what it may")


def _signed(view: Callable[..., HttpResponse], **parameters: tuple[object, object]) -> Any:
    """A view that ninja reads with these parameters: of each its type, and where it stands."""

    def signed(request: HttpRequest, **given: Any) -> HttpResponse:
        return view(request, **given)

    either, named = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    told = [inspect.Parameter("request", either, annotation=HttpRequest)] + [
        inspect.Parameter(name, named, annotation=kind, default=place)
        for name, (kind, place) in parameters.items()
    ]
    signed.__signature__ = inspect.Signature(told)  # type: ignore[attr-defined] # no function declares it
    return signed


def operation(
    router: Router, path: str, asked: type[A], answer: Any, *, summary: str, sample: str,
    place: type[Schema] | None = None, forms: Sequence[Format] = ("json",),
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:  # fmt: skip
    """Offers `view(request, asked, [place,] form)` at `path`; with several `forms` also with a suffix.

    `sample` is an address under `/api/v1` whose answer is the example that the document shows.
    """

    def offered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def answered(request: HttpRequest, **given: Any) -> HttpResponse:
            _checked(request, asked)
            form = _answer.accepted(request, given.pop("format", None), forms)
            return view(request, given.pop("asked"), *given.values(), form)

        places: dict[str, tuple[object, object]] = {} if place is None else {"place": (place, Path())}
        suffix, query = (Format, Path(description="The form of the answer.")), (asked, Query())
        ways = [(path, "", {**places, "asked": query})]
        if len(forms) > 1:  # a suffix is asked for before a name that holds it
            ways.insert(0, (f"{path}.{{form:format}}", "_file", {**places, "format": suffix, "asked": query}))
        for at, end, parameters in ways:
            router.add_api_operation(
                at, ["GET", "HEAD"], _signed(answered, **parameters),
                by_alias=True, response={200: answer, **dict.fromkeys(_ERRORS, Error)},
                operation_id=view.__name__ + end, summary=summary + (", as a file" if end else ""),
                description=inspect.getdoc(view),
                openapi_extra={"x-sample": sample, "x-forms": list(forms), "x-suffix": end and "csv"},
            )  # fmt: skip
        return view

    return offered


def listing(
    router: Router, path: str, shape: Shape, asked: type[L], *, summary: str, sample: str,
    place: type[Schema] | None = None,
) -> Callable[[Callable[..., Rows]], Callable[..., Rows]]:  # fmt: skip
    """Offers the rows that `view(request, asked, [place])` gives as a list: sorted, in pages, in any form."""

    def offered(view: Callable[..., Rows]) -> Callable[..., Rows]:
        columns = "[a-z_]{1,40}" if shape.open else "|".join(shape.sorts)
        allowed = (
            "those that the answer has" if shape.open else ", ".join(f"`{name}`" for name in shape.sorts)
        )
        sort = Field(
            None, max_length=200, pattern=f"^-?({columns})(,-?({columns})){{0,2}}$",
            examples=[f"-{shape.sorts[0]}"],
            description="Up to three columns to sort by, those with a minus from the largest; blank ones "
            f"come last. Allowed are {allowed}. Without it {shape.order}.",
        )  # fmt: skip
        sorted_: Any = _schema(f"{shape.one}Asked", asked, sort=(str | None, sort))

        def answered(request: HttpRequest, given: Any, *rest: Any) -> HttpResponse:
            *place, form = rest
            return _answer.listed(request, shape, view(request, given, *place), given, given.sort, form)

        answered.__name__, answered.__doc__ = view.__name__, view.__doc__
        operation(
            router, path, sorted_, page_of(shape), summary=summary, place=place, sample=sample,
            forms=("json", "csv", "parquet"),
        )(answered)  # fmt: skip
        return view

    return offered


class _Row(Schema, extra="forbid"):
    """A row that has its columns and no others."""


class _Open(Schema, extra="allow"):
    """A row that may have more columns."""


def _schema(name: str, base: type[Schema], /, **fields: tuple[Any, Any]) -> Any:
    """A schema with these fields, of each its type and what is said of it."""
    told = {
        "__module__": __name__,
        "__annotations__": {field: kind for field, (kind, _) in fields.items()},
        **{field: said for field, (_, said) in fields.items()},
    }
    return new_class(name, (base,), exec_body=lambda space: space.update(told))


def row_of(one: str, columns: Sequence[Column], *, open: bool = False) -> Any:
    """A row as a schema, from its columns."""

    def field(column: Column) -> Any:
        kind: Any = _KINDS[column.kind] if column.required else _KINDS[column.kind] | None
        return kind, Field(description=column.meaning)

    told: Any = {column.name: field(column) for column in columns}
    return _schema(one, _Open if open else _Row, **told)


def page_of(shape: Shape) -> Any:
    """A page of a list as a schema."""
    row: Any = shape.nested or row_of(shape.one, shape.columns, open=shape.open)
    return _schema(
        f"{shape.one}Page",
        Schema,
        total=(int, Field(ge=0, description="How many rows there are in all.")),
        cut=(bool, Field(description="Whether this answer holds fewer rows than there are.")),
        next=(
            str | None,
            Field(
                description="The address of the next page; null on the last one. Where it would begin beyond "
                f"row {DEEPEST:,} it is refused with 400: narrow the question to get at the others."
            ),
        ),
        known_at=(str, Field(description="The facts as loaded by this time (UTC).")),
        rows=(list[row], Field(description="The rows, in order.")),
    )
