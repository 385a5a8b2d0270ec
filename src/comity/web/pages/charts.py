"""A chart of a profile on its own: its pictures, its data, and a frame for other people's pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from comity import charts, i18n
from comity.charts import Drawing
from comity.model import Profile
from comity.rows import as_csv
from comity.web import asking, facts, site
from comity.web.frames import EMBEDDED
from comity.web.pages import Page
from comity.web.pages.cooperation import query_of


def _drawing(
    request: HttpRequest, partner: str, organisation: str, name: str
) -> tuple[Profile, Drawing, str]:
    """The chart of a profile, and the address of the profile's page. Raises `Http404` for one that the
    profile holds nothing for."""
    if name not in charts.shelved():
        raise Http404
    found, asked = asking.pair(request, partner, organisation)
    profile = facts.profile(found, asked.known_at)
    drawing = charts.shelved()[name].draw(profile, request.lang)
    if drawing is None:
        raise Http404
    path = site.profile_path(found.partner, found.organisation)
    return profile, drawing, site.address(request, path, **query_of(asked, found))


def picture(request: HttpRequest, partner: str, organisation: str, name: str, kind: str) -> HttpResponse:
    """`svg`: the picture alone, `?size=narrow` for a phone, `?size=whole` with title, unit and source in
    it; `png`: the latter; `csv`: what it shows."""
    size = asking.one_of(request, "size", ("wide", "narrow", "whole"), "wide")
    _, drawing, _ = _drawing(request, partner, organisation, name)
    file = f"{partner}-{organisation}-{name}.{kind}"
    if kind == "svg":
        chosen = {"wide": drawing.wide, "narrow": drawing.narrow}.get(size) or drawing.standalone()
        answer = HttpResponse(chosen.svg(), content_type="image/svg+xml; charset=utf-8")
    elif kind == "png":
        answer = HttpResponse(drawing.png(), content_type="image/png")
    elif kind == "csv":
        rows = ([cell.text for cell in row] for row in drawing.table.rows)
        answer = HttpResponse(as_csv(drawing.table.columns, rows), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    if kind != "svg" or size == "whole":
        answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def frame(request: HttpRequest, partner: str, organisation: str, name: str) -> HttpResponse:
    """The chart with its words, made to stand in a frame of another site."""
    profile, drawing, whole = _drawing(request, partner, organisation, name)
    names = [i18n.party_name(party, request.lang) for party in (profile.partner, profile.organisation)]
    svg = f"{request.path.rstrip('/')}.svg"
    context = {
        "drawing": drawing,
        "whole": request.build_absolute_uri(whole),
        "title": " – ".join(names),
        "picture_at": lambda **more: site.address(request, svg, **_given(request), **more),
    }
    answer = site.page(request, "frame.html.j2", context)
    setattr(answer, EMBEDDED, True)
    return answer


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("years", "as_of", "known_at") if request.GET.get(name)}


_PATH = "cooperation/<str:partner>/<str:organisation>/charts/<slug:name>"
PAGES = (
    Page("chart", f"{_PATH}/", frame),
    Page("chart_file", f"{_PATH}.<slug:kind>", picture),
)
