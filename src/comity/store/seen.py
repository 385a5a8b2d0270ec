"""Files whose bytes were read before, by place, size and time: what has not changed is not read again.

Kept in the store as `seen.json`. It can be deleted at any time: then bytes are compared by their hash.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from comity.store import files

_SETTLED_NS = 2 * 10**9
"""A file changed more recently than this may change again without its time showing it."""


class Seen:
    """What `store` remembers of files outside of it."""

    def __init__(self, store: Path) -> None:
        self._place = store / "seen.json"
        self._changed = False
        try:
            found: Any = json.loads(self._place.read_bytes())
            self._files: dict[str, list[Any]] = found if isinstance(found, dict) else {}
        except (OSError, ValueError):
            self._files = {}

    def sha256(self, path: Path, now: os.stat_result) -> str:
        """The hash of the file's bytes when they were last read, if size and time are the same; else ""."""
        known = self._files.get(str(path.absolute()))
        return str(known[2]) if known and known[:2] == [now.st_size, now.st_mtime_ns] else ""

    def note(self, path: Path, then: os.stat_result, sha256: str) -> None:
        """Remembers the hash of bytes read after `then`."""
        if time.time_ns() - then.st_mtime_ns < _SETTLED_NS:
            return
        new = [then.st_size, then.st_mtime_ns, sha256]
        if self._files.get(str(path.absolute())) != new:
            self._files[str(path.absolute())] = new
            self._changed = True

    def save(self) -> None:
        """Writes down what was noted."""
        if self._changed:
            files.put(self._place, json.dumps(self._files, indent=0, sort_keys=True).encode())
