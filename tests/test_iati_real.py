"""Every real file is read, and holds what a plain tree of the same bytes holds."""

from __future__ import annotations

import gzip
import io
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from comity.errors import FileRefused, Issue
from comity.sources import Batch, Break
from comity.sources.iati import kernel
from tests.iati import Loaded, loaded

COUNTED = {
    # table: paths of the elements that are its rows, below an activity
    "transactions": ("transaction",),
    "budgets": ("budget",),
    "planned_disbursements": ("planned-disbursement",),
    "activity_sectors": ("sector",),
    "activity_places": ("recipient-country", "recipient-region", "location"),
    "transaction_sectors": ("transaction/sector",),
    "transaction_places": ("transaction/recipient-country", "transaction/recipient-region"),
    "participating_orgs": ("participating-org",),
    "policy_markers": ("policy-marker",),
    "related_activities": ("related-activity",),
    "activity_dates": ("activity-date",),
    "tags": ("tag",),
    "results": ("result",),
    "indicators": ("result/indicator",),
    "indicator_periods": ("result/indicator/period/target", "result/indicator/period/actual"),
    "documents": ("document-link", "result/document-link"),
}


def content_of(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def counted(content: bytes) -> Counter[str]:
    """Elements by table, of a tree of the whole file."""
    root = etree.fromstring(content)
    activities = list(root.iter("iati-activity"))
    found = Counter(activities=len(activities))
    for one in activities:
        for table, paths in COUNTED.items():
            found[table] += sum(len(one.findall(path)) for path in paths)
    found["documents"] += len(root.findall("iati-organisation/document-link"))
    return found


def read_rows(path: Path) -> tuple[Counter[str], list[Issue]]:
    rows: Counter[str] = Counter()
    issues = []
    with path.open("rb") as stream:
        for item in kernel.read(stream, path.name):
            match item:
                case Batch(table, batch):
                    rows[table] += batch.num_rows
                case Issue():
                    issues.append(item)
                case Break():
                    pytest.fail(f"{path.name}: {item}")
    return rows, issues


def real(folder: Path, name: str) -> Loaded:
    return loaded((folder / "iati" / name).read_bytes(), name)


Read = dict[Path, tuple[Counter[str], list[Issue]] | FileRefused]


@pytest.fixture(scope="module")
def everything(shared_data: Path) -> Read:
    """Every file: its rows by table and its issues, or why it is refused."""
    found: Read = {}
    for path in sorted((shared_data / "iati").rglob("*")):
        if path.is_file():
            try:
                found[path] = read_rows(path)
            except FileRefused as refusal:
                found[path] = refusal
    return found


def test_every_real_file_is_read_whole(everything: Read) -> None:
    refused = []
    totals: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for path, read in everything.items():
        if isinstance(read, FileRefused):
            refused.append(str(read))
            continue
        rows, issues = read
        expected = counted(content_of(path))
        kept = Counter({table: n for table, n in rows.items() if table in expected})
        assert kept == +expected, path.name
        totals += rows
        rules.update(issue.rule for issue in issues)
    assert len(everything) == 181
    assert len(refused) == 17, "the tables of csv-form"
    assert all("line 1: not XML" in line for line in refused)
    assert (totals["activities"], totals["transactions"]) == (9028, 58410)
    assert totals["organisation_budgets"] == 488
    assert {"R8", "R13", "R14", "R28", "identifier", "code", "date", "value"} <= rules.keys()


def test_R23_koreas_65_activities_are_by_a_secondary_reporter(shared_data: Path) -> None:
    korea = real(shared_data, "dportal/00-korea-kr-gov-010.xml.gz")
    activities = korea.tables["activities"]
    assert len(activities) == 65
    assert {(a["reporting_org"], a["secondary_reporter"], a["default_currency"]) for a in activities} == {
        ("KR-GOV-010", 1, "KRW")
    }
    assert {row["receiver_ref"] for row in korea.tables["transactions"]} == {None}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in korea.tables["transactions"]:
        sums[row["type"]] += row["value"]
    root = etree.fromstring(content_of(shared_data / "iati/dportal/00-korea-kr-gov-010.xml.gz"))
    plain: dict[str, Decimal] = defaultdict(Decimal)
    for element in root.iter("transaction"):
        type_ = element.find("transaction-type")
        assert type_ is not None
        plain[type_.get("code") or ""] += Decimal(element.findtext("value") or "0")
    assert sums == plain


def test_amounts_in_the_date_field_are_told_and_not_taken_for_either(shared_data: Path) -> None:
    swapped = real(shared_data, "dportal/pub-CZ-ICO-25755277.xml")
    told = [issue for issue in swapped.issues if "fields may be swapped" in issue.text]
    assert len(told) == 14
    undated = [row for row in swapped.tables["transactions"] if row["date"] is None]
    assert [row["value"] for row in undated] == [None] * 14


def test_R13_R15_shares_of_300_and_500_per_cent_are_told(everything: Read) -> None:
    read = [found for found in everything.values() if not isinstance(found, FileRefused)]
    texts = {issue.text for _, issues in read for issue in issues if issue.rule == "R13"}
    assert any("add to 300, not 100" in text and text.startswith("sectors") for text in texts)
    assert any("add to 500, not 100" in text and text.startswith("countries") for text in texts)


def test_a_file_of_version_1_without_dates_keeps_its_transactions(shared_data: Path) -> None:
    undp = real(shared_data, "real/v1-2011-2012/undp-congo.xml.gz")
    assert Counter(undp.column("transactions", "type")) == {"4": 828}, (
        "from an attribute, before version 1.01"
    )
    assert {*undp.column("transactions", "date")} == {None}
    assert sum("no date" in issue.text for issue in undp.issues) == 548


def test_peers_files_in_other_encodings_are_read(shared_data: Path) -> None:
    folder = shared_data / "peers" / "pyiati-encodings-rulesets" / "dataset-encoding"
    names = ("valid-UTF-8", "valid-UTF-16BE", "valid-undetectable-encoding")
    utf_8, utf_16, unmarked = (loaded((folder / f"{name}.xml").read_bytes()) for name in names)
    assert utf_16.tables == utf_8.tables
    assert {*unmarked.column("activities", "reporting_org")} == {"AA-AAA-123456789"}
    assert {utf_8.broken, utf_16.broken, unmarked.broken} == {None}


def test_no_file_of_any_peer_is_an_exception(shared_data: Path) -> None:
    ends: Counter[str] = Counter()
    for path in sorted((shared_data / "peers").rglob("*.xml")):
        try:
            items = list(kernel.read(io.BytesIO(path.read_bytes()), path.name))
        except FileRefused:
            ends["refused"] += 1
        else:
            ends["broken" if items and isinstance(items[-1], Break) else "whole"] += 1
    assert (ends["refused"], ends["broken"]) == (20, 6)
    assert ends["whole"] > 1000
