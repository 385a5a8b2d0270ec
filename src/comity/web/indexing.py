"""Texts of activities, ready to be searched: few are indexed at once, many beside the site as it answers."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from comity.errors import TablesUnreadable
from comity.profiles import Library
from comity.store import search
from comity.web import facts

AT_ONCE = 20_000
"""Activities whose texts are indexed while the reader waits; more are indexed beside the site."""
RETRY_S = 30
"""After how many seconds to ask again, where they are being indexed."""
_building: dict[Path, threading.Thread] = {}
_lock = threading.Lock()


def _number(opened: Library) -> int:
    return int(opened.connection.query("SELECT count(*)::BIGINT AS n FROM activities")["n"][0].as_py())


def number(known_at: datetime | None) -> int:
    """How many activities are loaded, copies counted."""
    return facts.remembered(known_at, "activities", _number)


def indexed(text: str, known_at: datetime | None) -> bool:
    """Whether `text` can be searched for now, in a moment at most. Where many texts have to be indexed first,
    that is begun. Raises `BadRequest` for a text that asks for nothing."""
    if number(known_at) <= AT_ONCE:
        return True
    database = facts.store().store.database(facts.generation(known_at))
    index = search.beside(database)
    try:
        search.count(index, text)
    except TablesUnreadable:
        with _lock:
            at_work = _building.get(index)
            if at_work is None or not at_work.is_alive():
                _building[index] = threading.Thread(target=search.build, args=(database, index), daemon=True)
                _building[index].start()
        return False
    return True
