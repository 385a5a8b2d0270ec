"""Ratifications as tables of facts, and the years for which they are known."""

from __future__ import annotations

from datetime import date

import pytest

from comity.errors import FileRefused
from tests import specimens

COVERAGE = "party,organisation,known_from,known_to,stated_by,confidence,note\n"
RATIFICATIONS = "party,organisation,instrument,registered,in_force,denounced,stated_by,confidence,note\n"


def test_a_ratification_keeps_its_three_dates() -> None:
    reading = specimens.read("ratifications_of_many_fates.csv")
    assert (reading.main, reading.by_year) == ("ratifications", False)
    assert reading.dataset == "ratifications_of_many_fates", "a file is a dataset by its name"
    rows = reading.tables["ratifications"].to_pylist()
    kept = [(row["instrument"], row["registered"], row["in_force"], row["denounced"]) for row in rows]
    assert kept[1] == ("C087", date(2000, 1, 10), date(2001, 1, 10), date(2005, 3, 1))
    assert kept[3] == ("C098", date(2009, 6, 30), None, None)
    assert rows[3]["locator"] == "line 5"


def test_R38_each_year_known_is_a_row_of_coverage() -> None:
    reading = specimens.read("ratification_coverage_of_one_state.csv")
    assert reading.main == "coverage"
    rows = reading.tables["coverage"].to_pylist()
    assert [row["year"] for row in rows] == list(range(1990, 2021))
    assert {(row["organisation_name"], row["partner"], row["type"]) for row in rows} == {
        ("ILO", "FJI", "ratifications")
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (COVERAGE + "FJI,ILO,soon,2020,,high,\n", "line 2: known_from and known_to must be dates"),
        (COVERAGE + "FJI,ILO,2010,,,high,\n", "line 2: known_from and known_to must be dates"),
        (RATIFICATIONS + "FJI,ILO,C029,,,,,high,\n", "line 2: column registered is blank"),
        (RATIFICATIONS + "FJI,ILO,C029,2000,,,,high,\n", "“2000” is not a date like 2022-12-31"),
        (RATIFICATIONS + "FJI,ILO,C029,2000-01-01,,,,sure,\n", "“sure” is not one of high, medium"),
    ],
)
def test_what_is_no_fact_is_refused(content: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        specimens.read("ratifications.csv", content)
