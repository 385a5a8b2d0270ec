"""Reading IATI files on many machines: the rows are those that are read here."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from comity.errors import FileRefused, Issue
from comity.sources import Batch
from comity.sources.iati import kernel
from comity.sources.iati.on_spark import read_on
from tests import sail
from tests.iati import SPECIMENS

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


def read_here(paths: Iterable[Path]) -> dict[str, tuple[int, Decimal]]:
    """Transactions and the sum of their values, by file."""
    found = {}
    for path in paths:
        count, total = 0, Decimal(0)
        with path.open("rb") as stream, contextlib.suppress(FileRefused):
            for item in kernel.read(stream, path.name):
                if isinstance(item, Batch) and item.table == "transactions":
                    count += item.rows.num_rows
                    total += sum((v for v in item.rows["value"].to_pylist() if v is not None), Decimal(0))
            if count:
                found[str(path)] = (count, total)
    return found


def read_there(session: SparkSession, paths: list[Path]) -> dict[str, tuple[int, Decimal]]:
    read_on(session, paths, "transactions").createOrReplaceTempView("read")
    query = "SELECT path, count(*) AS n, coalesce(sum(value), 0) AS total FROM read GROUP BY path"
    answer = session.sql(query).toArrow().to_pylist()
    return {row["path"]: (row["n"], Decimal(row["total"])) for row in answer}


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    with sail.running() as url:
        found = sail.session_at(url)
        yield found
        found.stop()


def test_spark_reads_the_rows_that_are_read_here(session: SparkSession) -> None:
    paths = [SPECIMENS / "iati_v203_all_tables.xml", SPECIMENS / "iati_many_problems.xml"]
    here = read_here(paths)
    assert len(here) == 2
    assert read_there(session, paths) == here
    for table in ("activities", "transactions", "indicator_periods", "issues"):
        found = read_on(session, paths, table).toArrow()
        assert found.column_names[0] == "path"
        for path in paths:
            expected = rows_of(path, table)
            assert [r for r in found.to_pylist() if r.pop("path") == str(path)] == expected


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for item in kernel.read(stream, path.name):
            if isinstance(item, Batch) and item.table == table:
                found += item.rows.to_pylist()
            elif isinstance(item, Issue) and table == "issues":
                found.append({"locator": item.locator, "rule": item.rule, "text": item.text})
    return found


def test_of_a_file_that_is_refused_spark_keeps_the_reason(session: SparkSession, tmp_path: Path) -> None:
    """Also where sound rows come before it, and of one that breaks off what stands before."""
    broken = SPECIMENS / "iati_broken_in_the_third_activity.xml"
    harmful = tmp_path / "harmful.xml"
    deep = b"<a>" * 300 + b"</a>" * 300
    sound = b"<iati-activity><iati-identifier>A-1</iati-identifier></iati-activity>"
    harmful.write_bytes(b"<iati-activities>" + sound + deep + b"</iati-activities>")
    paths = [broken, harmful]
    counted = Counter(read_on(session, paths, "activities").toArrow()["path"].to_pylist())
    assert counted == {str(broken): 2}
    told = read_on(session, paths, "issues").toArrow().to_pylist()
    assert [row["rule"] for row in told if row["path"] == str(harmful)] == ["load"]
    assert [row["text"] for row in told if "breaks off" in row["text"]]


def test_spark_reads_real_files_as_they_are_read_here(session: SparkSession, shared_data: Path) -> None:
    paths = sorted((shared_data / "iati" / "dportal").iterdir())[::5]
    here = read_here(paths)
    assert sum(count for count, _ in here.values()) > 1000
    assert read_there(session, paths) == here
