"""A chart of a profile on its own: its pictures, its data, and a frame for other people's pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from comity import charts, i18n
from comity.charts import Drawing
from comity.model import Profile
from comity.rows import as_csv
from comity.web import asking, facts, site
from comity.web.frames import EMBEDDED
from comity.web.pages import Page
from comity.web.pages.cooperation import elsewhere, query_of


@dataclass(frozen=True, slots=True)
class _Shown:
    """A chart of a profile; `whole` is the address of the profile's page."""

    profile: Profile
    drawing: Drawing
    whole: str


def _shown(
    request: HttpRequest, partner: str, organisation: str, name: str, end: str
) -> _Shown | HttpResponse:
    """The chart, or the way to its one address. Raises `Http404` for one that the profile holds nothing
    for."""
    kind = name.partition("-")[0]  # a chart of claims carries its organisation's name behind
    if kind not in charts.shelved():
        raise Http404
    found, asked = asking.pair(request, partner, organisation)
    if moved := elsewhere(request, partner, organisation, found, asked, f"/charts/{name}{end}"):
        return moved
    profile = facts.profile(found, asked.known_at)
    drawing = charts.shelved()[kind].draw(profile, request.lang)
    if drawing is None or drawing.name != name:
        raise Http404
    path = site.profile_path(found.partner, found.organisation)
    return _Shown(profile, drawing, site.address(request, path, **query_of(asked, found)))


def picture(request: HttpRequest, partner: str, organisation: str, name: str, kind: str) -> HttpResponse:
    """`svg`: the picture alone, `?size=narrow` for a phone, `?size=whole` with title, unit and source in
    it; `png`: the latter; `csv`: what it shows."""
    size = asking.one_of(request, "size", ("wide", "narrow", "whole"), "wide")
    if kind not in ("svg", "png", "csv"):
        raise Http404
    shown = _shown(request, partner, organisation, name, f".{kind}")
    if isinstance(shown, HttpResponse):
        return shown
    drawing = shown.drawing
    if kind == "svg":
        chosen = {"wide": drawing.wide, "narrow": drawing.narrow}.get(size) or drawing.standalone()
        answer = HttpResponse(chosen.svg(), content_type="image/svg+xml; charset=utf-8")
    elif kind == "png":
        answer = HttpResponse(drawing.png(), content_type="image/png")
    else:
        rows = ([cell.text for cell in row] for row in drawing.table.rows)
        answer = HttpResponse(as_csv(drawing.table.columns, rows), content_type="text/csv; charset=utf-8")
    if kind != "svg" or size == "whole":
        file = f"{shown.profile.partner.id}-{shown.profile.organisation.id}-{name}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def frame(request: HttpRequest, partner: str, organisation: str, name: str) -> HttpResponse:
    """The chart with its words, made to stand in a frame of another site."""
    shown = _shown(request, partner, organisation, name, "/")
    if isinstance(shown, HttpResponse):
        return shown
    parties = (shown.profile.partner, shown.profile.organisation)
    given = {n: request.GET[n] for n in ("years", "as_of", "known_at") if request.GET.get(n)}
    svg = f"{request.path.rstrip('/')}.svg"
    context = {
        "drawing": shown.drawing,
        "whole": request.build_absolute_uri(shown.whole),
        "title": " – ".join(i18n.party_name(party, request.lang) for party in parties),
        "picture_at": lambda **more: site.address(request, svg, **given, **more),
    }
    answer = site.page(request, "frame.html.j2", context)
    setattr(answer, EMBEDDED, True)
    return answer


_PATH = "cooperation/<str:partner>/<str:organisation>/charts/<slug:name>"
PAGES = (
    Page("chart", f"{_PATH}/", frame),
    Page("chart_file", f"{_PATH}.<slug:kind>", picture),
)
