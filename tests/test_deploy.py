"""docs/deploy.md, run: gunicorn as it says there, nginx with the configuration that stands there."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from comity.api import Comity
from comity.provenance import stamp

PAGE = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text(encoding="utf-8")
HOST, OTHER = "profiles.example.org", "cooperation.example.org"


def block(kind: str, holding: str) -> str:
    """The first code block of a kind that holds a word."""
    blocks: list[str] = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return next(text for text in blocks if holding in text)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def get(url: str, trusted: Path | None = None, **headers: str) -> tuple[int, bytes, Message]:
    given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(url, headers=given)  # noqa: S310 -- this machine's own
    try:
        context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def wait_for(url: str, process: subprocess.Popen[bytes], trusted: Path | None = None) -> None:
    for _ in range(300):
        assert process.poll() is None, "it ended at once"
        try:
            get(url, trusted)
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
        "COMITY_HOSTS": f"{HOST},{OTHER}",
        "COMITY_HTTPS": "1",
    }
    command = [str(Path(sys.executable).parent / program), *options]
    with subprocess.Popen(command, env=environment) as process:
        wait_for(f"http://127.0.0.1:{port}/health/", process)
        found = json.loads(get(f"http://127.0.0.1:{port}/health/")[1])
        assert found["loaded_at"] == stamp(starter_store.store.current().created_at), "somebody else's"
        yield port
        process.terminate()


def test_the_benchmark_serves_as_the_page_says_and_never_runs_out_of_pages(
    starter_store: Comity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import web

    line = shlex.split(block("sh", "gunicorn").strip().splitlines()[-1].replace("8000", "8001"))
    assert web.command(8001)[1 : len(line)] == line[1:]
    pairs = "SELECT DISTINCT provider, receiver FROM contributions WHERE contributor = 'government'"
    many = 2 * 29 * 4 * starter_store.sql(pairs).num_rows
    found = list(itertools.islice(web.addresses(starter_store), many))
    assert len(set(found)) == many
    for program, reason in ((["sleep", "60"], "did not answer"), (["false"], "before it answered")):
        monkeypatch.setattr(web, "command", lambda _port, program=program: program)
        monkeypatch.setattr(web, "_TRIES", 2 if program[0] == "sleep" else 100)
        with pytest.raises(SystemExit, match=reason), web.served(starter_store.store.path):
            pytest.fail("nobody answers")


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


def test_the_service_is_started_as_the_page_says() -> None:
    line = block("sh", "gunicorn").strip().splitlines()[-1]
    (started,) = re.findall(r"^ExecStart=\S*/(.*)$", block("ini", "ExecStart"), re.MULTILINE)
    assert started == line


@dataclass(frozen=True)
class Proxy:
    """nginx as the page has it: where it listens, and the certificate that it shows."""

    plain: str
    tls: str
    certificate: Path

    def get(self, path: str, **headers: str) -> tuple[int, bytes, Message]:
        return get(self.tls + path, self.certificate, **headers)


@pytest.fixture(scope="module")
def proxy(application: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    openssl = shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("needs nginx and openssl, which are not here")
    tmp_path, ports = tmp_path_factory.mktemp("proxy"), (free_port(), free_port())
    certificate, secret = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1", "-keyout", secret, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = block("nginx", "server {")
    for written, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{application}"),
        ("listen 80;", f"listen 127.0.0.1:{ports[0]};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{ports[1]} ssl;"),
        ("/var/cache/nginx/comity", str(tmp_path / "cache")),
        (f"/etc/letsencrypt/live/{HOST}", str(tmp_path)),
    ):
        assert written in site
        site = site.replace(written, here)
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
            made = Proxy(f"http://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}", certificate)
            wait_for(f"{made.tls}/health/", process, certificate)
            yield made
        finally:
            process.terminate()


PROFILE = "/cooperation/KOR/ILO/?years=2018-2022"


def test_behind_the_proxy_pages_and_static_files_are_answered_and_kept(proxy: Proxy) -> None:
    status, body, headers = proxy.get(PROFILE)
    assert status == 200
    assert b"44,654,249.83" in body
    style = re.search(rb'href="(/static/profile\.css\?\w+)"', body)
    assert style
    static = proxy.get(style[1].decode())
    assert static[0] == 200
    assert "max-age=31536000" in static[2]["Cache-Control"]
    assert proxy.get(PROFILE, If_None_Match=headers["ETag"])[0] == 304


def test_behind_the_proxy_links_are_those_of_tls(proxy: Proxy) -> None:
    _, body, headers = proxy.get(PROFILE)
    assert f"https://{HOST}/cooperation/KOR/ILO/".encode() in body
    assert f"http://{HOST}".encode() not in body
    assert "max-age" in headers["Strict-Transport-Security"]


def test_the_proxy_keeps_the_names_of_a_site_apart(proxy: Proxy) -> None:
    for _ in range(2):
        for name, other in ((HOST, OTHER), (OTHER, HOST)):
            _, body, _ = proxy.get(PROFILE, Host=name)
            assert f"https://{name}/".encode() in body
            assert other.encode() not in body


def test_who_comes_without_tls_is_led_to_it(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection(proxy.plain.removeprefix("http://"), timeout=60)
    connection.request("GET", PROFILE, headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}{PROFILE}")
    connection.close()
