"""What goes wrong in an operation, in the one error shape of the site."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from comity.errors import ComityError
from comity.web import indexing
from comity.web.refusals import refused

_log = logging.getLogger("django.request")


class NotAcceptable(HttpError):
    """No form that the request accepts is one of ours."""

    def __init__(self, known: list[str]) -> None:
        super().__init__(406, f"the Accept header allows none of {', '.join(known)}")


class Trouble(Schema):
    """What is the matter."""

    status: int = Field(description="The status code of the answer.", ge=400, le=599)
    message: str = Field(description="What is the matter, in one line, in English.")


class Error(Schema):
    """The answer to any request that cannot be met."""

    error: Trouble


class NotIndexed(HttpError):
    """The texts that are to be searched are being indexed."""

    def __init__(self) -> None:
        super().__init__(503, "the texts are being indexed; ask again in a minute")


STATUSES = {
    400: ("A parameter is unknown, out of its bounds, or asks for too much; the message says which.",
          "limit: Input should be less than or equal to 1000"),
    404: ("There is no such thing, or no loaded source says anything about it.",
          "no partner called “Atlantis”"),
    405: ("The interface is for reading: GET and HEAD only.", "this site is for reading: GET and HEAD only"),
    406: ("No form that the Accept header allows is one of ours.",
          "the Accept header allows none of application/json, text/csv, application/vnd.apache.parquet"),
    500: ("Something went wrong on our side, and was written to the log.",
          "something went wrong on our side, and was written to the log"),
    503: ("The facts cannot be read now, or the texts to be searched are being indexed; then `Retry-After` "
          "says when to ask again.", "the facts cannot be read now; try again in a minute"),
}  # fmt: skip
"""Status codes of errors: what each means, and an example of its message."""


def add_to(api: NinjaAPI) -> None:
    """Has `api` answer errors so. What comity raises on purpose is left to the site's middleware."""
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _said)
    api.add_exception_handler(Http404, _unforeseen)
    api.add_exception_handler(Exception, _unforeseen)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    told = (f"{found['loc'][-1]}: {found['msg']}" for found in error.errors)
    return refused(request, 400, "; ".join(dict.fromkeys(told)))


def _said(request: HttpRequest, error: Any) -> HttpResponse:
    answer = refused(request, error.status_code, str(error))
    if isinstance(error, NotIndexed):
        answer["Retry-After"] = str(indexing.RETRY_S)
    return answer


def _unforeseen(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, ComityError | Http404 | SuspiciousOperation):
        raise error
    _log.error("%s", request.path, exc_info=error)
    return refused(request, 500, STATUSES[500][1])
