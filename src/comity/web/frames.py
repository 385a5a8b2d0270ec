"""A page may stand in somebody else's frame only where it says so: charts that are made to be embedded."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

EMBEDDED = "comity_embedded"
"""Attribute of an answer that may stand in a frame anywhere."""


class FrameMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._next(request)
        if getattr(answer, EMBEDDED, False):
            answer._csp_replace = {"frame-ancestors": ["*"]}
            answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        else:
            answer["X-Frame-Options"] = "DENY"
        return answer
