"""The amount may be in another currency, such as the one in which contributions are assessed (R11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import DOLLARS, Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Currency, Money, Said

_RATES = {
    "fred_monthly_average": N_("{amount} at January's market rate"),
    "fred_annual_average": N_("{amount} at the year's average rate"),
    "ceb_ilo_inferred": N_("{amount} at the rate inferred from {source}"),
}
_OTHER = N_("{amount} at the rates of {series}")


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The same money in each currency that there are rates for, each year at its own rate; of an amount
    that is stated in another currency than dollars, at that one's other rates."""
    if not asked.is_money:
        return
    own = asked.series.currency
    for series in compute.series(asked.at(DOLLARS)):
        if series == asked.series or own not in (DOLLARS.currency, series.currency):
            continue
        question = asked.at(series)
        value = compute(question)
        if value is not None:
            yield Candidate(("currency", series.currency), question, value)


def _at(found: Candidate) -> Said:
    series = found.asked.series
    return Said(
        _RATES.get(series.name, _OTHER),
        {
            "amount": Money(found.value or found.asked.stated, series.currency),
            "series": series.name,
            "source": "CEB",
        },
    )


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    return Said(N_("In another currency the same money is {values}."), {"values": tuple(map(_at, found))})


def label(step: Step) -> Said:
    return Said(N_("in {currency}"), {"currency": Currency(step[1])})


HYPOTHESIS = Hypothesis("currency", candidates, says, label)
