"""Completes the document that ninja makes: forms, headers, errors and examples of every operation."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from comity.web.api import Part
from comity.web.api._answer import TOTAL, TYPES, WAS_CUT
from comity.web.api._asked import HOME
from comity.web.api._refused import STATUSES

ABOUT = """\
Cooperation profiles: what a government and an international organisation do together, from open data.

Every figure comes with its unit, basis, period, coverage and sources; what is not reported is null, never 0.
Amounts are US dollars. Numbers have the digits that the command line prints.

Lists come in pages. An answer that holds fewer rows than there are says so (`cut`, or the header
`Comity-Cut`), with their number (`total`, `Comity-Total`) and where the next page is (`next`, `Link`).

The form is JSON, CSV or Parquet, by the suffix of the address or the `Accept` header.

Answers follow from what is loaded; `ETag` changes when more is. Everything is read-only, open, and in
English.
"""
_PLACE = "#/components/schemas/"
_ERRORS = "#/components/responses/Error"
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Changes when other facts are loaded; send it as `If-None-Match`.",
             "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long the answer need not be asked for again.",
                      "schema": {"type": "string"}},
}  # fmt: skip
_LIST_HEADERS: dict[str, dict[str, Any]] = {
    TOTAL: {"description": "How many rows there are in all.", "schema": {"type": "integer"}},
    WAS_CUT: {"description": "Whether this answer holds fewer rows than there are.",
              "schema": {"type": "string", "enum": ["true", "false"]}},
    "Link": {"description": "The address of the next page, where there is one.",
             "schema": {"type": "string"}},
}  # fmt: skip


def finished(made: Mapping[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    """The whole document, from ninja's."""
    found: dict[str, Any] = copy.deepcopy(dict(made))
    found["tags"] = [{"name": part.name, "description": part.meaning} for part in parts]
    order = {part.name: place for place, part in enumerate(parts)}
    operations = {path: held["get"] for path, held in found["paths"].items()}
    paths = sorted(operations, key=lambda path: (order[operations[path]["tags"][0]], "{format}" in path))
    found["paths"] = {path: {"get": _operation(operations[path])} for path in paths}
    schemas = found["components"]["schemas"]
    used = _used(found["paths"], schemas) | {"Error", "Trouble"}
    found["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}
    found["components"]["responses"] = {f"Error{status}": _error(status) for status in STATUSES}
    return found


def _used(given: object, schemas: Mapping[str, Any]) -> set[str]:
    """The schemas that `given` names, and those that they name: ninja adds those of parameters."""
    named = {name for name in schemas if f'"{_PLACE}{name}"' in json.dumps(given)}
    found, left = set[str](), named
    while left:
        found |= left
        told = json.dumps([schemas[name] for name in left])
        left = {name for name in schemas if f'"{_PLACE}{name}"' in told} - found
    return found


def _operation(given: dict[str, Any]) -> dict[str, Any]:
    forms, sample = given.pop("x-forms"), given.pop("x-sample")
    suffix = given.pop("x-suffix", "")
    path, mark, query = sample.partition("?")
    asked = f"{HOME}{path}"
    given["parameters"] = [_parameter(one) for one in given["parameters"]]
    answers = given["responses"]
    schema = answers[200]["content"]["application/json"]["schema"]
    example = _examples()[f"{asked}{mark}{query}"]
    content: dict[str, Any] = {"application/json": {"schema": schema, "example": example}}
    if "csv" in forms:
        lines = _examples()[f"{asked}.csv{mark}{query}"]
        content[TYPES["csv"]] = {"schema": {"type": "string"}, "example": lines}
        content[TYPES["parquet"]] = {"schema": {"type": "string", "format": "binary"}}
    listed = isinstance(example, dict) and "cut" in example
    given["responses"] = {
        "200": {
            "description": "The answer.",
            "headers": {**_HEADERS, **(_LIST_HEADERS if listed else {})},
            "content": content,
        },
        "304": {"description": "Nothing has changed since the answer whose `ETag` was sent."},
        **{str(status): {"$ref": f"{_ERRORS}{status}"} for status in STATUSES if status in answers},
    }
    given["x-sample"] = f"{asked}{suffix and '.' + suffix}{mark}{query}"
    return given


def _error(status: int) -> dict[str, Any]:
    meaning, message = STATUSES[status]
    told = {
        "schema": {"$ref": f"{_PLACE}Error"},
        "example": {"error": {"status": status, "message": message}},
    }
    return {"description": meaning, "content": {"application/json": told}}


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not one that may be null."""
    schema = given["schema"]
    chosen = [one for one in schema.pop("anyOf", []) if one.get("type") != "null"]
    if chosen:
        schema = {**chosen[0], **schema}
    examples = schema.pop("examples", None) or given.get("examples")
    given.pop("examples", None)
    for gone in ("title", "description"):
        schema.pop(gone, None)
    given["schema"] = schema
    if examples or "enum" in schema:
        given["example"] = examples[0] if examples else schema["enum"][0]
    return given


def samples(made: Mapping[str, Any]) -> list[str]:
    """The addresses whose answers stand in the document as examples."""
    found = []
    for held in made["paths"].values():
        path, mark, query = held["get"]["x-sample"].partition("?")
        ends = ("", ".csv") if "csv" in held["get"]["x-forms"] else ("",)
        found += [f"{HOME}{path}{end}{mark}{query}" for end in ends]
    return list(dict.fromkeys(found))


@cache
def _examples() -> dict[str, Any]:
    """Answers to the samples, as a store of the starter tables gives them; a test holds them to it."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "examples.json").read_bytes())
    return found
