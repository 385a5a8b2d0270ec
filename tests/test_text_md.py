"""The terminal and Markdown: the same content, within 100 columns, nothing read as markup."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from comity import outputs
from comity.model import Item, Party, Profile
from comity.outputs._markdown import escaped
from tests.test_charts import PERIOD, figure, given, money, profile, standards
from tests.test_html import full


def text(of: Profile, name: str = "text", lang: str = "en") -> str:
    return outputs.render(of, name, lang).decode()


def wide(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


@pytest.mark.parametrize("name", ["text", "md"])
def test_the_whole_profile(name: str, snapshot: SnapshotAssertion) -> None:
    assert text(full(), name) == snapshot


@pytest.mark.parametrize("name", ["text", "md"])
def test_a_partner_without_money(name: str) -> None:
    none = (None,) * 5
    silent = replace(profile(money("assessed", *none), money("total", *none), partner="Tuvalu"), sources=())
    found = " ".join(text(silent, name).split())
    assert "No source loaded reports what Tuvalu gave" in found
    assert "None" not in found
    assert "0.00" not in found.replace("09:00.00", "")


@pytest.mark.parametrize("name", ["text", "md"])
def test_not_reported_is_not_zero(name: str) -> None:
    line = next(line for line in text(full(), name).splitlines() if "7,860,266.46" in line)
    assert "not reported" in line
    assert "0.00" not in line
    assert "0.00 (no row)" in text(full(), name)


def test_text_fits_its_columns_and_has_no_control_characters() -> None:
    made = full()
    for partner in ("대한민국" * 50, "x" * 300, "\x1b[31mred\x07", "\u202eجمهورية"):
        found = text(replace(made, partner=Party("KOR", partner, "state")))
        lines = found.splitlines()[:-1]  # the last line is a command to copy, never broken
        assert max(map(wide, lines)) <= 100
        assert not set(found) & {"\x1b", "\x07", "\u202e"}


def test_R03_negative_amounts_stay_negative() -> None:
    amounts = ("5000000", "-2000000", "1000000", "0", "3000000")
    made = profile(money("assessed", *amounts), money("total", *amounts))
    assert "-2,000,000.00" in text(made)
    assert "-2,000,000.00" in text(made, "md")


def test_markdown_tables_keep_their_columns_whatever_a_name_contains() -> None:
    item: Item = {"id": "P", "name": "a|b\n# c <script> *x* [l](http://e)", "start_year": 2004, "note": "|"}
    made = replace(full(), partner=Party("KOR", "A | B <b>", "state"))
    made = replace(
        made, figures=(*given(), *standards(), figure("partnerships.programmes", 1, "list", items=(item,)))
    )
    found = text(made, "md")
    assert "<script" not in found.replace("\\<", "")
    tables = [line for line in found.splitlines() if line.startswith("|")]
    counts = [line.replace("\\|", "").count("|") for line in tables]
    for number, line in enumerate(tables):
        if set(line) <= set("|-: "):
            assert counts[number - 1] == counts[number]
    assert all(line.endswith("|") for line in tables)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a|b", "a\\|b"),
        ("<script>", "\\<script\\>"),
        ("snake_case_name", "snake_case_name"),
        ("_em_", "\\_em\\_"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("2018–2022", "2018–2022"),
        ("1.5 million", "1.5 million"),
        ("two\nlines", "two lines"),
        ("AT&amp;T & co", "AT\\&amp;T & co"),
    ],
)
def test_markdown_is_escaped_where_it_would_act(given_text: str, expected: str) -> None:
    assert escaped(given_text) == expected


def test_colour_only_for_a_terminal() -> None:
    assert "\x1b" not in text(full())
    assert "\x1b[" in outputs.render(full(), "text", terminal=True).decode()


def test_a_total_of_some_types_says_that_it_is_partial() -> None:
    found = text(profile(*given()))
    assert "The total is partial" in found
    assert str(PERIOD) in found


@pytest.mark.parametrize("name", ["text", "md"])
def test_a_family_that_nobody_foresaw_has_a_section_of_its_own(name: str) -> None:
    new = figure("visits.ministers", 3, "count", items=({"name": "Spring visit"},), basis="register")
    shown = text(profile(new), name)
    assert "Visits" in shown
    assert "Spring visit" in shown
