"""R2, R19–R21: which budgets hold, and how much of each belongs to a calendar year.

Budgets are replacements, not increments (R2). Only an activity's budgets come here: planned
disbursements are no budgets, and an organisation's own budgets are totals ahead; neither is ever added
to them (R21). Amounts are in the rows' own currency, in its hundredths; both ends of a period belong
to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

LONGEST = 370
"""Days of a budget that may still be put into calendar years (R20)."""

_KEYS = ("dataset", "activity")
_LARGEST = 9 * 10**16


def in_force(budgets: ir.Table) -> ir.Table:
    """R19: `budgets` that hold, with `from_day` and `to_day`, the days on which they do, and `flag`.

    On each day one budget of an activity holds: a revised one before an original, then the later in the
    file. One that has lost some of its days is “cut”: a row for each run of days left, whose `value` is
    the days' share of what was published, in hundredths. `period_start` and `period_end` stay as
    published. A budget without a value, or whose period is missing or reversed, replaces nothing and is
    not replaced. Columns as of `budgets`, and these three; the replaced ones are in `replaced`.
    """
    found = _with_days(budgets)
    return found.filter(found.flag.isnull() | (found.flag != "replaced"))


def replaced(budgets: ir.Table) -> ir.Table:
    """R19: those of `budgets` that have no day left, as published; columns as of `in_force`."""
    found = _with_days(budgets)
    return found.filter(found.flag == "replaced")


def by_year(budgets: ir.Table) -> ir.Table:
    """R20: budgets of `in_force`, once for each calendar year, with `year` and its `value`, decimal(24,2).

    Years get the share of their days, in whole hundredths by largest remainder, the earlier year first
    where these are equal, so that they add to the value (R16). A budget whose published period is longer
    than 370 days is one row without a year, “long”, and one whose period is missing or reversed
    “no_period”. A table without `in_force`'s columns is taken as it is: all of its budgets hold.
    """
    import ibis

    if "from_day" not in budgets.columns:
        budgets = budgets.mutate(from_day=budgets.period_start, to_day=budgets.period_end, flag=None)
    budgets = budgets.mutate(flag=budgets.flag.cast("string"))
    length = _days(budgets.period_start, budgets.period_end)
    told = ibis.cases((length.isnull() | (length < 1), "no_period"), (length > LONGEST, "long"), else_=None)
    rows = budgets.mutate(_told=told, _cents=_cents(budgets.value))
    order = [rows.from_day, rows.to_day, rows._cents]
    rows = rows.mutate(_row=ibis.row_number().over(group_by=_KEYS, order_by=order))
    # 370 days reach into three years; what is in no year has one row.
    rows = rows.mutate(_later=ibis.array([0, 1, 2]).unnest())
    year = (rows.from_day.year() + rows._later).cast("int32")
    rows = rows.mutate(year=ibis.ifelse(rows._told.isnull(), year, None))
    rows = rows.filter(ibis.ifelse(rows._told.isnull(), rows.year <= rows.to_day.year(), rows._later == 0))
    first = ibis.greatest(rows.from_day, ibis.date(rows.year, 1, 1))
    last = ibis.least(rows.to_day, ibis.date(rows.year, 12, 31))
    rows = rows.mutate(_days=ibis.ifelse(rows._told.isnull(), _days(first, last), 1))
    rows = _by_largest_remainder(rows, (*_KEYS, "_row"), "year")
    rows = rows.mutate(value=_money(rows._cents, "decimal(24,2)"), flag=ibis.coalesce(rows._told, rows.flag))
    return rows.select(*budgets.columns, "year")


def _with_days(budgets: ir.Table) -> ir.Table:
    """Columns of `in_force`; a budget without a day left has one row, “replaced”."""
    import ibis

    line = budgets.locator.re_extract("line ([0-9]+)", 1).try_cast("int64")
    told = ("locator", "period_start", "period_end", "value", "currency", "status")
    order = [budgets.type.fill_null("1") == "2", line, *(budgets[name] for name in told)]
    ranked = budgets.mutate(_rank=ibis.row_number().over(group_by=_KEYS, order_by=order))
    whole = _days(ranked.period_start, ranked.period_end)
    ranked = ranked.mutate(_whole=ibis.ifelse((whole >= 1) & ranked.value.notnull(), whole, None))

    runs = _runs(ranked.filter(ranked._whole.notnull()))
    found = ranked.left_join(runs, [*_KEYS, "_rank"], rname="{name}_again")
    held = _days(found.from_day, found.to_day)
    cut = held < found._whole
    # what is due by the end of the run, less what was due before it: the runs add to the whole
    before = _days(found.period_start, found.from_day) - 1
    cents = _cents(found.value)
    left = _due(cents, before + held, found._whole) - _due(cents, before, found._whole)
    contends = found._whole.notnull()
    return found.select(
        *(name for name in budgets.columns if name != "value"),
        value=ibis.ifelse(cut, _money(left, "decimal(24,6)"), found.value),
        from_day=ibis.ifelse(contends, found.from_day, found.period_start),
        to_day=ibis.ifelse(contends, found.to_day, found.period_end),
        flag=ibis.cases((contends & held.isnull(), "replaced"), (cut, "cut"), else_=None),
    ).relocate(*budgets.columns)


def _runs(ranked: ir.Table) -> ir.Table:
    """The days that each of `ranked` holds: activity, `_rank`, `from_day`, `to_day`, one row a run."""
    import ibis

    ends = ibis.array([ranked.period_start, _moved(ranked.period_end, 1)])
    days = ranked.select(*_KEYS, day=ends.unnest()).distinct()
    spans = days.mutate(until=days.day.lead().over(group_by=_KEYS, order_by=days.day))
    covers = [*_KEYS, spans.day >= ranked.period_start, spans.day <= ranked.period_end]
    held = spans.join(ranked.select(*_KEYS, "_rank", "period_start", "period_end"), covers)
    held = held.group_by([*_KEYS, "day", "until"]).agg(_rank=held._rank.max())
    one = [*_KEYS, "_rank"]
    held = held.mutate(
        _new=(held.until.lag().over(group_by=one, order_by=held.day) != held.day).cast("int64")
    )
    held = held.mutate(_run=held._new.fill_null(0).cumsum(group_by=one, order_by=held.day))
    runs = held.group_by([*one, "_run"]).agg(from_day=held.day.min(), to_day=_moved(held.until.max(), -1))
    return runs.drop("_run")


def _by_largest_remainder(rows: ir.Table, group: Sequence[str], order: str) -> ir.Table:
    """R16: the `_cents` of each `group` shared among its rows by their `_days`."""
    import ibis

    each = ibis.window(group_by=group)
    whole = (rows._days.sum().over(each)).cast("decimal(18,0)").cast("int64")  # DuckDB's sum has 128 bits
    rows = rows.mutate(_whole=whole)
    cents = rows._cents.abs()
    rows = rows.mutate(
        _low=_due(cents, rows._days, rows._whole), _over=(cents % rows._whole) * rows._days % rows._whole
    )
    left = rows._cents.abs() - rows._low.sum().over(each)
    place = ibis.row_number().over(group_by=group, order_by=[rows._over.desc(), order])
    part = rows._low + (place < left).cast("int64")
    return rows.mutate(_cents=ibis.ifelse(rows._cents < 0, -part, part))


def _due(cents: ir.IntegerValue, days: ir.IntegerValue, whole: ir.IntegerValue) -> ir.IntegerValue:
    """cents × days ÷ whole, towards 0 to a whole cent, without a product that int64 does not hold."""
    import ibis

    due = cents.abs()
    due = _quotient(due, whole) * days + _quotient(due % whole * days, whole)
    return ibis.ifelse(cents < 0, -due, due)


def _quotient(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a ÷ b, rounded down, exact for int64 ≥ 0. Ibis has `//` divide as doubles, which hold 15 digits:
    so does the first step here, and the second puts right what it missed."""
    multiple = a - a % b
    near = (multiple / b).cast("int64")
    return near + ((multiple - near * b) / b).cast("int64")


def _cents(value: ir.DecimalValue) -> ir.IntegerValue:
    """Hundredths, rounded half up; null for 90,000,000,000,000,000 and more."""
    import ibis

    cents = (value.abs() * 100).round().cast("int64")
    return ibis.cases((value.abs() >= _LARGEST, None), (value < 0, -cents), else_=cents)


def _money(cents: ir.IntegerValue, type_: str) -> ir.DecimalValue:
    import ibis

    return (cents * ibis.literal(Decimal("0.01"), "decimal(3,2)")).cast(type_)


def _days(first: ir.DateValue, last: ir.DateValue) -> ir.IntegerValue:
    return last.delta(first, unit="day") + 1


def _moved(day: ir.DateValue, days: int) -> ir.DateValue:
    """`day` so many days later, as a date: DuckDB makes a moment of it, and Ibis does not know."""
    import ibis

    return (day + ibis.interval(days=days)).cast("timestamp").date()
