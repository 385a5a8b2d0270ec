"""Levels, duplicates, money that passes through, and policy markers (R22, R24, R25, R28, R32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.rules import duplicates, hierarchy, markers, new_money
from tests.test_rules_shares import Row, ask, read, rows_of, spark_sql

REPORTED = ibis.table({"reporting_org": "string", "hierarchy": "int32", "measure": "string"}, name="reported")
_KEYS = {"dataset": "string", "snapshot": "string", "activity": "int32"}
ACTIVITIES = ibis.table(
    {
        **_KEYS,
        "activity_id": "string",
        "reporting_org": "string",
        "last_updated": "string",
        "title": "string",
    },
    name="activities",
)
TRANSACTIONS = ibis.table(
    {**_KEYS, "type": "string", "value": "decimal(24,6)", "currency": "string"}, name="transactions"
)
MARKERS = ibis.table(
    {**_KEYS, "vocabulary": "string", "code": "string", "significance": "string"}, name="markers"
)


# R22: levels


def levels(*rows: tuple[str | None, int | None, str]) -> dict[tuple[str | None, str], tuple[int, int]]:
    found = ask(hierarchy.levels(REPORTED), reported=rows_of(REPORTED.columns, *rows))
    return {(row["reporting_org"], row["measure"]): (row["level"], row["levels"]) for row in found}


def counting(*rows: tuple[str | None, int | None, str]) -> list[tuple[Any, ...]]:
    found = ask(hierarchy.at_level(REPORTED), reported=rows_of(REPORTED.columns, *rows))
    return sorted((tuple(row.values()) for row in found), key=str)


def test_R22_a_missing_hierarchy_is_1() -> None:
    assert levels(("A", None, "spend"), ("A", 1, "spend")) == {("A", "spend"): (1, 1)}
    assert levels(("A", None, "spend"), ("A", 2, "spend")) == {("A", "spend"): (2, 2)}


def test_R22_the_level_is_each_publishers_and_each_measures() -> None:
    rows = [("A", 1, "commitments"), ("A", 2, "spend"), ("B", 1, "spend"), ("B", 1, "spend")]
    assert levels(*rows) == {("A", "commitments"): (1, 1), ("A", "spend"): (2, 1), ("B", "spend"): (1, 1)}
    assert all(row[-1] for row in counting(*rows)), "each lives at one level, and all of it counts"


def test_R22_of_several_levels_the_lowest_counts_and_how_many_is_told() -> None:
    rows = [("A", 2, "spend"), ("A", None, "spend"), ("A", 3, "spend"), ("A", 3, "spend"), ("A", 1, "budget")]
    assert levels(*rows) == {("A", "spend"): (3, 3), ("A", "budget"): (1, 1)}
    assert counting(*rows) == [
        ("A", 1, "budget", 1, True),
        ("A", 2, "spend", 3, False),
        ("A", 3, "spend", 3, True),
        ("A", 3, "spend", 3, True),
        ("A", None, "spend", 3, False),
    ]


def test_R22_rows_without_a_publisher_are_kept() -> None:
    rows: list[tuple[str | None, int, str]] = [(None, 1, "spend"), (None, 2, "spend")]
    assert levels(*rows) == {(None, "spend"): (2, 2)}
    assert [row[-1] for row in counting(*rows)] == [False, True]


# R24: duplicates


@cache
def marked() -> Any:
    return duplicates.marked(ACTIVITIES, TRANSACTIONS)


def copy(dataset: str, last_updated: str | None = None, **other: Any) -> Row:
    row = (dataset, f"sha-{dataset}", 1, "XM-1", "XM", last_updated, "Title")
    return rows_of(ACTIVITIES.columns, row)[0] | other


def money(dataset: str, *amounts: tuple[str | None, Any, str | None]) -> list[Row]:
    return rows_of(
        TRANSACTIONS.columns,
        *((dataset, f"sha-{dataset}", 1, t, None if v is None else Decimal(v), c) for t, v, c in amounts),
    )


def told(activities: Sequence[Row], transactions: Sequence[Row] = ()) -> dict[tuple[str, int], str]:
    """By (dataset, activity): counts, differs or same."""
    found = ask(marked(), activities=activities, transactions=transactions)
    assert len(found) == len(activities)
    assert not any(row["counts"] and row["differs"] for row in found)
    return {
        (r["dataset"], r["activity"]): "counts" if r["counts"] else "differs" if r["differs"] else "same"
        for r in found
    }


def newest(*stamps: str | None) -> int:
    """Which of the files with these stamps counts; the last one would, if they were equal."""
    found = told([copy(f"{n}", stamp) for n, stamp in enumerate(stamps)])
    (place,) = (int(dataset) for (dataset, _), what in found.items() if what == "counts")
    return place


def test_R24_of_copies_the_newest_counts() -> None:
    assert newest("2022-05-08T10:00:00", "2022-05-08T09:59:59", None) == 0
    assert newest("2022-05-08", None, "2022-05-07T23:59:59Z") == 0
    assert newest(None, "2009-01-06T00:00:00", "not a day") == 1


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("2021-05-11T02:46:20+02:00", "2021-05-11T00:46:19Z"),
        ("2021-05-11T00:46:20Z", "2021-05-11T02:46:19.999+02:00"),
        ("2009-05-28T23:00:00.0000000-07:00", "2009-05-29T05:59:59"),
        ("2020-02-28T23:30:00-01:00", "2020-02-29T00:29:00"),
        ("2021-05-11T00:00:00-0030", "2021-05-11T00:29:00"),
        ("2021-05-11T00:00:00+05:30", "2021-05-10T18:29:59"),
        ("2011-11-11 17:30:08", "2011-11-11T17:30:07Z"),
        ("2020-09-25T14:29:03.3466667", "2020-09-25T14:29:03.2"),
        ("2020-09-25T14:29:03.3466667+00:00", "2020-09-25T14:29:03"),
        (" 2020-10-01", "2020-09-30T23:59"),
    ],
)
def test_R24_stamps_are_compared_as_moments_however_written(newer: str, older: str) -> None:
    assert newest(newer, older) == 0
    assert newest(older, newer) == 1


def test_R24_equal_stamps_leave_it_to_the_later_file_and_place() -> None:
    assert newest("2021-05-11T02:00:00+02:00", "2021-05-11T00:00:00Z") == 1
    rows = [copy("b"), copy("a", activity=9), copy("b", activity=2), copy("b", snapshot="sha-a", activity=3)]
    assert told(rows) == {("b", 1): "same", ("a", 9): "same", ("b", 2): "counts", ("b", 3): "same"}


def test_R24_R28_identifiers_are_compared_unquoted_trimmed_in_upper_case() -> None:
    rows = [copy("a", activity_id='"xm-1"'), copy("b", activity_id=" XM-1 ", reporting_org="“xm”")]
    assert told(rows) == {("a", 1): "same", ("b", 1): "counts"}


def test_R24_another_publisher_or_no_identifier_is_no_copy() -> None:
    others = [copy("b", reporting_org="XN"), copy("c", activity_id="XM-2"), copy("d", reporting_org=None)]
    nameless = [copy("e", activity_id=None), copy("f", activity_id=None), copy("g", activity_id='" "')]
    nameless += [copy("h", activity_id="''")]
    assert set(told([copy("a"), *others, *nameless]).values()) == {"counts"}


def test_R24_a_copy_differs_by_its_title() -> None:
    assert told([copy("a", title="Other"), copy("b")])["a", 1] == "differs"
    assert told([copy("a", title=None), copy("b")])["a", 1] == "differs"
    assert told([copy("a", title=None), copy("b", title=None)])["a", 1] == "same"


@pytest.mark.parametrize(
    ("moved", "what"),
    [
        ([("3", 60, None), ("3", 40, None), ("2", -5, "USD")], "same"),
        ([("3", 60, None), ("3", 41, None), ("2", -5, "USD")], "differs"),
        ([("3", 100, None), ("2", -5, "USD")], "differs"),
        ([("4", 60, None), ("3", 40, None), ("2", -5, "USD")], "differs"),
        ([("3", 60, None), ("3", 40, None), ("2", -5, "EUR")], "differs"),
        ([("3", 60, None), ("3", 40, None)], "differs"),
        ([("3", 60, None), ("3", 40, None), ("2", -5, "USD"), (None, None, None)], "differs"),
        ([], "differs"),
    ],
)
def test_R24_a_copy_differs_by_number_or_sum_of_its_transactions(
    moved: list[tuple[str | None, Any, str | None]], what: str
) -> None:
    counting_ = money("b", ("3", 40, None), ("3", 60, None), ("2", -5, "USD"))
    assert told([copy("a"), copy("b")], [*money("a", *moved), *counting_]) == {
        ("a", 1): what,
        ("b", 1): "counts",
    }


def test_R24_columns_are_kept_and_three_added() -> None:
    assert marked().columns == (*ACTIVITIES.columns, "counts", "copies", "differs")


def test_R24_real_files_of_two_days_hold_the_same_activities(shared_data: Path) -> None:
    folder = shared_data / "iati" / "real" / "v2-snapshots"
    days = [f"bcie-2025-12-{day}.xml.gz" for day in (12, 16, 18)]
    activities, transactions = [], []
    for name in days:
        found = read(folder / name, "activities", "transactions")
        activities += [{**row, "snapshot": "s"} for row in found["activities"]]
        transactions += [{**row, "snapshot": "s"} for row in found["transactions"]]
    rows = [{name: row[name] for name in ACTIVITIES.columns} for row in activities]
    moved = [{name: row[name] for name in TRANSACTIONS.columns} for row in transactions]
    ids = {row["activity_id"] for row in rows}
    found_ = ask(marked(), activities=rows, transactions=moved)
    assert sum(row["counts"] for row in found_) == len(ids) < len(rows)
    last = {row["activity_id"] for row in found_ if row["dataset"] == days[-1] and row["counts"]}
    assert last == {row["activity_id"] for row in rows if row["dataset"] == days[-1]}


# R25: new money


@cache
def fresh() -> Any:
    return new_money.new_money(TRANSACTIONS)


def flows(*amounts: tuple[str | None, Any, str | None]) -> dict[tuple[str | None, str], tuple[Any, ...]]:
    """(outgoing, incoming, factor, new money) by currency and outflow."""
    found = ask(fresh(), transactions=money("a", *amounts))
    money_ = ("outgoing", "incoming", "factor", "new_money")
    return {(row["currency"], row["outflow"]): tuple(row[name] for name in money_) for row in found}


def test_R25_without_incoming_money_all_of_it_is_new() -> None:
    assert flows(("3", 60, "USD"), ("4", 40, "USD"), ("2", 7, "USD")) == {
        ("USD", "spend"): (100, 0, 1.0, 100),
        ("USD", "commitments"): (7, 0, 1.0, 7),
    }


def test_R25_the_larger_of_incoming_funds_and_commitments_comes_in() -> None:
    for incoming in ([("1", 20, "USD"), ("11", 25, "USD")], [("1", 25, "USD"), ("11", 20, "USD")]):
        found = flows(*incoming, ("3", 60, "USD"), ("4", 40, "USD"), ("2", 50, "USD"))
        assert found["USD", "spend"] == (100, 25, 0.75, 75)
        assert found["USD", "commitments"] == (50, 25, 0.5, 25)


def test_R25_no_more_out_than_in_is_nothing_new() -> None:
    for out in (0, 10, 20, -5):
        assert flows(("1", 20, "USD"), ("3", out, "USD")) == {("USD", "spend"): (out, 20, 0.0, 0)}


def test_R25_R3_negative_sums_come_in_as_nothing_and_go_out_as_they_are() -> None:
    assert flows(("1", -20, "USD"), ("11", -1, "USD"), ("3", -5, "USD")) == {
        ("USD", "spend"): (-5, 0, 1.0, -5)
    }
    assert flows(("3", 0, "USD")) == {("USD", "spend"): (0, 0, 1.0, 0)}


def test_R25_each_currency_by_itself() -> None:
    assert flows(("1", 20, "USD"), ("3", 60, "EUR"), ("3", 60, "USD"), ("3", 1, None)) == {
        ("EUR", "spend"): (60, 0, 1.0, 60),
        ("USD", "spend"): (60, 20, pytest.approx(2 / 3), 40),
        (None, "spend"): (1, 0, 1.0, 1),
    }


def test_R5_what_is_not_reported_has_no_row() -> None:
    assert flows(("1", 20, "USD"), ("3", None, "USD"), ("12", 5, "USD"), (None, 5, "USD")) == {}


amounts = st.tuples(
    st.sampled_from(["1", "11", "2", "3", "4", "6"]),
    st.integers(-(10**12), 10**14).map(lambda number: Decimal(number).scaleb(-6)),
    st.sampled_from(["USD", "EUR"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(amounts, max_size=25))
def test_R25_new_money_is_that_of_plain_fractions(of: list[tuple[str, Decimal, str]]) -> None:
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for type_, value, currency in of:
        sums[currency, type_] += Fraction(value)
    expected: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
    for currency in ("USD", "EUR"):
        for outflow, types in (("commitments", ("2",)), ("spend", ("3", "4"))):
            if not any((currency, type_) in sums for type_ in types):
                continue
            out = sum((sums.get((currency, type_), Fraction(0)) for type_ in types), Fraction(0))
            into = max(
                sums.get((currency, "11"), Fraction(0)), sums.get((currency, "1"), Fraction(0)), Fraction(0)
            )
            factor = Fraction(1) if into == 0 else (out - into) / out if out > into else Fraction(0)
            expected[currency, outflow] = factor, out * factor
    found = flows(*of)
    assert found.keys() == expected.keys()
    for key, (factor, new) in expected.items():
        assert found[key][2] == pytest.approx(float(factor))
        assert Fraction(found[key][3]) == new


# R32: policy markers


def screening(code: str, *rows: tuple[int, str | None, str, str | None]) -> dict[int, str]:
    activities = [copy("a", activity=number) for number in (1, 2, 3)]
    marks = [("a", "sha-a", number, *of) for number, *of in rows]
    asked = markers.screening(ACTIVITIES, MARKERS, list(_KEYS), code)
    assert asked.columns == (*_KEYS, "screening")
    found = ask(asked, activities=activities, markers=rows_of(MARKERS.columns, *marks))
    assert len(found) == 3
    return {row["activity"]: row["screening"] for row in found}


def test_R32_one_to_four_is_an_objective_nought_is_screened_blank_is_neither() -> None:
    for significance in ("1", "2", "3", "4"):
        assert screening("1", (1, "1", "1", significance))[1] == "objective"
    found = screening("1", (1, "1", "1", "0"), (2, "1", "1", None))
    assert found == {1: "screened", 2: "not_screened", 3: "not_screened"}


def test_R32_what_is_no_code_is_not_screened() -> None:
    found = screening("1", (1, "1", "1", "NOT SCREENED"), (2, "1", "1", "100%"))
    assert set(found.values()) == {"not_screened"}


def test_R32_only_the_marker_asked_for_of_dacs_list_is_meant() -> None:
    found = screening("1", (1, "1", "2", "2"), (2, "99", "1", "2"), (3, None, "1", "2"))
    assert found == {1: "not_screened", 2: "not_screened", 3: "objective"}


def test_R32_of_several_markers_the_strongest_holds() -> None:
    found = screening("1", (1, "1", "1", "0"), (1, "1", "1", "1"), (2, "1", "1", None), (2, "1", "1", "0"))
    assert found == {1: "objective", 2: "screened", 3: "not_screened"}


def test_R32_every_significance_of_the_standard_has_its_meaning(shared_data: Path) -> None:
    text = (shared_data / "codelists/nonembedded/PolicySignificance.xml").read_text()
    assert {code for code in markers.MEANINGS if code} == {
        part.split("</code>")[0] for part in text.split("<code>")[1:]
    }
    assert markers.MEANINGS[None] == "not screened"
    assert set(markers.OBJECTIVE) | {"0", None} == set(markers.MEANINGS)


def test_all_of_it_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    screened = markers.screening(ACTIVITIES, MARKERS, list(_KEYS), "1")
    for expression in (
        hierarchy.levels(REPORTED),
        hierarchy.at_level(REPORTED),
        marked(),
        fresh(),
        screened,
    ):
        assert spark_sql(expression, monkeypatch)
