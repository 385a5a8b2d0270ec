"""The language of an answer: `?lang=`, else what the browser prefers. It stands in `request.lang`;
`request.lang_asked` is the one that the address names, which links carry on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comity.i18n import LANGUAGES
from comity.web import asking


class LanguagesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.GET.get("lang", "")
        request.lang_asked = given if given in LANGUAGES else ""
        request.lang = request.lang_asked or asking.preferred(request.headers.get("Accept-Language", ""))
        return self._next(request)
