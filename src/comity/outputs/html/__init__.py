"""*The* profile page: one template with its partials, for a file on its own and for the web; and the
report on a check of claims.

`render` makes one file that needs nothing else: no script, nothing loaded. The web renders the same
template through `context`, with its own assets (`standalone` false).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity import charts, i18n
from comity.charts._labels import source_name
from comity.model import Figure, Profile
from comity.outputs import Output, _parts, _sections, _story, _verdicts, _wording
from comity.outputs.html import _check, _evidence, _template
from comity.provenance import stamp

TEMPLATE = "profile.html.j2"
LIMIT = 150_000
"""Bytes above which a page has fewer rows behind its figures."""
_LEAST = 10_000
"""Bytes that rows may take however large the rest of the page is."""
_KEY = (
    "contributions.total", "contributions.assessed", "contributions.voluntary", "standards.not_denounced",
    "standards.fundamental", "programmes.activities", "programmes.commitments", "programmes.spend",
    "programmes.countries",
)  # fmt: skip


def anchor(measure: str) -> str:
    """The id of the rows behind a figure."""
    return f"rows-{measure}"


def _key(profile: Profile, lang: str) -> list[dict[str, Any]]:
    """The numbers at the head of the page; those that no source reports are left out."""
    _ = i18n.translator(lang)
    found = []
    existing = profile.get("standards.fundamental_existing")
    for measure in _KEY:
        figure = profile.get(measure)
        if figure is None or figure.value is None:
            continue
        value = _wording.short_value(figure, lang)
        if measure == "standards.fundamental" and existing and existing.value:
            value = _("{ratified} of {existing}").format(ratified=value, existing=existing.value)
        found.append({"figure": figure, "value": value})
    return found


def _list_class(listing: _parts.Listing) -> str:
    """How names stand: with their notes below each other, or in columns as wide as they need."""
    if any(cell.note for cell in listing.items):
        return "noted"
    longest = max((len(cell.text) + len(cell.mark) for cell in listing.items), default=0)
    if len(listing.items) < 4:
        return "names"
    return "names short" if longest <= 24 else "names columns"


def context(profile: Profile, lang: str, standalone: bool = True) -> dict[str, Any]:
    """Everything the template shows."""
    _ = i18n.translator(lang)
    sections, drawn = _sections.sections(profile, lang), charts.drawn(profile, lang)

    def label(figure: Figure) -> str:
        return _wording.label(figure.measure, lang)

    def stands_on(figure: Figure) -> str:
        return "\u00a0· ".join((*_wording.stands_on(figure, lang), _rows_words(figure, lang)))

    return {
        "_": _,
        "lang": lang,
        "standalone": standalone,
        "css": _template.style("profile.css") if standalone else "",
        "profile": profile,
        "partner": i18n.party_name(profile.partner, lang),
        "organisation": i18n.party_name(profile.organisation, lang),
        "title": _wording.title(profile, lang),
        "period": _wording.period(profile.period, lang),
        "dates": _wording.dates(profile, lang),
        "summary": _story.summary(profile, lang),
        "key": _key(profile, lang),
        "sections": sections,
        "drawings": drawn,
        "is_table": lambda part: isinstance(part, charts.Table),
        "is_picture": lambda part: isinstance(part, _parts.Picture),
        "gaps": _story.gaps(profile, lang),
        "uncertain": _story.uncertain(profile, lang),
        "evidence": _evidence.parts(profile, _shown(sections), lang),
        "places": any(section.places for section in sections),
        "designations": _wording.designations(lang),
        "citation": _wording.citation(profile, lang),
        "command": _wording.command(profile),
        "known_at": stamp(profile.known_at),
        "anchor": anchor,
        "rows_at": lambda measure: f"#{anchor(measure)}",
        "label": label,
        "value": lambda figure: _wording.value(figure, lang),
        "remarks": lambda figure: _wording.remarks(figure, lang),
        "stands_on": stands_on,
        "beside": lambda figure: _verdicts.beside(figure, profile, lang),
        "named": lambda name, text: i18n.named(name, text, lang),
        "listed": lambda parts: i18n.listed(parts, lang),
        "source_name": lambda name: source_name(name, lang),
        "is_number": _template.is_number,
        "list_class": _list_class,
    }  # fmt: skip


def _rows_words(figure: Figure, lang: str) -> str:
    _ = i18n.translator(lang)
    return _("rows: {count}").format(count=i18n.whole(figure.rows, lang))


def render(profile: Profile, lang: str) -> bytes:
    """One HTML file, complete in itself. A currency and its amount stay on one line."""
    given = context(profile, lang)
    while len(page := _filled(given)) > LIMIT:  # charts and claims take much: fewer rows, but never none
        rows = _evidence.size(given["evidence"])
        left = max(_LEAST, rows - (len(page) - LIMIT))
        given["evidence"] = _evidence.parts(profile, _shown(given["sections"]), lang, left)
        if _evidence.size(given["evidence"]) >= rows:
            break
    return page


def _filled(given: dict[str, Any]) -> bytes:
    return _template.filled(TEMPLATE, given).replace(b"US$ ", "US$\u00a0".encode())


def _shown(sections: Iterable[_parts.Section]) -> list[Figure]:
    return [figure for section in sections for figure in section.figures]


OUTPUT = Output("html", ".html", "text/html", render, with_rows=True, check=_check.check)
