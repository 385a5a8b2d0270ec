"""Data problems on the web: counted, filtered, and the same as on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.api import Comity
from tests import joint
from tests.joint import KOICA, activity, takes_part
from tests.test_cli import comity as command
from tests.web import client


@pytest.fixture(scope="module")
def odd(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store with data problems of several rules."""
    strangers = [
        activity(f"{KOICA}-{n}", KOICA, takes_part(("1", "Nobody Known"), ("4", "Nor This One")))
        for n in range(60)
    ]
    return joint.load(module_store, tmp_path_factory.mktemp("odd"), strange=strangers)


def _total(store: Comity, where: str = "") -> int:
    return int(store.sql(f"SELECT count(*)::BIGINT AS n FROM issues {where}")["n"][0].as_py())


def test_the_counts_are_those_of_the_data(odd: Comity) -> None:
    page = client(odd).get("/issues/").content.decode()
    total = _total(odd)
    assert total > 50
    assert f"Problems in all: {total}." in page
    assert f"Rows 1 to 50 of {total}." in page
    assert f'<td class="n">{_total(odd, "WHERE source = $$iati$$ AND rule = $$R28$$")}</td>' in page


def test_a_filter_narrows_the_page_and_its_file(odd: Comity) -> None:
    asked = client(odd)
    number = _total(odd, "WHERE rule = 'R28'")
    page = asked.get("/issues/?rule=R28").content.decode()
    assert f"of {number}." in page
    assert 'href="/issues.csv?rule=R28"' in page
    lines = asked.get("/issues.csv?rule=R28").content.decode().splitlines()
    assert len(lines) == number + 1
    assert "No data problem fits." in asked.get("/issues/?rule=R99").content.decode()


def test_all_pages_together_hold_every_row(odd: Comity) -> None:
    asked, found = client(odd), []
    for number in range(1, 9):
        page = asked.get(f"/issues/?source=iati&size=20&page={number}").content.decode()
        found += re.findall(r"<td>(activity \d+, line \d+)</td>", page.partition('id="list"')[2])
        if "Next page" not in page:
            break
    assert len(found) == _total(odd, "WHERE source = 'iati'")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_file_is_what_the_command_line_writes(odd: Comity, ending: str) -> None:
    answer = client(odd).get(f"/issues.{ending}?source=iati")
    printed = command("issues", "--source", "iati", "--format", ending, store=odd)
    assert answer.content.decode() == printed.stdout


@pytest.mark.parametrize(
    "address",
    ["/issues/?page=0", "/issues/?page=999", "/issues/?size=501", "/issues/?rule=" + "x" * 201],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(odd: Comity, address: str) -> None:
    answer = client(odd).get(address)
    assert answer.status_code == 400
    assert "This page cannot be shown" in answer.content.decode()


def test_a_store_without_problems_says_so(starter_store: Comity, tmp_path: Path) -> None:
    page = client(starter_store).get("/issues/").content.decode()
    assert ("No problem was found in the data that is loaded." in page) == (_total(starter_store) == 0)
