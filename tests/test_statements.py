"""Claims that state a list, a part of a year, nothing or next to nothing: told as what they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from comity import outputs, reconcile
from comity.api import Comity
from comity.model import Verdict
from comity.outputs import _verdicts
from comity.outputs._said import currency
from comity.profiles import Library
from comity.rules.claims import is_whole_years
from tests.claims import claim


@pytest.fixture(scope="module")
def library(starter_store: Comity) -> Library:
    return starter_store.library()


def judged(library: Library, **changes: Any) -> Verdict:
    one = claim(page="https://example.org/alone", **changes)
    return reconcile.judged(library, [one]).verdicts[0]


def test_items_that_are_no_party_go_by_their_names_and_commas_do_not_run_into_each_other(
    library: Library,
) -> None:
    found = judged(
        library, measure="priorities.sectors", value="education; tourism", unit="list", scale="",
        start=None, end=None,
    )  # fmt: skip
    assert found.sets
    assert found.sets.both == ("Education",)
    assert found.sets.only_stated == ("tourism",)
    assert "Agriculture, forestry and fisheries" in found.sets.only_found
    said = " ".join(_verdicts.explained(found, library.directory.parties, "en"))
    assert "Agriculture, forestry and fisheries; Governance; Health;" in said


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        ("2018", "2018", True), ("2018-01", "2018-12", True), ("2018-01-01", "2019-12-31", True),
        ("2018-01", "2018-06", False), ("2018-04", "2019-03", False), ("2018-07-01", "2018-12-31", False),
    ],
)  # fmt: skip
def test_money_over_a_part_of_a_year_is_not_held_against_the_year(
    library: Library, start: str, end: str, whole: bool
) -> None:
    assert is_whole_years(claim(start=start, end=end)) is whole
    found = judged(library, value="7.93", start=start, end=end)
    assert (found.name == "not_computable") is not whole
    assert (found.computed is None) is not whole


@pytest.mark.parametrize("measure", ["other.programme_budget", "programmes.spend"])
def test_what_is_stated_is_the_full_number_also_where_nothing_is_computed(
    library: Library, measure: str
) -> None:
    found = judged(library, measure=measure, value="5.22")
    assert (found.name, found.stated) == ("not_computable", Decimal(5_220_000))


def test_a_difference_from_nothing_has_no_per_cent(library: Library) -> None:
    found = judged(library, value="0")
    assert (found.name, found.difference_pct) == ("differs", None)


def test_R3_a_negative_amount_is_taken_as_stated(library: Library) -> None:
    found = judged(library, value="-5.0")
    assert (found.name, found.stated) == ("differs", Decimal(-5_000_000))
    assert outputs.render_check(reconcile.judged(library, [claim(value="-5.0")]), "text")


def test_currencies_go_by_names_that_the_un_uses() -> None:
    assert [currency("KRW", lang) for lang in ("en", "fr", "es", "ko")] == ["won", "wons", "wones", "원"]
    assert currency("CHF", "en") == "Swiss francs"
