"""The document that describes the programming interface is complete, and its examples are answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from comity.api import Comity
from tests.web import client

# isort: split
from comity.web.api import _mount, _openapi  # ninja asks for Django's settings, which tests.web makes

EXAMPLES = Path(_openapi.__file__).parent / "examples.json"
SPECIMEN = Path(__file__).parent / "specimens" / "iati_v203_all_tables.xml"
_MOST = 2


def as_example(text: str) -> str:
    """An answer without what differs from one day to another: times of loading, cursors."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "2026-11-24T12:00:00.000000Z", text)
    return re.sub(r"cursor=[\w-]+", "cursor=WzEsIjIwMjYiXQ", text)


def shortened(value: Any) -> Any:
    """A value whose long lists end early, as an example shows them."""
    if isinstance(value, dict):
        return {name: shortened(held) for name, held in value.items()}
    if isinstance(value, list):
        return [
            shortened(held) for held in (value if all(isinstance(v, int) for v in value) else value[:_MOST])
        ]
    return value


def asked(visitor: Client, address: str) -> Any:
    answer = visitor.get(address)
    assert answer.status_code == 200, (address, answer.content)
    text = as_example(answer.content.decode())
    if ".csv" in address:
        return "".join(text.splitlines(keepends=True)[: _MOST + 1])
    return shortened(json.loads(text))


@pytest.fixture(scope="module")
def visitor(module_store: Comity) -> Client:
    """Somebody who asks a store of the starter tables and one IATI file."""
    module_store.load(SPECIMEN)
    return client(module_store)


def test_the_examples_are_answers_to_the_samples(visitor: Client) -> None:
    """With COMITY_WRITE=1 they are written again."""
    made = {address: asked(visitor, address) for address in _openapi.samples(_mount.made())}
    if os.environ.get("COMITY_WRITE") == "1":
        EXAMPLES.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    assert json.loads(EXAMPLES.read_bytes()) == made, "write them again with COMITY_WRITE=1"


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, held in _mount.document()["paths"].items():
        assert set(held) == {"get"}, "the interface is for reading"
        yield path, held["get"]


def test_every_parameter_is_told_bounded_and_has_an_example() -> None:
    for path, told in operations():
        for one in told["parameters"]:
            where, schema = f"{path} {one['name']}", one["schema"]
            assert len(one.get("description", "")) > 10, where
            assert "example" in one, where
            assert "null" not in json.dumps(schema), where
            assert {"maxLength", "maximum", "enum"} & schema.keys(), where


def test_every_answer_has_a_schema_and_an_example() -> None:
    for path, told in operations():
        assert told["summary"], path
        assert len(told["description"]) > 20, path
        assert {"200", "304", "400", "404", "405", "406", "500", "503"} <= told["responses"].keys()
        errors = _mount.document()["components"]["responses"]
        for status, given in told["responses"].items():
            answer = errors[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
            assert answer["description"]
            for kind, content in answer.get("content", {}).items():
                assert content["schema"], (path, status, kind)
                assert "example" in content or kind.endswith("parquet"), (path, status, kind)


def test_the_document_is_of_this_site_and_names_nobody(visitor: Client) -> None:
    answer = visitor.get("/api/v1/openapi.json")
    told = answer.json()
    assert answer.status_code == 200
    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": "/", "description": "This site."}]
    assert not {"license", "contact"} & told["info"].keys()
    ids = [held["get"]["operationId"] for held in told["paths"].values()]
    assert len(ids) == len(set(ids))
    assert {tag["name"] for tag in told["tags"]} == {part.name for part in _mount.parts()}


def test_every_schema_says_what_its_fields_are() -> None:
    for name, schema in _mount.document()["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert told.get("description") or "$ref" in told, f"{name}.{field}"
