"""DuckDB, in this process, on the derived database, read-only and closed to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from comity.engines import Engine, Request
from comity.errors import QueryFailed, TablesUnreadable

_REQUEST = pa.schema(
    [
        ("request", pa.int64()),
        ("partner", pa.string()),
        ("organisation", pa.string()),
        ("contributor", pa.string()),
        ("start_year", pa.int64()),
        ("end_year", pa.int64()),
        ("as_of", pa.date32()),
    ]
)


class DuckDB:
    dialect = "duckdb"

    def __init__(self, database: Path) -> None:
        try:
            self._db = duckdb.connect(
                str(database),
                read_only=True,
                config={"enable_external_access": "false", "lock_configuration": "true"},
            )
        except duckdb.Error as error:
            raise TablesUnreadable(database, str(error).splitlines()[0]) from None

    def ask(self, requests: Sequence[Request]) -> None:
        columns = {name: [getattr(request, name) for request in requests] for name in _REQUEST.names}
        rows = pa.table(columns, schema=_REQUEST)
        self._db.execute("DROP TABLE IF EXISTS temp.request")
        self._db.register("asked", rows)
        self._db.execute("CREATE TEMP TABLE request AS SELECT * FROM asked")
        self._db.unregister("asked")

    def query(self, sql: str) -> pa.Table:
        try:
            answer = self._db.execute(sql)
            if not (answer and answer.description):  # DuckDB answers nothing to an empty query
                raise QueryFailed("it holds no statement that answers with rows")
            return answer.to_arrow_table()
        except (duckdb.Error, RuntimeError) as error:
            raise QueryFailed(str(error).split("\n\n")[0]) from None

    def close(self) -> None:
        self._db.close()


ENGINE = Engine("duckdb", lambda url, database: DuckDB(database))
