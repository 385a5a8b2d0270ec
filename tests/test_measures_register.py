"""What the register tells: membership, programmes, phases, partners, secondments, priorities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from comity.api import Comity, Years
from comity.model import Coverage, Figure
from tests.specimens import HOME


def figure(
    store: Comity,
    measure: str,
    years: Years,
    as_of: date | None = None,
    pair: tuple[str, str] = ("KOR", "ILO"),
) -> Figure:
    found = store.profile(*pair, years, as_of=as_of).profile.get(measure)
    assert found is not None
    return found


def listed(found: Figure, *columns: str) -> list[tuple[Any, ...]]:
    assert found.items is not None
    return [tuple(item.get(column) for column in columns) for item in found.items]


# Korea and the ILO, from the tables that ship


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("membership.since", 1991),
        ("partnerships.programmes", 2),
        ("partnerships.phases", 3),
        ("partnerships.partners", 4),
        ("priorities.sectors", 5),
        ("priorities.cross_cutting", 3),
        ("priorities.partner_countries", 27),
        ("programmes.countries", 7),
        ("programmes.regions", 1),
    ],
)
def test_korea_and_the_ilo_in_2018_to_2022(measure: str, value: int, starter_store: Comity) -> None:
    found = figure(starter_store, measure, (2018, 2022))
    assert (found.value, found.coverage.status) == (value, "complete")


def test_the_seven_countries_and_the_phases_by_name(starter_store: Comity) -> None:
    countries = figure(starter_store, "programmes.countries", (2018, 2022))
    assert {code for (code,) in listed(countries, "code")} == {
        "DZA", "BGD", "CMR", "IND", "LAO", "MAR", "TUN",
    }  # fmt: skip
    phases = figure(starter_store, "partnerships.phases", (2018, 2022))
    assert listed(phases, "programme", "phase") == [
        ("ILO-KOREA", "2018-2020"),
        ("SKILLS-FOR-TRADE-2019", "2019-2023"),
        ("ILO-KOREA", "2021-2023"),
    ]


@pytest.mark.parametrize(
    ("year", "count", "status"),
    [(2013, 26, "complete"), (2016, 24, "complete"), (2020, 24, "complete"), (2021, 27, "complete")],
)
def test_priorities_are_those_of_the_strategy_of_the_date(
    year: int, count: int, status: str, starter_store: Comity
) -> None:
    found = figure(starter_store, "priorities.partner_countries", year)
    assert (found.value, found.coverage.status) == (count, status)


def test_a_strategy_that_has_ended_says_nothing_of_later(starter_store: Comity) -> None:
    found = figure(starter_store, "priorities.partner_countries", (2022, 2026), date(2026, 6, 30))
    assert (found.value, found.coverage.status) == (None, "not_reported")


def test_R41_a_restated_amount_is_kept_beside_the_original(starter_store: Comity) -> None:
    query = "SELECT effect, amount FROM phase_amounts WHERE phase = '2021-2023' ORDER BY stated_on"
    assert [tuple(row.values()) for row in starter_store.sql(query).to_pylist()] == [
        ("original", Decimal(3_900_000)),
        ("restated", Decimal(4_600_000)),
    ]


def test_R41_an_amendment_adds_and_a_restatement_does_not(starter_store: Comity) -> None:
    phases = figure(starter_store, "partnerships.phases", (2021, 2026))
    columns = ("phase", "amount", "amount_added", "amount_restated")
    assert listed(phases, *columns)[1:] == [
        ("2021-2023", Decimal(3_900_000), None, Decimal(4_600_000)),
        ("2024-2026", Decimal(11_950_000), Decimal(2_800_000), None),
    ]


def test_R42_secondments_without_a_number_are_not_reported(starter_store: Comity) -> None:
    for measure in ("secondments.posts", "secondments.months"):
        found = figure(starter_store, measure, (2018, 2022))
        assert (found.value, found.coverage.status, found.rows) == (None, "not_reported", 1)
        assert "stated_without_number" in found.flags


def test_R38_a_pair_without_a_register_is_not_reported(starter_store: Comity) -> None:
    for found in starter_store.profile("JPN", "ILO", 2022).profile:
        if found.basis in ("register", "stated") and found.family != "standards":
            assert (found.value, found.coverage.status) == (None, "not_reported"), found.measure


# Norway and FAO, of our own invention

NORWAY_FAO = ("NOR", "FAO")


@pytest.fixture(scope="module")
def invented(module_store: Comity) -> Comity:
    module_store.load(HOME / "register_of_a_pair.toml")
    return module_store


def test_R42_posts_and_months_are_counted_and_are_no_money(invented: Comity) -> None:
    posts = figure(invented, "secondments.posts", (2016, 2018), pair=NORWAY_FAO)
    months = figure(invented, "secondments.months", (2016, 2018), pair=NORWAY_FAO)
    assert (posts.value, posts.unit) == (5, "count")
    assert (months.value, months.unit) == (36, "months"), "only one of the two entries states months"
    assert {f.unit for f in invented.profile(*NORWAY_FAO, 2016).profile.family("secondments")} == {
        "count", "months",
    }  # fmt: skip


def test_an_entry_counts_in_the_years_it_meets(invented: Comity) -> None:
    def posts(years: Years) -> Decimal | int | None:
        return figure(invented, "secondments.posts", years, pair=NORWAY_FAO).value

    assert [posts(2016), posts(2017), posts(2018)] == [3, 5, 2]
    assert posts((2015, 2016)) == 3


def test_R38_a_list_is_partial_in_years_the_register_does_not_speak_of(invented: Comity) -> None:
    countries = figure(invented, "programmes.countries", (2015, 2018), pair=NORWAY_FAO)
    assert (countries.value, countries.coverage) == (1, Coverage("partial", (2015, 2016)))


def test_R38_nothing_listed_in_years_it_speaks_of_is_none(invented: Comity) -> None:
    regions = figure(invented, "programmes.regions", (2015, 2016), pair=NORWAY_FAO)
    assert (regions.value, regions.coverage.status) == (1, "partial")
    phases = figure(invented, "partnerships.phases", 2020, pair=NORWAY_FAO)
    assert (phases.value, phases.coverage.status) == (None, "not_reported")


def test_R41_a_phase_without_an_end_goes_on(invented: Comity) -> None:
    assert listed(figure(invented, "partnerships.phases", (2018, 2023), pair=NORWAY_FAO), "id") == [
        ("SEA first",),
        ("SEA second",),
    ]


def test_a_number_without_names_stands_for_the_list(invented: Comity) -> None:
    named = figure(invented, "priorities.partner_countries", 2016, pair=NORWAY_FAO)
    assert listed(named, "code") == [("FJI",), ("TON",)]
    numbered = figure(invented, "priorities.partner_countries", 2019, pair=NORWAY_FAO)
    assert (numbered.value, listed(numbered, "code", "stated_count")) == (7, [(None, 7)])


def test_membership_is_not_told_of_a_time_before_it(invented: Comity) -> None:
    since = figure(invented, "membership.since", (2015, 2016), date(1944, 1, 1), NORWAY_FAO)
    assert (since.value, since.coverage.status) == (None, "not_reported")
    since = figure(invented, "membership.since", (2015, 2016), date(1945, 1, 1), NORWAY_FAO)
    assert since.value == 1945


def test_a_strategy_that_two_registers_state_counts_once(store: Comity, tmp_path: Path) -> None:
    again = tmp_path / "KOR-WHO.toml"
    again.write_text(
        'partner = "KOR"\norganisation = "WHO"\n[[strategy]]\nperiod_start = 2021\nperiod_end = 2025\n'
        'partner_countries = ["VNM", "LAO"]\nconfidence = "high"\n'
    )
    store.load(again)
    found = store.profile("KOR", "ILO", (2018, 2022)).profile.get("priorities.partner_countries")
    assert found is not None
    assert found.items is not None
    assert (found.value, len(found.items)) == (27, 27)


@pytest.mark.parametrize(
    ("years", "as_of", "phase", "amounts"),
    [
        # agreed, added since, stated otherwise since
        ((2018, 2022), None, "2021-2023", (3_900_000, None, 4_600_000)),
        ((2024, 2024), date(2024, 7, 1), "2024-2026", (9_150_000, None, None)),
        ((2024, 2025), date(2025, 12, 31), "2024-2026", (11_950_000, 2_800_000, None)),
    ],
)
def test_R41_amendments_count_from_their_day_and_restated_totals_stand_beside(
    starter_store: Comity, years: Years, as_of: date | None, phase: str, amounts: tuple[int | None, ...]
) -> None:
    found = starter_store.profile("KOR", "ILO", years, as_of=as_of).profile.get("partnerships.phases")
    assert found is not None
    (item,) = (item for item in found.items or () if item["phase"] == phase)
    assert tuple(item.get(key) for key in ("amount", "amount_added", "amount_restated")) == amounts
