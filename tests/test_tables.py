"""The contracts: every column says what it means, and names mean the same everywhere."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from comity.sources import arrow_type
from comity.tables import CONFIDENCE, ORIGIN, SQL_TYPES, Column, Table, contracts

ABOUT_THE_STORE = ("issues", "snapshots")
TABLES = pytest.mark.parametrize("table", contracts().values(), ids=contracts().keys())


def named(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


@TABLES
def test_every_table_and_column_says_what_it_means(table: Table) -> None:
    assert table.meaning.endswith(".")
    assert all(column.meaning for column in table.columns)


@TABLES
def test_columns_are_there_once_and_rows_are_sorted_by_some_of_them(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert table.order
    assert set(table.order) <= set(names)


@TABLES
def test_every_fact_carries_its_origin(table: Table) -> None:
    if table.name not in ABOUT_THE_STORE:
        assert table.columns[-len(ORIGIN) :] == ORIGIN
        assert all(column.required for column in ORIGIN)


@TABLES
def test_money_names_its_currency(table: Table) -> None:
    columns = named(table)
    for column in table.columns:
        if column.kind == "amount":
            assert column.name.endswith("_usd") or "currency" in columns, column.name
        if column.kind == "rate":
            assert "_per_" in column.name


@TABLES
def test_years_are_whole_numbers_and_days_are_dates(table: Table) -> None:
    for column in table.columns:
        if column.name == "year" or column.name.endswith("_year"):
            assert column.kind == "int", column.name
        if column.name == "date" or column.name.startswith("valid_"):
            assert column.kind == "date", column.name


@TABLES
def test_R28_a_party_is_resolved_from_the_name_as_published(table: Table) -> None:
    columns = named(table)
    for column in table.columns:
        if column.resolves:
            assert column.resolves == f"{column.name}_name"
            assert columns[column.resolves].kind == "text"
            assert not column.required, "an unknown name has no party"
    assert all(not column.resolves for column in table.stored)


@TABLES
def test_what_is_gathered_by_hand_says_how_sure_it_is(table: Table) -> None:
    if "confidence" in named(table):
        assert set(CONFIDENCE) <= set(table.columns)


@TABLES
def test_every_column_can_be_kept_and_asked(table: Table) -> None:
    for column in table.columns:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column.name)
        assert column.kind in SQL_TYPES
        assert arrow_type(column.kind) is not None


def test_the_same_name_is_the_same_kind_of_thing_everywhere() -> None:
    kinds = defaultdict(set)
    for table in contracts().values():
        for column in table.columns if not table.name.startswith("claim") else ():  # as printed, so text
            kinds[column.name].add(column.kind)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_R42_no_table_has_a_place_for_the_name_of_a_person() -> None:
    assert not {"person", "expert", "first_name", "last_name"} & {
        column.name for table in contracts().values() for column in table.columns
    }
