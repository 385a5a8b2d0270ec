"""`load --engine`: files read by the workers of a Spark Connect server give the rows read here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import streaming
from comity.api import Comity, open_store
from comity.errors import EngineNotReady
from tests import sail
from tests.iati import SPECIMENS
from tests.test_cli import comity
from tests.test_load_iati import rows, write

TABLES = ("activities", "transactions", "activity_sectors", "results", "issues", "joint_transactions")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with sail.running() as url:
        yield url


def answers(store: Comity) -> dict[str, list[dict[str, object]]]:
    return {t: store.sql(f"SELECT * FROM {t} ORDER BY ALL").to_pylist() for t in TABLES}


def test_spark_reads_the_rows_that_are_read_here(
    store: Comity, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "GROUP_BYTES", 2000)
    for name in range(5):
        write(tmp_path / "in" / f"f{name}.xml", range(10 * name, 10 * name + 9))
    for specimen in ("iati_v203_all_tables.xml", "iati_many_problems.xml"):
        shutil.copyfile(SPECIMENS / specimen, tmp_path / "in" / specimen)
    write(tmp_path / "in" / "broken.xml", range(3), end="<iati-activity>")
    here = open_store(shutil.copytree(store.store.path, tmp_path / "here"))
    expected = here.load(tmp_path / "in")
    there = store.load(tmp_path / "in", engine=server)
    assert [(k.dataset, dict(k.counts), k.told) for k in there.kept] == [
        (k.dataset, dict(k.counts), k.told) for k in expected.kept
    ]
    assert [str(refused) for refused in there.refused] == [str(refused) for refused in expected.refused]
    assert answers(store) == answers(here)
    assert not store.load(tmp_path / "in", engine=server).changed


def test_real_files_too(store: Comity, tmp_path: Path, server: str, shared_data: Path) -> None:
    folder = shared_data / "iati" / "real" / "v2-snapshots"
    here = open_store(shutil.copytree(store.store.path, tmp_path / "here"))
    here.load(folder)
    store.load(folder, engine=server)
    assert answers(store) == answers(here)


def test_the_command_takes_an_engine(store: Comity, tmp_path: Path, server: str) -> None:
    ended = comity("load", str(write(tmp_path / "a.xml", [1])), "--engine", server, store=store)
    assert ended.returncode == 0, ended.stderr
    assert len(rows(store)) == 1
    profile = ("profile", "KOR", "ILO", "--years", "2018-2022", "--format", "json")
    assert comity(*profile, "--engine", server, store=store).stdout == comity(*profile, store=store).stdout


def test_a_server_that_is_not_there_changes_nothing(store: Comity, tmp_path: Path) -> None:
    before = store.store.current().id
    with pytest.raises(EngineNotReady, match=r"cannot compute at sc://127\.0\.0\.1:9"):
        store.load(write(tmp_path / "a.xml", [1]), engine="sc://127.0.0.1:9")
    assert store.store.current().id == before
