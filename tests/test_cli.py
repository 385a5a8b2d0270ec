"""The command line: data on stdout, messages on stderr, one clear line and exit 2 for bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.api import Comity

PAIR = ("profile", "KOR", "ILO", "--years", "2018-2022")


def comity(*arguments: str, store: Comity | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1"}
    if store is not None:
        environment["COMITY_STORE"] = str(store.store.path)
    command = [str(Path(sys.executable).with_name("comity")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def data(ended: subprocess.CompletedProcess[str]) -> str:
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout


def test_profile_json_is_the_contract(starter_store: Comity) -> None:
    found = json.loads(data(comity(*PAIR, "--format", "json", store=starter_store)))
    assert list(found) == [
        "schema", "partner", "organisation", "period", "as_of", "known_at", "figures", "claims", "issues",
    ]  # fmt: skip
    assert found["schema"] == "comity.profile/1"
    assert found["partner"] == {"id": "KOR", "name": "Republic of Korea", "kind": "state"}
    assert found["period"] == {"start": 2018, "end": 2022}
    assert found["as_of"] == "2022-12-31"
    figures = {figure["measure"]: figure for figure in found["figures"]}
    assessed = figures["contributions.assessed"]
    assert list(assessed) == [
        "measure", "value", "unit", "basis", "period", "by_year", "coverage", "sources", "items", "flags",
    ]  # fmt: skip
    assert assessed["value"] == 44654249.83
    core = figures["contributions.voluntary_core"]
    assert core["by_year"] == {"2018": 0, "2019": None, "2020": None, "2021": 0, "2022": 0}
    assert core["flags"] == ["no_row:2018", "no_row:2021", "no_row:2022"]
    assert core["coverage"] == {"status": "partial", "years": [2018, 2021, 2022]}


def test_the_same_digits_in_json_csv_sql_and_evidence(starter_store: Comity) -> None:
    measures = ("assessed", "voluntary_core", "voluntary_non_core", "voluntary", "other", "total")
    found = json.loads(data(comity(*PAIR, "--format", "json", store=starter_store)))
    by_json = {figure["measure"]: figure["value"] for figure in found["figures"]}
    lines = csv.DictReader(io.StringIO(data(comity(*PAIR, "--format", "csv", store=starter_store))))
    by_csv = {line["measure"]: line["value"] for line in lines if not line["year"]}
    for name in measures:
        measure = f"contributions.{name}"
        rows = starter_store.evidence("KOR", "ILO", measure, (2018, 2022))
        summed = sum(row["amount_usd"] for row in rows.to_pylist())
        assert by_csv[measure] == ("" if by_json[measure] is None else str(by_json[measure]))
        assert float(summed) == (by_json[measure] or 0)


def test_an_engineer_may_ask_sql(starter_store: Comity) -> None:
    query = "SELECT sum(amount_usd) AS usd FROM contributions WHERE provider = 'KOR' AND year = 2018"
    assert json.loads(data(comity("sql", query, "--format", "json", store=starter_store))) == [
        {"usd": 10449665.35}
    ]


def test_evidence_names_file_and_line(starter_store: Comity) -> None:
    ended = comity(
        "evidence", "KOR", "ILO", "contributions.assessed", "--years", "2018", "--format", "csv",
        store=starter_store,
    )  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(data(ended)))
    assert row["locator"].startswith("line ")
    known = {snapshot.sha256: snapshot.name for snapshot in starter_store.store.current().snapshots}
    assert known[row["snapshot"]] == "ceb_ilo.csv"


def test_sources_says_what_is_loaded(starter_store: Comity) -> None:
    rows = json.loads(data(comity("sources", "--format", "json", store=starter_store)))
    assert {row["source"]: row["files"] for row in rows} == {
        "ceb": 1, "classification": 3, "iati": 0, "iati_standard": 0, "parties": 3, "rates": 3,
        "ratifications": 4, "register": 2,
    }  # fmt: skip


def test_load_tells_what_it_kept_and_skipped(store: Comity, shared_data: Path) -> None:
    ended = comity("load", str(shared_data / "ceb"), store=store)
    assert ended.returncode == 0
    assert "kept     revenue_government_donors.csv.gz: ceb/government_donors" in ended.stderr
    assert "skipped  member_states.csv: no source knows this layout" in ended.stderr
    assert ended.stdout == ""
    again = comity("load", str(shared_data / "ceb"), store=store)
    assert "nothing has changed" in again.stderr
    assert comity("load", str(shared_data / "ceb"), "--strict", store=store).returncode == 1


def test_load_makes_a_new_store_from_the_starter_tables(tmp_path: Path) -> None:
    ended = comity("load", "--store", str(tmp_path / "new"))
    assert ended.returncode == 0
    assert comity(*PAIR, "--format", "json", "--store", str(tmp_path / "new")).returncode == 0


def test_the_default_store_works_at_once() -> None:
    assert json.loads(data(comity(*PAIR, "--format", "json")))["issues"] == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("profile", "Kora", "ILO", "--years", "2018"), "no partner called “Kora”; nearest: Republic"),
        (("profile", "KOR", "IL0", "--years", "2018"), "nearest: International Labour Organization (ILO)"),
        (("profile", "ILO", "ILO", "--years", "2018"), "partner and organisation are the same"),
        (("profile", "KOR", "ILO", "--years", "2022-2018"), "run backwards; say 2018-2022"),
        (("profile", "KOR", "ILO", "--years", "lately"), "“lately” are not years; say --years 2018-2022"),
        (("profile", "KOR", "ILO", "--years", "1950-1955"), "the loaded sources reach from 1991 to 2026"),
        (("profile", "KOR", "ILO"), "Missing option '--years'"),
        (("profile", "KOR", "ILO", "--years", "2018", "--as-of", "x"), "“x” is not a date"),
        (("profile", "KOR", "ILO", "--years", "2018", "--known-at", "x"), "“x” is not a time"),
        (("profile", "KOR", "ILO", "--years", "2018", "--known-at", "2001-01-01"), "nothing was loaded by"),
        (("profile", "KOR", "ILO", "--years", "2018", "--format", "doc"), "no format called “doc”"),
        (("profile", "KOR", "ILO", "--years", "2018", "--lang", "de"), "known: en, fr, es, ko"),
        (("profile", "KOR", "ILO", "--years", "2018", "--engine", "abacus"), "no engine called “abacus”"),
        (("profile", "KOR", "ILO", "--years", "2018", "-o", "/proc/x/y"), "cannot write to /proc/x/y"),
        (("profile", "KOR", "ILO", "--years", "2018", "--store", "/nowhere"), "make one with: comity load"),
        (("evidence", "KOR", "ILO", "contributions.asessed", "--years", "2018"), "contributions.assessed"),
        (("sql", "DROP TABLE parties"), "the query was refused"),
        (("sql", "SELECT * FROM read_csv('/etc/passwd')"), "the query was refused"),
        (("sql", "COPY parties TO '/tmp/parties.csv'"), "the query was refused"),
        (("sql", "SELEC 1"), "the query was refused"),
        (("sql", ""), "no statement that answers"),
        (("sql", "SELECT 1 AS a, 2 AS a"), "two columns have the same name"),
        (("profile", "KOR", "ILO", "--years", "2018", "-o", "/dev/full"), "No space left on device"),
        (("issues", "--source", "cebb"), "no source called “cebb”; nearest: ceb"),
        (("load", "/nowhere.csv"), "/nowhere.csv: No such file or directory"),
        (("load", "x.csv", "--store", "/proc/comity"), "cannot write to /proc/comity"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_2(
    starter_store: Comity, arguments: tuple[str, ...], line: str
) -> None:
    ended = comity(*arguments, store=starter_store)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("comity: ")
    assert ended.stderr.count("\n") == 1
    assert line in ended.stderr


def test_a_full_disk_at_the_output_is_told(starter_store: Comity) -> None:
    command = [str(Path(sys.executable).with_name("comity")), *PAIR, "--format", "json"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
            env={**os.environ, "COMITY_STORE": str(starter_store.store.path)},
        )  # fmt: skip
    assert ended.returncode == 2
    assert "standard output: No space left on device" in ended.stderr


def test_a_device_or_a_link_is_written_to_and_never_replaced(starter_store: Comity, tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    target.write_text("old")
    link.symlink_to(target)
    data(comity(*PAIR, "--format", "json", "-o", str(link), store=starter_store))
    assert link.is_symlink()
    assert json.loads(target.read_text())["schema"] == "comity.profile/1"
    data(comity(*PAIR, "--format", "json", "-o", os.devnull, store=starter_store))
    assert Path(os.devnull).is_char_device()


def test_help_comes_fast_and_needs_no_store() -> None:
    assert "Cooperation profiles" in data(comity("--help"))
    assert data(comity("--version")).startswith("comity ")


ALL_FORMATS = """
import hashlib, sys
import comity
profile = comity.open(sys.argv[1]).profile("KOR", "ILO", (2018, 2022))
for name in ("csv", "html", "json", "md", "text"):
    for lang in ("en", "fr", "es", "ko"):
        print(name, lang, hashlib.sha256(profile.render(name, lang)).hexdigest())
"""


def test_the_same_store_gives_the_same_bytes_in_any_process(starter_store: Comity) -> None:
    """Every format and language, in two processes with other time zones and hash seeds."""
    said = []
    for zone, seed in (("Asia/Seoul", "1"), ("America/Lima", "2")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", ALL_FORMATS, str(starter_store.store.path)]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        assert ended.returncode == 0, ended.stderr
        said.append(ended.stdout)
    assert said[0] == said[1]
    assert len(set(said[0].splitlines())) == 20


def test_a_rate_shows_six_places_and_money_two(starter_store: Comity) -> None:
    ended = comity(
        "sql", "SELECT usd_per_unit, 1.5::DECIMAL(24,6) AS money FROM rates WHERE currency = 'CHF' "
        "AND series = 'fred_monthly_average' AND date = '2003-01-01'", store=starter_store,
    )  # fmt: skip
    assert "0.726480" in ended.stdout
    assert "1.50" in ended.stdout
