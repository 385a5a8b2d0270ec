"""R9: rates are US dollars per unit, decimal(28,12); the only divisions of money by rates."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from operator import truediv

_TWELVE = Decimal("1e-12")


def per_unit(units_per_usd: Decimal) -> Decimal:
    """US dollars per unit of a currency quoted as units per US dollar.

    Raises `ValueError` for a rate that is not positive, or would round to 0: no rate is 0 (R8).

    >>> per_unit(Decimal("0.9604"))
    Decimal('1.041232819658')
    """
    if units_per_usd <= 0:
        raise ValueError(f"a rate must be positive, not {units_per_usd}")
    usd = (1 / units_per_usd).quantize(_TWELVE, ROUND_HALF_EVEN)
    if not usd:
        raise ValueError(f"{units_per_usd} units for a dollar make a rate too small to be kept")
    return usd


def in_units(usd: Iterable[Decimal], usd_per_unit: Iterable[Decimal]) -> Decimal:
    """Amounts in US dollars as a sum in another currency, each at its own rate (R9), to 28 digits.

    Raises `decimal.DivisionByZero` for a rate of 0: a missing rate is never 0 (R8).
    """
    return sum(map(truediv, usd, usd_per_unit), Decimal(0))
