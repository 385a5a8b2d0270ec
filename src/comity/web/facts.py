"""The open store: generations as they come, and for each thread a connection of its own.

A generation never changes, so that whatever follows from one may be kept as long as it is used.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from comity import profiles, reconcile
from comity.api import Comity, open_store
from comity.engines import Request
from comity.model import Check, Party, Profile
from comity.profiles import Library
from comity.store import Generation

T = TypeVar("T")
Key = tuple[str, int]
"""A generation: the store's folder and its number."""
_KEPT = 3
"""Generations held open at a time: the current one, and those that citations ask for."""
_YEARS = 5
"""The years shown unless others are asked for: the last ones that are reported."""

_lock = threading.RLock()
_libraries: OrderedDict[Key, Library] = OrderedDict()
_memory: dict[tuple[object, ...], Any] = {}
_own = threading.local()


_opened: list[Comity] = []


def store() -> Comity:
    """The store of this process: the one it was told to `use`, else by `COMITY_STORE` or the user's own."""
    if not _opened:
        use(open_store())
    return _opened[0]


def use(opened: Comity) -> None:
    """From now on answers come from this store."""
    _opened[:] = [opened]


def generation(known_at: datetime | None = None) -> Generation:
    """What was loaded by `known_at`, the newest without it."""
    return store().store.at(known_at)


def _key(known_at: datetime | None) -> Key:
    return str(store().store.path), generation(known_at).id


def library(known_at: datetime | None = None) -> Library:
    """The tables of a generation, with a connection that no other thread uses."""
    key = _key(known_at)
    own: OrderedDict[Key, Library] = _own.__dict__.setdefault("libraries", OrderedDict())
    if key not in own:
        shared = _shared(key, known_at)
        own[key] = replace(shared, connection=store().connect(known_at))
        while len(own) > _KEPT:
            own.popitem(last=False)[1].connection.close()
    own.move_to_end(key)
    return own[key]


def _shared(key: Key, known_at: datetime | None) -> Library:
    """Parties and compiled measures are the same for all threads."""
    with _lock:
        if key not in _libraries:
            _libraries[key] = store().library(known_at)
            while len(_libraries) > _KEPT:
                gone, old = _libraries.popitem(last=False)
                old.connection.close()
                for held in [held for held in _memory if held[:2] == gone]:
                    del _memory[held]
        _libraries.move_to_end(key)
        return _libraries[key]


def remembered(known_at: datetime | None, name: str, make: Callable[[Library], T], *about: object) -> T:
    """What `make` gives for a generation, made once; `name` and `about` say what it is."""
    key = (*_key(known_at), name, *about)
    if key not in _memory:
        made = make(library(known_at))
        with _lock:
            _memory[key] = made
    found: T = _memory[key]
    return found


def verdicts(organisation: str | None = None, known_at: datetime | None = None) -> Check:
    """The claims on an organisation, or all, held against the data; those of weak pages are left out."""

    def make(opened: Library) -> Check:
        found = reconcile.check(opened, None, organisation)
        return replace(found, verdicts=tuple(v for v in found.verdicts if v.claim.publishable))

    return remembered(known_at, "verdicts", make, organisation)


def last_years(organisation: Party, known_at: datetime | None = None) -> tuple[int, int]:
    """The years that a profile shows unless others are asked for."""

    def make(opened: Library) -> dict[str, int]:
        query = (
            "SELECT organisation, max(year) AS year FROM coverage "
            "WHERE organisation IS NOT NULL AND year IS NOT NULL AND source = 'ceb' GROUP BY organisation"
        )
        return {row["organisation"]: row["year"] for row in opened.connection.query(query).to_pylist()}

    known = remembered(known_at, "last years", make)
    last = known.get(organisation.id) or max(known.values(), default=generation(known_at).created_at.year)
    return last - _YEARS + 1, last


def profile(request: Request, known_at: datetime | None = None) -> Profile:
    """The profile of a request with the claims on its pair; raises `OutsideCoverage`."""
    opened = library(known_at)
    return reconcile.beside(opened, profiles.build(opened, request), verdicts(request.organisation, known_at))
