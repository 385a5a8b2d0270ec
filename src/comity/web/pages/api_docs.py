"""The programming interface as a page to read, made from the document that programs read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity.web import site
from comity.web.api import _mount
from comity.web.api._asked import HOME, Listed
from comity.web.api._refused import STATUSES
from comity.web.pages import Page

SHARED = tuple(name for name in Listed.model_fields if name != "sort")
"""Parameters of every list, told once."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an answer: what it may hold, and what it means."""

    name: str
    holds: str
    means: str
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What a reader is told of one address."""

    id: str
    tag: str
    title: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    shared: tuple[str, ...]
    forms: tuple[str, ...]
    commands: tuple[str, ...]
    answer: str
    lines: str
    fields: tuple[Field, ...]


def marked(text: str) -> list[tuple[bool, str]]:
    """Text in pieces, with whether each is code."""
    return [(bool(place % 2), piece) for place, piece in enumerate(text.split("`")) if piece]


def _holds(schema: dict[str, Any]) -> str:
    """What a value may be, in few words that are the same in every language."""
    if "$ref" in schema:
        return "object"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_holds, schema["anyOf"])))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = str(schema.get("format") or schema.get("type", "object"))
    if kind == "array":
        return f"[{_holds(schema.get('items', {}))}]"
    if "maximum" in schema and "minimum" in schema:
        return f"{kind}, {schema['minimum']}–{schema['maximum']}"
    return f"{kind}, ≤ {schema['maxLength']}" if "maxLength" in schema else kind


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Field]:
    """The fields of an answer; of a list those of its rows."""
    found = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    rows = found["properties"].get("rows")
    if rows and "items" in rows:
        yield from _fields(rows["items"], schemas)
        return
    for name, told in found["properties"].items():
        yield Field(name, _holds(told), told.get("description", ""))


def _operation(path: str, told: dict[str, Any], host: str, schemas: dict[str, Any]) -> Operation:
    content = told["responses"]["200"]["content"]
    sample = f"{host}{told['x-sample']}"
    forms = tuple(form for form in ("csv", "parquet") if any(form in kind for kind in content))
    commands = [f"curl '{sample}'"]
    if forms:
        at, mark, query = sample.partition("?")
        commands.append(f"curl '{at}.csv{mark}{query}'")
    given = [
        Field(
            one["name"], _holds(one["schema"]), one["description"], str(one.get("example", "")),
            one["required"],
        )
        for one in told["parameters"]
    ]  # fmt: skip
    is_list = any(field.name == "cursor" for field in given)
    answer = json.dumps(content["application/json"]["example"], ensure_ascii=False, indent=2)
    return Operation(
        told["operationId"], told["tags"][0], told["summary"], path, told["description"],
        tuple(field for field in given if not (is_list and field.name in SHARED)),
        SHARED if is_list else (), forms, tuple(commands), answer,
        content.get("text/csv", {}).get("example", ""),
        tuple(_fields(content["application/json"]["schema"], schemas)),
    )  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, a command to try it, and its answer."""
    document = _mount.document()
    schemas, host = document["components"]["schemas"], request.build_absolute_uri("/").rstrip("/")
    operations = [
        _operation(path, held["get"], host, schemas)
        for path, held in document["paths"].items()
        if "{format}" not in path
    ]
    shared = {one["name"]: one for one in document["paths"][f"{HOME}/parties"]["get"]["parameters"]}
    errors = [(status, meaning, message) for status, (meaning, message) in STATUSES.items()]
    return site.page(request, "api_docs.html.j2", {
        "about": [" ".join(part.split()) for part in document["info"]["description"].split("\n\n")],
        "groups": [
            (tag["name"], tag["description"], [one for one in operations if one.tag == tag["name"]])
            for tag in document["tags"]
        ],
        "shared_fields": [
            Field(name, _holds(shared[name]["schema"]), shared[name]["description"], shared[name]["example"])
            for name in SHARED
        ],
        "errors": errors,
        "marked": marked,
        "document_at": f"{HOME}/openapi.json",
        "first": f"curl '{host}{HOME}/profiles/KOR/ILO?years=2018-2022'",
    })  # fmt: skip


PAGE = Page("api_docs", "api/v1/docs/", page)
