"""Measures the site as visitors meet it: python -m benchmarks.web [STORE]

One run prints three tables. Latency: a profile page that was never asked for and one that was, one client
after another, and where the time of the first goes (figures, words and tables, template, Django). Load: 16
clients at once on two gunicorn workers, pages never asked for and pages asked for before. Browser: when
Chromium shows the first content, what moves after it, and how many bytes travel. STORE is the starter
tables unless it is given. Clients run on the same machine and take their part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import platform
import re
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import django

import comity

CLIENTS, SECONDS = 16, 10
_DEPLOY = Path(__file__).parents[1] / "docs" / "deploy.md"
_TRIES = 600
"""How often the server is asked whether it is there, every tenth of a second."""
_HEADERS = "Host: localhost\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n"
PAGE = "/cooperation/KOR/ILO/?years=2018-2022"


def addresses(store: comity.api.Comity) -> Iterator[str]:
    """Profile pages without end, each another one: pairs that the source reports on, and other years. Where
    all years were asked for it goes on with other days, which makes other pages too."""
    query = (
        "SELECT DISTINCT provider, receiver FROM contributions "
        "WHERE amount_usd IS NOT NULL AND contributor = 'government' ORDER BY provider, receiver"
    )
    pairs = [(row["provider"], row["receiver"]) for row in store.sql(query).to_pylist()]
    if not pairs:
        raise SystemExit("the store has no contributions to make pages of")
    first_years = (*range(2012, 2019), *range(2011, 1989, -1))
    spans = [(first, last) for first in first_years for last in range(2022, 2026)]
    for days in itertools.count():
        day = f"&as_of={date(2022, 12, 31) - timedelta(days=days)}" if days else ""
        for first, last in spans:
            for partner, organisation in pairs:
                yield f"/cooperation/{partner}/{organisation}/?years={first}-{last}{day}"


def command(port: int) -> list[str]:
    """gunicorn as docs/deploy.md has it, on another port."""
    (line,) = re.findall(r"^gunicorn .*$", _DEPLOY.read_text(encoding="utf-8"), re.MULTILINE)
    program, *options = shlex.split(line.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    return [str(Path(sys.executable).parent / program), *options, "--log-level", "error"]


@contextlib.contextmanager
def served(store: Path) -> Iterator[int]:
    """gunicorn as docs/deploy.md has it, on a free port; ends with a reason where it never answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = int(held.getsockname()[1])
    with subprocess.Popen(command(port), env={**os.environ, "COMITY_STORE": str(store)}) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        if process.poll() is not None:
            raise SystemExit(f"gunicorn ended with {process.returncode} before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health/"):
            return
        time.sleep(0.1)
    raise SystemExit(f"gunicorn did not answer at port {port} within {_TRIES / 10:.0f} seconds")


async def _client(
    port: int, ask: Callable[[], str], until: float, times: list[float], bad: list[str]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        path = ask()
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\n{_HEADERS}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        await reader.readexactly(int(lines["content-length"]))
        times.append(time.perf_counter() - began)
        if " 200 " not in head.split("\r\n")[0]:
            bad.append(f"{head.split(chr(13))[0]} {path}")
        if lines.get("connection") == "close":
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def under_load(
    port: int, clients: int, ask: Callable[[], str], seconds: float
) -> tuple[list[float], list[str]]:
    """Seconds of each answer, and what was not answered with 200."""
    times: list[float] = []
    bad: list[str] = []

    async def run() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_client(port, ask, until, times, bad) for _ in range(clients)))

    asyncio.run(run())
    return times, bad


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _row(what: str, times: Sequence[float], seconds: float, bad: Sequence[str], target: str) -> str:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (
        f"| {what} | {_ms(statistics.median(ordered))} | {_ms(p99)} | {len(ordered) / seconds:,.0f} "
        f"| {len(bad)} | {target} |"
    )


def parts(paths: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Where the time of a page that nobody asked for goes: medians of CPU seconds, in this process."""
    from django.test import Client, RequestFactory

    from comity import profiles, reconcile
    from comity.web import asking, facts, site
    from comity.web.pages import cooperation

    client, factory = Client(), RequestFactory()
    found: dict[str, list[float]] = {name: [] for name in ("figures", "claims", "words", "template", "whole")}
    for path in paths:
        request = factory.get(path)
        request.lang, request.lang_asked = "en", ""
        _, _, partner, organisation, _ = path.split("/", 4)
        asked, span = asking.pair(request, partner, organisation)
        at = [time.process_time()]
        built = profiles.build(facts.library(), asked)
        at.append(time.process_time())
        whole = reconcile.beside(facts.library(), built, facts.verdicts(organisation))
        at.append(time.process_time())
        context = cooperation.context(request, whole, asked, span)
        at.append(time.process_time())
        site.page(request, "cooperation.html.j2", context)
        at.append(time.process_time())
        if client.get(path, headers={"Accept-Encoding": "gzip"}).status_code != 200:
            raise SystemExit(f"not answered: {path}")
        at.append(time.process_time())
        for name, (before, after) in zip(found, itertools.pairwise(at), strict=True):
            found[name].append(after - before)
    medians = {name: statistics.median(times) for name, times in found.items()}
    rest = medians["whole"] - sum(medians[name] for name in ("figures", "claims", "words", "template"))
    yield from medians.items()
    yield "the rest: Django, packing", rest


def in_the_browser(port: int) -> Iterator[tuple[str, str]]:
    """What Chromium says of the page, in the middle of five visits with nothing kept."""
    from tests.browser import opened

    script = """() => new Promise(done => {
        let shift = 0
        new PerformanceObserver(l => l.getEntries().forEach(e => shift += e.value))
            .observe({type: 'layout-shift', buffered: true})
        setTimeout(() => done({
            paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, shift,
            page: performance.getEntriesByType('navigation')[0].encodedBodySize,
            rest: performance.getEntriesByType('resource').reduce((sum, r) => sum + r.encodedBodySize, 0),
        }), 300)
    })"""
    found = []
    with opened() as browser:
        for _ in range(5):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}{PAGE}", wait_until="networkidle")
            found.append(page.evaluate(script))
            context.close()
    yield "first contentful paint, ms", f"{statistics.median(f['paint'] for f in found):.0f}"
    yield "layout shift", f"{max(f['shift'] for f in found):.3f}"
    yield "the page, packed, kB", f"{found[0]['page'] / 1000:.1f}"
    yield "styles, icon and charts, kB", f"{found[0]['rest'] / 1000:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path, nargs="?")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = comity.open(given.store) if given.store else comity.create(Path(folder) / "store")
        os.environ.update(
            COMITY_STORE=str(store.store.path), COMITY_HOSTS="localhost,127.0.0.1,testserver",
            DJANGO_SETTINGS_MODULE="comity.web.settings",
        )  # fmt: skip
        django.setup()
        fresh = addresses(store)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        print("| a profile page nobody asked for | CPU ms |\n|---|---:|")
        for name, seconds in parts(list(itertools.islice(fresh, 60))[10:]):
            print(f"| {name} | {_ms(seconds)} |")
        print("\n| clients | p50 ms | p99 ms | pages/s | errors | target |\n|---|---:|---:|---:|---:|---|")
        with served(store.store.path) as port:
            under_load(port, 8, lambda: next(fresh), 3)  # both workers open the store and plan once
            for clients, what, ask, target in (
                (1, "1, new pages", lambda: next(fresh), "p50 ≤ 20"),
                (1, "1, a page again", lambda: PAGE, "p50 ≤ 4"),
                (CLIENTS, f"{CLIENTS}, new pages", lambda: next(fresh), "no error"),
                (CLIENTS, f"{CLIENTS}, a page again", lambda: PAGE, "≥ 400/s"),
            ):
                times, bad = under_load(port, clients, ask, SECONDS)
                print(_row(what, times, SECONDS, bad, target))
                for line in bad[:3]:
                    print(line, file=sys.stderr)
            print("\n| in Chromium, 390 px wide | |\n|---|---:|")
            for name, value in in_the_browser(port):
                print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
