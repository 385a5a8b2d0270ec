"""The amount may be rounded otherwise: cut off, rounded up, or added up from rounded parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Money, Said
from comity.rules.claims import rounded

_SAYS = {
    "down": N_("Rounded down, the figure prints as {amount}."),
    "up": N_("Rounded up, the figure prints as {amount}."),
    "years": N_("Added up from years that are each rounded, it is {amount}."),
    "parts": N_("Added up from kinds of money that are each rounded, it is {amount}."),
}


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The figure as it prints when it is rounded in another way."""
    if not asked.is_money or (value := compute(asked)) is None:
        return
    years = [asked.over(year, year) for year in range(asked.start, asked.end + 1)]
    kinds = [asked._replace(types=(kind,)) for kind in asked.types]
    found = {
        "down": rounded(value, asked.step, ROUND_FLOOR),
        "up": rounded(value, asked.step, ROUND_CEILING),
        "years": _added_up(years, compute) if len(years) > 1 else None,
        "parts": _added_up(kinds, compute) if len(kinds) > 1 else None,
    }
    for way, printed in found.items():
        if printed is not None:
            yield Candidate(("rounding", way), asked, printed, exact=True)


def _added_up(questions: Sequence[Asked], compute: Compute) -> Decimal | None:
    """The sum of the reported questions, each rounded by itself first; None when none is reported."""
    values = [value for value in map(compute, questions) if value is not None]
    step = questions[0].step
    return sum((rounded(v, step, ROUND_HALF_UP) for v in values), Decimal(0)) if values else None


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    one = found[0]
    return Said(_SAYS[one.step[1]], {"amount": Money(one.value or asked.stated, one.asked.series.currency)})


_LABELS = {
    "down": N_("rounded down"),
    "up": N_("rounded up"),
    "years": N_("added up from rounded years"),
    "parts": N_("added up from rounded parts"),
}


def label(step: Step) -> Said:
    return Said(_LABELS[step[1]])


HYPOTHESIS = Hypothesis("rounding", candidates, says, label)
