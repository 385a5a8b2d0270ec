"""The source may report nothing for some of the years: then nothing can be said of the whole (R38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Money, Said


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """What the reported years come to; no value where none is reported."""
    if not asked.is_money:
        return
    reported = compute.years(asked)
    if len(reported) == asked.end - asked.start + 1:
        return
    parts = [compute(asked._replace(start=year, end=year)) for year in reported]
    told = [part for part in parts if part is not None]
    yield Candidate(("coverage",), asked, sum(told, Decimal(0)) if told else None, gate="own")


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    reported = compute.years(asked)
    silent = tuple(year for year in range(asked.start, asked.end + 1) if year not in reported)
    if found[0].value is None:
        return Said(
            N_("The source reports nothing for {silent}: that is a gap, not zero."), {"silent": silent}
        )
    return Said(
        N_(
            "The source reports nothing for {silent}: that is a gap, not zero. "
            "For {reported} it gives {amount}."
        ),
        {"silent": silent, "reported": reported,
         "amount": Money(found[0].value, asked.series.currency)},
    )  # fmt: skip


def label(step: Step) -> Said:
    return Said(N_("only the years that are reported"))


HYPOTHESIS = Hypothesis("coverage", candidates, says, label)
