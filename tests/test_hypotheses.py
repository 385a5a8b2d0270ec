"""The explanations on the shelf: which readings each makes of small made-up facts, and which never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from comity.hypotheses import DOLLARS, Asked, Series, Spell, shelved
from comity.hypotheses.window import LABEL
from comity.model import Money, Place, Said
from tests.claims import EUROS, FRANCS, INFERRED_FRANCS, Amounts, Given, found

YEARS = range(2013, 2025)
MONEY: Mapping[str, Amounts] = {
    "assessed": {year: 1_000_000 + (year - 2013) * 10_000 for year in YEARS},
    "voluntary_core": {2018: 300, 2019: None, 2020: None, 2021: 0, 2022: 500},
    "voluntary_non_core": dict.fromkeys(YEARS, 2_000),
}
"""Dollars by year; core as the ILO reports it, for some years only."""
LEVEL = Given({"assessed": dict.fromkeys(YEARS, 100)})
"""A hundred dollars in each year."""


def asked(start: int = 2018, end: int = 2022, *types: str, step: str = "1", stated: str = "0") -> Asked:
    kinds = types or ("assessed",)
    return Asked("contributions.x", kinds, start, end, step=Decimal(step), stated=Decimal(stated))


def counted(measure: str, day: date = date(2018, 12, 31)) -> Asked:
    return Asked(measure, (), day.year, day.year, as_of=day)


def amounts(said: Said) -> list[Money]:
    """All amounts that a sentence names."""
    places: list[Place] = []
    for value in said.places.values():
        places += value if isinstance(value, tuple) else (value,)
    inner = [money for place in places if isinstance(place, Said) for money in amounts(place)]
    return [place for place in places if isinstance(place, Money)] + inner


def test_the_shelf_holds_the_eight_explanations() -> None:
    assert set(shelved()) == {
        "currency", "window", "basis", "scope", "rounding", "staleness", "coverage", "definition",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["currency", "window", "basis", "scope", "rounding", "coverage"])
def test_explanations_of_money_say_nothing_of_a_count(name: str) -> None:
    rates = {FRANCS: dict.fromkeys(YEARS, Decimal(1))}
    day = date(2018, 12, 31)
    given = Given(
        MONEY, rates, {("standards.registered", day): 29}, [Spell(date(2001, 1, 1), day, Decimal(4))]
    )
    money = (asked(2018, 2022), asked(2018, 2022, "voluntary_core"))
    assert any(found(name, question, given) for question in money)
    assert found(name, counted("standards.registered"), given) == []


# Currency


def test_R11_each_year_is_converted_at_its_own_rate_then_summed() -> None:
    given = Given(
        {"assessed": {2018: 100, 2019: 300}},
        {
            FRANCS: {2018: Decimal("0.5"), 2019: Decimal(1)},
            INFERRED_FRANCS: {2018: Decimal(2), 2019: Decimal(2)},
            EUROS: {2018: Decimal("1.25"), 2019: Decimal("1.25")},
        },
    )
    question = asked(2018, 2019)
    readings = found("currency", question, given)
    assert {(one.asked.series, one.value) for one in readings} == {
        (FRANCS, Decimal(500)), (INFERRED_FRANCS, Decimal(200)), (EUROS, Decimal(320)),
    }  # fmt: skip
    assert {one.step for one in readings} == {("currency", "CHF"), ("currency", "EUR")}
    francs = [one for one in readings if one.step == ("currency", "CHF")]
    assert {money.currency for money in amounts(shelved()["currency"].says(question, francs, given))} == {
        "CHF"
    }


def test_R8_a_year_without_a_rate_gives_no_reading_in_that_currency() -> None:
    given = Given(
        {"assessed": {2018: 100, 2019: 300}},
        {FRANCS: {2018: Decimal(1)}, EUROS: {2018: Decimal(1), 2019: Decimal(1)}, INFERRED_FRANCS: {}},
    )
    assert [one.step for one in found("currency", asked(2018, 2019), given)] == [("currency", "EUR")]
    assert len(found("currency", asked(2018, 2018), given)) == 2


def test_R10_what_is_in_another_currency_already_is_not_converted_again() -> None:
    given = Given(MONEY, {FRANCS: dict.fromkeys(YEARS, Decimal(1))})
    assert found("currency", asked().at(FRANCS), given) == []
    assert len(found("currency", asked().at(DOLLARS), given)) == 1


# Window


def test_both_ends_move_by_up_to_two_years_and_never_past_each_other() -> None:
    readings = found("window", asked(), LEVEL)
    spans = {(one.asked.start, one.asked.end) for one in readings}
    assert spans == {(start, end) for start in range(2016, 2021) for end in range(2020, 2025)} - {
        (2018, 2022)
    }
    assert len(readings) == 24
    assert all(one.value == 100 * (one.asked.end - one.asked.start + 1) for one in readings)
    assert all(one.gate == "others" for one in readings)
    short = [one for one in found("window", asked(2018, 2019), LEVEL) if one.step != LABEL]
    assert all(one.asked.start <= one.asked.end for one in short)


def test_a_single_years_label_is_read_as_two_to_five_years_ending_with_it() -> None:
    labelled = [one for one in found("window", asked(2018, 2018), LEVEL) if one.step == LABEL]
    assert {one.gate for one in labelled} == {"size"}
    assert {(one.asked.start, one.asked.end, one.value) for one in labelled} == {
        (2017, 2018, Decimal(200)), (2016, 2018, Decimal(300)),
        (2015, 2018, Decimal(400)), (2014, 2018, Decimal(500)),
    }  # fmt: skip
    assert not [one for one in found("window", asked(2017, 2018), LEVEL) if one.step == LABEL]


def test_R38_a_window_that_reaches_years_not_reported_is_no_reading() -> None:
    given = Given({"assessed": {2018: 100, 2019: 100, 2020: None, 2021: 100}})
    spans = {(one.asked.start, one.asked.end) for one in found("window", asked(2018, 2019), given)}
    assert spans == {(2018, 2018), (2019, 2019)}
    assert [one.asked for one in found("window", asked(2018, 2018), given) if one.step == LABEL] == []


def test_a_window_names_its_years_and_the_amount() -> None:
    question = asked(2018, 2018)
    five = [one for one in found("window", question, LEVEL) if one.value == 500 and one.step == LABEL]
    said = shelved()["window"].says(question, five, LEVEL)
    assert str(said.places["years"]) == "2014–2018"
    assert amounts(said) == [Money(Decimal(500))]


# Basis and scope


def test_R37_bases_that_no_source_gives_are_named_without_a_value() -> None:
    voluntary = found("basis", asked(2018, 2022, "voluntary_non_core"), Given(MONEY))
    assert {one.step[1] for one in voluntary} == {"approvals", "expenditure"}
    assessed = found("basis", asked(), Given(MONEY))
    assert {one.step[1] for one in assessed} == {"cash"}
    assert all(one.value is None for one in (*voluntary, *assessed))
    for one in (*voluntary, *assessed):
        said = shelved()["basis"].says(one.asked, [one], Given(MONEY))
        assert said.message
        assert amounts(said) == []


def test_money_is_read_with_and_without_core() -> None:
    given = Given({"voluntary_core": {2022: 500}, "voluntary_non_core": {2022: 2000}, "assessed": {2022: 10}})
    both = asked(2022, 2022, "voluntary_core", "voluntary_non_core")
    assert {one.step[1:]: one.value for one in found("scope", both, given)} == {
        ("without", "voluntary_core"): 2000,
        ("without", "voluntary_non_core"): 500,
        ("with", "assessed"): 2510,
        ("elsewhere",): None,
    }
    assert {one.step[1:]: one.value for one in found("scope", asked(2022, 2022), given)} == {
        ("with", "voluntary_core"): 510,
        ("with", "voluntary_non_core"): 2010,
    }


def test_nothing_is_left_without_the_only_kind_of_money() -> None:
    readings = found("scope", asked(2022, 2022, "voluntary_core"), Given(MONEY))
    assert ("scope", "without", "voluntary_core") not in {one.step for one in readings}


# Rounding


def test_an_amount_is_cut_off_rounded_up_or_added_up_from_rounded_parts() -> None:
    given = Given({"assessed": {2018: 146, 2019: 146}, "voluntary_core": {2018: 146, 2019: 146}})
    question = asked(2018, 2019, "assessed", "voluntary_core", step="100")
    readings = {one.step[1]: one for one in found("rounding", question, given)}
    assert {way: one.value for way, one in readings.items()} == {
        "down": 500,  # of 584
        "up": 600,
        "years": 600,  # 292 a year is 300
        "parts": 600,  # 292 a kind is 300
    }
    assert all(one.exact for one in readings.values())
    halves = {one.step[1]: one.value for one in found("rounding", asked(2018, 2019, step="100"), given)}
    assert halves == {"down": 200, "up": 300, "years": 200}  # of 292: 146 a year is 100


# Counts


def test_R39_conventions_are_counted_in_the_two_other_ways_on_the_same_day() -> None:
    day = date(2018, 12, 31)
    ways = {"standards.registered": 29, "standards.not_denounced": 27, "standards.in_force": 26}
    given = Given(counts={(way, day): count for way, count in ways.items()})
    for way in ways:
        readings = found("definition", counted(way), given)
        assert {one.asked.measure: one.value for one in readings} == {
            other: count for other, count in ways.items() if other != way
        }
        assert all(one.asked.as_of == day and one.exact for one in readings)
    said = shelved()["definition"].says(counted("standards.registered"), readings[:1], given)
    assert (said.places["count"], said.places["day"]) == (readings[0].value, day)


@pytest.mark.parametrize("measure", ["standards.fundamental", "standards.protocols", "membership.since"])
def test_other_counts_have_one_definition(measure: str) -> None:
    day = date(2018, 12, 31)
    counts = {(way, day): 5 for way in (measure, "standards.registered", "standards.in_force")}
    assert found("definition", counted(measure), Given(counts=counts)) == []


def test_R39_a_way_of_counting_that_no_source_gives_is_no_reading() -> None:
    assert found("definition", counted("standards.registered"), Given()) == []


# Earlier days

SPELLS = (
    Spell(date(2008, 2, 20), date(2014, 1, 8), Decimal(28)),
    Spell(date(2014, 1, 9), date(2021, 4, 19), Decimal(29)),
    Spell(date(2021, 4, 20), date(2022, 12, 31), Decimal(32)),
)


def test_R40_an_earlier_value_comes_with_its_first_and_last_day() -> None:
    day = date(2022, 12, 31)
    given = Given(counts={("standards.registered", day): 32}, history=SPELLS)
    question = counted("standards.registered", day)
    readings = found("staleness", question, given)
    assert [one.value for one in readings] == [28, 29]
    said = shelved()["staleness"].says(question, readings[1:], given)
    assert dict(said.places) == {
        "count": 29, "first": date(2014, 1, 9), "last": date(2021, 4, 19), "day": day, "now": 32,
    }  # fmt: skip


def test_R40_what_holds_on_the_day_itself_or_begins_later_is_not_stale() -> None:
    given = Given(history=SPELLS)
    assert [one.value for one in found("staleness", counted("x", date(2021, 4, 20)), given)] == [28, 29]
    assert [one.value for one in found("staleness", counted("x", date(2021, 4, 19)), given)] == [28]
    assert found("staleness", counted("x", date(2010, 1, 1)), given) == []


def test_sums_of_years_do_not_age() -> None:
    assert found("staleness", asked(), Given(MONEY, history=SPELLS)) == []


# Gaps


def test_R38_a_gap_in_the_source_is_told_with_what_it_does_report() -> None:
    (gap,) = found("coverage", asked(2018, 2022, "voluntary_core"), Given(MONEY))
    assert gap.value == 800
    assert gap.gate == "own", "no claim is explained by it"
    said = shelved()["coverage"].says(gap.asked, [gap], Given(MONEY))
    assert said.places["silent"] == (2019, 2020)
    assert said.places["reported"] == (2018, 2021, 2022)


def test_R38_a_gap_is_never_nought() -> None:
    (gap,) = found("coverage", asked(2019, 2020, "voluntary_core"), Given(MONEY))
    assert gap.value is None
    said = shelved()["coverage"].says(gap.asked, [gap], Given(MONEY))
    assert said.places == {"silent": (2019, 2020)}


def test_R38_a_reported_nought_is_no_gap() -> None:
    assert found("coverage", asked(2021, 2021, "voluntary_core"), Given(MONEY)) == []


def test_R38_where_all_years_are_reported_there_is_no_gap() -> None:
    assert found("coverage", asked(2013, 2024), Given(MONEY)) == []


# All of them


def test_every_reading_can_be_named_and_said() -> None:
    day = date(2022, 12, 31)
    ways = ("standards.registered", "standards.not_denounced", "standards.in_force")
    rates: dict[Series, dict[int, Decimal]] = {FRANCS: dict.fromkeys(YEARS, Decimal(1))}
    given = Given(MONEY, rates, dict.fromkeys(((way, day) for way in ways), 30), SPELLS)
    kinds = ("assessed", "voluntary_core", "voluntary_non_core")
    questions = [asked(2018, 2019, *kinds), asked(2018, 2018, *kinds), counted(ways[0], day)]
    questions.append(asked(2017, 2018, "voluntary_core"))
    names = set()
    for question in questions:
        for name, hypothesis in shelved().items():
            for one in found(name, question, given):
                assert one.step[0] == name
                assert hypothesis.label(one.step).message
                assert hypothesis.says(question, [one], given).message
                names.add(name)
    assert names == set(shelved())
