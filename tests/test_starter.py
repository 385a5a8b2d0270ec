"""The tables that ship: they keep their contracts, agree with one another and with their sources."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from comity import pipeline
from comity.api import Comity
from comity.rules.currency import per_unit
from comity.sources import Reading
from comity.tables import contracts
from tests import specimens

FILES = {path.name: path for path in pipeline.starter_files()}


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    return {name: specimens.read(name, path.read_bytes()) for name, path in FILES.items()}


def rows(store: Comity, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.sql(query).to_pylist()
    return found


def values(store: Comity, query: str) -> set[Any]:
    return {next(iter(row.values())) for row in rows(store, query)}


def fact_rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data.parent / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Contracts


@pytest.mark.parametrize("name", FILES)
def test_a_file_fits_its_contract_and_its_source_finds_no_fault(
    name: str, readings: dict[str, Reading]
) -> None:
    reading = readings[name]
    assert reading.issues == ()
    assert reading.tables[reading.main].num_rows
    for table, found in reading.tables.items():
        for column in contracts()[table].stored:
            if column.required and column.name in found.column_names:
                assert found[column.name].null_count == 0, (table, column.name)


def test_the_starter_raises_no_issue(starter_store: Comity) -> None:
    assert rows(starter_store, "SELECT * FROM issues") == []


def test_what_ships_may_be_passed_on(readings: dict[str, Reading]) -> None:
    for name in readings:
        (source,) = specimens.recognising(name, FILES[name].read_bytes())
        assert source.redistributable, name


# Who is who


def test_all_193_members_are_there(starter_store: Comity) -> None:
    states = rows(starter_store, "SELECT * FROM parties WHERE kind = 'state'")
    assert len(states) == 193
    assert all(state["id"] == state["iso3"] and len(state["iso2"]) == 2 for state in states)
    assert all(len({state[column] for state in states}) == 193 for column in ("iso2", "iso3", "name_en"))
    assert values(starter_store, "SELECT id FROM parties WHERE kind = 'observer_state'") == {"VAT", "PSE"}


def test_the_members_are_those_of_ceb(starter_store: Comity, shared_data: Path) -> None:
    with (shared_data / "ceb" / "member_states.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["country"]: row["status"] for row in csv.DictReader(file)}
    parties = starter_store.library().directory
    members = {parties.partner(name).id for name, status in listed.items() if status == "member"}
    assert members == values(starter_store, "SELECT id FROM parties WHERE kind = 'state'")


def test_a_code_or_name_means_one_party(starter_store: Comity) -> None:
    double = """
        SELECT scheme, lower(alias), list(DISTINCT party) FROM aliases WHERE judgement = 'same'
        GROUP BY scheme, lower(alias) HAVING count(DISTINCT party) > 1
    """
    assert rows(starter_store, double) == []


def test_every_party_named_anywhere_is_a_party(starter_store: Comity) -> None:
    parties = values(starter_store, "SELECT id FROM parties")
    named = {"party", "partner", "organisation", "provider", "receiver", "parent"}
    for contract in contracts().values():
        for column in contract.columns:
            if column.name in named:
                query = f"SELECT DISTINCT {column.name} FROM {contract.name} WHERE {column.name} IS NOT NULL"
                assert values(starter_store, query) <= parties, (contract.name, column.name)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("programmes", "string_split(implementing, ' ')"),
        ("phases", "string_split(countries, ' ')"),
        ("programme_places", "CASE WHEN kind = 'country' THEN [code] END"),
        ("priorities", "CASE WHEN kind = 'partner_country' THEN [code] END"),
    ],
)
def test_every_party_in_a_list_is_a_party(table: str, codes: str, starter_store: Comity) -> None:
    found = values(starter_store, f"SELECT DISTINCT unnest({codes}) FROM {table}") - {None}
    assert found
    assert found <= values(starter_store, "SELECT id FROM parties")


def test_every_state_has_a_place_on_the_map(starter_store: Comity) -> None:
    states = rows(starter_store, "SELECT latitude, longitude FROM parties WHERE kind = 'state'")
    assert all(abs(s["latitude"]) <= 90 and abs(s["longitude"]) <= 180 for s in states)


# Money


def test_the_ceb_rows_are_the_ilos_of_the_real_file(starter_store: Comity, shared_data: Path) -> None:
    path = shared_data / "ceb" / "revenue_government_donors.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8-sig").splitlines()
    published = Counter(
        (row["government_donor"], int(row["calendar_year"]), row["rev_type"], Decimal(row["amount"]))
        for row in csv.DictReader(lines)
        if row["entity"] == "ILO"
    )
    query = "SELECT provider_name, year, type_published, amount_usd FROM contributions"
    assert Counter(tuple(row.values()) for row in rows(starter_store, query)) == published


def test_R11_inferred_francs_are_those_of_the_facts(starter_store: Comity, shared_data: Path) -> None:
    expected = {
        int(fact["year"]): per_unit(Decimal(fact["chf_per_usd"]))
        for fact in fact_rows(shared_data, "chf_per_usd.csv")
    }
    query = "SELECT * FROM rates WHERE currency = 'CHF' AND series = 'ceb_ilo_inferred'"
    found = rows(starter_store, query)
    assert {row["date"].year: row["usd_per_unit"] for row in found} == expected
    assert {row["confidence"] for row in found} == {"inferred"}


@pytest.mark.parametrize("name", ["fred-annual.csv", "fred-monthly.csv.gz"])
def test_R9_rates_are_those_of_the_series_they_name(
    name: str, starter_store: Comity, shared_data: Path
) -> None:
    content = (shared_data / "rates" / name).read_bytes()
    reading = specimens.read(name, gzip.decompress(content) if name.endswith(".gz") else content)
    published = {(r["currency"], r["date"]): r["usd_per_unit"] for r in reading.tables["rates"].to_pylist()}
    found = rows(starter_store, f"SELECT * FROM rates WHERE series = '{reading.dataset}'")
    assert {row["currency"] for row in found} == {"CHF", "KRW"}
    assert all(published[row["currency"], row["date"]] == row["usd_per_unit"] for row in found)


# Standards


def test_conventions_are_those_of_the_facts(starter_store: Comity, shared_data: Path) -> None:
    found = {row["id"]: row for row in rows(starter_store, "SELECT * FROM instruments")}
    facts = {fact["code"]: fact for fact in fact_rows(shared_data, "conventions.csv")}
    assert {id_: row["adopted"] for id_, row in found.items()} == {
        code: int(fact["year_adopted"]) for code, fact in facts.items()
    }
    for code, fact in facts.items():
        status, year = re.findall(r"^([a-z-]+)(?: (\d{4}))?", fact["status"])[0]
        ended = int(year) if year else None
        assert (found[code]["status"], found[code]["ended_year"]) == (status.replace("-", "_"), ended)


def test_R40_categories_are_those_of_the_facts(starter_store: Comity, shared_data: Path) -> None:
    def on(day: str) -> dict[str, str]:
        query = (
            f"SELECT id, category FROM instrument_categories WHERE valid_from <= DATE '{day}' "
            f"AND (valid_to IS NULL OR valid_to > DATE '{day}')"
        )
        return {row["id"]: row["category"] for row in rows(starter_store, query)}

    facts = fact_rows(shared_data, "conventions.csv")
    assert on("2025-12-31") == {fact["code"]: fact["category_now"] for fact in facts}
    assert on("2022-06-09") == {
        fact["code"]: fact["category_before_2022_06_10"] for fact in facts if fact["year_adopted"] < "2022"
    }
    query = "SELECT id, valid_from FROM instrument_categories WHERE category = 'fundamental'"
    since = {row["id"]: str(row["valid_from"]) for row in rows(starter_store, query)}
    assert since == {fact["code"]: fact["fundamental_since"] for fact in facts if fact["fundamental_since"]}


def test_R40_an_instrument_has_one_category_on_every_day_since_it_was_adopted(starter_store: Comity) -> None:
    adopted = {row["id"]: row["adopted"] for row in rows(starter_store, "SELECT * FROM instruments")}
    spans: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in adopted}
    for row in rows(starter_store, "SELECT * FROM instrument_categories ORDER BY id, valid_from"):
        spans[row["id"]].append(row)
    for id_, held in spans.items():
        assert held[0]["valid_from"].year == adopted[id_]
        assert held[-1]["valid_to"] is None
        assert all(one["valid_to"] == next_["valid_from"] for one, next_ in pairwise(held))


def test_ratifications_are_those_of_the_facts(starter_store: Comity, shared_data: Path) -> None:
    facts = fact_rows(shared_data, "korea_ratifications.csv")
    found = {row["instrument"]: row for row in rows(starter_store, "SELECT * FROM ratifications")}
    assert {code: str(row["registered"]) for code, row in found.items()} == {
        fact["code"]: fact["ratified"] for fact in facts
    }
    denounced = {code: str(row["denounced"]) for code, row in found.items() if row["denounced"]}
    assert denounced == {"C053": "2015-01-09", "C073": "2015-01-09"}
    for fact in facts:
        if stated := re.match(r"in force \(?([0-9-]{10})", fact["status"]):
            assert str(found[fact["code"]]["in_force"]) == stated[1]


def test_a_ratification_has_its_dates_in_order(starter_store: Comity) -> None:
    assert rows(
        starter_store,
        "SELECT * FROM ratifications WHERE in_force < registered OR denounced < in_force "
        "OR instrument NOT IN (SELECT id FROM instruments)",
    ) == []  # fmt: skip


def test_R28_every_donor_of_the_real_files_is_known(full_store: Comity, shared_data: Path) -> None:
    unknown = "SELECT DISTINCT provider_name FROM contributions WHERE provider IS NULL"
    assert values(full_store, unknown) == {None}, "only the name that is blank"
    assert (
        values(full_store, "SELECT DISTINCT receiver_name FROM contributions WHERE receiver IS NULL") == set()
    )
    assert values(full_store, "SELECT organisation_name FROM revenue WHERE organisation IS NULL") == set()
    # the page's export of 2024, which the table of many years outdoes
    content = (shared_data / "ceb" / "government-donor-revenue-2024.csv").read_bytes()
    reading = specimens.read("2024.csv", content)
    parties = full_store.library().directory
    found = reading.tables["contributions"]
    assert {parties.partner(name).id for name in set(found["provider_name"].to_pylist())}
    assert {parties.organisation(name).id for name in set(found["receiver_name"].to_pylist())}
