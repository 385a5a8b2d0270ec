"""Makes a store of generated IATI rows, as large as wanted, without going through XML.

    python -m benchmarks.iati.store STORE --activities 1000000

The rows are those that the reader would write: 20 transactions an activity, publishers and funders that
the starter tables know, two countries and two sectors with shares, dates, and titles of a few words. The
store is then joined by the same code as any other. The same arguments give the same rows.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import duckdb

import comity
from comity.provenance import Snapshot, digest
from comity.sources import SHARED, arrow_type
from comity.store import Part
from comity.tables import SQL_TYPES, contracts

TRANSACTIONS = 20
DATASETS = 100
_REPORTERS = "'XM-DAC-41302', 'XM-DAC-41114', 'XM-DAC-41121', 'XM-DAC-928', 'KR-GOV-051', 'SE-0', 'FI-3', 'GB-GOV-1'"
_FUNDERS = "'KR-GOV-051', 'KR-GOV-050', 'SE-0', 'FI-3', 'GB-GOV-1', 'XM-DAC-5-7', 'XM-DAC-7', 'US-GOV-1', 'NO-BRC-971277882', 'CH-4', 'XM-DAC-701-8', 'AU-5', 'CA-3', 'NZ-1'"
_DOERS = "'XM-DAC-41302', 'XM-DAC-41114', 'XM-DAC-41121', 'XM-DAC-928', 'XM-DAC-41301', 'XM-DAC-41122'"
_WORDS = (
    "support social protection decent work skills training youth rural women health water education "
    "migration climate resilience governance labour market information statistics safety floor employment "
    "enterprise inclusion justice reform capacity systems workers"
).split()  # fmt: skip


def _one(listed: str, key: str) -> str:
    """One of the texts in `listed`, by a hash of `key`."""
    return f"list_extract([{listed}], 1 + (hash({key}) % {listed.count(',') + 1})::INTEGER)"


def _base(activities: int) -> str:
    per = max(1, activities // DATASETS)
    return (
        f"SELECT i, 'd' || lpad((i // {per})::VARCHAR, 3, '0') AS dataset, sha256('d' || (i // {per})) AS snapshot, "
        f"'iati' AS source, (i % {per} + 1)::INTEGER AS activity, 'XM-EXAMPLE-' || i AS activity_id, "
        f"'activity ' || (i % {per} + 1) AS locator, 'd' || (i // {per}) AS publisher FROM range({activities}) AS t(i)"
    )


def _queries(activities: int) -> dict[str, str]:
    base = _base(activities)
    words = ", ".join(f"'{word}'" for word in _WORDS)
    phrase = " || ' ' || ".join(_one(words, f"i * 31 + {n}") for n in range(6))
    money = f"SELECT b.*, n::INTEGER AS transaction, i * 100 + n AS k FROM ({base}) AS b, range({TRANSACTIONS}) AS r(n)"
    return {
        "activities": f"SELECT *, {_one(_REPORTERS, 'publisher')} AS reporting_org, {phrase} AS title, '2' AS status, "
        f"'USD' AS default_currency, '2024-01-01' AS last_updated, 1 AS hierarchy, 0 AS secondary_reporter FROM ({base})",
        "participating_orgs": f"SELECT *, '1' AS role, {_one(_FUNDERS, 'i')} AS ref FROM ({base}) "
        f"UNION ALL BY NAME SELECT *, '4' AS role, {_one(_DOERS, 'i + 7')} AS ref FROM ({base})",
        "transactions": f"SELECT *, {_one(chr(39) + chr(39) + ', ' + chr(39) + chr(39), 'k')} AS ref, "
        f"list_extract(['11', '3', '3', '4', '2', '3', '4', '3', '1', '3'], 1 + transaction % 10) AS type, "
        f"(DATE '2012-01-01' + (hash(k) % 5000)::INTEGER) AS date, ((hash(k + 1) % 100000000) / 100)::DECIMAL(24,6) AS value, "
        f"list_extract([NULL, 'EUR', NULL, 'GBP'], 1 + (k % 4)::INTEGER) AS currency, "
        f"CASE WHEN transaction % 10 IN (0, 8) THEN {_one(_FUNDERS, 'i')} END AS provider_ref FROM ({money})",
        "activity_places": f"SELECT *, 'country' AS kind, {_one(chr(39) + (chr(39) + ', ' + chr(39)).join('LA VN KH MM BD NP PH ID ET KE TZ UG SN PE CO FJ'.split()) + chr(39), 'i + n')} AS code, "
        f"CASE n WHEN 0 THEN 60.0 ELSE 40.0 END AS percentage FROM ({base}) AS b, range(2) AS r(n)",
        "activity_sectors": f"SELECT *, '1' AS vocabulary, {_one(chr(39) + (chr(39) + ', ' + chr(39)).join('16010 16020 11330 15170 31120 32130 24030 12110'.split()) + chr(39), 'i + 3 * n')} AS code, "
        f"CASE n WHEN 0 THEN 70.0 ELSE 30.0 END AS percentage FROM ({base}) AS b, range(2) AS r(n)",
        "activity_dates": f"SELECT *, list_extract(['1', '3'], 1 + n::INTEGER) AS type, "
        f"(DATE '2012-01-01' + (hash(i) % 3000)::INTEGER + n::INTEGER * 900) AS date FROM ({base}) AS b, range(2) AS r(n)",
        "narratives": f"SELECT *, 'title' AS kind, 'en' AS language, {phrase} AS text FROM ({base}) "
        f"UNION ALL BY NAME SELECT *, 'description' AS kind, 'en' AS language, {phrase} || ' ' || {phrase.replace('i * 31', 'i * 17')} AS text FROM ({base})",
    }


def make(home: Path, activities: int) -> dict[str, float]:
    """Makes the store at `home`; gives seconds of CPU and of the clock by step."""
    store = comity.create(home).store
    folder = store.rows / f"generated-{activities}"
    folder.mkdir(parents=True)
    begun = perf_counter()
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as db:
        for name, query in _queries(activities).items():
            columns = {c.name: SQL_TYPES[c.kind] for c in contracts()[name].stored}
            described = db.execute(f"DESCRIBE {query}").fetchall()
            held = {row[0] for row in described}
            chosen = ", ".join(
                f"{column if column in held else 'NULL'}::{kind} AS {column}" for column, kind in columns.items()
            )
            db.execute(f"COPY (SELECT {chosen} FROM ({query})) TO '{folder}/{name}.parquet' (COMPRESSION zstd)")
        slots = db.execute(f"SELECT DISTINCT dataset, snapshot FROM ({_base(activities)}) ORDER BY ALL").fetchall()
    written = perf_counter()
    held_now = store.current()
    now = datetime.now(UTC)
    parts = [
        Part(table, "iati", dataset, None, snapshot, f"{folder.name}/", rows)
        for dataset, snapshot in slots
        for table, rows in (("activities", activities // DATASETS), ("transactions", activities * TRANSACTIONS // DATASETS))
    ]
    snapshots = [Snapshot(sha, "iati", f"{name}.xml", "", now, 0) for name, sha in slots]
    generation = held_now.replacing(parts, snapshots)
    cpu = process_time()
    from dataclasses import replace

    store.switch_to(replace(generation, id=held_now.id + 1, created_at=now))
    return {"rows written": written - begun, "joined, clock": perf_counter() - written, "joined, CPU": process_time() - cpu}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--activities", type=int, default=100_000)
    asked = parser.parse_args()
    for step, seconds in make(asked.store, asked.activities).items():
        print(f"{step:15} {seconds:8.1f} s")
