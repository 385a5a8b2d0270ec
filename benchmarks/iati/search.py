"""Measures full-text search over many activities, and prints two tables.

    python -m benchmarks.iati.search --activities 1000000

Tables of the derived database are made by DuckDB, not read from XML: titles and descriptions of some 680
characters of words as frequent as in a language (Zipf), a word that stands in 30 % of the activities, one
in a few dozen, a phrase, and Korean in 1 %. The index is built in a process of its own, whose peak of
memory is told. Each question is asked several times; the first one and the median are shown, with the
ranking of the best 50 and the number of all hits, each time on a new connection. The limit beside it is
SQLite's: its count of the hits, without ranking or reading what they are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from itertools import accumulate
from pathlib import Path

import duckdb
import pyarrow as pa

from comity.activities import Asked, Tables, answer
from comity.store import search
from comity.tables import SQL_TYPES, contracts

RUNS = 7
_SENTENCES = 40_000
_TABLES = (
    "activities", "narratives", "activity_dates", "activity_parties", "activity_places", "transaction_places",
    "activity_sectors", "transaction_sectors", "transactions", "parties", "aliases", "coverage",
)  # fmt: skip
_KEYS = "dataset, snapshot, activity, activity_id"
_QUESTIONS = (
    ("a rare word", "quinoa"),
    ("a word in 30 %", "water"),
    ("two common words", "water social"),
    ("a phrase", '"social protection"'),
    ("a beginning", "quin*"),
    ("one without another", "water -social"),
    ("either of two", "social OR water"),
    ("within a Korean compound", "보호"),
    ("an identifier", "XM-DAC-10007-0000707"),
)
_ASKED = (
    ("the newest", Asked()),
    ("a partner's", Asked(partner="KOR")),
    ("a country's, in some years", Asked(country="Laos", years=(2018, 2022))),
    ("a rare word", Asked(text="quinoa")),
    ("a word in 30 %", Asked(text="water")),
    ("a partner's, with a phrase", Asked(partner="KOR", text='"social protection"')),
    ("a partner's, with a word in 30 %", Asked(partner="KOR", text="water")),
    ("with a status and a word in 30 %", Asked(status="2", text="water")),
)
_BUILD = """
    import json, re, sys, time
    from pathlib import Path
    from comity.store import search
    wall, cpu = time.perf_counter(), time.process_time()
    search.build(Path(sys.argv[1]), Path(sys.argv[2]))
    spent = [time.perf_counter() - wall, time.process_time() - cpu]
    # Not getrusage: what it tells begins with the memory of the process that began this one.
    peak_kb = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
    print(json.dumps([*spent, int(peak_kb) / 1024]))
"""


def _sentences(rng: random.Random) -> list[str]:
    """Sentences of 9 to 16 words out of 60,000, the n-th as frequent as 1 / (n + 10)."""
    parts = [c + v for c in "bcdfglmnprstvz" for v in "aeiou"] + ["tion", "ment", "ing", "er", "al"]
    words = sorted({"".join(rng.choices(parts, k=rng.randint(2, 5))) for _ in range(70_000)})
    rng.shuffle(words)
    weights = list(accumulate(1 / (n + 10) for n in range(len(words))))
    made = (rng.choices(words, cum_weights=weights, k=rng.randint(9, 16)) for _ in range(_SENTENCES))
    return [" ".join(words).capitalize() + "." for words in made]


def _chance(name: str, share: float) -> str:
    return f"hash(i, '{name}') % 1000000 < {round(share * 1_000_000)}"


def _insert(db: duckdb.DuckDBPyConnection, table: str, columns: str, rows: str) -> None:
    """Puts rows into a table of ours, in the order of its contract."""
    query = f"SELECT {columns} FROM {rows}"
    held = [name for name, *_ in db.execute(f"DESCRIBE {query}").fetchall()]
    order = ", ".join(name for name in contracts()[table].order if name in held)
    db.execute(f"INSERT INTO {table} BY NAME FROM ({query}) ORDER BY {order}")


def _write_texts(db: duckdb.DuckDBPyConnection, rng: random.Random) -> None:
    db.register("given", pa.table({"text": _sentences(rng)}))
    db.execute("CREATE TEMP TABLE sentences AS SELECT list(text) AS s FROM given")
    first, *others = (f"s[1 + (hash(i, {n}) % {_SENTENCES})::INTEGER]" for n in range(6))
    added = [
        f"CASE WHEN {_chance(name, share)} THEN '{text}' END"
        for name, share, text in (
            ("title", 0.03, "Water supply"), ("common", 0.3, "water"), ("other", 0.25, "social"),
            ("phrase", 0.02, "social protection"), ("rare", 0.00005, "quinoa"),
            ("Korean", 0.01, "사회보호제도를 강화하는 사업"),
        )
    ]  # fmt: skip
    texts = {"title": [first, added[0]], "description": [*others, *added[1:]]}
    for kind, parts in texts.items():
        text = f"concat_ws(' ', {', '.join(parts)})"
        db.execute(f"CREATE TEMP TABLE {kind}s AS SELECT base.*, {text} AS text FROM base, sentences")
    narrated = (f"SELECT *, '{kind}' AS kind FROM {kind}s" for kind in texts)
    _insert(db, "narratives", f"{_KEYS}, kind, text", f"({' UNION ALL '.join(narrated)})")
    about = "split_part(activity_id, '-', 3) AS reporting_org, 'activity ' || activity AS locator"
    columns = f"{_KEYS}, text AS title, {about}, (1 + i % 5)::VARCHAR AS status"
    _insert(db, "activities", columns, "titles")


def _write_facts(db: duckdb.DuckDBPyConnection) -> None:
    """Four dates, five transactions, two countries, two sectors and a party for each activity."""

    def several(table: str, rows: int, columns: str) -> None:
        _insert(db, table, f"{_KEYS}, {columns}", f"base, range(1, {rows + 1}) AS r(n)")

    def one_of(table: str, codes: str) -> str:
        listed = codes.split()
        return f"{listed}[1 + (hash(i, '{table}', n) % {len(listed)})::INTEGER] AS code"

    day = "DATE '2005-01-01' + (hash(i, {}) % 7000)::INTEGER"
    several("activity_dates", 4, f"n::VARCHAR AS type, {day.format(0)} + n::INTEGER * 200 AS date")
    several("transactions", 5, f"n AS transaction, {day.format('n')} AS date")
    several("activity_places", 2, f"'country' AS kind, {one_of('places', 'LA VN KE PE SN NP BD ET')}")
    several("activity_sectors", 2, f"'1' AS vocabulary, {one_of('sectors', '16010 11330 15170 31120')}")
    party = f"CASE WHEN {_chance('Korea', 0.01)} THEN 'KOR' ELSE 'P' || i % 500 END AS party"
    several("activity_parties", 1, f"{party}, party AS state, 'funding' AS role")
    for id_, name, iso2 in (("KOR", "Korea", "KR"), ("LAO", "Laos", "LA")):
        db.execute(
            "INSERT INTO parties (id, kind, name_en, iso2) VALUES (?, 'state', ?, ?)", [id_, name, iso2]
        )


def generate(path: Path, activities: int, seed: int = 7) -> None:
    """Writes a derived database with what searching needs; the same number and seed give the same rows."""
    with duckdb.connect(str(path)) as db:
        for name in _TABLES:
            columns = ", ".join(f"{c.name} {SQL_TYPES[c.kind]}" for c in contracts()[name].columns)
            db.execute(f"CREATE TABLE {name} ({columns})")
        db.execute(
            "CREATE TEMP TABLE base AS SELECT i, 'dataset-' || lpad((i // 500)::VARCHAR, 6, '0') AS dataset, "
            "sha256((i // 500)::VARCHAR) AS snapshot, i % 500 + 1 AS activity, "
            "'XM-DAC-' || (10000 + i % 700) || '-' || lpad(i::VARCHAR, 7, '0') AS activity_id "
            f"FROM range({activities}) AS r(i)"
        )
        _write_texts(db, random.Random(seed))  # noqa: S311 - the same seed must give the same rows
        _write_facts(db)


def _build(database: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-c", textwrap.dedent(_BUILD), str(database), str(search.beside(database))]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"benchmark failed: {run.stderr}")
    wall, cpu, peak = json.loads(run.stdout)
    return wall, cpu, peak


def _timed(ask: Callable[..., int], *asked: object, runs: int) -> tuple[int, float, float]:
    """What is answered, and milliseconds of the first time and the median of all others."""
    said, taken = 0, []
    for _ in range(runs + 1):
        began = time.perf_counter()
        said = ask(*asked)
        taken.append((time.perf_counter() - began) * 1000)
    return said, taken[0], statistics.median(taken[1:])


def _search(index: Path, text: str) -> int:
    search.find(index, text, 50)
    return search.count(index, text)


def _limit(index: Path, text: str) -> int:
    with closing(sqlite3.connect(index)) as db:
        query = "SELECT count(*) FROM texts WHERE texts MATCH ?"
        number: int = db.execute(query, (search._matching(text),)).fetchone()[0]
        return number


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, ", end="")
    print(f"DuckDB {duckdb.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ", end="")
    print(f"medians of {given.runs}\n")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "1-generated.duckdb"
        generate(database, given.activities)
        index = search.beside(database)
        spent = " | ".join(f"{value:.0f}" for value in _build(database))
        sizes = " | ".join(f"{path.stat().st_size / 1e6:.0f}" for path in (index, database))
        print("| activities | build s | CPU s | peak MB | index MB | database MB |")
        print(f"|---:|---:|---:|---:|---:|---:|\n| {given.activities:,} | {spent} | {sizes} |\n")
        print("| search | asked | hits | first ms | median ms | limit ms |\n|---|---|---:|---:|---:|---:|")
        for what, text in _QUESTIONS:
            hits, first, median = _timed(_search, index, text, runs=given.runs)
            *_, limit = _timed(_limit, index, text, runs=given.runs)
            print(f"| {what} | `{text}` | {hits:,} | {first:.1f} | {median:.1f} | {limit:.1f} |")
        print(
            "\n| activities, as the command has them | found | first ms | median ms |\n|---|---:|---:|---:|"
        )
        with closing(Tables(database)) as tables:
            for what, asked in _ASKED:
                found, first, median = _timed(
                    lambda question: answer(tables, database, question).total, asked, runs=given.runs
                )
                print(f"| {what} | {found:,} | {first:.0f} | {median:.0f} |")


if __name__ == "__main__":
    main()
