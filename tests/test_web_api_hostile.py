"""SQL, paths and templates in every parameter of the interface: each is text, and nothing of this machine
shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from comity.api import Comity
from tests.web import client

# isort: split
from comity.web.api import _mount  # ninja asks for Django's settings, which tests.web makes

HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE parties; --",
    "') UNION SELECT content FROM read_text('/etc/passwd') --",
    "\" ORDER BY 1; ATTACH '/etc/hosts' AS x; --",
    "id; SELECT 1",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "file:///etc/passwd",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "<script>alert(1)</script>",
    "%s%n{0.__class__}",
    "\x00",
    "a\r\nSet-Cookie: a=b",
    "\u202e\ufeff１９９０",
    "\\",
    "9" * 180,
    "A" * 3_000,
)
LEAKS = ("/tmp", "/home", "/root", "site-packages", "Traceback", "duckdb", "root:x:", "Parser Error", ">49<")  # noqa: S108


def questions() -> Iterator[tuple[str, str]]:
    """(operation, parameter) of the whole document, those of paths as well."""
    for path, held in _mount.document()["paths"].items():
        for one in held["get"]["parameters"]:
            yield path, one["name"]


def address(path: str, name: str, hostile: str) -> str:
    query: dict[str, str] = {}
    for one in _mount.document()["paths"][path]["get"]["parameters"]:
        value = hostile if one["name"] == name else str(one["example"])
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(value, safe=""))
        elif one["name"] == name:
            query[name] = value
    if "/figures" in path:
        query.setdefault("organisation", "ILO")
    return f"{path}?{urlencode(query)}"


@pytest.fixture(scope="module")
def visitor(starter_store: Comity) -> Any:
    return client(starter_store)


@pytest.mark.parametrize(("path", "name"), list(questions()))
def test_hostile_text_is_text(visitor: Any, path: str, name: str) -> None:
    for hostile in HOSTILE:
        answer = visitor.get(address(path, name, hostile))
        assert answer.status_code in (200, 400, 404), (hostile, answer.content)
        assert answer.get("Set-Cookie") is None
        if answer.status_code != 200:
            assert answer["Content-Type"] == "application/json"
            assert answer.json()["error"]["status"] == answer.status_code
        elif answer["Content-Type"] == "application/json" and "total" in answer.json() and name == "q":
            assert answer.json()["total"] <= 2, "a text that nobody wrote"
        text = answer.content.decode(errors="replace").replace(hostile, "")
        assert not [leak for leak in LEAKS if leak in text], (hostile, text[:500])


def test_the_tables_are_as_before(visitor: Any, starter_store: Comity) -> None:
    assert visitor.get("/api/v1/parties").json()["total"] == starter_store.sql("FROM parties").num_rows
