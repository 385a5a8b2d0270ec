"""Search: partners, organisations, countries and activities; a pair by its two names leads to its profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.activities import STATUSES, Asked, find
from comity.errors import BadRequest
from comity.model import Party
from comity.profiles import ALL, Library
from comity.rules.identity import Index, Name, key
from comity.tables.identity import STATE_KINDS
from comity.web import asking, facts, indexing, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages.organisations import bodies

_SHOWN = 8
"""Hits of a kind on the page; the list of that kind has all."""
_BETWEEN = re.compile(r"\s+(?:and|with|et|avec|y|con|와|과|및)\s+|[–—/|+&,;:]+|\s-\s", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|le|la|les|el|los|las)\s+|^l['’]", re.IGNORECASE)
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class _Known:
    """Every name of every party in all our languages, for looking them up by what a person types."""

    index: Index
    names: Mapping[str, tuple[str, ...]]
    """By party the forms in which its names are compared."""


@dataclass(slots=True)
class _Hits:
    partners: list[Party] = field(default_factory=list)
    organisations: list[Party] = field(default_factory=list)
    countries: list[Party] = field(default_factory=list)


def _learnt(opened: Library) -> _Known:
    names: list[Name] = []
    for party in opened.directory.parties.values():
        names += [Name(party.id, party.id, 0), Name(party.iso2 or "", party.id, 0)]
        names += [Name(i18n.party_name(party, lang), party.id, 1) for lang in i18n.LANGUAGES]
        names += [
            Name(i18n.territory_name(party.iso2, lang), party.id, 3) for lang in i18n.LANGUAGES if party.iso2
        ]
    query = "SELECT alias, party FROM aliases WHERE judgement = 'same' AND scheme IN ('name', 'code')"
    names += [Name(row["alias"], row["party"], 2) for row in opened.connection.query(query).to_pylist()]
    found: dict[str, list[str]] = {}
    for name in names:
        if name.text and name.party != ALL:
            found.setdefault(name.party, []).append(key(name.text))
    return _Known(Index(names), {id_: tuple(dict.fromkeys(keys)) for id_, keys in found.items()})


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a text into two names: at a mark or an “and”, else between any two words."""
    halves = [_ARTICLE.sub("", part.strip()) for part in _BETWEEN.split(text) if part.strip()]
    if len(halves) == 2:
        yield halves[0], halves[1]
    words = " ".join(halves).split()
    for at in range(1, len(words) if len(words) <= _MOST_WORDS else 0):
        yield " ".join(words[:at]), " ".join(words[at:])


def _pairs(known: _Known, text: str, is_body: Callable[[str], bool]) -> list[tuple[str, str]]:
    """The pairs that the text names in full, the one named first as the partner where both may be."""
    found: dict[tuple[str, str], None] = {}
    for first, second in _splits(text):
        for one, other in ((first, second), (second, first)):
            for partner in known.index.find(one):
                for body in known.index.find(other):
                    if is_body(body) and partner not in (body, ALL):
                        found.setdefault((partner, body))
    # A State with an organisation is what people mean, where the other way round would fit too.
    return sorted(found, key=lambda pair: is_body(pair[0]))


def _matching(known: _Known, text: str) -> list[str]:
    """Ids of the parties of which a name is, begins with or holds the text; the nearest ones first."""
    wanted = key(text)
    ranked: list[tuple[int, str]] = []
    for id_, names in known.names.items():
        if wanted in names:
            ranked.append((0, id_))
        elif any(name.startswith(wanted) for name in names):
            ranked.append((1, id_))
        elif len(wanted) > 1 and any(f" {wanted}" in f" {name}" for name in names):
            ranked.append((2, id_))
        elif len(wanted) > 2 and any(wanted in name for name in names):
            ranked.append((3, id_))
    return [id_ for _, id_ in sorted(ranked)]


def _hits(opened: Library, found: list[str], ids: frozenset[str]) -> _Hits:
    hits = _Hits()
    for id_ in found:
        party = opened.directory.parties[id_]
        if party.kind in STATE_KINDS:
            hits.countries.append(party)
        if id_ in ids:
            hits.organisations.append(party)
        elif party.kind != "group":
            hits.partners.append(party)
    return hits


@dataclass(frozen=True, slots=True)
class _Activities:
    """The first activities of a text and how many there are; none yet while they are `waiting` for texts to
    be indexed."""

    rows: list[dict[str, Any]]
    total: int
    waiting: bool = False


def _activities(text: str, known_at: datetime | None) -> _Activities | None:
    """None where no activities are loaded."""
    if not indexing.number(known_at):
        return None
    try:
        if not indexing.indexed(text, known_at):
            return _Activities([], 0, waiting=True)
        found = find(facts.store().store, Asked(text=text, limit=_SHOWN), known_at=known_at)
    except BadRequest:
        return _Activities([], 0)
    return _Activities(found.rows.to_pylist(), found.total)


def search(request: HttpRequest) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    opened, text = facts.library(known_at), asking.text(request, "q")
    shared = _context.shared(request, years, known_at)
    if not key(text):
        return site.page(request, "search.html.j2", {**shared, "q": "", "pairs": [], "found": None})
    known = facts.remembered(known_at, "names to search", _learnt)
    ids = frozenset(one.id for one in bodies(known_at))
    hits = _hits(opened, _matching(known, text), ids)
    activities = _activities(text, known_at)
    parties = opened.directory.parties
    nothing = not (hits.partners or hits.organisations or hits.countries)
    allowed = {id_: i18n.party_name(party, lang) for id_, party in parties.items() if id_ != ALL}
    answer = site.page(
        request,
        "search.html.j2",
        {
            **shared,
            "q": text,
            "pairs": [(parties[p], parties[o]) for p, o in _pairs(known, text, ids.__contains__)],
            "found": hits,
            "shown": _SHOWN,
            "activities": activities,
            "statuses": STATUSES,
            "nearest": known.index.nearest(text, allowed, 5) if nothing else [],
            "is_body": ids.__contains__,
            "kind": lambda party: _lists.kind_words(party.kind, lang),
        },
    )
    if activities and activities.waiting:
        answer["Cache-Control"] = "no-store"  # in a minute it will be another
    return answer


PAGES = (Page("search", "search/", search),)
