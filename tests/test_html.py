"""The page: complete in itself, honest about gaps, and unharmed by what names contain."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from comity import outputs
from comity.model import Evidence, Item, Party, Profile
from tests.claims import verdict
from tests.test_charts import PERIOD, SNAPSHOT, figure, given, money, profile, standards

LIMIT = 150_000
_VOID = {"meta", "br", "hr", "img", "link", "input", "col", "path", "line", "rect"}


class Page(HTMLParser):
    """What a page holds: ids, links, what it would load, its text, and whether its tags match."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        if tag == "a":
            self.anchors.append(found["href"])
        elif "href" in found or "src" in found:
            self.loads.append(found.get("href", "") or found.get("src", ""))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page(of: Profile, lang: str = "en") -> tuple[str, Page]:
    source = outputs.render(of, "html", lang).decode()
    return source, Page(source)


def full() -> Profile:
    phase: Item = {
        "id": "2018-2020", "programme": "P", "start_year": 2018, "end_year": 2020,
        "signed_on": "2018-03-14", "themes": "skills; youth", "countries": "KHM LAO", "confidence": "medium",
        "note": "Signed in Geneva.",
    }  # fmt: skip
    programme: Item = {"id": "P", "name": "A programme", "start_year": 2004, "confidence": "high"}
    country: Item = {
        "code": "DZA",
        "confidence": "high",
        "stated_by": "https://example.org/page_1.htm; a book",
    }
    lent: Item = {"programme": "Experts", "statement": "stated without a number", "confidence": "medium"}
    made = profile(
        *given(), *standards(),
        figure("membership.since", 1991, "year", items=({"since_year": 1991, "since_stated": "1991-12"},)),
        figure("partnerships.programmes", 1, "list", items=(programme,), basis="register"),
        figure("partnerships.phases", 1, "list", items=(phase,), basis="register", flags=("uncertain:1",)),
        figure("programmes.countries", 1, "list", items=(country,), basis="stated"),
        figure(
            "secondments.posts", None, "count", items=(lent,), basis="register", status="not_reported",
            flags=("stated_without_number",),
        ),
        figure("priorities.sectors", None, "list", items=(), status="not_reported", rows=0),
    )  # fmt: skip
    rows = tuple((year, Decimal(year), SNAPSHOT) for year in PERIOD.years)
    evidence = Evidence(("year", "amount_usd", "snapshot"), rows, 5)
    fewer = Evidence(("year", "amount_usd", "snapshot"), rows[:2], 2)
    return replace(made, evidence={"contributions.total": evidence, "contributions.assessed": fewer})


def test_the_page_is_complete_in_itself() -> None:
    source, found = page(full())
    assert found.loads == []
    assert "script" not in found.tags
    assert "url(" not in source
    assert "@import" not in source
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))


def test_every_figure_leads_to_its_rows() -> None:
    _, found = page(full())
    inside = [href[1:] for href in found.anchors if href.startswith("#")]
    assert set(inside) <= set(found.ids)
    shown = [f.measure for f in full() if f.value is not None or f.items]
    assert {f"rows-{measure}" for measure in shown} <= set(inside)


def test_not_reported_is_said_and_never_zero() -> None:
    source, found = page(full())
    assert "Voluntary core contributions: not reported for 2019 and 2020." in found.text
    assert source.count('<span class="missing">not reported</span>') >= 4
    assert '<span class="zero">0.00</span>' in source
    assert "stated without a number, so not reported" in found.text
    assert "No source loaded reports: Priorities of the partner." in found.text
    assert "None" not in found.text


def test_uncertain_facts_say_so_in_words() -> None:
    _, found = page(full())
    assert "uncertain: 1" in found.text
    assert "confidence: medium" in found.text


def test_a_partner_without_money_has_a_page_without_empty_charts() -> None:
    none = (None,) * 5
    silent = profile(money("assessed", *none), money("total", *none), partner="Tuvalu")
    _, found = page(replace(silent, sources=()))
    assert "No source loaded reports what Tuvalu gave the International Labour Organization" in found.text
    assert "svg" not in found.tags
    assert "table" not in found.tags
    assert "None" not in found.text
    assert page(replace(profile(), sources=()))[1].open == []


def test_nothing_recorded_is_not_the_same_as_not_reported() -> None:
    zero = ("0",) * 5
    years = tuple(PERIOD.years)
    found = page(profile(money("assessed", *zero, no_row=years), money("total", *zero, no_row=years)))[1]
    assert (
        "no contribution of the Republic of Korea to the International Labour Organization is recorded"
        in found.text
    )
    assert "svg" not in found.tags


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "a | b & \"c\" 'd' {{ 7*7 }}",
        "대한민국" * 50,
        "\u202eجمهورية كوريا",
        "x" * 5000,
    ],
)
def test_hostile_names_stay_text(name: str) -> None:
    made = full()
    item: Item = {
        "id": name,
        "name": name,
        "start_year": 2004,
        "note": name,
        "stated_by": f"http://a.b/{name}",
    }
    hostile = replace(
        made,
        partner=Party("KOR", name, "state"),
        figures=(*made.figures, figure("partnerships.partners", 1, "list", items=(item,), basis="stated")),
        claims=(verdict(value=name, unit="text", scale="", page=name, seen=name, note=name, id=name),),
    )
    source, found = page(hostile)
    assert "script" not in found.tags
    assert found.loads == []
    assert found.open == []
    assert all(href.startswith(("#", "http://", "https://")) for href in found.anchors)
    assert len(source.encode()) < LIMIT


def test_a_page_stays_small_with_all_the_rows_a_profile_carries() -> None:
    made = full()
    notes = "대한민국에 관한 긴 주석 " * 8
    rows = tuple(
        (year, notes + str(year), Decimal(year) * 1_000_000, SNAPSHOT, f"line {year}") for year in range(200)
    )
    evidence = Evidence(("year", "note", "amount_usd", "snapshot", "locator"), rows, 900)
    large = replace(made, evidence={f.measure: evidence for f in made})
    source, found = page(large)
    assert len(source.encode()) < LIMIT
    assert "of 900 rows" in found.text


def test_rows_of_another_table_are_named_not_repeated() -> None:
    _, found = page(full())
    assert "Rows: 2, all of them in the table of: Total of the reported types . 2018, 2019" in found.text


def test_claims_are_shown_beside_what_is_computed_and_without_blame() -> None:
    differs = verdict(computed=Decimal("44654249.83"), difference_pct=Decimal("6.8283"))
    _, found = page(replace(full(), claims=(differs,)))
    assert "US$ 41.8 million" in found.text
    assert "US$ 44.65 million" in found.text
    assert "We do not know the reason" in found.text
    assert not re.search(r"\b(error|wrong|mislabel|incorrect|false)", found.text, re.IGNORECASE)
    assert "What pages state" not in page(full())[1].text


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ko"])
def test_every_language_has_a_page_that_names_it(lang: str) -> None:
    source, found = page(full(), lang)
    assert f'<html lang="{lang}">' in source
    assert found.tags.count("h1") == 1
    assert found.open == []


def test_places_bring_the_note_on_names() -> None:
    assert "legal status" in page(full())[1].text
    assert "legal status" not in page(profile(*given()))[1].text


def test_the_same_profile_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; from tests.test_html import full, outputs\n"
        "sys.stdout.buffer.write(outputs.render(full(), 'html'))"
    )
    made = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Seoul")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True)
        made.add(done.stdout)
    assert made == {outputs.render(full(), "html")}


def test_dates_in_words_stand_in_the_heading() -> None:
    found = page(replace(full(), as_of=date(2022, 12, 31)))[1]
    assert "Facts as of 31 December 2022, from what was loaded by 23 November 2026, 20:09 UTC." in found.text
