"""The amount may be on another basis than revenue (R1, R37): named, since no loaded source gives one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Said

_NAMED = {
    "approvals": N_("counting agreements when they are approved, not revenue when it is recorded"),
    "expenditure": N_("counting what was spent, not what was received"),
    "cash": N_("counting contributions when they are paid, credits taken off"),
}
"""What a page may count instead; a source that gives one of them would give it a value here."""


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The bases that a page may use, without a value."""
    if not asked.is_money:
        return
    if any(kind.startswith("voluntary") for kind in asked.types):
        yield Candidate(("basis", "approvals"), asked, None)
        yield Candidate(("basis", "expenditure"), asked, None)
    if "assessed" in asked.types:
        yield Candidate(("basis", "cash"), asked, None)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    return Said(_NAMED[found[0].step[1]])


def label(step: Step) -> Said:
    return Said(_NAMED[step[1]])


HYPOTHESIS = Hypothesis("basis", candidates, says, label)
