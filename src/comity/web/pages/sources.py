"""Where facts come from: who publishes them, under which licence, which bytes, and what they cover."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.charts._labels import source_name
from comity.errors import SourceNotKnown
from comity.profiles import Library
from comity.sources import Source, shelved
from comity.tables import contracts, quoted
from comity.web import facts, lists
from comity.web.lists import Grid, Shown
from comity.web.pages import Page
from comity.web.pages._coverage import coverage


def _held(opened: Library) -> dict[str, list[dict[str, Any]]]:
    """Snapshots by source with how many rows of which tables came from each, the newest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for source in shelved().values():
        for table in dict.fromkeys((*source.counted, *source.feeds)):
            if table not in contracts():
                continue
            count = f"SELECT snapshot, count(*)::BIGINT AS n FROM {table}"
            query = f"{count} WHERE source = {quoted(source.name)} GROUP BY ALL"
            for row in opened.connection.query(query).to_pylist():
                rows.setdefault((source.name, row["snapshot"]), {})[table] = row["n"]
    query = "SELECT * FROM snapshots ORDER BY source, taken_at DESC, name, sha256"
    for row in opened.connection.query(query).to_pylist():
        counts = rows.get((row["source"], row["sha256"]), {})
        found.setdefault(row["source"], []).append({**row, "rows": counts})
    return found


def _day(stamp: str, lang: str) -> str:
    return i18n.day(datetime.fromisoformat(stamp), lang)


def page(request: HttpRequest) -> HttpResponse:
    """Every source that comity reads, and what is loaded of it."""
    lang, known = request.lang, lists.known_at(request)
    _ = i18n.translator(lang)
    held = facts.remembered(known, "snapshots", _held)
    entries = []
    for source in sorted(shelved().values(), key=lambda one: (one.name not in held, one.name)):
        files = held.get(source.name, [])
        entries.append(
            {
                "source": source,
                "name": source_name(source.name, lang),
                "files": len(files),
                "newest": _day(max(file["taken_at"] for file in files), lang) if files else "",
                "passed_on": _passed_on(source, lang),
            }
        )
    return lists.page(request, "sources.html.j2", {"entries": entries})


def _passed_on(source: Source, lang: str) -> str:
    _ = i18n.translator(lang)
    return _("may be passed on") if source.redistributable else _("not passed on with comity")


def one(request: HttpRequest, name: str) -> HttpResponse:
    """One source: its files and the years that it covers."""
    if name not in shelved():
        raise SourceNotKnown(name, shelved())
    lang, known, source = request.lang, lists.known_at(request), shelved()[name]
    _ = i18n.translator(lang)
    files = facts.remembered(known, "snapshots", _held).get(name, [])
    paging = lists.paging(request, len(files), at="files")
    return lists.page(
        request,
        "source.html.j2",
        {
            "source": source,
            "title": source_name(name, lang),
            "passed_on": _passed_on(source, lang),
            "newest": _day(max(file["taken_at"] for file in files), lang) if files else "",
            "feeds": source.feeds,
            "expectations": _expectations(source, lang),
            "paging": paging,
            "snapshots": _files(lists.slice_of(files, paging), lang),
            "issues": _issues(facts.library(known), name),
            **coverage(request, name, known),
        },
    )


def _issues(opened: Library, name: str) -> int:
    query = f"SELECT count(*)::BIGINT AS n FROM issues WHERE source = {quoted(name)}"
    return int(opened.connection.query(query)["n"][0].as_py())


def _expectations(source: Source, lang: str) -> Grid | None:
    """What a file must look like to be kept."""
    _ = i18n.translator(lang)
    if not source.expects:
        return None
    return lists.used(
        Grid(
            _("What a file has to look like to be kept"),
            (_("Dataset"), _("Rows at least"), _("Rows at most"), _("Years from"), _("Years to")),
            tuple(
                (
                    Shown(one.dataset),
                    Shown(i18n.whole(one.min_rows, lang)),
                    Shown(i18n.whole(one.max_rows, lang)),
                    Shown(lists.text_of(one.first_year)),
                    Shown(lists.text_of(one.last_year)),
                )
                for one in source.expects
            ),
            numeric=(1, 2, 3, 4),
        )
    )


def _files(files: Any, lang: str) -> Grid:
    _ = i18n.translator(lang)
    return Grid(
        _("Files that are loaded"),
        (_("File"), _("Taken"), _("Rows"), "SHA-256"),
        tuple(
            (
                Shown(file["name"]),
                Shown(_day(file["taken_at"], lang)),
                Shown(
                    i18n.whole(sum(file["rows"].values()), lang),
                    title=i18n.listed((f"{t} {i18n.whole(n, lang)}" for t, n in file["rows"].items()), lang),
                ),
                Shown(f"{file['sha256'][:12]}…", "code", title=file["sha256"]),
            )
            for file in files
        ),
        numeric=(2,),
    )


PAGES = (Page("sources", "sources/", page), Page("source", "sources/<str:name>/", one))
