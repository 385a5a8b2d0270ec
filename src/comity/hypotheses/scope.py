"""The amount may count other kinds of money: with or without core, with or without assessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.hypotheses import Asked, Candidate, Compute, Hypothesis, Step
from comity.i18n import N_
from comity.model import Money, Said

_KINDS = ("assessed", "voluntary_core", "voluntary_non_core", "other")
_WITH = {
    "assessed": N_("With assessed contributions it is {amount}."),
    "voluntary_core": N_("With voluntary core contributions it is {amount}."),
    "voluntary_non_core": N_("With voluntary earmarked contributions it is {amount}."),
    "other": N_("With other revenue it is {amount}."),
}
_WITHOUT = {
    "assessed": N_("Without assessed contributions it is {amount}."),
    "voluntary_core": N_("Without voluntary core contributions it is {amount}."),
    "voluntary_non_core": N_("Without voluntary earmarked contributions it is {amount}."),
    "other": N_("Without other revenue it is {amount}."),
}
_ELSEWHERE = N_(
    "counting in money of the European Union, of regions and agencies, or given for work in the partner's "
    "own country"
)


def candidates(asked: Asked, compute: Compute) -> Iterable[Candidate]:
    """The sum with a kind of money added or left out, and what no source gives, named."""
    if not asked.is_money:
        return
    for kind in _KINDS:
        held = kind in asked.types
        types = tuple(t for t in asked.types if t != kind) if held else (*asked.types, kind)
        question = asked._replace(types=types)
        # A kind that is not reported for some of the years is neither added nor taken off (R38).
        told = types and compute(asked._replace(types=(kind,))) is not None
        if told and (value := compute(question)) is not None:
            yield Candidate(("scope", "without" if held else "with", kind), question, value)
    if "voluntary_non_core" in asked.types:
        yield Candidate(("scope", "elsewhere"), asked, None)


def says(asked: Asked, found: Sequence[Candidate], compute: Compute) -> Said:
    one = found[0]
    if one.value is None:
        return Said(_ELSEWHERE)
    message = (_WITH if one.step[1] == "with" else _WITHOUT)[one.step[2]]
    return Said(message, {"amount": Money(one.value, one.asked.series.currency)})


_LABELS = {
    ("with", "assessed"): N_("with assessed contributions"),
    ("with", "voluntary_core"): N_("with voluntary core contributions"),
    ("with", "voluntary_non_core"): N_("with voluntary earmarked contributions"),
    ("with", "other"): N_("with other revenue"),
    ("without", "assessed"): N_("without assessed contributions"),
    ("without", "voluntary_core"): N_("without voluntary core contributions"),
    ("without", "voluntary_non_core"): N_("without voluntary earmarked contributions"),
    ("without", "other"): N_("without other revenue"),
}


def label(step: Step) -> Said:
    return Said(_LABELS[step[1], step[2]]) if len(step) > 2 else Said(_ELSEWHERE)


HYPOTHESIS = Hypothesis("scope", candidates, says, label)
