"""The money of an activity: transactions in their own currency and in dollars, budgets, what is planned."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from comity import i18n
from comity.tables import quoted
from comity.web.lists import Grid, Paging, Shown, slice_of, used
from comity.web.pages import _codes as codes
from comity.web.pages._codes import worded
from comity.web.pages._reports import Report, Row

if TYPE_CHECKING:
    import ibis.expr.types as ir


def transactions(report: Report, rows: list[Row], paging: Paging) -> Grid:
    """A page of them. Types are never added together (R1)."""
    _ = report.translated

    def line(row: Row) -> tuple[Shown, ...]:
        value, currency = report.amount(row)
        return (
            Shown(report.day(row["date"]) or _("no date"), kind="text" if row["date"] else "missing"),
            Shown(
                worded(codes.TRANSACTION, row["type"], report.lang),
                note=i18n.one_line(row["description"] or ""),
            ),
            value,
            currency,
            _dollars(report, row),
            _rate(report, row),
            report.who(row["provider_name"], row["provider_ref"], row["provider"], row["provider_by"]),
            report.who(row["receiver_name"], row["receiver_ref"], row["receiver"], row["receiver_by"]),
        )

    return used(
        Grid(
            _("Transactions"),
            (
                _("Date"), _("Type"), _("Value as published"), _("Currency"), _("In US dollars"), _("Rate"),
                _("Provider"), _("Receiver"),
            ),
            tuple(line(row) for row in slice_of(rows, paging)),
            numeric=(2, 4),
        )
    )  # fmt: skip


def _dollars(report: Report, row: Row) -> Shown:
    if row["value_usd"] is not None:
        return report.money(row["value_usd"])
    _ = report.translated
    why = worded(codes.NOT_CONVERTED, row["not_converted"], report.lang)
    return Shown(_("not converted"), "missing", mark=why)


def _rate(report: Report, row: Row) -> Shown:
    """The rate that was used, and its series (R9)."""
    if row["usd_per_unit"] is None or row["currency_used"] == "USD":
        return Shown("")
    from babel.numbers import format_decimal

    rate = str(format_decimal(row["usd_per_unit"], "0.000000", locale=report.lang))
    return Shown(rate, mark=(row["rate_series"] or "").replace("_", " "))


def budgets(report: Report) -> Grid:
    """R2, R19: those that hold, and those that later ones replace."""
    _ = report.translated
    rows = report.rows("budgets", "period_start, period_end, type, locator")
    replaced, cut = _replaced(report) if _overlap(rows) else (Counter[_Key](), set[_Key]())

    def holds(row: Row) -> str:
        if len(rows) == 1 or row["value"] is None:
            return ""
        if replaced[_key(row), row["value"]]:
            replaced[_key(row), row["value"]] -= 1
            return _("replaced")
        return _("replaced in part") if _key(row) in cut else _("holds")

    return used(
        Grid(
            _("Budgets"),
            (_("Period"), _("Value as published"), _("Currency"), _("Type"), _("Status"), _("Of several")),
            tuple(
                (
                    Shown(report.span(row)),
                    *report.amount(row),
                    Shown(worded(codes.BUDGET, row["type"] or "1", report.lang)),
                    Shown(worded(codes.BUDGET_STATUS, row["status"], report.lang)),
                    Shown(holds(row)),
                )
                for row in rows
            ),
            numeric=(1,),
        )
    )


_TOLD = ("locator", "type", "period_start", "period_end", "status", "currency")
_MARKS = ("\ue001dataset", "\ue001snapshot")
_NUMBER = 1_987_654_321
_Key: TypeAlias = tuple[Any, ...]


def _overlap(rows: list[Row]) -> bool:
    """Whether any two budgets have a day in common: else there is nothing to replace."""
    ends = ((row["period_start"], row["period_end"]) for row in rows)
    spans = sorted((first, last) for first, last in ends if first and last)
    return any(later[0] <= earlier[1] for earlier, later in pairwise(spans))


def _key(row: Row) -> _Key:
    return tuple(row[name] for name in _TOLD)


@cache
def _rules() -> tuple[str, str]:
    """`replaced` and `in_force` of `rules.budgets` for one activity as SQL, with marks where its keys go."""
    import ibis

    from comity.measures import Tables
    from comity.rules import budgets as rule

    table: ir.Table = Tables().budgets
    one = table.filter(
        (table.dataset == _MARKS[0]) & (table.snapshot == _MARKS[1]) & (table.activity == _NUMBER)
    )
    asked = (rule.replaced(one).select(*_TOLD, "value"), rule.in_force(one).select(*_TOLD, "flag"))
    replaced, held = (str(ibis.to_sql(expression, dialect="duckdb")) for expression in asked)
    return replaced, held


def _replaced(report: Report) -> tuple[Counter[_Key], set[_Key]]:
    """The budgets without a day left, as often as they stand there with their values, and those that have
    lost some of their days."""
    one = report.activity

    def ask(sql: str) -> list[Row]:
        for mark, name in zip(_MARKS, ("dataset", "snapshot"), strict=True):
            sql = sql.replace(f"'{mark}'", quoted(one[name]))
        sql = sql.replace(str(_NUMBER), str(int(one["activity"])))
        found: list[Row] = report.opened.connection.query(sql).to_pylist()
        return found

    replaced, held = map(ask, _rules())
    return (
        Counter((_key(row), row["value"]) for row in replaced),
        {_key(row) for row in held if row["flag"] == "cut"},
    )


def planned(report: Report) -> Grid:
    """R21: what is planned to be disbursed, which is no budget."""
    _ = report.translated
    return used(
        Grid(
            _("Planned disbursements"),
            (_("Period"), _("Value as published"), _("Currency"), _("Type"), _("Provider"), _("Receiver")),
            tuple(
                (
                    Shown(report.span(row)),
                    *report.amount(row),
                    Shown(worded(codes.BUDGET, row["type"], report.lang)),
                    report.who(row["provider_name"], row["provider_ref"], None, None),
                    report.who(row["receiver_name"], row["receiver_ref"], None, None),
                )
                for row in report.rows("planned_disbursements", "period_start, period_end, locator")
            ),
            numeric=(1,),
        )
    )
