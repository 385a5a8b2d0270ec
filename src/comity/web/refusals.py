"""What goes wrong, in one clear line with its status: as a page, or as JSON where a program asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from comity import errors
from comity.web import site

_PLAIN = "text/plain; charset=utf-8"
_COMMAND = re.compile(r"; (?:see: comity|load one with: comity|--\w)[^;]*$")
"""What to type, which helps nobody in front of a browser."""
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.PartyNotKnown, 404),
    (errors.NotKnown, 404),
    (errors.OutsideCoverage, 404),
    (errors.AmbiguousParty, 400),
    (errors.BadRequest, 400),
    (errors.QueryFailed, 400),
    (Http404, 404),
    (SuspiciousOperation, 400),
    (errors.StoreError, 503),
)


class RefusalsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            answer = refused(request, 405, "this site is for reading: GET and HEAD only")
            answer["Allow"] = "GET, HEAD, OPTIONS"
            return answer
        try:
            return self._next(request)
        except errors.StoreError as error:  # before any page was begun
            return refused(request, 503, _said(error))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None for what nobody foresaw, which Django logs and answers with 500."""
        for kind, status in _STATUS:
            if isinstance(error, kind):
                return refused(request, status, _said(error), _near(error))
        return None


def _said(error: Exception) -> str:
    """Errors of a store name its folder, which is nobody's business here."""
    if isinstance(error, errors.StoreError):
        return "the facts cannot be read now; try again in a minute"
    return "there is no such page" if isinstance(error, Http404) else _COMMAND.sub("", str(error))


def _near(error: Exception) -> tuple[tuple[str, str], ...]:
    """Names near to one that nobody knows, each with its code or without."""
    near = getattr(error, "nearest", ())
    return tuple(one if isinstance(one, tuple) else (one, "") for one in near)


def refused(request: HttpRequest, status: int, message: str, nearest: object = ()) -> HttpResponse:
    """The answer to a request that cannot be met: the one error shape of the whole site."""
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return JsonResponse({"error": {"status": status, "message": message}}, status=status)
    if status == 503:  # a page would need the facts as well
        return HttpResponse(f"{status}: {message}\n", status=status, content_type=_PLAIN)
    return site.page(
        request, "refused.html.j2", {"status": status, "message": message, "nearest": nearest}, status
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 404, _said(exception) if isinstance(exception, Http404) else str(exception))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("400: this address is not one of ours\n", status=400, content_type=_PLAIN)


def failed(request: HttpRequest) -> HttpResponse:
    message = "something went wrong on our side, and was written to the log"
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"status": 500, "message": message}}, status=500)
    return HttpResponse(f"500: {message}\n", status=500, content_type=_PLAIN)
