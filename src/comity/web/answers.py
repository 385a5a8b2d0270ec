"""Answers kept for a generation: what was computed once is sent again, packed, or not at all (304).

An answer follows from the generation, the address and the language alone, so that these make its ETag.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

import comity
from comity.errors import StoreError
from comity.provenance import digest
from comity.store import Generation
from comity.web import facts, refusals
from comity.web.frames import EMBEDDED

_PACKED_FROM = 1_000
"""Bytes below which packing does not pay."""
_TYPES = ("text/", "application/json", "image/svg+xml")
_MOST = 64_000_000
"""Bytes of finished answers that a process keeps; those not asked for the longest go first."""
_LARGEST = 2_000_000
"""Bytes above which an answer is not kept."""
FRESH_S = 60
"""Seconds for which an answer is not asked for again: by then a newer generation may be there."""
_GZIP = re.compile(r"\b(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer, plain and packed."""

    content: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]
    embedded: bool

    @property
    def size(self) -> int:
        return len(self.content) + len(self.packed) + 1_000


_lock = threading.Lock()
_kept: LRUCache[str, Kept] = LRUCache(_MOST, getsizeof=lambda kept: kept.size)


class AnswersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self._next(request)
        try:
            with facts.one_moment() as now:
                return self._answered(request, now)
        except StoreError as error:
            return refusals.unreadable(request, error)

    def _answered(self, request: HttpRequest, now: Generation) -> HttpResponse:
        chosen = ("Accept-Language", *(("Accept",) if _chooses(request) else ()))
        tag = _tag(request, now)
        with _lock:
            kept = _kept.get(tag)
        if kept is None:
            answer = self._next(request)
            passing = answer.streaming or "no-store" in answer.get("Cache-Control", "")
            if answer.status_code != 200 or passing:
                patch_vary_headers(answer, chosen)
                return answer
            kept = _finished(answer)
            if kept.size <= _LARGEST:
                with _lock:
                    _kept[tag] = kept
        known = f'"{tag}"' in request.headers.get("If-None-Match", "").replace("W/", "")
        found = HttpResponse(status=304) if known else _sent(kept, request)
        found["ETag"] = f'W/"{tag}"'
        found["Cache-Control"] = f"public, max-age={FRESH_S}"
        setattr(found, EMBEDDED, kept.embedded)
        patch_vary_headers(found, ("Accept-Encoding", *chosen))
        return found


def forget() -> None:
    """Drops all answers that are kept."""
    with _lock:
        _kept.clear()


def _chooses(request: HttpRequest) -> bool:
    """Whether the form of the answer is the one that the client accepts: of pages there is one."""
    return bool(request.path.startswith("/api/"))


def _tag(request: HttpRequest, now: Generation) -> str:
    parts = (
        str(facts.store().store.path), now.id, now.created_at.isoformat(), comity.__version__,
        request.get_full_path(), request.lang, request.headers.get("Accept", "") if _chooses(request) else "",
        request.get_host(), request.scheme,
    )  # fmt: skip
    return digest("\0".join(map(str, parts)).encode())[:32]


def _finished(answer: HttpResponse) -> Kept:
    content = bytes(answer.content)
    worth = len(content) >= _PACKED_FROM and answer.get("Content-Type", "").startswith(_TYPES)
    packed = gzip.compress(content, 6, mtime=0) if worth else b""
    return Kept(content, packed, tuple(answer.items()), getattr(answer, EMBEDDED, False))


def _sent(kept: Kept, request: HttpRequest) -> HttpResponse:
    packed = kept.packed and _GZIP.search(request.headers.get("Accept-Encoding", ""))
    answer = HttpResponse(kept.packed if packed else kept.content)
    for name, value in kept.headers:
        answer[name] = value
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Content-Length"] = str(len(answer.content))
    return answer
