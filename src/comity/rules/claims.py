"""How a printed number is read: its precision, its bound, its day, and what fits it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from urllib.parse import urlsplit

from comity.model import Claim

TOLERANCE = Decimal("0.0075")
"""A reading fits within this share of the stated number, or the printed precision if that is wider."""
ABOUT = Decimal("0.02")
""""About" is either way; "over" is so much above at most: nobody writes "over 43.8" for 46.2."""

_SCALES = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMERIC = ("count", "year", "months", "rank")


class Printed(NamedTuple):
    """A number as printed: its full value, the unit of its last digit, its bound."""

    value: Decimal
    step: Decimal
    bound: str

    def range(self, tolerance: Decimal = Decimal(0)) -> tuple[Decimal, Decimal]:
        """The lowest and highest value that it stands for, within `tolerance` (a share) of it."""
        slack = max(self.step / 2, abs(self.value) * tolerance)
        below = above = slack
        if self.bound == "~":
            below = above = max(slack, abs(self.value) * ABOUT)
        elif self.bound == ">=":
            below = max(slack, abs(self.value) * TOLERANCE)
            above = max(slack, abs(self.value) * ABOUT)
        return self.value - below, self.value + above

    def as_part(self) -> tuple[Decimal, Decimal]:
        """The same for a part of a sum on its own page: rounded as printed, and above that its bound."""
        low, high = self.range()
        return (self.value - self.step / 2 if self.bound == ">=" else low), high

    def agrees(self, value: Decimal) -> bool:
        """Whether `value` is what is printed, at its own precision and bound."""
        low, high = self.range()
        return low <= value <= high

    def fits(self, value: Decimal) -> bool:
        """Whether `value` lies within the tolerance of a reading."""
        low, high = self.range(TOLERANCE)
        return low <= value <= high

    def off_by(self, value: Decimal) -> Decimal:
        """(value - stated) / stated, in per cent; 0 stated counts as one unit of the last digit."""
        return (value - self.value) / (abs(self.value) or self.step) * 100

    def share_fitting(self, figure: Decimal, values: Iterable[Decimal]) -> Decimal:
        """Of the numbers 3 to 6 per cent below `figure`, how many per cent one of `values` would fit if
        they were printed like this one: how far a fit can be chance."""
        low, high = figure * Decimal("0.94"), figure * Decimal("0.97")
        slack = max(TOLERANCE, self.step / 2 / abs(figure)) if figure else TOLERANCE
        below = max(slack, ABOUT) if self.bound == "~" else slack
        above = max(slack, ABOUT) if self.bound in ("~", ">=") else slack
        covered, reached = Decimal(0), low
        for value in sorted(values):
            start = max(value / (1 + above), reached)
            end = min(value / (1 - below), high)
            if end > start:
                covered, reached = covered + end - start, end
        return covered / (high - low) * 100 if high > low else Decimal(0)


def rounded(value: Decimal, step: Decimal, way: str) -> Decimal:
    """`value` to the unit `step` of the last printed digit, rounded in a `way` of the decimal module."""
    return (value / step).quantize(Decimal(1), way) * step


def is_money(claim: Claim) -> bool:
    """Its unit is a currency."""
    return len(claim.unit) == 3 and claim.unit.isupper()


def is_whole_years(claim: Claim) -> bool:
    """Whether money is about whole calendar years: from a January to a December, where it names months."""
    begins = (claim.start or "")[5:] in ("", "01", "01-01")
    ends = (claim.end or "")[5:] in ("", "12", "12-31")
    return not is_money(claim) or (begins and ends)


def printed(claim: Claim) -> Printed | None:
    """The number a claim states; None where it states none, or a list."""
    if not (is_money(claim) or claim.unit in _NUMERIC):
        return None
    try:
        value = Decimal(claim.value)
    except InvalidOperation:
        return None
    exponent = value.as_tuple().exponent
    scale = _SCALES[claim.scale]
    bound = "=" if claim.unit == "year" else claim.bound  # 2 % of a year is forty years
    return Printed(value * scale, Decimal(1).scaleb(min(int(exponent), 0)) * scale, bound)


def items(claim: Claim) -> tuple[str, ...]:
    """The members of a stated list, as printed."""
    return tuple(part for part in (text.strip() for text in claim.value.split(";")) if part)


def last_day(text: str) -> date | None:
    """The last day of a year, month or day; of years (2019-20) the last one's. None for other text.

    >>> last_day("2023-24"), last_day("2017-09")
    (datetime.date(2024, 12, 31), datetime.date(2017, 9, 30))
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    if not month:
        return date(year, 12, 31)
    if int(month) > 12:
        return date(year // 100 * 100 + int(month), 12, 31)
    try:
        return date(year, int(month), int(day) if day else monthrange(year, int(month))[1])
    except ValueError:
        return None


def page(claim: Claim) -> tuple[str, ...]:
    """Claims with the same value stand on one page, in one of its texts."""
    return claim.partner, claim.organisation, address(claim.page), claim.variant


def address(url: str) -> str:
    """A page's address without what differs between links to it: scheme, www, last slash.

    >>> address("http://www.ilo.org/pardev/")
    'ilo.org/pardev'
    """
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = (parts.netloc or "").casefold().removeprefix("www.")
    return f"{host}{parts.path}".rstrip("/") + (f"?{parts.query}" if parts.query else "")


def speaks_of(claim: Claim, others: Iterable[Claim], known: date) -> date:
    """The day on which a claim about a day holds.

    Its own end; else the end of the years that the money on its page (`others`) covers; else the day
    the page was seen; never after `known`, when the facts were loaded.
    """
    own = last_day(claim.end) if claim.end else None
    if own is None:
        ends = [last_day(o.end) for o in others if o.end and o.measure.startswith("contributions.")]
        own = max((day for day in ends if day), default=None) or last_day(claim.seen)
    return min(own, known) if own else known
