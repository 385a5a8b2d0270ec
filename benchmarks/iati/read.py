"""Measures how fast the IATI kernel reads, beside the limits that bound it, and prints a table.

    python -m benchmarks.iati.read 10MB 200MB

Each size is generated, each case runs three times in processes of its own, and medians are shown: MB
of the file for each second of CPU (one core; imports are not counted), and the peak of memory of the
whole process. The limits are lxml's own iterparse over activities, which are cleared and not looked
at, and libxml2's parser with nobody listening. The kernel must reproduce the generator's totals.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.iati.generate import Totals, bytes_of, generate

RUNS = 3

_KERNEL = """
    from decimal import Decimal
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from comity.sources import Batch
    from comity.sources.iati import kernel

    def run(path, keep=None):
        rows, sums, writers = {}, {}, {}
        with open(path, "rb") as stream:
            for item in kernel.read(stream, "benchmark"):
                if not isinstance(item, Batch):
                    continue
                name, batch = item.table, item.rows
                rows[name] = rows.get(name, 0) + batch.num_rows
                if name == "transactions":
                    found = batch.group_by("type").aggregate([("value", "sum")]).to_pylist()
                    for row in found:
                        sums[row["type"]] = sums.get(row["type"], Decimal(0)) + row["value_sum"]
                if keep:
                    if name not in writers:
                        file = f"{keep}/{name}.parquet"
                        writers[name] = pq.ParquetWriter(file, batch.schema, compression="zstd")
                    writers[name].write_table(batch)
        for writer in writers.values():
            writer.close()
        return {"rows": rows, "value_by_type": {k: str(v.quantize(Decimal("0.01"))) for k, v in sums.items()}}
"""
_ITERPARSE = """
    from lxml import etree

    def run(path):
        for _, element in etree.iterparse(path, tag="iati-activity"):
            element.clear(keep_tail=True)
            while element.getprevious() is not None:
                del element.getparent()[0]
"""
_NOBODY = """
    from lxml import etree

    class Nobody:
        def close(self): pass

    def run(path):
        parser = etree.XMLParser(target=Nobody())
        with open(path, "rb") as stream:
            while piece := stream.read(65536):
                parser.feed(piece)
        parser.close()
"""
_MEASURE = """
    import json, resource, sys, time
    before = time.process_time()
    found = run(*sys.argv[1:])
    seconds = time.process_time() - before
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_mb": peak_kb // 1024, "found": found}))
"""
CASES = (
    ("libxml2's parser, nobody listening (limit)", _NOBODY, False),
    ("lxml's iterparse, activities cleared (limit)", _ITERPARSE, False),
    ("kernel, to all tables", _KERNEL, False),
    ("kernel, to all tables and Parquet", _KERNEL, True),
)


@dataclass(frozen=True, slots=True)
class Result:
    what: str
    cpu_seconds: float
    peak_mb: int
    kept_bytes: int
    found: Any


def _once(code: str, path: Path, keep: Path | None) -> dict[str, Any]:
    whole = textwrap.dedent(code) + textwrap.dedent(_MEASURE)
    command = [sys.executable, "-c", whole, str(path), *([str(keep)] if keep else [])]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"benchmark failed: {run.stderr}")
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def measure(what: str, code: str, path: Path, keeps: bool, runs: int) -> Result:
    """Medians of some runs of one case."""
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(folder) if keeps else None
        said = [_once(code, path, keep) for _ in range(runs)]
        kept = sum(file.stat().st_size for file in Path(folder).iterdir())
    return Result(
        what,
        statistics.median(one["seconds"] for one in said),
        int(statistics.median(one["peak_mb"] for one in said)),
        kept,
        said[0]["found"],
    )


def _check(totals: Totals, found: Any) -> None:
    """Raises `SystemExit` when what was read is not what was generated."""
    expected = json.loads(totals.json())
    for what in ("rows", "value_by_type"):
        if found and found[what] != expected[what]:
            raise SystemExit(f"{what}: read {found[what]}, generated {expected[what]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="+", type=bytes_of, help="10MB, 200MB, 1GB …")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(f"lxml {version('lxml')}, pyarrow {version('pyarrow')}; medians of {given.runs}\n")
    print("| file | case | MB/s of CPU | peak MB | Parquet MB |\n|---|---|---:|---:|---:|")
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "generated.xml"
            totals = generate(path, size)
            for what, code, keeps in CASES:
                result = measure(what, code, path, keeps, given.runs)
                _check(totals, result.found)
                speed = totals.bytes / 1e6 / result.cpu_seconds
                kept = f"{result.kept_bytes / 1e6:.1f}" if keeps else ""
                print(f"| {totals.bytes / 1e6:,.0f} MB | {what} | {speed:.1f} | {result.peak_mb} | {kept} |")


if __name__ == "__main__":
    main()
