"""Measures reading one generated IATI file with comity and with other readers, and prints tables.

    python -m benchmarks.iati.peers 10MB 200MB --tables 50MB

Each case runs three times in processes of its own, in turn with the others, and medians are shown: MB of
the file for each second of CPU (user + system; imports and set-up are not counted), the peak of memory of
the whole process, and how many times as long as comity it takes. The limits are those of
`benchmarks.iati.read`. The other readers are installed into a virtual environment in the platform's cache
folder; where that cannot be done the run goes on without them. A process may take 12 GB and ten minutes
of CPU. Everything written is read again: it must hold the transactions that were generated.

`--tables` measures what the rows of some tables cost: the same file with and without their elements.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.iati.generate import Totals, bytes_of, generate
from benchmarks.iati.read import _MEASURE, CASES, RUNS, _check

MOST_BYTES = 12 * 10**9
MOST_SECONDS = 600
_LIMITS = f"""
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))
    resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))
"""
_OKFN = """
    from okfn_iati import IatiMultiCsvConverter
    converter = IatiMultiCsvConverter()

    def run(path, out, *_):
        if not converter.xml_to_csv_folder(path, out):
            raise SystemExit(f"stopped: {converter.latest_errors}")
"""
_FLATTENER = """
    import json, sys
    import requests

    class Answer:
        def __init__(self, url):
            self.name = url.rpartition("/")[2]

        def json(self):
            return lists[self.name]

    lists = json.load(open(sys.argv[3]))
    requests.get = lambda url, **_: Answer(url)
    import iatiflattener
    flattener = iatiflattener.FlattenIATIData(
        output=sys.argv[2], run_publishers=False, exchange_rates_filename=sys.argv[4]
    )

    def run(path, *_):
        folder, _, name = path.rpartition("/")
        flattener.process_package("benchmark", name, folder)
"""
_NOBODY, _ITERPARSE, _, _KERNEL = CASES
_ELEMENTS = {
    "transactions, with their sectors and places": ("transaction",),
    "results, indicators, indicator_periods": ("result",),
    "narratives, and titles": ("title", "description"),
    "participating_orgs": ("participating-org",),
    "tags, policy_markers": ("tag", "policy-marker"),
    "budgets, planned_disbursements": ("budget", "planned-disbursement"),
    "activity_places, activity_sectors": ("recipient-country", "recipient-region", "location", "sector"),
    "documents": ("document-link",),
    "activity_dates, related_activities": ("activity-date", "related-activity"),
}


class Stopped(Exception):
    """A process did not come to its end; says why."""


@dataclass(slots=True)
class Case:
    """A way to read a file: by which Python, whether it writes something, and how that is checked."""

    what: str
    code: str
    python: str = sys.executable
    writes: bool = False
    checks: Callable[[Path, Totals], None] | None = None
    target: float = 0
    seconds: list[float] = field(default_factory=list)
    peaks_mb: list[int] = field(default_factory=list)
    written: int = 0
    stopped: str = ""


def once(case: Case, path: Path, *arguments: str) -> dict[str, Any]:
    """What one process of the case took and found; raises `Stopped`."""
    whole = "".join(textwrap.dedent(part) for part in (_LIMITS, case.code, _MEASURE))
    run = subprocess.run(
        [case.python, "-c", whole, str(path), *arguments], capture_output=True, text=True, cwd=path.parent
    )
    if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Stopped(f"stopped after {MOST_SECONDS // 60} minutes of CPU")
    if run.returncode:
        raise Stopped(run.stderr.strip().splitlines()[-1][:200] or "stopped")
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


# What the other readers need


def peers() -> Iterator[Case]:
    """The cases of those that could be installed."""
    home = platformdirs.user_cache_path("comity") / "benchmark-peers"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    for name, number, about, code, checks, target in (
        ("okfn-iati", "0.4.3", "to a CSV folder", _OKFN, check_okfn, 2.5),
        ("iatiflattener", "0.10.12", "to CSV by country", _FLATTENER, check_flattener, 8),
    ):
        if _installed(python, f"{name}=={number}"):
            yield Case(f"{name} {number}, {about}", code, str(python), True, checks, target)
        else:
            print(f"{name} cannot be installed here: left out\n")


def _installed(python: Path, what: str) -> bool:
    """Whether a package is there, installing it when it is not."""
    name, _, number = what.partition("==")
    known = f"from importlib.metadata import version; assert version({name!r}) == {number!r}"
    if not subprocess.run([str(python), "-c", known], capture_output=True).returncode:
        return True
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what]
    return not subprocess.run(pip, capture_output=True).returncode


def stand_ins(path: Path, folder: Path) -> tuple[str, str]:
    """What iatiflattener would fetch, for the codes that stand in the file: code lists and rates."""
    used: dict[str, set[str]] = {"recipient-country": set(), "recipient-region": set(), "sector": set()}
    orgs: set[str] = set()
    with path.open() as file:
        for line in file:
            if found := re.match(r' *<([\w-]+)(?: ref="([^"]+)".*| code="(\w+)".*)', line):
                tag, ref, code = found.groups()
                if code and tag in used:
                    used[tag].add(code)
                if ref and tag.endswith("-org"):
                    orgs.add(ref)
    local = {country: f"{country}L" for country in sorted(used["recipient-country"])}
    named = [
        {"code": ref, "name": f"Organisation {ref}", "codeforiati:group-code": "X"} for ref in sorted(orgs)
    ]
    lists: dict[str, Any] = {
        "Country.json": {"data": [{"code": code} for code in local]},
        "Region.json": {"data": [{"code": code} for code in sorted(used["recipient-region"])]},
        "Sector.json": {"data": []},
        "SectorGroup.json": {
            "data": [
                {"codeforiati:category-code": code, "codeforiati:group-code": code}
                for code in sorted({code[:3] for code in used["sector"]})
            ]
        },
        "ReportingOrganisation.json": {"data": named},
        "ReportingOrganisationGroup.json": {"data": named},
        "currencies.json": local,
    }
    said, rates = folder / "lists.json", folder / "rates.csv"
    said.write_text(json.dumps(lists))
    with rates.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("Date", "Rate", "Currency"))
        for currency in ("EUR", *local.values()):
            for month in range(12 * 28):
                rows.writerow((f"{2000 + month // 12}-{1 + month % 12:02}-28", 0.8 + month / 1000, currency))
    return str(said), str(rates)


# What must have been written


def _rows(files: Iterable[Path]) -> Iterator[dict[str, str]]:
    for path in files:
        with path.open(newline="") as file:
            yield from csv.DictReader(file)


def check_okfn(out: Path, totals: Totals) -> None:
    """Raises `SystemExit` unless the CSV folder holds the transactions generated."""
    rows: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for name in ("activities", "transactions", "budgets", "documents", "results", "indicators"):
        for row in _rows([out / f"{name}.csv"]):
            rows[name] += 1
            if name == "transactions":
                type_ = row["transaction_type"]
                sums[type_] = sums.get(type_, Decimal(0)) + Decimal(row["value"])
    wrong = {name: number for name, number in rows.items() if number != totals.rows[name]}
    if wrong or sums != totals.value_by_type:
        raise SystemExit(f"okfn-iati wrote {rows}, {sums}")


def check_flattener(out: Path, totals: Totals) -> None:
    """Raises `SystemExit` unless the shares add to the transactions generated, of the types it keeps."""
    sums: dict[str, float] = {}
    sizes: dict[str, float] = {}
    for row in _rows((out / "csv").glob("transaction-*.csv")):
        type_, value = row["transaction_type"], float(row["value_original"])
        sums[type_] = sums.get(type_, 0.0) + value
        sizes[type_] = sizes.get(type_, 0.0) + abs(value)
    activities = sum(1 for _ in _rows((out / "csv" / "activities").glob("*.csv")))
    expected = {type_: float(value) for type_, value in totals.value_by_type.items() if type_ in "1234"}
    near = all(abs(sums.get(type_, 0.0) - value) <= 1e-9 * sizes[type_] for type_, value in expected.items())
    if activities != totals.rows["activities"] or sums.keys() != expected.keys() or not near:
        raise SystemExit(f"iatiflattener wrote {activities} activities, {sums}")


# Measuring


def run_case(case: Case, path: Path, totals: Totals, needed: Sequence[str]) -> None:
    """One more run of a case; what it writes is checked the first time."""
    if case.stopped:
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        try:
            given = (str(out), *(needed if case.checks else ())) if case.writes else ()
            said = once(case, path, *given)
        except Stopped as why:
            case.stopped = str(why)
            return
        if not case.seconds:
            case.written = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
            _check(totals, said["found"])
            if case.checks:
                case.checks(out, totals)
    case.seconds.append(said["seconds"])
    case.peaks_mb.append(said["peak_mb"])


def compare(size: int, runs: int, others: Sequence[Case]) -> None:
    """Prints the table of one size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.xml"
        totals = generate(path, size)
        needed = stand_ins(path, Path(folder))
        comity = Case("comity's kernel, to Parquet", _KERNEL[1], writes=True)
        limits = (Case(_NOBODY[0], _NOBODY[1]), Case(_ITERPARSE[0], _ITERPARSE[1]))
        afresh = [Case(c.what, c.code, c.python, c.writes, c.checks, c.target) for c in others]
        cases = [*limits, comity, *afresh]
        for _ in range(runs):
            for case in cases:
                run_case(case, path, totals, needed)
    if comity.stopped:
        raise SystemExit(f"benchmark failed: {comity.stopped}")
    of_us = statistics.median(comity.seconds)
    print(
        f"\n| {totals.bytes / 1e6:,.0f} MB, {totals.rows['transactions']:,} transactions | MB/s of CPU "
        "| fastest–slowest | peak MB | written MB | time, comity = 1 | target |\n"
        "|---|---:|---:|---:|---:|---:|---|"
    )
    for case in cases:
        if case.stopped:
            print(f"| {case.what} | {case.stopped} | | | | | |")
            continue
        median = statistics.median(case.seconds)
        low, high = (totals.bytes / 1e6 / seconds for seconds in (max(case.seconds), min(case.seconds)))
        written = f"{case.written / 1e6:.1f}" if case.writes else ""
        target = f"≥ {case.target:g}" if case.target else ""
        print(
            f"| {case.what} | {totals.bytes / 1e6 / median:.1f} | {high:.1f}–{low:.1f} "
            f"| {statistics.median(case.peaks_mb):,.0f} | {written} | {median / of_us:.2f} | {target} |"
        )


_SAID = """
- libxml2 alone and iterparse keep nothing: no reader in Python on lxml can be faster than these.
- comity writes 18 tables (the 19th is of organisation files) with amounts as decimals, days as dates, and
  where each row stands in the file, and finds issues; not contacts, other identifiers, or further
  languages of anything but titles and descriptions.
- okfn-iati writes text as it stands to 16 CSV files and a summary; not tags, policy markers, related
  activities, planned disbursements, other identifiers, more than the first country, region and title of an
  activity, or the countries of transactions.
- iatiflattener writes transactions of types 1 to 4 and budgets, split by sector and country (budgets also
  by quarter) and converted to dollars, euros and local money, and a line for each activity; nothing else.
  It does more with these rows than comity's reader, which leaves splitting and converting to queries.
"""


# What tables cost


def _without(text: str, tags: Sequence[str]) -> str:
    """The file without these elements of activities; the generator indents them by eight spaces."""
    for tag in tags:
        text = re.sub(
            rf"^ {{8}}<{tag}[ >](?:[^\n]*/>\n|.*?^ {{8}}</{tag}>\n)", "", text, flags=re.MULTILINE | re.DOTALL
        )
    return text


def cost(size: int, runs: int) -> None:
    """Prints what the rows of some tables cost: kernel and bare iterparse on files with and without.

    Both are run one after the other, and the median difference is shown: it is small beside the noise.
    """
    left_out = {**_ELEMENTS, "all of these": tuple(tag for tags in _ELEMENTS.values() for tag in tags)}
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder) / "whole.xml", Path(folder) / "part.xml"
        totals = generate(whole, size)
        text = whole.read_text()
        for what, tags in left_out.items():
            part.write_text(_without(text, tags))
            less: list[float] = []
            parsing: list[float] = []
            of_all: list[float] = []
            for _ in range(runs):
                (seconds, rows), (fewer_seconds, fewer_rows) = _read(whole), _read(part)
                less.append(seconds - fewer_seconds)
                of_all.append(1 - fewer_seconds / seconds)
                parsing.append(_parse(whole) - _parse(part))
            fewer = totals.bytes - part.stat().st_size
            medians = [statistics.median(found) for found in (less, of_all, parsing)]
            lines.append((what, rows - fewer_rows, fewer / 1e6, medians))
    print(
        f"\n| {totals.bytes / 1e6:,.0f} MB to Parquet, without | rows fewer | MB fewer | CPU s less "
        "| of all | of that lxml's iterparse | µs a row |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    for what, number, mb, (gained, share, parsed) in lines:
        print(
            f"| {what} | {number:,} | {mb:.1f} | {gained:.2f} | {share:.0%} | {parsed:.2f} "
            f"| {gained / number * 1e6:.0f} |"
        )


def _read(path: Path) -> tuple[float, int]:
    """Seconds of CPU of the kernel, and rows."""
    with tempfile.TemporaryDirectory() as out:
        said = once(Case("", _KERNEL[1]), path, out)
    return said["seconds"], sum(said["found"]["rows"].values())


def _parse(path: Path) -> float:
    """Seconds of CPU of bare iterparse."""
    return float(once(Case("", _ITERPARSE[1]), path)["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=bytes_of, help="10MB, 200MB …")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--tables", type=bytes_of, metavar="SIZE", help="also what tables cost, on this size")
    given = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(f"lxml {version('lxml')}, pyarrow {version('pyarrow')}; medians of {given.runs}; ", end="")
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    others = list(peers()) if given.sizes else []
    for size in given.sizes:
        compare(size, given.runs, others)
    if given.sizes:
        print(_SAID)
    if given.tables:
        cost(given.tables, given.runs)


if __name__ == "__main__":
    main()
