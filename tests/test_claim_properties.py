"""What holds of any claims: scale, order and precision change nothing that they should not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import api, profiles, reconcile
from comity.api import Comity
from comity.gate import Case, Gate
from comity.model import Check, Claim, Verdict
from comity.profiles import Library
from comity.rules import arithmetic
from comity.rules.claims import Printed, printed
from tests.claims import FRANCS, INFERRED_FRANCS, Given, case, claim

YEARS = range(2013, 2023)
RATES: Mapping[Any, Mapping[int, Decimal]] = {
    FRANCS: {year: Decimal("1.02") + Decimal(year - 2013) / 100 for year in YEARS},
    INFERRED_FRANCS: {year: Decimal("1.03") + Decimal(year - 2013) / 100 for year in YEARS},
}
cents = st.integers(10**7, 10**10).map(lambda number: Decimal(number) / 100)
money = st.lists(cents, min_size=len(YEARS), max_size=len(YEARS))
factors = st.decimals("0.01", "1000", places=4, allow_nan=False)
exactly = settings(deadline=None, max_examples=40)
through_a_store = settings(deadline=None, max_examples=12)


@st.composite
def stated(draw: st.DrawFn) -> tuple[list[Decimal], int, int, Decimal, str]:
    """(amounts by year, first and last year, share of the sum that is stated, bound)."""
    start = draw(st.integers(2015, 2018))
    end = draw(st.integers(start, 2020))
    share = draw(st.sampled_from([Decimal(1), Decimal("0.95"), Decimal("1.3"), Decimal("0.973"), Decimal(3)]))
    return draw(money), start, end, share, draw(st.sampled_from(["=", ">=", "~"]))


def cases(pages: list[tuple[list[Decimal], int, int, Decimal, str]], factor: Decimal) -> list[Case]:
    """One partner's claim for each of `pages`, with all money and every printed number times `factor`."""
    made = []
    for number, (amounts, start, end, share, bound) in enumerate(pages):
        facts = Given({"assessed": {y: a * factor for y, a in zip(YEARS, amounts, strict=True)}}, RATES)
        total = sum(amounts[start - 2013 : end - 2012], Decimal(0))
        printed_ = (total * share / 100_000).quantize(Decimal(1)) * 100_000 or Decimal(100_000)
        one = claim(id=f"{number}", partner=f"P{number}", start=str(start), end=str(end), bound=bound)
        found = case(one, facts)
        value, step = printed_ * factor, Decimal(100_000) * factor
        found.number = Printed(value, step, bound)
        found.asked = found.asked._replace(step=step, stated=value)
        made.append(found)
    return made


def verdicts(given_: list[Case]) -> list[Verdict]:
    gate = Gate(given_)
    return [reconcile._numbered(one, gate, None) for one in given_]


def shape(found: Verdict) -> tuple[Any, ...]:
    """What may not depend on the scale of money: names and shares, to eight digits."""
    readings = [found.reading, *found.also_near]
    return (
        found.name,
        found.difference_pct and round(found.difference_pct, 8),
        [(r.hypothesis, r.residual_pct and round(r.residual_pct, 8), r.fits, r.of) for r in readings if r],
    )


@exactly
@given(st.lists(stated(), min_size=1, max_size=7), factors)
def test_scaling_all_money_scales_no_verdicts_residual(pages: list[Any], factor: Decimal) -> None:
    assert [*map(shape, verdicts(cases(pages, Decimal(1))))] == [*map(shape, verdicts(cases(pages, factor)))]


def in_units_of(scale: str, pages: list[tuple[list[Decimal], int, int, Decimal, str]]) -> list[Case]:
    """Claims that print the same digits, in thousands or millions, of sums a thousand times as large."""
    made = []
    for number, (amounts, start, end, share, bound) in enumerate(pages):
        unit = {"thousand": 1, "million": 1000}[scale]
        given_ = {year: amount * unit for year, amount in zip(YEARS, amounts, strict=True)}
        value = f"{sum(amounts[start - 2013 : end - 2012], Decimal(0)) * share / 1000:.1f}"
        one = claim(id=f"{number}", partner=f"P{number}", start=str(start), end=str(end), bound=bound)
        made.append(case(replace(one, value=value, scale=scale), Given({"assessed": given_}, RATES)))
    return made


@exactly
@given(st.lists(stated(), min_size=1, max_size=7))
def test_the_same_digits_in_thousands_and_millions_have_the_same_verdicts(pages: list[Any]) -> None:
    thousands, millions = (verdicts(in_units_of(scale, pages)) for scale in ("thousand", "million"))
    assert [*map(shape, thousands)] == [*map(shape, millions)]


@exactly
@given(st.lists(stated(), min_size=1, max_size=7))
def test_a_reading_takes_two_steps_at_most_and_none_twice(pages: list[Any]) -> None:
    given_ = cases(pages, Decimal(1))
    Gate(given_)
    for one in given_:
        for key in one.readings:
            assert 1 <= len(key) <= 2
            assert len({step[0] for step in key}) == len(key)


@exactly
@given(st.lists(stated(), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_witnesses_changes_nothing(pages: list[Any], random: Any) -> None:
    turned = cases(pages, Decimal(1))
    random.shuffle(turned)
    before = {v.claim.id: shape(v) for v in verdicts(cases(pages, Decimal(1)))}
    assert {v.claim.id: shape(v) for v in verdicts(turned)} == before


# Through a store


@pytest.fixture(scope="module")
def library(starter_store: Comity) -> Library:
    return starter_store.library()


@pytest.fixture(scope="module")
def shipped(library: Library) -> list[Claim]:
    return reconcile.stated(library)


@pytest.fixture(scope="module")
def as_shipped(library: Library, shipped: list[Claim]) -> Check:
    return reconcile.judged(library, shipped)


@through_a_store
@given(data=st.data())
def test_a_claim_equal_to_the_figure_agrees(library: Library, data: st.DataObject) -> None:
    partner = data.draw(st.sampled_from(["KOR", "FRA", "NOR", "JPN", "BRA"]))
    start = data.draw(st.integers(2013, 2022))
    end = data.draw(st.integers(start, 2024))
    measure = data.draw(st.sampled_from(["assessed", "voluntary_non_core", "total"]))
    request = api.ask(library, partner, "ILO", (start, end))
    figure = profiles.build(library, request).get(f"contributions.{measure}")
    assert figure
    places = data.draw(st.sampled_from([0, 2, 6]))
    value = f"{Decimal(figure.value or 0):.{places}f}"
    bound = data.draw(st.sampled_from(["=", "~", ">="]))
    one = claim(
        partner=partner, measure=f"contributions.{measure}", value=value, scale="", start=str(start),
        end=str(end), bound=bound, page="https://example.org/equal",
    )  # fmt: skip
    (found,) = reconcile.judged(library, [one]).verdicts
    assert (found.name, found.computed) == ("agrees", figure.value)


def without_ids(found: Verdict) -> Verdict:
    sum_ = found.arithmetic and replace(found.arithmetic, parts=())
    return replace(found, claim=replace(found.claim, id=""), arithmetic=sum_)


@settings(deadline=None, max_examples=5)
@given(random=st.randoms(use_true_random=False))
def test_neither_the_order_of_claims_nor_their_ids_change_a_verdict(
    library: Library, shipped: list[Claim], as_shipped: Check, random: Any
) -> None:
    turned = list(shipped)
    random.shuffle(turned)
    names = {one.id: f"{number:03}" for number, one in enumerate(turned)}
    found = reconcile.judged(library, [replace(one, id=names[one.id]) for one in turned])
    by_id = {one.claim.id: without_ids(one) for one in found.verdicts}
    assert by_id == {names[one.claim.id]: without_ids(one) for one in as_shipped.verdicts}
    assert found.patterns == as_shipped.patterns


# The page against itself

amounts = st.decimals("0.1", "9999", places=1, allow_nan=False)


@exactly
@given(st.tuples(amounts, amounts, amounts), st.tuples(*[st.sampled_from(["=", ">=", "~"])] * 3))
def test_what_parts_may_come_to_holds_their_printed_sum(
    values: tuple[Decimal, ...], bounds: tuple[str, ...]
) -> None:
    names = ("assessed", "voluntary_core", "voluntary_non_core")
    parts = [
        claim(id=name, measure=f"contributions.{name}", value=str(value), bound=bound)
        for name, value, bound in zip(names, values, bounds, strict=True)
    ]
    whole = claim(id="whole", measure="contributions.total", value=str(sum(values)))
    found = arithmetic.check(whole, [*parts, whole])
    total = sum((number.value for one in parts if (number := printed(one))), Decimal(0))
    assert found
    assert found.low <= total == found.total <= found.high
    assert found.status == "consistent"
