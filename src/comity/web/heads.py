"""A HEAD is answered as a GET would be, without the body: not every server leaves it out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class HeadsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._next(request)
        if request.method == "HEAD" and not answer.streaming:
            length = answer.get("Content-Length") or str(len(answer.content))
            answer.content = b""
            answer["Content-Length"] = length
        return answer
