"""Comparison: several partners of one organisation, or one partner in several organisations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.charts._labels import money
from comity.errors import BadRequest
from comity.model import Party
from comity.outputs import _wording
from comity.profiles import ALL, Library
from comity.rules import ratios
from comity.web import asking, facts, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages._amounts import Given, Years
from comity.web.pages.organisations import bodies

MOST = 8
"""Parties beside each other; more would have to be read from a table, and there is one of all."""
_INPUTS = 5
"""Fields of the form for those to compare, at least."""
_FIRST = 6
"""How many are compared where only the one that they have in common is named."""


def _named(request: HttpRequest, role: str) -> list[str]:
    """The values given for a role, each once. Raises `BadRequest` for more than can stand together."""
    given = [text.strip() for text in request.GET.getlist(role) if text.strip()]
    for text in given:
        if len(text) > asking.LONGEST or not text.isprintable():
            raise BadRequest(f"{role} is longer than {asking.LONGEST} characters, or cannot be shown")
    found = list(dict.fromkeys(given))
    if len(found) > MOST:
        raise BadRequest(f"at most {MOST} of a kind can be compared, not {len(found)}")
    return found


def _asked(request: HttpRequest, opened: Library) -> tuple[list[Party], list[Party]]:
    """Partners and organisations by any of their names. Raises `PartyNotKnown`, `AmbiguousParty` or
    `BadRequest`."""
    directory = opened.directory
    partners = [directory.partner(text) for text in _named(request, "partner")]
    organisations = [directory.organisation(text) for text in _named(request, "organisation")]
    if len(partners) > 1 and len(organisations) > 1:
        raise BadRequest(
            "say several partners and one organisation, or one partner and several organisations"
        )
    if any(party.id == ALL for party in partners):
        raise BadRequest("all contributors together are no partner; the organisation's page has its revenue")
    return list(dict.fromkeys(partners)), list(dict.fromkeys(organisations))


def _filled(
    opened: Library, partners: list[Party], organisations: list[Party], years: Years
) -> tuple[list[Party], list[Party]]:
    """Where only one of the two is named, the largest of the others."""
    if partners and not organisations:
        found = _amounts.given(opened, _amounts.pairs(opened, years, partners[0].id), years)
        return partners[:1], [one.organisation for one in found[:_FIRST]]
    if organisations and not partners:
        pairs = _amounts.pairs(opened, years, organisation=organisations[0].id)
        found = [one for one in _amounts.given(opened, pairs, years) if one.partner.kind != "group"]
        return [one.partner for one in found[:_FIRST]], organisations[:1]
    return partners, organisations


def _finding(found: Sequence[Given], several: str, lang: str) -> str:
    """Which of them gives the largest part as core."""
    _ = i18n.translator(lang)

    def core(one: Given) -> tuple[bool, Decimal]:
        share = ratios.percent([one.value(name) for name in _amounts.CORE], one.value("total"))
        return _amounts.largest_first(share)

    best = min(found, key=core)
    party = best.partner if several == "partner" else best.organisation
    return _("The largest core share is that of {name}: {share}").format(
        name=_wording.article(i18n.party_name(party, lang), lang), share=_amounts.shares(best, lang)[0].text
    )


def _view(request: HttpRequest, found: Sequence[Given], several: str, years: Years) -> dict[str, Any]:
    lang: str = request.lang
    _ = i18n.translator(lang)

    def label(one: Given) -> str:
        return i18n.party_name(one.partner if several == "partner" else one.organisation, lang)

    heading = _("Partner") if several == "partner" else _("Organisation")
    caption = _("Core and earmarked contributions, {period}").format(period=i18n.span(*years, lang))
    first = found[0]
    title = _("The largest amount is that of {name}: {amount}").format(
        name=_wording.article(label(first), lang), amount=money(first.value("total") or Decimal(0), lang)
    )
    return {
        "finding": _finding(found, several, lang),
        "ranking": _lists.ranking(request, found, found, caption, heading, label, years, summed=False),
        "multiples": _lists.multiples(request, "compared", title, found, label, years, most=MOST),
    }


def _silent(
    partners: list[Party], organisations: list[Party], found: Sequence[Given], several: str
) -> list[Party]:
    """Those asked for of which nothing is reported."""
    told = {one.partner.id if several == "partner" else one.organisation.id for one in found}
    return [one for one in (partners if several == "partner" else organisations) if one.id not in told]


def compare(request: HttpRequest) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    opened = facts.library(known_at)
    named = _asked(request, opened)
    partners, organisations = _filled(opened, *named, years)
    several = "organisation" if len(organisations) > 1 else "partner"
    wanted = [(p.id, o.id) for p in partners for o in organisations]
    found = _amounts.given(opened, wanted, years)
    common = (organisations if several == "partner" else partners)[:1]
    parties = opened.directory.parties.values()

    def names(among: Sequence[Party]) -> list[str]:
        return sorted({i18n.party_name(one, lang) for one in among}, key=i18n.sort_key)

    return site.page(
        request,
        "compare.html.j2",
        {
            **_context.shared(request, years, known_at),
            "partners": partners,
            "organisations": organisations,
            "several": several,
            "common": common[0] if common else None,
            "compared": _view(request, found, several, years) if found else None,
            "silent": _silent(partners, organisations, found, several) if common else [],
            "inputs": max(_INPUTS, min(MOST, len(partners if several == "partner" else organisations) + 1)),
            "partner_names": names([one for one in parties if one.id != ALL and one.kind != "group"]),
            "organisation_names": names(bodies(known_at)),
        },
    )


PAGES = (Page("compare", "compare/", compare),)
