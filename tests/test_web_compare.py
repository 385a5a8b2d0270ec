"""Comparison: the same digits beside each other, on one scale."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from comity.api import Comity
from tests.test_web_parties import row, text
from tests.web import client


@pytest.fixture(scope="module")
def web(starter_store: Comity) -> Client:
    return client(starter_store)


def test_partners_of_one_organisation_have_the_digits_of_their_profiles(web: Client) -> None:
    page = text(web, "/compare/?organisation=ILO&partner=KOR&partner=Japan&years=2018-2022")
    assert "Partners of one organisation: International Labour Organization" in page
    assert "64,168,520.11" in row(page, "Republic of Korea")
    assert "221,583,030.55" in row(page, "Japan")
    assert "The largest core share is that of Japan: 83.0 %" in page
    assert page.count('class="columns-by-year"') == 2
    assert "All charts have one scale" in page


def test_one_partner_in_organisations_names_those_that_report_nothing(web: Client) -> None:
    page = text(web, "/compare/?partner=KOR&organisation=ILO&organisation=UNDP&years=2018-2022")
    assert "One partner in several organisations: Republic of Korea" in page
    assert "Not reported in these years: UNDP" in page


def test_one_name_is_compared_with_the_largest(web: Client) -> None:
    page = text(web, "/compare/?organisation=ILO&years=2018-2022")
    assert len(re.findall('<th scope="row"><a href="/cooperation/', page)) == 6


def test_form_keeps_what_was_chosen_and_offers_names(web: Client) -> None:
    page = text(web, "/compare/?organisation=ILO&partner=KOR&partner=JPN&years=2018-2022")
    assert 'name="partner" list="partner-names" maxlength="200" autocomplete="off" value="Japan"' in page
    assert '<option value="Republic of Korea">' in page
    assert "Compare partners or organisations" in text(web, "/compare/")


def test_what_cannot_be_compared_is_refused_with_a_reason(web: Client) -> None:
    both = "/compare/?partner=KOR&partner=JPN&organisation=ILO&organisation=FAO"
    assert "say several partners and one organisation" in text(web, both, 400)
    many = "&".join(f"partner=x{n}" for n in range(9))
    assert "at most 8" in text(web, f"/compare/?{many}", 400)
    assert "no partner called" in text(web, "/compare/?partner=xyzzy", 404)
    assert web.get("/compare/?partner=ALL").status_code == 400
