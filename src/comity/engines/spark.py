"""Spark Connect: a Spark cluster, or Sail, at `sc://HOST:PORT`. Needs the extra `comity[spark]`.

The tables get there as Parquet files, made once for each generation beside its derived database, which
holds the joined identities. The server reads them by path: it must see the store's folder under the
same path as comity does.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from comity.engines import Engine, Request, Work
from comity.errors import BadRequest, EngineNotReady, NotWritable, QueryFailed, TablesUnreadable
from comity.tables import REQUEST, SQL_TYPES, Column, contracts, quoted

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

PATIENCE_S = 10
"""How long a server may take to answer at all."""
_SPARK_TYPES = {**SQL_TYPES, "text": "STRING"}
_GROUP_ROWS = 100_000
_MARKER = "marker.parquet"
"""One more file, which holds what no other folder holds."""


class Spark:
    dialect = "pyspark"

    def __init__(self, url: str, database: Path) -> None:
        self._url = url
        self._session = _session(url)
        try:
            self._folder = _exported(database)
            self._show()
        except BaseException:
            self.close()
            raise

    def _show(self) -> None:
        """Makes the exported files the session's tables, once the server is seen to read these files."""
        from pyspark.errors import PySparkException

        marker = str(self._folder / _MARKER)
        try:
            # Sail takes a file that is not there for one without rows, which would make all figures zero.
            if self._session.read.parquet(marker).toArrow().to_pylist() != pq.read_table(marker).to_pylist():
                raise LookupError("it sees other files there, or none")
            for name, contract in contracts().items():
                # Its columns are said, since Spark would open every file to learn them.
                reader = self._session.read.schema(_shape(contract.columns))
                reader.parquet(str(self._folder / f"{name}.parquet")).createOrReplaceTempView(name)
        except (PySparkException, LookupError, OSError) as error:
            hint = f"the server must see {self._folder} under this path, as on a shared disk"
            raise EngineNotReady(self._url, _line(error), hint) from None

    def ask(self, requests: Sequence[Request]) -> None:
        rows = {column.name: [getattr(r, column.name) for r in requests] for column in REQUEST}
        with self._refusals():
            asked = self._session.createDataFrame(pa.table(rows), _shape(REQUEST))
            asked.createOrReplaceTempView("request")

    def answer(self, sql: str) -> pa.Table:
        return self.query(sql)

    def query(self, sql: str) -> pa.Table:
        if not self._folder.exists():
            raise EngineNotReady(self._url, f"the tables in {self._folder} are gone", "connect again")
        with self._refusals():
            answer = self._session.sql(sql).toArrow()
        return answer.cast(pa.schema([pa.field(f.name, _as_in_duckdb(f.type)) for f in answer.schema]))

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        from pyspark.errors import PySparkException, RetriesExceeded

        try:
            yield
        except RetriesExceeded:
            self._session.release_session_on_close = False  # closing would wait for it once more
            raise EngineNotReady(self._url, "it answers no more", "see whether it still runs") from None
        except PySparkException as error:
            raise QueryFailed(_line(error)) from None

    def close(self) -> None:
        self._session.stop()


def _shape(columns: Sequence[Column]) -> str:
    return ", ".join(f"{column.name} {_SPARK_TYPES[column.kind]}" for column in columns)


def _line(error: Exception) -> str:
    # What follows is the statement, its plan or a stack of Java's.
    return re.split(r"\n\n|\n==|;\n'", str(error).strip())[0]


def _as_in_duckdb(found: pa.DataType) -> pa.DataType:
    """Sums of decimals have all 38 digits in DuckDB; Spark gives ten more than each of them has."""
    if pa.types.is_decimal(found) and f"DECIMAL({found.precision},{found.scale})" not in SQL_TYPES.values():
        return pa.decimal128(38, found.scale)
    return found


def _session(url: str) -> SparkSession:
    """A session of its own, so that its tables are seen by no other."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.logger import PySparkLogger
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise EngineNotReady(url, str(error), "install comity[spark]") from None
    try:
        address = DefaultChannelBuilder(url)
        host, _, port = address.endpoint.rpartition(":")
        if not host or not 0 < int(port) < 2**16:
            raise ValueError(url)
    except ValueError:
        shown = url.partition(";")[0]  # what follows may hold a token
        raise BadRequest(f"“{shown}” is no address of a server; say --engine sc://HOST:PORT") from None
    hint = "start a Spark Connect server there, for example: sail spark server"
    try:
        # Asked beforehand, since Spark's client would go on trying for minutes.
        socket.create_connection((host, int(port)), PATIENCE_S).close()
    except OSError as error:
        raise EngineNotReady(url, error.strerror or str(error), hint) from None
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True  # it prints each error once more, with all stacks
    session = SparkSession.builder.channelBuilder(address).create()
    try:
        session.client.set_retry_policies(
            [DefaultPolicy(max_retries=3, initial_backoff=200, max_backoff=2000)]
        )
        _ = session.version
    except PySparkException as error:
        session.stop()
        raise EngineNotReady(url, _line(error), hint) from None
    return session


def _exported(database: Path) -> Path:
    """The folder with the tables of `database` as Parquet files, sorted as they are there; made, whole
    or not at all, when there is none.

    Raises `TablesUnreadable` when the database does not open, and `NotWritable`.
    """
    folder = database.with_suffix(".parquet").absolute()
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        if not folder.exists():
            draft.mkdir(exist_ok=True)
            _export(database, draft)
            draft.rename(folder)
    except (duckdb.Error, pa.ArrowException) as error:
        raise TablesUnreadable(database, _line(error)) from None
    except OSError as error:
        if not folder.exists():  # else another process was quicker
            raise NotWritable(folder, error.strerror or str(error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _export(database: Path, draft: Path) -> None:
    queries = {f"{name}.parquet": f"FROM {name}" for name in contracts()}
    queries[_MARKER] = "SELECT uuid()::VARCHAR AS id"
    # Attached, since this process may have the same file open in another way.
    with duckdb.connect() as db:
        db.execute(f"ATTACH {quoted(str(database))} AS derived (READ_ONLY); USE derived")
        for name, query in queries.items():
            rows = db.execute(query).to_arrow_reader(_GROUP_ROWS)
            with (draft / name).open("wb") as file:
                with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
                    for batch in rows:
                        writer.write_batch(batch)
                os.fsync(file.fileno())


def _spread(url: str, work: Work, items: Sequence[bytes]) -> list[bytes]:
    """Has the workers do `work` on each of the items; answers in their order. Spark's workers take the
    interpreter that `PYSPARK_PYTHON` names, which needs this version of comity; Sail's are the server.

    Raises `EngineNotReady` and `QueryFailed`.
    """
    from pyspark.errors import PySparkException

    session = _session(url)
    try:
        given = {"place": range(len(items)), "item": pa.array(items, pa.binary())}
        rows = session.createDataFrame(pa.table(given), "place LONG, item BINARY")
        done = rows.repartition(len(items), "place").mapInArrow(
            partial(_worked, work), "place LONG, answer BINARY"
        )
        answers = done.toArrow().to_pylist()
    except PySparkException as error:
        raise QueryFailed(_line(error)) from None
    finally:
        session.stop()
    return [row["answer"] for row in sorted(answers, key=itemgetter("place"))]


def _worked(work: Work, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """In a worker."""
    for batch in batches:
        answers = [work(item) for item in batch.column("item").to_pylist()]
        yield pa.record_batch({"place": batch.column("place"), "answer": pa.array(answers, pa.binary())})


ENGINE = Engine("sc", Spark, _spread)
