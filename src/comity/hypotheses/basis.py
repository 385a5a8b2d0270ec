"""The amount may be on another basis than revenue (R1, R37): named, since no loaded source gives one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Said

_NAMED = {
    "approvals": N_(
        "Voluntary contributions may be counted when agreements are approved, not as revenue is "
        "recorded; no loaded source gives approvals."
    ),
    "cash": N_(
        "Assessed contributions may be counted when they are paid, credits taken off; no loaded source "
        "gives payments."
    ),
}


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The bases that a page may use, without a value."""
    if not asked.is_money:
        return
    if any(kind.startswith("voluntary") for kind in asked.types):
        yield Candidate(("basis", "approvals"), asked, None)
    if "assessed" in asked.types:
        yield Candidate(("basis", "cash"), asked, None)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    return Said(_NAMED[found[0].step[1]])


def label(step: Step) -> Said:
    return Said(N_("approvals") if step[1] == "approvals" else N_("payments"))


HYPOTHESIS = Hypothesis("basis", candidates, says, label)
