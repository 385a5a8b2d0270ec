"""Files that appear whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import NotWritable, StoreLocked


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Turns the operating system's refusals into one clear line."""
    try:
        yield
    except OSError as error:
        raise NotWritable(place, error.strerror or str(error)) from error


def put(path: Path, content: bytes) -> None:
    """Writes `content` to `path` atomically: another reader sees the old bytes or the new ones."""
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            settle(path.parent)
        finally:
            draft.unlink(missing_ok=True)


def settle(path: Path) -> None:
    """Has a file, or the names in a folder, written down, so that a power cut does not undo it after
    something that came later."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_writer(store: Path) -> Iterator[None]:
    """Holds the store's lock; raises `StoreLocked` naming the process that has it.

    The lock is the operating system's: it goes with its process, however that ends.
    """
    with writing_to(store):
        store.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(store / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 100).decode(errors="replace").strip()
            raise StoreLocked(store, holder or "another process") from None
        os.truncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}".encode())
        yield
        os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)
