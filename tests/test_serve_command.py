"""`comity serve`: where it listens, and what it says when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from comity.api import Comity

COMITY = str(Path(sys.executable).parent / "comity")


def serve(store: Comity, *options: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COMITY_")}
    return subprocess.Popen(
        [COMITY, "serve", "--store", str(store.store.path), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 -- no thread of ours runs here
    )  # fmt: skip


def _hears_ctrl_c() -> None:
    """What a shell starts in the background is deaf to it, and so is all that this starts in turn."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def refused(store: Comity, *options: str) -> str:
    with serve(store, *options) as process:
        said, error = process.communicate(timeout=60)
    assert (process.returncode, said, error.count("\n")) == (2, "", 1), error
    return error


def test_a_port_in_use_is_told_in_one_line_with_what_to_do(starter_store: Comity) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        error = refused(starter_store, "--port", str(port))
    assert f"cannot listen on 127.0.0.1:{port}" in error
    assert "--port 0" in error


@pytest.mark.parametrize("host", ["nobody.invalid", "999.1.1.1", "192.0.2.1", ""])
def test_an_address_of_another_machine_is_told(starter_store: Comity, host: str) -> None:
    error = refused(starter_store, "--host", host, "--port", "0")
    assert f"cannot listen on {host}" in error
    assert "--port" not in error, "another port would not help"


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_it_says_where_it_is_and_ends_quietly(starter_store: Comity, host: str, shown: str) -> None:
    if ":" in host and not Path("/proc/net/if_inet6").read_text().strip():
        pytest.skip("needs IPv6, which this machine has not")
    with serve(starter_store, "--host", host, "--port", "0") as process:
        assert process.stderr
        assert f"comity at http://{shown}:" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode in (0, 130), "as any program that Ctrl-C ends"
    assert rest == ""


def test_without_being_told_it_listens_on_this_machine_only(starter_store: Comity) -> None:
    with serve(starter_store, "--port", "0") as process:
        assert process.stderr
        assert "http://127.0.0.1:" in process.stderr.readline()
        process.kill()
