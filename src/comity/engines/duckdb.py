"""DuckDB, in this process, on the derived database, read-only and closed to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from comity.engines import Engine, Request
from comity.errors import QueryFailed, TablesUnreadable
from comity.tables import REQUEST, SQL_TYPES


# These read the rows that stand in a table while a statement is planned, and leave out what could not
# meet them: a statement planned for one request would miss the rows of the next.
_BY_CONTENT = "statistics_propagation,compressed_materialization"


class DuckDB:
    """Planning a measure takes longer than answering it, so `answer` plans a statement once for single
    requests, and once for many, which want other joins."""

    dialect = "duckdb"

    def __init__(self, database: Path) -> None:
        try:
            self._db = duckdb.connect(
                str(database),
                read_only=True,
                config={
                    "enable_external_access": "false",
                    "disabled_optimizers": _BY_CONTENT,
                    "lock_configuration": "true",
                },
            )
        except duckdb.Error as error:
            raise TablesUnreadable(database, str(error).splitlines()[0]) from None
        columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in REQUEST)
        self._db.execute(f"CREATE TEMP TABLE request ({columns})")
        self._many = False
        self._planned: dict[tuple[str, bool], str] = {}

    def ask(self, requests: Sequence[Request]) -> None:
        rows = {column.name: [getattr(r, column.name) for r in requests] for column in REQUEST}
        self._many = len(requests) != 1
        self._db.execute("DELETE FROM temp.request")
        if not self._many:  # a table that is registered would have every statement planned again
            marks = ", ".join("?" for _ in rows)
            self._db.execute(f"INSERT INTO temp.request VALUES ({marks})", [v for [v] in rows.values()])
            return
        self._db.register("asked", pa.table(rows))
        self._db.execute(f"INSERT INTO temp.request SELECT {', '.join(rows)} FROM asked")
        self._db.unregister("asked")

    def answer(self, sql: str) -> pa.Table:
        if (sql, self._many) not in self._planned:
            name = f"planned_{len(self._planned)}"
            self.query(f"PREPARE {name} AS {sql}")
            self._planned[sql, self._many] = name
        return self.query(f"EXECUTE {self._planned[sql, self._many]}")

    def query(self, sql: str) -> pa.Table:
        try:
            answer = self._db.execute(sql)
            if not (answer and answer.description):  # DuckDB answers nothing to an empty query
                raise QueryFailed("it holds no statement that answers with rows")
            return _plain(answer.to_arrow_table())
        except (duckdb.Error, RuntimeError) as error:
            raise QueryFailed(str(error).split("\n\n")[0]) from None

    def close(self) -> None:
        self._db.close()


def _plain(rows: pa.Table) -> pa.Table:
    """Sums of integers, which have 128 bits in DuckDB, as the integers of 64 bits that they are."""
    wide = pa.decimal128(38, 0)
    kinds = [pa.int64() if field.type == wide else field.type for field in rows.schema]
    return rows.cast(pa.schema(list(zip(rows.schema.names, kinds, strict=True))))


ENGINE = Engine("duckdb", lambda url, database: DuckDB(database))
