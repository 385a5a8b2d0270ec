"""Connecting to Spark: the files it reads, what is seen of other connections, and what is told when not.

What it answers is held against DuckDB in `test_engines.py`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import tables
from comity.api import Comity, ask
from comity.engines import spark
from comity.errors import BadRequest, EngineNotKnown, EngineNotReady, NotWritable
from tests import sail


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with sail.running() as url:
        yield url


@pytest.fixture
def database(starter_store: Comity, tmp_path: Path) -> Path:
    """A copy of a derived database, without files for Spark beside it."""
    copy = tmp_path / "derived.duckdb"
    shutil.copy(starter_store.store.database(starter_store.store.current()), copy)
    return copy


def test_the_files_for_spark_are_made_once_and_sorted(server: str, database: Path) -> None:
    spark.Spark(server, database).close()
    folder = database.with_suffix(".parquet")
    made = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert made.keys() == {f"{name}.parquet" for name in (*tables.contracts(), "marker")}
    again = spark.Spark(server, database)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == made
    assert again.query("SELECT count(*) AS n FROM parties")["n"].to_pylist() != [0]
    again.close()
    contributions = pq.read_table(folder / "contributions.parquet")
    order = [(column, "ascending") for column in tables.contracts()["contributions"].order]
    assert contributions == contributions.sort_by(order)


def test_two_connections_do_not_see_each_others_question(server: str, starter_store: Comity) -> None:
    one, two = (starter_store.library(engine=server) for _ in range(2))
    for held, who in ((one, "KOR"), (two, "FRA")):
        held.connection.ask([ask(held, who, "ILO", 2020)])
    answers = [
        held.connection.query("SELECT partner FROM request")["partner"][0].as_py() for held in (one, two)
    ]
    assert answers == ["KOR", "FRA"]
    one.connection.close()
    assert two.connection.query("SELECT partner FROM request").num_rows == 1
    two.connection.close()


def test_what_cannot_be_written_leaves_nothing(
    server: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritable, match=r"derived\.parquet: No space left on device; nothing was changed$"):
        spark.Spark(server, database)
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_a_damaged_database_is_made_again(server: str, store: Comity) -> None:
    damaged = store.store.database(store.store.current())
    damaged.write_bytes(b"no database")
    found = store.library(engine=server)
    assert found.directory.partner("KOR").name == "Republic of Korea"
    found.connection.close()


def test_a_server_that_sees_other_files_is_not_asked(
    server: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sail takes files that are missing for empty ones: every figure would be zero."""
    real = spark._exported(database)
    elsewhere = real.with_name("elsewhere.parquet")
    monkeypatch.setattr(spark, "_exported", lambda _: elsewhere)
    monkeypatch.setattr(pq, "read_table", lambda _: pa.table({"id": ["that of another folder"]}))
    for _ in range(2):  # there are none, then there are others
        with pytest.raises(EngineNotReady, match=r"it sees other files .* must see .*elsewhere\.parquet"):
            spark.Spark(server, database)
        shutil.copytree(real, elsewhere, dirs_exist_ok=True)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("[PARSE] at 'x'. SQLSTATE: 42601 (line 1, pos 0)", "\n\n== SQL ==\nx\n^^^"),
        ("[NONE] not found: a. SQLSTATE: 42P01; line 1 pos 20", ";\n'Project ['a]\n+- 'b"),
        ("[ZERO] by zero. SQLSTATE: 22012", "\n== SQL (line 1, position 8) ==\nSELECT 1/0"),
        ("[ANY] what\nis the matter.", "\n\nJVM stacktrace:\norg.apache"),
    ],
)
def test_of_what_spark_says_the_statement_and_the_stack_are_left_out(line: str, rest: str) -> None:
    """As Apache Spark 4.0.5 words them; Sail is briefer."""
    assert spark._line(Exception(line + rest)) == line


def test_tables_that_went_away_are_not_taken_for_empty_ones(server: str, database: Path) -> None:
    connection = spark.Spark(server, database)
    shutil.rmtree(database.with_suffix(".parquet"))
    with pytest.raises(EngineNotReady, match=r"at sc://\S+: the tables in .* are gone; connect again$"):
        connection.query("SELECT count(*) FROM parties")
    connection.close()


def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_where_no_server_is_one_line_says_how_to_start_one(starter_store: Comity) -> None:
    url = f"sc://127.0.0.1:{unused_port()}/;token=secret"
    with pytest.raises(EngineNotReady) as refused:
        starter_store.library(engine=url)
    shown = url.partition("/;")[0]
    assert str(refused.value) == (
        f"cannot compute at {shown}: Connection refused; start a Spark Connect server there, "
        "for example: sail spark server"
    )


def test_a_server_that_ends_is_told_within_seconds(database: Path) -> None:
    with sail.running() as url:
        connection = spark.Spark(url, database)
        assert connection.query("SELECT 1 AS n").num_rows == 1
    with pytest.raises(EngineNotReady, match=r"it answers no more; see whether it still runs$"):
        connection.query("SELECT 1 AS n")


@pytest.mark.parametrize(
    "url", ["sc:", "sc://", "sc:localhost", "sc://host:port", "sc://host:99999", "sc://:1", "sc://host/path"]
)
def test_what_is_no_address_is_refused(starter_store: Comity, url: str) -> None:
    with pytest.raises(BadRequest, match=r"^“\S+” is no address of a server; say --engine sc://HOST:PORT$"):
        starter_store.library(engine=url)


def test_an_unknown_engine_is_told_the_known_ones(starter_store: Comity) -> None:
    with pytest.raises(EngineNotKnown, match=r"known: duckdb, sc"):
        starter_store.library(engine="spark://host")


def test_without_the_extra_one_line_says_how_to_install_it(
    starter_store: Comity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.client", None)
    with pytest.raises(EngineNotReady, match=r"^cannot compute at sc://host: .*; install comity\[spark\]$"):
        starter_store.library(engine="sc://host")


def test_on_the_command_line_too(starter_store: Comity) -> None:
    command = [str(Path(sys.executable).with_name("comity")), "profile", "KOR", "ILO", "--years", "2018-2022"]
    at = f"sc://127.0.0.1:{unused_port()}"
    environment = {**os.environ, "COMITY_STORE": str(starter_store.store.path), "NO_COLOR": "1"}
    ended = subprocess.run([*command, "--engine", at], capture_output=True, text=True, env=environment)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert f"cannot compute at {at}: Connection refused" in ended.stderr


def test_who_does_not_ask_spark_does_not_import_it() -> None:
    code = (
        "import sys, comity, comity.engines as e; from pathlib import Path\n"
        "try: e.connect('nobody', Path())\n"
        "except Exception as error: assert 'duckdb, sc' in str(error)\n"
        "print({'pandas', 'pyspark', 'grpc'} & sys.modules.keys())"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("set()\n", "")
