"""The first page: what this is, a search, the largest partnerships, and what is new or stale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import money, source_name
from comity.outputs._wording import article
from comity.profiles import Library
from comity.web import facts, site
from comity.web.pages import Page, _amounts, _context, _lists
from comity.web.pages._amounts import Given, Years

_LARGEST, _STALE = 10, 6
_NOBODY = ("group", "un_entity", "un_department")
"""Kinds that are no partner of a partnership: names put together, and the UN system itself."""


def _top(opened: Library, years: Years, known_at: datetime | None) -> list[tuple[str, str]]:
    parties = opened.directory.parties
    found = (pair for pair in _amounts.totals(years, known_at) if parties[pair[0]].kind not in _NOBODY)
    return [pair for pair, _ in zip(found, range(_LARGEST), strict=False)]


def _chart(request: HttpRequest, years: Years, known_at: datetime | None) -> dict[str, Any] | None:
    """The largest partnerships as bars; None where nothing is reported in these years."""
    lang: str = request.lang
    _ = i18n.translator(lang)
    opened = facts.library(known_at)
    found = _amounts.given(opened, _top(opened, years, known_at), years)
    if not found:
        return None

    def label(one: Given) -> str:
        return f"{i18n.party_name(one.partner, lang)} – {one.organisation.id}"

    first = found[0]
    title = _("The largest partnership is that of {partner} with {organisation}: {amount}")
    told = title.format(
        partner=article(i18n.party_name(first.partner, lang), lang),
        organisation=article(i18n.party_name(first.organisation, lang), lang),
        amount=money(first.value("total") or Decimal(0), lang),
    )
    caption = _("The largest partnerships, {period}, in US dollars").format(period=i18n.span(*years, lang))
    made = _lists.ranking(request, found, found, caption, _("Partnership"), label, years, summed=False)
    return {"title": told, "ranking": made}


def _ages(opened: Library) -> list[Mapping[str, Any]]:
    """By source the day of its newest and of its oldest snapshot, and the last year it reports."""
    query = """
        SELECT source, min(taken_at) AS oldest, max(taken_at) AS newest, count(*) AS files,
            (SELECT max(year) FROM coverage AS c WHERE c.source = s.source) AS last_year
        FROM snapshots AS s GROUP BY source ORDER BY newest DESC, source
    """
    return list(opened.connection.query(query).to_pylist())


def _age_table(opened: Library, lang: str) -> Table:
    _ = i18n.translator(lang)

    def day(text: str) -> Cell:
        return Cell(i18n.day(datetime.fromisoformat(text), lang))

    rows = tuple(
        (
            Cell(source_name(row["source"], lang)),
            day(row["newest"]),
            day(row["oldest"]) if row["oldest"][:10] != row["newest"][:10] else Cell("–"),
            Cell("–" if row["last_year"] is None else str(row["last_year"])),
            Cell(i18n.whole(row["files"], lang), "amount"),
        )
        for row in _ages_of(opened)
    )
    columns = (_("Source"), _("Newest file taken"), _("Oldest file taken"), _("Reports up to"), _("Files"))
    return Table(_("How old the facts are"), columns, rows)


def _ages_of(opened: Library) -> list[Mapping[str, Any]]:
    return facts.remembered(opened.known_at, "ages of sources", _ages)


def _ending_early(opened: Library) -> dict[int, list[str]]:
    """Organisations whose last reported year of contributions lies before that of the others, by year."""
    query = """
        SELECT organisation, max(year) AS last FROM coverage
        WHERE organisation IS NOT NULL AND year IS NOT NULL AND contributor = 'government'
        GROUP BY organisation ORDER BY organisation
    """
    rows = opened.connection.query(query).to_pylist()
    newest = max((row["last"] for row in rows), default=0)
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row["last"] < newest:
            found[row["last"]].append(row["organisation"])
    return dict(sorted(found.items(), reverse=True))


def home(request: HttpRequest) -> HttpResponse:
    years, known_at = _amounts.period(request)
    opened = facts.library(known_at)
    lang: str = request.lang
    verdicts = facts.verdicts(known_at=known_at).verdicts
    stale = [one for one in verdicts if one.name == "stale"]
    early = facts.remembered(known_at, "organisations that end early", _ending_early)
    return site.page(
        request,
        "home.html.j2",
        {
            **_context.shared(request, years, known_at),
            "chart": _chart(request, years, known_at),
            "ages": _age_table(opened, lang),
            "stale": _context.claims(request, stale[:_STALE]),
            "stale_total": len(stale),
            "early": early,
        },
    )


PAGES = (Page("home", "", home),)
