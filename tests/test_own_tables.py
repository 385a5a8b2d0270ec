"""Tables in our own layout: the contract's columns, each value typed, refused by line and column."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import FileRefused
from comity.sources import _own, shelved, table
from comity.tables import contracts
from tests import specimens

READ = ("parties", "aliases", "instruments", "instrument_categories", "ratifications", "rates")
INSTRUMENT = {
    "id": "C999",
    "organisation": "ILO",
    "title": "Kites",
    "adopted": "2030",
    "kind": "convention",
    "confidence": "low",
}


def of(name: str, *rows: dict[str, str]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _own.names(contracts()[name]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("name", READ)
def test_a_table_is_told_by_its_header(name: str) -> None:
    reading = specimens.read(f"{name}.csv", of(name))
    assert (reading.dataset, reading.main, reading.tables[name].num_rows) == (name, name, 0)


def test_a_row_is_typed_and_blanks_are_null() -> None:
    reading = specimens.read("x.csv", of("instruments", INSTRUMENT))
    (row,) = reading.tables["instruments"].to_pylist()
    assert row == INSTRUMENT | {
        "adopted": 2030, "status": None, "ended_year": None, "stated_by": None, "note": None,
        "locator": "line 2",
    }  # fmt: skip


def test_a_locator_is_the_line_where_the_row_ends() -> None:
    rows = (INSTRUMENT, INSTRUMENT | {"note": "two\nlines"}, INSTRUMENT)
    reading = specimens.read("x.csv", of("instruments", *rows))
    assert reading.tables["instruments"]["locator"].to_pylist() == ["line 2", "line 4", "line 5"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": ""}, "column id is blank"),
        ({"adopted": "MCMXIX"}, "column adopted: “MCMXIX” is not a whole number"),
        ({"adopted": "99999999999"}, "column adopted: “99999999999” is not a whole number"),
        ({"kind": "treaty"}, "column kind: “treaty” is not one of convention, protocol"),
    ],
)
def test_a_value_the_contract_does_not_allow_is_refused(change: dict[str, str], reason: str) -> None:
    with pytest.raises(FileRefused, match=f"^x.csv, line 3: {reason}"):
        specimens.read("x.csv", of("instruments", INSTRUMENT, INSTRUMENT | change))


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    party = {"id": "XXX", "kind": "area", "name_en": "Nowhere", "confidence": "low", "latitude": "north"}
    with pytest.raises(FileRefused, match="column latitude: “north” is not a number"):
        specimens.read("x.csv", of("parties", party))


def test_a_column_too_many_is_another_table() -> None:
    header = ",".join(_own.names(contracts()["instruments"]))
    assert specimens.recognising("x.csv", f"{header},colour\n".encode()) == []


def test_a_column_that_the_contract_lacks_is_a_mistake_in_our_code() -> None:
    with pytest.raises(LookupError, match="table rates has no column"):
        table("rates", {"colour": ["red"], "locator": ["line 2"]})


@given(st.binary() | st.text(alphabet='a,"\r\n\0').map(str.encode))
def test_no_source_stumbles_over_bytes_that_are_nobodys(head: bytes) -> None:
    for source in shelved().values():
        assert not source.recognises("anything", head)


def test_every_source_says_who_may_pass_it_on() -> None:
    for name, source in shelved().items():
        assert name == source.name
        assert source.title
        assert source.publisher
        assert source.licence
        assert source.url.startswith("https://")
        assert set(source.feeds) <= contracts().keys()
        assert source.expects, f"{name} keeps whatever it is given"
