"""R7–R9: amounts in US dollars, each row at the rate of its own day, or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHLY, ANNUAL = "fred_monthly_average", "fred_annual_average"
"""The series that convert, the first that has the month."""
_LARGEST = 10**15
_DEAREST = 1000


def by_month(rates: ir.Table) -> ir.Table:
    """R9: one rate for each currency and month: `currency`, `month` (12 × year + month − 1, int64),
    `usd_per_unit`, `rate_series`. A year's average stands for its months where there is none by month."""
    import ibis

    known = rates.filter(rates.usd_per_unit > 0)
    first = known.date.year().cast("int64") * 12 + known.date.month().cast("int64") - 1
    known = known.mutate(first=first, months=ibis.array(list(range(12))).unnest())
    known = known.filter(((known.series == MONTHLY) & (known.months == 0)) | (known.series == ANNUAL))
    best = ibis.row_number().over(
        group_by=["currency", "month"],
        order_by=[ibis._.series == ANNUAL, ibis._.snapshot, ibis._.locator],
    )
    found = known.mutate(month=known.first + known.months.cast("int64")).mutate(place=best)
    found = found.filter(found.place == 0)
    return found.select("currency", "month", "usd_per_unit", rate_series=found.series)


def converted(transactions: ir.Table, rates: ir.Table) -> ir.Table:
    """`transactions` with `currency_used`, `usd_per_unit`, `rate_series`, `rate_date_by`, `value_usd`
    and `not_converted`.

    They have `value`, `currency`, `default_currency` (the activity's), `value_date` and `date`; `rates`
    is of the form of `by_month`. R7: the value's own currency, else the default one, else none. R8: the
    rate of the value's date, else of the transaction's, which `rate_date_by` says where there is a rate;
    a missing one leaves `value_usd` null and `not_converted` says why. Dollars need none. They are whole
    cents, half up, away from zero either way. An amount of 10¹⁵ or more is beyond what any rate
    multiplies exactly, and is not converted.
    """
    import ibis

    own, default = (
        code.strip().upper().nullif("") for code in (transactions.currency, transactions.default_currency)
    )
    day = transactions.value_date.coalesce(transactions.date)
    rows = transactions.mutate(
        currency_used=own.coalesce(default),
        rate_month=day.year().cast("int64") * 12 + day.month().cast("int64") - 1,
    )
    known = rates.rename(rate_currency="currency", rate_of="month")
    rows = rows.left_join(
        known, [rows.currency_used == known.rate_currency, rows.rate_month == known.rate_of]
    ).drop("rate_currency", "rate_of")
    dollars, one = rows.currency_used == "USD", ibis.literal(Decimal(1), "decimal(28,12)")
    rate = ibis.ifelse(dollars, one, rows.usd_per_unit)
    fits = (rows.value.abs() < _LARGEST) & (rate < _DEAREST)
    exact = _product(
        ibis.ifelse(fits, rows.value, None).cast("decimal(21,6)"),
        ibis.ifelse(fits, rate, None).cast("decimal(15,12)"),
    )
    usd = exact.round(2).cast("decimal(24,6)")
    why = ibis.cases(
        (rows.value.isnull(), None),
        (rows.currency_used.isnull(), "no_currency"),
        (~dollars & rows.rate_month.isnull(), "no_date"),
        (rate.isnull(), "no_rate"),
        (~fits, "too_large"),
    )
    by = ibis.cases(
        (dollars | rate.isnull(), None),
        (rows.value_date.notnull(), "value_date"),
        else_="transaction_date",
    )
    return rows.mutate(usd_per_unit=rate, rate_date_by=by, value_usd=usd, not_converted=why).drop(
        "rate_month"
    )


def _product(value: ir.DecimalValue, rate: ir.DecimalValue) -> ir.DecimalValue:
    """Their exact product. Ibis itself refuses to multiply decimals of different scales."""
    import ibis

    @ibis.udf.scalar.builtin(
        name="multiply", signature=(("decimal(21,6)", "decimal(15,12)"), "decimal(36,18)")
    )
    def multiply(value, rate): ...  # type: ignore[no-untyped-def]

    return multiply(value, rate)
