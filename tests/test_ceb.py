"""CEB's four layouts: read as published, never guessed at, refused with the line where in doubt."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.api import Comity
from comity.errors import FileRefused
from comity.sources import Reading, _csv, ceb
from tests import specimens

MANY_YEARS = "ceb_many_years.csv"
PAGE_EXPORT = "ceb_page_export_of_one_year.csv"
OTHERS = "ceb_other_contributors_with_legacy_codes.csv"
BY_ENTITY = "ceb_revenue_by_entity.csv"
REAL = {
    "revenue_government_donors.csv.gz": ("government_donors", 86_807),
    "government-donor-revenue-2024.csv": ("government_donors", 8_976),
    "revenue_non_gov_donors.csv.gz": ("non_government_donors", 6_132),
    "revenue_sub_agency.csv.gz": ("revenue_by_entity", 35_854),
}


def facts(reading: Reading) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reading.tables[reading.main].to_pylist()
    return found


def amounts(reading: Reading) -> list[Decimal | None]:
    return [row["amount_usd"] for row in facts(reading)]


def covered(reading: Reading) -> set[tuple[str, str, int]]:
    rows = reading.tables["coverage"].to_pylist()
    return {(row["organisation_name"], row["type"], row["year"]) for row in rows}


def told(reading: Reading) -> set[tuple[str, str, str]]:
    return {(issue.rule, issue.locator, issue.text) for issue in reading.issues}


# The table of many years


def test_a_row_keeps_what_the_publisher_said_and_where() -> None:
    reading = specimens.read(MANY_YEARS)
    assert (reading.dataset, reading.main, reading.by_year) == ("government_donors", "contributions", True)
    assert facts(reading)[0] == {
        "year": 2019,
        "type": "assessed",
        "amount_usd": Decimal("1000.500000"),
        "basis": "recognised_revenue",
        "provider_name": "Norway",
        "receiver_name": "ILO",
        "contributor": "government",
        "type_published": "Assessed contributions",
        "locator": "line 2",
    }
    assert [row["locator"] for row in facts(reading)][-2:] == ["line 7", "line 8"], "blank lines count"


def test_R3_negative_amounts_are_kept() -> None:
    assert [a for a in amounts(specimens.read(MANY_YEARS)) if a is not None and a < 0] == [Decimal("-40.1")]


def test_R38_a_blank_amount_is_not_a_zero() -> None:
    reading = specimens.read(MANY_YEARS)
    assert amounts(reading)[-2:] == [None, Decimal(0)]
    assert told(reading) == {
        ("R38", "line 7", "the amount is blank; the row is kept and does not count (1 row)")
    }


def test_R38_coverage_is_what_the_amounts_imply() -> None:
    assert covered(specimens.read(MANY_YEARS)) == {
        ("ILO", "assessed", 2019),
        ("ILO", "assessed", 2020),
        ("ILO", "voluntary_core", 2020),
        ("ILO", "voluntary_non_core", 2020),
        ("WHO", "other", 2020),  # nil is an amount; WHO's blank is none
    }


# The export of CEB's page: a mark in front, CRLF, grouped numbers, mixed types, marked names


def test_the_page_export_specimen_is_as_the_page_gives_it() -> None:
    content = (specimens.HOME / PAGE_EXPORT).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 8


def test_amounts_may_be_grouped_by_any_space() -> None:
    expected = ["1234567.89", "2000000", "3500", "700", "-1746", "-12.5", "9"]
    assert amounts(specimens.read(PAGE_EXPORT)) == [Decimal(text) for text in expected]


def test_labels_in_any_letter_case_and_codes_stand_in_one_column() -> None:
    found = [(row["type"], row["type_published"]) for row in facts(specimens.read(PAGE_EXPORT))]
    assert found == [
        ("assessed", "Assessed Contributions"),
        ("voluntary_non_core", "R03E"),
        ("voluntary_core", "voluntary core (UN-EARMARKED) contributions"),
        ("assessed", "Assessed contributions"),
        ("other", "Revenue from other activities"),
        ("other", "R04B"),
        ("assessed", "R01"),
    ]


def test_R28_names_are_kept_as_published() -> None:
    reading = specimens.read(PAGE_EXPORT)
    assert [row["provider_name"] for row in facts(reading)[3:]] == [
        "T\ufffdrkiye",
        "Taiwan (Province of China)***",
        "Refunds to donors/Miscellaneous",
        "Korea, Republic of",
    ]
    assert told(reading) == {
        ("R28", "line 5", "donor “T\ufffdrkiye” has a character lost by the publisher's export (1 row)")
    }


# Other contributors


def test_R36_legacy_codes_are_read_by_code_and_year() -> None:
    reading = specimens.read(OTHERS)
    assert reading.dataset == "non_government_donors"
    assert [(row["year"], row["type_published"], row["type"]) for row in facts(reading)] == [
        (2016, "R08", "voluntary_non_core"),
        (2017, "R08b", "voluntary_non_core"),
        (2015, "R08B", "voluntary_non_core"),
        (2016, "R05", "other"),
        (2017, "R12", "voluntary_non_core"),
        (2018, "R02", "voluntary_core"),
        (2023, "R02A", "voluntary_core"),
        (2021, "Voluntary Non-Core (earmarked) contributions", "voluntary_non_core"),
        (2022, "Voluntary non-core (earmarked) contributions", "voluntary_non_core"),
        (2022, "Revenue from other activities", "other"),
    ]


def test_other_contributors_are_covered_apart_from_governments() -> None:
    reading = specimens.read(OTHERS)
    assert {row["contributor"] for row in facts(reading)} == {"non_government"}
    assert set(reading.tables["coverage"]["contributor"].to_pylist()) == {"non_government"}


def test_an_accounting_dash_and_a_missing_name_are_told() -> None:
    reading = specimens.read(OTHERS)
    assert amounts(reading)[-2] == 0
    assert facts(reading)[-1]["provider_name"] is None
    assert told(reading) == {
        ("R38", "line 10", "an accounting dash stands for the amount; read as nil (1 row)"),
        ("R28", "line 11", "no donor is named (1 row)"),
    }


# Revenue by entity


def test_R37_revenue_by_entity_is_a_table_of_its_own() -> None:
    reading = specimens.read(BY_ENTITY)
    assert (reading.dataset, reading.main, set(reading.tables)) == (
        "revenue_by_entity", "revenue", {"revenue", "coverage"}
    )  # fmt: skip
    # It covers all contributors together, and none alone.
    assert set(reading.tables["coverage"]["contributor"].to_pylist()) == {"all"}
    assert [(r["organisation_name"], r["part_name"], r["type"], r["amount_usd"]) for r in facts(reading)] == [
        ("UN", "OCHA", "voluntary_non_core", 100),
        ("UN", "OCHA", "voluntary_non_core", -30),
        ("ILO", "ILO", "assessed", None),
        ("ILO", "ILO", "other", 7),
    ]


# Refusals

HEADER = "government_donor,entity,rev_type,calendar_year,amount"


def of_one_row(*cells: str, also: str = "") -> str:
    return f"{HEADER}{also}\nNorway,ILO,R01,2020,1{',USD' if also else ''}\n{','.join(cells)}\n"


@pytest.mark.parametrize(
    ("content", "where", "reason"),
    [
        (of_one_row("Fiji", "ILO", "R01", "2020", "1,5"), "line 3", "6 cells where the header has 5"),
        (of_one_row("Fiji", "ILO", "R01", "2020"), "line 3", "4 cells where the header has 5"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "1.5 m"), "line 3", "“1.5 m” is not a number"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "(15)"), "line 3", r"“\(15\)” is not a number"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "NaN"), "line 3", "is not a number"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "9" * 18 + ".9"), "line 3", "not an amount that can be"),
        (
            of_one_row("Fiji", "ILO", "R08B", "2020", "1"),
            "line 3",
            "revenue type “R08B” is not known for 2020",
        ),
        (of_one_row("Fiji", "ILO", "Gifts", "2020", "1"), "line 3", r"“Gifts” is not known for 2020 \(R36\)"),
        (of_one_row("Fiji", "ILO", "", "2020", "1"), "line 3", "revenue type “” is not known for 2020"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "1", "CHF", also=",currency"), "line 3", "currency “CHF”"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "1", "", also=",_currency"), "line 3", "currency “”"),
        (of_one_row("Fiji", "ILO", "R01", "1918", "1"), "line 3", "year 1918 lies outside 2009–2035"),
        (of_one_row("Fiji", "ILO", "R01", "2020.0", "1"), "line 3", "“2020.0” is not a year"),
        (of_one_row("Fiji", "ILO", "R01", "", "1"), "line 3", "“” is not a year"),
        (of_one_row("Fiji", "ILO", "R01", "2020", "1" * 200_000), "line 3", "field larger than field limit"),
        (of_one_row("C\u00f4te", "ILO", "R01", "2020", "1").encode("latin-1"), "line 3", "not UTF-8"),
    ],
)
def test_what_is_in_doubt_is_refused_with_its_line(content: str | bytes, where: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason) as refused:
        specimens.read("doubtful.csv", content)
    assert refused.value.where == where


def test_other_columns_are_not_ceb() -> None:
    content = b"donor,year,amount\nNorway,2020,1\n"
    assert specimens.recognising("other.csv", content) == []
    with pytest.raises(FileRefused, match="is missing; the nearest layout is"):
        ceb.read(specimens.snapshot("other.csv", content, "ceb"), content)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**17), max_value=10**17),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
)
def test_any_grouped_amount_is_read_to_the_last_digit(amount: Decimal, space: str) -> None:
    assert _csv.number(f" {amount:,f} ".replace(",", space)) == amount


# The real files


def content_of(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(content_of(path).decode("utf-8-sig").splitlines())


@pytest.mark.parametrize("name", REAL)
def test_each_real_file_is_read_whole(name: str, shared_data: Path) -> None:
    reading = specimens.read(name, content_of(shared_data / "ceb" / name))
    assert (reading.dataset, reading.tables[reading.main].num_rows) == REAL[name]
    assert reading.by_year


@pytest.mark.parametrize(
    ("name", "negatives"), [("revenue_non_gov_donors.csv.gz", 406), ("revenue_sub_agency.csv.gz", 1_673)]
)
def test_R3_every_negative_of_the_real_files_is_kept(name: str, negatives: int, shared_data: Path) -> None:
    reading = specimens.read(name, content_of(shared_data / "ceb" / name))
    assert sum(amount is not None and amount < 0 for amount in amounts(reading)) == negatives


def plain(amount: str) -> Decimal:
    """An amount of the real files, told anew: a dash or nothing is nil."""
    text = amount.replace(" ", "")
    return Decimal(0) if text in ("", "-") else Decimal(text)


def kind_of_money(published: str) -> str:
    """The type of revenue, told anew without comity: by how its label or code begins."""
    beginnings = {
        "assessed": "assessed", "r01": "assessed",
        "voluntary core": "voluntary_core", "r02": "voluntary_core",
        "voluntary non-core": "voluntary_non_core", "r03": "voluntary_non_core",
        "revenue from other": "other", "r04": "other", "r05": "other",
        "r07": "voluntary_non_core", "r08": "voluntary_non_core", "r09": "voluntary_non_core",
        "r10": "voluntary_non_core", "r11": "voluntary_non_core", "r12": "voluntary_non_core",
    }  # fmt: skip
    return next(type_ for start, type_ in beginnings.items() if published.lower().startswith(start))


@pytest.mark.parametrize(
    ("name", "donor", "contributor"),
    [
        ("revenue_government_donors.csv.gz", "government_donor", "government"),
        ("revenue_non_gov_donors.csv.gz", "donor", "non_government"),
    ],
)
def test_sums_recomputed_from_the_file_are_those_of_the_table(
    name: str, donor: str, contributor: str, full_store: Comity, shared_data: Path
) -> None:
    """Every donor, entity, year and type: the ILO's, and any other's."""
    sums: dict[tuple[str | None, str, int, str], Decimal] = defaultdict(Decimal)
    for row in rows_of(shared_data / "ceb" / name):
        who = row[donor] or None
        key = who, row["entity"], int(row["calendar_year"]), kind_of_money(row["rev_type"])
        sums[key] += plain(row["amount"])
    table = full_store.sql(
        "SELECT provider_name, receiver_name, year, type, sum(amount_usd) AS total FROM contributions "
        f"WHERE contributor = '{contributor}' GROUP BY ALL"
    )
    assert {tuple(row.values())[:4]: row["total"] for row in table.to_pylist()} == dict(sums)


def test_revenue_by_entity_recomputed_from_the_file_is_that_of_the_table(
    full_store: Comity, shared_data: Path
) -> None:
    sums: dict[tuple[str, int, str], Decimal] = defaultdict(Decimal)
    for row in rows_of(shared_data / "ceb" / "revenue_sub_agency.csv.gz"):
        key = row["agency"], int(row["calendar_year"]), kind_of_money(row["sub_type"])
        sums[key] += plain(row["amount"])
    table = full_store.sql(
        "SELECT organisation_name, year, type, sum(amount_usd) AS total FROM revenue GROUP BY ALL"
    )
    assert {tuple(row.values())[:3]: row["total"] or 0 for row in table.to_pylist()} == dict(sums)


def test_R36_r08_is_not_core(full_store: Comity) -> None:
    found = full_store.sql(
        "SELECT type, count(*) AS n FROM contributions WHERE upper(type_published) LIKE 'R08%' GROUP BY type"
    )
    assert found.to_pylist() == [{"type": "voluntary_non_core", "n": 142}]


def test_files_of_the_same_year_are_one_dataset_and_the_later_counts(full_store: Comity) -> None:
    found = full_store.sql(
        "SELECT count(*) AS n, count(DISTINCT snapshot) AS files FROM contributions "
        "WHERE dataset = 'government_donors' AND year = 2024"
    )
    assert found["files"].to_pylist() == [1]
    table = full_store.sql("SELECT count(*) AS n FROM contributions WHERE dataset = 'government_donors'")
    assert table["n"].to_pylist() == [86_807]
