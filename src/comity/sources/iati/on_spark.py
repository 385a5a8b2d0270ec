"""Reads many IATI files at a time on Spark: the kernel runs in the workers, next to the files.

The workers need comity of the same version, and must see each file under the path given here. Spark's
take the interpreter that `PYSPARK_PYTHON` names; Sail's are the server itself. No command uses this yet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from comity.errors import FileRefused, Issue
from comity.sources import SHARED, Batch, Break, arrow_type
from comity.sources.iati import kernel
from comity.tables import SQL_TYPES, Column, contracts

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.dataframe import DataFrame

ISSUES = "issues"
_TASK_BYTES = 8 * 1024**2
"""There is a task for each so many bytes, since starting one takes as long as reading several small files."""
_SPARK_TYPES = {**SQL_TYPES, "text": "STRING"}


def read_on(session: SparkSession, paths: Iterable[Path], table: str) -> DataFrame:
    """The rows of `table` in the files at `paths`, in the columns that the kernel gives, after the
    file's own `path`.

    The table `issues` holds the kernel's issues, where a file breaks off, and why one is refused: of
    such a file nothing else is given.
    """
    files = [Path(path).absolute() for path in paths]
    tasks = sum(file.stat().st_size for file in files) // _TASK_BYTES + 1
    named = session.createDataFrame(pa.table({"path": [str(file) for file in files]}), "path STRING")
    shape = ", ".join(f"{c.name} {_SPARK_TYPES[c.kind]}" for c in _columns(table))
    spread = named.repartition(max(1, min(tasks, len(files))))
    return spread.mapInArrow(partial(_rows_of, table), f"path STRING, {shape}")


def _columns(table: str) -> list[Column]:
    return [column for column in contracts()[table].stored if column.name not in SHARED]


def _schema(table: str) -> pa.Schema:
    columns = [(column.name, arrow_type(column.kind)) for column in _columns(table)]
    return pa.schema([("path", pa.string()), *columns])


def _rows_of(table: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """In a worker: the rows of `table` in the files that `batches` name."""
    for batch in batches:
        for path in batch.column("path").to_pylist():
            yield from _rows_of_file(table, Path(path))


def _rows_of_file(table: str, path: Path) -> Iterator[pa.RecordBatch]:
    schema = _schema(table)
    told: list[tuple[str, str, str]] = []
    # Written out first: a file may be larger than memory, and may be refused at its very end.
    with tempfile.TemporaryFile() as spool:
        try:
            with path.open("rb") as stream, pa.ipc.new_stream(spool, schema) as writer:
                for item in kernel.read(stream, path.name):
                    match item:
                        case Batch(name, rows) if name == table:
                            writer.write_table(_from(path, rows).cast(schema))
                        case Issue(_, _, locator, rule, text):
                            told.append((locator, rule, text))
                        case Break(line, reason):
                            text = f"the file breaks off ({reason}); what stands before is kept"
                            told.append((f"line {line}" if line else "", "xml", text))
        except FileRefused as refused:
            told = [(refused.where, "load", f"left out: {refused.reason}")]
        else:
            spool.seek(0)
            yield from pa.ipc.open_stream(spool)
    if table == ISSUES and told:
        columns = dict(zip(("locator", "rule", "text"), zip(*told, strict=True), strict=True))
        yield from _from(path, pa.table(columns)).cast(schema).to_batches()


def _from(path: Path, rows: pa.Table) -> pa.Table:
    return rows.add_column(0, "path", pa.repeat(str(path), rows.num_rows))
