"""The open store: generations as they come, and for each thread a connection of its own.

A generation never changes, so that whatever follows from one may be kept as long as it is used.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar, cast

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
_opened: list[Comity] = []
_libraries: OrderedDict[Key, Library] = OrderedDict()
_own = threading.local()
_pinned: ContextVar[Generation | None] = ContextVar("_pinned", default=None)


def store() -> Comity:
    """The store of this process: the one it was told to `use`, else by `COMITY_STORE` or the user's own."""
    with _lock:
        if not _opened:
            use(open_store())
        return _opened[0]


def use(opened: Comity) -> None:
    """From now on answers come from this store."""
    _opened[:] = [opened]


@contextmanager
def one_moment() -> Iterator[Generation]:
    """Within it the newest generation stays the same, whatever is loaded meanwhile: an answer never mixes
    two of them."""
    token = _pinned.set(store().store.current())
    try:
        yield generation()
    finally:
        _pinned.reset(token)


def generation(known_at: datetime | None = None) -> Generation:
    """What was loaded by `known_at`, the newest without it."""
    pinned = _pinned.get()
    if pinned is not None and (known_at is None or known_at >= pinned.created_at):
        return pinned
    return store().store.at(known_at)


def _key(wanted: Generation) -> Key:
    return str(store().store.path), wanted.id


def library(known_at: datetime | None = None) -> Library:
    """The tables of a generation, with a connection that no other thread uses."""
    wanted = generation(known_at)
    key, shared = _key(wanted), _shared(wanted)
    own: OrderedDict[Key, Library] = _own.__dict__.setdefault("libraries", OrderedDict())
    if key not in own:
        own[key] = replace(shared, connection=store().connect(wanted.created_at))
        while len(own) > _KEPT:
            own.popitem(last=False)[1].connection.close()
    own.move_to_end(key)
    return own[key]


def _shared(wanted: Generation) -> Library:
    """Parties and compiled measures are the same for all threads. Of generations that are not the newest
    the one that was not asked for the longest goes first."""
    with _lock:
        key, newest = _key(wanted), _key(generation())
        if key not in _libraries:
            _libraries[key] = store().library(wanted.created_at)
        _libraries.move_to_end(key)
        while len(_libraries) > _KEPT:
            gone = next(held for held in _libraries if held not in (key, newest))
            _libraries.pop(gone).connection.close()
        return _libraries[key]


@dataclass(slots=True)
class _Once:
    """What is made once: `made` holds it as soon as it is there."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    made: tuple[Any, ...] = ()


def remembered(known_at: datetime | None, name: str, make: Callable[[Library], T], *about: object) -> T:
    """What `make` gives for a generation, made once, by one thread while others wait for it, and kept with
    the generation's library; `name` and `about` say what it is."""
    opened = library(known_at)
    with _lock:
        once: _Once = opened.kept.setdefault((name, *about), _Once())
    with once.turn:
        once.made = once.made or (make(opened),)
        return cast(T, once.made[0])


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
