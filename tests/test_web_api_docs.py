"""The page on the programming interface, and the guide in docs/api.md, whose commands are run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.api import Comity
from tests.test_docs import BIN, ROOT, Block, blocks, run, shows
from tests.web import client

# isort: split
from comity.web.api import _mount  # ninja asks for Django's settings, which tests.web makes

GUIDE = ROOT / "docs" / "api.md"
WRITTEN = "http://127.0.0.1:8000"


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ko"])
def test_the_page_tells_every_operation_and_asks_nobody_else(starter_store: Comity, lang: str) -> None:
    answer = client(starter_store).get(f"/api/v1/docs/?lang={lang}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page
    assert "style=" not in page
    for path, held in _mount.document()["paths"].items():
        if "{format}" not in path:
            assert f'<article id="{held["get"]["operationId"]}"' in page
            assert held["get"]["x-sample"].replace("&", "&amp;") in page
    addresses = re.findall(r'(?:href|src|action)="([^"]+)"', page)
    assert all(at.startswith(("/", "#")) for at in addresses), addresses
    known = set(re.findall(r' id="([^"]+)"', page))
    assert {at[1:] for at in addresses if at.startswith("#")} <= known
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.fixture(scope="module")
def server(starter_store: Comity) -> Iterator[str]:
    """The site on a free port of this machine."""
    env = {**os.environ, "COMITY_STORE": str(starter_store.store.path), "COMITY_HOSTS": "127.0.0.1"}
    command = [str(BIN / "comity"), "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the server ended"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        yield found[0]
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("block", blocks(GUIDE), ids=str)
def test_the_guide_can_be_followed(block: Block, server: str, tmp_path: Path) -> None:
    if block.text.strip() == "comity serve":
        pytest.skip("it runs until it is ended; the others ask it")
    for command, shown in block.commands():
        asked = command.replace(WRITTEN, server)
        assert asked != command
        ran = run("sh", "-euc", asked, cwd=tmp_path, env={"no_proxy": "127.0.0.1"})
        assert ran.returncode == 0, f"{asked}\n{ran.stdout}{ran.stderr}"
        for line in shown:
            assert shows(ran.stdout, line), f"{command}\ndoes not print\n{line}\n{ran.stdout[:2000]}"


def test_the_guide_names_addresses_that_answer(server: str, starter_store: Comity) -> None:
    visitor = client(starter_store)
    named = set(re.findall(r"`(/api/v1/[^`]*)`", GUIDE.read_text()))
    assert len(named) > 10
    for address in named:
        if "<" not in address:
            assert visitor.get(address).status_code == 200, address
