"""The report on a check of claims: fit to be sent on, worst first, every claim once, without blame."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from syrupy.assertion import SnapshotAssertion

from comity import charts, outputs
from comity.api import Comity
from comity.charts import _dumbbell, _picture, stated
from comity.i18n import LANGUAGES
from comity.model import Check, Money, Party, Pattern, Period, Reading, Response, Said, Verdict
from comity.outputs._markdown import cell_text
from tests.claims import verdict
from tests.test_charts import given, profile
from tests.test_cli import comity, data
from tests.test_html import Page

NAMES = {
    "KOR": Party("KOR", "Republic of Korea", "state", "KR"),
    "DEU": Party("DEU", "Germany", "state", "DE"),
    "ILO": Party("ILO", "International Labour Organization", "un_entity"),
    "FAO": Party("FAO", "Food and Agriculture Organization of the United Nations", "un_entity"),
}
BLAME = re.compile(r"\b(errors?|wrong|mis(label|print|stat)\w*|incorrect|false|mistakes?)\b", re.IGNORECASE)


def off(computed: str, pct: str, **changes: Any) -> Verdict:
    """A claim of US$ 41.8 million with the amount computed for it."""
    return verdict(computed=Decimal(computed), difference_pct=Decimal(pct), **changes)


def in_francs(amount: str) -> Reading:
    at = Said("{amount} at the year's average rate", {"amount": Money(Decimal(amount), "CHF")})
    says = Said("In another currency the same money is {values}.", {"values": (at,)})
    return Reading("currency", Decimal(amount), Decimal("0.6"), 8, 14, says)


def claims() -> tuple[Verdict, ...]:
    """One claim of each verdict, as a check orders them."""
    reply = Response("reply", date(2026, 5, 3), "", "Cash received, not revenue.", "ILO")
    no_source, no_measure = Said("No loaded source reports this."), Said("No measure counts this.")
    return (
        off("37000000", "-11.4833", name="contradicts_page", id="c-1", partner="DEU"),
        off("80000000", "91.3876", id="c-2", measure="contributions.voluntary", bound=">="),
        off("43000000", "2.8708", id="c-3", measure="contributions.total", organisation="FAO"),
        verdict(
            name="stale", id="c-4", measure="standards.fundamental", value="4", scale="", unit="count",
            stated=Decimal(4), computed=Decimal(9), difference_pct=Decimal(125), as_of=date(2022, 12, 31),
            asked=Period(2022, 2022),
        ),
        verdict(name="source_gap", id="c-5", measure="contributions.voluntary_core", partner="DEU"),
        off(
            "44654249.83", "6.8283", name="compatible", id="c-6", reading=in_francs("42059481.01"),
            explained_pct=Decimal(75), responses=(reply,),
        ),
        verdict(name="partial", id="c-7", partial=True, computed=Decimal(90_000_000)),
        verdict(
            name="unquantified", id="c-8", measure="secondments.posts", value="yes", scale="", unit="text",
            stated=None, says=(Said("The page gives no number."),),
        ),
        verdict(name="not_computable", id="c-9", measure="other.budget", says=(no_measure,)),
        verdict(name="not_computable", id="c-10", measure="priorities.sectors", value="health; education",
                unit="list", scale="", stated=None, says=(no_source,)),
        off("41800000", "0", name="agrees", id="c-11"),
    )  # fmt: skip


def checked(*verdicts: Verdict, **names: Party) -> Check:
    fits = Pattern(
        "ILO", "contributions.assessed", "currency", Said("in {currency}", {"currency": "CHF"}), 9, 15, True
    )
    known = datetime(2026, 11, 23, 20, 9, tzinfo=UTC)
    return Check(verdicts, (fits,) if verdicts else (), {**NAMES, **names}, known, "0.0")


def text(of: Check, name: str, lang: str = "en") -> str:
    return outputs.render_check(of, name, lang).decode()


def page(of: Check, lang: str = "en") -> Page:
    return Page(text(of, "html", lang))


def order(words: str, ids: Iterable[str]) -> list[int]:
    """Where each id stands, in full."""
    return [next(re.finditer(rf"{re.escape(id_)}(?!\d)", words)).start() for id_ in ids]


# The page


def test_the_page_is_complete_in_itself() -> None:
    source, found = text(checked(*claims()), "html"), page(checked(*claims()))
    assert found.loads == []
    assert "script" not in found.tags
    assert "url(" not in source
    assert "@import" not in source
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    inside = {href[1:] for href in found.anchors if href.startswith("#")}
    assert inside <= set(found.ids)
    assert found.tags.count("h1") == found.tags.count("main") == 1
    assert "None" not in found.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_a_page_that_names_it(lang: str) -> None:
    assert f'<html lang="{lang}">' in text(checked(*claims()), "html", lang)
    assert page(checked(*claims()), lang).open == []


def test_the_page_stays_small_with_many_claims() -> None:
    many = tuple(off("44000000", "5.3", id=f"c-{n}", responses=()) for n in range(200))
    assert len(text(checked(*many), "html").encode()) < 600_000


@pytest.mark.parametrize("name", ["html", "md"])
def test_every_claim_stands_there_once_and_worst_first(name: str) -> None:
    found = text(checked(*claims()), name)
    ids = [one.claim.id for one in claims()]
    where = [f'id="claim-{id_}"' if name == "html" else id_ for id_ in ids]
    for mark in where:
        assert len(re.findall(rf"{re.escape(mark)}(?!\d)", found)) == 1, mark
    assert order(found, where) == sorted(order(found, where))


@pytest.mark.parametrize("name", ["html", "md"])
def test_a_claim_comes_with_its_figures_reasons_evidence_and_page(name: str) -> None:
    found = text(checked(*claims()), name)
    words = " ".join(Page(found).words) if name == "html" else found
    for part in (
        "US$ 41.8 million", "US$ 44.65 million", "+6.8 %", "We do not know the reason.",
        "In another currency the same money is 42.06 million Swiss francs",
        "comity evidence KOR ILO contributions.assessed --years 2018-2022", "https://ilo.org/pardev",
        "seen 2023-24", "Reply of 3 May 2026: Cash received, not revenue.",
    ):  # fmt: skip
        assert part in (found if part.startswith("https") else words.replace("\\", "")), part


@pytest.mark.parametrize("name", ["html", "md"])
def test_what_cannot_be_computed_is_told_by_reason_and_with_a_dash_never_zero(name: str) -> None:
    found = text(checked(*claims()), name)
    assert "No loaded source reports this (1)" in found
    assert "No measure counts this (1)" in found
    alone = text(checked(verdict(name="contradicts_page", id="c-1")), name)
    assert "–" in alone
    assert not re.search(r"US\$ 0\b", alone)


@pytest.mark.parametrize("name", ["html", "md"])
def test_pages_of_weak_provenance_are_left_out_and_counted(name: str) -> None:
    weak = off("44000000", "5.3", id="c-99", note="weak page: a copy", page="https://copy.example/x")
    found = text(checked(weak, *claims()), name)
    assert "c-99" not in found
    assert "copy.example" not in found
    assert "weak provenance: 1 of 12 claims" in found
    only = text(checked(weak), name)
    assert "weak provenance: 1 of 1 claims" in only
    assert "No claim is loaded" not in only


@pytest.mark.parametrize("name", ["html", "md", "text"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_blamed(name: str, lang: str) -> None:
    found = text(checked(*claims()), name, lang)
    said = " ".join(page(checked(*claims()), lang).words) if name == "html" else found
    # The terminal says that we never say that one of two sources is wrong.
    allowed = "never that one of them is wrong" if name == "text" else "\0"
    assert not BLAME.search(said.replace(allowed, ""))


@pytest.mark.parametrize("name", ["html", "md"])
def test_an_empty_check_says_so(name: str) -> None:
    assert "There is no claim to check." in text(checked(), name)
    assert page(checked()).open == []
    assert "svg" not in page(checked()).tags


# Hostile text


HOSTILE = [
    "<script>alert(1)</script>",
    "a | b & \"c\" 'd' {{ 7*7 }}",
    "![x](http://e.example/x.png) `code` [l](javascript:alert(1))",
    "https://x.example/</a><script>alert(1)</script>",
    'https://x.example/"onclick="alert(1)',
    "대한민국" * 50,
    "\u202eجمهورية كوريا",
    "x" * 3000,
]


def hostile(name: str) -> Check:
    response = Response("reply", date(2026, 5, 3), "", name, name)
    mine = (
        off("1", "2", id=name, organisation=name, page=name, seen=name, responses=(response,)),
        verdict(name="not_computable", id=f"{name}2", partner=name, page=name, seen=name, measure=name,
                value=name, unit="text", scale="", says=(Said("No loaded source reports this."),)),
    )  # fmt: skip
    return checked(*mine, KOR=Party("KOR", name, "state"))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text_on_the_page(name: str) -> None:
    found = page(hostile(name))
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert found.loads == []
    assert found.open == []
    assert all(href.startswith(("#", "http://", "https://")) for href in found.anchors)
    assert not re.search(r'<[^>]*" ?onclick=', text(hostile(name), "html"))
    assert "49" not in found.text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text_in_markdown(name: str) -> None:
    found = text(hostile(name), "md")
    bare = re.sub(r"\\.|`[^`]*`", "", found)
    assert "<script" not in bare
    assert "](javascript" not in bare
    assert not re.search(r"!\[[^\]]*\]\(", bare)
    tables = [line for line in found.splitlines() if line.startswith("|")]
    counts = [line.replace("\\|", "").count("|") for line in tables]
    for number, line in enumerate(tables):
        if set(line) <= set("|-: "):
            assert counts[number - 1] == counts[number] == counts[number + 1]


def test_a_page_that_markdown_could_misread_is_no_link() -> None:
    assert (
        cell_text(charts.Cell("ilo.org", link="https://ilo.org/a_(b)"))
        == "[ilo.org](<https://ilo.org/a_(b)>)"
    )
    assert cell_text(charts.Cell("x", link="https://x/>|")) == "x"


# The chart


def chart(*verdicts: Verdict) -> charts.Drawing:
    found = stated.of_claims(verdicts, NAMES, "en")
    assert found
    return found


def test_the_chart_shows_what_its_table_has() -> None:
    found = chart(*claims())
    root = ElementTree.fromstring(found.wide.svg())  # noqa: S314 - ours
    drawn = [node.text for node in root.iter() if node.tag.endswith("}text")]
    rows = [[cell.text for cell in row] for row in found.table.rows]
    assert [row[0] for row in rows] == [
        "Germany · Assessed 2018–2022", "Republic of Korea · Voluntary 2018–2022",
        "Republic of Korea · Total 2018–2022", "Republic of Korea · Assessed 2018–2022",
        "Republic of Korea · Assessed 2018–2022",
    ]  # fmt: skip
    for name, first, second, difference, *_ in rows:
        assert {*name.split(" · "), first, second, difference} <= set(drawn)
        assert f"{name} {difference}" in found.alt
    assert [row[1:4] for row in rows[:2]] == [["41.8", "37.00", "−11.5 %"], ["> 41.8", "80.00", "+91.4 %"]]
    assert [row[5] for row in rows] == ["–", "–", "–", "CHF 42.06", "–"]
    assert found.title == "What is computed differs from what is stated by −11.5 % to +91.4 %"
    assert found.unit
    assert found.source


def test_a_difference_lies_on_the_scale_and_beyond_it_is_an_arrow() -> None:
    near = [_dumbbell.Row("a", "b", "1", "2", share, "") for share in [*range(-9, 10), 10.0]]
    far = _dumbbell.Row("a", "b", "1", "2", 250, "+250 %")
    words = _dumbbell.Words("Stated", "Computed", "Difference", "{sign}{percent} %", "beyond")
    data = _picture.by_layer(_dumbbell.marks([("Differs", [far, *near])], _dumbbell.WIDE, words))
    left, right = _dumbbell.WIDE.plot
    assert [mark["x"] for mark in data["above"]] == [right]
    assert "below" not in data
    assert {mark["x"] for mark in data["first"]} == {(left + right) / 2}
    assert (data["second"][0]["x"], data["second"][-1]["x"]) == (
        round(left + 0.05 * (right - left), 1),
        right,
    )
    assert data["notes"][-1]["label"] == "beyond"
    within = _picture.by_layer(_dumbbell.marks([("Differs", near)], _dumbbell.WIDE, words))
    assert ("above" in within, within["notes"][-1]["label"]) == (False, "")


def test_only_amounts_in_dollars_that_can_be_computed_are_drawn() -> None:
    left_out = (
        verdict(name="partial", partial=True, computed=Decimal(90_000_000)),
        verdict(name="source_gap"),
        off("1", "2", unit="CHF"),
        off("1", "2", unit="count"),
        verdict(),
    )
    assert stated.of_claims(left_out, NAMES, "en") is None
    assert stated.table(left_out, NAMES, "en") is None
    assert stated.of_claims((), NAMES, "en") is None


def test_each_organisation_has_a_chart_and_a_table_behind_it() -> None:
    found = page(checked(*claims()))
    assert found.tags.count("svg") == 4  # wide and narrow, for two organisations
    assert {"stated-ILO-title", "stated-ILO-narrow-title", "stated-FAO-title"} <= set(found.ids)
    markdown = text(checked(*claims()), "md")
    assert "**International Labour Organization**" in markdown
    assert markdown.count("| Amount | Stated | Computed | Difference | Verdict |") == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chart_reads_aloud_in_every_language(lang: str) -> None:
    found = stated.of_claims(claims(), NAMES, lang)
    assert found
    for svg in (found.wide.svg(), found.narrow.svg()):
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
        assert root.get("role") == "img"
        assert {child.tag.rpartition("}")[2] for child in root} >= {"title", "desc"}
    assert found == stated.of_claims(claims(), NAMES, lang)


def test_a_profile_draws_what_pages_state_of_its_pair() -> None:
    made = replace(profile(*given()), claims=(off("44654249.83", "6.8283"),))
    found = charts.drawn(made, "en")["stated"]
    assert found.title == "What is computed differs from what is stated by +6.8 %"
    assert [row[0].text for row in found.table.rows] == ["Republic of Korea · Assessed 2018–2022"]
    assert found.wide.svg() in outputs.render(made, "html").decode()
    assert "stated" not in charts.drawn(profile(*given()), "en")


# Files


def test_the_report_in_markdown(snapshot: SnapshotAssertion) -> None:
    assert text(checked(*claims()), "md") == snapshot


@pytest.mark.parametrize("name", ["html", "md"])
def test_the_same_check_gives_the_same_bytes_in_another_process(name: str) -> None:
    script = (
        "import sys; from tests.test_check_outputs import checked, claims, outputs\n"
        f"sys.stdout.buffer.write(outputs.render_check(checked(*claims()), {name!r}))"
    )
    made = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Seoul")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True)
        made.add(done.stdout)
    assert made == {outputs.render_check(checked(*claims()), name)}


def test_the_command_writes_a_report(starter_store: Comity, tmp_path: Path) -> None:
    file = tmp_path / "check.html"
    assert data(comity("check", "KOR", "ILO", "--format", "html", "-o", str(file), store=starter_store)) == ""
    found = Page(file.read_text(encoding="utf-8"))
    assert "What pages state of Republic of Korea and International Labour Organization" in found.text
    assert "svg" in found.tags
    assert "comity check KOR ILO --known-at" in found.text
    again = data(comity("check", "KOR", "ILO", "--format", "md", store=starter_store))
    assert again.startswith("# What pages state")
