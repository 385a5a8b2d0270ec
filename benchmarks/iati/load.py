"""Measures loading generated IATI files into a store, from XML to the joined database, and prints tables.

    python -m benchmarks.iati.load --large

Each load runs three times in processes of its own, each time into a fresh store, and medians are shown;
imports are not counted. What the store holds afterwards must be what was generated. Three things are
measured: files of 10 MB, 200 MB and, with `--large`, 1 GB; two files by one worker and by two, beside two
plain iterparse processes against one, which is what the machine gives at most; and a folder of files
loaded again with nothing changed. MB/s are for each second of CPU (user + system); what is about several
workers is told by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import comity
from benchmarks.iati.generate import Totals, bytes_of, generate
from benchmarks.iati.read import CASES, RUNS

FEW = 100_000
"""Bytes of a file that stands beside a large one so that the latter is read by a worker."""
_PUBLISHER = re.compile(r"XM-DAC-999\d\d")
# `workers` are processes that import the main module again: `python -c` has none to import, so that
# they measure nothing but comity.
_LOAD = """
    import json, resource, sys, time
    import duckdb, pyarrow.parquet
    import comity
    from comity.sources.iati import kernel

    def now():
        own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return {
            "clock": time.perf_counter(),
            "cpu": own.ru_utime + own.ru_stime,
            "peak_mb": own.ru_maxrss / 1024,
            "workers_cpu": theirs.ru_utime + theirs.ru_stime,
            "worker_peak_mb": theirs.ru_maxrss / 1024,
        }

    if __name__ == "__main__":
        home, workers, *paths = sys.argv[1:]
        store, at = comity.open(home), {}

        def watch(line):
            if line == "building the database":
                at["read"] = now()

        at["begun"] = now()
        report = store.load(*paths, workers=int(workers), progress=watch)
        at["done"] = now()
        print(json.dumps({"at": at, "changed": report.changed, "refused": len(report.refused)}))
"""
_PARSE_ALL = """
    if __name__ == "__main__":
        import sys
        for path in sys.argv[1:]:
            run(path)
"""
_ITERPARSE = textwrap.dedent(CASES[1][1]) + textwrap.dedent(_PARSE_ALL)


@dataclass(frozen=True, slots=True)
class Given:
    """A generated file, and what it holds."""

    path: Path
    totals: Totals

    @property
    def mb(self) -> float:
        return self.totals.bytes / 1e6


@dataclass(frozen=True, slots=True)
class Taken:
    """What one load took: seconds of the clock and of CPU for reading and for all of it, the peak of the
    process that loads and of the largest worker, and what was kept."""

    read_clock: float
    clock: float
    read_cpu: float
    cpu: float
    peak_mb: float
    worker_peak_mb: float
    rows_mb: float
    database_mb: float


def make(path: Path, size: int, number: int = 1) -> Given:
    """A file of its own publisher, last changed an hour ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    publisher = f"XM-DAC-999{number:02}"
    totals = generate(path, size, number, lambda text: _PUBLISHER.sub(publisher, text))
    touch(path, 60)
    return Given(path, totals)


def touch(path: Path, minutes: int) -> None:
    """Says that the file was last changed so long ago."""
    then = time.time() - minutes * 60
    os.utime(path, (then, then))


def _mb(files: Sequence[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


def load(home: Path, paths: Sequence[Path], workers: int, *, changes: bool = True) -> Taken:
    """Loads into the store at `home`, in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(_LOAD), str(home), str(workers), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"benchmark failed: {run.stderr}")
    said: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])  # DuckDB shows progress to `python -c`
    if said["changed"] != changes or said["refused"]:
        raise SystemExit(f"benchmark failed: {run.stdout}")
    at: dict[str, dict[str, float]] = said["at"]
    begun, done = at["begun"], at["done"]
    read = at["read"] if changes else done

    def cpu(mark: dict[str, float]) -> float:
        return sum(mark[whose] - begun[whose] for whose in ("cpu", "workers_cpu"))

    return Taken(
        read["clock"] - begun["clock"],
        done["clock"] - begun["clock"],
        cpu(read),
        cpu(done),
        done["peak_mb"],
        done["worker_peak_mb"],
        _mb(list((home / "rows").glob("*/*.parquet"))),
        _mb([max((home / "derived").glob("*.duckdb"), key=lambda file: file.stat().st_mtime)]),
    )


def check(home: Path, given: Sequence[Given]) -> None:
    """Raises `SystemExit` unless the store holds what was generated, asked by SQL."""
    store = comity.open(home)
    for file in given:
        where = f"WHERE dataset = '{file.path.stem}'"
        tables = " UNION ALL ".join(
            f"SELECT '{name}' AS name, count(*) AS rows FROM {name} {where}" for name in file.totals.rows
        )
        rows = {row["name"]: row["rows"] for row in store.sql(tables).to_pylist()}
        query = f"SELECT type, sum(value) AS value FROM transactions {where} GROUP BY type"
        sums = {row["type"]: Decimal(row["value"]) for row in store.sql(query).to_pylist()}
        if rows != file.totals.rows or sums != file.totals.value_by_type:
            raise SystemExit(f"{file.path.name}: in the store {rows}, {sums}; generated {file.totals.json()}")


def fresh(template: Path, given: Sequence[Given], workers: int) -> Taken:
    """A load of all files into a new store, which is checked and removed."""
    home = template.with_name("store")
    shutil.copytree(template, home)
    taken = load(home, [file.path for file in given], workers)
    check(home, given)
    shutil.rmtree(home)
    return taken


def middle(taken: Sequence[Taken], what: str) -> float:
    """The median of a field."""
    return float(statistics.median(getattr(one, what) for one in taken))


def _header(*columns: str) -> None:
    print(f"\n| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}")


# The tables


def of_sizes(folder: Path, sizes: Sequence[int], runs: int) -> None:
    """One file, read by the process that loads, and again by a worker, for the memory of both."""
    few = make(folder / "few.xml", FEW, 2)
    used, joined = folder / "used", folder / "template"
    shutil.copytree(joined, used)
    load(used, [make(folder / "first.xml", FEW, 3).path], 1)
    lines = []
    for size in sizes:
        given = make(folder / "generated.xml", size)
        alone, beside, again = [], [], []
        for _ in range(runs):
            alone.append(fresh(joined, [given], 1))
            beside.append(fresh(joined, [given, few], 2))
            if size == sizes[0]:
                again.append(fresh(used, [given], 1))
        lines += [(given, alone, beside)] + [(given, again, [])] * (size == sizes[0])
        given.path.unlink()
    _header(
        "file", "transactions", "reading, MB/s of CPU", "whole load, MB/s of CPU", "join, CPU s",
        "worker's peak MB", "main process's peak MB", "Parquet MB", "of the XML", "database MB",
    )  # fmt: skip
    for given, alone, beside in lines:
        name, facts = f"{given.mb:,.0f} MB, into a store with IATI in it", ["", "", "", "", ""]
        if beside:
            name, kept = f"{given.mb:,.0f} MB", middle(alone, "rows_mb")
            peaks = (middle(beside, "worker_peak_mb"), middle(beside, "peak_mb"))
            facts = [*(f"{peak:,.0f}" for peak in peaks), f"{kept:,.1f}", f"{kept / given.mb:.1%}"]
            facts.append(f"{middle(alone, 'database_mb'):,.1f}")
        join = middle(alone, "cpu") - middle(alone, "read_cpu")
        print(
            f"| {name} | {given.totals.rows['transactions']:,} | {given.mb / middle(alone, 'read_cpu'):.1f} "
            f"| {given.mb / middle(alone, 'cpu'):.1f} | {join:.1f} | {' | '.join(facts)} |"
        )


def _parsed(*commands: Sequence[Path]) -> float:
    """Seconds of the clock for plain iterparse, a process for each of several lists of files."""
    began = time.perf_counter()
    children = [subprocess.Popen([sys.executable, "-c", _ITERPARSE, *map(str, c)]) for c in commands]
    ended = [child.wait() for child in children]
    if any(ended):
        raise SystemExit("benchmark failed: iterparse")
    return time.perf_counter() - began


def of_workers(folder: Path, size: int, runs: int) -> None:
    """Two files by one worker and by two, and by one and two processes that only parse."""
    given = [make(folder / "workers" / f"{n}.xml", size, n) for n in (1, 2)]
    first, second = (file.path for file in given)
    one, two, alone, beside = [], [], [], []
    for _ in range(runs):
        one.append(fresh(folder / "template", given, 1))
        two.append(fresh(folder / "template", given, 2))
        alone.append(_parsed([first, second]))
        beside.append(_parsed([first], [second]))
    _header(f"two files of {given[0].mb:,.0f} MB, clock s", "one", "two", "times as fast", "target")
    steps = (("comity, reading", "read_clock", "≥ 1.8"), ("comity, the whole load", "clock", ""))
    for what, field, target in steps:
        slow, fast = middle(one, field), middle(two, field)
        print(f"| {what} | {slow:.1f} | {fast:.1f} | {slow / fast:.2f} | {target} |")
    slow, fast = statistics.median(alone), statistics.median(beside)
    print(f"| lxml's iterparse in processes (limit) | {slow:.1f} | {fast:.1f} | {slow / fast:.2f} | |")
    print(
        f"\nWith two workers a worker's peak is {middle(two, 'worker_peak_mb'):,.0f} MB, the main process's "
        f"{middle(two, 'peak_mb'):,.0f} MB; reading takes {middle(one, 'read_cpu'):.1f} s of CPU with one, "
        f"{middle(two, 'read_cpu'):.1f} s with two, their start and imports included."
    )
    shutil.rmtree(folder / "workers")


def of_nothing_changed(folder: Path, files: int, size: int, runs: int) -> None:
    """A folder loaded, and loaded again: known by size and time, and by its bytes."""
    given = [make(folder / "many" / f"{n:02}.xml", size, n) for n in range(1, files + 1)]
    many, home = [folder / "many"], folder / "store"
    first, times, hashes = [], [], []
    for number in range(runs):
        shutil.copytree(folder / "template", home)
        first.append(load(home, many, 1))
        check(home, given)
        times.append(load(home, many, 1, changes=False))
        for file in given:
            touch(file.path, 90 + number)
        hashes.append(load(home, many, 1, changes=False))
        shutil.rmtree(home)
    mb = sum(file.mb for file in given)
    _header(f"{files} files, {mb:,.0f} MB in all", "CPU s", "clock s", "CPU, of the first time", "target")
    for what, taken, target in (
        ("the first time", first, ""),
        ("again, other times: by hash", hashes, "< 3 %"),
        ("again, by size and time", times, "< 1 %"),
    ):
        cpu = middle(taken, "cpu")
        share = f"{cpu / middle(first, 'cpu'):.2%}" if target else ""
        print(f"| {what} | {cpu:.3f} | {middle(taken, 'clock'):.3f} | {share} | {target} |")
    shutil.rmtree(folder / "many")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=bytes_of, default=[10**7, 2 * 10**8], help="10MB, 200MB …")
    parser.add_argument("--large", action="store_true", help="also a file of 1 GB; takes 10 GB of disk")
    parser.add_argument("--two", type=bytes_of, default=2 * 10**8, help="the size of two files at once")
    parser.add_argument("--many", type=int, default=20, help="how many files of 10 MB are loaded again")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("lxml", "pyarrow", "duckdb")), end="; ")
    print(f"medians of {given.runs}; load average at the start {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        comity.create(folder / "template")
        of_nothing_changed(folder, given.many, 10**7, given.runs)
        of_workers(folder, given.two, given.runs)
        of_sizes(folder, [*given.sizes, *([10**9] * given.large)], given.runs)


if __name__ == "__main__":
    main()
