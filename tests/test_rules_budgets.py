"""Which budgets hold and in which years, against a calendar day by day and on real files (R2, R19–R21)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.rules import budgets
from tests.test_rules_shares import Row, ask, part_cents, read, rows_of, spark_sql, whole_cents

BUDGETS = ibis.table(
    {
        "dataset": "string",
        "activity": "int32",
        "type": "string",
        "status": "string",
        "period_start": "date",
        "period_end": "date",
        "value": "decimal(24,6)",
        "currency": "string",
        "locator": "string",
    },
    name="budgets",
)
DAY = timedelta(days=1)


@cache
def in_force() -> Any:
    return budgets.in_force(BUDGETS)


@cache
def replaced() -> Any:
    return budgets.replaced(BUDGETS)


@cache
def by_year() -> Any:
    return budgets.by_year(BUDGETS)


@cache
def in_force_by_year() -> Any:
    return budgets.by_year(in_force())


def budget(
    type_: str | None, start: str | None, end: str | None, value: Any, line: int = 0, **other: Any
) -> Row:
    days = [None if day is None else date.fromisoformat(day) for day in (start, end)]
    money = None if value is None else Decimal(value)
    row = ("d", 1, type_, "1", *days, money, "USD", f"activity 1, line {line}")
    return rows_of(BUDGETS.columns, row)[0] | other


def held(*rows: Row) -> list[tuple[str, str, str, str | None]]:
    """(first day, last day, value, flag) of what holds of `rows`, by day."""
    found = ask(in_force(), budgets=rows)
    return sorted((f"{r['from_day']}", f"{r['to_day']}", f"{r['value']:.2f}", r["flag"]) for r in found)


def years(*rows: Row) -> dict[int | None, tuple[str, str | None]]:
    found = ask(by_year(), budgets=rows)
    assert len({row["year"] for row in found}) == len(found)
    return {row["year"]: (f"{row['value']}", row["flag"]) for row in found}


# R19: what holds


def test_R2_R19_a_revised_budget_replaces_the_original_of_its_period() -> None:
    original = budget("1", "2020-01-01", "2020-12-31", "100", line=20)
    revised = budget("2", "2020-01-01", "2020-12-31", "70", line=10)
    next_ = budget("1", "2021-01-01", "2021-12-31", "50", line=30)
    assert held(original, revised, next_) == [
        ("2020-01-01", "2020-12-31", "70.00", None),
        ("2021-01-01", "2021-12-31", "50.00", None),
    ], "wherever in the file it stands"
    (gone,) = ask(replaced(), budgets=[original, revised, next_])
    assert {**gone, "flag": None} == {**original, "from_day": None, "to_day": None, "flag": None}
    assert gone["flag"] == "replaced"


def test_R19_the_later_in_the_file_wins_by_its_line_as_a_number() -> None:
    first = budget("1", "2020-01-01", "2020-12-31", "1", line=9)
    second = budget("1", "2020-01-01", "2020-12-31", "2", line=10)
    assert held(second, first) == [("2020-01-01", "2020-12-31", "2.00", None)]
    lines = [budget("2", "2020-01-01", "2020-12-31", str(n), line=1) for n in range(5)]
    assert len(held(*lines)) == 1, "a file of one line"


def test_R19_an_overlap_is_cut_pro_rata_by_days() -> None:
    year = budget("1", "2021-01-01", "2021-12-31", "365")
    assert held(year, budget("2", "2021-12-01", "2022-03-31", "1000")) == [
        ("2021-01-01", "2021-11-30", "334.00", "cut"),
        ("2021-12-01", "2022-03-31", "1000.00", None),
    ]
    assert held(year, budget("2", "2021-03-01", "2021-03-31", "1000")) == [
        ("2021-01-01", "2021-02-28", "59.00", "cut"),
        ("2021-03-01", "2021-03-31", "1000.00", None),
        ("2021-04-01", "2021-12-31", "275.00", "cut"),
    ], "what is left on both sides, each for itself"


def test_R19_the_revised_wins_an_overlap_though_it_stands_before() -> None:
    revised = budget("2", "2021-01-01", "2021-06-30", "181", line=1)
    assert held(revised, budget("1", "2021-06-30", "2021-07-01", "2", line=2)) == [
        ("2021-01-01", "2021-06-30", "181.00", None),
        ("2021-07-01", "2021-07-01", "1.00", "cut"),
    ]


def test_R19_budgets_side_by_side_are_left_alone() -> None:
    quarters = [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]
    rows = [budget("2", f"2020-{a}", f"2020-{b}", "72011.256789") for a, b in quarters]
    found = ask(in_force(), budgets=rows)
    assert [(r["value"], r["flag"]) for r in found] == [(Decimal("72011.256789"), None)] * 4
    assert ask(replaced(), budgets=rows) == []


def test_R19_activities_and_datasets_do_not_replace_one_another() -> None:
    one = budget("1", "2020-01-01", "2020-12-31", "1")
    assert len(held(one, one | {"activity": 2, "type": "2"}, one | {"dataset": "e", "type": "2"})) == 3


def test_R19_without_a_period_or_a_value_nothing_is_replaced() -> None:
    good = budget("1", "2020-01-01", "2020-12-31", "5", line=1)
    others = [
        budget("2", "2020-01-01", "2020-12-31", None, line=2),
        budget("2", None, "2020-12-31", "6", line=3),
        budget("2", "2020-12-31", "2020-01-01", "7", line=4),
    ]
    found = ask(in_force(), budgets=[good, *others])
    assert sorted((r["value"] or 0, r["from_day"] == r["period_start"], r["flag"]) for r in found) == [
        (0, True, None), (5, True, None), (6, True, None), (7, True, None),
    ]  # fmt: skip


def test_R3_a_negative_budget_is_cut_as_its_opposite() -> None:
    rows = [budget("1", "2021-01-01", "2021-12-31", value) for value in ("-100", "100")]
    cut = [held(row, budget("2", "2021-01-01", "2021-01-07", "1"))[1][2] for row in rows]
    assert cut == ["-98.09", "98.09"]


# R20: in which years


def test_R20_a_budget_is_shared_among_years_by_days_both_ends_included() -> None:
    assert years(budget("1", "2020-12-31", "2021-01-02", "3")) == {2020: ("1.00", None), 2021: ("2.00", None)}
    assert years(budget("1", "2020-12-30", "2021-01-01", "-0.05")) == {
        2020: ("-0.03", None),
        2021: ("-0.02", None),
    }


def test_R20_a_leap_year_has_its_day() -> None:
    assert years(budget("1", "2019-07-01", "2020-06-30", "366")) == {
        2019: ("184.00", None),
        2020: ("182.00", None),
    }


def test_R20_of_equal_remainders_the_earlier_year_has_the_cent() -> None:
    assert years(budget("1", "2020-12-31", "2021-01-01", "0.01")) == {
        2020: ("0.01", None),
        2021: ("0.00", None),
    }


def test_R20_more_than_370_days_are_listed_not_put_in_a_year() -> None:
    assert years(budget("1", "2019-12-31", "2021-01-03", "370")) == {
        2019: ("1.00", None),
        2020: ("366.00", None),
        2021: ("3.00", None),
    }
    assert years(budget("1", "2019-12-31", "2021-01-04", "371.005")) == {None: ("371.01", "long")}


def test_R20_what_is_left_of_a_longer_budget_is_not_put_in_a_year_either() -> None:
    rows = [budget("1", "2020-01-01", "2021-12-31", "731"), budget("2", "2020-01-01", "2020-12-31", "9")]
    found = ask(in_force_by_year(), budgets=rows)
    assert sorted((r["year"] or 0, str(r["value"]), r["flag"]) for r in found) == [
        (0, "365.00", "long"), (2020, "9.00", None),
    ]  # fmt: skip


def test_R20_a_cut_budget_is_shared_among_the_years_of_its_days_left() -> None:
    rows = [budget("1", "2020-07-01", "2021-06-30", "365"), budget("2", "2020-07-01", "2020-12-30", "9")]
    found = ask(in_force_by_year(), budgets=rows)
    assert {(r["year"], str(r["value"]), r["flag"]) for r in found} == {
        (2020, "9.00", None),
        (2020, "1.00", "cut"),
        (2021, "181.00", "cut"),
    }


@pytest.mark.parametrize(
    ("start", "end"), [(None, "2020-01-01"), ("2020-01-01", None), (None, None), ("2020-01-02", "2020-01-01")]
)
def test_R20_without_a_sound_period_there_is_no_year(start: str | None, end: str | None) -> None:
    row = budget("1", start, end, "5")
    assert years(row) == {None: ("5.00", "no_period")}
    assert [r["flag"] for r in ask(in_force_by_year(), budgets=[row])] == ["no_period"]


def test_R20_without_a_value_there_is_none_in_the_years() -> None:
    found = ask(in_force_by_year(), budgets=[budget("1", "2020-07-01", "2021-06-30", None)])
    assert [(r["year"], r["value"]) for r in found] == [(2020, None), (2021, None)]


def test_R21_planned_disbursements_and_organisations_budgets_are_named_as_none() -> None:
    said = " ".join((budgets.__doc__ or "").split())
    assert "planned disbursements are no budgets" in said
    assert "neither is ever added to them (R21)" in said
    assert in_force().columns == (*BUDGETS.columns, "from_day", "to_day", "flag")
    assert by_year().columns == in_force_by_year().columns == (*in_force().columns, "year")


# Properties, against a calendar

START = date(2019, 11, 1)
cents = st.one_of(st.integers(-500, 500), st.integers(-(10**15), 10**15)).map(lambda n: Decimal(n) / 100)
one = st.tuples(st.sampled_from(["1", "2", None]), st.integers(0, 500), st.integers(0, 420), cents)
activities = st.lists(st.lists(one, min_size=1, max_size=6), min_size=1, max_size=8)
Drawn = list[list[tuple[str | None, int, int, Decimal]]]


def drawn_rows(drawn: Drawn) -> list[Row]:
    found = []
    for activity, of in enumerate(drawn):
        for line, (type_, after, length, value) in enumerate(of):
            start = START + after * DAY
            row = budget(type_, f"{start}", f"{start + length * DAY}", value, line=line, activity=activity)
            found.append(row)
    return found


def winners(rows: Sequence[Row]) -> dict[date, int]:
    """The row that holds on each day, by its place: `rows` are one activity's, in the file's order."""
    found: dict[date, int] = {}
    for place in sorted(range(len(rows)), key=lambda place: (rows[place]["type"] == "2", place)):
        start, end = rows[place]["period_start"], rows[place]["period_end"]
        found |= {start + n * DAY: place for n in range((end - start).days + 1)}
    return found


@settings(deadline=None, max_examples=25)
@given(activities)
def test_R19_every_day_is_held_once_by_the_one_that_wins(drawn: Drawn) -> None:
    rows = drawn_rows(drawn)
    pieces: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in ask(in_force(), budgets=rows):
        pieces[row["activity"], row["locator"]].append(row)
    gone = {(row["activity"], row["locator"]) for row in ask(replaced(), budgets=rows)}
    for activity in range(len(drawn)):
        own = [row for row in rows if row["activity"] == activity]
        expected = Counter(winners(own).values())
        days: Counter[date] = Counter()
        for place, row in enumerate(own):
            key = activity, row["locator"]
            runs = sorted(pieces[key], key=lambda piece: piece["from_day"])
            assert (key in gone) == (not runs) == (not expected[place])
            assert all(a["to_day"] + DAY < b["from_day"] for a, b in pairwise(runs)), "runs are whole"
            lengths = [(run["to_day"] - run["from_day"]).days + 1 for run in runs]
            assert sum(lengths) == expected[place]
            days.update(
                run["from_day"] + n * DAY for run, of in zip(runs, lengths, strict=True) for n in range(of)
            )
            _check_values(row, runs, lengths)
        assert days == Counter(iter(winners(own))), "no day is counted twice, and none is lost"


def _check_values(row: Row, runs: Sequence[Row], lengths: Sequence[int]) -> None:
    whole = (row["period_end"] - row["period_start"]).days + 1
    value = Fraction(row["value"])
    if lengths == [whole]:
        assert [(run["value"], run["flag"]) for run in runs] == [(row["value"], None)]
        return
    assert {run["flag"] for run in runs} <= {"cut"}
    for run, length in zip(runs, lengths, strict=True):
        assert run["value"] * 100 % 1 == 0, "in cents"
        assert abs(Fraction(run["value"]) - value * length / whole) < Fraction(1, 100)
    assert abs(sum((Fraction(run["value"]) for run in runs), Fraction(0))) <= abs(value)


@settings(deadline=None, max_examples=50)
@given(activities)
def test_R16_R20_years_are_those_of_plain_fractions_and_add_to_the_value(drawn: Drawn) -> None:
    rows = drawn_rows(drawn)
    found: dict[tuple[int, str], dict[int | None, Row]] = defaultdict(dict)
    for row in ask(by_year(), budgets=rows):
        found[row["activity"], row["locator"]][row["year"]] = row
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        shared = found[row["activity"], row["locator"]]
        total = whole_cents(row["value"])
        assert sum(int(part["value"] * 100) for part in shared.values()) == total
        days = Counter((start + n * DAY).year for n in range((end - start).days + 1))
        if days.total() > 370:
            assert {year: part["flag"] for year, part in shared.items()} == {None: "long"}
            continue
        parts = part_cents(total, [(n, f"{year}", None) for year, n in days.items()])
        expected = dict(zip(days, parts, strict=True))
        assert {year: int(part["value"] * 100) for year, part in shared.items()} == expected


@settings(deadline=None, max_examples=12)
@given(activities)
def test_R19_R20_years_of_what_holds_add_to_what_holds(drawn: Drawn) -> None:
    rows = drawn_rows(drawn)
    pieces, shared = ask(in_force(), budgets=rows), ask(in_force_by_year(), budgets=rows)
    assert sum(row["value"] for row in pieces) == sum(row["value"] for row in shared)
    key = ("activity", "locator", "from_day")
    assert {tuple(row[k] for k in key) for row in pieces} == {tuple(row[k] for k in key) for row in shared}


def test_R16_R20_seventeen_digits_are_shared_to_the_cent() -> None:
    whole = budget("1", "2020-08-14", "2021-08-13", "89999999999999999.99")
    parts = part_cents(whole_cents(whole["value"]), [(140, "2020", None), (225, "2021", None)])
    assert years(whole) == {
        year: (f"{Decimal(part).scaleb(-2)}", None) for year, part in zip((2020, 2021), parts, strict=True)
    }
    (first, _) = held(whole, budget("2", "2020-12-31", "2021-08-13", "1"))
    assert first[2] == f"{Decimal(8_999_999_999_999_999_999 * 139 // 365).scaleb(-2)}"
    assert years(whole | {"value": Decimal(9 * 10**16)}) == {2020: ("None", None), 2021: ("None", None)}


# Real files, and Spark


def real(path: Path) -> list[Row]:
    return [{name: row[name] for name in BUDGETS.columns} for row in read(path, "budgets")["budgets"]]


def test_R19_the_world_banks_revised_budgets_replace_the_original_ones(shared_data: Path) -> None:
    rows = [row for row in real(shared_data / "iati/real/v2/worldbank-679.xml.gz") if row["activity"] == 1]
    sums = {type_: sum(row["value"] for row in rows if row["type"] == type_) for type_ in ("1", "2")}
    assert sums == {"1": 526_500_000, "2": 18_000_000}
    found = ask(in_force_by_year(), budgets=rows)
    assert {row["type"] for row in found} == {"2"}
    assert sum(row["value"] for row in found) == 18_000_000
    assert len(ask(replaced(), budgets=rows)) == 134


def test_R19_unicefs_quarters_and_years_are_not_both_counted(shared_data: Path) -> None:
    rows = real(shared_data / "iati/dportal/pub-XM-DAC-41122.xml.gz")
    of_2018 = [row for row in rows if row["activity"] == 4 and row["period_start"].year == 2018]
    assert sum(row["value"] for row in of_2018) == 2 * 288_045
    found = ask(in_force(), budgets=of_2018)
    assert {(f"{r['from_day']}", f"{r['to_day']}", f"{r['value']:.2f}", r["flag"]) for r in found} == {
        ("2018-01-01", "2018-09-30", "215441.87", "cut"),
        ("2018-10-01", "2018-12-31", "72011.25", None),
    }, "the year stands after three of its quarters, and before the last"


def test_all_of_it_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    for expression in (in_force(), replaced(), by_year(), in_force_by_year()):
        assert spark_sql(expression, monkeypatch)
