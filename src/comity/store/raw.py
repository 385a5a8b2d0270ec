"""Bytes as they came, kept by their hash: copied while files are read, and named once they are safe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from comity.store.files import settle

_CHUNK = 1024**2
_AT_ONCE = 16


class Copies:
    """Copies of the files of a group under `raw`: what is read is what is kept. They get their names
    together, when all of them are written down: small files would each wait for the disk twice."""

    def __init__(self, raw: Path, own: str) -> None:
        self._raw, self._own = raw, own
        self._made: dict[Path, tuple[str, Path]] = {}
        self._wanted: dict[str, Path] = {}
        self._hashes: dict[Path, str] = {}

    def digest(self, path: Path, original: BufferedReader) -> str:
        """The hash of the file, without a copy."""
        if path not in self._hashes:
            self._hashes[path] = hashlib.file_digest(original, "sha256").hexdigest()
        return self._hashes[path]

    def of(self, path: Path, original: BinaryIO) -> tuple[str, Path]:
        """The hash of the file and its copy, made when it is first asked for."""
        if path not in self._made:
            copy = self._raw / f".{self._own}-{len(self._made)}"
            self._raw.mkdir(parents=True, exist_ok=True)
            hashed = hashlib.sha256()
            with copy.open("wb") as draft:
                while piece := original.read(_CHUNK):
                    hashed.update(piece)
                    draft.write(piece)
            self._made[path] = hashed.hexdigest(), copy
        return self._made[path]

    def keep(self, sha256: str, copy: Path) -> None:
        """Has the copy kept when the group ends."""
        if not self._place(sha256).exists():
            self._wanted[sha256] = copy

    def _place(self, sha256: str) -> Path:
        return self._raw / sha256[:2] / sha256

    def close(self) -> None:
        """Keeps what is to be kept: no name is ever that of bytes which a power cut could undo."""
        settle_all(self._wanted.values())
        for sha256, copy in self._wanted.items():
            place = self._place(sha256)
            place.parent.mkdir(exist_ok=True)
            copy.replace(place)
        settle_all({self._place(sha256).parent for sha256 in self._wanted})
        if self._wanted:
            settle(self._raw)

    def clear(self) -> None:
        """Removes the copies that were not kept."""
        for _, copy in self._made.values():
            copy.unlink(missing_ok=True)


def settle_all(places: Iterable[Path]) -> None:
    """Has many files or folders written down at once: the disk takes what waits for it together."""
    places = list(places)
    if len(places) < 2:
        for place in places:
            settle(place)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(settle, places):
            pass  # what one of them raises is raised here
