"""Partners: all of them by kind, and what is known of each one over the organisations it works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import i18n, measures, profiles
from comity.charts import Cell, Table
from comity.charts._labels import joined, money, source_name
from comity.errors import OutsideCoverage
from comity.i18n import N_
from comity.model import Figure, Party, Period
from comity.outputs import _sections, _wording
from comity.outputs._parts import Listing
from comity.profiles import ALL, Library
from comity.rules.identity import key
from comity.tables import quoted
from comity.tables.identity import STATE_KINDS
from comity.web import asking, facts, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages._amounts import Given, Sum, Years

_EACH = 10
"""Partners of a kind on the page that has all kinds."""
_SELF = ("un_entity", "un_department", "ministry", "agency")
"""Kinds that are listed as partners only where something is known of them as such."""


@dataclass(frozen=True, slots=True)
class Row:
    """A partner in the list: with how many organisations there are amounts, and what they come to."""

    party: Party
    name: str
    organisations: int
    total: Sum


def _active(opened: Library) -> frozenset[str]:
    """Everyone of whom a loaded source says something as a partner."""
    named = " UNION ".join(
        f"SELECT {column} AS id FROM {table}"
        for table, column in (
            ("contributions", "provider"), ("joint_activities", "partner"), ("memberships", "partner"),
            ("programmes", "partner"), ("partners", "party"), ("priorities", "partner"),
            ("ratifications", "party"),
        )
    )  # fmt: skip
    return frozenset(
        opened.connection.query(f"SELECT id FROM ({named}) WHERE id IS NOT NULL")["id"].to_pylist()
    )


def _rows(years: Years, known_at: datetime | None, lang: str) -> list[Row]:
    """Every partner, the largest total first, then by name."""
    active = facts.remembered(known_at, "active partners", _active)
    sums: dict[str, list[Sum]] = {}
    for (partner, _), figures in _amounts.totals(years, known_at).items():
        sums.setdefault(partner, []).append(figures["total"])
    found = [
        Row(party, i18n.party_name(party, lang), len(sums.get(id_, ())), _amounts.added(sums.get(id_, ())))
        for id_, party in facts.library(known_at).directory.parties.items()
        if id_ != ALL and (id_ in active or party.kind not in _SELF)
    ]
    return sorted(found, key=lambda row: (*_amounts.largest_first(row.total.value), i18n.sort_key(row.name)))


def _table(request: HttpRequest, rows: Sequence[Row], caption: str, at: Any) -> Table:
    lang: str = request.lang
    _ = i18n.translator(lang)
    return Table(
        caption,
        (_("Partner"), _("Code"), _("Organisations"), _("Total, US dollars")),
        tuple(
            (
                Cell(row.name, link=at(f"/partners/{row.party.id}/")),
                Cell(row.party.id),
                Cell(i18n.whole(row.organisations, lang), "amount")
                if row.total.value is not None
                else Cell(_("not reported"), "missing"),
                _amounts.cell(row.total.value, row.total.partial, lang),
            )
            for row in rows
        ),
    )


def partners(request: HttpRequest) -> HttpResponse:
    """All kinds with their largest, or one kind or the names that hold a text, a page at a time."""
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    group, text = asking.one_of(request, "kind", _lists.GROUPS), asking.text(request, "q")
    rows, shared = _rows(years, known_at, lang), _context.shared(request, years, known_at)
    kinds = [
        (name, _(words), found)
        for name, (words, _kinds) in _lists.GROUPS.items()
        if (found := [row for row in rows if _lists.of_group(row.party.kind) == name])
    ]
    wanted = [row for row in rows if not group or _lists.of_group(row.party.kind) == group]
    if text:
        wanted = [row for row in wanted if holds(row.party, text)]
    narrowed = bool(group or text) or "page" in request.GET
    caption = _("Partners with what they gave all organisations, {period}").format(period=shared["span"])
    shown = _lists.cut(request, wanted)
    return site.page(
        request,
        "partners.html.j2",
        {
            **shared,
            "kinds": [
                {
                    "name": name, "words": words, "count": len(found), "more": len(found) > _EACH,
                    "table": _table(request, found[:_EACH], i18n.named(words, caption, lang), shared["at"]),
                }
                for name, words, found in kinds
            ],
            "group": group,
            "text": text,
            "narrowed": narrowed,
            "cut": shown,
            "table": _table(request, shown.rows, caption, shared["at"]) if narrowed else None,
            "count": len(rows),
            "source": _amounts.source_of_all(known_at, lang),
        },
    )  # fmt: skip


def holds(party: Party, text: str) -> bool:
    """Whether the code or a name in any language holds a text."""
    names = {party.id, party.iso2 or "", *(i18n.party_name(party, lang) for lang in i18n.LANGUAGES)}
    return any(key(text) in key(name) for name in names)


# One partner


def _codes_of(opened: Library, party: Party, lang: str) -> list[tuple[str, list[str]]]:
    """Codes and names: what to look for elsewhere."""
    _ = i18n.translator(lang)
    query = f"SELECT iso2, iso3, iati_id, dac_code, note FROM parties WHERE id = {quoted(party.id)}"
    row: Mapping[str, str | None] = opened.connection.query(query).to_pylist()[0]
    codes = [
        ("ISO 3166", " · ".join(filter(None, (row["iso2"], row["iso3"])))),
        (_("Identifier in {source}").format(source=source_name("iati", lang)), row["iati_id"]),
        (_("DAC code"), row["dac_code"]),
    ]
    found = [(words, [text]) for words, text in codes if text]
    query = f"""
        SELECT DISTINCT alias FROM aliases WHERE party = {quoted(party.id)} AND judgement = 'same'
        AND scheme = 'name' ORDER BY alias
    """
    own = {i18n.party_name(party, one) for one in i18n.LANGUAGES}
    others = sorted(own - {i18n.party_name(party, lang)}, key=i18n.sort_key)
    aliases = [text for text in opened.connection.query(query)["alias"].to_pylist() if text not in own]
    found += [(_("Names in other languages"), others)] if others else []
    return found + ([(_("Also written"), aliases)] if aliases else [])


def _children_of(opened: Library, party: Party, lang: str) -> list[Party]:
    """Ministries, agencies and departments that belong to a party."""
    found = opened.connection.query(f"SELECT id FROM parties WHERE parent = {quoted(party.id)}")["id"]
    parties = [opened.directory.parties[id_] for id_ in found.to_pylist()]
    return sorted(parties, key=lambda one: i18n.sort_key(i18n.party_name(one, lang)))


def _parent_of(opened: Library, party: Party) -> Party | None:
    found = opened.connection.query(f"SELECT parent FROM parties WHERE id = {quoted(party.id)}")["parent"]
    return opened.directory.parties.get(found.to_pylist()[0] or "")


def who_is(opened: Library, party: Party, lang: str) -> dict[str, Any]:
    """What the page of a party says of it as such."""
    return {
        "kind": _lists.kind_words(party.kind, lang),
        "parent": _parent_of(opened, party),
        "children": _children_of(opened, party, lang),
        "codes": _codes_of(opened, party, lang),
    }


_COUNTED = {
    "membership": N_("Membership"),
    "standards": N_("Conventions"),
    "partnerships": N_("Partnership programmes"),
}


def _counts(request: HttpRequest, opened: Library, party: Party, years: Years) -> list[dict[str, Any]]:
    """Membership, conventions and programmes of a State, with the organisations that have any."""
    query = f"""
        SELECT DISTINCT organisation AS id FROM coverage
        WHERE partner = {quoted(party.id)} AND organisation IS NOT NULL AND source <> 'iati'
    """
    bodies = set(opened.connection.query(query)["id"].to_pylist())
    if party.kind in STATE_KINDS:
        bodies |= {one for measure in measures.shelved().values() for one in measure.organisations}
    found = []
    for body in sorted(bodies & opened.directory.parties.keys() - {party.id}):
        asked = profiles.request_for(opened, party, opened.directory.parties[body], Period(*years))
        figures: list[Figure] = []
        for family in _COUNTED:
            figures += profiles.figures_of(opened, [asked], family).get(0, ())
        told = [f for f in figures if f.value is not None and f.coverage.status != "not_reported" and f.rows]
        if told:
            found.append({"organisation": opened.directory.parties[body], "figures": told})
    return found


def _priorities(opened: Library, party: Party, years: Years, lang: str) -> list[tuple[Party, list[Listing]]]:
    """What a partner says its cooperation is for, as the profiles with those it says it to show it."""
    query = f"""
        SELECT organisation AS id FROM priorities WHERE partner = {quoted(party.id)}
        GROUP BY organisation ORDER BY count(*) DESC
    """
    named = opened.connection.query(query)["id"].to_pylist()
    bodies = [id_ for id_ in named if id_]
    if named and not bodies:  # said to nobody in particular: any profile has it
        bodies = [organisation for _, organisation in _amounts.pairs(opened, years, party.id)[:1]]
    found = []
    for body in bodies:
        where = opened.directory.parties[body]
        asked = profiles.request_for(opened, party, where, Period(*years))
        try:
            profile = profiles.build(opened, asked)
        except OutsideCoverage:
            continue
        lists = [
            part for s in _sections.sections(profile, lang) if s.name == "priorities" for part in s.lists
        ]
        if lists:
            found.append((where, lists))
    return found


def _title(found: Sequence[Given], party: Party, lang: str) -> str:
    """The finding of the small charts: where most went."""
    _ = i18n.translator(lang)
    first = found[0]
    return _("Most went to {organisation}: {amount}").format(
        organisation=_wording.article(i18n.party_name(first.organisation, lang), lang),
        amount=money(first.value("total") or Decimal(0), lang),
    )


def partner(request: HttpRequest, code: str) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened = facts.library(known_at)
    party = opened.directory.partner(code)
    shared = _context.shared(request, years, known_at)
    if party.id != code:
        return redirect(shared["at"](f"/partners/{party.id}/"))
    if party.id == ALL:
        return redirect(shared["at"]("/organisations/"))
    found = _amounts.given(opened, _amounts.pairs(opened, years, party.id), years)
    caption = _("Contributions by organisation, {period}").format(period=shared["span"])

    def label(one: Given) -> str:
        return i18n.party_name(one.organisation, lang)

    verdicts = [one for one in facts.verdicts(known_at=known_at).verdicts if one.claim.partner == party.id]
    joint = _joint(opened, party)
    drawn = (
        _lists.multiples(request, "by-organisation", _title(found, party, lang), found, label, years)
        if found
        else None
    )
    return site.page(
        request,
        "partner.html.j2",
        {
            **shared,
            "party": party,
            **who_is(opened, party, lang),
            **_lists.of_pairs(request, found, caption, _("Organisation"), label, years),
            "total": _amounts.sum_of(found, "total"),
            "total_words": money(_amounts.sum_of(found, "total").value or Decimal(0), lang),
            "multiples": drawn,
            "counts": _counts(request, opened, party, years),
            "label": lambda figure: _wording.label(figure.measure, lang),
            "value": lambda figure: _wording.value(figure, lang),
            "remarks": lambda figure: joined(_wording.remarks(figure, lang), lang),
            "stands_on": lambda figure: " · ".join(_wording.stands_on(figure, lang)),
            "priorities": _priorities(opened, party, years, lang),
            "claims": _context.claims(request, verdicts),
            "claims_of": {"partner": party.id},
            "joint": joint,
            "is_country": party.kind in STATE_KINDS,
        },
    )  # fmt: skip


def _joint(opened: Library, party: Party) -> list[tuple[str, str]]:
    """Organisations that IATI files name with it in an activity, each with the years of those that count:
    none where its profile would have nothing to show."""
    query = f"""
        SELECT organisation, min(first_year) FILTER (counted = 1) AS first,
            max(coalesce(last_year, first_year)) FILTER (counted = 1) AS last
        FROM joint_activities WHERE partner = {quoted(party.id)} GROUP BY organisation ORDER BY organisation
    """
    known = opened.directory.organisations

    def years(first: int | None, last: int | None) -> str:
        return f"{max(first, profiles.FIRST_YEAR)}-{min(last, profiles.LAST_YEAR)}" if first and last else ""

    return [
        (one["organisation"], years(one["first"], one["last"]) if one["organisation"] in known else "")
        for one in opened.connection.query(query).to_pylist()
    ]


PAGES = (
    Page("partners", "partners/", partners),
    Page("partner", "partners/<str:code>/", partner),
)
