"""Search: a pair leads to its profile, a name to its pages, a slip to the nearest names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

import comity
from comity.api import Comity
from comity.provenance import stamp
from tests.test_web_parties import text
from tests.web import client

PROFILE = '<p><a href="/cooperation/KOR/ILO/">'


@pytest.fixture(scope="module")
def web(starter_store: Comity) -> Client:
    return client(starter_store)


@pytest.mark.parametrize(
    "typed",
    [
        "Korea ILO", "KOR ILO", "kor/ilo", "ILO – Republic of Korea", "South Korea and the ILO",
        "한국 국제노동기구", "대한민국 ILO", "Corée du Sud et ILO",
    ],
)  # fmt: skip
def test_a_pair_offers_its_profile_first(web: Client, typed: str) -> None:
    page = text(web, f"/search/?q={typed}")
    assert PROFILE in page
    assert page.index(PROFILE) < (page.index("<h2") if "<h2" in page else len(page))


def test_a_name_leads_to_partner_and_country(web: Client) -> None:
    page = text(web, "/search/?q=korea")
    assert page.index('href="/partners/KOR/"') < page.index('href="/partners/PRK/"')
    assert 'href="/countries/KOR/"' in page
    assert PROFILE not in page
    assert 'href="/organisations/ILO/"' in text(web, "/search/?q=labour")


def test_a_slip_offers_the_nearest_names(web: Client) -> None:
    page = text(web, "/search/?q=gemrany")
    assert "No partner, organisation or country is called that way" in page
    assert "Germany" in page


def test_nothing_at_all_offers_the_lists(web: Client) -> None:
    assert "Try another spelling" in text(web, "/search/?q=zzzzqqqq")
    assert "<h1>Search</h1>" in text(web, "/search/?q=")
    assert "<h1>Search</h1>" in text(web, "/search/")


def test_what_is_typed_is_never_markup(web: Client) -> None:
    page = web.get("/search/?q=<b>x</b>{{7*7}}").content.decode()
    assert "<b>x" not in page
    assert "49" not in page.split("<main")[1].split("</main")[0]


def test_too_long_a_text_is_refused(web: Client) -> None:
    assert "longer than 200" in text(web, f"/search/?q={'a' * 201}", 400)


def test_activities_are_counted_and_the_first_shown(
    starter_store: Comity, shared_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(starter_store.store.path, tmp_path / "store")
    store = comity.open(tmp_path / "store")
    store.load(shared_data / "iati" / "dportal" / "02-mentions-korea.xml.gz")
    found = store.activities("social protection", limit=1)
    assert found.total
    page = text(client(store), "/search/?q=social protection")
    assert f'Activities <span class="count">{found.total}</span>' in page
    assert 'href="/activities/?text=social+protection"' in page
    known = quote(stamp(store.store.current().created_at), safe="")
    then = text(client(store), f"/search/?q=social protection&known_at={known}")
    main = then[then.index("<main") : then.index("</main")]
    links = re.findall(r'href="(/activities/[^"]*)"', main)
    assert len(links) > 1
    assert all(f"known_at={known}" in at for at in links)
