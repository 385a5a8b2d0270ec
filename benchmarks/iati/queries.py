"""Measures questions to a store of a million activities and twenty million transactions.

    python -m benchmarks.iati.queries STORE

STORE is one that `benchmarks.iati.store` made. Warm medians of 15 runs: the connection is open and the
SQL compiled, as in a server. DuckDB reading the same answer from a table of it is the limit beside it.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import comity
from comity import api, profiles
from comity.engines import Request

RUNS = 15


def _median_ms(work: Callable[[], object]) -> tuple[float, float, float]:
    work()
    times = []
    for _ in range(RUNS):
        begun = perf_counter()
        work()
        times.append((perf_counter() - begun) * 1000)
    return statistics.median(times), min(times), max(times)


_ALL_PAIRS = """
    SELECT partner, organisation, year, measure, sum(value_usd) AS usd, count(*) AS n
    FROM joint_transactions WHERE counted = 1 GROUP BY ALL
"""
_BY_PROVIDER = """
    SELECT provider, receiver, year(date) AS year, type, sum(value_usd) AS usd, count(*) AS n
    FROM transactions GROUP BY ALL
"""


_PAIRS = """
    SELECT partner, organisation, count(*) AS n FROM joint_transactions WHERE length(partner) = 3
    GROUP BY ALL ORDER BY n, partner, organisation
"""


def run(home: Path) -> list[tuple[str, tuple[float, float, float]]]:
    """(what, (median, fastest, slowest) in ms)."""
    store = comity.open(home)
    library = store.library()
    query = library.connection.query
    found = []

    def ask(name: str, work: Callable[[], object]) -> None:
        found.append((name, _median_ms(work)))

    pairs = query(_PAIRS).to_pylist()
    for name, pair in (("a pair in the middle", pairs[len(pairs) // 2]), ("the largest pair", pairs[-1])):
        request = api.ask(library, pair["partner"], pair["organisation"], (2018, 2022))

        def money(request: Request = request) -> object:
            library.connection.ask([request])
            return [query(library.plan.rows[f"programmes.{m}"]) for m in ("spend", "commitments")]

        told = f"{name} ({pair['n']:,} rows)"
        ask(f"{told}: spend and commitments, all rows", money)
        ask(f"{told}: all programmes.*", partial(profiles.figures_of, library, [request], "programmes"))
        ask(f"{told}: whole profile with lists", partial(profiles.build, library, request))
    ask("all pairs by year and kind", lambda: query(_ALL_PAIRS))
    ask("all transactions by provider, receiver, year and type", lambda: query(_BY_PROVIDER))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    asked = parser.parse_args()
    with_counts = comity.open(asked.store)
    for table in ("activities", "transactions", "joint_activities", "joint_transactions"):
        (n,) = with_counts.sql(f"SELECT count(*) AS n FROM {table}")["n"].to_pylist()
        print(f"{table:20} {n:12,}")
    print(f"{'':66} {'median':>9} {'fastest':>9} {'slowest':>9}")
    for name, (median, least, most) in run(asked.store):
        print(f"{name:66} {median:6.1f} ms {least:6.1f} ms {most:6.1f} ms")
