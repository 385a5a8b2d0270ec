"""Measures the check of claims and prints two tables: how fast it is, and how much chance can do.

Say where the publishers' files and a file of claims are: `make bench DATA=… CLAIMS=…`. Chance: each
claim on an amount gives way to random values of its own precision, which bear nothing out for others,
and the whole procedure judges them; counted is how many become `compatible`.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

import comity
from comity import profiles, reconcile
from comity.api import Comity
from comity.engines import Request
from comity.model import Claim, Verdict
from comity.profiles import Library
from comity.rules.claims import printed
from comity.sources import _own
from comity.tables import contracts

RUNS = 5
MANY = 10_000
DRAWS = 200
"""Random values for each claim and range."""
RANGES = {
    "within 30 % either way": (0.7, 1.3),
    "3 to 6 % below the figure": (0.94, 0.97),
    "1.5 to 5.5 times the figure": (1.5, 5.5),
}
CEB = ("revenue_government_donors.csv.gz", "revenue_non_gov_donors.csv.gz", "revenue_sub_agency.csv.gz")
COMITY = str(Path(sys.executable).with_name("comity"))
_JUDGED = ("agrees", "compatible", "differs", "contradicts_page")


# How fast


def many(library: Library, seed: int) -> Iterator[dict[str, str]]:
    """Ten thousand claims on amounts near their figures: pages of States with organisations, each with
    all its figures over two periods."""
    rng = random.Random(seed)  # noqa: S311 (the same claims each time, not a secret)
    parties = library.directory.parties.values()
    pairs = [(s, o) for s in parties if s.kind == "state" for o in parties if o.kind == "un_entity"]
    asked: list[Request] = []
    for state, body in rng.sample(pairs, len(pairs)):
        for start in (rng.randint(2013, 2016), rng.randint(2017, 2020)):
            period = profiles.period_of(start, start + rng.randint(0, 4))
            asked.append(profiles.request_for(library, state, body, period, number=len(asked)))
    found = profiles.figures_of(library, asked, "contributions")
    given = ((r, f) for r in asked for f in found[r.request] if isinstance(f.value, Decimal) and f.value > 0)
    for number, (request, figure) in enumerate(islice(given, MANY)):
        value = Decimal(figure.value or 0) * Decimal(str(rng.uniform(0.85, 1.15))) / 1_000_000
        yield {
            "id": f"{number:05}", "partner": request.partner, "organisation": request.organisation,
            "measure": figure.measure, "value": f"{value:.3f}", "scale": "million", "unit": "USD",
            "bound": rng.choice(["=", "=", ">="]), "partial": "no", "period_start": str(request.start_year),
            "period_end": str(request.end_year),
            "page": f"https://example.org/{request.partner}/{request.organisation}",
        }  # fmt: skip


def _seconds(store: Path, *arguments: str) -> float:
    """CPU seconds of one process of comity."""
    began = os.times()
    subprocess.run(
        [COMITY, *arguments, "--store", str(store)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ended = os.times()
    return ended.children_user + ended.children_system - began.children_user - began.children_system


def _table(title: str, rows: list[tuple[str, list[float], str]]) -> None:
    print(f"| {title} | CPU s, median | fastest–slowest | target |\n|---|---:|---:|---|")
    for what, runs, target in rows:
        print(f"| {what} | {statistics.median(runs):.2f} | {min(runs):.2f}–{max(runs):.2f} | {target} |")


def speed(store: Comity, home: Path) -> None:
    """Prints how long the check of ten thousand claims takes, beside its figures alone."""
    library = store.library()
    file = home / "many.csv"
    columns = _own.names(contracts()["claims"])
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(many(library, seed=1))
    place = home / "many"
    subprocess.run(["/bin/cp", "-r", str(store.store.path), str(place)], check=True)
    comity.open(place).load(file, source="register")
    library = comity.open(place).library()
    claims = [claim for claim in reconcile.stated(library) if claim.page.startswith("https://example.org")]
    pairs = {(claim.partner, claim.organisation) for claim in claims}
    parties = library.directory.parties
    requests = [
        profiles.request_for(library, parties[p], parties[o], profiles.period_of(2013, 2024), number=number)
        for number, (p, o) in enumerate(sorted(pairs))
    ]
    inside, alone = [], []
    for _ in range(RUNS):
        began = time.process_time()
        profiles.figures_of(library, requests, "contributions")
        alone.append(time.process_time() - began)
        began = time.process_time()
        reconcile.judged(library, claims)
        inside.append(time.process_time() - began)
    _table(
        f"{len(claims):,} claims on {len(pairs):,} pairs",
        [
            ("their figures alone, no claim read (limit)", alone, ""),
            ("the check itself", inside, "< 5 s"),
            ("comity check --format json, a process", [_seconds(place, "check", "--format", "json")
                                                       for _ in range(RUNS)], ""),
        ],
    )  # fmt: skip


# How much chance can do


def _comparable(found: Verdict) -> bool:
    return (
        found.claim.measure.startswith("contributions.")
        and found.computed is not None
        and not found.claim.partial
        and found.name in _JUDGED
    )


def _drawn(found: Verdict, low: float, high: float, rng: random.Random) -> Iterator[Claim]:
    """Claims that differ from a real one by a random value; weak pages bear nothing out for others."""
    number = printed(found.claim)
    if number is None or found.computed is None:
        return
    for draw in range(DRAWS):
        wanted = found.computed * Decimal(str(rng.uniform(low, high)))
        steps = (wanted / number.step).quantize(Decimal(1), ROUND_HALF_UP)
        value = (steps * number.step).quantize(number.step)
        yield replace(
            found.claim, id=f"random-{draw}", value=f"{value:f}", scale="", variant=f"random-{draw}",
            note="weak page: a random value",
        )  # fmt: skip


def chance(store: Comity) -> None:
    """Prints how often a random value becomes compatible, by measure and range."""
    library = store.library()
    everything = reconcile.stated(library)
    real = [found for found in reconcile.judged(library, everything).verdicts if _comparable(found)]
    rng = random.Random(1)  # noqa: S311 (the same draws each time, not a secret)
    drawn: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for found in real:
        claim = found.claim
        others = [
            c for c in everything
            if (c.organisation, c.measure) == (claim.organisation, claim.measure) and c.id != claim.id
        ]  # fmt: skip
        for where, (low, high) in RANGES.items():
            judged = reconcile.judged(library, [*others, *_drawn(found, low, high, rng)])
            names: Counter[str] = Counter(v.name for v in judged.verdicts if v.claim.id.startswith("random-"))
            for group in (f"{claim.organisation} {claim.measure}", "all"):
                drawn[group, where].update(names)
    print(f"| {len(real)} claims, {DRAWS} random values each | " + " | ".join(RANGES) + " |")
    print("|---|" + "---:|" * len(RANGES))
    for group in sorted({group for group, _ in drawn}, key=lambda name: (name != "all", name)):
        cells = []
        for where in RANGES:
            names = drawn[group, where]
            cells.append(f"{100 * names['compatible'] / names.total():.1f} %")
        print(f"| {group} | {' | '.join(cells)} |")


def main(data: Path, claims: Path) -> None:
    files = [*(data / "ceb" / name for name in CEB), *sorted((data / "rates").glob("fred-*.csv*")), claims]
    if missing := [str(file) for file in files if not file.is_file()]:
        raise SystemExit(f"no {missing[0]}; say: make bench DATA=folder-with-ceb CLAIMS=file-of-claims")
    with tempfile.TemporaryDirectory() as folder:
        store = comity.api.create(Path(folder) / "store")
        store.load(*files)
        speed(store, Path(folder))
        print()
        chance(store)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
