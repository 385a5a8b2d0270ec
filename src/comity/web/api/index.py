"""What there is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from comity.provenance import stamp
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import HOME, Asked
from comity.web.api._offer import operation

router = Router(tags=["index"])
_THERE = (
    "activities", "claims", "figures", "issues", "organisations", "parties", "sources",
    "standards/instruments", "standards/ratifications",
)  # fmt: skip


class Index(Schema):
    """Where everything is."""

    known_at: str = Field(description="The facts as loaded by this time (UTC).")
    openapi: str = Field(description="The address of the document that describes the interface.")
    docs: str = Field(description="The same as a page to read.")
    lists: dict[str, str] = Field(description="The address of each list.")


@operation(router, "/", Asked, Index, summary="What there is", sample="/")
def index(request: HttpRequest, asked: Asked, form: _answer.Format) -> HttpResponse:
    """The addresses of the lists and of the documents, and until when facts were loaded."""
    return _answer.file(_answer.as_json({
        "known_at": stamp(facts.generation(asked.known).created_at),
        "openapi": f"{HOME}/openapi.json",
        "docs": f"{HOME}/docs/",
        "lists": {name: f"{HOME}/{name}" for name in _THERE},
    }), form)  # fmt: skip


PART = Part("index", router, "Where everything is.", order=0)
