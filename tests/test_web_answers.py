"""What holds all pages together: one generation for an answer, ETags, what is kept, the one address."""

from __future__ import annotations

import http.client
import threading
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cachetools import LRUCache
from django.test import RequestFactory

from comity.api import Comity
from comity.store import Generation
from comity.web import answers, asking, facts, site
from tests import browser, specimens, web

PROFILE = "/cooperation/KOR/ILO/?years=2018-2022"
FRAME = "/cooperation/KOR/ILO/charts/contributions/?years=2018-2022"


def load_more(store: Comity) -> Generation:
    store.load(specimens.HOME / "register_of_a_pair.toml", partial=True)
    return store.store.current()


def test_an_answer_is_of_one_generation_whatever_is_loaded_meanwhile(store: Comity) -> None:
    facts.use(store)
    with facts.one_moment() as before:
        after = load_more(store)
        assert after.id == before.id + 1
        assert facts.generation().id == before.id
        assert facts.generation(after.created_at + timedelta(days=1)).id == before.id
        assert facts.library().known_at == before.created_at
    assert facts.library().known_at == after.created_at
    assert facts.library(before.created_at).known_at == before.created_at


def test_a_permanent_link_gives_the_same_page_after_another_load(store: Comity) -> None:
    client = web.client(store)
    page = client.get(PROFILE).content.decode()
    link = page.partition('class="permanent" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "known_at=" in link
    far = client.get(f"{PROFILE}&known_at=2100-01-01").content.decode()
    assert "2100-01-01" not in far.partition('class="permanent" href="')[2].partition('"')[0]
    path = f"{urlsplit(link).path}?{urlsplit(link).query}"
    first = client.get(path).content
    load_more(store)
    answers.forget()
    again = client.get(path).content
    figures = b'<table class="figures">'
    assert first.count(figures) == again.count(figures) > 0
    assert first.split(figures)[1:] == again.split(figures)[1:]


def test_what_follows_from_a_generation_is_made_once_for_all_threads(starter_store: Comity) -> None:
    facts.use(starter_store)
    made, ready = [], threading.Barrier(4)

    def ask() -> None:
        ready.wait()
        facts.remembered(None, "a test", lambda opened: made.append(1) or len(made))  # type: ignore[func-returns-value]

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_an_answer_that_is_known_is_not_sent_again_and_a_frame_stays_allowed(starter_store: Comity) -> None:
    client = web.client(starter_store)
    for path, allowed in ((PROFILE, False), (FRAME, True)):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        for answer in (first, again):
            assert ("frame-ancestors *" in answer["Content-Security-Policy"]) is allowed
            assert ("X-Frame-Options" not in answer) is allowed


def test_after_a_load_pages_are_made_anew(store: Comity) -> None:
    client = web.client(store)
    before = client.get(PROFILE)["ETag"]
    load_more(store)
    assert client.get(PROFILE)["ETag"] != before


def test_answers_that_are_kept_have_a_limit_in_bytes(
    starter_store: Comity, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = web.client(starter_store)
    monkeypatch.setattr(answers, "_kept", LRUCache(100_000, getsizeof=lambda kept: kept.size))
    for number in range(12):
        client.get(f"/sources/?lang=en&n={number}")
    assert 0 < answers._kept.currsize <= 100_000


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"), ("ko-KR,ko;q=0.9,en;q=0.5", "ko"), ("en;q=0.1,fr;q=0.9", "fr"), ("kok-IN", "en"),
        ("ko;q=0, es", "es"), ("de, es;q=0.4", "es"), ("*", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_the_browser_likes_best(accepted: str, lang: str) -> None:
    assert asking.preferred(accepted) == lang


@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip", True), ("br, gzip", True), ("gzip;q=0", False), ("", False)]
)
def test_answers_are_packed_for_those_who_can_unpack_them(
    starter_store: Comity, accepted: str, packed: bool
) -> None:
    answer = web.client(starter_store).get(PROFILE, headers={"Accept-Encoding": accepted})
    assert (answer.get("Content-Encoding") == "gzip") is packed


def test_an_address_without_its_slash_leads_to_the_page(starter_store: Comity) -> None:
    client = web.client(starter_store)
    assert client.get("/partners")["Location"] == "/partners/"
    assert client.get("/cooperation/Korea/ilo/?from=2018&to=2022")["Location"] == PROFILE
    chart = client.get("/cooperation/Korea/ILO/charts/contributions.svg?size=narrow&years=2018")
    assert chart["Location"] == "/cooperation/KOR/ILO/charts/contributions.svg?years=2018-2018&size=narrow"


def test_links_in_other_languages_stay_on_this_site(starter_store: Comity) -> None:
    facts.use(starter_store)
    request = RequestFactory().get("//evil.example/x")
    request.path = "//evil.example/x"
    assert site.with_changes(request, lang="fr").startswith("/%2F")


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u2009"])
def test_any_space_is_a_space(starter_store: Comity, space: str) -> None:
    answer = web.client(starter_store).get("/search/", {"q": f"Korea{space}ILO"})
    assert answer.status_code == 200
    assert "Republic of Korea" in answer.content.decode()


def test_HEAD_is_answered_without_a_body_by_the_server_itself(starter_store: Comity) -> None:
    """Django's client leaves the body out by itself, so a real connection has to tell."""
    with browser.served(starter_store) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        for path in ("/sources/", "/nowhere/", "/api/v1/sources"):
            connection.request("HEAD", path)
            head = connection.getresponse()
            length = int(head.headers["Content-Length"])
            assert head.read() == b""
            connection.request("GET", path)
            answer = connection.getresponse()  # would begin with the body of HEAD, had it been sent
            assert len(answer.read()) == length > 0
        connection.close()


def test_a_store_that_cannot_be_read_is_said_in_one_line(store: Comity, tmp_path: Path) -> None:
    client = web.client(store)
    (store.store.path / "CURRENT").write_text("nonsense")
    for path in ("/", "/api/v1/parties"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.content.decode()
