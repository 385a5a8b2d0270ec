"""A real server and a real browser: `comity serve` on a free port, and Debian's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from comity.api import Comity
from comity.provenance import stamp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_QUIET = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
    "--no-first-run",
)  # fmt: skip


@contextmanager
def served(store: Comity, *options: str) -> Iterator[str]:
    """The address of a server for `store`, which ends with the context."""
    comity = str(Path(sys.executable).parent / "comity")
    command = (comity, "serve", "--port", "0", "--store", str(store.store.path), *options)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COMITY_")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            said = process.stderr.readline() if process.stderr else ""
            assert "http://" in said, said
            address = said.partition("http://")[2].partition("/")[0]
            with urllib.request.urlopen(f"http://{address}/health/", timeout=60) as answer:
                found = json.load(answer)
            assert found["loaded_at"] == stamp(store.store.current().created_at), "somebody else's server"
            yield f"http://{address}"
        finally:
            process.kill()


@contextmanager
def opened() -> Iterator[Browser]:
    """The browser; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which is not here: Debian's package is called chromium")
    flags = [*_QUIET, *(("--no-sandbox",) if os.geteuid() == 0 else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def picture(page: Page, path: Path) -> bytes:
    """The whole page as PNG."""
    return page.screenshot(path=path, full_page=True)
