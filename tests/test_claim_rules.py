"""How a printed number, a page and its day are read; and a page held against itself, without data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from comity.model import Arithmetic, Claim
from comity.rules import arithmetic
from comity.rules import claims as rule
from comity.rules.claims import Printed, printed
from tests.claims import claim


def number(**changes: Any) -> Printed:
    found = rule.printed(claim(**changes))
    assert found
    return found


# A printed number


@pytest.mark.parametrize(
    ("value", "scale", "full", "last_digit"),
    [
        ("41.8", "million", "41800000", "100000"),
        ("100", "million", "100000000", "1000000"),
        ("218.0", "million", "218000000", "100000"),
        ("3", "billion", "3000000000", "1000000000"),
        ("12.50", "thousand", "12500", "10"),
        ("65.640508", "million", "65640508", "1"),
        ("242.96", "", "242.96", "0.01"),
        ("0.5", "million", "500000", "100000"),
    ],
)
def test_the_decimals_as_printed_are_the_precision(
    value: str, scale: str, full: str, last_digit: str
) -> None:
    found = number(value=value, scale=scale)
    assert (found.value, found.step) == (Decimal(full), Decimal(last_digit))


@pytest.mark.parametrize(("value", "unit"), [("29", "count"), ("1991", "year"), ("3", "rank")])
def test_a_count_or_a_year_is_precise_to_one(value: str, unit: str) -> None:
    assert number(value=value, unit=unit, scale="") == Printed(Decimal(value), Decimal(1), "=")


@pytest.mark.parametrize(
    ("value", "unit"),
    [("DZA; BGD", "list"), ("yes, no number", "text"), ("1991-12", "date"), ("some", "count")],
)
def test_a_list_a_date_or_words_are_no_number(value: str, unit: str) -> None:
    assert rule.printed(claim(value=value, unit=unit, scale="")) is None


def test_a_printed_zero_is_a_number() -> None:
    assert number(value="0", unit="count", scale="").agrees(Decimal(0))
    assert not number(value="0", unit="count", scale="").agrees(Decimal(1))


def test_the_members_of_a_list_are_those_between_semicolons() -> None:
    assert rule.items(claim(value="DZA;  BGD; ;fisheries, forestry", unit="list")) == (
        "DZA", "BGD", "fisheries, forestry",
    )  # fmt: skip


# Bounds: 41.8 million, one unit of the last digit being 100,000

FITS = {
    # bound: (agrees from, to), (is within the tolerance of a reading from, to)
    "=": ((41_750_000, 41_850_000), (41_486_500, 42_113_500)),
    ">=": ((41_486_500, 42_636_000), (41_486_500, 42_636_000)),
    "~": ((40_964_000, 42_636_000), (40_964_000, 42_636_000)),
}


@pytest.mark.parametrize("bound", FITS)
def test_a_bound_holds_on_its_edges_and_not_a_cent_beyond(bound: str) -> None:
    printed, cent = number(bound=bound), Decimal("0.01")
    for holds, (low, high) in zip((printed.agrees, printed.fits), FITS[bound], strict=True):
        assert holds(Decimal(low))
        assert holds(Decimal(high))
        assert not holds(low - cent)
        assert not holds(high + cent)


def test_nobody_writes_over_43_8_for_46_2() -> None:
    over = number(value="43.8", bound=">=")
    assert not over.fits(Decimal("46242074.10"))
    assert over.agrees(Decimal("43802960.28"))


@pytest.mark.parametrize("bound", ["=", ">=", "~"])
def test_a_coarse_number_fits_as_far_as_its_print_leaves_open(bound: str) -> None:
    """“3 million” is anything from 2.5 to 3.5: wider than every tolerance."""
    coarse = number(value="3", bound=bound)
    for holds in (coarse.agrees, coarse.fits):
        assert holds(Decimal(2_500_000))
        assert holds(Decimal(3_500_000))
        assert not holds(Decimal(2_499_999))
        assert not holds(Decimal(3_500_001))


def test_the_difference_is_that_of_the_figure_from_the_claim_in_per_cent_of_the_claim() -> None:
    assert round(number().off_by(Decimal("44654249.83")), 4) == Decimal("6.8283")
    assert round(number(value="21.2").off_by(Decimal("19514270.28")), 4) == Decimal("-7.9516")


def test_the_gap_is_what_readings_cover_of_the_values_3_to_6_per_cent_below_the_figure() -> None:
    printed = Printed(Decimal("95.0"), Decimal("0.1"), "=")
    figure = Decimal(100)
    assert printed.share_fitting(figure, []) == 0
    assert printed.share_fitting(figure, [Decimal(50), Decimal(150)]) == 0
    whole = printed.share_fitting(figure, map(Decimal, (94, 95, 96, 97)))
    assert whole == 100
    once, twice = (printed.share_fitting(figure, [Decimal(95)] * times) for times in (1, 2))
    assert 40 < once == twice < 60  # a tolerance of 0.75 % either way of 3 %


# Days and addresses


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2022", date(2022, 12, 31)),
        ("2017-09", date(2017, 9, 30)),
        ("2020-02", date(2020, 2, 29)),
        ("2012-12", date(2012, 12, 31)),
        ("2021-04-20", date(2021, 4, 20)),
        ("2019-20", date(2020, 12, 31)),
        ("2023-24", date(2024, 12, 31)),
        ("2012-13", date(2013, 12, 31)),
        ("2021-02-30", None),
        ("study", None),
        ("", None),
    ],
)
def test_the_last_day_of_a_year_month_day_or_of_years(text: str, last: date | None) -> None:
    assert rule.last_day(text) == last


def test_links_that_differ_in_scheme_www_or_a_last_slash_lead_to_one_page() -> None:
    links = ("http://www.ilo.org/pardev/", "https://ilo.org/pardev", "ILO.org/pardev", "//www.ilo.org/pardev")
    assert {rule.address(link) for link in links} == {"ilo.org/pardev"}


def test_what_an_address_asks_for_and_its_path_tell_pages_apart() -> None:
    links = ("x.org/v?id=1", "x.org/v?id=2", "x.org/V?id=1", "m.x.org/v?id=1")
    assert len({rule.address(link) for link in links}) == len(links)


def test_one_address_may_carry_several_texts() -> None:
    page = rule.page(claim(page="http://www.ilo.org/pardev/"))
    assert page == rule.page(claim(id="other"))
    assert page != rule.page(claim(variant="b"))
    assert page != rule.page(claim(partner="FRA"))


LOADED = date(2026, 3, 1)
COUNT = claim(measure="standards.registered", value="29", unit="count", scale="", start=None, end=None)
"""A claim about a day that names none, on a page seen in 2023-24."""


def test_a_claim_speaks_of_its_own_end_before_anything_else() -> None:
    own = claim(end="2017-09", seen="2019")
    assert rule.speaks_of(own, [claim(), own], LOADED) == date(2017, 9, 30)


def test_a_claim_without_a_day_speaks_of_the_end_of_the_money_on_its_page() -> None:
    page = [COUNT, claim(end="2021"), claim(end="2022"), claim(measure="programmes.spend", end="2023")]
    assert rule.speaks_of(COUNT, page, LOADED) == date(2022, 12, 31)


def test_a_page_without_money_speaks_of_the_day_on_which_it_was_seen() -> None:
    assert rule.speaks_of(COUNT, [COUNT], LOADED) == date(2024, 12, 31)


def test_no_claim_speaks_of_days_after_the_facts_were_loaded() -> None:
    early = date(2020, 5, 1)
    assert rule.speaks_of(COUNT, [COUNT, claim()], early) == early
    undated = claim(measure="priorities.partner_countries", start=None, end=None, seen="")
    assert rule.speaks_of(undated, [undated], LOADED) == LOADED


# The page against itself


def whole(**changes: Any) -> Claim:
    return claim(**{"id": "whole", "measure": "contributions.total", "value": "63.1", **changes})


def part(name: str, value: str, **changes: Any) -> Claim:
    return claim(**{"id": name, "measure": f"contributions.{name}", "value": value, **changes})


ASSESSED, EARMARKED = part("assessed", "41.8"), part("voluntary_non_core", "21.2")


def status(stated: Claim, *page: Claim) -> str | None:
    found = arithmetic.check(stated, [stated, *page])
    return found.status if found else None


def test_41_8_and_21_2_against_63_1_is_consistent_within_rounding() -> None:
    found = arithmetic.check(whole(), [whole(), ASSESSED, EARMARKED])
    assert found == Arithmetic(
        "consistent", ("assessed", "voluntary_non_core"),
        Decimal(63_000_000), Decimal(62_900_000), Decimal(63_100_000),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [("62.8", "contradicts"), ("62.9", "consistent"), ("63.1", "consistent"), ("63.2", "more_than_parts")],
)
def test_parts_may_miss_their_whole_by_what_rounding_leaves_open_and_no_more(value: str, said: str) -> None:
    """The parts come to 63.0 ± 0.1; a whole of 62.9 or 63.1 ± 0.05 overlaps that, one of 62.8 or 63.2 not."""
    assert status(whole(value=value), ASSESSED, EARMARKED) == said


def test_germanys_298_4_differs_from_the_342_5_of_its_own_lines() -> None:
    parts = (
        part("assessed", "121.7", bound=">="),
        part("voluntary_core", "2.8"),
        part("voluntary_non_core", "218.0", bound=">="),
    )
    found = arithmetic.check(whole(value="298.4"), [whole(value="298.4"), *parts])
    assert found
    assert (found.status, found.total) == ("contradicts", Decimal(342_500_000))
    assert found.low > Decimal(342_000_000)


def test_a_part_above_its_whole_contradicts() -> None:
    assert status(whole(value="20.0"), EARMARKED) == "contradicts"
    assert status(whole(value="22.0"), EARMARKED) is None


def test_all_parts_below_their_whole_contradict_and_some_of_them_leave_it_open() -> None:
    core = part("voluntary_core", "0.0")
    other = part("other", "1.0")
    assert status(whole(value="70.0"), ASSESSED, core, EARMARKED, other) == "contradicts"
    assert status(whole(value="70.0"), ASSESSED, part("voluntary", "21.2"), other) == "contradicts"
    # A total may hold revenue of other kinds that the page does not state.
    assert status(whole(value="70.0"), ASSESSED, core, EARMARKED) == "more_than_parts"
    assert status(whole(value="70.0"), ASSESSED, EARMARKED) == "more_than_parts"


def test_over_leaves_the_whole_open_above() -> None:
    over = part("assessed", "41.8", bound=">=")
    assert status(whole(value="63.8"), over, part("voluntary", "21.2")) == "consistent"
    assert status(whole(value="63.8"), ASSESSED, part("voluntary", "21.2")) == "more_than_parts"


def test_a_sum_of_parts_of_other_years_is_two_periods_mixed() -> None:
    assert status(whole(), ASSESSED, part("voluntary_non_core", "21.2", start="2017")) == "mixed_periods"
    assert status(whole(), ASSESSED, part("voluntary_non_core", "99.0", start="2020")) == "mixed_periods"


def test_a_part_of_other_years_does_not_hide_the_one_of_the_same_years() -> None:
    earlier = part("assessed", "40.0", id="earlier", start="2016", end="2020")
    for page in ((ASSESSED, EARMARKED, earlier), (earlier, ASSESSED, EARMARKED)):
        assert status(whole(), *page) == "consistent"
        assert status(whole(value="20.0"), *page) == "contradicts"


def test_one_years_label_beside_several_years_money_is_told() -> None:
    alone = part("assessed", "29.9", start="2018", end="2018", bound=">=")
    run = part("voluntary", "7.3", start="2015", end="2018")
    assert status(alone, run) == "one_year_label"
    assert status(run, alone) is None
    assert status(alone, part("voluntary", "7.3", start="2018", end="2018")) is None
    assert status(alone, part("voluntary", "7.3", start="2012", end="2016")) is None


def test_parts_in_another_currency_or_stated_as_partial_are_not_added() -> None:
    assert status(whole(value="20.0"), part("voluntary_non_core", "21.2", unit="CHF")) is None
    assert status(whole(value="20.0"), part("voluntary_non_core", "21.2", partial=True)) is None
    assert status(whole(partial=True, value="20.0"), EARMARKED) is None


def test_a_page_that_states_no_parts_says_nothing_of_itself() -> None:
    assert status(whole()) is None
    assert status(ASSESSED, EARMARKED, whole()) is None


def count(name: str, value: str) -> Claim:
    return claim(
        id=name, measure=f"standards.{name}", value=value, unit="count", scale="", start=None, end=None
    )


def test_R39_protocols_stand_apart_from_the_conventions_that_are_counted() -> None:
    """Sweden's page: 8 + 4 + 82 = 94, and four protocols beside them."""
    kinds = (count("fundamental", "8"), count("governance", "4"), count("technical", "82"))
    page = (*kinds, count("protocols", "4"))
    registered = count("registered", "94")
    assert status(registered, *page) == "consistent"
    # Categories are of those not denounced: a larger number registered is no contradiction (R39).
    assert status(count("registered", "98"), *page) == "more_than_parts"
    assert status(count("registered", "93"), *page) == "contradicts"
    assert status(count("not_denounced", "95"), *page) == "contradicts"
    found = arithmetic.check(registered, page)
    assert found
    assert "protocols" not in found.parts


def test_a_count_is_not_rounded() -> None:
    page = (count("fundamental", "9"), count("governance", "3"), count("technical", "18"))
    found = arithmetic.check(count("registered", "32"), page)
    assert found
    assert (found.status, found.low, found.high) == ("more_than_parts", Decimal(30), Decimal(30))


def test_neither_years_nor_labels_hide_parts_above_their_whole() -> None:
    year = {"start": "2018", "end": "2018"}
    alone = whole(value="10.0", **year)
    parts = (part("assessed", "8.0", id="a", **year), part("voluntary_non_core", "7.0", id="b", **year))
    run = part("voluntary", "7.3", id="c", start="2015", end="2018")
    assert status(alone, *parts, run) == "contradicts"
    assert status(alone, parts[0], run) == "one_year_label"
    earlier = part("voluntary_non_core", "1.0", id="d", start="2010", end="2012")
    assert status(alone, part("assessed", "41.8", id="e", **year), earlier) == "contradicts"


def test_a_part_stated_with_two_values_is_none() -> None:
    twice = (part("assessed", "41.8", id="x"), part("assessed", "90.0", id="y"), EARMARKED)
    assert status(whole(), *twice) == status(whole(), *reversed(twice)) is None


def test_a_year_is_stated_as_it_is() -> None:
    for bound in ("=", "~", ">="):
        found = printed(claim(measure="membership.since", value="1955", unit="year", scale="", bound=bound))
        assert found
        assert not found.agrees(Decimal(1991))
        assert found.agrees(Decimal(1955))
