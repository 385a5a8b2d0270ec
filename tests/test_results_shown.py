"""Results of activities on the page: of each indicator the latest period, in the publisher's own words."""

from __future__ import annotations

from datetime import date

from comity.model import Item
from tests.test_programmes_shown import activity, listed, of, table


def period(year: int, **more: str | int | date | None) -> Item:
    first: Item = {
        "activity_id": "XX-1", "result": "d 1 1", "result_title": "Jobs", "indicator_title": "Trained",
        "measure": "1", "baseline": "10", "baseline_year": 2017, "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31), "target": "90", "actual": None, "source": "iati",
    }  # fmt: skip
    return {**first, **more}


def shown(*items: Item) -> list[list[str]]:
    made = of(listed("activities", [activity(1)]), listed("results", items))
    return [[cell.text for cell in row] for row in table(made, "Results").rows]


def test_of_each_indicator_the_latest_period_with_a_value_is_shown() -> None:
    rows = shown(period(2018, actual="70"), period(2019, actual="85"), period(2020))
    assert rows == [
        ["Trained", "Jobs", "1\u00a0Jan\u00a02019\u00a0– 31\u00a0Dec\u00a02019", "10 (2017)", "90", "85"]
    ]


def test_per_cent_is_said_with_the_value_and_words_stay_as_they_are() -> None:
    rows = shown(period(2019, measure="2", actual="n/a", target="90%"))
    assert rows[0][3:] == ["10\u00a0% (2017)", "90%", "n/a"]


def test_activities_are_named_where_there_are_several() -> None:
    rows = shown(period(2019), period(2019, activity_id="XX-2", result="d 2 1"))
    assert [row[-1] for row in rows] == ["XX-1", "XX-2"]


def test_what_is_not_shown_is_counted_with_the_command_that_lists_it() -> None:
    many = [period(2019, result=f"d 1 {n}") for n in range(25)]
    made = of(listed("activities", [activity(1)]), listed("results", many))
    found = table(made, "Results")
    assert len(found.rows) == 20
    assert found.notes[-1] == (
        "Indicators that are not shown here: 5. All of them: "
        "comity evidence KOR ILO programmes.results --years 2018-2022"
    )
