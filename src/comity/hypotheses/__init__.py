"""Why a stated figure may differ: one file per explanation, each offering a `Hypothesis`.

A hypothesis turns the question that a claim answers into other questions and names what they come
to: candidates. It never decides. Whether a candidate makes a claim compatible is decided for all of
them alike, by how it fits this claim and others (`gate`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple, Protocol

from comity import shelf
from comity.model import Said


class Series(NamedTuple):
    """A series of exchange rates (R9)."""

    currency: str
    name: str


DOLLARS = Series("USD", "")


class Asked(NamedTuple):
    """What a claim asks, or what a reading makes of it.

    Money is asked by `types` of revenue over years `start` to `end`; a dated measure by `as_of`.
    `step` is the unit of the last digit that the claim prints.
    """

    measure: str
    types: tuple[str, ...]
    start: int
    end: int
    series: Series = DOLLARS
    as_of: date | None = None
    step: Decimal = Decimal(1)
    stated: Decimal = Decimal(0)

    @property
    def is_money(self) -> bool:
        return bool(self.types)

    def over(self, start: int, end: int) -> Asked:
        """The same over other years. Made anew: `_replace` takes four times as long, and there are many."""
        return Asked(self.measure, self.types, start, end, self.series, self.as_of, self.step, self.stated)

    def at(self, series: Series) -> Asked:
        """The same at the rates of `series`."""
        return Asked(
            self.measure, self.types, self.start, self.end, series, self.as_of, self.step, self.stated
        )


class Spell(NamedTuple):
    """A dated measure had `value` from `first` to `last`, both included."""

    first: date
    last: date
    value: Decimal


class Compute(Protocol):
    """What the loaded sources give for the claim's partner and organisation."""

    def series(self, asked: Asked) -> Sequence[Series]:
        """The series of rates, without dollars, in which the question may come near what is stated."""

    def __call__(self, asked: Asked) -> Decimal | None:
        """What the question comes to; None where a year or a rate is not reported (R8, R38)."""

    def years(self, asked: Asked) -> tuple[int, ...]:
        """The years of the question that the source reports."""

    def spells(self, measure: str, until: date) -> Sequence[Spell]:
        """A dated measure's values over time, oldest first, up to `until`."""


Gate = Literal["others", "alike", "size", "own"]
"""What makes a claim compatible with a reading that fits it.

- `others`: it fits at least three and at least half of the other claims, and more than the figure.
- `alike`: the same, but for the last: a way of counting that gives the same number on most days.
- `size`: the claim is above one and a half times its figure.
- `own`: nothing does; the reading has a verdict of its own.
"""


Step = tuple[str, ...]
"""What a reading changes: the hypothesis' name, then what tells its readings apart."""


class Candidate(NamedTuple):
    """One reading of one claim.

    Candidates with the same `step` are one reading: francs at January's and at another rate are both
    “in francs”. `exact`: it must print as the claim does, nothing near it will do. `value` is None
    for what no loaded source gives.
    """

    step: Step
    asked: Asked
    value: Decimal | None
    gate: Gate = "others"
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An explanation.

    - `candidates(asked, compute)` gives its readings of a question.
    - `says(asked, found, compute)` is one neutral sentence on those of one step, nearest first, told
      of the question as the claim asks it; of a reading without a value it is what the page may do,
      in a few words: “counting what was spent, …”.
    - `label(step)` names a reading in a few words: “in Swiss francs”.
    """

    name: str
    candidates: Callable[[Asked, Compute], Iterable[Candidate]]
    says: Callable[[Asked, Sequence[Candidate], Compute], Said]
    label: Callable[[Step], Said]


@cache
def shelved() -> dict[str, Hypothesis]:
    """Every hypothesis by name, from the files of this folder."""
    return shelf.find("comity.hypotheses", Hypothesis)
