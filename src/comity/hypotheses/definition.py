"""Conventions are counted in three ways: ever registered, not denounced, in force (R39)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Said

_WAYS = {
    "standards.registered": N_("Counting every ratification ever registered, it is {count} on {day}."),
    "standards.not_denounced": N_("Counting those registered and not denounced, it is {count} on {day}."),
    "standards.in_force": N_("Counting those in force for the State, it is {count} on {day}."),
}


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The other ways of counting, on the same day.

    On most days the three give the same count, so that none can outdo another among the other claims:
    what speaks for one is that it gives the very number on the very day.
    """
    for measure in _WAYS if asked.measure in _WAYS else ():
        if measure != asked.measure:
            question = asked._replace(measure=measure)
            if (value := compute(question)) is not None:
                yield Candidate(("definition", measure), question, value, gate="alike", exact=True)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    one = found[0]
    return Said(_WAYS[one.asked.measure], {"count": one.value, "day": one.asked.as_of})


_LABELS = {
    "standards.registered": N_("counting every ratification registered"),
    "standards.not_denounced": N_("counting those not denounced"),
    "standards.in_force": N_("counting those in force"),
}


def label(step: Step) -> Said:
    return Said(_LABELS[step[1]])


HYPOTHESIS = Hypothesis("definition", candidates, says, label)
