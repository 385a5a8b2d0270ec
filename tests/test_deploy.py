"""docs/deploy.md, run: gunicorn as it says there, nginx with the configuration that stands there."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from comity.api import Comity
from comity.provenance import stamp

PAGE = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text(encoding="utf-8")
HOST = "profiles.example.org"


def block(kind: str, holding: str) -> str:
    """The first code block of a kind that holds a word."""
    blocks: list[str] = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return next(text for text in blocks if holding in text)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(url, headers=given)  # noqa: S310 -- this machine's own
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "it ended at once"
        try:
            get(url)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")


@pytest.fixture(scope="module")
def application(starter_store: Comity) -> Iterator[int]:
    """The port of gunicorn, started by the page's own command."""
    port = free_port()
    line = block("sh", "gunicorn").strip().splitlines()[-1].replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    program, *options = shlex.split(line)
    environment = {
        **os.environ,
        "COMITY_STORE": str(starter_store.store.path),
        "COMITY_HOSTS": HOST,
        "COMITY_HTTPS": "1",
    }
    command = [str(Path(sys.executable).parent / program), *options]
    with subprocess.Popen(command, env=environment) as process:
        wait_for(f"http://127.0.0.1:{port}/health/", process)
        found = json.loads(get(f"http://127.0.0.1:{port}/health/")[1])
        assert found["loaded_at"] == stamp(starter_store.store.current().created_at), "somebody else's"
        yield port
        process.terminate()


def test_the_health_check_is_the_page_s(application: int) -> None:
    line = block("sh", "/health/").strip().replace("127.0.0.1:8000", f"127.0.0.1:{application}")
    if shutil.which("curl") is None:
        pytest.skip("needs curl, which is not here")
    said = json.loads(subprocess.run(shlex.split(line), capture_output=True, check=True).stdout)
    assert (said["status"], said["generation"]) == ("ok", 1)


def test_other_names_are_refused_and_the_host_is_said_nowhere(application: int) -> None:
    status, body, _ = get(f"http://127.0.0.1:{application}/", Host="evil.example")
    assert status == 400
    assert b"evil" not in body


def test_behind_tls_the_browser_is_told_to_keep_to_it(application: int) -> None:
    _, _, headers = get(f"http://127.0.0.1:{application}/health/", X_Forwarded_Proto="https")
    assert "max-age" in headers["Strict-Transport-Security"]


def test_behind_the_proxy_pages_and_static_files_are_answered_and_kept(
    application: int, tmp_path: Path
) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("needs nginx, which is not here")
    port = free_port()
    site = block("nginx", "server {").replace("127.0.0.1:8000", f"127.0.0.1:{application}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};")
    site = site.replace("/var/cache/nginx/comity", str(tmp_path / "cache"))
    kept = "".join(
        f"{kind}_temp_path {tmp_path / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = (
        f"{user}daemon off;\npid {tmp_path / 'pid'};\nerror_log stderr;\nevents {{}}\n"
        f"http {{ access_log off;\n{kept}{site} }}\n"
    )
    (tmp_path / "nginx.conf").write_text(whole)
    with subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/health/", process)
            status, body, headers = get(f"http://127.0.0.1:{port}/cooperation/KOR/ILO/?years=2018-2022")
            assert status == 200
            assert b"44,654,249.83" in body
            style = re.search(rb'href="(/static/profile\.css\?\w+)"', body)
            assert style
            static = get(f"http://127.0.0.1:{port}{style[1].decode()}")
            assert static[0] == 200
            assert "max-age=31536000" in static[2]["Cache-Control"]
            again = get(
                f"http://127.0.0.1:{port}/cooperation/KOR/ILO/?years=2018-2022", If_None_Match=headers["ETag"]
            )
            assert again[0] == 304
        finally:
            process.terminate()
