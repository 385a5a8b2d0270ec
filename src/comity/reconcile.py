"""Holds what pages state against what the sources give: `check()`.

In this order: the page against itself; the figure at the claim's own precision and bound; other
readings, through the gate. It says what two sources state, never that one of them is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import get_args

import comity
from comity import computed, measures, statements
from comity.computed import Facts, Pair
from comity.gate import LARGER, PLAIN, Case, Gate, Key
from comity.hypotheses import DOLLARS, Asked, Series, shelved
from comity.hypotheses.window import LABEL
from comity.i18n import N_
from comity.model import (
    Arithmetic,
    Check,
    Claim,
    Currency,
    Money,
    Pattern,
    Period,
    Profile,
    Reading,
    Response,
    Said,
    Verdict,
    VerdictName,
)
from comity.profiles import Library
from comity.rules import arithmetic
from comity.rules import claims as rule
from comity.rules.claims import Printed

_CLAIMS = "SELECT * FROM claims ORDER BY id"
_RESPONSES = "SELECT * FROM claim_responses ORDER BY claim, date, kind, text"
NEAR_PCT = Decimal(5)
"""Readings farther off than this are not listed as near."""
SHOWN = 3
_WORST_FIRST = {name: place for place, name in enumerate(get_args(VerdictName))}


def stated(library: Library) -> list[Claim]:
    """Every claim that is loaded, with the responses to it."""
    responses: dict[str, list[Response]] = defaultdict(list)
    for row in library.connection.query(_RESPONSES).to_pylist():
        responses[row["claim"]].append(
            Response(row["kind"], row["date"], row["value"] or "", row["text"], row["stated_by"] or "")
        )
    rows = library.connection.query(_CLAIMS).to_pylist()
    weak = {rule.address(row["page"]) for row in rows if "weak page" in (row["note"] or "").casefold()}
    return [
        Claim(
            id=row["id"],
            partner=row["partner"],
            organisation=row["organisation"],
            measure=row["measure"],
            value=row["value"],
            scale=row["scale"] or "",
            unit=row["unit"],
            bound=row["bound"],
            partial=row["partial"] == "yes",
            start=row["period_start"],
            end=row["period_end"],
            page=row["page"],
            variant=row["variant"] or "",
            seen=row["seen"] or "",
            note=row["note"] or "",
            responses=tuple(responses[row["id"]]),
            weak=rule.address(row["page"]) in weak,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """What a claim asks of the sources: the years, or the day on which a dated figure holds."""

    claim: Claim
    period: Period
    day: date
    page_day: date
    """The day that the rest of the page speaks of, whatever years the claim itself names."""
    number: Printed | None

    @property
    def pair(self) -> Pair:
        return self.claim.partner, self.claim.organisation

    @property
    def asked(self) -> Asked:
        """As hypotheses transform it; without a number only its measure and time matter."""
        claim, number = self.claim, self.number or Printed(Decimal(0), Decimal(1), "=")
        types = computed.types_of(claim.measure) if rule.is_money(claim) else ()
        series = DOLLARS if not types or claim.unit == "USD" else Series(claim.unit, "fred_annual_average")
        day = None if types else self.day
        return Asked(
            claim.measure, types, self.period.start, self.period.end, series, day, number.step, number.value
        )


def questions(claims: Sequence[Claim], known: date) -> list[Question]:
    pages = _pages(claims)
    found = []
    for claim in claims:
        page = pages[rule.page(claim)]
        day = rule.speaks_of(claim, page, known)
        page_day = rule.speaks_of(replace(claim, end=None), page, known)
        period = claim.period or Period(day.year, day.year)
        found.append(Question(claim, period, day, page_day, rule.printed(claim)))
    return found


def _pages(claims: Iterable[Claim]) -> dict[tuple[str, ...], list[Claim]]:
    pages: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        pages[rule.page(claim)].append(claim)
    return pages


# Claims with a number


def _cases(library: Library, asked: Sequence[Question], facts: Mapping[Pair, Facts]) -> dict[str, Case]:
    """The claims that state a number of something a measure gives, by id."""
    numbered = [
        (q, q.number) for q in asked
        if q.number and q.claim.measure in measures.shelved() and rule.is_whole_years(q.claim)
    ]  # fmt: skip
    computed.fill_counts(library, [(q.pair, q.asked) for q, _ in numbered if not q.asked.is_money], facts)
    cases = {}
    for q, number in numbered:
        compute, witness = facts[q.pair], not q.claim.partial and q.claim.publishable
        cases[q.claim.id] = Case(q.claim, number, q.asked, compute, compute(q.asked), witness)
    off = [(q.pair, q.asked) for q, _ in numbered if _may_be_stale(cases[q.claim.id])]
    computed.look_back(library, off, facts)
    return cases


def _may_be_stale(case: Case) -> bool:
    return (
        case.asked.as_of is not None and case.computed is not None and not case.number.agrees(case.computed)
    )


def _gates(cases: Iterable[Case]) -> dict[tuple[str, str], Gate]:
    """The claims of each organisation on each measure, as witnesses for each other."""
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.claim.organisation, case.claim.measure].append(case)
    return {group: Gate(members) for group, members in groups.items()}


def _reading(case: Case, gate: Gate, key: Key) -> Reading:
    """The reading `key` as a verdict shows it, by its candidate that comes nearest."""
    found = sorted(case.readings[key], key=lambda c: (c.value is None, case.off_by(c)))
    value, (fits, of) = found[0].value, gate.others(case, key)
    steps = [shelved()[step[0]] for step in key]
    says = steps[-1].says(case.asked, found, case.compute)
    if len(steps) > 1 and steps[0].name != "currency":  # amounts name their currency themselves
        says = Said(N_("{second} ({first})"), {"second": says, "first": steps[0].label(key[0])})
    off = None if value is None else case.number.off_by(value)
    return Reading(steps[-1].name, value, off, fits, of, says)


def _near(case: Case, gate: Gate) -> Iterator[Reading]:
    """The readings nearest to a claim that none explains, then those that no source can test.

    Listed are those less than half as far off as the figure itself, and no farther than `NEAR_PCT`.
    """
    limit = min(NEAR_PCT, abs(case.number.off_by(case.computed or Decimal(0))) / 2)
    near = []
    for key, found in case.readings.items():
        values = [c for c in found if c.value is not None and c.gate != "own"]
        off = min(map(case.off_by, values), default=None)
        if off is not None and off <= limit:
            near.append((not _as_label(case, key), off, key))
    for _, _, key in sorted(near)[:SHOWN]:
        yield _reading(case, gate, key)
    for key, found in case.readings.items():
        if found[0].value is None and found[0].gate != "own":
            yield _reading(case, gate, key)


def _as_label(case: Case, key: Key) -> bool:
    """A claim far above its figure is most likely one year's label on several."""
    return (
        any(step == LABEL for step in key)
        and case.computed is not None
        and (case.number.value > LARGER * case.computed)
    )


def _explained(case: Case, gate: Gate) -> Decimal | None:
    """How many of the values 3 to 6 per cent below the figure would find a reading all the same."""
    if case.computed is None or not case.asked.is_money:
        return None
    values = [
        c.value for key, found in case.readings.items()
        if found[0].gate == "others" and gate.bears_out(case, key) for c in found if c.value is not None
    ]  # fmt: skip
    return case.number.share_fitting(case.computed, values)


def _numbered(case: Case, gate: Gate, sum_: Arithmetic | None) -> Verdict:
    """The verdict on a claim that states a number."""
    number, figure = case.number, case.computed
    asked = Period(case.asked.start, case.asked.end)
    comparable = figure is not None and case.claim.unit != "year" and not case.claim.partial and number.value
    off = number.off_by(figure) if figure is not None and comparable else None
    found = Verdict(
        case.claim, "differs", stated=number.value, computed=figure, difference_pct=off, arithmetic=sum_,
        as_of=case.asked.as_of, asked=asked,
    )  # fmt: skip
    if figure is None:
        found = _unreported(case, gate, found)
        return replace(found, name="contradicts_page") if _contradicts(sum_) else found
    found = replace(found, says=_left_out(case))
    if _contradicts(sum_):
        return replace(found, name="contradicts_page")
    if case.claim.partial:
        return replace(found, name="partial" if number.range()[0] <= figure else "differs")
    if number.agrees(figure):
        return replace(found, name="agrees")
    if (key := gate.chosen(case)) is not None:
        explained = _explained(case, gate) if case.readings[key][0].gate == "others" else None
        return replace(found, name="compatible", reading=_reading(case, gate, key), explained_pct=explained)
    stale = [
        key
        for key, c in case.readings.items()
        if key[0][0] == "staleness" and c[0].value is not None and number.agrees(c[0].value)
    ]
    if stale:
        return replace(found, name="stale", reading=_reading(case, gate, max(stale)))
    return replace(found, also_near=tuple(_near(case, gate)))


def _contradicts(sum_: Arithmetic | None) -> bool:
    return sum_ is not None and sum_.status == "contradicts"


def _unreported(case: Case, gate: Gate, found: Verdict) -> Verdict:
    """R38: a gap in the source, told with what it does report; or nothing that could be computed."""
    facts = case.compute
    if not isinstance(facts, Facts) or not case.asked.is_money or not facts.reports & set(case.asked.types):
        return replace(found, name="not_computable", says=(Said(statements.NO_SOURCE),))
    candidates = list(shelved()["coverage"].candidates(case.asked, facts))
    if not candidates:  # the years are reported, and there is no rate for them
        return replace(
            found,
            name="not_computable",
            says=(Said(statements.NO_RATE, {"currency": Currency(case.claim.unit)}),),
        )
    case.readings[(candidates[0].step,)] = candidates
    return replace(found, name="source_gap", reading=_reading(case, gate, (candidates[0].step,)))


def _left_out(case: Case) -> tuple[Said, ...]:
    """R38: the kinds of money that a sum lacks in some of its years."""
    if not case.asked.is_money or not isinstance(case.compute, Facts):
        return ()
    return tuple(Said(_LACKS[type_]) for type_ in case.compute.unreported(case.asked))


_LACKS = {
    "assessed": N_("Assessed contributions are not reported for some of these years, and not in the sum."),
    "voluntary_core": N_(
        "Voluntary core contributions are not reported for some of these years, and not in the sum."
    ),
    "voluntary_non_core": N_(
        "Voluntary earmarked contributions are not reported for some of these years, and not in the sum."
    ),
    "other": N_("Other revenue is not reported for some of these years, and not in the sum."),
}


# The whole


def check(library: Library, partner: str | None = None, organisation: str | None = None) -> Check:
    """Every claim that is loaded, or those of a pair (party ids), held against the data, worst first.

    The claims of all partners of the organisation are read, since they bear out each other's readings.
    """
    return judged(library, [c for c in stated(library) if organisation in (None, c.organisation)], partner)


def judged(library: Library, claims: Sequence[Claim], partner: str | None = None) -> Check:
    """`claims` held against the data, worst first; with `partner` the verdicts on its claims alone."""
    asked = questions(claims, library.known_at.date())
    money: dict[Pair, list[Asked]] = defaultdict(list)
    for q in asked:
        money[q.pair].append(q.asked)
    facts = computed.gather(library, money)
    own = statements.own_words(library, [q for q in asked if q.number])
    cases = _cases(library, [q for q in asked if q.claim.id not in own], facts)
    gates = _gates(cases.values())
    pages = _pages(claims)
    wanted = [q for q in asked if partner in (None, q.claim.partner)]
    without = statements.judge(library, [q for q in wanted if q.claim.id not in cases])
    verdicts = {}
    for q in wanted:
        sum_ = arithmetic.check(q.claim, pages[rule.page(q.claim)])
        if case := cases.get(q.claim.id):
            gate = gates[q.claim.organisation, q.claim.measure]
            verdicts[q.claim.id] = _numbered(case, gate, sum_)
        else:
            found = replace(without[q.claim.id], arithmetic=sum_)
            verdicts[q.claim.id] = replace(found, name="contradicts_page") if _contradicts(sum_) else found
    _compare_parts(verdicts)
    return Check(
        verdicts=tuple(sorted(verdicts.values(), key=_worst_first)),
        patterns=tuple(_patterns(gates)),
        names=library.directory.parties,
        known_at=library.known_at,
        version=comity.__version__,
    )


def _worst_first(verdict: Verdict) -> tuple[int, Decimal, str]:
    return _WORST_FIRST[verdict.name], -abs(verdict.difference_pct or Decimal(0)), verdict.claim.id


def _compare_parts(verdicts: dict[str, Verdict]) -> None:
    """Says of a sum that its parts differ from their figures in opposite directions."""
    for id_, whole in verdicts.items():
        parts = [verdicts.get(part) for part in (whole.arithmetic.parts if whole.arithmetic else ())]
        off = [p for p in parts if p and p.name != "agrees" and p.difference_pct]
        if (
            whole.arithmetic
            and whole.arithmetic.status != "one_year_label"
            and {(p.difference_pct or 0) > 0 for p in off} == {True, False}
        ):
            told = tuple(
                Said(
                    N_("{measure} {stated} against {computed}"),
                    {
                        "measure": p.claim.measure,
                        "stated": Money(p.stated or Decimal(0)),
                        "computed": Money(p.computed or Decimal(0)),
                    },
                )
                for p in off
            )
            verdicts[id_] = replace(
                whole,
                says=(
                    *whole.says,
                    Said(
                        N_("Its parts differ from the figures in opposite directions: {parts}."),
                        {"parts": told},
                    ),
                ),
            )


def _patterns(gates: Mapping[tuple[str, str], Gate]) -> Iterator[Pattern]:
    for (organisation, measure), gate in sorted(gates.items()):
        for key, fits, of, borne_out in gate.tally():
            if key == PLAIN:
                yield Pattern(organisation, measure, "plain", Said(N_("as computed")), fits, of, borne_out)
            else:
                labels = tuple(shelved()[step[0]].label(step) for step in key)
                says = (
                    labels[0]
                    if len(labels) == 1
                    else Said("{first}, {second}", {"first": labels[0], "second": labels[1]})
                )
                yield Pattern(organisation, measure, key[-1][0], says, fits, of, borne_out)


def beside(library: Library, profile: Profile, checked: Check | None = None) -> Profile:
    """`profile` with what pages state of its pair and years, but for pages of weak provenance. `checked`
    are the claims on the organisation where they were held against the data before."""
    found = checked or check(library, profile.partner.id, profile.organisation.id)
    own = (v for v in found.verdicts if v.claim.partner == profile.partner.id and v.claim.publishable)
    touching = tuple(v for v in own if v.asked is None or v.asked.overlaps(profile.period))
    return replace(profile, claims=touching, names=found.names)
