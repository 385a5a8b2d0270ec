"""Problems found in published data: how many of which kind, and each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from comity import i18n
from comity.charts._labels import source_name
from comity.errors import SourceNotKnown
from comity.i18n import N_
from comity.profiles import Library
from comity.sources import shelved
from comity.store.generation import LEFT_OUT
from comity.tables import quoted
from comity.web import asking, facts, lists
from comity.web.lists import Ending, Grid, Shown
from comity.web.pages import Page, _lists

if TYPE_CHECKING:
    import pyarrow as pa

_PATH = "/issues/"
_COLUMNS = "source, dataset, locator, rule, text, snapshot"

RULES = {
    "identifier": N_("An identifier is not what the standard asks for"),
    "date": N_("A date is missing or cannot be so"),
    "value": N_("A value is kept otherwise than it was written"),
    "load": N_("A file was left out"),
    "R7": N_("A currency is missing or not known"),
    "R8": N_("There is no rate, or no day to take it from"),
    "R13": N_("Shares of places or sectors do not make 100"),
    "R28": N_("Nobody we know goes by the name or identifier"),
    "R38": N_("An amount is blank, or a sign stands for it"),
}
"""Rules that find problems, in words; others go by their names."""


def rule_name(rule: str, lang: str) -> str:
    known = RULES.get(rule)
    return i18n.translator(lang)(known) if known else rule


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address. Raises `SourceNotKnown` or `BadRequest`."""
    given = {name: asking.text(request, name) for name in ("source", "dataset", "rule")}
    known = {*shelved(), LEFT_OUT}
    if given["source"] and given["source"] not in known:
        raise SourceNotKnown(given["source"], known)
    return given


def _where(given: dict[str, str]) -> str:
    parts = [f"{name} = {quoted(value)}" for name, value in given.items() if value]
    return f"WHERE {' AND '.join(parts)}" if parts else ""


def _rows(opened: Library, given: dict[str, str], limit: str = "") -> pa.Table:
    query = f"SELECT {_COLUMNS} FROM issues {_where(given)} ORDER BY ALL {limit}"
    return opened.connection.query(query)


def page(request: HttpRequest) -> HttpResponse:
    """The counts by source and rule, and the problems that are asked for."""
    given, known, lang = _asked(request), lists.known_at(request), request.lang
    opened = facts.library(known)

    def count(library: Library) -> list[dict[str, Any]]:
        query = "SELECT source, dataset, rule, count(*)::BIGINT AS n FROM issues GROUP BY ALL ORDER BY ALL"
        found: list[dict[str, Any]] = library.connection.query(query).to_pylist()
        return found

    counts = facts.remembered(known, "issues", count)
    fitting = [c for c in counts if all(not v or c[name] == v for name, v in given.items())]
    paging = lists.paging(request, sum(c["n"] for c in fitting), at="list")
    rows = _rows(opened, given, f"LIMIT {paging.size} OFFSET {paging.start}").to_pylist()
    return lists.page(
        request,
        "issues.html.j2",
        {
            "given": given,
            "summary": _summary(request, counts, lang),
            "all": sum(c["n"] for c in counts),
            "grid": _grid(request, rows, lang),
            "paging": paging,
            "sources": [(s, _source(s, lang)) for s in _distinct(counts, "source")],
            "rules": [(r, f"{r} – {rule_name(r, lang)}") for r in _distinct(counts, "rule")],
            "files": lists.links(request, _PATH),
        },
    )


def _distinct(counts: Iterable[dict[str, Any]], name: str) -> list[str]:
    return sorted({row[name] for row in counts})


def _source(name: str, lang: str) -> str:
    _ = i18n.translator(lang)
    return _("Files left out") if name == LEFT_OUT else source_name(name, lang)


def _summary(request: HttpRequest, counts: list[dict[str, Any]], lang: str) -> Grid:
    """Source × rule, the most frequent first, each leading to its own list."""
    _ = i18n.translator(lang)
    sums: dict[tuple[str, str], int] = {}
    for row in counts:
        key = row["source"], row["rule"]
        sums[key] = sums.get(key, 0) + row["n"]
    rows = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return Grid(
        _("Data problems by rule and source"),
        (_("Problem"), _("Rule"), _("Source"), _("Count")),
        tuple(
            (
                Shown(rule_name(rule, lang), at=lists.to(request, _PATH, source=source, rule=rule) + "#list"),
                Shown(rule, "code"),
                Shown(_source(source, lang)),
                Shown(i18n.whole(n, lang), "amount"),
            )
            for (source, rule), n in rows
        ),
        numeric=(3,),
    )


def _grid(request: HttpRequest, rows: list[dict[str, Any]], lang: str) -> Grid:
    _ = i18n.translator(lang)

    def source(name: str) -> Shown:
        at = "" if name == LEFT_OUT else lists.to(request, lists.source_path(name))
        return Shown(_source(name, lang), at=at)

    return lists.used(
        Grid(
            _("Data problems"),
            (_("What is the matter, and what was done"), _("Rule"), _("Source"), _("Dataset"), _("Place")),
            tuple(
                (
                    Shown(row["text"]),
                    Shown(row["rule"], "code", title=rule_name(row["rule"], lang)),
                    source(row["source"]),
                    Shown(row["dataset"]),
                    Shown(row["locator"] or ""),
                )
                for row in rows
            ),
        )
    )


def file(request: HttpRequest, ending: Ending) -> HttpResponse:
    """All rows, as `comity issues --format csv` writes them."""
    rows = _rows(facts.library(lists.known_at(request)), _asked(request))
    return lists.answer(rows, ending, "issues")


PAGES = (Page("issues", "issues/", page), *_lists.files("issues", "issues", file))
