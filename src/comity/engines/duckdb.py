"""DuckDB, in this process, on the derived database, read-only and closed to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from comity.engines import Engine, Request
from comity.errors import QueryFailed, TablesUnreadable
from comity.tables import REQUEST, SQL_TYPES, quoted

# These read the rows that stand in a table while a statement is planned, and leave out what could not
# meet them: a statement planned for one request would miss the rows of the next.
_BY_CONTENT = "statistics_propagation,compressed_materialization"
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class DuckDB:
    """Planning a measure takes longer than answering it, so `answer` keeps the plans of statements for single
    requests. This it does beside all else, on one thread: what a join told a scan the last time, DuckDB 1.5
    forgets while the next answer begins, and with several threads a scan may still go by it and miss rows."""

    dialect = "duckdb"

    def __init__(self, database: Path) -> None:
        try:
            self._db = duckdb.connect(str(database), read_only=True, config=_CLOSED)
        except duckdb.Error as error:
            raise TablesUnreadable(database, str(error).splitlines()[0]) from None
        _make_request(self._db)
        self._database = database
        self._one: duckdb.DuckDBPyConnection | None = None
        self._asked: Sequence[Request] = ()
        self._put = True
        self._planned: dict[str, str] = {}

    def ask(self, requests: Sequence[Request]) -> None:
        self._asked, self._put = requests, False
        if len(requests) == 1:  # a table that is registered would have every statement planned again
            given = [getattr(requests[0], column.name) for column in REQUEST]
            marks = ", ".join("?" for _ in given)
            self._keeping.execute("DELETE FROM temp.request")
            self._keeping.execute(f"INSERT INTO temp.request VALUES ({marks})", given)

    @property
    def _keeping(self) -> duckdb.DuckDBPyConnection:
        """The connection that keeps plans."""
        if self._one is None:
            # In memory with the file attached, since a file is opened with the same settings everywhere.
            self._one = duckdb.connect(config={"threads": 1, "disabled_optimizers": _BY_CONTENT})
            self._one.execute(f"ATTACH {quoted(str(self._database))} AS derived (READ_ONLY); USE derived")
            for name, value in _CLOSED.items():
                self._one.execute(f"SET {name} = {value}")
            _make_request(self._one)
        return self._one

    def answer(self, sql: str) -> pa.Table:
        if len(self._asked) != 1:
            return self.query(sql)
        if sql not in self._planned:
            name = f"planned_{len(self._planned)}"
            _answered(self._keeping, f"PREPARE {name} AS {sql}")
            self._planned[sql] = name
        return _answered(self._keeping, f"EXECUTE {self._planned[sql]}")

    def query(self, sql: str) -> pa.Table:
        if not self._put:
            rows = {column.name: [getattr(r, column.name) for r in self._asked] for column in REQUEST}
            self._db.execute("DELETE FROM temp.request")
            self._db.register("asked", pa.table(rows))
            self._db.execute(f"INSERT INTO temp.request SELECT {', '.join(rows)} FROM asked")
            self._db.unregister("asked")
            self._put = True
        return _answered(self._db, sql)

    def close(self) -> None:
        self._db.close()
        if self._one is not None:
            self._one.close()


def _make_request(db: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in REQUEST)
    db.execute(f"CREATE TEMP TABLE request ({columns})")


def _answered(db: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    try:
        answer = db.execute(sql)
        if not (answer and answer.description):  # DuckDB answers nothing to an empty query
            raise QueryFailed("it holds no statement that answers with rows")
        return _plain(answer.to_arrow_table())
    except (duckdb.Error, RuntimeError) as error:
        raise QueryFailed(str(error).split("\n\n")[0]) from None


def _plain(rows: pa.Table) -> pa.Table:
    """Sums of integers, which have 128 bits in DuckDB, as the integers of 64 bits that they are."""
    wide = pa.decimal128(38, 0)
    if wide not in rows.schema.types:
        return rows
    kinds = [pa.int64() if field.type == wide else field.type for field in rows.schema]
    return rows.cast(pa.schema(list(zip(rows.schema.names, kinds, strict=True))))


ENGINE = Engine("duckdb", lambda url, database: DuckDB(database))
