"""A Sail server of our own: it speaks Spark Connect, starts in a moment, and ends with the tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_SERVE = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Its address, once it is seen to be ours: of the version installed, and the process begun here.

    It is given a free port, and ends with its standard input, also when the tests are killed.
    """
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "RUST_LOG": "error"}
    command = [sys.executable, "-c", _SERVE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            port = process.stdout.readline().strip()
            assert port, "Sail did not start"
            url = f"sc://127.0.0.1:{port}"
            assert _is(url) == (metadata.version("pysail"), process.pid)
            yield url
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def session_at(url: str) -> SparkSession:
    from pyspark.sql.connect.session import SparkSession

    return SparkSession.builder.remote(url).create()


def _is(url: str) -> tuple[str, int]:
    """The version of the server there, and its process: Sail runs Python's functions in its own."""
    session = session_at(url)
    try:
        version = session.sql("SELECT version() AS version").toArrow()["version"][0].as_py()
        process = session.range(1).mapInArrow(_process, "pid LONG").toArrow()["pid"][0].as_py()
    finally:
        session.stop()
    return version, process


def _process(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for _ in batches:
        yield pa.record_batch({"pid": pa.array([os.getpid()], pa.int64())})
