"""Amounts in US dollars, each row at the rate of its own month, or not at all (R7–R9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.api import Comity
from comity.rules import conversion
from tests.test_rules_shares import Row, ask, rows_of, spark_sql

RATES = ibis.table(
    {
        "currency": "string",
        "date": "date",
        "usd_per_unit": "decimal(28,12)",
        "series": "string",
        "snapshot": "string",
        "locator": "string",
    },
    name="rates",
)
AMOUNTS = ibis.table(
    {
        "value": "decimal(24,6)",
        "currency": "string",
        "default_currency": "string",
        "value_date": "date",
        "date": "date",
    },
    name="amounts",
)
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
MONTHLY, ANNUAL = conversion.MONTHLY, conversion.ANNUAL
Rate = tuple[Any, ...]
MAY, JUNE = date(2020, 5, 31), date(2020, 6, 1)


def rate(currency: str, month: date | str, usd: str, series: str = MONTHLY, snapshot: str = "s") -> Rate:
    day = month if isinstance(month, date) else date.fromisoformat(month)
    return currency, day, Decimal(usd), series, snapshot, "line 1"


KNOWN = (
    rate("EUR", "2020-05-01", "1.09"),
    rate("EUR", "2020-06-01", "1.125"),
    rate("EUR", "2020-01-01", "1.14", ANNUAL),
    rate("EUR", "2019-01-01", "1.12", ANNUAL),
    rate("KRW", "2020-05-01", "0.000814"),
    rate("DEM", "2001-12-01", "0.456"),
)


@cache
def expression() -> Any:
    return conversion.converted(AMOUNTS, conversion.by_month(RATES))


def converted(*amounts: tuple[Any, ...], known: Sequence[Rate] = KNOWN) -> list[Row]:
    """The rows of (value, currency, default currency, value date, date), in no promised order."""
    found = ask(
        expression(),
        amounts=[
            row | {"value": None if row["value"] is None else Decimal(row["value"])}
            for row in rows_of(AMOUNTS.columns, *amounts)
        ],
        rates=rows_of(RATES.columns, *known),
    )
    assert len(found) == len(amounts), "a rate must not multiply rows"
    return found


def cents(value: Decimal, usd_per_unit: Decimal) -> Decimal:
    return EXACT.multiply(value, usd_per_unit).quantize(Decimal("0.01"), context=EXACT)


def one(
    value: Any,
    currency: str | None = None,
    default: str | None = None,
    value_date: date | None = None,
    day: date | None = None,
    known: Sequence[Rate] = KNOWN,
) -> Row:
    (row,) = converted((value, currency, default, value_date, day), known=known)
    return row


# R7: the currency


def test_R7_the_values_own_currency_wins_over_the_activitys_default() -> None:
    own = one("100", "EUR", "KRW", MAY)
    assert (own["currency_used"], own["value_usd"]) == ("EUR", Decimal("109.00"))
    default = one("100000", None, "KRW", MAY)
    assert (default["currency_used"], default["value_usd"]) == ("KRW", Decimal("81.40"))


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_R7_a_blank_currency_is_none_and_the_default_holds(blank: str | None) -> None:
    assert one("100", blank, "EUR", MAY)["value_usd"] == Decimal("109.00")
    nothing = one("100", blank, blank, MAY)
    assert (nothing["currency_used"], nothing["value_usd"]) == (None, None)
    assert nothing["not_converted"] == "no_currency", "US dollars are never assumed"


def test_R7_codes_are_read_trimmed_and_in_any_case() -> None:
    assert one("100", " eur ", None, MAY)["value_usd"] == Decimal("109.00")
    assert one("100", "usd", None)["value_usd"] == Decimal("100.00")


# R8: the date, and no rate


def test_R8_the_value_date_decides_else_the_transactions_which_is_flagged() -> None:
    of_value = one("100", "EUR", None, MAY, JUNE)
    assert (of_value["value_usd"], of_value["rate_date_by"]) == (Decimal("109.00"), "value_date")
    of_transaction = one("100", "EUR", None, None, JUNE)
    assert (of_transaction["value_usd"], of_transaction["rate_date_by"]) == (
        Decimal("112.50"),
        "transaction_date",
    )


def test_R8_without_any_date_nothing_is_converted_but_dollars() -> None:
    row = one("100", "EUR")
    assert (row["value_usd"], row["not_converted"], row["rate_date_by"]) == (None, "no_date", None)
    row = one("100", "USD")
    assert (row["value_usd"], row["usd_per_unit"], row["not_converted"]) == (Decimal(100), Decimal(1), None)
    assert (row["rate_series"], row["rate_date_by"]) == (None, None), "dollars need no rate"


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("XDR", MAY),  # a currency of no series
        ("KRW", date(2020, 6, 1)),  # after the last month: the last rate does not stay in force
        ("KRW", date(2020, 4, 30)),  # before the first
        ("DEM", date(2002, 1, 1)),  # a dead currency after its end
        ("EUR", date(2021, 1, 1)),  # the year after the last annual average
        ("EUR", date(1010, 12, 9)),  # a typing error
    ],
)
def test_R8_a_missing_rate_is_a_reason_and_never_a_number(currency: str, day: date) -> None:
    row = one("100", currency, None, day)
    assert (row["value_usd"], row["usd_per_unit"], row["rate_series"]) == (None, None, None)
    assert (row["not_converted"], row["rate_date_by"]) == ("no_rate", None)


def test_R8_a_dead_currency_converts_in_its_time() -> None:
    assert one("100", "DEM", None, date(2001, 12, 31))["value_usd"] == Decimal("45.60")


def test_R8_what_has_no_value_is_not_converted_and_no_reason_is_due() -> None:
    row = one(None, "XDR", None, MAY)
    assert (row["value_usd"], row["not_converted"]) == (None, None)


# R9: the rate


def test_R9_a_month_wins_over_the_year_and_the_series_is_told() -> None:
    month = one("100", "EUR", None, MAY)
    assert (month["usd_per_unit"], month["rate_series"]) == (Decimal("1.09"), MONTHLY)
    year = one("100", "EUR", None, date(2020, 7, 1))
    assert (year["usd_per_unit"], year["rate_series"]) == (Decimal("1.14"), ANNUAL)
    for day in (date(2019, 1, 1), date(2019, 12, 31)):
        assert one("100", "EUR", None, day)["value_usd"] == Decimal("112.00"), "the whole year has it"


def test_R9_only_the_two_series_convert() -> None:
    known = [rate("CHF", "2020-05-01", "1.03", "ceb_ilo_inferred")]
    assert one("100", "CHF", None, MAY, known=known)["not_converted"] == "no_rate"


def test_R9_of_two_rates_of_a_month_one_is_taken_and_always_the_same() -> None:
    known = [rate("EUR", "2020-05-01", "1.2", snapshot="b"), rate("EUR", "2020-05-01", "1.1", snapshot="a")]
    assert one("100", "EUR", None, MAY, known=known)["usd_per_unit"] == Decimal("1.1")
    assert one("100", "EUR", None, MAY, known=known[::-1])["usd_per_unit"] == Decimal("1.1")


def test_R9_a_rate_that_is_not_positive_is_none() -> None:
    known = [rate("EUR", "2020-05-01", "0"), rate("EUR", "2020-01-01", "1.14", ANNUAL)]
    assert one("100", "EUR", None, MAY, known=known)["rate_series"] == ANNUAL


@pytest.mark.parametrize(
    ("value", "usd"),
    [
        ("0.005", "0.01"), ("0.004999", "0.00"), ("2.675", "2.68"), ("1.015", "1.02"), ("0", "0.00"),
        ("-0.005", "-0.01"), ("-0.004999", "0.00"), ("-2.675", "-2.68"),
    ],
)  # fmt: skip
def test_R9_R3_whole_cents_half_up_either_way(value: str, usd: str) -> None:
    assert str(one(value, "USD")["value_usd"]) == f"{usd}0000".replace("-0.000000", "0.000000")


def test_R9_each_row_is_rounded_by_itself_before_any_sum() -> None:
    rows = converted(*[("0.004", "USD", None, None, None)] * 3, *[("0.006", "USD", None, None, None)] * 3)
    assert sum(row["value_usd"] for row in rows) == Decimal("0.03"), "and not 0.012 + 0.018"


def test_R3_a_refund_is_the_opposite_of_what_it_refunds() -> None:
    rows = converted(("1234567.89", "EUR", None, MAY, None), ("-1234567.89", "EUR", None, MAY, None))
    assert {row["value_usd"] for row in rows} == {Decimal("1345679.00"), Decimal("-1345679.00")}


def test_an_amount_or_a_rate_beyond_what_is_exact_is_told_and_not_cut() -> None:
    known = [rate("AAA", "2020-05-01", "999.999999999999"), rate("BBB", "2020-05-01", "1000")]
    most = "999999999999999.999999"
    row = one(most, "AAA", None, MAY, known=known)
    exact = cents(Decimal(most), Decimal("999.999999999999"))
    assert (row["value_usd"], row["not_converted"]) == (exact, None)
    assert one(most, "USD")["value_usd"] == Decimal("1000000000000000.00")
    for value, currency in (("1000000000000000", "AAA"), ("-1000000000000000", "USD"), ("1", "BBB")):
        row = one(value, currency, None, MAY, known=known)
        assert (row["value_usd"], row["not_converted"]) == (None, "too_large"), (value, currency)


_MONTHS = [date(2020, month, 1) for month in range(1, 7)]


@settings(deadline=None, max_examples=60)
@given(
    rates=st.lists(
        st.decimals(Decimal("0.000000000001"), Decimal("999"), places=12, allow_nan=False),
        min_size=6, max_size=6,
    ),
    amounts=st.lists(
        st.tuples(
            st.decimals(-(10**14), 10**14, places=6, allow_nan=False, allow_infinity=False),
            st.sampled_from(["EUR", "USD", "XDR"]),
            st.integers(0, 5),
        ),
        min_size=1, max_size=20,
    ),
)  # fmt: skip
def test_R9_a_sum_of_converted_rows_is_that_of_plain_decimals(
    rates: list[Decimal], amounts: list[tuple[Decimal, str, int]]
) -> None:
    known = [("EUR", month, usd, MONTHLY, "s", "line 1") for month, usd in zip(_MONTHS, rates, strict=True)]
    rows = converted(*((v, c, None, _MONTHS[n], None) for v, c, n in amounts), known=known)
    of = {"USD": [Decimal(1)] * 6, "EUR": rates}
    plain = [cents(value, of[currency][n]) for value, currency, n in amounts if currency in of]
    assert sum(row["value_usd"] or 0 for row in rows) == sum(plain)
    assert sum(row["not_converted"] == "no_rate" for row in rows) == len(amounts) - len(plain)


def test_the_starters_rates_are_one_for_each_month(starter_store: Comity) -> None:
    known = starter_store.sql("SELECT * FROM rates").select(RATES.columns).to_pylist()
    months = ask(conversion.by_month(RATES), rates=known)
    assert len({(row["currency"], row["month"]) for row in months}) == len(months) > 500
    (march,) = [r for r in months if (r["currency"], r["month"]) == ("CHF", 2020 * 12 + 2)]
    assert march["rate_series"] == MONTHLY


def test_it_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    spark_sql(expression(), monkeypatch)
