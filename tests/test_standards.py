"""Conventions on a date: three counts that differ, and categories that move by themselves."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from comity import profiles
from comity.api import Comity, ask
from comity.model import Figure
from tests.specimens import HOME

COLUMNS = {
    "ratifications_ever_registered": "standards.registered",
    "ratified_not_denounced": "standards.not_denounced",
    "in_force_for_korea": "standards.in_force",
    "fundamental_ratified": "standards.fundamental",
    "fundamental_existing": "standards.fundamental_existing",
    "governance": "standards.governance",
    "technical_remaining": "standards.technical",
}
OURS = {
    # Facts count every ratification as in force at once. Under R39 it takes twelve months where the
    # instrument does not say otherwise: two of April 2007 and three of November 2011 are not yet.
    "2007-04-30": {"standards.in_force": 20},
    "2012-01-01": {"standards.in_force": 25},
}


def on(store: Comity, days: Iterable[date], partner: str = "KOR") -> list[dict[str, Figure]]:
    """The figures on each of `days`, by measure."""
    library = store.library()
    who, where = library.directory.parties[partner], library.directory.parties["ILO"]
    requests = [
        profiles.request_for(library, who, where, profiles.period_of(day.year, day.year), day, number)
        for number, day in enumerate(days)
    ]
    found = profiles.figures_of(library, requests, "standards")
    return [{figure.measure: figure for figure in found[number]} for number in range(len(requests))]


def counts(store: Comity, day: str, partner: str = "KOR") -> dict[str, int | None]:
    (found,) = on(store, [date.fromisoformat(day)], partner)
    values = {name.partition(".")[2]: figure.value for name, figure in found.items()}
    return {name: None if value is None else int(value) for name, value in values.items()}


def test_counts_are_those_of_the_facts_on_every_date(starter_store: Comity, shared_data: Path) -> None:
    with (shared_data.parent / "facts" / "korea_counts_by_date.csv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file))
    found = on(starter_store, [date.fromisoformat(fact["as_of"]) for fact in facts])
    for fact, figures in zip(facts, found, strict=True):
        stated = {measure: int(fact[column]) for column, measure in COLUMNS.items()}
        ours = {measure: figures[measure].value for measure in stated}
        assert ours == stated | OURS.get(fact["as_of"], {}), fact["as_of"]


@pytest.mark.parametrize(
    ("day", "registered", "not_denounced", "in_force", "fundamental", "existing"),
    [
        ("2018-12-31", 29, 27, 27, 4, 8),
        ("2021-12-31", 32, 30, 27, 7, 8),
        ("2022-12-31", 32, 30, 30, 9, 10),
    ],
)
def test_R39_three_counts_on_a_date(
    day: str, registered: int, not_denounced: int, in_force: int, fundamental: int, existing: int,
    starter_store: Comity,
) -> None:  # fmt: skip
    found = counts(starter_store, day)
    assert (found["registered"], found["not_denounced"], found["in_force"]) == (
        registered, not_denounced, in_force,
    )  # fmt: skip
    assert (found["fundamental"], found["fundamental_existing"]) == (fundamental, existing)
    parts = [found[name] or 0 for name in ("fundamental", "governance", "technical")]
    assert sum(parts) == not_denounced, "the categories share out what is ratified"


def test_R40_a_count_changes_with_no_act_by_the_state(starter_store: Comity) -> None:
    before, after = counts(starter_store, "2022-06-09"), counts(starter_store, "2022-06-10")
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert changed == {"fundamental": (7, 9), "fundamental_existing": (8, 10), "technical": (20, 18)}


@pytest.mark.parametrize(
    ("day", "existing"),
    [("1995-05-25", 7), ("1999-06-16", 7), ("1999-06-17", 8), ("2022-06-09", 8), ("2022-06-10", 10)],
)
def test_R40_fundamental_conventions_have_dates(day: str, existing: int, starter_store: Comity) -> None:
    assert counts(starter_store, day)["fundamental_existing"] == existing


def test_R40_fundamental_conventions_are_told_by_subject(starter_store: Comity) -> None:
    figure = starter_store.profile("KOR", "ILO", 2022).profile.get("standards.fundamental")
    assert figure is not None
    assert figure.items is not None
    assert {(item["subject"], item["instrument"]) for item in figure.items} == {
        ("freedom_of_association", "C087"), ("freedom_of_association", "C098"),
        ("forced_labour", "C029"),
        ("child_labour", "C138"), ("child_labour", "C182"),
        ("discrimination", "C100"), ("discrimination", "C111"),
        ("occupational_safety_and_health", "C155"), ("occupational_safety_and_health", "C187"),
    }  # fmt: skip


def test_a_figure_tells_how_many_of_its_dates_are_uncertain(starter_store: Comity) -> None:
    figure = starter_store.profile("KOR", "ILO", 2022).profile.get("standards.fundamental")
    assert figure is not None
    assert figure.items is not None
    uncertain = sum(item["confidence"] != "high" for item in figure.items)
    assert figure.flagged("uncertain") == (str(uncertain),)


# A State of our own invention


@pytest.fixture(scope="module")
def invented(module_store: Comity) -> Comity:
    """A store in which ratifications are known of Fiji, 1990–2020, and of no other State."""
    module_store.load(
        HOME / "ratifications_of_many_fates.csv", HOME / "ratification_coverage_of_one_state.csv"
    )
    return module_store


@pytest.mark.parametrize(
    ("day", "registered", "not_denounced", "in_force"),
    [
        ("2000-01-09", 0, 0, 0),
        ("2000-01-10", 3, 3, 0),  # registered on the day
        ("2001-01-09", 3, 3, 0),
        ("2001-01-10", 3, 3, 3),  # in force from the day
        ("2005-02-28", 3, 3, 3),
        ("2005-03-01", 3, 2, 2),  # denounced from the day
        ("2010-12-31", 4, 3, 2),  # one whose entry into force is not known does not count there
        ("2012-05-01", 4, 4, 2),  # C087 again: one convention more, not one more registered
        ("2018-12-31", 4, 4, 3),
        ("2019-01-01", 4, 4, 2),  # C050 was abrogated in 2018: in force for nobody
    ],
)
def test_R39_an_act_counts_from_its_day(
    day: str, registered: int, not_denounced: int, in_force: int, invented: Comity
) -> None:
    found = counts(invented, day, "FJI")
    assert (found["registered"], found["not_denounced"], found["in_force"]) == (
        registered, not_denounced, in_force,
    )  # fmt: skip


def test_R39_protocols_are_counted_apart(invented: Comity) -> None:
    found = counts(invented, "2016-12-31", "FJI")
    assert found["protocols"] == 1
    assert found["registered"] == 4, "P029 is none of the conventions"
    assert found["fundamental"] == 3, "C029, C087, C098: a protocol to C029 is no fundamental convention"


# What is not known


def test_R38_a_state_whose_ratifications_nobody_gathered_is_not_reported(starter_store: Comity) -> None:
    (found,) = on(starter_store, [date(2022, 12, 31)], "JPN")
    existing = found.pop("standards.fundamental_existing")
    assert (existing.value, existing.coverage.status) == (10, "complete"), "this is no fact about a State"
    for figure in found.values():
        assert (figure.value, figure.coverage.status, figure.flags) == (None, "not_reported", ())


def test_R38_none_in_a_year_that_is_known_is_zero(starter_store: Comity) -> None:
    (found,) = on(starter_store, [date(2022, 12, 31)])
    protocols = found["standards.protocols"]
    assert (protocols.value, protocols.coverage.status, protocols.flags) == (0, "complete", ("no_row",))


def test_R38_a_date_after_what_is_known_is_partial_and_says_so(starter_store: Comity) -> None:
    last, found = on(starter_store, [date(2025, 12, 31), date(2026, 6, 30)])
    assert last["standards.fundamental"].coverage.status == "complete"
    fundamental, protocols = found["standards.fundamental"], found["standards.protocols"]
    assert (fundamental.value, fundamental.coverage.status) == (9, "partial")
    assert fundamental.flagged("known_to") == ("2025",)
    assert (protocols.value, protocols.coverage.status) == (None, "not_reported")


def test_R38_before_anything_is_known_nothing_is_reported(starter_store: Comity) -> None:
    (found,) = on(starter_store, [date(1990, 12, 31)])
    existing = found.pop("standards.fundamental_existing")
    assert (existing.value, existing.coverage.status) == (0, "complete"), "a fact of the ILO, not of a State"
    assert {figure.coverage.status for figure in found.values()} == {"not_reported"}


def test_only_the_organisation_that_has_standards_is_asked_for_them(starter_store: Comity) -> None:
    library = starter_store.library()

    def families(organisation: str) -> set[str]:
        request = ask(library, "KOR", organisation, 2022)
        return {measure.family for measure in profiles.measures_for(request)}

    assert "standards" in families("ILO")
    assert "standards" not in families("FAO")
