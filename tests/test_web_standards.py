"""Conventions and members: states on a day, and nothing said of members whose facts are not loaded."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from comity.api import Comity
from tests.web import client

_SILENT = "Of all others nothing is loaded, which does not mean that they have not ratified."


def _states(page: str) -> dict[str, str]:
    """The state of each convention in the first row of the matrix."""
    head = re.findall(r'<th scope="col"><a href="/standards/(\w+)/', page)
    body = re.search(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL)
    assert body
    return dict(zip(head, re.findall(r'class="sign (\w+)"', body[0]), strict=True))


@pytest.mark.parametrize("day", ["2020-12-31", "2021-06-30", "2022-12-31"])
def test_the_matrix_counts_what_the_figures_count(starter_store: Comity, day: str) -> None:
    found = _states(client(starter_store).get(f"/standards/?as_of={day}").content.decode())
    year = int(day[:4])
    profile = starter_store.profile("KOR", "ILO", year, as_of=date.fromisoformat(day)).profile
    held = profile.get("standards.fundamental")
    existing = profile.get("standards.fundamental_existing")
    assert held
    assert existing
    assert sum(state in ("in_force", "ratified") for state in found.values()) == held.value
    assert len(found) == existing.value


_SPECIMENS = Path(__file__).parent / "specimens"
_DAYS = ("2002-01-01", "2005-02-28", "2005-03-01", "2010-01-01", "2012-05-01", "2013-05-01", "2020-12-31")


@pytest.fixture(scope="module")
def fates(module_store: Comity) -> Comity:
    """With a State that ratified C087 in 2000, denounced it in 2005 and ratified it again in 2012."""
    for name in ("ratifications_of_many_fates", "ratification_coverage_of_one_state"):
        module_store.load(_SPECIMENS / f"{name}.csv")
    return module_store


def test_what_was_ratified_again_was_ratified_before(fates: Comity) -> None:
    told = {
        day: _states(client(fates).get(f"/standards/?member=FJI&as_of={day}").content.decode())["C087"]
        for day in _DAYS
    }
    before, after = "in_force", "denounced"
    assert list(told.values()) == [before, before, after, after, "ratified", "in_force", "in_force"]
    page = client(fates).get("/standards/C087/?as_of=2020-12-31").content.decode()
    assert "10 January 2000" in page
    assert "1 May 2012" in page


@pytest.mark.parametrize("day", _DAYS)
def test_the_matrix_counts_what_the_measures_count_of_what_was_ratified_again(
    fates: Comity, day: str
) -> None:
    asked, states = client(fates), list[str]()
    for category in ("fundamental", "governance", "technical"):
        page = asked.get(f"/standards/?member=FJI&as_of={day}&category={category}").content.decode()
        states += _states(page).values() if "<table" in page else ()
    figures = fates.profile("FJI", "ILO", int(day[:4]), as_of=date.fromisoformat(day)).standards
    assert states.count("in_force") == figures.in_force.value
    assert states.count("in_force") + states.count("ratified") == figures.not_denounced.value
    assert len(states) - states.count("none") == figures.registered.value


def test_all_categories_together_count_what_is_in_force(starter_store: Comity) -> None:
    asked, states = client(starter_store), list[str]()
    for category in ("fundamental", "governance", "technical"):
        page = asked.get(f"/standards/?as_of=2022-12-31&category={category}").content.decode()
        states += _states(page).values()
    figures = starter_store.profile("KOR", "ILO", 2022).standards
    assert states.count("in_force") == figures.in_force.value
    assert len(states) - states.count("none") == figures.registered.value


def test_a_member_without_facts_is_not_said_not_to_have_ratified(starter_store: Comity) -> None:
    page = client(starter_store).get("/standards/?member=FRA").content.decode()
    assert "No ratification facts are loaded for France." in page
    assert _SILENT in page
    assert "<table" not in page


def test_a_convention_tells_its_categories_over_time_and_who_ratified_it(starter_store: Comity) -> None:
    page = client(starter_store).get("/standards/C087/").content.decode()
    assert "Technical" in page
    assert "25 May 1995" in page
    assert 'href="/cooperation/KOR/ILO/"' in page
    assert "20 April 2021" in page
    assert _SILENT in page


def test_a_day_before_the_ratification_has_it_not_ratified(starter_store: Comity) -> None:
    assert (
        _states(client(starter_store).get("/standards/?as_of=2021-04-19").content.decode())["C087"] == "none"
    )
    page = client(starter_store).get("/standards/?as_of=2021-04-20").content.decode()
    assert _states(page)["C087"] == "ratified"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/standards/nothing-like-it/", 404),
        ("/standards/?as_of=2100-01-01", 400),
        ("/standards/?page=999", 400),
        ("/standards/?category=all", 400),
        ("/standards/?member=Atlantis-and-beyond", 404),
    ],
)
def test_what_cannot_be_shown_says_why(starter_store: Comity, address: str, status: int) -> None:
    assert client(starter_store).get(address).status_code == status


def test_small_letters_lead_to_the_one_address(starter_store: Comity) -> None:
    answer = client(starter_store).get("/standards/c087/?lang=ko")
    assert answer["Location"] == "/standards/C087/?lang=ko"
