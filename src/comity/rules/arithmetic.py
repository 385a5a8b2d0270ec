"""A page against itself: the parts it states against their whole, needing no data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from comity.model import Arithmetic, Claim
from comity.rules.claims import printed

_WHOLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    # whole → the ways in which a page may part it, the finest last
    "contributions.total": (
        ("contributions.assessed", "contributions.voluntary"),
        ("contributions.assessed", "contributions.voluntary_core", "contributions.voluntary_non_core"),
    ),
    "contributions.voluntary": (("contributions.voluntary_core", "contributions.voluntary_non_core"),),
    # Protocols stand apart (R39).
    "standards.registered": (("standards.fundamental", "standards.governance", "standards.technical"),),
}


def _added_up(parts: Iterable[Claim]) -> tuple[Decimal, Decimal, Decimal]:
    """The sum of printed parts, and the least and the most that they can come to, each within its own
    rounding and bound."""
    total = low = high = Decimal(0)
    for part in parts:
        if number := printed(part):
            least, most = number.as_part()
            total, low, high = total + number.value, low + least, high + most
    return total, low, high


def _span(claim: Claim) -> tuple[str | None, str | None]:
    return claim.start, claim.end


def _parts(whole: Claim, page: Sequence[Claim]) -> tuple[list[Claim], bool]:
    """The stated parts of `whole`, and whether they are all that it has."""
    stated = [c for c in page if c.unit == whole.unit and printed(c) and not c.partial]
    # A page may state a part for several periods: the one of the whole's own stands for it.
    by_measure = {c.measure: c for c in sorted(stated, key=lambda c: (_span(c) == _span(whole), c.id))}
    ways = [[by_measure[m] for m in way if m in by_measure] for way in _WHOLES[whole.measure]]
    best = max(ways, key=len)
    return best, any(len(found) == len(way) for found, way in zip(ways, _WHOLES[whole.measure], strict=True))


def _is_part_of_a_run(claim: Claim, page: Sequence[Claim]) -> list[Claim]:
    """The other money on the page, where it covers several years ending in the claim's only one."""
    if not claim.measure.startswith("contributions.") or claim.start is None or claim.start != claim.end:
        return []
    others = [c for c in page if c is not claim and c.measure.startswith("contributions.")]
    return [c for c in others if c.end == claim.end and c.start and c.start < claim.start]


def check(claim: Claim, page: Sequence[Claim]) -> Arithmetic | None:
    """What the rest of `page` says of `claim`; None where it says nothing.

    `contradicts`: the parts come to more than the whole, or all parts to less, beyond what rounding
    and bounds leave open. `mixed_periods`: whole and parts are about different years, so that no sum
    is drawn. `more_than_parts`: the whole is larger, and the page does not state all of its parts.
    """
    number = printed(claim)
    if number is None or claim.partial:
        return None
    if run := _is_part_of_a_run(claim, page):
        return Arithmetic("one_year_label", tuple(sorted(c.id for c in run)), number.value, *number.range())
    if claim.measure not in _WHOLES:
        return None
    parts, complete = _parts(claim, page)
    if not parts:
        return None
    ids = tuple(part.id for part in parts)
    total, low, high = _added_up(parts)
    least, most = number.as_part()
    if any(_span(part) != _span(claim) for part in parts):
        return Arithmetic("mixed_periods", ids, total, low, high)
    if low > most or (complete and high < least):
        return Arithmetic("contradicts", ids, total, low, high)
    if len(parts) < 2:
        return None  # one part below its whole says nothing
    return Arithmetic("more_than_parts" if high < least else "consistent", ids, total, low, high)
