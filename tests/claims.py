"""Claims and verdicts made for tests: one of Korea's, with what a test changes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from comity.gate import Case
from comity.hypotheses import DOLLARS, Asked, Candidate, Series, Spell, shelved
from comity.model import Claim, Period, Verdict
from comity.rules.claims import printed

CLAIM = Claim(
    id="kor-ilo-001", partner="KOR", organisation="ILO", measure="contributions.assessed", value="41.8",
    scale="million", unit="USD", bound="=", partial=False, start="2018", end="2022",
    page="https://ilo.org/pardev", variant="a", seen="2023-24", note="",
)  # fmt: skip


def claim(**changes: Any) -> Claim:
    return replace(CLAIM, **changes)


def verdict(**changes: Any) -> Verdict:
    """A verdict; changes that a claim has are those of its claim."""
    own = {field.name for field in fields(Claim)} - {"name"}
    stated = claim(**{name: value for name, value in changes.items() if name in own})
    made = Verdict(stated, "differs", stated=Decimal(41_800_000), asked=Period(2018, 2022))
    return replace(made, **{name: value for name, value in changes.items() if name not in own})


FRANCS = Series("CHF", "fred_monthly_average")
INFERRED_FRANCS = Series("CHF", "ceb_ilo_inferred")
EUROS = Series("EUR", "fred_monthly_average")
Amounts = Mapping[int, Decimal | int | None]


@dataclass
class Given:
    """What a source gives of a pair, made up: money by type and year, rates, counts by day."""

    money: Mapping[str, Amounts] = field(default_factory=dict)
    rates: Mapping[Series, Mapping[int, Decimal]] = field(default_factory=dict)
    """US dollars for one unit; a year without an entry has no rate."""
    counts: Mapping[tuple[str, date], int] = field(default_factory=dict)
    history: Sequence[Spell] = ()

    def series(self, asked: Asked) -> Sequence[Series]:
        return tuple(self.rates)

    def _of(self, types: Sequence[str], year: int) -> Decimal | None:
        told = [amount for type_ in types if (amount := self.money.get(type_, {}).get(year)) is not None]
        return sum(map(Decimal, told), Decimal(0)) if told else None

    def __call__(self, asked: Asked) -> Decimal | None:
        if not asked.is_money:
            count = self.counts.get((asked.measure, asked.as_of)) if asked.as_of else None
            return None if count is None else Decimal(count)
        total = Decimal(0)
        for year in range(asked.start, asked.end + 1):
            amount = self._of(asked.types, year)
            rate = Decimal(1) if asked.series == DOLLARS else self.rates[asked.series].get(year)
            if amount is None or rate is None:
                return None
            total += amount / rate
        return total

    def years(self, asked: Asked) -> tuple[int, ...]:
        wanted = range(asked.start, asked.end + 1)
        return tuple(year for year in wanted if self._of(asked.types, year) is not None)

    def spells(self, measure: str, until: date) -> Sequence[Spell]:
        return [spell for spell in self.history if spell.first <= until]


def found(name: str, asked: Asked, given: Given) -> list[Candidate]:
    """What one hypothesis makes of a question."""
    return list(shelved()[name].candidates(asked, given))


def case(stated: Claim, given: Given, types: Sequence[str] = ("assessed",), **changes: Any) -> Case:
    """A claim of money, put to what is given; a witness unless `changes` say otherwise."""
    number, period = printed(stated), stated.period
    assert number
    assert period
    asked = Asked(
        stated.measure, tuple(types), period.start, period.end, step=number.step, stated=number.value
    )
    return replace(Case(stated, number, asked, given, given(asked)), **changes)
