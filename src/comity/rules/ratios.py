"""Shares of a whole, as numbers to show: never amounts that are added up again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def percent(parts: Iterable[Decimal | None], whole: Decimal | None) -> Decimal | None:
    """What the `parts` that are known make of `whole`, in per cent; None where none is known, or where the
    whole is not known or not above zero: of a sum of refunds nothing is a share."""
    told = [part for part in parts if part is not None]
    if not told or whole is None or whole <= 0:
        return None
    return sum(told, Decimal(0)) * 100 / whole
