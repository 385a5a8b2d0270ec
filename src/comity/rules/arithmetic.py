"""A page against itself: the parts it states against their whole, needing no data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from comity.model import Arithmetic, Claim
from comity.rules.claims import Printed, is_money, printed

_WHOLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    # whole → the ways in which it is parted, the finest last; a page seldom states them all
    "contributions.total": (
        ("contributions.assessed", "contributions.voluntary", "contributions.other"),
        (
            "contributions.assessed", "contributions.voluntary_core", "contributions.voluntary_non_core",
            "contributions.other",
        ),
    ),
    "contributions.voluntary": (("contributions.voluntary_core", "contributions.voluntary_non_core"),),
    # R39: categories are counted among those not denounced; protocols stand apart.
    "standards.not_denounced": (("standards.fundamental", "standards.governance", "standards.technical"),),
    "standards.registered": (
        ("standards.fundamental", "standards.governance", "standards.technical", "denounced"),
    ),
}  # fmt: skip


def _interval(claim: Claim, number: Printed) -> tuple[Decimal, Decimal]:
    """What a printed number may stand for: an amount within its rounding, a count itself; with its bound."""
    exact = not is_money(claim) and number.bound == "="
    return (number.value, number.value) if exact else number.as_part()


def _added_up(parts: Iterable[Claim]) -> tuple[Decimal, Decimal, Decimal]:
    """The sum of printed parts, and the least and the most that they can come to."""
    total = low = high = Decimal(0)
    for part in parts:
        if number := printed(part):
            least, most = _interval(part, number)
            total, low, high = total + number.value, low + least, high + most
    return total, low, high


def _span(claim: Claim) -> tuple[str | None, str | None]:
    return claim.start, claim.end


def _ways(whole: Claim, stated: Sequence[Claim]) -> tuple[list[Claim], bool]:
    """The parts of `whole` among what is stated, and whether they are all that it has. A part that is
    stated with two values is none: the page does not say which of them is meant."""
    by_measure: dict[str, Claim] = {}
    for claim in stated:
        by_measure.setdefault(claim.measure, claim)
    twice = {c.measure for c in stated if printed(c) != printed(by_measure[c.measure])}
    known = {measure: claim for measure, claim in by_measure.items() if measure not in twice}
    ways = [[known[m] for m in way if m in known] for way in _WHOLES[whole.measure]]
    complete = any(len(found) == len(way) for found, way in zip(ways, _WHOLES[whole.measure], strict=True))
    return max(ways, key=len), complete


def _summed(whole: Claim, number: Printed, page: Sequence[Claim]) -> Arithmetic | None:
    """The parts of the same years against `whole`; where there are none, that parts of others stand there."""
    if whole.measure not in _WHOLES:
        return None
    stated = sorted(
        (c for c in page if c.unit == whole.unit and printed(c) and not c.partial), key=lambda c: c.id
    )
    parts, complete = _ways(whole, [c for c in stated if _span(c) == _span(whole)])
    total, low, high = _added_up(parts)
    least, most = _interval(whole, number)
    ids = tuple(part.id for part in parts)
    if parts and (low > most or (complete and high < least)):
        return Arithmetic("contradicts", ids, total, low, high)
    others, _ = _ways(whole, stated)
    if any(_span(part) != _span(whole) for part in others):
        total, low, high = _added_up(others)
        return Arithmetic("mixed_periods", tuple(part.id for part in others), total, low, high)
    if len(parts) < 2:
        return None  # one part below its whole says nothing
    return Arithmetic("more_than_parts" if high < least else "consistent", ids, total, low, high)


def _run(claim: Claim, page: Sequence[Claim]) -> list[Claim]:
    """The other money on the page, where it covers several years ending in the claim's only one."""
    if not claim.measure.startswith("contributions.") or claim.start is None or claim.start != claim.end:
        return []
    others = [c for c in page if c is not claim and c.measure.startswith("contributions.")]
    return [c for c in others if c.end == claim.end and c.start and c.start < claim.start]


def check(claim: Claim, page: Sequence[Claim]) -> Arithmetic | None:
    """What the rest of `page` says of `claim`; None where it says nothing.

    `contradicts`: the parts come to more than the whole, or all parts to less, beyond what rounding
    and bounds leave open. `one_year_label`: the other money covers several years that end with the
    claim's only one. `mixed_periods`: some parts are about other years than the whole.
    `more_than_parts`: the whole is larger, and the page does not state all of its parts.
    """
    number = printed(claim)
    if number is None or claim.partial:
        return None
    found = _summed(claim, number, page)
    if (found is None or found.status != "contradicts") and (run := _run(claim, page)):
        ids = tuple(sorted(other.id for other in run))
        return Arithmetic("one_year_label", ids, number.value, *_interval(claim, number))
    return found
