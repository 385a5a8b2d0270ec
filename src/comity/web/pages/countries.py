"""Countries: what runs there, and which partners name them as theirs to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import i18n, profiles
from comity.charts import Cell, Table
from comity.charts._entries import years as years_of
from comity.charts._labels import confidence, source_name
from comity.engines import Request
from comity.errors import PartyNotKnown
from comity.model import Item, Party, Period
from comity.profiles import Library
from comity.tables import quoted
from comity.tables.identity import STATE_KINDS
from comity.web import asking, facts, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages._amounts import Years
from comity.web.pages.parties import holds

_MEASURE = "programmes.countries"


@dataclass(frozen=True, slots=True)
class Here:
    """What a pair has in a country: activities that count in its profile, and what says so."""

    country: str
    partner: Party
    organisation: Party
    activities: int
    sources: tuple[str, ...]
    first: int | None
    last: int | None


def _asked(opened: Library, years: Years, country: Party | None) -> list[Request]:
    """The pairs of whom a loaded source says that something runs in the country, or anywhere."""
    here = there = ""
    if country:
        here = f"WHERE party = {quoted(country.id)}"
        there = f"WHERE code = {quoted(country.id)}"
    query = f"""
        SELECT DISTINCT partner, organisation FROM joint_shares {here}
        UNION SELECT DISTINCT partner, organisation FROM programme_places {there}
        ORDER BY ALL
    """
    parties, span = opened.directory.parties, Period(*years)
    return [
        profiles.request_for(
            opened, parties[row["partner"]], parties[row["organisation"]], span, number=number
        )
        for number, row in enumerate(opened.connection.query(query).to_pylist())
        if row["partner"] in parties and row["organisation"] in parties
    ]


def running(opened: Library, years: Years, country: Party | None = None) -> list[Here]:
    """Programmes by country and pair, from the rows that the profiles count as programme countries."""
    asked = _asked(opened, years, country)
    if not asked:
        return []
    opened.connection.ask(asked)
    only = f"WHERE code = {quoted(country.id)}" if country else ""
    query = f"""
        SELECT code, request, min(start_year) AS first, max(end_year) AS last,
            count(DISTINCT dataset || ' ' || locator) FILTER (source = 'iati') AS activities,
            list_sort(list(DISTINCT source)) AS sources
        FROM ({opened.plan.rows[_MEASURE]}) {only} GROUP BY code, request ORDER BY code, request
    """
    by_number, parties = {one.request: one for one in asked}, opened.directory.parties
    return [
        Here(
            row["code"],
            parties[by_number[row["request"]].partner],
            parties[by_number[row["request"]].organisation],
            row["activities"],
            tuple(row["sources"]),
            row["first"],
            row["last"],
        )
        for row in opened.connection.query(query).to_pylist()
    ]


def _everywhere(years: Years, known_at: datetime | None) -> list[Here]:
    """What runs anywhere: kept for the latest years."""
    if years == _amounts.latest(known_at):
        return facts.remembered(known_at, "programmes everywhere", lambda opened: running(opened, years))
    return running(facts.library(known_at), years)


def _named_by(opened: Library) -> dict[str, list[Mapping[str, Any]]]:
    """By country who states that it is a partner country of theirs, the newest list first."""
    query = """
        SELECT code, partner, start_year, end_year, confidence FROM priorities
        WHERE kind = 'partner_country' AND code IS NOT NULL
        ORDER BY code, partner, start_year DESC
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in opened.connection.query(query).to_pylist():
        found.setdefault(row["code"], []).append(row)
    return found


def countries(request: HttpRequest) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened, text = facts.library(known_at), asking.text(request, "q")
    shared = _context.shared(request, years, known_at)
    here: dict[str, list[Here]] = {}
    for one in _everywhere(years, known_at):
        here.setdefault(one.country, []).append(one)
    named = facts.remembered(known_at, "partner countries", _named_by)
    parties = opened.directory.parties
    found = [
        parties[id_] for id_ in here.keys() | named.keys()
        if id_ in parties and (not text or holds(parties[id_], text))
    ]  # fmt: skip
    ordered = sorted(
        found, key=lambda one: (-len(here.get(one.id, ())), i18n.sort_key(i18n.party_name(one, lang)))
    )
    cut = _lists.cut(request, ordered)
    rows = tuple(
        (
            Cell(i18n.party_name(one, lang), link=shared["at"](f"/countries/{one.id}/")),
            _number(len(here.get(one.id, ())), lang),
            _number(sum(pair.activities for pair in here.get(one.id, ())), lang),
            _number(len({row["partner"] for row in named.get(one.id, ())}), lang),
        )
        for one in cut.rows
    )
    columns = (
        _("Country"), _("Pairs with something there"), _("Activities of pairs"),
        _("Named as partner country by"),
    )  # fmt: skip
    caption = _("Countries where something runs, {period}").format(period=shared["span"])
    return site.page(
        request,
        "countries.html.j2",
        {
            **shared,
            "text": text,
            "cut": cut,
            "table": Table(caption, columns, rows),
            "source": i18n.listed(_sources(_all(here), lang), lang),
        },
    )


def _all(here: Mapping[str, Sequence[Here]]) -> list[Here]:
    return [one for some in here.values() for one in some]


def _sources(found: Sequence[Here], lang: str) -> list[str]:
    return [source_name(name, lang) for name in sorted({name for one in found for name in one.sources})]


def _number(count: int, lang: str) -> Cell:
    return Cell(i18n.whole(count, lang), "amount") if count else Cell("–", "missing")


# One country


def _country(opened: Library, code: str) -> Party:
    """A State or area by any of its names. Raises `PartyNotKnown` for what is none."""
    found = opened.directory.partner(code)
    if found.kind not in STATE_KINDS:
        raise PartyNotKnown("country", code, [])
    return found


def _phases(opened: Library, country: Party) -> list[dict[str, Any]]:
    """Phases of partnership programmes that name the country."""
    query = f"""
        SELECT p.partner, p.organisation, coalesce(g.name, p.programme) AS name, p.start_year, p.end_year,
            p.confidence
        FROM phases AS p LEFT JOIN (SELECT id, name, partner, organisation FROM programmes) AS g
            ON g.id = p.programme AND g.partner = p.partner AND g.organisation = p.organisation
        WHERE list_contains(string_split(p.countries, ' '), {quoted(country.id)})
        ORDER BY p.start_year DESC, name
    """
    return list(opened.connection.query(query).to_pylist())


def _marked(row: Item, lang: str) -> str:
    """Years, and how sure they are: 2016–2020 (confidence: low)."""
    period, sure = years_of(row, lang), confidence(row, lang)
    return f"{period} ({sure})" if period and sure else period or sure


def country(request: HttpRequest, code: str) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened = facts.library(known_at)
    party = _country(opened, code)
    shared = _context.shared(request, years, known_at)
    if party.id != code:
        return redirect(shared["at"](f"/countries/{party.id}/"))

    def pair(one: Here) -> str:
        return f"{i18n.party_name(one.partner, lang)} – {one.organisation.id}"

    found = sorted(running(opened, years, party), key=lambda one: (-one.activities, i18n.sort_key(pair(one))))
    cut, wanted = _lists.cut(request, found), f"{years[0]}-{years[1]}"
    rows = tuple(
        (
            Cell(
                pair(one),
                link=shared["at"](site.profile_path(one.partner.id, one.organisation.id), years=wanted)
                + "#programmes",
            ),
            _number(one.activities, lang),
            Cell(years_of({"start_year": one.first, "end_year": one.last}, lang) or "–"),
            Cell(i18n.listed((source_name(name, lang) for name in one.sources), lang)),
        )
        for one in cut.rows
    )
    columns = (_("Pair"), _("Activities"), _("Years"), _("What says so"))
    caption = _("Who has something there, {period}").format(period=shared["span"])
    named = facts.remembered(known_at, "partner countries", _named_by).get(party.id, [])
    return site.page(
        request,
        "country.html.j2",
        {
            **shared,
            "party": party,
            "kind": _lists.kind_words(party.kind, lang),
            "found": found,
            "activities": sum(one.activities for one in found),
            "cut": cut,
            "table": Table(caption, columns, rows),
            "source": i18n.listed(_sources(found, lang), lang),
            "named_by": named,
            "phases": _phases(opened, party),
            "marked": lambda row: _marked(row, lang),
            "lists_of": lambda rows: i18n.listed((_marked(row, lang) for row in rows), lang),
        },
    )


PAGES = (
    Page("countries", "countries/", countries),
    Page("country", "countries/<str:code>/", country),
)
