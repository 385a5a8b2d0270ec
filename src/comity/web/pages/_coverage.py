"""What a source covers, as a grid of years: with rows, covered without a row, not covered (R38)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from django.http import HttpRequest

from comity import i18n
from comity.charts._labels import TYPES
from comity.errors import BadRequest
from comity.i18n import N_
from comity.profiles import Library
from comity.tables import quoted
from comity.web import asking, facts, lists

YEARS = 15
"""The last years that a grid shows unless others are asked for."""
_MOST = 60
_LINES = 60
State: TypeAlias = Literal["has", "nil", "gone"]

SUBJECTS = {
    **TYPES,
    "membership": N_("Membership"), "partners": N_("Partner ministries and agencies"),
    "phases": N_("Phases"), "programmes": N_("Partnership programmes and larger projects"),
    "priorities.sector": N_("Priority sectors"), "priorities.cross_cutting": N_("Cross-cutting issues"),
    "priorities.partner_country": N_("Core partner countries"),
    "programme_places.country": N_("Programme countries"),
    "programme_places.region": N_("Programme regions"),
    "programme_places.global": N_("Programmes everywhere"), "secondments": N_("Secondments"),
    "ratifications": N_("Ratifications"), "iati.activities": N_("Activities"),
    "iati.commitments": N_("Commitments to activities"), "iati.spend": N_("Spending on activities"),
    "iati.incoming": N_("Funds received for activities"),
    "iati.country": N_("Countries of activities"), "iati.region": N_("Regions of activities"),
    "iati.unspecified": N_("Activities without a place"), "iati.sector": N_("Sectors of activities"),
}  # fmt: skip
"""What coverage is stated of, in words; others go by their names."""
CONTRIBUTORS = {
    "government": N_("from governments"), "non_government": N_("from others than governments"),
    "all": N_("from all contributors together"),
}  # fmt: skip

_PREFERRED = ("assessed:government", "iati.activities", "programmes")


@dataclass(frozen=True, slots=True)
class Covered:
    """One year of one organisation: `text` is the number of rows where it is known."""

    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """An organisation, or a pair, and its years in order; the last cell is of what has no date."""

    name: str
    cells: tuple[Covered, ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    type: str
    contributor: str

    @property
    def key(self) -> str:
        return ":".join(filter(None, (self.type, self.contributor)))

    def name(self, lang: str) -> str:
        _ = i18n.translator(lang)
        words = _(SUBJECTS[self.type]) if self.type in SUBJECTS else self.type
        if self.contributor not in CONTRIBUTORS:
            return words
        return f"{words}, {_(CONTRIBUTORS[self.contributor])}"


def coverage(request: HttpRequest, source: str, known: datetime | None) -> dict[str, Any]:
    """What the template shows of a source's coverage. Raises `BadRequest`."""
    lang: str = request.lang

    def stated(opened: Library) -> list[dict[str, Any]]:
        query = f"""
            SELECT DISTINCT type, coalesce(contributor, '') AS contributor,
                coalesce(organisation, organisation_name, '') AS organisation, partner, year
            FROM coverage WHERE source = {quoted(source)} ORDER BY ALL
        """
        given: list[dict[str, Any]] = opened.connection.query(query).to_pylist()
        return given

    rows = facts.remembered(known, "coverage", stated, source)
    subjects = {one.key: one for one in (_Subject(row["type"], row["contributor"]) for row in rows)}
    if not subjects:
        return {"subjects": []}
    preferred = next((key for key in _PREFERRED if key in subjects), next(iter(subjects)))
    chosen = subjects[asking.one_of(request, "subject", subjects, preferred)]
    found = [row for row in rows if _Subject(row["type"], row["contributor"]) == chosen]
    dated = sorted({row["year"] for row in found if row["year"] is not None})
    years = _years(request, dated)
    counts = _counts(known, chosen) if source == "ceb" else None
    undated = any(row["year"] is None for row in found)
    names = facts.library(known).directory.parties

    def name(id_: str | None) -> str:
        return i18n.party_name(names[id_], lang) if id_ in names else id_ or ""

    lines = _lines(found, years, undated, counts, name, lang)
    paging = lists.paging(request, len(lines), "lines", _LINES, at="coverage")
    return {
        "subjects": [(key, one.name(lang)) for key, one in subjects.items()],
        "subject": chosen.key,
        "subject_name": chosen.name(lang),
        "years_asked": asking.text(request, "years"),
        "span": i18n.span(dated[0], dated[-1], lang) if dated else "",
        "shown_span": i18n.span(years[0], years[-1], lang) if years else "",
        "cut": bool(dated) and (dated[0] < years[0] or dated[-1] > years[-1]),
        "years": years,
        "undated": undated,
        "counted": counts is not None,
        "lines": lists.slice_of(lines, paging),
        "lines_paging": paging,
    }


def _years(request: HttpRequest, dated: list[int]) -> list[int]:
    asked = asking.years(request)
    if not asked and not dated:
        return []
    first, last = asked or (max(dated[0], dated[-1] - YEARS + 1), dated[-1])
    if last - first >= _MOST:
        raise BadRequest(f"a grid shows at most {_MOST} years; ask for fewer, as in years=2010-2024")
    return list(range(first, last + 1))


def _lines(
    found: list[dict[str, Any]], years: list[int], undated: bool, counts: dict[tuple[str, int], int] | None,
    name: Any, lang: str,
) -> list[Line]:  # fmt: skip
    reported: dict[tuple[str, str | None], set[int | None]] = {}
    for row in found:
        reported.setdefault((row["organisation"], row["partner"]), set()).add(row["year"])

    def cell(organisation: str, year: int | None, covered: set[int | None]) -> Covered:
        if year not in covered:
            return Covered("gone", "")
        if counts is None or year is None:
            return Covered("has", "")
        rows = counts.get((organisation, year), 0)
        return Covered("has" if rows else "nil", i18n.whole(rows, lang))

    columns: list[int | None] = [*years, *([None] if undated else [])]
    lines = [
        Line(
            " – ".join(filter(None, (name(partner), name(organisation)))),
            tuple(cell(organisation, year, covered) for year in columns),
        )
        for (organisation, partner), covered in reported.items()
    ]
    return sorted(lines, key=lambda line: i18n.sort_key(line.name))


def _counts(known: datetime | None, subject: _Subject) -> dict[tuple[str, int], int]:
    """How many rows the source has for an organisation and year."""
    table, body = (
        ("revenue", "organisation") if subject.contributor == "all" else ("contributions", "receiver")
    )
    only = "" if table == "revenue" else f" AND contributor = {quoted(subject.contributor)}"

    def count(opened: Library) -> dict[tuple[str, int], int]:
        query = f"""
            SELECT coalesce({body}, {body}_name) AS body, year, count(*)::BIGINT AS n FROM {table}
            WHERE type = {quoted(subject.type)} {only} GROUP BY ALL
        """
        return {(row["body"], row["year"]): row["n"] for row in opened.connection.query(query).to_pylist()}

    return facts.remembered(known, "rows by year", count, subject)
