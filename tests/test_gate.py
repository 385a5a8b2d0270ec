"""The gate: a reading explains a claim only when it fits it and other claims bear it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from comity.gate import PLAIN, Case, Gate
from comity.hypotheses.window import LABEL
from tests.claims import EUROS, FRANCS, Given, case, claim

IN_FRANCS = (("currency", "CHF"),)
YEARS = range(2013, 2025)
RATE = {FRANCS: dict.fromkeys(YEARS, Decimal("1.0638297872340425531914893617"))}
"""A dollar is 0.94 francs."""


def given(yearly: str = "10000000") -> Given:
    """The same dollars each year, and a rate for each."""
    return Given({"assessed": dict.fromkeys(YEARS, Decimal(yearly))}, RATE)


def stated(partner: str, value: str, yearly: str = "10000000", **changes: Any) -> Case:
    """A partner's claim on 2018–2022; what it gave in these five years comes to five times `yearly`."""
    witness = changes.pop("witness", True)
    one = claim(**{"id": partner, "partner": partner, "value": value, **changes})
    return case(one, given(yearly), witness=witness)


def in_francs(*partners: str, **changes: Any) -> list[Case]:
    """Claims that print the francs: 50 million dollars are 47 million francs."""
    return [stated(partner, "47.00", **changes) for partner in partners]


def in_dollars(*partners: str) -> list[Case]:
    return [stated(partner, "50.00") for partner in partners]


def off(*partners: str) -> list[Case]:
    """Claims that nothing fits."""
    return [stated(partner, "5.00") for partner in partners]


def chosen(*cases: Case) -> object:
    """What explains the first of the claims, by the others."""
    return Gate(cases).chosen(cases[0])


# How near


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("46.66", True),  # francs are 47.00: 0.73 % above
        ("46.64", False),  # 0.77 % above
        ("47.35", True),
        ("47.37", False),
    ],
)
def test_a_reading_fits_within_three_quarters_of_a_per_cent_of_what_is_stated(value: str, fits: bool) -> None:
    one = stated("KOR", value)
    one.read()
    assert (IN_FRANCS in one.fitting) is fits


@pytest.mark.parametrize(("yearly", "fits"), [("9900000", True), ("9890000", False)])
def test_a_coarse_number_fits_as_far_as_its_print_leaves_open(yearly: str, fits: bool) -> None:
    """“47” stands for 46.5 to 47.5, 1.06 % either way; francs are 46.53 and 46.48."""
    one = stated("KOR", "47", yearly)
    one.read()
    assert (IN_FRANCS in one.fitting) is fits


def test_over_is_met_from_the_tolerance_below_to_two_per_cent_above() -> None:
    for value, fits in (("47.30", True), ("47.40", False), ("46.10", True), ("46.00", False)):
        one = stated("KOR", value, bound=">=")
        one.read()
        assert (IN_FRANCS in one.fitting) is fits, value


def test_a_rounding_must_print_as_the_claim_does() -> None:
    """49.96 cut off is 49.9; a claim of 49.8 lies within 0.75 % of that and is no such cut."""
    for value, fits in (("49.9", True), ("49.8", False)):
        one = stated("KOR", value, "9992000")
        one.read()
        assert ((("rounding", "down"),) in one.fitting) is fits


# Borne out


def test_three_others_and_half_of_them_bear_a_reading_out() -> None:
    cases = in_francs("KOR", "FRA", "ESP", "DEU")
    gate = Gate(cases)
    assert gate.chosen(cases[0]) == IN_FRANCS
    assert gate.others(cases[0], IN_FRANCS) == (3, 3)


def test_a_claim_is_no_witness_for_itself() -> None:
    """All three fit francs, and each hears only two others."""
    cases = in_francs("KOR", "FRA", "ESP")
    gate = Gate(cases)
    assert gate.others(cases[0], IN_FRANCS) == (2, 2)
    assert not gate.bears_out(cases[0], IN_FRANCS)
    assert gate.chosen(cases[0]) is None
    assert chosen(*in_francs("KOR")) is None


def test_half_of_the_others_is_enough_and_less_is_not() -> None:
    four = ("KOR", "FRA", "ESP", "DEU")
    assert chosen(*in_francs(*four), *off("NOR", "SWE", "JPN")) == IN_FRANCS
    assert chosen(*in_francs(*four), *off("NOR", "SWE", "JPN", "BRA")) is None


def test_a_reading_must_fit_more_of_the_others_than_the_figure_does() -> None:
    four = ("KOR", "FRA", "ESP", "DEU")
    assert chosen(*in_francs(*four), *in_dollars("NOR", "SWE")) == IN_FRANCS
    assert chosen(*in_francs(*four), *in_dollars("NOR", "SWE", "JPN")) is None


def test_a_reading_that_others_bear_out_still_has_to_fit() -> None:
    crowd = ("FRA", "ESP", "DEU", "NOR")
    assert chosen(*off("KOR"), *in_francs(*crowd)) is None
    assert chosen(*in_francs("KOR"), *in_francs(*crowd)) == IN_FRANCS


def test_the_figure_itself_is_never_a_reading() -> None:
    cases = in_dollars("KOR", "FRA", "ESP", "DEU", "NOR")
    gate = Gate(cases)
    assert gate.others(cases[0], PLAIN) == (4, 4)
    assert gate.chosen(cases[0]) is None


def test_of_two_that_are_borne_out_the_one_that_fits_more_others_is_taken_not_the_nearer() -> None:
    """Francs are 47.00 and fit five others; euros are 46.75, nearer to 46.80, and fit three."""
    rates = {**RATE, EUROS: dict.fromkeys(YEARS, Decimal(1) / Decimal("0.935"))}
    money = Given({"assessed": dict.fromkeys(YEARS, Decimal(10_000_000))}, rates)
    values = {"KOR": "46.80", "FRA": "46.90", "ESP": "46.90", "DEU": "46.90", "NOR": "47.30", "SWE": "47.30"}
    cases = [case(claim(id=id_, partner=id_, value=value), money) for id_, value in values.items()]
    gate = Gate([*cases, *off("JPN")])
    in_euros = (("currency", "EUR"),)
    assert (gate.others(cases[0], IN_FRANCS), gate.others(cases[0], in_euros)) == ((5, 6), (3, 6))
    assert gate.bears_out(cases[0], in_euros)
    assert gate.chosen(cases[0]) == IN_FRANCS


def test_what_others_show_is_taken_and_not_what_fits_better_alone() -> None:
    """47.00 is to the cent what four years come to; francs, 47.19, are what all others state."""
    uneven = {2018: Decimal("3200000"), **{year: Decimal("11750000") for year in range(2019, 2023)}}
    one = case(claim(value="47.00"), Given({"assessed": uneven}, RATE))
    assert chosen(one, *in_francs("FRA", "ESP", "DEU", "NOR")) == IN_FRANCS
    assert (("window", "+1", "+0"),) in one.fitting


# Who bears out


def test_a_claim_that_is_no_witness_bears_nothing_out() -> None:
    cases = [*in_francs("KOR", "FRA", "ESP"), *in_francs("DEU", "NOR", witness=False)]
    gate = Gate(cases)
    assert gate.others(cases[0], IN_FRANCS) == (2, 2)
    assert gate.chosen(cases[0]) is None


def test_a_claim_that_is_no_witness_may_be_explained_by_those_that_are() -> None:
    cases = [*in_francs("KOR", witness=False), *in_francs("FRA", "ESP", "DEU")]
    gate = Gate(cases)
    assert gate.others(cases[0], IN_FRANCS) == (3, 3)
    assert gate.chosen(cases[0]) == IN_FRANCS


def test_the_same_number_of_the_same_thing_is_one_witness_however_often_it_is_stated() -> None:
    copies = [stated("FRA", "47.00", id=f"copy {number}") for number in range(5)]
    cases = [*in_francs("KOR"), *copies]
    gate = Gate(cases)
    assert gate.others(cases[0], IN_FRANCS) == (1, 1)
    assert gate.others(copies[0], IN_FRANCS) == (1, 1), "its copies do not bear it out either"
    assert [gate.chosen(one) for one in cases] == [None] * 6


def test_another_number_other_years_or_another_partner_is_another_witness() -> None:
    others = [
        stated("FRA", "47.00"),
        stated("FRA", "47.01"),
        stated("FRA", "47.00", start="2017", end="2021"),
        stated("ESP", "47.00"),
    ]
    cases = [*in_francs("KOR"), *others]
    assert Gate(cases).others(cases[0], IN_FRANCS) == (4, 4)


def test_claims_that_cannot_be_computed_are_not_among_the_others() -> None:
    silent = case(claim(id="x", partner="BRA"), Given({"assessed": {2018: Decimal(1)}}, RATE))
    assert silent.computed is None
    cases = [*in_francs("KOR", "FRA", "ESP", "DEU"), silent]
    gate = Gate(cases)
    assert gate.others(cases[0], IN_FRANCS) == (3, 3)
    assert gate.chosen(silent) is None


# One year's label


@pytest.mark.parametrize(
    ("before", "value", "explained"),
    [
        ("6000000", "16.00", True),
        ("4000000", "14.00", False),
        ("5000000", "15.00", False),  # exactly one and a half times is not above
        ("5000000", "15.01", True),
    ],
)
def test_one_years_label_needs_no_others_but_a_claim_above_one_and_a_half_times_its_figure(
    before: str, value: str, explained: bool
) -> None:
    rising = Given({"assessed": {2017: Decimal(before), 2018: Decimal(10_000_000)}}, RATE)
    one = case(claim(value=value, start="2018", end="2018"), rising)
    assert chosen(one) == ((LABEL,) if explained else None)
    assert (LABEL,) in one.fitting


# Steps

TWO_STEPS = (("currency", "CHF"), ("window", "-1", "+0"))


def with_a_year_more(*partners: str) -> list[Case]:
    """Six years' francs, 56.4 million, under the label of five years."""
    return [stated(partner, "56.40") for partner in partners]


def test_a_second_step_is_taken_only_from_a_first_that_others_bear_out() -> None:
    crowd = ("FRA", "ESP", "DEU", "NOR", "SWE")
    cases = [*with_a_year_more("KOR", "BRA", "JPN", "LUX"), *in_francs(*crowd)]
    Gate(cases)
    assert TWO_STEPS in cases[0].fitting
    alone = with_a_year_more("KOR", "BRA", "JPN", "LUX")
    Gate(alone)
    assert all(len(key) == 1 for one in alone for key in one.readings)


def test_two_steps_must_be_borne_out_together() -> None:
    crowd = ("FRA", "ESP", "DEU", "NOR", "SWE", "AUS")
    few = with_a_year_more("KOR", "BRA", "JPN", "LUX")
    gate = Gate([*few, *in_francs(*crowd)])
    assert gate.others(few[0], TWO_STEPS) == (3, 9)
    assert gate.chosen(few[0]) is None
    many = with_a_year_more("KOR", "BRA", "JPN", "LUX", "IRL", "BEL", "NLD")
    gate = Gate([*many, *in_francs(*crowd)])
    assert gate.others(many[0], TWO_STEPS) == (6, 12)
    key = gate.chosen(many[0])
    assert key
    assert [step[0] for step in key] == ["currency", "window"]


def test_no_reading_takes_more_than_two_steps_or_the_same_kind_twice() -> None:
    cases = [*with_a_year_more("KOR", "BRA"), *in_francs("FRA", "ESP", "DEU", "NOR"), *in_dollars("SWE")]
    rising = Given({"assessed": {year: 10_000_000 + (year - 2013) * 20_000 for year in YEARS}}, RATE)
    four = ("KOR", "FRA", "ESP", "DEU")
    sixth = [case(claim(id=id_, partner=id_, value="60.78"), rising) for id_ in four]
    Gate(cases)
    Gate(sixth)
    assert all((("window", "-1", "+0"),) in one.fitting for one in sixth), "a year more is borne out"
    for some in (cases, sixth):
        keys = [key for one in some for key in one.readings]
        assert {len(key) for key in keys} == {1, 2}
        assert all(len({step[0] for step in key}) == len(key) for key in keys)


def test_what_is_only_near_in_one_step_is_not_rounded_in_a_second() -> None:
    types = {"assessed": 10_010_000, "voluntary_non_core": 500_000}
    money = Given({type_: dict.fromkeys(YEARS, amount) for type_, amount in types.items()}, RATE)
    cases = [case(claim(id=id_, partner=id_, value="47.05"), money) for id_ in ("KOR", "FRA", "ESP", "DEU")]
    Gate(cases)
    seconds = {key[1][0] for one in cases for key in one.readings if len(key) == 2}
    assert "scope" in seconds
    assert "rounding" not in seconds


def test_one_years_label_in_another_currency_needs_others_like_any_two_steps() -> None:
    rising = Given({"assessed": dict.fromkeys(YEARS, Decimal(10_000_000))}, RATE)
    label = case(claim(id="label", partner="JPN", value="37.6", start="2018", end="2018"), rising)
    cases = [label, *in_francs("KOR", "FRA", "ESP", "DEU")]
    gate = Gate(cases)
    key = (("currency", "CHF"), LABEL)
    assert key in label.fitting
    assert not gate.bears_out(label, key)
    assert gate.chosen(label) is None


def test_a_step_that_changes_nothing_explains_nothing() -> None:
    """Core money is nought, so “with core” gives the figure again: no reading, and no pattern."""
    nothing = Given(
        {"assessed": dict.fromkeys(YEARS, Decimal(10_000_000)), "voluntary_core": dict.fromkeys(YEARS, 0)}
    )
    cases = [
        case(claim(id=partner, partner=partner, value="50.20"), nothing)
        for partner in ("KOR", "FRA", "ESP", "DEU")
    ]
    gate = Gate(cases)
    with_core = (("scope", "with", "voluntary_core"),)
    assert all(with_core not in one.readings for one in cases)
    assert gate.chosen(cases[0]) is None
    assert all(PLAIN in one.fitting for one in cases)


def test_a_second_step_that_changes_nothing_explains_nothing() -> None:
    types = {"assessed": 10_000_000, "voluntary_core": 0, "voluntary_non_core": 500_000}
    money = {type_: dict.fromkeys(YEARS, Decimal(amount)) for type_, amount in types.items()}
    cases = [
        case(claim(id=partner, partner=partner, value="47.00"), Given(money, RATE))
        for partner in ("KOR", "FRA", "ESP", "DEU")
    ]
    Gate(cases)
    seconds = {key[1] for one in cases for key in one.readings if key[0] == IN_FRANCS[0] and len(key) == 2}
    assert ("scope", "with", "voluntary_non_core") in seconds
    assert ("scope", "with", "voluntary_core") not in seconds


def test_what_no_source_gives_is_kept_and_never_fits() -> None:
    one = stated("KOR", "47.00")
    Gate([one])
    unknown = [key for key, found in one.readings.items() if found[0].value is None]
    assert unknown == [(("basis", "cash"),)]
    assert not set(unknown) & one.fitting


# The summary


def test_the_tally_counts_the_figure_and_what_the_claims_show() -> None:
    cases = [*in_francs("KOR", "FRA", "ESP", "DEU"), *in_dollars("NOR"), *off("SWE", "JPN")]
    told = {key: rest for key, *rest in Gate(cases).tally()}
    assert told[PLAIN] == [1, 7, False]
    assert told[IN_FRANCS] == [4, 7, True]


def test_the_tally_says_when_a_pattern_is_not_borne_out() -> None:
    told = {key: rest for key, *rest in Gate([*in_francs("KOR", "FRA"), *off("SWE")]).tally()}
    assert told[IN_FRANCS] == [2, 3, False]
