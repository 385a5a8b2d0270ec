"""Countries: what runs there, and who names them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client

import comity
from comity.api import Comity
from tests.test_web_parties import row, text
from tests.web import client


@pytest.fixture(scope="module")
def web(starter_store: Comity) -> Client:
    return client(starter_store)


def test_country_names_pairs_with_what_says_so(web: Client) -> None:
    page = text(web, "/countries/LAO/?years=2018-2022")
    shown = row(page, "Republic of Korea – ILO")
    assert "2018–2022" in shown
    assert "Register" in shown
    assert 'href="/cooperation/KOR/ILO/?years=2018-2022#programmes"' in page


def test_country_says_who_names_it_as_partner_country_and_in_which_phases(web: Client) -> None:
    page = text(web, "/countries/LAO/")
    assert "Named as a core partner country" in page
    assert "2021–2025 (confidence: medium); 2016–2020 (confidence: low)" in page
    assert "ILO/Korea Partnership Programme" in page
    assert "say nothing about their legal status" in page


def test_country_of_which_nothing_is_loaded_says_so(web: Client) -> None:
    assert "Nothing that is loaded says what runs there" in text(web, "/countries/FRA/")


def test_what_is_no_country_is_not_found(web: Client) -> None:
    assert "no country called" in text(web, "/countries/ILO/", 404)
    assert web.get("/countries/Laos/").status_code == 302


def test_list_counts_pairs_and_who_names_the_country(web: Client) -> None:
    shown = row(text(web, "/countries/?years=2018-2022"), "Lao People's Democratic Republic")
    assert shown.split()[-3:] == ["1", "–", "1"]
    assert "FRA" not in text(web, "/countries/?q=lao")


def test_activities_are_those_that_the_profile_counts(
    starter_store: Comity, shared_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(starter_store.store.path, tmp_path / "store")
    store = comity.open(tmp_path / "store")
    store.load(shared_data / "iati" / "dportal" / "02-mentions-korea.xml.gz")
    counted = {
        str(item["code"]): item["activities"]
        for item in store.profile("KOR", "UNOPS", (2020, 2024)).programmes.countries.figure.items or ()
        if item.get("activities")
    }
    assert counted
    web = client(store)
    for code, number in counted.items():
        shown = row(text(web, f"/countries/{code}/?years=2020-2024"), "Republic of Korea – UNOPS")
        assert f" {number} " in shown
