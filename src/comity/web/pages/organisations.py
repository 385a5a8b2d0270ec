"""Organisations: their revenue as a whole, who contributes to it, and what is stated of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import i18n, measures
from comity.charts import Cell, Table
from comity.charts._labels import TYPES, money, percent
from comity.model import Party
from comity.outputs import _wording
from comity.profiles import ALL, Library
from comity.rules import ratios
from comity.tables import quoted
from comity.web import asking, draw, facts, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages._amounts import Given, Sum, Years
from comity.web.pages.parties import holds, who_is


def _reporting(opened: Library) -> frozenset[str]:
    """Organisations that a loaded source says something of."""
    query = """
        SELECT DISTINCT organisation AS id FROM coverage WHERE organisation IS NOT NULL
        UNION SELECT DISTINCT organisation FROM joint_activities
    """
    return frozenset(opened.connection.query(query)["id"].to_pylist())


def bodies(known_at: datetime | None) -> list[Party]:
    """Every organisation that pages are for: of the UN system, or reporting as one of it does."""
    named = facts.remembered(known_at, "reporting organisations", _reporting)
    parties = facts.library(known_at).directory.parties.values()
    return [one for one in parties if one.id in named or one.kind == "un_entity"]


def revenue(opened: Library, ids: Sequence[str], years: Years) -> dict[str, Given]:
    """The whole revenue of organisations, from revenue by entity; without those that report none."""
    found = _amounts.given(opened, [(ALL, id_) for id_ in ids], years, "revenue")
    return {one.organisation.id: one for one in found}


def organisations(request: HttpRequest) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened, text = facts.library(known_at), asking.text(request, "q")
    given: dict[str, list[Sum]] = {}
    for (_partner, id_), figures in _amounts.totals(years, known_at).items():
        given.setdefault(id_, []).append(figures["total"])
    known = bodies(known_at)
    whole = revenue(opened, [one.id for one in known], years)

    def size(one: Party) -> tuple[bool, Decimal, str]:
        own = whole[one.id].value("total") if one.id in whole else None
        amount = own if own is not None else _amounts.added(given.get(one.id, ())).value
        return *_amounts.largest_first(amount), i18n.sort_key(i18n.party_name(one, lang))

    shown = sorted((one for one in known if not text or holds(one, text)), key=size)
    cut, shared = _lists.cut(request, shown), _context.shared(request, years, known_at)
    columns, rows, bars = _listed(request, cut.rows, whole, given, shared["at"])
    caption = _("Organisations and what they received, {period}, in US dollars").format(period=shared["span"])
    return site.page(
        request,
        "organisations.html.j2",
        {
            **shared,
            "text": text,
            "cut": cut,
            "count": len(known),
            "table": Table(caption, columns, rows),
            "bars": bars,
            "keys": _amounts.types_of(whole.values()),
            "source": _amounts.source_of(whole.values(), lang) or _amounts.source_of_all(known_at, lang),
        },
    )


def _listed(
    request: HttpRequest,
    shown: Sequence[Party],
    whole: dict[str, Given],
    given: dict[str, list[Sum]],
    at: Any,
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...], list[Any]]:
    lang: str = request.lang
    _ = i18n.translator(lang)
    types = _amounts.types_of(whole.values())
    largest = max((one.value("total") or Decimal(0) for one in whole.values()), default=Decimal(0))
    missing, rows, bars = Cell(_("not reported"), "missing"), [], []
    for one in shown:
        own, parts = whole.get(one.id), given.get(one.id, [])
        sums = _amounts.added(parts)
        cells = [Cell(i18n.party_name(one, lang), link=at(f"/organisations/{one.id}/"), mark=one.id)]
        if whole:
            cells += (
                [_amounts.figure_cell(own, "total", lang), *_amounts.shares(own, lang)]
                if own else [missing, Cell("–", "missing"), Cell("–", "missing")]
            )  # fmt: skip
        cells += [Cell(i18n.whole(len(parts), lang), "amount") if parts else missing]
        cells += [_amounts.cell(sums.value, sums.partial, lang)]
        rows.append(tuple(cells))
        bars.append(
            draw.bar(_amounts.parts(own, types), largest, _lists.alt(own, types, lang)) if own else ""
        )
    columns = [_("Organisation")]
    columns += [_("Revenue as a whole"), _("Core share"), _("Earmarked share")] if whole else []
    columns += [_("Contributors"), _("Contributions of all of them")]
    return tuple(columns), tuple(rows), bars if whole else []


# One organisation


def _trend(request: HttpRequest, own: Given, years: Years) -> dict[str, Any]:
    """Revenue by year and type: a chart, its finding and its table."""
    lang: str = request.lang
    _ = i18n.translator(lang)
    types = _amounts.types_of([own])
    series = _amounts.by_year(own, types)
    told = {
        year: amount for year, amount in (own.figures["total"].by_year or {}).items() if amount is not None
    }
    peak = max(told, key=lambda year: (told[year], -year))
    title = _("The largest year was {year}, with {amount}").format(year=peak, amount=money(told[peak], lang))
    span = range(years[0], years[1] + 1)
    alt = i18n.listed(
        (
            _("{year}: {amount}").format(year=year, amount=money(amount, lang))
            for year, amount in told.items()
        ),
        lang,
    )
    rows = [
        (
            Cell(str(year)),
            *(
                _amounts.cell((own.figures[n].by_year or {}).get(year), False, lang)
                for n in ("total", *types)
            ),
        )
        for year in span
    ]
    last = (Cell(_("All years")), *(_amounts.figure_cell(own, name, lang) for name in ("total", *types)))
    columns = (_("Year"), _("Total"), *(TYPES[type_] for type_ in types))
    by = draw.scale([series])
    return {
        "title": title,
        "unit": _("a column of full height stands for {amount}").format(amount=money(by.high - by.low, lang)),
        "svg": draw.columns("trend", title, alt, span, series, by, 400, 150),
        "keys": types,
        "gaps": len(told) < len(span),
        "table": Table(
            _("Revenue by year and type, in US dollars"),
            tuple(columns[:2] + tuple(_(words) for words in columns[2:])),
            (*rows, last),
            True,
        ),
    }


def _shares(own: Given, lang: str) -> list[dict[str, str]]:
    """The head figures of an organisation: total, core and earmarked, with what they are parts of."""
    _ = i18n.translator(lang)
    core, earmarked = _amounts.shares(own, lang)
    partial = _("partial") if own.sum("total").partial else ""
    return [
        {
            "name": _("Revenue as a whole"),
            "value": money(own.value("total") or Decimal(0), lang),
            "basis": partial,
        },
        {"name": _("Core share"), "value": core.text, "basis": _("assessed and voluntary core")},
        {"name": _("Earmarked share"), "value": earmarked.text, "basis": _("voluntary earmarked")},
    ]


def _finding(found: Sequence[Given], lang: str) -> str:
    """What share of all contributions the first three make, or whose the largest is."""
    _ = i18n.translator(lang)
    total = _amounts.sum_of(found, "total").value
    share = ratios.percent([one.value("total") for one in found[:3]], total)
    if len(found) > 3 and share and share > 0:
        return _("The three largest contributors give {percent} % of all contributions").format(
            percent=percent(share, lang)
        )
    name = i18n.party_name(found[0].partner, lang)
    amount = money(found[0].value("total") or Decimal(0), lang)
    return _("The largest contributor is {partner}: {amount}").format(
        partner=_wording.article(name, lang), amount=amount
    )


def _instruments(opened: Library, body: Party) -> int:
    """Conventions and protocols of the organisation that are loaded, where it has any."""
    having = {one for measure in measures.shelved().values() if measure.family == "standards"
              for one in measure.organisations}  # fmt: skip
    if body.id not in having:
        return 0
    counted: int = opened.connection.query("SELECT count(*) AS n FROM instruments")["n"][0].as_py()
    return counted


def organisation(request: HttpRequest, code: str) -> HttpResponse:
    years, known_at = _amounts.period(request)
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened = facts.library(known_at)
    body = opened.directory.organisation(code)
    shared = _context.shared(request, years, known_at)
    if body.id != code:
        return redirect(shared["at"](f"/organisations/{body.id}/"))
    found = _amounts.given(opened, _amounts.pairs(opened, years, organisation=body.id), years)
    own = revenue(opened, [body.id], years).get(body.id)
    caption = _("Contributors, {period}").format(period=shared["span"])

    def label(one: Given) -> str:
        return i18n.party_name(one.partner, lang)

    query = f"SELECT DISTINCT partner AS id FROM joint_activities WHERE organisation = {quoted(body.id)}"
    return site.page(
        request,
        "organisation.html.j2",
        {
            **shared,
            "body": body,
            **who_is(opened, body, lang),
            "own": own,
            "shares": _shares(own, lang) if own else [],
            "trend": _trend(request, own, years) if own else None,
            "revenue_source": _amounts.source_of([own], lang) if own else "",
            "finding": _finding(found, lang) if found else "",
            **_lists.of_pairs(request, found, caption, _("Contributor"), label, years),
            "multiples": _lists.multiples(
                request, "by-partner", _("The largest contributors, year by year"), found, label, years
            ),
            "instruments": _instruments(opened, body),
            "claims": _context.claims(request, facts.verdicts(body.id, known_at).verdicts),
            "claims_of": {"organisation": body.id},
            "joint": opened.connection.query(query).num_rows,
        },
    )  # fmt: skip


PAGES = (
    Page("organisations", "organisations/", organisations),
    Page("organisation", "organisations/<str:code>/", organisation),
)
