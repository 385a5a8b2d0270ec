"""`comity issues`: all problems, those of a dataset or rule, and how many there are of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comity.api import Comity
from tests.test_cli import comity, data


def activity(number: int, attributes: str = "", dates: tuple[str, str] = ("2020-01-01", "2021-01-01")) -> str:
    start, end = (f"<activity-date type='{t}' iso-date='{d}'/>" for t, d in zip("24", dates, strict=True))
    return (
        f"<iati-activity default-currency='USD'><iati-identifier>OTHER-{number}</iati-identifier>"
        f"<reporting-org ref='XM-EXAMPLE' {attributes}/>{start}{end}"
        "<transaction><transaction-type code='3'/><transaction-date iso-date='2018-01-01'/>"
        f"<value value-date='202{number}-01-01'>5</value></transaction></iati-activity>"
    )


@pytest.fixture(scope="module")
def loaded(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    folder = tmp_path_factory.mktemp("in")
    for name, activities in {
        "a": (activity(1), activity(2), activity(3, dates=("2050-12-31", "2020-12-31"))),
        "b": (activity(0, "secondary-reporter='1'", ("2020-01-01", "2999-01-01")),),
    }.items():
        (folder / f"{name}.xml").write_text(f"<iati-activities>{''.join(activities)}</iati-activities>")
    module_store.load(folder)
    return module_store


def told(store: Comity, *asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(data_of(store, *asked, "--format", "json"))
    return found


def data_of(store: Comity, *asked: str) -> str:
    ended = comity("issues", *asked, store=store)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_dataset_and_a_rule_narrow_the_list(loaded: Comity) -> None:
    every = told(loaded)
    for asked, column, value in (("--dataset", "dataset", "a"), ("--rule", "rule", "R8")):
        rows = told(loaded, asked, value)
        assert rows == [row for row in every if row[column] == value]
        assert rows
    assert [row["rule"] for row in told(loaded, "--dataset", "a", "--rule", "date")] == ["date"]


def test_the_summary_counts_by_source_and_rule_with_an_example(loaded: Comity) -> None:
    rows = told(loaded, "--summary")
    assert list(rows[0]) == ["source", "rule", "issues", "datasets", "example"]
    every = told(loaded)
    assert sum(row["issues"] for row in rows) == len(every)
    (dates,) = [row for row in rows if row["rule"] == "date"]
    assert (dates["issues"], dates["datasets"]) == (2, 2)
    assert dates["example"].startswith("a, activity 3, line 1: 1 activity(ies) end before they start")


def test_a_rule_that_nothing_broke_may_be_mistyped(loaded: Comity) -> None:
    ended = comity("issues", "--rule", "R88", store=loaded)
    assert ended.returncode == 2
    assert "no rule with issues called “R88”; nearest: R8" in ended.stderr


def test_R8_a_value_date_far_from_the_transaction_is_told_once_a_dataset(loaded: Comity) -> None:
    rows = told(loaded, "--rule", "R8", "--dataset", "a")
    assert [row["text"] for row in rows if "value date" in row["text"]] == [
        "3 transaction(s) with a value date more than a year from their own date; the rate is that of the "
        "value date"
    ]


def test_dates_that_cannot_be_are_told(loaded: Comity) -> None:
    assert [(row["dataset"], row["locator"], row["text"]) for row in told(loaded, "--rule", "date")] == [
        (
            "a", "activity 3, line 1",
            "1 activity(ies) end before they start, first “OTHER-3”, from 2050-12-31 to 2020-12-31; they "
            "count for years by their transactions",
        ),
        (
            "b", "activity 1, line 1",
            "1 date(s) of activities before 1900 or more than 30 years ahead, first 2999-01-01 of “OTHER-0”",
        ),
    ]  # fmt: skip


def test_R23_identifiers_of_others_are_told_once_a_file_and_not_of_secondary_reporters(
    loaded: Comity,
) -> None:
    rows = told(loaded, "--rule", "identifier")
    assert [(row["dataset"], row["locator"], row["text"]) for row in rows] == [
        (
            "a", "activity 1, line 1",
            "the identifier does not begin with the reporting organisation's: “OTHER-1”, “XM-EXAMPLE”; 2 "
            "more like this",
        ),
    ]  # fmt: skip


def test_a_table_that_is_piped_has_no_blanks_at_its_ends(loaded: Comity, starter_store: Comity) -> None:
    for shown in (data_of(loaded), comity("sources", store=starter_store).stdout):
        lines = shown.splitlines()
        assert all(line == line.rstrip() for line in lines)
        (rule,) = [line for line in lines if line and not line.strip(" ─")]
        assert len(rule) <= max(len(line) for line in lines if line != rule)


def test_the_plain_command_stays_as_it_was(loaded: Comity, tmp_path: Path) -> None:
    assert list(told(loaded)[0]) == ["source", "dataset", "locator", "rule", "text", "snapshot"]
    assert data(comity("issues", "--source", "rates", "--format", "json", store=loaded)) == "[]\n"
