"""`comity register`: sound claims are taken, others told by line and column, and all go out as they came."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from comity import outputs
from comity.api import Comity
from comity.model import Check
from comity.sources import _own
from comity.tables import contracts
from tests.test_cli import comity

COLUMNS = _own.names(contracts()["claims"])
SOUND = {
    "id": "sound", "partner": "KOR", "organisation": "ILO", "measure": "contributions.assessed",
    "value": "41.8", "scale": "million", "unit": "USD", "bound": "=", "partial": "no",
    "period_start": "2018", "period_end": "2022", "page": "https://example.org/korea", "variant": "a",
    "seen": "2023", "note": "over, “about”; twice",
}  # fmt: skip
COUNT = {"measure": "standards.registered", "value": "29", "scale": "", "unit": "count"}


class Bad(NamedTuple):
    """What makes a row unsound, and the column in which it is told."""

    changes: Mapping[str, str]
    column: str


BAD = {
    "unknown measure": Bad({"measure": "contributions.asessed"}, "measure"),
    "unknown partner": Bad({"partner": "KRO"}, "partner"),
    "unknown organisation": Bad({"organisation": "IL0"}, "organisation"),
    "unknown unit": Bad({"unit": "DOLLARS"}, "unit"),
    "no period": Bad({"period_start": "lately"}, "period_start"),
    "no such month": Bad({"period_end": "2022-13"}, "period_end"),
    "period backwards": Bad({"period_start": "2022", "period_end": "2018"}, "period_end"),
    "money without years": Bad({"period_start": ""}, "period_start"),
    "unknown bound": Bad({"bound": ">"}, "bound"),
    "unknown scale": Bad({"scale": "millions"}, "scale"),
    "neither whole nor partial": Bad({"partial": "perhaps"}, "partial"),
    "comma for a point": Bad({"value": "41,8"}, "value"),
    "a number in words": Bad({**COUNT, "value": "twenty-nine"}, "value"),
    "scaled count": Bad({**COUNT, "scale": "million"}, "scale"),
    "no page": Bad({"page": ""}, "page"),
    "no value": Bad({"value": ""}, "value"),
    "id twice": Bad({"id": "sound"}, "id"),
}
LINES = {name: number for number, name in enumerate(BAD, start=3)}
"""On line 1 stands the header, on line 2 a sound row."""
RAGGED = {"too long": f"line {len(BAD) + 3}", "too short": f"line {len(BAD) + 4}"}
LAST = {"id": "last", "measure": "other.visits", "value": "3", "scale": "", "unit": "count"}


def written(*rows: Mapping[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({**SOUND, **row} for row in rows)
    return text.getvalue()


def claims(store: Comity, where: str = "true") -> list[dict[str, Any]]:
    """The claims in the store, as a file has them."""
    query = f"SELECT {', '.join(COLUMNS)} FROM claims WHERE {where} ORDER BY id"
    found: list[dict[str, Any]] = store.sql(query).to_pylist()
    return found


def as_printed(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{column: row[column] or "" for column in COLUMNS} for row in rows]


class Import(NamedTuple):
    """An import that left rows out: what it said, line by line, and the store after it."""

    told: dict[str, str]
    kept: str
    store: Comity


@pytest.fixture(scope="module")
def imported(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Import:
    bad = ({"id": name, **one.changes} for name, one in BAD.items())
    rows = [*written({}, *bad).splitlines(), "long,KOR" + "," * len(COLUMNS), "short,KOR,ILO"]
    file = tmp_path_factory.mktemp("bad") / "pages.csv"
    file.write_text("\n".join([*rows, written(LAST).splitlines()[1]]) + "\n", encoding="utf-8")
    ended = comity("register", "import", str(file), store=module_store)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    lines = [line.removeprefix("left out ") for line in ended.stderr.splitlines() if "left out line" in line]
    (kept,) = [line for line in ended.stderr.splitlines() if line.startswith("kept ")]
    return Import(dict(line.split(": ", 1) for line in lines), kept, module_store)


@pytest.mark.parametrize("name", BAD)
def test_an_unsound_row_is_refused_with_its_line_and_column(name: str, imported: Import) -> None:
    said = imported.told[f"line {LINES[name]}"]
    assert said.startswith(f"column {BAD[name].column}"), said
    id_ = BAD[name].changes.get("id", name)
    assert name == "id twice" or not claims(imported.store, f"id = '{id_}'")


@pytest.mark.parametrize("name", RAGGED)
def test_a_ragged_row_is_refused_with_its_line_and_column(name: str, imported: Import) -> None:
    said = imported.told[RAGGED[name]]
    column = "note" if name == "too long" else "measure"
    assert said.startswith(f"column {column}"), said


def test_an_unknown_name_is_told_with_the_nearest_known(imported: Import) -> None:
    assert "contributions.assessed" in imported.told[f"line {LINES['unknown measure']}"]
    assert "KOR" in imported.told[f"line {LINES['unknown partner']}"]
    assert "ILO" in imported.told[f"line {LINES['unknown organisation']}"]


def test_the_other_rows_are_taken_and_counted(imported: Import) -> None:
    assert as_printed(claims(imported.store, "dataset = 'pages'")) == [
        {**SOUND, **LAST},
        SOUND,
    ]
    left_out = len(BAD) + len(RAGGED)
    assert len(imported.told) == left_out
    assert f"2 rows, {left_out} issues" in imported.kept


def test_rows_that_are_left_out_are_issues_of_the_store(imported: Import) -> None:
    query = "SELECT locator FROM issues WHERE source = 'register' AND dataset = 'pages'"
    found = {row["locator"] for row in imported.store.sql(query).to_pylist()}
    assert found == set(imported.told)


def test_strict_exits_1_when_a_row_is_left_out(store: Comity, tmp_path: Path) -> None:
    file = tmp_path / "pages.csv"
    file.write_text(written({}, {"id": "x", "bound": ">"}), encoding="utf-8")
    assert comity("register", "import", str(file), "--strict", store=store).returncode == 1
    assert len(claims(store, "dataset = 'pages'")) == 1


def test_a_file_of_which_no_row_is_sound_is_one_line_and_exit_2(
    starter_store: Comity, tmp_path: Path
) -> None:
    file = tmp_path / "pages.csv"
    file.write_text(written({"partner": "KRO"}), encoding="utf-8")
    ended = comity("register", "import", str(file), store=starter_store)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "pages.csv, line 2" in ended.stderr
    assert "column partner" in ended.stderr


@pytest.mark.parametrize("changes", [{"unit": "DOLLARS"}, {"partner": "KRO"}])
def test_a_corrected_row_is_taken_though_its_first_copy_is_left_out(
    changes: dict[str, str], store: Comity, tmp_path: Path
) -> None:
    file = tmp_path / "pages.csv"
    file.write_text(written({"id": "twice", **changes}, {"id": "twice"}, {}), encoding="utf-8")
    assert store.load(file).kept[0].issues == 1
    assert [row["id"] for row in claims(store, "dataset = 'pages'")] == ["sound", "twice"]


def test_columns_may_stand_in_any_order_and_none_may_lack(store: Comity, tmp_path: Path) -> None:
    turned, lacking = tmp_path / "turned.csv", tmp_path / "lacking.csv"
    names = list(reversed(COLUMNS))
    for file, columns in ((turned, names), (lacking, names[1:])):
        with file.open("w", newline="", encoding="utf-8") as text:
            writer = csv.DictWriter(text, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerow(SOUND)
    store.load(turned)
    assert as_printed(claims(store, "dataset = 'turned'")) == [SOUND]
    assert comity("register", "import", str(lacking), store=store).returncode == 2


# The real claims


@pytest.fixture(scope="module")
def facts(shared_data: Path) -> Path:
    file = shared_data.parent / "facts" / "claims.csv"
    if not file.is_file():
        pytest.skip(f"needs {file.parent.name}/{file.name}, which is not here")
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return sorted(csv.DictReader(text), key=lambda row: row["id"])


def test_all_246_claims_are_taken_as_printed_and_go_out_as_they_came(
    store: Comity, facts: Path, tmp_path: Path
) -> None:
    ended = comity("register", "import", str(facts), store=store)
    assert ended.returncode == 0
    assert "246 rows" in ended.stderr
    assert "left out" not in ended.stderr
    taken = claims(store)
    assert as_printed(taken) == rows_of(facts)
    assert len(taken) == 246, "those that the starter tables hold as well stand once"

    file = tmp_path / "exported.csv"
    assert comity("register", "export", str(file), store=store).returncode == 0
    assert rows_of(file) == rows_of(facts)
    korea = tmp_path / "korea.csv"
    comity("register", "export", str(korea), "--partner", "Republic of Korea", store=store)
    assert rows_of(korea) == [row for row in rows_of(facts) if row["partner"] == "KOR"]


def test_what_is_exported_imports_to_the_same_rows(store: Comity, tmp_path: Path) -> None:
    first, again = tmp_path / "pages.csv", tmp_path / "again.csv"
    odd = {"note": 'a “quote”, "another"\nand a line; 한국', "value": "1.50", "page": "https://x.org/?a=1,2"}
    first.write_text(written(odd, LAST, {"id": "Ω", **COUNT, "bound": "~", "seen": ""}), encoding="utf-8")
    store.load(first)
    before = claims(store)
    assert comity("register", "export", str(again), store=store).returncode == 0
    assert store.load(again).kept[0].rows == len(before) == 50
    assert claims(store) == before


def test_koreas_claims_ship_with_the_package(starter_store: Comity) -> None:
    found = claims(starter_store)
    assert len(found) == 47
    assert {(row["partner"], row["organisation"]) for row in found} == {("KOR", "ILO")}


def test_the_claims_that_ship_are_those_of_the_facts(starter_store: Comity, facts: Path) -> None:
    """But for their notes, which are told anew: a note blames nobody, and keeps whether a page is weak."""
    pair = [row for row in rows_of(facts) if (row["partner"], row["organisation"]) == ("KOR", "ILO")]
    shipped = as_printed(claims(starter_store))
    assert [row | {"note": ""} for row in shipped] == [row | {"note": ""} for row in pair]
    weak = [["weak page" in row["note"] for row in rows] for rows in (shipped, pair)]
    assert weak[0] == weak[1]
    notes = " ".join(row["note"] for row in shipped).casefold()
    assert not [word for word in ("wrong", "error", "mislabel", "mistake") if word in notes]


# What was answered

RESPONSES = """claim,kind,date,value,text,stated_by
kor-ilo-001,correction,2024-05-02,44.7,It is 44.7 million since,https://ilo.org
kor-ilo-001,reply,2024-03-01,,Credits are taken off,"ILO, by letter"
kor-ilo-017,reply,2024-03-01,,As registered,ILO
kor-ilo-002,answer,2024-03-01,,What kind is this,ILO
kor-ilo-002,reply,spring,,When was this,ILO
"""


@pytest.fixture(scope="module")
def answered(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Check:
    """The check of Korea's claims after an import of answers, two of which are none."""
    file = tmp_path_factory.mktemp("answers") / "answers.csv"
    file.write_text(RESPONSES, encoding="utf-8")
    ended = comity("register", "import", str(file), store=module_store)
    assert ended.returncode == 0
    assert "3 rows, 2 issues" in ended.stderr
    assert "line 5: column kind" in ended.stderr
    assert "line 6: column date" in ended.stderr
    return module_store.check("KOR", "ILO")


def test_replies_and_dated_corrections_stand_with_the_claim(answered: Check) -> None:
    found = {one["claim"]: one for one in json.loads(outputs.render_check(answered, "json"))}
    responses = found["kor-ilo-001"]["responses"]
    assert all(one.pop("stated_by") for one in responses)
    assert responses == [
        {"kind": "reply", "date": "2024-03-01", "value": None, "text": "Credits are taken off"},
        {"kind": "correction", "date": "2024-05-02", "value": "44.7", "text": "It is 44.7 million since"},
    ]
    assert found["kor-ilo-002"]["responses"] == []
    assert found["kor-ilo-001"]["stated"] == 41_800_000, "what the page stated stays as it was"


@pytest.mark.parametrize("format_", ["text", "md", "html"])
def test_replies_and_corrections_are_read_with_any_claim(answered: Check, format_: str) -> None:
    words = " ".join(outputs.render_check(answered, format_).decode().split())
    for text in ("Credits are taken off", "It is 44.7 million since", "As registered"):
        assert text in words


@pytest.mark.parametrize(
    ("measure", "value", "unit"),
    [
        ("standards.registered", "32", "USD"),
        ("contributions.assessed", "44654250", "count"),
        ("contributions.assessed", "1991", "year"),
        ("membership.since", "35", "count"),
        ("programmes.countries", "7", "months"),
    ],
)
def test_a_unit_that_the_measure_does_not_have_is_refused_with_row_and_column(
    measure: str, value: str, unit: str, store: Comity, tmp_path: Path
) -> None:
    file = tmp_path / "pages.csv"
    odd = {"id": "odd", "measure": measure, "value": value, "unit": unit, "scale": ""}
    file.write_text(written(odd, {}), encoding="utf-8")
    (told,) = store.load(file).kept[0].told
    assert told.locator == "line 2"
    assert told.text.startswith(f"column unit: “{unit}” is none of {measure}")
    assert [row["id"] for row in claims(store, "dataset = 'pages'")] == ["sound"]
