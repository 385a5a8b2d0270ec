"""A count, list or date may have been right on an earlier day (R40)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Said


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The values of earlier days, as long as each lasted."""
    if asked.as_of is None:
        return
    for spell in compute.spells(asked.measure, asked.as_of):
        if spell.last < asked.as_of:
            question = asked._replace(as_of=spell.last)
            step = ("staleness", spell.first.isoformat())
            yield Candidate(step, question, spell.value, gate="own", exact=True)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    one = found[0]
    return Said(
        N_("It was {count} from {first} to {last}; on {day} it is {now}."),
        {
            "count": one.value,
            "first": date.fromisoformat(one.step[1]),
            "last": one.asked.as_of,
            "day": asked.as_of,
            "now": compute(asked),
        },
    )


def label(step: Step) -> Said:
    return Said(N_("as it was from {first}"), {"first": date.fromisoformat(step[1])})


HYPOTHESIS = Hypothesis("staleness", candidates, says, label)
