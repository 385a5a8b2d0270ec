"""`comity check`: the contract of what it hands over, its summary, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from comity import outputs
from comity.api import Comity
from comity.charts._labels import VERDICTS
from comity.charts._labels import verdict as in_words
from comity.model import Check
from comity.outputs import _verdicts
from comity.sources import _own
from comity.tables import contracts
from tests.test_cli import comity, data

Written = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def written(check: Check) -> Written:
    """The JSON of the check by claim."""
    return {one["claim"]: one for one in json.loads(outputs.render_check(check, "json"))}


CONTRACT = (
    "claim", "partner", "organisation", "measure", "stated", "unit", "bound", "period", "computed",
    "difference_pct", "verdict", "reading", "also_near", "arithmetic", "note", "page", "variant", "seen",
)  # fmt: skip


def test_the_json_of_a_check_is_the_contract(claims_store: Comity, written: Written) -> None:
    listed = json.loads(data(comity("check", "KOR", "ILO", "--format", "json", store=claims_store)))
    assert len(listed) == 47
    for one in listed:
        assert tuple(key for key in one if key in CONTRACT) == CONTRACT
        for reading in filter(None, (one["reading"], *one["also_near"])):
            assert {"hypothesis", "value", "residual_pct", "fits", "of"} <= set(reading)
        assert written[one["claim"]] == one, "alone and among all partners the verdict is the same"
    korea = written["kor-ilo-001"]
    assert korea["stated"] == 41_800_000
    assert korea["computed"] == 44654249.83
    assert korea["period"] == {"start": 2018, "end": 2022}
    assert (korea["bound"], korea["unit"], korea["verdict"]) == ("=", "USD", "compatible")
    assert korea["variant"] == "pardev_C_2023-24"


def test_the_csv_of_a_check_has_a_line_for_each_claim(check: Check, written: Written) -> None:
    lines = list(csv.DictReader(io.StringIO(outputs.render_check(check, "csv").decode())))
    assert [line["claim"] for line in lines] == [one.claim.id for one in check.verdicts]
    for line in lines:
        one = written[line["claim"]]
        assert line["verdict"] == one["verdict"]
        assert line["page"] == one["page"]
        assert line["computed"] == ("" if one["computed"] is None else str(one["computed"]))


def test_all_246_claims_are_summed_up_by_verdict_and_organisation(check: Check, claims_store: Comity) -> None:
    lines = [line.split() for line in data(comity("check", store=claims_store)).splitlines()]
    (heads,) = [line for line in lines if line[:2] == ["Verdict", "All"]]
    (sums,) = [line for line in lines if line[:1] == ["Claims"] and len(line) == len(heads)]
    by_organisation = Counter(one.claim.organisation for one in check.verdicts)
    assert heads[2:] == sorted(by_organisation)
    assert [int(cell) for cell in sums[1:]] == [246, *(by_organisation[name] for name in heads[2:])]
    both = Counter((one.name, one.claim.organisation) for one in check.verdicts)
    for name, total in Counter(one.name for one in check.verdicts).items():
        cells = [str(both[name, organisation]) for organisation in heads[2:]]
        words = in_words(name, "en").split()
        assert [*words, str(total), *cells] in lines


def test_the_worst_stands_first(check: Check) -> None:
    order = list(VERDICTS)
    places_ = [order.index(one.name) for one in check.verdicts]
    assert places_ == sorted(places_)
    assert order[0] == "contradicts_page"
    assert order[-1] == "agrees"


def test_weak_pages_are_checked_and_stand_in_no_report_to_send_on(check: Check) -> None:
    weak = [one.claim for one in check.verdicts if not one.claim.publishable]
    assert {one.claim.id for one in check.verdicts if "vrolikevinkies" in one.claim.page} > {"bel-ilo-086"}
    for format_ in ("md", "html"):
        report = outputs.render_check(check, format_).decode()
        assert "kor-ilo-001" in report or "41.8" in report
        assert not [one.id for one in weak if one.id in report]


# Exit codes


def test_strict_takes_stale_differing_and_contradicting_claims_for_a_finding() -> None:
    assert set(_verdicts.ATTENTION) == {"stale", "differs", "contradicts_page"}


def test_strict_exits_1_with_a_finding_and_0_without(store: Comity, tmp_path: Path) -> None:
    file = tmp_path / "pages.csv"
    rows = [
        "a,FRA,ILO,contributions.assessed,93.99,million,USD,=,no,2018,2022,x.org/fra,,,",
        "b,FRA,ILO,contributions.voluntary_core,1.2,million,USD,=,no,2019,2020,x.org/b,,,",
        "c,FRA,ILO,other.visits,3,,count,=,no,,,x.org/fra,,,",
        "d,ESP,ILO,contributions.assessed,60.0,million,USD,=,no,2018,2022,x.org/esp,,,",
    ]
    file.write_text("\n".join([",".join(_own.names(contracts()["claims"])), *rows, ""]), encoding="utf-8")
    store.load(file)
    names = {one.claim.id: one.name for one in store.check(organisation="ILO").verdicts}
    assert [names[id_] for id_ in "abcd"] == ["agrees", "source_gap", "not_computable", "differs"]
    assert comity("check", "FRA", "ILO", "--strict", store=store).returncode == 0
    assert comity("check", "ESP", "ILO", "--strict", store=store).returncode == 1
    assert comity("check", "ESP", "ILO", store=store).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("Kora", "ILO"), "nearest: "),
        (("KOR", "IL0"), "nearest: "),
        (("KOR", "ILO", "--format", "doc"), "doc"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(
    arguments: tuple[str, ...], line: str, starter_store: Comity
) -> None:
    ended = comity("check", *arguments, store=starter_store)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith("comity: ")
    assert line in ended.stderr
