"""What is odd in IATI files is told by rule, with the first place, and never corrected."""

from __future__ import annotations

import pytest

from comity.sources.iati import problems
from tests.iati import Loaded, activity, loaded, specimen


@pytest.fixture(scope="module")
def many_problems() -> Loaded:
    return loaded(specimen("many_problems"))


def test_R13_shares_that_do_not_add_to_100_are_told_and_kept(many_problems: Loaded) -> None:
    told = {issue for issue in many_problems.told() if issue[0] in ("R13", "R14")}
    assert told == {
        ("R13", "activity 1, line 8", "countries and regions: the shares add to 201, not 100"),
        ("R13", "activity 1, line 13", "sectors of vocabulary 2: the shares add to 101, not 100"),
        ("R13", "activity 3, line 48", "sectors of vocabulary 1: the shares add to 10, not 100"),
        ("R13", "activity 4, line 53", "countries and regions: the shares add to 500, not 100"),
        (
            "R14",
            "activity 1, line 15",
            "sectors of vocabulary 99: not all have a share, so they are not split",
        ),
    }
    assert many_problems.column("activity_places", "percentage")[-2:] == [300.0, 200.0]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ("<recipient-country code='LA'/>", False),
        (
            "<recipient-country code='LA' percentage='60'/><recipient-region code='789' percentage='40'/>",
            False,
        ),
        ("<recipient-country percentage='60'/><recipient-region vocabulary='99' percentage='40'/>", False),
        ("<recipient-country percentage='100'/><recipient-region vocabulary='99' percentage='100'/>", False),
        ("<recipient-country percentage='99.5'/>", False),
        ("<recipient-country percentage='99.4'/>", True),
        ("<recipient-country percentage='33.3'/>" * 3, False),
        ("<recipient-country/><recipient-region/>", True),
        ("<location percentage='7'><name>x</name></location>", False),
    ],
)
def test_R13_R15_countries_and_regions_make_100_together_within_half_a_per_cent(
    places: str, told: bool
) -> None:
    found = loaded(activity(places))
    assert any(issue.rule in ("R13", "R14") for issue in found.issues) == told


def test_problems_are_told_by_rule_with_the_first_place(many_problems: Loaded) -> None:
    mismatch = 'the identifier does not begin with the reporting organisation\'s: “OTHER-1”, “"xm-example"”'
    assert {issue for issue in many_problems.told() if issue[0] not in ("R13", "R14")} == {
        ("R8", "activity 1, transaction 1, line 17", "no date (2 transactions)"),
        ("R24", "activity 4, line 50",
         "the identifier stands more than once in the file: “XM-EXAMPLE-1”, first as activity 1"),
        ("R28", "activity 1, line 5", "no identifier (1 participating organisation)"),
        ("identifier", "activity 2, line 41", "no activity identifier"),
        ("identifier", "activity 3, line 45", mismatch),
        ("code", "activity 1, line 2", "status: “7” is no activity status"),
        ("code", "activity 1, line 6", "role: “9” is no organisation role"),
        ("code", "activity 1, transaction 3, line 26", "type: “X” is no transaction type"),
        ("date", "activity 1, transaction 2, line 21",
         "date: “2397296” stands where a date belongs; fields may be swapped"),
        ("date", "activity 1, transaction 3, line 26", "date: “2021-02-30” is not a date"),
        ("value", "activity 1, transaction 2, line 21",
         "value: “2020-12-31” stands where an amount belongs; fields may be swapped"),
        ("value", "activity 1, transaction 3, line 26", "value: “3,802” is read with its digits grouped"),
        ("value", "activity 1, transaction 4, line 31", "value: “46678,00” is not an amount"),
        ("value", "activity 1, transaction 5, line 36", "value: “1.00000005” is kept to six decimals"),
    }  # fmt: skip


def test_R28_identifiers_are_compared_without_quotes_space_and_case(many_problems: Loaded) -> None:
    assert not any(
        "activity 4" in issue.locator and "begin with" in issue.text for issue in many_problems.issues
    )


def test_a_kind_of_problem_is_told_once_an_activity_and_no_more_often_than_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(problems, "MOST_OF_A_KIND", 3)
    undated = "<transaction><transaction-type code='3'/><value>1</value></transaction>"
    one = f"<iati-activity><iati-identifier>A</iati-identifier>{undated * 5}</iati-activity>"
    found = loaded(f"<iati-activities>{one * 10}</iati-activities>".encode())
    told = [(i.locator, i.text) for i in found.issues if i.rule == "R8"]
    assert told == [
        ("activity 1, transaction 1, line 1", "no date (5 transactions)"),
        ("activity 2, transaction 1, line 1", "no date (5 transactions)"),
        ("activity 3, transaction 1, line 1", "no date (5 transactions)"),
        ("", "transaction: no date: 7 more like these"),
    ]
    assert sum(i.rule == "R24" for i in found.issues) == 4
