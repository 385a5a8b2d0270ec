"""Measures comity on the real CEB files and prints a table; say where they are: `make bench DATA=…`.

Each case runs several times in processes of its own; CPU seconds are user + system, the median is
given with the fastest and slowest. Limits stand beside the cases that they bound: the same bytes
read by Python's csv module alone, and the same sums by DuckDB straight from the table.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

COMITY = str(Path(sys.executable).with_name("comity"))
RUNS = 5
PAIR = ("KOR", "ILO", "--years", "2018-2022", "--format", "json")


@dataclass(frozen=True, slots=True)
class Result:
    what: str
    cpu_seconds: tuple[float, ...]
    wall_seconds: tuple[float, ...]
    peak_mb: int
    target: str


def _child(command: list[str], store: Path) -> tuple[float, float, int, str]:
    """CPU and wall seconds, peak memory in MB and output of one process."""
    began = time.perf_counter()
    environment = {**os.environ, "COMITY_STORE": str(store)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        said = child.stdout.read() if child.stdout else ""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"benchmark failed: {' '.join(command)}")
    wall = time.perf_counter() - began
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss // 1024, said


def _python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code), *arguments]


def _measured(what: str, target: str, commands: list[tuple[list[str], Path]]) -> Result:
    cpu, wall, peak, _ = zip(*(_child(command, store) for command, store in commands), strict=True)
    return Result(what, cpu, wall, max(peak), target)


def _copies(template: Path, home: Path, count: int) -> list[Path]:
    places = [home / f"copy-{number}-{os.urandom(4).hex()}" for number in range(count)]
    for place in places:
        subprocess.run(["/bin/cp", "-r", str(template), str(place)], check=True)
    return places


CSV_ALONE = """
    import csv, gzip, sys
    for name in sys.argv[1:]:
        with gzip.open(name, "rt", encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                pass
"""
ALL_PAIRS = """
    import sys
    import comity
    from comity import profiles
    library = comity.open().library()
    period = profiles.period_of(2018, 2022)
    parties = library.directory.parties.values()
    partners = [party for party in parties if party.kind in ("state", "observer_state", "area")]
    bodies = [party for party in parties if party.kind == "un_entity"]
    asked = [
        profiles.request_for(library, partner, body, period, number=number)
        for number, (partner, body) in enumerate((p, b) for p in partners for b in bodies)
    ]
    import time
    began = time.process_time()
    found = profiles.figures_of(library, asked, "contributions")
    print(len(found), time.process_time() - began)
"""
ALL_PAIRS_SQL = """
    import comity
    store = comity.open()
    rows = store.sql(
        "SELECT provider, receiver, year, type, sum(amount_usd) FROM contributions "
        "WHERE year BETWEEN 2018 AND 2022 GROUP BY ALL"
    )
"""
IBIS = "import ibis; ibis.duckdb.connect()"
DUCKDB = "import duckdb; duckdb.connect()"


def main(data: Path) -> None:
    ceb = [
        str(data / "ceb" / name)
        for name in ("revenue_government_donors.csv.gz", "revenue_non_gov_donors.csv.gz")
    ]
    if missing := [name for name in ceb if not Path(name).is_file()]:
        raise SystemExit(f"no {missing[0]}; say: make bench DATA=folder-with-ceb")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        starter, full = home / "starter", home / "full"
        _child([COMITY, "load"], starter)
        _copies_full(starter, full, ceb)
        profile = [COMITY, "profile", *PAIR]
        cold = _copies(full, home, RUNS)
        for place in cold:
            for compiled in (place / "compiled").iterdir():
                compiled.unlink()
        results = [
            _measured("csv module alone (limit)", "", [(_python(CSV_ALONE, *ceb), full)] * RUNS),
            _measured(
                "load, 86,807 + 6,132 rows", "< 3 s, < 300 MB",
                [([COMITY, "load", *ceb], place) for place in _copies(starter, home, RUNS)],
            ),
            _measured("load, nothing changed", "", [([COMITY, "load", *ceb], full)] * RUNS),
            _measured("import duckdb and connect (limit)", "", [(_python(DUCKDB), full)] * RUNS),
            _measured("import ibis and connect", "", [(_python(IBIS), full)] * RUNS),
            _measured("profile, measures compiled before", "< 2 s", [(profile, full)] * RUNS),
            _measured("profile, measures compiled anew", "< 2 s", [(profile, place) for place in cold]),
            _measured("all pairs by SQL in one process (limit)", "", [(_python(ALL_PAIRS_SQL), full)] * RUNS),
            _measured("all pairs, contributions.* in one process", "", [(_python(ALL_PAIRS), full)] * RUNS),
        ]  # fmt: skip
        passes = [_child(_python(ALL_PAIRS), full)[3].split() for _ in range(RUNS)]
        results.append(
            Result(
                f"  of that the pass itself, {int(passes[0][0]):,} pairs × 6 measures",
                tuple(float(seconds) for _, seconds in passes), (), 0, "< 2 s",
            )
        )  # fmt: skip
    _print(results)


def _copies_full(starter: Path, full: Path, ceb: list[str]) -> None:
    subprocess.run(["/bin/cp", "-r", str(starter), str(full)], check=True)
    _child([COMITY, "load", *ceb], full)


def _print(results: list[Result]) -> None:
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("comity", "duckdb", "ibis-framework", "pyarrow")
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**3
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory} GiB, ", end="")
    print(f"Python {platform.python_version()}, {versions}; {RUNS} runs each\n")
    print("| what | CPU s, median | fastest–slowest | wall s, median | peak MB | target |")
    print("|---|---:|---:|---:|---:|---|")
    for result in results:
        low, high = min(result.cpu_seconds), max(result.cpu_seconds)
        peak = result.peak_mb or ""
        wall = f"{statistics.median(result.wall_seconds):.2f}" if result.wall_seconds else ""
        print(
            f"| {result.what} | {statistics.median(result.cpu_seconds):.2f} | {low:.2f}–{high:.2f} "
            f"| {wall} | {peak} | {result.target} |"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data"))
