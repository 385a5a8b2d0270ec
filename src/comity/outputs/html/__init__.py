"""*The* profile page: one template with its partials, for a file on its own and for the web.

`render` makes one file that needs nothing else: no script, nothing loaded. The web renders the same
template through `context`, with its own assets (`standalone` false).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import charts, i18n
from comity.charts._labels import source_name
from comity.model import Figure, Profile
from comity.outputs import Output, _sections, _story, _verdicts, _wording
from comity.outputs.html import _evidence
from comity.provenance import stamp

if TYPE_CHECKING:
    from jinja2 import Environment

HOME = Path(__file__).parent
TEMPLATE = "profile.html.j2"
_KEY = (
    "contributions.total", "contributions.assessed", "contributions.voluntary", "standards.not_denounced",
    "standards.fundamental", "programmes.countries",
)  # fmt: skip
_LONGEST = 58
_URL = re.compile(r"https?://[^\s;<>\"']+")


def links(text: str) -> list[tuple[str, str]]:
    """Text cut into (words, address) where it holds web addresses; the address is empty for the rest."""
    parts, at = [], 0
    for found in _URL.finditer(text):
        url = found[0].rstrip(".,)")
        shown = url.split("://", 1)[1]
        parts += [
            (text[at : found.start()], ""),
            (shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…", url),
        ]
        at = found.start() + len(url)
    return [part for part in (*parts, (text[at:], "")) if part[0]]


def anchor(measure: str) -> str:
    """The id of the rows behind a figure."""
    return f"rows-{measure}"


@cache
def environment() -> Environment:
    """Jinja2 as the page needs it: everything escaped, nothing undefined passed over."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(HOME), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["links"] = links
    return found


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


def _list_class(listing: _sections.Listing) -> str:
    """How names stand: with their notes below each other, or in columns as wide as they need."""
    if any(cell.note for cell in listing.items):
        return "noted"
    longest = max((len(cell.text) + len(cell.mark) for cell in listing.items), default=0)
    if len(listing.items) < 4:
        return "names"
    return "names short" if longest <= 24 else "names columns"


def _is_number(table: charts.Table, column: int) -> bool:
    return all(row[column].kind != "text" for row in table.rows)


def context(profile: Profile, lang: str, standalone: bool = True) -> dict[str, Any]:
    """Everything the template shows."""
    _ = i18n.translator(lang)
    sections = _sections.sections(profile, lang)

    shown = [figure for section in sections for figure in section.figures]

    def label(figure: Figure) -> str:
        return _wording.label(figure.measure, lang)

    def stands_on(figure: Figure) -> str:
        return "\u00a0· ".join((*_wording.stands_on(figure, lang), _rows_words(figure, lang)))

    return {
        "_": _,
        "lang": lang,
        "standalone": standalone,
        "css": (HOME / "profile.css").read_text(encoding="utf-8") if standalone else "",
        "profile": profile,
        "partner": i18n.party_name(profile.partner, lang),
        "organisation": i18n.party_name(profile.organisation, lang),
        "title": _wording.title(profile, lang),
        "period": _wording.period(profile.period, lang),
        "dates": _wording.dates(profile, lang),
        "summary": _story.summary(profile, lang),
        "key": _key(profile, lang),
        "sections": sections,
        "drawings": {"contributions": charts.drawn(profile, lang).get("contributions"),
                     "standards": charts.drawn(profile, lang).get("fundamental")},
        "gaps": _story.gaps(profile, lang),
        "uncertain": _story.uncertain(profile, lang),
        "evidence": _evidence.parts(profile, shown, lang),
        "places": any(section.places for section in sections),
        "designations": _wording.designations(lang),
        "citation": _wording.citation(profile, lang),
        "command": _wording.command(profile),
        "known_at": stamp(profile.known_at),
        "anchor": anchor,
        "label": label,
        "value": lambda figure: _wording.value(figure, lang),
        "remarks": lambda figure: _wording.remarks(figure, lang),
        "stands_on": stands_on,
        "beside": lambda figure: _verdicts.beside(figure, profile, lang),
        "named": lambda name, text: i18n.named(name, text, lang),
        "source_name": lambda name: source_name(name, lang),
        "is_number": _is_number,
        "list_class": _list_class,
    }  # fmt: skip


def _rows_words(figure: Figure, lang: str) -> str:
    _ = i18n.translator(lang)
    return _("rows: {count}").format(count=i18n.whole(figure.rows, lang))


def render(profile: Profile, lang: str) -> bytes:
    """One HTML file, complete in itself."""
    page = environment().get_template(TEMPLATE).render(context(profile, lang))
    lines = (line.strip() for line in page.splitlines())
    return ("\n".join(line for line in lines if line) + "\n").encode()


OUTPUT = Output("html", ".html", "text/html", render, with_rows=True)
