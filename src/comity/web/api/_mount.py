"""The addresses under `/api/v1/`: every part of the shelf, and the document that describes them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

import comity
from comity import shelf
from comity.web.api import Part, _answer, _openapi, _refused
from comity.web.api._asked import HOME


@cache
def parts() -> tuple[Part, ...]:
    """What the shelf offers, in the document's order."""
    return tuple(sorted(shelf.find("comity.web.api", Part).values(), key=lambda p: (p.order, p.name)))


def _made() -> NinjaAPI:
    one = NinjaAPI(
        title="comity", version=comity.__version__, description=_openapi.ABOUT, openapi_url=None,
        docs_url=None, urls_namespace="api", servers=[{"url": "/", "description": "This site."}],
    )  # fmt: skip
    _refused.add_to(one)
    for part in parts():
        one.add_router("", part.router)
    return one


api = _made()


def made() -> dict[str, Any]:
    """The document as ninja makes it."""
    return api.get_openapi_schema(path_prefix=f"{HOME}/")


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return _openapi.finished(made(), parts())


@cache
def _packed() -> bytes:
    return _answer.as_json(document())


def openapi(request: HttpRequest) -> HttpResponse:
    return _answer.file(_packed(), "json")


urls: list[URLPattern | URLResolver] = [path("openapi.json", openapi, name="openapi"), *api.urls[0]]
