"""Activities published in IATI: those that fit, and each with everything that is published of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.activities import STATUSES, Asked, Found, find
from comity.errors import BadRequest, NotKnown
from comity.model import Party
from comity.profiles import Library
from comity.web import asking, facts, indexing, lists
from comity.web.lists import Ending, Paging
from comity.web.pages import Page, _lists
from comity.web.pages._activity import published
from comity.web.pages._codes import STATUS, worded

_PATH = "/activities/"
DEEPEST = 10_000
"""Rows into a list that pages reach: what lies further is in the file."""
_MOST_COUNTRIES = 6


def _asked(request: HttpRequest, limit: int) -> Asked:
    """The filters of the address. Raises `BadRequest`."""

    def given(name: str) -> str | None:
        return asking.text(request, name) or None

    return Asked(
        given("text"), given("partner"), given("organisation"), given("country"), given("sector"),
        given("status"), asking.years(request), limit,
    )  # fmt: skip


def _sectors(opened: Library) -> list[dict[str, Any]]:
    query = "SELECT * FROM sectors WHERE level = 'group' ORDER BY status, code"
    found: list[dict[str, Any]] = opened.connection.query(query).to_pylist()
    return found


def page(request: HttpRequest) -> HttpResponse:
    """The activities that fit, the best first with a text, else the newest."""
    lang, known = request.lang, lists.known_at(request)
    opened = facts.library(known)
    number = indexing.number(known)
    wanted, size = lists.asked_page(request)
    if wanted * size > DEEPEST:
        raise BadRequest(
            f"pages reach as far as row {DEEPEST:,}; ask for fewer activities, or take the file of all"
        )
    asked = _asked(request, wanted * size)
    waiting = bool(asked.text and number and not indexing.indexed(asked.text, known))
    found = find(facts.store().store, asked, known_at=known) if number and not waiting else None
    paging = lists.paging(request, found.total, at="list") if found else Paging(0, 1, size)
    answer = lists.page(
        request,
        "activities.html.j2",
        {
            "asked": {name: getattr(asked, name) or "" for name in _FILTERS},
            "years_asked": asking.text(request, "years")
            or "-".join(map(str, asked.years or ())),
            "number": number,
            "waiting": waiting,
            "filtered": any(getattr(asked, name) for name in (*_FILTERS, "years")),
            "entries": _entries(request, found, paging, opened.directory.parties) if found else [],
            "paging": paging,
            "reach": DEEPEST,
            "statuses": [(code, worded(STATUS, code, lang)) for code in STATUSES],
            "sectors": [
                (row["code"], f"{row['code']} {row[f'name_{lang}'] or row['name_en']}")
                for row in facts.remembered(known, "sector groups", _sectors)
                if row["status"] == "active" or row["code"] == asked.sector
            ],
            "files": lists.links(request, _PATH),
        },
    )  # fmt: skip
    if waiting:
        answer.status_code = 503
        answer["Retry-After"] = str(indexing.RETRY_S)
    return answer


_FILTERS = ("text", "partner", "organisation", "country", "sector", "status")


def _entries(
    request: HttpRequest, found: Found, paging: Paging, parties: Mapping[str, Party]
) -> list[dict[str, Any]]:
    """What a list says of an activity."""
    lang = request.lang
    _ = i18n.translator(lang)
    countries = {party.iso2: i18n.party_name(party, lang) for party in parties.values() if party.iso2}
    entries = []
    for row in found.rows.slice(paging.start, paging.size).to_pylist():
        codes = (row["countries"] or "").split()
        names = [countries.get(code, code) for code in codes[:_MOST_COUNTRIES]]
        if more := len(codes) - len(names):
            names.append(_("and {count} more").format(count=i18n.whole(more, lang)))
        status = (row["status"] or "").partition(" ")[0]
        ends = [i18n.day(row[name], lang) if row[name] else "…" for name in ("start", "end")]
        entries.append(
            {
                "id": row["activity_id"],
                "at": lists.to(request, lists.activity_path(row["activity_id"]))
                if row["activity_id"]
                else "",
                "title": i18n.one_line(row["title"] or "") or _("(no title)"),
                "status": worded(STATUS, status, lang),
                "dates": f"{ends[0]} – {ends[1]}" if row["start"] or row["end"] else _("no dates"),
                "reporter": row["reporting_org_name"] or row["reporting_org"] or "",
                "countries": ", ".join(names),
            }
        )
    return entries


def file(request: HttpRequest, ending: Ending) -> HttpResponse:
    """All that fit, as `comity activities --limit 0 --format csv` writes them."""
    known, asked = lists.known_at(request), _asked(request, 0)
    if asked.text and not indexing.indexed(asked.text, known):
        answer = HttpResponse("the texts are being indexed; ask again in a minute\n", status=503)
        answer["Retry-After"] = str(indexing.RETRY_S)
        return answer
    return lists.answer(find(facts.store().store, asked, known_at=known).rows, ending, "activities")


def one(request: HttpRequest, id: str) -> HttpResponse:
    """An activity by its identifier as published: each report of it that is loaded."""
    reports = published(request, id)
    if not reports:
        raise NotKnown("activity", id, ())
    return lists.page(
        request, "activity.html.j2", {"id": id, "reports": reports, "title": reports[0]["title"]}
    )


PAGES = (
    Page("activities", "activities/", page),
    *_lists.files("activities", "activities", file),
    Page("activity", "activities/<path:id>", one),
)
