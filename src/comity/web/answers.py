"""Answers kept for a generation: what was computed once is sent again, packed, or not at all (304).

An answer follows from the generation, the address and the language alone, so that these make its ETag.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

import comity
from comity.provenance import digest
from comity.web import facts

_PACKED_FROM = 1_000
"""Bytes below which packing does not pay."""
_TYPES = ("text/", "application/json", "image/svg+xml")
_LARGEST = 2_000_000
"""Bytes above which an answer is not kept."""
FRESH_S = 60
"""Seconds for which an answer is not asked for again: by then a newer generation may be there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer, plain and packed."""

    content: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]
    embedded: bool


class AnswersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self._next(request)
        tag = self._tag(request)
        if f'"{tag}"' in request.headers.get("If-None-Match", "").replace("W/", ""):
            return self._headed(HttpResponse(status=304), request, tag)
        kept: Kept | None = cache.get(tag)
        if kept is None:
            answer = self._next(request)
            passing = answer.streaming or "no-store" in answer.get("Cache-Control", "")
            if answer.status_code != 200 or passing:
                patch_vary_headers(answer, ("Accept-Language", "Accept"))
                return answer
            kept = _kept(answer)
            if len(kept.content) <= _LARGEST:
                cache.set(tag, kept, None)
        return self._headed(_answer(kept, request), request, tag)

    def _tag(self, request: HttpRequest) -> str:
        now = facts.generation()
        parts = (
            str(facts.store().store.path), now.id, now.created_at.isoformat(), comity.__version__,
            request.get_full_path(), request.lang, request.headers.get("Accept", ""),
            request.get_host(), request.scheme,
        )  # fmt: skip
        return digest("\0".join(map(str, parts)).encode())[:32]

    def _headed(self, answer: HttpResponse, request: HttpRequest, tag: str) -> HttpResponse:
        answer["ETag"] = f'W/"{tag}"'
        answer["Cache-Control"] = f"public, max-age={FRESH_S}"
        patch_vary_headers(answer, ("Accept-Encoding", "Accept-Language", "Accept"))
        return answer


def _kept(answer: HttpResponse) -> Kept:
    content = bytes(answer.content)
    worth = len(content) >= _PACKED_FROM and answer.get("Content-Type", "").startswith(_TYPES)
    packed = gzip.compress(content, 6, mtime=0) if worth else b""
    return Kept(content, packed, tuple(answer.items()), getattr(answer, "comity_embedded", False))


def _answer(kept: Kept, request: HttpRequest) -> HttpResponse:
    packed = kept.packed and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(kept.packed if packed else kept.content)
    for name, value in kept.headers:
        answer[name] = value
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Content-Length"] = str(len(answer.content))
    answer.comity_embedded = kept.embedded
    return answer
