"""The amount may cover other years than it names: moved ends, or one year's label on several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Money, Period, Place, Said

_SHIFTS = range(-2, 3)
_LABELLED = range(2, 6)
LABEL = ("window", "one_year_label")


def _moved(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    for first in _SHIFTS:
        for last in _SHIFTS:
            start, end = asked.start + first, asked.end + last
            if (first or last) and start <= end:
                question = asked.over(start, end)
                if (value := compute(question)) is not None:
                    yield Candidate(("window", f"{first:+d}", f"{last:+d}"), question, value)


def _labelled(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    for years in _LABELLED if asked.start == asked.end else ():
        question = asked.over(asked.end - years + 1, asked.end)
        if (value := compute(question)) is not None:
            yield Candidate(LABEL, question, value, gate="size")


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The same money with start and end moved by up to two years; for a single year also the sum of
    two to five years that end with it."""
    if asked.is_money:
        yield from _moved(asked, compute)
        yield from _labelled(asked, compute)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    nearest = found[0]
    start, end = nearest.asked.start, nearest.asked.end
    amounts = tuple(
        Money(one.value, one.asked.series.currency)
        for one in found
        if one.value is not None and (one.asked.start, one.asked.end) == (start, end)
    )
    message = (
        N_("One year's label on a sum of several years: over {years} it is {amounts}.")
        if nearest.step == LABEL
        else N_("Over {years} instead of {asked} it is {amounts}.")
    )
    places: dict[str, Place | tuple[Place, ...]] = {
        "years": Period(start, end),
        "asked": Period(asked.start, asked.end),
        "amounts": amounts,
    }
    return Said(message, places)


def label(step: Step) -> Said:
    if step == LABEL:
        return Said(N_("one year's label on several years"))
    start, end = (shift.replace("-", "\u2212") for shift in step[1:])  # a minus, not a hyphen
    return Said(N_("start moved by {start} years, end by {end}"), {"start": start, "end": end})


HYPOTHESIS = Hypothesis("window", candidates, says, label)
