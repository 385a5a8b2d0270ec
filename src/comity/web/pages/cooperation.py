"""The cooperation profile of a pair: the page, its downloads and its charts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import outputs, profiles
from comity.engines import Request
from comity.i18n import N_
from comity.model import Profile
from comity.outputs import html
from comity.provenance import stamp
from comity.web import asking, facts, site
from comity.web.asking import Span
from comity.web.pages import Page

FORMATS = {
    "pdf": N_("PDF, to print"), "docx": N_("Word document"), "xlsx": N_("Excel workbook"),
    "csv": N_("CSV, a line a figure"), "json": N_("JSON, for programs"), "md": N_("Markdown"),
    "html": N_("One HTML file with its rows"),
}  # fmt: skip
"""Files to take along, in the order shown; those that this comity writes."""


_OWN = {"years", "as_of", "known_at", "lang", "size"}


def query_of(asked: Span, request: Request) -> dict[str, str | None]:
    """The parameters of a profile's address, in one spelling."""
    return {
        "years": f"{request.start_year}-{request.end_year}",
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "known_at": stamp(asked.known_at) if asked.known_at else None,
    }


def elsewhere(
    request: HttpRequest, partner: str, organisation: str, found: Request, asked: Span, end: str
) -> HttpResponse | None:
    """Where an address is not the one of what it asks for, the way there: names are replaced by ids, the
    form's years by `years=`."""
    given = {name for name in request.GET if request.GET[name]}
    if (partner, organisation) == (found.partner, found.organisation) and given <= _OWN:
        return None
    path = site.profile_path(found.partner, found.organisation).rstrip("/") + end
    size = asking.text(request, "size")
    return redirect(site.address(request, path, **query_of(asked, found), size=size))


def page(request: HttpRequest, partner: str, organisation: str) -> HttpResponse:
    """The profile page, the same template as `--format html`."""
    found, asked = asking.pair(request, partner, organisation)
    if moved := elsewhere(request, partner, organisation, found, asked, "/"):
        return moved
    profile = facts.profile(found, asked.known_at)
    return site.page(request, "cooperation.html.j2", context(request, profile, found, asked))


def context(request: HttpRequest, profile: Profile, found: Request, asked: Span) -> dict[str, Any]:
    lang: str = request.lang
    path, query = site.profile_path(found.partner, found.organisation), query_of(asked, found)
    known = stamp(profile.known_at)
    lasting = {**query, "as_of": profile.as_of.isoformat(), "known_at": known}
    pair = f"{found.partner}/{found.organisation}"

    def rows_at(measure: str) -> str:
        return site.address(request, f"/evidence/{pair}/{measure}/", **query)

    written = outputs.shelved()
    return {
        **html.context(profile, lang, standalone=False),
        "evidence": (),  # rows have pages of their own here
        "rows_at": rows_at,
        "found": found,
        "asked": asked,
        "latest": facts.generation().created_at.date(),
        "first_year": 1990,
        "last_year": facts.generation().created_at.year,
        "permanent": request.build_absolute_uri(site.address(request, path, **lasting)),
        "downloads": [
            (words, site.address(request, f"{path.rstrip('/')}.{name}", **query))
            for name, words in FORMATS.items()
            if name in written
        ],
        "site_root": request.build_absolute_uri("/").rstrip("/"),
        "chart_at": lambda name, end, **more: site.address(
            request, f"{path}charts/{name}{end}", **{**query, **more}
        ),
    }


def file(request: HttpRequest, partner: str, organisation: str, format: str) -> HttpResponse:
    """The profile as a file, the same bytes as the command line writes."""
    if format not in outputs.shelved():
        raise Http404
    found, asked = asking.pair(request, partner, organisation)
    if moved := elsewhere(request, partner, organisation, found, asked, f".{format}"):
        return moved
    profile, output = facts.profile(found, asked.known_at), outputs.named(format)
    if output.with_rows:
        profile = profiles.with_rows(facts.library(asked.known_at), found, profile)
    kind = f"{output.media_type}; charset=utf-8" if "text" in output.media_type else output.media_type
    answer = HttpResponse(outputs.render(profile, format, request.lang), content_type=kind)
    name = f"{found.partner}-{found.organisation}-{found.start_year}-{found.end_year}{output.suffix}"
    if format not in ("json", "md", "text"):
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


PAGES = (
    Page("profile", "cooperation/<str:partner>/<str:organisation>/", page),
    Page("profile_file", "cooperation/<str:partner>/<str:organisation>.<slug:format>", file),
)
