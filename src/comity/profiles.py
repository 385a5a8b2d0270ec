"""Builds profiles: asks every measure about a pair and a period, and says what is not reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import comity
from comity import answering, measures
from comity.answering import Answers, ordered
from comity.answering import Library as Library
from comity.engines import Request
from comity.errors import BadRequest, MeasureNotKnown, OutsideCoverage
from comity.measures import Measure
from comity.model import Coverage, Evidence, Figure, Party, Period, Profile, SourceNote, SourceUse
from comity.rules import coverage as rule
from comity.sources import shelved as sources
from comity.tables.identity import STATE_KINDS

if TYPE_CHECKING:
    import pyarrow as pa


FIRST_YEAR, LAST_YEAR = 1919, 2100
ALL = "ALL"
"""The partner that stands for the sum over all contributors, from revenue by entity."""
EVIDENCE_ROWS = 200
"""How many rows a profile carries behind one figure; `evidence()` gives all."""


def period_of(start: int, end: int) -> Period:
    """The years from `start` to `end`; raises `BadRequest` when they make no period."""
    if start > end:
        raise BadRequest(f"the years {start}-{end} run backwards; say {end}-{start}")
    if start < FIRST_YEAR or end > LAST_YEAR:
        raise BadRequest(f"the years {start}-{end} lie outside {FIRST_YEAR}-{LAST_YEAR}")
    return Period(start, end)


def request_for(
    library: Library,
    partner: Party,
    organisation: Party,
    period: Period,
    as_of: date | None = None,
    number: int = 0,
) -> Request:
    """What to ask for a pair. `as_of` is the period's last day, or the day the facts were loaded
    if that is earlier. Raises `BadRequest` for a day after that one."""
    if as_of and as_of > library.known_at.date():
        known = library.known_at.date().isoformat()
        raise BadRequest(f"{as_of} lies after the day the facts were loaded, {known}; nothing is known of it")
    default = min(date(period.end, 12, 31), library.known_at.date())
    return Request(
        number, partner.id, organisation.id, _contributor(partner), period.start, period.end, as_of or default
    )


def _contributor(partner: Party) -> str:
    """Who reports the partner's money: CEB tells governments, all others and the whole apart."""
    if partner.id == ALL:
        return "all"
    return "government" if partner.kind in STATE_KINDS else "non_government"


def measures_for(request: Request) -> tuple[Measure, ...]:
    """The measures that exist for the request's organisation and contributor."""
    return tuple(
        measure for measure in measures.shelved().values()
        if (not measure.organisations or request.organisation in measure.organisations)
        and request.contributor in measure.contributors
    )  # fmt: skip


def _money(measure: Measure, request: Request, answer: Answers) -> dict[str, Any]:
    years = range(request.start_year, request.end_year + 1)
    reported = {type_: {y for y in answer.covered[type_] if y is not None} for type_ in measure.covers}
    spread = rule.over_years(years, measure.covers, reported, answer.sums[measure.id])
    return {
        "value": spread.value,
        "by_year": spread.by_year,
        "coverage": spread.coverage,
        "flags": spread.flags,
    }


def _count(measure: Measure, request: Request, answer: Answers, rows: int) -> dict[str, Any]:
    wanted = [request.as_of.year] if measure.dated else range(request.start_year, request.end_year + 1)
    stated: set[int | None] = {year for subject in measure.covers for year in answer.covered[subject]}
    if not measure.covers:  # a fact about the organisation itself, known without coverage
        stated = {None}
    coverage = rule.of_subject(wanted, stated)
    value = answer.values.get(measure.id) if rows else None
    flags: tuple[str, ...] = ()
    if measure.dated and value is not None and (last := _known_before(request.as_of.year, stated)):
        coverage, flags = Coverage("partial", (last,)), (f"known_to:{last}",)
    if coverage.status == "not_reported" and rows and value is not None:
        coverage = Coverage("partial", ())  # rows speak of the period, but not of how far they reach
    elif coverage.status == "not_reported":
        value = None
    elif value is None and rows:
        coverage, flags = Coverage("not_reported", coverage.years), ("stated_without_number",)
    elif value is None and measure.unit in ("count", "list"):
        value, flags = 0, ("no_row",)
    elif value is None:
        coverage = Coverage("not_reported", coverage.years)
    return {"value": None if value is None else int(value), "coverage": coverage, "flags": flags}


def _known_before(year: int, stated: set[int | None]) -> int | None:
    """The last year that is reported when `year` comes after it: facts of then may have changed."""
    known = [y for y in stated if y is not None]
    return max(known) if known and None not in stated and max(known) < year else None


def _rates(library: Library, notes: Iterable[str]) -> set[SourceUse]:
    """R9: the series by which rows were converted, as their notes say: `converted:EUR:SERIES:18`."""
    used = {tuple(note.split(":")[1:3]) for note in notes if note.startswith("converted:")}
    if not used:
        return set()
    query = "SELECT DISTINCT currency, series, source, snapshot FROM rates"
    return {
        SourceUse(row["source"], row["snapshot"], 0)
        for row in _kept(library, query) if (row["currency"], row["series"]) in used
    }  # fmt: skip


def _figure(library: Library, measure: Measure, request: Request, answer: Answers) -> Figure:
    counted = [SourceUse(*origin, rows) for origin, rows in answer.uses[measure.id].items()]
    rows = sum(use.rows for use in counted)
    # Where there is no row, the figure rests on the files that report the subject without one.
    resting = counted or [use for subject in measure.covers for use in answer.covered_by[subject]]
    rates = _rates(library, answer.notes[measure.id])
    uses = tuple(sorted({*resting, *rates}, key=lambda use: (use.source, use.snapshot)))
    folded = (
        _money(measure, request, answer) if measure.unit == "USD" else _count(measure, request, answer, rows)
    )
    if uncertain := answer.uncertain[measure.id]:
        folded["flags"] = (*folded["flags"], f"uncertain:{uncertain}")
    folded["flags"] = (*folded["flags"], *sorted(answer.notes[measure.id]))
    return Figure(
        measure=measure.id,
        unit=measure.unit,
        basis=measure.basis,
        period=Period(request.start_year, request.end_year),
        as_of=request.as_of,
        sources=uses,
        items=answer.items.get(measure.id),
        dated=measure.dated,
        **folded,
    )


def _kept(library: Library, query: str) -> list[dict[str, Any]]:
    """The rows of a query that asks for no pair, put once for each library."""
    if query not in library.kept:
        library.kept[query] = library.connection.query(query).to_pylist()
    found: list[dict[str, Any]] = library.kept[query]
    return found


def _source_notes(library: Library, figures: Iterable[Figure]) -> tuple[SourceNote, ...]:
    used = {(use.source, use.snapshot) for figure in figures for use in figure.sources}
    query = "SELECT sha256, name, taken_at FROM snapshots ORDER BY source, name, sha256"
    kept = _kept(library, query)
    known = sources()
    return tuple(
        SourceNote(
            name=name,
            title=known[name].title,
            publisher=known[name].publisher,
            licence=known[name].licence,
            url=known[name].url,
            snapshots=tuple(
                (row["sha256"], row["name"], row["taken_at"]) for row in kept if (name, row["sha256"]) in used
            ),
        )
        for name in sorted({source for source, _ in used})
        if name in known
    )


def _issue_count(library: Library, figures: Iterable[Figure]) -> int:
    """Data problems known of the snapshots behind the figures."""
    used = {use.snapshot for figure in figures for use in figure.sources}
    kept = _kept(library, "SELECT snapshot, count(*) AS n FROM issues GROUP BY snapshot")
    return sum(row["n"] for row in kept if row["snapshot"] in used)


def build(library: Library, request: Request) -> Profile:
    """The profile of one request.

    Raises `OutsideCoverage` when no source says anything about the pair in the period.
    """
    chosen = measures_for(request)
    answer = answering.of_one(library, request, chosen)
    _check_covered(library, request, answer)
    figures = tuple(_figure(library, measure, request, answer) for measure in chosen)
    return Profile(
        partner=library.directory.parties[request.partner],
        organisation=library.directory.parties[request.organisation],
        period=Period(request.start_year, request.end_year),
        as_of=request.as_of,
        known_at=library.known_at,
        figures=figures,
        sources=_source_notes(library, figures),
        issues=_issue_count(library, figures),
        version=comity.__version__,
        names=_named(library, figures),
    )


def with_rows(library: Library, request: Request, profile: Profile) -> Profile:
    """`profile` of `request` with up to `EVIDENCE_ROWS` rows behind each figure."""
    library.connection.ask([request])
    evidence = {figure.measure: _carried(library, figure) for figure in profile if figure.rows}
    return replace(profile, evidence=evidence)


def _named(library: Library, figures: Iterable[Figure]) -> dict[str, Party]:
    """The parties whose ids stand in the figures' items, alone or in a list of ids."""
    texts = (
        value for f in figures for item in f.items or () for value in item.values() if isinstance(value, str)
    )
    ids = {word for text in texts for word in text.split()}
    known = library.directory.parties
    return {id_: known[id_] for id_ in sorted(ids & known.keys())}


def _check_covered(library: Library, request: Request, answer: Answers) -> None:
    dated = {year for years in answer.covered.values() for year in years if year is not None}
    asked = Period(request.start_year, request.end_year)
    if dated.isdisjoint(asked.years):
        names = library.directory.parties
        pair = f"{names[request.partner].name} – {names[request.organisation].name}"
        raise OutsideCoverage(pair, asked, min(dated, default=None), max(dated, default=None))


def _carried(library: Library, figure: Figure) -> Evidence:
    table = ordered(library.connection.answer(library.plan.rows[figure.measure])).drop(["request"])
    rows = table.slice(0, EVIDENCE_ROWS).to_pylist()
    return Evidence(
        columns=tuple(table.column_names),
        rows=tuple(tuple(row.values()) for row in rows),
        total=table.num_rows,
    )


def figures_of(library: Library, requests: Sequence[Request], family: str) -> dict[int, tuple[Figure, ...]]:
    """The figures of one measure family for many requests in one pass, by request number.

    Lists come without their items.
    """
    answers = answering.of_many(library, requests, family)
    return {
        asked.request: tuple(
            _figure(library, measure, asked, answers[asked.request])
            for measure in measures_for(asked)
            if measure.family == family
        )
        for asked in requests
    }


def evidence(library: Library, request: Request, measure: str) -> pa.Table:
    """The rows that a figure counts, in the columns of its measure; their sum or count is its value.

    Raises `MeasureNotKnown`.
    """
    known = [m.id for m in measures_for(request)]
    if measure not in known:
        raise MeasureNotKnown(measure, known)
    library.connection.ask([request])
    return ordered(library.connection.answer(library.plan.rows[measure])).drop(["request"])
