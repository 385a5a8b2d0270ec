"""Makes a store of generated IATI rows, as large as wanted, without going through XML.

    python -m benchmarks.iati.store STORE --activities 1000000

The rows are those that the reader would write: 20 transactions an activity, a government that funds and
an organisation that carries out (60 × 25 of those that the starter tables know, the larger ones more
often), who report in turn, two countries and two sectors with shares, dates, and titles of a few words.
The store is then joined by the same code as any other. The same arguments give the same rows.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import duckdb

import comity
from comity.provenance import Snapshot
from comity.store import Part, Store
from comity.tables import SQL_TYPES, contracts, quoted

TRANSACTIONS = 20
DATASETS = 100
GOVERNMENTS, ORGANISATIONS = 60, 25
_COUNTRIES = "LA VN KH MM BD NP PH ID ET KE TZ UG SN PE CO FJ".split()  # noqa: SIM905
_SECTORS = "16010 16020 11330 15170 31120 32130 24030 12110".split()  # noqa: SIM905
_WORDS = [
    "support",
    "social",
    "protection",
    "decent",
    "work",
    "skills",
    "training",
    "youth",
    "rural",
    "women",
    "health",
    "water",
    "education",
    "migration",
    "climate",
    "resilience",
    "governance",
    "labour",
    "market",
    "information",
    "statistics",
    "safety",
    "floor",
    "employment",
    "enterprise",
    "inclusion",
    "justice",
    "reform",
    "capacity",
    "systems",
    "workers",
]


def _one(listed: list[str], number: str) -> str:
    """One of the texts in `listed`, by a hash of `number`; the first ones more often than the last."""
    place = f"(pow((hash({number}) % 10000) / 10000.0, 2) * {len(listed)})::INTEGER"
    return f"list_extract([{', '.join(map(quoted, listed))}], 1 + {place} % {len(listed)})"


def _references(store: Store) -> tuple[list[str], list[str]]:
    """Identifiers of governments and of organisations, as the starter tables know them."""
    with duckdb.connect(str(store.database(store.current())), read_only=True) as db:
        governments = db.execute(
            "SELECT min(alias) FROM aliases JOIN parties ON id = party WHERE scheme = 'iati' "
            f"AND kind = 'state' GROUP BY party ORDER BY party LIMIT {GOVERNMENTS - 2}"
        ).fetchall()
        organisations = db.execute(
            "SELECT iati_id FROM parties WHERE kind = 'un_entity' AND iati_id IS NOT NULL "
            f"ORDER BY id = 'ILO' DESC, id LIMIT {ORGANISATIONS}"
        ).fetchall()
    return ["KR-GOV-051", "KR-GOV-050", *(row[0] for row in governments)], [row[0] for row in organisations]


def _base(activities: int) -> str:
    per = max(1, activities // DATASETS)
    return (
        f"SELECT i, 'd' || lpad((i // {per})::VARCHAR, 3, '0') AS dataset, sha256('d' || (i // {per})) AS "
        f"snapshot, 'iati' AS source, (i % {per} + 1)::INTEGER AS activity, 'XM-EXAMPLE-' || i AS "
        f"activity_id, 'activity ' || (i % {per} + 1) AS locator FROM range({activities}) AS t(i)"
    )


def _queries(activities: int, governments: list[str], organisations: list[str]) -> dict[str, str]:
    """A query for the rows of each table, without the columns that stay empty."""
    base = _base(activities)
    twice = f"FROM ({base}) AS b, range(2) AS r(n)"
    funder, doer = _one(governments, "i"), _one(organisations, "i + 7")
    phrase = " || ' ' || ".join(_one(_WORDS, f"i * 31 + {n}") for n in range(6))
    return {
        "activities": f"SELECT *, CASE WHEN i % 3 = 0 THEN {funder} ELSE {doer} END AS reporting_org, "
        f"{phrase} AS title, '2' AS status, 'USD' AS default_currency, '2024-01-01' AS last_updated, "
        f"1 AS hierarchy, 0 AS secondary_reporter FROM ({base})",
        "participating_orgs": f"SELECT *, '1' AS role, {funder} AS ref FROM ({base}) "
        f"UNION ALL BY NAME SELECT *, '4' AS role, {doer} AS ref FROM ({base})",
        "transactions": f"SELECT b.*, n::INTEGER AS transaction, list_extract(['11', '3', '3', '4', '2', "
        "'3', '4', '3', '1', '3'], 1 + n::INTEGER % 10) AS type, (DATE '2012-01-01' + "
        "(hash(i * 100 + n) % 5000)::INTEGER) AS date, ((hash(i * 101 + n) % 100000000) / 100)"
        "::DECIMAL(24,6) AS value, list_extract([NULL, 'CHF', NULL, 'KRW'], 1 + (i % 4)::INTEGER) AS "
        f"currency, CASE WHEN n % 10 IN (0, 8) THEN {funder} END AS provider_ref "
        f"FROM ({base}) AS b, range({TRANSACTIONS}) AS r(n)",
        "activity_places": f"SELECT b.*, 'country' AS kind, {_one(_COUNTRIES, 'i + n')} AS code, "
        f"CASE n WHEN 0 THEN 60.0 ELSE 40.0 END AS percentage {twice}",
        "activity_sectors": f"SELECT b.*, '1' AS vocabulary, {_one(_SECTORS, 'i + 3 * n')} AS code, "
        f"CASE n WHEN 0 THEN 70.0 ELSE 30.0 END AS percentage {twice}",
        "activity_dates": "SELECT b.*, list_extract(['1', '3'], 1 + n::INTEGER) AS type, (DATE "
        f"'2012-01-01' + (hash(i) % 3000)::INTEGER + n::INTEGER * 900) AS date {twice}",
        "narratives": f"SELECT *, 'title' AS kind, 'en' AS language, {phrase} AS text FROM ({base}) UNION "
        f"ALL BY NAME SELECT *, 'description' AS kind, 'en' AS language, {phrase} AS text FROM ({base})",
    }


def _write(store: Store, folder: Path, activities: int) -> list[tuple[str, str]]:
    """Writes the rows; gives (dataset, snapshot) of each dataset."""
    queries = _queries(activities, *_references(store))
    with duckdb.connect() as db:
        for name, query in queries.items():
            held = {row[0] for row in db.execute(f"DESCRIBE {query}").fetchall()}
            columns = ", ".join(
                f"{column.name if column.name in held else 'NULL'}::{SQL_TYPES[column.kind]} AS {column.name}"
                for column in contracts()[name].stored
            )
            file = quoted(str(folder / f"{name}.parquet"))
            db.execute(f"COPY (SELECT {columns} FROM ({query})) TO {file} (COMPRESSION zstd)")
        return db.execute(f"SELECT DISTINCT dataset, snapshot FROM ({_base(activities)})").fetchall()


def make(home: Path, activities: int) -> dict[str, float]:
    """Makes the store at `home`; gives seconds by step."""
    store = comity.create(home).store
    folder = store.rows / f"generated-{activities}"
    folder.mkdir(parents=True)
    begun = perf_counter()
    slots = sorted(_write(store, folder, activities))
    joined, cpu = perf_counter(), process_time()
    held, now = store.current(), datetime.now(UTC)
    counts = {"activities": activities, "transactions": activities * TRANSACTIONS}
    parts = [
        Part(table, "iati", dataset, None, snapshot, f"{folder.name}/", rows // DATASETS)
        for dataset, snapshot in slots
        for table, rows in counts.items()
    ]
    snapshots = [Snapshot(sha256, "iati", f"{name}.xml", "", now, 0) for name, sha256 in slots]
    store.switch_to(replace(held.replacing(parts, snapshots), id=held.id + 1, created_at=now))
    return {
        "rows written": joined - begun,
        "joined, by the clock": perf_counter() - joined,
        "joined, CPU": process_time() - cpu,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--activities", type=int, default=100_000)
    asked = parser.parse_args()
    for step, seconds in make(asked.store, asked.activities).items():
        print(f"{step:22} {seconds:8.1f} s")
