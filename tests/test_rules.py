"""The computing rules, each by its number; arithmetic that must hold for any figures at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.model import Coverage
from comity.rules.coverage import Spread, of_subject, over_years
from comity.rules.currency import per_unit
from comity.rules.identity import Index, Name, key
from comity.rules.revenue_types import revenue_type

# R36: types of revenue


@pytest.mark.parametrize(
    ("published", "year", "type_"),
    [
        ("Assessed contributions", 2013, "assessed"),
        ("  ASSESSED   Contributions ", 2024, "assessed"),
        ("Voluntary core (un-earmarked) contributions", 2020, "voluntary_core"),
        ("Voluntary non-core (earmarked) contributions", 2020, "voluntary_non_core"),
        ("Revenue from other activities", 2020, "other"),
        ("R01", 2010, "assessed"),
        ("R02", 2018, "voluntary_core"),
        ("r02b", 2023, "voluntary_core"),
        ("R03", 2009, "voluntary_non_core"),
        ("R03F", 2024, "voluntary_non_core"),
        ("R04C", 2023, "other"),
        ("R05", 2017, "other"),
        ("R12", 2015, "voluntary_non_core"),
    ],
)
def test_R36_a_type_is_read_by_label_or_code(published: str, year: int, type_: str) -> None:
    assert revenue_type(published, year) == type_


@pytest.mark.parametrize("code", ["R08", "R08B", "R08b"])
@pytest.mark.parametrize("year", [2015, 2016, 2017])
def test_R36_r08_is_not_core(code: str, year: int) -> None:
    assert revenue_type(code, year) == "voluntary_non_core"


@pytest.mark.parametrize("code", ["R05", "R08", "R12"])
@pytest.mark.parametrize("year", [2014, 2018, 2024])
def test_R36_a_legacy_code_means_nothing_in_other_years(code: str, year: int) -> None:
    assert revenue_type(code, year) is None


@pytest.mark.parametrize(
    "text", ["", "R", "R06", "R02C", "R03G", "R04D", "R01A", "R03EE", "Assessed", "total"]
)
def test_R36_what_is_not_known_is_not_guessed(text: str) -> None:
    assert revenue_type(text, 2016) is None


# R8, R9: currency

RATES = st.decimals(min_value="0.000001", max_value=10**9, places=6)


@given(RATES)
def test_R9_a_rate_is_positive_with_twelve_decimals(units: Decimal) -> None:
    rate = per_unit(units)
    assert rate > 0
    assert rate == round(rate, 12)


@given(RATES)
def test_R9_a_rate_and_its_inverse_make_one_within_rounding(units: Decimal) -> None:
    assert abs(per_unit(units) * units - 1) <= units * Decimal("0.5e-12")


@pytest.mark.parametrize("units", ["0", "-1", "-0.000001", "1e13"])
def test_R8_no_rate_is_zero_or_negative(units: str) -> None:
    with pytest.raises(ValueError, match=r"must be positive|too small to be kept"):
        per_unit(Decimal(units))


# R28: names


@given(st.text())
def test_R28_a_name_compared_is_compared_the_same_again(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.text(st.characters(codec="ascii", exclude_characters="\"'"), min_size=1))
def test_R28_quotes_blanks_and_case_do_not_tell_names_apart(text: str) -> None:
    assert key(f' "{text}"  ') == key(f"“{text.upper()}”") == key(text.replace(" ", " \u00a0"))


@pytest.mark.parametrize(("one", "other"), [("Niger", "Nigeria"), ("UN", "UN-DPO"), ("Korea", "Kor ea")])
def test_R28_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_R28_a_code_is_stronger_than_a_name_and_a_name_than_an_alias() -> None:
    index = Index([Name("ITC", "centre", 0), Name("ITC", "company", 1), Name("Centre", "one", 1)])
    assert index.find("itc") == ("centre",)
    assert Index([Name("A", "x", 2), Name("A", "y", 1)]).find("A") == ("y",)
    assert index.find("unheard of") == ()


def test_R28_a_name_of_two_parties_is_resolved_to_neither() -> None:
    index = Index([Name("Congo", "COD", 2), Name("Congo", "COG", 2), Name("Fiji", "FJI", 1)])
    assert index.find("Congo") == ("COD", "COG")
    assert index.resolve(["Congo", "Fiji", "Atlantis"]) == {"Fiji": "FJI"}


def test_nearest_names_are_suggestions_among_those_allowed() -> None:
    index = Index([Name("Niger", "NER", 1), Name("Nigeria", "NGA", 1), Name("Ministry of Fish", "M", 1)])
    assert index.nearest("Nigerai", {"NER": "Niger", "NGA": "Nigeria"})[0] == ("Nigeria", "NGA")
    assert index.nearest("Nigerai", {"NER": "Niger"}) == [("Niger", "NER")]
    assert index.nearest("fish", {"M": "Ministry of Fish"}) == [("Ministry of Fish", "M")]


# R38: coverage

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15)
YEARS = range(2018, 2024)
SUMS = st.dictionaries(st.sampled_from(YEARS), AMOUNTS)
REPORTED = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sets(st.sampled_from(YEARS)))


def test_R38_no_row_in_a_covered_year_is_zero_and_flagged() -> None:
    spread = over_years([2020, 2021], ["a"], {"a": [2020, 2021]}, {2021: Decimal(5)})
    assert spread == Spread(
        value=Decimal(5),
        by_year={2020: Decimal(0), 2021: Decimal(5)},
        coverage=Coverage("complete", (2020, 2021)),
        flags=("no_row:2020",),
    )


def test_R38_a_year_that_is_not_covered_is_not_reported() -> None:
    spread = over_years([2020, 2021], ["a"], {"a": [2021]}, {2021: Decimal(5)})
    assert (spread.value, spread.by_year) == (Decimal(5), {2020: None, 2021: Decimal(5)})
    assert spread.coverage == Coverage("partial", (2021,))


def test_R38_nothing_covered_is_no_figure() -> None:
    spread = over_years([2020], ["a"], {}, {})
    assert (spread.value, spread.coverage) == (None, Coverage("not_reported", ()))


def test_R38_a_total_is_partial_while_a_type_is_not_reported() -> None:
    spread = over_years([2020], ["a", "b"], {"a": [2020]}, {2020: Decimal(5)})
    assert (spread.value, spread.coverage.status) == (Decimal(5), "partial")
    assert spread.flags == ("not_reported:b:2020",)


@pytest.mark.parametrize(
    ("wanted", "stated", "expected"),
    [
        ([2020, 2021], {2019, 2020, 2021}, Coverage("complete", (2020, 2021))),
        ([2020, 2021], {2021}, Coverage("partial", (2021,))),
        ([2020, 2021], {1999}, Coverage("not_reported", ())),
        ([2020, 2021], {None}, Coverage("complete", (2020, 2021))),  # a statement without a date
    ],
)
def test_R38_coverage_of_a_subject(wanted: list[int], stated: set[int | None], expected: Coverage) -> None:
    assert of_subject(wanted, stated) == expected


@given(SUMS, REPORTED)
def test_R38_a_value_is_the_sum_of_its_years_or_none(
    sums: dict[int, Decimal], reported: dict[str, set[int]]
) -> None:
    spread = over_years(YEARS, ["a", "b", "c"], reported, sums)
    known = {year: value for year, value in spread.by_year.items() if value is not None}
    assert tuple(known) == spread.coverage.years
    assert spread.value == (sum(known.values(), Decimal(0)) if known else None)
    assert all(value == sums.get(year, 0) for year, value in known.items())
    assert (spread.coverage.status == "not_reported") == (spread.value is None)
    assert (spread.coverage.status == "complete") == all(reported.get(t) == set(YEARS) for t in "abc")


@given(SUMS, REPORTED, st.integers(1, len(YEARS) - 1))
def test_a_period_split_in_two_adds_up(
    sums: dict[int, Decimal], reported: dict[str, set[int]], cut: int
) -> None:
    whole, first, second = (
        over_years(years, ["a", "b"], reported, sums) for years in (YEARS, YEARS[:cut], YEARS[cut:])
    )
    assert whole.by_year == first.by_year | second.by_year
    assert whole.coverage.years == first.coverage.years + second.coverage.years
    assert (whole.value or 0) == (first.value or 0) + (second.value or 0)
    assert sorted(whole.flags) == sorted(first.flags + second.flags)
