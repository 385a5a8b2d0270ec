"""What the site refuses, and what it never says: headers, injections, methods, paths of this machine."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from comity.api import Comity
from tests import web

HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE parties; --",
    "\" UNION SELECT * FROM read_text('/etc/passwd') --",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "%00",
    "\x00",
    "A" * 5_000,
    "-1",
    "9" * 400,
    "１９９０",
    "\u202e2018",
    "KOR\n",
    '"KOR"',
)
TIME = ("years", "from", "to", "known_at", "lang")
PATHS = {
    "/": TIME,
    "/search/": ("q", *TIME),
    "/cooperation/KOR/ILO/": (*TIME, "as_of"),
    "/cooperation/KOR/ILO.json": (*TIME, "as_of"),
    "/cooperation/KOR/ILO/charts/contributions.svg": (*TIME, "as_of", "size"),
    "/partners/": ("q", "kind", "page", *TIME),
    "/partners/KOR/": TIME,
    "/organisations/": ("q", "page", *TIME),
    "/organisations/ILO/": ("page", *TIME),
    "/countries/": ("q", "page", *TIME),
    "/countries/LAO/": TIME,
    "/activities/": ("text", "partner", "organisation", "country", "sector", "status", "page", *TIME),
    "/standards/": ("category", "q", "as_of", "page", "known_at", "lang"),
    "/claims/": ("organisation", "partner", "verdict", "measure", "page", "known_at", "lang"),
    "/sources/": ("known_at", "lang"),
    "/issues/": ("source", "dataset", "rule", "page", "known_at", "lang"),
    "/compare/": ("partner", "organisation", *TIME),
    "/evidence/KOR/ILO/contributions.assessed/": ("page", "as_of", *TIME),
}
"""Pages, and the parameters that they read."""
PLACES = (
    "/cooperation/{}/ILO/", "/cooperation/KOR/{}/", "/cooperation/KOR/ILO.{}", "/partners/{}/",
    "/organisations/{}/", "/countries/{}/", "/activities/{}", "/standards/{}/", "/sources/{}/",
    "/evidence/KOR/ILO/{}/", "/cooperation/KOR/ILO/charts/{}.svg",
    "/cooperation/{}/ILO/charts/contributions.png", "/cooperation/{}/ILO/charts/contributions/",
    "/{}", "//{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(starter_store: Comity) -> Client:
    return web.client(starter_store)


def harmless(client: Client, address: str, hostile: str) -> None:
    """An answer of the site's own: no error of the program, nothing executed, nothing of the machine."""
    answer = client.get(address)
    assert answer.status_code in (200, 301, 302, 400, 404), (address, answer.status_code)
    if answer.status_code in (301, 302):
        target = answer["Location"]
        assert target.startswith("/"), "only to the site itself"
        assert not target.startswith("//")
        return
    body = answer.content.decode(errors="replace")
    for secret in ("root:x:", "Traceback", "site-packages", "/store", "sqlglot", "Binder Error"):
        assert secret not in body, (address, secret)
    if "<" in hostile and "html" in answer["Content-Type"]:
        assert hostile not in body, "what was asked is shown as text"
    if hostile.startswith("{{"):
        assert ">49<" not in body


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_parameter_is_more_than_text(client: Client, hostile: str) -> None:
    for path, parameters in PATHS.items():
        for parameter in parameters:
            harmless(client, f"{path}?{parameter}={quote(hostile)}", hostile)
        harmless(client, f"{path}?{quote(hostile)}={quote(hostile)}", hostile)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_part_of_an_address_is_more_than_text(client: Client, hostile: str) -> None:
    for place in PLACES:
        harmless(client, place.format(quote(hostile)), hostile)
        harmless(client, place.format(quote(hostile, safe="")), hostile)


@pytest.mark.parametrize("path", [*PATHS, "/nowhere/", "/cooperation/KOR/NOBODY/"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Frame-Options"] == "DENY"
    assert not answer.cookies
    if "html" in answer["Content-Type"]:
        body = answer.content.decode()
        assert "<script" not in body
        assert " style=" not in body, "the policy would refuse it"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_site_is_for_reading(client: Client, method: str) -> None:
    answer = getattr(client, method)("/cooperation/KOR/ILO/")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_what_nobody_foresaw_is_said_without_a_trace(
    starter_store: Comity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.web import facts

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("a secret of this machine")

    careful = web.client(starter_store, raise_request_exception=False)
    monkeypatch.setattr(facts, "profile", breaks)
    answer = careful.get("/cooperation/KOR/ILO/?years=2011-2013")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert b"Zero" not in answer.content
