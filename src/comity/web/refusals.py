"""What goes wrong, in one clear line with its status: as a page, or as JSON where a program asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from comity import errors
from comity.web import site

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PLAIN = "text/plain; charset=utf-8"
_COMMAND = re.compile(r"; (?:see: comity|load one with: comity|--\w)[^;]*$")
"""What to type, which helps nobody in front of a browser."""
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.PartyNotKnown, 404),
    (errors.NotKnown, 404),
    (errors.OutsideCoverage, 404),
    (errors.AmbiguousParty, 400),
    (errors.BadRequest, 400),
    (Http404, 404),
    (SuspiciousOperation, 400),
    (errors.StoreError, 503),
)


class RefusalsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            answer = _bare(request, 405, "this site is for reading: GET and HEAD only")
            answer["Allow"] = "GET, HEAD, OPTIONS"
            return answer
        if _CONTROL.search(request.path):
            return _bare(request, 400, "this address holds characters that no name has")
        return self._next(request)

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
    if status == 503 or _of_a_program(request):  # a page would need the facts as well
        return _bare(request, status, message)
    return site.page(
        request, "refused.html.j2", {"status": status, "message": message, "nearest": nearest}, status
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, 404, _said(exception) if isinstance(exception, Http404) else str(exception))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare(request, 400, "this address is not one of ours")


def failed(request: HttpRequest) -> HttpResponse:
    return _bare(request, 500, "something went wrong on our side, and was written to the log")


def unreadable(request: HttpRequest, error: errors.StoreError) -> HttpResponse:
    """Where not even the generation can be told."""
    return _bare(request, 503, _said(error))


def _of_a_program(request: HttpRequest) -> bool:
    return bool(request.path.startswith("/api/") or request.path.endswith(".json"))


def _bare(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """An answer that needs no facts."""
    if _of_a_program(request):
        return JsonResponse({"error": {"status": status, "message": message}}, status=status)
    return HttpResponse(f"{status}: {message}\n", status=status, content_type=_PLAIN)
