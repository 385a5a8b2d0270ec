"""Claims on the web: those that may be shown, in the words of the check, with its digits."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from comity import outputs
from comity.api import Comity
from comity.charts._labels import verdict as in_words
from comity.model import Check
from tests.web import client


def test_pages_hold_every_claim_that_may_be_shown_once(claims_store: Comity, check: Check) -> None:
    asked, found = client(claims_store), []
    for number in range(1, 20):
        page = asked.get(f"/claims/?page={number}").content.decode()
        found += re.findall(r'id="claim-([^"]+)"', page)
        if "Next page" not in page:
            break
    shown = [one.claim.id for one in check.verdicts if one.claim.publishable]
    assert Counter(found) == Counter(shown)


def test_a_claim_of_a_weak_page_is_nowhere(claims_store: Comity, check: Check) -> None:
    weak = [one.claim.id for one in check.verdicts if not one.claim.publishable]
    assert weak
    asked = client(claims_store)
    texts = [asked.get(f"/claims.{ending}").content.decode() for ending in ("csv", "json")]
    texts += [asked.get(f"/claims/?page={number}").content.decode() for number in range(1, 10)]
    assert not [id_ for id_ in weak for text in texts if f"{id_}<" in text or f'"{id_}"' in text]


def test_the_counts_by_verdict_are_those_of_the_check(claims_store: Comity, check: Check) -> None:
    page = client(claims_store).get("/claims/").content.decode()
    counts = Counter(one.name for one in check.verdicts if one.claim.publishable)
    for name, count in counts.items():
        assert re.search(rf'<th scope="row">{in_words(name, "en")}</th>\s*<td class="n">{count}</td>', page)


def test_what_a_claim_says_is_what_the_report_says(claims_store: Comity, check: Check) -> None:
    page = client(claims_store).get("/claims/?organisation=ILO&partner=KOR").content.decode()
    report = outputs.render_check(check, "html").decode()

    def told(text: str) -> dict[str, list[str]]:
        """The figures and sentences of each claim."""
        articles = re.findall(r'<article id="claim-([^"]+)">(.*?)</article>', text, re.DOTALL)
        kept = re.compile(r'<dd[^>]*>.*?</dd>|<p dir="auto">.*?</p>|<li>.*?</li>', re.DOTALL)
        return {
            id_: [" ".join(re.sub(r"<[^>]+>", "", part).split()) for part in kept.findall(body)]
            for id_, body in articles
        }

    here, there = told(page.replace("\u00a0", " ")), told(report.replace("\u00a0", " "))
    assert len(here) > 10
    assert here == {id_: there[id_] for id_ in here}


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ko"])
def test_no_page_calls_a_statement_wrong(claims_store: Comity, lang: str) -> None:
    page = client(claims_store).get(f"/claims/?lang={lang}").content.decode()
    text = re.sub(r"<[^>]+>", " ", page).casefold()
    assert not re.search(r"\b(error|wrong|mislabelled|erreur|faux|incorrecto|incorrecte)\b|틀린|잘못", text)


@pytest.mark.parametrize(
    "query", ["organisation=ILO&partner=KOR", "verdict=stale", "measure=standards.fundamental"]
)
def test_filters_narrow_the_page_and_its_files(claims_store: Comity, check: Check, query: str) -> None:
    wanted = dict(part.split("=") for part in query.split("&"))
    asked = client(claims_store)
    given = json.loads(asked.get(f"/claims.json?{query}").content)
    expected = [
        one.claim.id for one in check.verdicts
        if one.claim.publishable and all(
            value == (one.name if name == "verdict" else getattr(one.claim, name))
            for name, value in wanted.items()
        )
    ]  # fmt: skip
    assert sorted(one["claim"] for one in given) == sorted(expected)
    assert expected
    assert re.search(
        rf"\b{len(expected)}\b rows?\.|of {len(expected)}\.", asked.get(f"/claims/?{query}").content.decode()
    )


def test_the_computed_figure_leads_to_its_rows(claims_store: Comity) -> None:
    asked = client(claims_store)
    page = asked.get("/claims/?organisation=ILO&partner=KOR").content.decode()
    found = re.findall(r'<dd dir="auto"><a href="(/evidence/[^"]+)">', page)
    assert found
    for address in dict.fromkeys(found):
        assert asked.get(address.replace("&amp;", "&")).status_code == 200


def test_a_store_without_claims_has_a_page(store: Comity, tmp_path: Path) -> None:
    answer = client(store).get("/claims/?verdict=source_gap&organisation=FAO")
    assert answer.status_code == 200
    assert "No claim fits." in answer.content.decode()
