"""R9: rates are US dollars per unit, decimal(28,12); the only divisions of money by rates."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_TWELVE = Decimal("1e-12")


def per_unit(units_per_usd: Decimal) -> Decimal:
    """US dollars per unit of a currency quoted as units per US dollar.

    Raises `ValueError` for a rate that is not positive: a missing rate is never 0 (R8).

    >>> per_unit(Decimal("0.9604"))
    Decimal('1.041232819658')
    """
    if units_per_usd <= 0:
        raise ValueError(f"a rate must be positive, not {units_per_usd}")
    return (1 / units_per_usd).quantize(_TWELVE, ROUND_HALF_EVEN)
