"""Whether this process can answer: for the proxy or the service manager that watches it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

import comity
from comity.provenance import stamp
from comity.web import facts
from comity.web.pages import Page


def page(request: HttpRequest) -> HttpResponse:
    """Asks the database something; the answer names the generation and says nothing of the machine."""
    opened = facts.library()
    opened.connection.query("SELECT count(*) FROM parties")
    said = {
        "status": "ok",
        "version": comity.__version__,
        "generation": facts.generation().id,
        "loaded_at": stamp(opened.known_at),
    }
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


PAGE = Page("health", "health/", page)
