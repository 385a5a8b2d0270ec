"""Activities on the web: found as on the command line, and each with all that is published of it."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from comity.api import Comity
from comity.store import search
from tests import joint
from tests.joint import ILO, KOICA, activity, country, moves, sector, takes_part
from tests.test_cli import comity as command
from tests.web import client

# isort: split
from comity.web import indexing

_ODD = f"{KOICA}-a/b c?d#e&f%41"
_TEXTS = """
    <title><narrative xml:lang="en">Decent work</narrative>
    <narrative xml:lang="ko">양질의 일자리</narrative></title>
    <description type="2"><narrative xml:lang="en">To make work &lt;b&gt;decent&lt;/b&gt;.</narrative>
    </description>
"""
_RESULT = """
    <result type="1"><title><narrative>People trained</narrative></title><indicator measure="1">
    <title><narrative>Number of people</narrative></title><baseline year="2018" value="7"/><period>
    <period-start iso-date="2019-01-01"/><period-end iso-date="2019-12-31"/><target value="500"/>
    <actual value="477"/></period></indicator></result>
"""
_DOCUMENTS = """
    <document-link url="https://example.org/report.pdf" format="application/pdf"><title>
    <narrative>Report</narrative></title></document-link>
    <document-link url="javascript:alert(1)" format="text/html"><title><narrative>Trap</narrative></title>
    </document-link>
"""


def _budget(value: int, type_: str = "1", first: str = "2019-01-01", last: str = "2019-12-31") -> str:
    return (
        f"<budget type='{type_}'><period-start iso-date='{first}'/><period-end iso-date='{last}'/>"
        f"<value currency='USD' value-date='{first}'>{value}</value></budget>"
    )


@pytest.fixture(scope="module")
def held(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store with an activity that has everything, sixty plain ones, and one in two datasets."""
    rich = activity(
        f"{KOICA}-RICH", KOICA, takes_part(("1", KOICA), ("4", ILO)), country("LA", "60"),
        country("VN", "40"), sector("16020", "100"),
        moves("3", "1000.50", "2019-05-01", provider=KOICA, receiver=ILO),
        moves("3", "200", "2020-05-01", currency="XXX"), _budget(100), _budget(150, "2"), _RESULT,
        _DOCUMENTS, "<policy-marker vocabulary='1' code='1' significance='2'/>",
        f"<related-activity ref='{KOICA}-P1' type='1'/>",
    ).replace(f"<title><narrative>{KOICA}-RICH</narrative></title>", _TEXTS)  # fmt: skip
    plain = [activity(f"{KOICA}-P{n}", KOICA, takes_part(("1", KOICA), ("4", ILO))) for n in range(60)]
    twice = activity("ZZ-TWICE", "ZZ", takes_part(("4", ILO)))
    others = [activity(_ODD.replace("&", "&amp;"), KOICA, takes_part(("4", ILO)))]
    folder = tmp_path_factory.mktemp("held")
    return joint.load(module_store, folder, one=[rich, *plain, twice], two=[twice], three=others)


def _page(store: Comity, address: str) -> str:
    answer = client(store).get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


# The list


def test_pages_say_how_many_there_are_and_hold_each_once(held: Comity) -> None:
    total = held.activities().total
    asked, found = client(held), []
    for number in (1, 2):
        page = asked.get(f"/activities/?page={number}").content.decode()
        assert f"{total} activities" in page
        found += re.findall(r'<h3[^>]*><a href="/activities/([^"]*)"', page)
    assert len(found) == total
    assert f"Rows 51 to {total} of {total}." in page


def test_filters_are_those_of_the_command_line(held: Comity) -> None:
    page = _page(
        held, "/activities/?partner=Korea&organisation=ilo&country=LA&sector=160&status=&years=2019-2020"
    )
    assert "One activity" in page
    assert f"{KOICA}-RICH" in page
    assert "No activity fits" in _page(held, "/activities/?country=PE")


def test_words_are_searched_in_every_language(held: Comity) -> None:
    for words in ("decent", "일자리"):
        page = _page(held, f"/activities/?text={quote(words)}")
        assert "One activity" in page
        assert f'href="/activities/{KOICA}-RICH"' in page


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_file_has_all_that_fit_as_the_command_line_writes_it(held: Comity, ending: str) -> None:
    answer = client(held).get(f"/activities.{ending}?partner=KOR")
    printed = command(
        "activities", "--partner", "KOR", "--limit", "0", "--format", ending, store=held
    )  # fmt: skip
    assert answer.content.decode() == printed.stdout


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("country=ILO", 400),
        ("sector=abc", 400),
        ("page=99999", 400),
        ("page=99", 400),
        ("partner=zzzz-nobody", 404),
        ('text="', 400),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(held: Comity, query: str, status: int) -> None:
    answer = client(held).get(f"/activities/?{query}")
    assert answer.status_code == status
    assert "This page cannot be shown" in answer.content.decode()


def test_a_store_without_activities_says_so(starter_store: Comity) -> None:
    assert "No activities are loaded here." in _page(starter_store, "/activities/")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/activities/?text=decent", 503, "The texts are being indexed"),
        ("/activities.csv?text=decent", 503, "the texts are being indexed"),
        ("/api/v1/activities?q=decent", 503, "the texts are being indexed"),
        ("/api/v1/activities.csv?q=decent", 503, "the texts are being indexed"),
        ("/search/?q=decent", 200, "The texts are being indexed"),
    ],
)
def test_many_texts_are_indexed_beside_the_site(
    held: Comity, monkeypatch: pytest.MonkeyPatch, address: str, status: int, said: str
) -> None:
    """No request waits for it, and no answer that says so is kept."""
    index = search.beside(held.store.database(held.store.current()))
    index.unlink(missing_ok=True)
    begin, build = threading.Event(), search.build

    def slow(*places: Path) -> None:
        assert begin.wait(30)
        build(*places)

    monkeypatch.setattr(indexing, "AT_ONCE", 1)
    monkeypatch.setattr(search, "build", slow)
    asked = client(held)
    for _ in range(2):
        answer = asked.get(address)
        assert answer.status_code == status
        assert said in answer.content.decode()
        assert answer.get("Retry-After") == ("30" if status == 503 else None)
        assert not index.exists()
    begin.set()
    indexing._building[index].join(30)
    found = asked.get(address)
    assert found.status_code == 200
    assert said not in found.content.decode()
    assert "Decent work" in found.content.decode()


# One of them


def test_an_activity_shows_all_that_is_published(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH")
    for words in (
        "Decent work", "양질의 일자리", "Objectives", "Actual start",
        "1 January 2019", "60 %", "40 %", "1,000.50", "Disbursement", "Gender equality",
        "principal objective", "People trained", "Baseline: 2018", "477", "500", "https://example.org/report.pdf",
    ):  # fmt: skip
        assert words in page, words


def test_the_language_asked_for_comes_first(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH?lang=ko")
    assert re.search(r'<h1 lang="ko"[^>]*>양질의 일자리</h1>', page)


def test_an_amount_without_a_rate_is_not_zero(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH")
    row = re.search(r"<tr>\s*<th[^>]*>1 May 2020</th>.*?</tr>", page, re.DOTALL)
    assert row
    assert '<span class="missing">not converted</span>' in row[0]
    assert "0.00<" not in row[0].replace("200.00<", "")


def test_a_revised_budget_replaces_the_original(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH")
    budgets = re.findall(r"<tr>\s*<th[^>]*>1 January 2019 – 31 December 2019</th>(.*?)</tr>", page, re.DOTALL)
    assert ["replaced" in row for row in budgets if "USD" in row] == [True, False]
    assert "holds" in budgets[1]


def test_the_profiles_that_count_it_are_named(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH")
    assert 'href="/cooperation/KOR/ILO/"' in page
    assert "<td>counted</td>" in page


def test_text_of_a_publisher_is_never_markup_nor_script(held: Comity) -> None:
    page = _page(held, f"/activities/{KOICA}-RICH")
    assert "<b>decent</b>" not in page
    assert "&lt;b&gt;decent" in page
    assert 'href="javascript' not in page


def test_every_dataset_with_the_identifier_is_shown(held: Comity) -> None:
    page = _page(held, "/activities/ZZ-TWICE")
    assert "Reports of this identifier in the datasets loaded: 2." in page
    assert "Dataset: one" in page
    assert "Dataset: two" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_an_identifier_of_any_signs_has_a_page(held: Comity) -> None:
    listed = _page(held, "/activities/?text=" + quote('"a/b"'))
    [at] = re.findall(r'<h3[^>]*><a href="(/activities/[^"]*)"', listed)
    assert _ODD.replace("&", "&amp;") in _page(held, at)


def test_an_identifier_that_nobody_uses_is_not_found(held: Comity, tmp_path: Path) -> None:
    for identifier in ("nothing", "' OR 1=1 --", "../../etc/passwd", "{{7*7}}"):
        assert client(held).get(f"/activities/{quote(identifier)}").status_code == 404
