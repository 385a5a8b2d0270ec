"""The store: whole or not at all, and one clear line when it cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

import comity
from comity import tables
from comity.api import Comity
from comity.errors import BadRequest, NotWritable, StoreDamaged, StoreLocked, StoreMissing, StoreTooNew
from comity.provenance import stamp, unstamp
from comity.store import Store, files
from comity.tables import Column
from tests.test_pipeline import ceb_file, many, total

KILLED_LOAD = """
    import os, signal, sys
    from pathlib import Path
    import comity
    left = int(sys.argv[1])
    replace = Path.replace
    def replace_or_die(self, target):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return replace(self, target)
    Path.replace = replace_or_die
    comity.open(sys.argv[2]).load(sys.argv[3])
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_load_killed_at_any_step_leaves_the_old_generation_intact(store: Comity, tmp_path: Path) -> None:
    """Every file of a load appears by a rename; the process is killed before each of them in turn."""
    file = ceb_file(tmp_path / "a.csv", many(2012))  # a year the starter does not hold
    before, money = store.store.current(), total(store)
    for step in range(50):
        path = tmp_path / f"killed-{step}"
        shutil.copytree(store.store.path, path)
        ended = run(KILLED_LOAD, str(step), str(path), str(file))
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        survivor = comity.open(path)
        assert survivor.store.current() == before
        assert total(survivor) == money
        assert survivor.load(file).changed, "the next load succeeds over what the killed one left"
        assert total(survivor) == money + 150
    assert step == 6, "raw, contributions, coverage, manifest, database, switch"
    assert total(comity.open(path)) == money + 150


def test_a_full_disk_is_one_clear_line_and_loses_nothing(store: Comity, tmp_path: Path) -> None:
    """A limit on the size of files stands in for a disk that fills up half way."""
    program = """
        import resource, sys
        import comity
        from comity.errors import NotWritable
        store = comity.open(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
        try:
            store.load(sys.argv[2])
        except NotWritable as error:
            print(error)
    """
    before, money = store.store.current(), total(store)
    file = ceb_file(tmp_path / "a.csv", many(2020))
    for limit in (1_000, 20_000, 1_000_000):  # the raw bytes, the manifest, the database do not fit
        ended = run(program, str(store.store.path), str(file), str(limit))
        assert ended.stdout.startswith("cannot write to "), ended.stderr
        assert "nothing was changed" in ended.stdout
        assert comity.open(store.store.path).store.current() == before
    assert total(comity.open(store.store.path)) == money
    assert not list(store.store.path.rglob(".*")), "no draft is left behind"


def test_a_reader_sees_the_old_generation_until_the_switch(store: Comity, tmp_path: Path) -> None:
    reading = store.connect()
    store.load(ceb_file(tmp_path / "a.csv", many(2020)))
    query = "SELECT count(*) AS n FROM contributions WHERE receiver = 'FAO'"
    assert reading.query(query)["n"].to_pylist() == [0]
    assert store.connect().query(query)["n"].to_pylist() == [150]


def test_only_one_process_writes(store: Comity, tmp_path: Path) -> None:
    file = ceb_file(tmp_path / "a.csv", many(2020))
    with files.only_writer(store.store.path), pytest.raises(StoreLocked, match=f"process {os.getpid()}"):
        store.load(file)
    store.load(file)


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"no store at .*nowhere; make one with: comity load --store"):
        comity.open(tmp_path / "nowhere")


def test_a_newer_store_is_not_touched(store: Comity) -> None:
    (store.store.path / "store.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(StoreTooNew, match="has format 99, this comity reads up to 1; upgrade comity"):
        comity.open(store.store.path)


@pytest.mark.parametrize("name", ["store.json", "CURRENT", "generations/1.json"])
def test_a_damaged_file_is_named(store: Comity, name: str) -> None:
    (store.store.path / name).write_text("{")
    with pytest.raises(StoreDamaged, match=name.replace(".", r"\.")):
        comity.open(store.store.path).sql("SELECT 1")


def test_a_damaged_or_missing_database_is_made_again(store: Comity) -> None:
    (database,) = (store.store.path / "derived").glob("*.duckdb")
    money = total(store)
    database.write_bytes(b"not a database")
    assert total(comity.open(store.store.path)) == money
    database.unlink()
    assert total(comity.open(store.store.path)) == money


def test_missing_rows_are_damage(store: Comity) -> None:
    for path in (store.store.path / "rows").iterdir():
        path.unlink()
    shutil.rmtree(store.store.path / "derived")
    with pytest.raises(StoreDamaged):
        comity.open(store.store.path).sql("SELECT 1")


def test_a_place_that_cannot_be_written_is_named() -> None:
    with pytest.raises(NotWritable, match=r"cannot write to /proc/comity"):
        Store.create(Path("/proc/comity"))


def test_nothing_was_known_before_the_first_load(store: Comity) -> None:
    first = store.store.current().created_at
    with pytest.raises(BadRequest, match="nothing was loaded by"):
        store.sql("SELECT 1", known_at=first.replace(year=2000))


def test_a_lost_current_is_damage_and_no_empty_store(store: Comity, tmp_path: Path) -> None:
    (store.store.path / "CURRENT").unlink()
    first = (store.store.path / "generations" / "1.json").read_bytes()
    with pytest.raises(StoreDamaged, match="CURRENT cannot be read"):
        store.load(ceb_file(tmp_path / "a.csv", many(2012)))
    assert (store.store.path / "generations" / "1.json").read_bytes() == first


def test_a_store_that_was_begun_and_never_filled_says_so(tmp_path: Path) -> None:
    Store.create(tmp_path / "begun")
    with pytest.raises(StoreMissing, match="make one with: comity load --store"):
        comity.open(tmp_path / "begun")


def test_rows_kept_before_a_contract_grew_are_read_with_blanks(
    store: Comity, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = dict(tables.contracts())
    rates = grown["rates"]
    grown["rates"] = replace(rates, columns=(*rates.columns, Column("mood", "text", "a new column")))
    monkeypatch.setattr(tables, "contracts", lambda: grown)
    found = comity.open(store.store.path).sql("SELECT count(*) AS n, count(mood) AS moods FROM rates")
    assert found.to_pylist() == [{"n": 619, "moods": 0}]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", "2026-11-23T23:59:59.999999Z"),
        ("2026-11-23T21:30", "2026-11-23T21:30:59.999999Z"),
        ("2026-11-23T21:30:22Z", "2026-11-23T21:30:22.999999Z"),
        ("2026-11-23T21:30:22.000001Z", "2026-11-23T21:30:22.000001Z"),
        ("2026-11-23T21:30:22+09:00", "2026-11-23T12:30:22.999999Z"),
    ],
)
def test_known_at_means_by_the_end_of_what_was_said(text: str, moment: str) -> None:
    assert stamp(unstamp(text)) == moment


def test_what_was_derived_for_old_generations_is_removed_and_made_again(
    store: Comity, tmp_path: Path
) -> None:
    first = store.store.current()
    for number in range(3):
        file = tmp_path / "rates.csv"
        file.write_text(
            "currency,date,usd_per_unit,series,stated_by,confidence,note\n"
            f"ABC,2020-01-01,{number + 1},test,us,high,\n"
        )
        store.load(file)
    kept = {place.name.partition("-")[0] for place in (store.store.path / "derived").glob("*.duckdb")}
    assert kept == {str(store.store.current().id - 1), str(store.store.current().id)}
    query = "SELECT count(*) AS n FROM rates WHERE currency = 'ABC'"
    assert store.sql(query, known_at=first.created_at)["n"].to_pylist() == [0]
