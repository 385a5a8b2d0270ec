"""Sectors, regions and themes: all codes of the code lists, named; themes of the register have codes."""

from __future__ import annotations

import csv
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from comity import pipeline
from comity.api import Comity

ROOT = Path(__file__).parents[1]
STARTER = {path.name: path for path in pipeline.starter_files()}
WITHOUT_SECTOR = {
    "green": "says how work is done, in any sector; green jobs and the just transition have codes",
}
"""Words of the register that no DAC code serves, with the reason."""


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("classification", ROOT / "scripts" / "classification.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


classification = _script()


def rows(name: str) -> list[dict[str, str]]:
    with STARTER[f"{name}.csv"].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SECTORS, REGIONS, THEMES = rows("sectors"), rows("regions"), rows("themes")
GROUPS = [row for row in SECTORS if row["level"] == "group"]


def words() -> set[str]:
    """The themes and priorities that the starter register states, in small letters."""
    found: set[str] = set()
    for name, path in STARTER.items():
        if name.endswith(".toml"):
            register: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
            found.update(entry["name"] for entry in register.get("priority", ()))
            for programme in register.get("programme", ()):
                for stated in (programme, *programme.get("phase", ())):
                    found.update(stated.get("themes", ()))
    return {word.lower() for word in found}


# As the code lists have it


def test_the_files_are_made_from_the_code_lists_byte_by_byte(shared_data: Path) -> None:
    made = classification.tables(shared_data / "codelists")
    assert {name: STARTER[name].read_bytes() for name in made} == made


@pytest.mark.parametrize(
    ("name", "found"), [("Sector", SECTORS), ("SectorCategory", GROUPS), ("Region", REGIONS)]
)
def test_every_code_of_a_list_is_there_with_its_names_and_dates(
    name: str, found: list[dict[str, str]], shared_data: Path
) -> None:
    by_code = {row["code"]: row for row in found}
    listed = list(classification.codes(shared_data / "codelists", name))
    assert sum(row["status"] == "active" for row in listed) > 20
    for published in listed:
        row = by_code[published["code"]]
        assert (row["status"], row["valid_to"]) == (published["status"], published["valid_to"])
        for column in ("name_en", "name_fr"):
            quoted = f"“{published[column]}”" if published[column] else "no name in French"
            assert row[column] == published[column] or quoted in row["note"]
    for category in (row["group_code"] for row in listed if row["group_code"]):
        assert category in {row["code"] for row in GROUPS}


# In themselves


@pytest.mark.parametrize("found", [SECTORS, REGIONS], ids=["sectors", "regions"])
def test_no_code_is_there_twice_and_only_withdrawn_ones_have_ended(found: list[dict[str, str]]) -> None:
    assert len({row["code"] for row in found}) == len(found)
    assert all((row["status"] == "withdrawn") == bool(row["valid_to"]) for row in found)


def test_every_purpose_belongs_to_a_group() -> None:
    groups = {row["code"] for row in GROUPS}
    assert {len(code) for code in groups} == {3}
    assert all(row["group_code"] == row["code"] for row in GROUPS)
    purposes = [row for row in SECTORS if row["level"] == "purpose"]
    assert {len(row["code"]) for row in purposes} == {5}
    assert {row["group_code"] for row in purposes} == groups


def test_R18_developing_countries_unspecified_are_no_region() -> None:
    assert {row["code"] for row in REGIONS if row["kind"] == "unspecified"} == {"998"}


# Names


def test_groups_and_regions_have_names_in_four_languages_and_no_two_the_same() -> None:
    for found in (GROUPS, REGIONS):
        for lang in ("en", "fr", "es", "ko"):
            names = [row[f"name_{lang}"] for row in found]
            assert all(names)
            assert len(set(names)) == len(names), lang
    assert all(row["name_en"] and row["name_fr"] for row in SECTORS)


def test_names_have_no_stray_spaces() -> None:
    for row in (*SECTORS, *REGIONS):
        for lang in ("en", "fr", "es", "ko"):
            assert row[f"name_{lang}"] == " ".join(row[f"name_{lang}"].split())


def test_korean_names_are_written_in_hangul_but_for_abbreviations() -> None:
    for row in (*GROUPS, *REGIONS):
        assert re.search("[가-힣]", row["name_ko"])
        assert not re.search("[A-Za-z]", re.sub(r"\b[A-Z]{2,5}\b", "", row["name_ko"])), row["name_ko"]


def test_the_code_list_has_what_we_spell_otherwise(shared_data: Path) -> None:
    """A correction that the list no longer needs is to go out."""
    folder = shared_data / "codelists"
    listed = [row for name in ("Sector", "SectorCategory") for row in classification.codes(folder, name)]
    for theirs in classification.SPELLING:
        assert any(theirs in row["name_fr"] for row in listed), theirs


# Themes


def test_the_codes_of_a_theme_exist() -> None:
    sectors = {row["code"]: row for row in SECTORS}
    for row in THEMES:
        assert row["theme"] == row["theme"].lower()
        assert sectors[row["group_code"]]["level"] == "group"
        if row["sector_code"]:
            assert sectors[row["sector_code"]]["level"] == "purpose"
            assert sectors[row["sector_code"]]["group_code"] == row["group_code"]


def test_a_theme_has_each_code_once() -> None:
    pairs = [(row["theme"], row["group_code"], row["sector_code"]) for row in THEMES]
    assert len(set(pairs)) == len(pairs)
    whole = {(theme, group) for theme, group, purpose in pairs if not purpose}
    assert [pair for pair in pairs if pair[2] and pair[:2] in whole] == [], "in its group already"


def test_every_theme_is_our_judgement_and_says_so() -> None:
    assert {row["stated_by"] for row in THEMES} == {"comity"}
    assert {row["confidence"] for row in THEMES} == {"high", "medium", "low"}


def test_every_theme_and_priority_of_the_register_has_codes_or_a_reason_why_not() -> None:
    mapped = {row["theme"] for row in THEMES}
    assert len(words()) > 15
    assert words() - mapped == WITHOUT_SECTOR.keys()


# In the store


def test_themes_are_joined_to_the_names_of_their_codes(starter_store: Comity) -> None:
    found = starter_store.sql(
        "SELECT s.code, s.name_en, t.confidence FROM themes t "
        "JOIN sectors s ON s.code = coalesce(t.sector_code, t.group_code) "
        "WHERE t.theme = 'occupational safety and health' ORDER BY s.code"
    ).to_pylist()
    assert found == [
        {"code": "12110", "name_en": "Health policy and administrative management", "confidence": "low"},
        {"code": "16070", "name_en": "Labour rights", "confidence": "high"},
    ]


def test_a_users_own_themes_are_added(store: Comity, tmp_path: Path) -> None:
    header = STARTER["themes.csv"].read_text(encoding="utf-8").partition("\n")[0]
    file = tmp_path / "our_themes.csv"
    file.write_text(f"{header}\nkites,430,,our ministry,high,\n")
    kept = store.load(file).kept[0]
    assert (kept.source, kept.dataset, kept.rows) == ("classification", "our_themes", 1)
    count = store.sql("SELECT count(*) AS themes FROM themes").to_pylist()[0]["themes"]
    assert count == len(THEMES) + 1
