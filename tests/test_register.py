"""The register's file: one pair, entries by hand, refused with the file and the place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from comity.errors import FileRefused
from comity.sources import Reading
from tests import specimens

PAIR = 'partner = "NOR"\norganisation = "FAO"\n'
PROGRAMME = PAIR + '[[programme]]\nid = "SEA"\nname = "Boats"\nsince = "2015"\nconfidence = "high"\n'
PHASE = PROGRAMME + '[[programme.phase]]\nid = "first"\nstarts = "2015"\nconfidence = "high"\n'
AMOUNT = PHASE + '[[programme.phase.amount]]\ncurrency = "NOK"\nconfidence = "high"\n'
SECONDMENT = PAIR + '[[secondment]]\nprogramme = "Experts"\nconfidence = "high"\n'


@pytest.fixture(scope="module")
def reading() -> Reading:
    return specimens.read("register_of_a_pair.toml")


def rows(reading: Reading, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in reading.tables[table].to_pylist()]


def test_the_pair_is_the_dataset(reading: Reading) -> None:
    assert (reading.dataset, reading.by_year) == ("NOR-FAO", False)


def test_an_entry_becomes_a_row_with_its_place(reading: Reading) -> None:
    columns = ("partner", "organisation", "since_year", "since_stated", "locator")
    assert rows(reading, "memberships", *columns) == [("NOR", "FAO", 1945, "1945-10-16", "memberships[1]")]
    assert rows(reading, "secondments", "programme", "locator")[2] == ("Old experts", "secondments[3]")


def test_a_programme_has_phases_with_lists_as_text(reading: Reading) -> None:
    columns = ("id", "start_year", "end_year", "implementing", "themes")
    assert rows(reading, "programmes", *columns) == [("SEA", 2015, 2024, "NOR FJI", "fish; harbours")]
    columns = ("programme", "id", "start_year", "end_year", "countries")
    assert rows(reading, "phases", *columns) == [
        ("SEA", "first", 2015, 2018, "FJI WSM"),
        ("SEA", "second", 2023, None, None),
    ]


def test_R41_a_restated_amount_stands_beside_the_original(reading: Reading) -> None:
    columns = ("programme", "phase", "effect", "amount", "currency", "stated_on")
    assert rows(reading, "phase_amounts", *columns) == [
        ("SEA", "first", "original", Decimal(1_000_000), "NOK", "2015-07-01"),
        ("SEA", "first", "restated", Decimal("1250000.5"), "NOK", "2019"),
    ]


def test_R42_a_statement_without_a_number_is_null_not_zero(reading: Reading) -> None:
    columns = ("programme", "posts", "months", "statement")
    assert rows(reading, "secondments", *columns) == [
        ("Young experts", 3, 36, None),
        ("Senior experts", 2, None, None),
        ("Old experts", None, None, "an important number"),
    ]


def test_priorities_come_from_entries_and_from_strategies(reading: Reading) -> None:
    columns = ("kind", "code", "organisation", "start_year", "end_year", "stated_count")
    assert rows(reading, "priorities", *columns) == [
        ("sector", "fisheries", "FAO", None, None, None),
        ("partner_country", "FJI", None, 2015, 2017, None),
        ("partner_country", "TON", None, 2015, 2017, None),
        ("partner_country", None, None, 2018, 2020, 7),
    ]


def test_a_place_without_a_code_gets_one_from_its_name(reading: Reading) -> None:
    assert rows(reading, "programme_places", "kind", "code") == [
        ("country", "FJI"),
        ("region", "south_pacific"),
    ]


def test_R38_coverage_is_by_subject_and_year(reading: Reading) -> None:
    found: dict[str, set[int | None]] = {}
    for subject, year, whom, partner in rows(
        reading, "coverage", "type", "year", "organisation_name", "partner"
    ):
        assert (whom, partner) == (None if subject == "priorities.partner_country" else "FAO", "NOR")
        found.setdefault(subject, set()).add(year)
    assert found == {
        "membership": {None},
        "programmes": set(range(2015, 2025)),
        "phases": {2015, 2016, 2017, 2018, 2023},
        "partners": {None},
        "secondments": {2001, 2002, 2016, 2017, 2018},
        "priorities.sector": {None},
        "priorities.partner_country": set(range(2015, 2021)),
        "programme_places.country": {2015, 2016},
        "programme_places.region": {2015},
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("partner = NOR # organisation", "not valid TOML: .*line 1"),
        ('partner = "NOR"\n# organisation', "“partner” and “organisation” must stand at the top"),
        (PAIR + "[membership]\nconfidence = 'high'", "the first entry: “since” is missing"),
        (PAIR + "[membership]\nsince = '1945'", r"memberships\[1\]: “confidence” is missing"),
        (
            PAIR + "[membership]\nsince = '1945'\nconfidence = 'sure'",
            "“confidence = sure” is not one of high",
        ),
        (PAIR + "[membership]\nsince = 'long ago'", "“long ago” is not a year, a month or a day"),
        (PAIR + "membership = 'long ago'", "not an entry with keys"),
        (PAIR + "programme = 'Boats'", "not an entry with keys"),
        (
            PAIR + "[[secondmnt]]\nprogramme = 'Experts'",
            "“secondmnt” in the register is none of .*secondment",
        ),
        (PROGRAMME + "[[programme.phase]]\nstarts = '2015'", r"programmes\[1\]: “id” is missing"),
        (
            AMOUNT + "amount = 1\neffect = 'more'",
            r"phase_amounts\[1\]: “effect = more” is not one of original",
        ),
        (AMOUNT + "effect = 'original'", r"phase_amounts\[1\]: “amount” is missing"),
        (
            AMOUNT + "amount = '3 million'\neffect = 'adds'\nstated_on = '2020'",
            "“amount = 3 million” is not an amount",
        ),
        (AMOUNT + "amount = nan\neffect = 'adds'\nstated_on = '2020'", "“amount = nan” is not an amount"),
        (SECONDMENT + "posts = 'three'", r"secondments\[1\]: “posts = three” is not a whole number"),
        (SECONDMENT + "posts = 3.7", "“posts = 3.7” is not a whole number"),
        (SECONDMENT + "posts = 99_999_999_999", "“posts = 99999999999” is not a whole number"),
        (PAIR + "[[strategy]]\nperiod_start = 2015", "“period_end” is missing"),
        (PAIR + "[[programme_place]]\nkind = 'region'", "“name” is missing"),
    ],
)
def test_an_entry_that_is_none_is_refused_with_file_and_place(text: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=rf"^pair\.toml.*: .*{reason}|^pair\.toml, .*{reason}"):
        specimens.read("pair.toml", text)


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(FileRefused, match=r"pair\.toml, line 3: not UTF-8"):
        specimens.read("pair.toml", (PAIR + "# é").encode("latin-1"))
