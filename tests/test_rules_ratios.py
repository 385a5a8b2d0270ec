"""Shares of a whole: guarded where there is no whole to speak of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.rules.ratios import percent

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


@pytest.mark.parametrize("whole", [None, Decimal(0), Decimal(-5)])
def test_of_nothing_or_less_there_is_no_share(whole: Decimal | None) -> None:
    assert percent([Decimal(1)], whole) is None


def test_R38_what_is_not_reported_is_no_share_of_zero() -> None:
    assert percent([None, None], Decimal(10)) is None
    assert percent([None, Decimal(5)], Decimal(10)) == 50


@given(st.lists(AMOUNTS, min_size=1).filter(lambda parts: sum(parts) > 0))
def test_all_parts_make_a_hundred(parts: list[Decimal]) -> None:
    assert percent(parts, sum(parts, Decimal(0))) == 100
