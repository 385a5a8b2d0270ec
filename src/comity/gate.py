"""Which readings may explain a claim: those that fit it and are borne out by other claims.

With enough readings anything fits: on the ILO's figures of 2018–2022 all readings of one step fit three
of five random values, all of two steps nearly every one. So a reading counts only when it fits at
least three and at least half of the other claims of the same organisation and measure, and more of
them than the figure itself does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from comity.hypotheses import Asked, Candidate, Compute, Step, shelved
from comity.model import Claim
from comity.rules.claims import TOLERANCE, Printed

LEAST = 3
"""Fewer other claims than these bear nothing out."""
FAR = Decimal("0.1")
"""Readings farther than this share from the claim are not kept."""
LARGER = Decimal("1.5")
"""How much larger than its figure a claim with one year's label must be."""
Key = tuple[Step, ...]
"""A reading of a claim: one step from the figure, or two."""
PLAIN: Key = ()
"""The figure itself."""


def _readings(asked: Asked, compute: Compute, without: str = "") -> Iterable[Candidate]:
    for hypothesis in shelved().values():
        if hypothesis.name != without:
            yield from hypothesis.candidates(asked, compute)


@dataclass
class Case:
    """A claim with a number, the question it answers, and what the sources give."""

    claim: Claim
    number: Printed
    asked: Asked
    compute: Compute
    computed: Decimal | None
    witness: bool = True
    """Whether it may bear out a reading of other claims: no part of a figure, no page of weak provenance."""
    readings: dict[Key, list[Candidate]] = field(default_factory=dict)
    fitting: set[Key] = field(default_factory=set)

    def read(self) -> None:
        """Finds the one-step readings and which of them fit."""
        if self.computed is None:
            return
        if self.number.fits(self.computed):
            self.fitting.add(PLAIN)
        for candidate in _readings(self.asked, self.compute):
            self._take((candidate.step,), candidate, self.computed)

    def _take(self, key: Key, candidate: Candidate, before: Decimal | None) -> None:
        if candidate.gate == "others" and candidate.value is not None and candidate.value == before:
            return  # a step that changes nothing explains nothing
        if self._is_far(candidate):
            return
        self.readings.setdefault(key, []).append(candidate)
        if self.fits(candidate):
            self.fitting.add(key)

    def _is_far(self, candidate: Candidate) -> bool:
        """A reading so far off that nobody asks for it; there are many."""
        low, high = self._kept
        return (
            candidate.gate == "others" and candidate.value is not None and not low <= candidate.value <= high
        )

    def compose(self, key: Key) -> None:
        """Adds the readings that take a second step from those of `key`."""
        (step,) = key
        # A first step may lead far from what is stated, and the second back to it.
        anywhere = self.asked._replace(stated=Decimal(0))
        firsts = shelved()[step[0]].candidates(anywhere, self.compute)
        for first in [one for one in firsts if one.step == step]:
            for second in _readings(first.asked, self.compute, without=first.step[0]):
                # To round what is only near already would fit anything.
                if second.value is not None and second.gate != "own" and not second.exact:
                    # Two steps must be borne out together, whatever each would need alone.
                    self._take((*key, second.step), second._replace(gate="others"), first.value)

    def fits(self, candidate: Candidate) -> bool:
        if candidate.value is None or candidate.gate == "own":
            return False
        low, high = self._exact if candidate.exact else self._near
        return low <= candidate.value <= high

    @cached_property
    def _kept(self) -> tuple[Decimal, Decimal]:
        return self.number.range(FAR)

    @cached_property
    def _near(self) -> tuple[Decimal, Decimal]:
        return self.number.range(TOLERANCE)

    @cached_property
    def _exact(self) -> tuple[Decimal, Decimal]:
        return self.number.range()

    def off_by(self, candidate: Candidate) -> Decimal:
        """How far a reading with a value lies from the claim, in per cent either way."""
        return abs(self.number.off_by(candidate.value or Decimal(0)))

    @cached_property
    def same(self) -> tuple[object, ...]:
        """Claims that state the same number of the same thing are one witness."""
        a = self.asked
        return self.claim.partner, a.start, a.end, a.as_of, self.claim.unit, self.number.value


class Gate:
    """The claims of one organisation on one measure, as witnesses for each other."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases
        for case in cases:
            case.read()
        self._hear()
        # Only what other claims bear out in one step may take a second: else two steps fit everything.
        keys = sorted(key for key, fits in self._tally.items() if key != PLAIN and fits >= LEAST)
        steps = [(case, key) for key in keys for case in cases if self._outdoes_the_figure(case, key)]
        for case, key in steps:
            case.compose(key)
        self._hear()

    def _hear(self) -> None:
        heard: dict[tuple[object, ...], set[Key]] = defaultdict(set)
        for case in self._cases:
            if case.witness and case.computed is not None:
                heard[case.same] |= case.fitting
        self._heard = heard
        self._tally = Counter(key for fitting in heard.values() for key in fitting)

    def _is_common(self, case: Case, key: Key) -> bool:
        """Whether a reading fits at least three and at least half of the other claims."""
        fits, of = self.others(case, key)
        return fits >= LEAST and 2 * fits >= of

    def _outdoes_the_figure(self, case: Case, key: Key) -> bool:
        """Whether a reading is common, and fits more of the other claims than the figure does."""
        return self._is_common(case, key) and self.others(case, key)[0] > self.others(case, PLAIN)[0]

    def others(self, case: Case, key: Key) -> tuple[int, int]:
        """How many of the other claims that can be computed a reading fits, and how many there are."""
        own = self._heard.get(case.same)
        if own is None:
            return self._tally[key], len(self._heard)
        return self._tally[key] - (key in own), len(self._heard) - 1

    def bears_out(self, case: Case, key: Key) -> bool:
        """Whether a reading may explain the claim, if it fits it."""
        gate = case.readings[key][0].gate
        if gate == "own":
            return False
        if gate == "size":
            return case.computed is not None and case.number.value > LARGER * case.computed
        return self._is_common(case, key) if gate == "alike" else self._outdoes_the_figure(case, key)

    def chosen(self, case: Case) -> Key | None:
        """The reading that explains the claim: of those that fit and are borne out, one of the fewest
        steps, then the one that fits most other claims, then the nearest."""
        possible = [
            (len(key), -self.others(case, key)[0], min(case.off_by(c) for c in found if case.fits(c)), key)
            for key, found in case.readings.items()
            if key in case.fitting and self.bears_out(case, key)
        ]
        return min(possible)[-1] if possible else None

    def tally(self) -> Iterable[tuple[Key, int, int, bool]]:
        """(reading, how many claims it fits, of how many, whether they bear it out) for the figure
        itself, then for what is borne out and for each single step that fits more than one claim."""
        of, plain = len(self._heard), self._tally[PLAIN]
        if of:
            yield PLAIN, plain, of, False
        for key, fits in sorted(self._tally.items(), key=lambda one: (-one[1], one[0])):
            borne_out = any(
                key in case.fitting and self.bears_out(case, key)
                for case in self._cases
                if key in case.readings
            )
            if key != PLAIN and (borne_out or (len(key) == 1 and fits > max(1, plain))):
                yield key, fits, of, borne_out
