"""Claims that state no number: lists held against lists, dates, and the names of programmes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from comity import computed, measures
from comity.computed import Pair
from comity.hypotheses import Asked
from comity.i18n import N_
from comity.model import Claim, Period, Said, Sets, Verdict, VerdictName
from comity.profiles import Library
from comity.rules import claims as rule
from comity.rules.claims import Printed
from comity.rules.identity import key as name_key
from comity.tables import quoted

NO_SOURCE = N_("No loaded source reports this.")
NO_MEASURE = N_("No measure counts this.")
NO_RATE = N_("There is no rate of {currency} for these years, and a missing rate is never zero.")
WHOLE_YEARS = N_("The sources give whole years, and the page speaks of a part of one.")
OWN_WORDS = N_("The only statement loaded is the page's own, which cannot bear itself out.")
UNQUANTIFIED = N_("The page gives no number.")
_STATED = ("membership", "programmes", "partnerships", "secondments", "priorities")
"""Families of measures that rest on what pages and documents state."""
_PRIORITIES = """SELECT code, start_year, end_year FROM priorities
WHERE partner = {} AND kind = 'partner_country' AND code IS NOT NULL ORDER BY start_year, end_year, code"""


class Question(Protocol):
    """What a claim asks, as `reconcile` puts it."""

    @property
    def claim(self) -> Claim: ...
    @property
    def pair(self) -> Pair: ...
    @property
    def number(self) -> Printed | None: ...
    @property
    def asked(self) -> Asked: ...
    @property
    def period(self) -> Period: ...
    @property
    def day(self) -> date: ...
    @property
    def page_day(self) -> date: ...


Row = Mapping[str, Any]


def judge(library: Library, questions: Sequence[Question]) -> dict[str, Verdict]:
    """The verdicts on claims without a number, by id."""
    shelved = measures.shelved()
    known = library.directory.parties
    asked = [q for q in questions if q.claim.measure in shelved and all(id_ in known for id_ in q.pair)]
    rows = _rows(library, asked)
    return {q.claim.id: _verdict(library, q, rows.get(q.claim.id)) for q in questions}


def own_words(library: Library, questions: Sequence[Question]) -> set[str]:
    """The claims whose only statement in the register is their own page: they cannot be computed."""
    known, shelved = library.directory.parties, measures.shelved()
    asked = [
        q for q in questions
        if q.claim.measure.partition(".")[0] in _STATED and q.claim.measure in shelved
        and all(id_ in known for id_ in q.pair)
    ]  # fmt: skip
    rows = _rows(library, asked)
    return {q.claim.id for q in asked if (r := rows[q.claim.id]) and all(_is_own(q.claim, one) for one in r)}


def _rows(library: Library, questions: Sequence[Question]) -> dict[str, list[Row]]:
    """The rows behind the measure that each claim is about."""
    found: dict[str, list[Row]] = {}
    by_measure: dict[str, list[Question]] = defaultdict(list)
    for q in questions:
        by_measure[q.claim.measure].append(q)
    for measure, group in by_measure.items():
        keys = {(q.pair, q.period.start, q.period.end, q.day): q for q in group}
        requests = computed.requests_of(
            library, ((q.pair, q.asked._replace(as_of=q.day)) for q in keys.values())
        )
        answers = computed.rows(library, list(requests.values()), measure)
        for q in group:
            request = requests[q.pair, q.asked.start, q.asked.end, q.day]
            found[q.claim.id] = list(answers.get(request.request, []))
    return found


def _verdict(library: Library, q: Question, rows: list[Row] | None) -> Verdict:
    claim = q.claim
    stated = q.number.value if q.number else None
    found = Verdict(claim, "not_computable", stated=stated, as_of=q.day, asked=q.period)
    if claim.measure.startswith("other."):
        return replace(found, says=(Said(NO_MEASURE),))
    if not rule.is_whole_years(claim):
        return replace(found, says=(Said(WHOLE_YEARS),))
    if claim.unit == "text" and claim.measure.partition(".")[2] in ("posts", "months"):
        return replace(found, name="unquantified", says=(Said(UNQUANTIFIED),))
    if not rows:
        return replace(found, says=(Said(NO_SOURCE), *_among_priorities(library, q)))
    if all(_is_own(claim, row) for row in rows):
        return replace(found, says=(Said(OWN_WORDS), *_among_priorities(library, q)))
    rows = [row for row in rows if not _is_own(claim, row)]  # a page does not bear itself out
    if claim.unit == "list":
        return _compared(library, q, rows, found)
    if claim.unit == "date":
        return _dated(claim, rows, found)
    if claim.measure == "partnerships.programmes":
        return _programme(library, q, rows, found)
    return replace(found, name="unquantified", says=(Said(UNQUANTIFIED),))


def _is_own(claim: Claim, row: Row) -> bool:
    """Whether a row rests on the claim's own page and on no other source."""
    said = [part.strip() for part in str(row.get("stated_by") or "").split(";")]
    sources = {rule.address(part) for part in said if "." in part}
    return sources == {rule.address(claim.page)}


# Lists


def _compared(library: Library, q: Question, rows: Sequence[Row], found: Verdict) -> Verdict:
    """A stated list against the items that are found: what both have, and what only one has."""
    named = {_shown(library, row): _members(library, row) for row in rows}
    left = dict(named)
    both, only_stated = [], []
    for item in rule.items(q.claim):
        match = next((id_ for id_, names in left.items() if name_key(item) in names), None)
        if match is None:
            only_stated.append(item)
        else:
            both.append(match)
            del left[match]
    sets = Sets(tuple(both), tuple(only_stated), tuple(sorted(left)))
    name: VerdictName = "agrees" if not only_stated and not left else "differs"
    if q.claim.partial and not only_stated:
        name = "partial"
    return replace(found, name=name, sets=sets, says=tuple(_among_priorities(library, q)))


def _id(row: Row) -> str:
    return str(row.get("code") or row.get("party") or row.get("id") or row.get("name"))


def _shown(library: Library, row: Row) -> str:
    """The party of an item, else its name."""
    id_ = _id(row)
    return id_ if id_ in library.directory.parties else str(row.get("name") or id_)


def _members(library: Library, row: Row) -> set[str]:
    """What an item may be called in a list."""
    id_ = _id(row)
    party = library.directory.parties.get(id_)
    names = [id_, str(row.get("name") or ""), *([party.name, *party.names.values()] if party else ())]
    return {name_key(name) for name in names if name}


def _among_priorities(library: Library, q: Question) -> Iterator[Said]:
    """How many of the stated programme countries were among the partner's core partner countries."""
    if q.claim.measure != "programmes.countries" or q.claim.unit != "list":
        return
    strategies: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in library.connection.query(_PRIORITIES.format(quoted(q.claim.partner))).to_pylist():
        if row["start_year"] and row["end_year"]:
            strategies[row["start_year"], row["end_year"]].append(row["code"])
    stated = rule.items(q.claim)
    for (start, end), codes in sorted(strategies.items()):
        both = tuple(code for code in stated if code in codes)
        if not both:
            continue
        yield Said(
            N_(
                "Of the {count} stated, {found} were among the {all} core partner countries of {years}: "
                "{countries}."
            ),
            {"count": len(stated), "found": len(both), "all": len(set(codes)), "years": Period(start, end),
             "countries": both},
        )  # fmt: skip


# Dates and names


def _dated(claim: Claim, rows: Sequence[Row], found: Verdict) -> Verdict:
    """A date agrees as far as both are known: 1991-12 with 1991 and with 1991-12-09."""
    known = sorted({str(row.get("since_stated") or "") for row in rows} - {""})
    same = any(claim.value.startswith(day) or day.startswith(claim.value) for day in known)
    says = (Said(N_("The register states {dates}."), {"dates": tuple(known)}),) if known else ()
    return replace(found, name="agrees" if same else "differs", says=says)


def _phases(library: Library, q: Question, programme: str) -> list[Period]:
    """The phases of a programme, whenever they began."""
    query = (
        "SELECT DISTINCT start_year, coalesce(end_year, start_year) AS end_year FROM phases "
        f"WHERE partner = {quoted(q.pair[0])} AND organisation = {quoted(q.pair[1])} "
        f"AND programme = {quoted(programme)} ORDER BY start_year, end_year"
    )
    return [Period(r["start_year"], r["end_year"]) for r in library.connection.query(query).to_pylist()]


def _programme(library: Library, q: Question, rows: Sequence[Row], found: Verdict) -> Verdict:
    """A programme by its name; with years, the phase of these years, and whether it was still the
    latest on the day that the page speaks of."""
    name = name_key(q.claim.value)
    same = [row for row in rows if name_key(str(row.get("name") or "")) == name]
    if not same:
        return replace(
            found, name="differs", says=(Said(N_("The register knows no programme of this name.")),)
        )
    if q.claim.period is None:
        return replace(found, name="agrees")
    phases = _phases(library, q, str(same[0]["id"]))
    later = tuple(phase for phase in phases if phase.start > q.claim.period.end)
    if q.claim.period not in phases:
        says = Said(N_("The register knows the phases {phases}."), {"phases": tuple(phases)})
        return replace(found, name="differs", says=(says,))
    if not later:
        return replace(found, name="agrees")
    says = Said(N_("Later phases are known: {phases}."), {"phases": later})
    began = any(phase.start <= q.page_day.year for phase in later)
    return replace(found, name="stale" if began else "agrees", says=(says,))
