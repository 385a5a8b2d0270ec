"""Claims and verdicts made for tests: one of Korea's, with what a test changes of it."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from comity.model import Claim, Period, Verdict

CLAIM = Claim(
    id="kor-ilo-001", partner="KOR", organisation="ILO", measure="contributions.assessed", value="41.8",
    scale="million", unit="USD", bound="=", partial=False, start="2018", end="2022",
    page="https://ilo.org/pardev", variant="a", seen="2023-24", note="",
)  # fmt: skip


def claim(**changes: Any) -> Claim:
    return replace(CLAIM, **changes)


def verdict(**changes: Any) -> Verdict:
    """A verdict; changes that a claim has are those of its claim."""
    own = {field.name for field in fields(Claim)} - {"name"}
    stated = claim(**{name: value for name, value in changes.items() if name in own})
    made = Verdict(stated, "differs", stated=Decimal(41_800_000), asked=Period(2018, 2022))
    return replace(made, **{name: value for name, value in changes.items() if name not in own})
