"""Everything that is published of one activity, from each dataset that reports it, as a page shows it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.http import HttpRequest

from comity import i18n
from comity.i18n import N_
from comity.tables import quoted
from comity.web import facts, lists, site
from comity.web.lists import Grid, Shown, used
from comity.web.pages import _codes as codes
from comity.web.pages import _money as money
from comity.web.pages._codes import worded
from comity.web.pages._reports import Report, Row
from comity.web.pages._results import results

_TRANSACTIONS = 50
_BY = {"ref": N_("identifier"), "name": N_("name"), "both": N_("identifier and name")}


def published(request: HttpRequest, identifier: str) -> list[dict[str, Any]]:
    """What the template shows of each report of an activity, by dataset."""
    opened = facts.library(lists.known_at(request))
    query = f"""
        SELECT * FROM activities WHERE activity_id = {quoted(identifier)} ORDER BY dataset, snapshot, activity
    """
    found = opened.connection.query(query).to_pylist()
    return [_shown(Report(request, opened, row, number)) for number, row in enumerate(found, 1)]


def _shown(report: Report) -> dict[str, Any]:
    _, one, texts = report.translated, report.activity, _narratives(report)
    titles = texts.get("title", [])
    first = titles[0]["text"] if titles else one["title"]
    transactions = report.rows("transactions", "date, transaction")
    paging = report.paging("transactions", len(transactions), "page", _TRANSACTIONS)
    found, results_paging = results(report)
    return {
        "suffix": report.suffix,
        "activity": one,
        "title": i18n.one_line(first or "") or _("(no title)"),
        "title_language": ((titles[0]["language"] if titles else one["language"]) or "").lower(),
        "titles": [((row["language"] or "").lower(), i18n.one_line(row["text"])) for row in titles[1:]],
        "descriptions": _descriptions(report, texts.get("description", [])),
        "status": worded(codes.STATUS, one["status"], report.lang) or _("not stated"),
        "dates": [
            (worded(codes.DATE, row["type"], report.lang), report.day(row["date"]))
            for row in report.rows("activity_dates", "type, date")
            if row["date"]
        ],
        "reporter": one["reporting_org_name"] or one["reporting_org"] or "",
        "file": report.file,
        "source_at": report.to(lists.source_path("iati")),
        "organisations": _organisations(report),
        "recognised": _recognised(report),
        "places": _places(report),
        "sectors": _sectors(report),
        "transactions": money.transactions(report, transactions, paging),
        "transactions_paging": paging,
        "budgets": money.budgets(report),
        "planned": money.planned(report),
        "markers": _markers(report),
        "related": _related(report),
        "results": found,
        "results_paging": results_paging,
        "documents": _documents(report),
        "profiles": _profiles(report),
        "issues": _issues(report),
    }


def _narratives(report: Report) -> dict[str, list[Row]]:
    """Texts by kind, those in the reader's language first, then English, then the rest."""

    def place(row: Row) -> int:
        language = (row["language"] or "").lower()[:2]
        return 0 if language == report.lang else 1 if language == "en" else 2

    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(report.rows("narratives", "kind, type, locator"), key=place):
        found[row["kind"]].append(row)
    return found


def _descriptions(report: Report, rows: list[Row]) -> list[tuple[str, str, str, list[str]]]:
    """(what it describes, language by code and in words, paragraphs)."""
    return [
        (
            worded(codes.DESCRIPTION, row["type"] or "1", report.lang),
            (row["language"] or "").lower(),
            report.language(row["language"]),
            [line.strip() for line in re.split(r"\s*\n\s*", row["text"]) if line.strip()],
        )
        for row in rows
    ]


def _organisations(report: Report) -> Grid:
    """Who takes part, as published."""
    _ = report.translated

    rows = report.rows("participating_orgs", "role, locator")
    pages = report.loaded(row["org_activity_id"] for row in rows)

    def who(row: Row) -> Shown:
        words = row["name"] or row["ref"]
        return Shown(words) if words else Shown(_("not named"), "missing")

    return used(
        Grid(
            _("Participating organisations, as published"),
            (_("Organisation"), _("Role"), _("Identifier"), _("Its own activity")),
            tuple(
                (
                    who(row),
                    Shown(worded(codes.ROLE, row["role"], report.lang)),
                    Shown(row["ref"] or "", "code" if row["ref"] else "text"),
                    Shown(row["org_activity_id"] or "", at=pages.get(row["org_activity_id"], "")),
                )
                for row in rows
            ),
        )
    )


def _recognised(report: Report) -> Grid:
    """Whom of them comity knows, and by what (R28)."""
    _ = report.translated
    roles: dict[str, list[str]] = defaultdict(list)
    by: dict[str, set[str]] = defaultdict(set)
    for row in report.rows("activity_parties", "party, role"):
        words = worded(codes.PARTY_ROLE, row["role"], report.lang)
        if words not in roles[row["party"]]:
            roles[row["party"]].append(words)
        by[row["party"]].add(worded(_BY, row["resolved_by"], report.lang))
    ids = sorted(roles, key=lambda id_: i18n.sort_key(report.name(id_)))
    return Grid(
        _("Who of them is recognised"),
        (_("Party"), _("Takes part as"), _("Recognised by")),
        tuple(
            (
                Shown(report.name(id_), at=report.party_at(report.parties[id_])),
                Shown(", ".join(roles[id_])),
                Shown(", ".join(sorted(by[id_]))),
            )
            for id_ in ids if id_ in report.parties
        ),
    )  # fmt: skip


def _places(report: Report) -> Grid:
    """Countries, regions and locations with their shares (R13)."""
    _ = report.translated
    countries = {party.iso2: party for party in report.parties.values() if party.iso2}

    def place(row: Row) -> Shown:
        party = countries.get((row["code"] or "").strip().upper()) if row["kind"] == "country" else None
        if party:
            return Shown(report.name(party.id), at=report.to(f"/countries/{party.id}/"))
        return Shown(i18n.one_line(row["name"] or "") or row["code"] or _("not named"))

    def point(row: Row) -> str:
        if row["latitude"] is None or row["longitude"] is None:
            return ""
        return f"{row['latitude']:.4f}, {row['longitude']:.4f}"

    return used(
        Grid(
            _("Places"),
            (_("Place"), _("Sort"), _("Code"), _("Share"), _("Latitude, longitude")),
            tuple(
                (
                    place(row),
                    Shown(worded(codes.PLACE, row["kind"], report.lang)),
                    Shown(row["code"] or "", "code" if row["code"] else "text"),
                    Shown(report.share(row)),
                    Shown(point(row)),
                )
                for row in report.rows("activity_places", "kind, percentage DESC NULLS LAST, code, locator")
            ),
            numeric=(3,),
        )
    )


def _sectors(report: Report) -> Grid:
    """Sectors by vocabulary, whose shares make 100 in each (R13); those of the DAC by name."""
    _ = report.translated

    def all_named(opened: Any) -> dict[str, Row]:
        query = "SELECT * FROM sectors"
        return {row["code"]: row for row in opened.connection.query(query).to_pylist()}

    known = facts.remembered(lists.known_at(report.request), "sector names", all_named)

    def words(row: Row) -> str:
        one = known.get((row["code"] or "").strip()) if row["vocabulary"] in ("1", "2") else None
        own = (one[f"name_{report.lang}"] or one["name_en"]) if one else ""
        return own or i18n.one_line(row["name"] or "") or row["code"] or _("not named")

    return used(
        Grid(
            _("Sectors"),
            (_("Sector"), _("Code"), _("Vocabulary"), _("Share")),
            tuple(
                (
                    Shown(words(row)),
                    Shown(row["code"] or "", "code" if row["code"] else "text"),
                    Shown(worded(codes.VOCABULARY, row["vocabulary"], report.lang)),
                    Shown(report.share(row)),
                )
                for row in report.rows(
                    "activity_sectors", "vocabulary, percentage DESC NULLS LAST, code, locator"
                )
            ),
            numeric=(3,),
        )
    )


def _markers(report: Report) -> Grid:
    """R32: objectives of policy; they are not added."""
    _ = report.translated

    def words(row: Row) -> str:
        dac = row["vocabulary"] in (None, "1") and row["code"] in codes.MARKER
        return worded(codes.MARKER, row["code"], report.lang) if dac else row["name"] or row["code"] or ""

    return used(
        Grid(
            _("Policy markers"),
            (_("Objective"), _("Significance")),
            tuple(
                (
                    Shown(words(row)),
                    Shown(worded(codes.SIGNIFICANCE, row["significance"], report.lang) or _("not stated")),
                )
                for row in report.rows(
                    "policy_markers", "significance DESC NULLS LAST, TRY_CAST(code AS INT), locator"
                )
            ),
        )
    )


def _related(report: Report) -> Grid:
    _ = report.translated
    rows = report.rows("related_activities", "type, related_activity_id, locator")
    pages = report.loaded(row["related_activity_id"] for row in rows)
    return Grid(
        _("Related activities"),
        (_("Activity"), _("Relation")),
        tuple(
            (
                Shown(row["related_activity_id"] or "", at=pages.get(row["related_activity_id"], "")),
                Shown(worded(codes.RELATED, row["type"], report.lang)),
            )
            for row in rows
        ),
    )


def _documents(report: Report) -> list[dict[str, str]]:
    """Documents with their addresses, those of results among them."""
    found = []
    for row in report.rows("documents", "result NULLS FIRST, date DESC NULLS LAST, locator"):
        web = (row["url"] or "").strip().startswith(("https://", "http://"))
        found.append(
            {
                "title": i18n.one_line(row["title"] or "") or (row["url"] or ""),
                "url": row["url"].strip() if web else "",
                "about": " · ".join(filter(None, (report.day(row["date"]), row["format"], row["languages"]))),
            }
        )
    return found


def _profiles(report: Report) -> Grid:
    """The cooperation profiles that the activity belongs to, and whether they count it (R6, R22–R24)."""
    _ = report.translated

    def how(row: Row) -> str:
        if row["counted"] == 1:
            return _("counted")
        if row["left_out"]:
            return worded(codes.LEFT_OUT, row["left_out"], report.lang)
        return _("not counted: another report of the same is shown (R6)")

    return Grid(
        _("Cooperation profiles"),
        (_("Profile"), _("Report"), _("In its figures")),
        tuple(
            (
                Shown(
                    f"{report.name(row['partner'])} – {report.name(row['organisation'])}",
                    at=report.to(site.profile_path(row["partner"], row["organisation"])),
                ),
                Shown(worded(codes.VIEW, row["view"], report.lang)),
                Shown(how(row)),
            )
            for row in report.rows("joint_activities", "partner, organisation, view")
        ),
    )


def _issues(report: Report) -> Grid:
    """Problems of the data that stand in this activity."""
    _, one = report.translated, report.activity
    number = int(one["activity"])
    query = f"""
        SELECT rule, locator, text FROM issues WHERE source = 'iati' AND dataset = {quoted(one["dataset"])}
        AND regexp_matches(locator, '^activity {number}(,|$)') ORDER BY ALL
    """
    return Grid(
        _("Data problems"),
        (_("What is the matter, and what was done"), _("Rule"), _("Place")),
        tuple(
            (Shown(row["text"]), Shown(row["rule"], "code"), Shown(row["locator"] or ""))
            for row in report.opened.connection.query(query).to_pylist()
        ),
    )
