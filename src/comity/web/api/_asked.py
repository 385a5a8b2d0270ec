"""Parameters that several operations have: typed, bounded, and told with an example."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from comity import profiles, typed

HOME = "/api/v1"
MOST = 1_000
"""Rows that may be asked for at a time."""
PAGE = 100
"""Rows of a JSON answer unless told otherwise."""
WHOLE = 50_000
"""Rows of a CSV or Parquet file unless told otherwise."""
DEEPEST = 200_000
"""Rows beyond which no page begins: the address of one is told, and refused with that reason."""

_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
_YEARS = r"^[0-9]{4}(-[0-9]{4})?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})?)?$"

Word = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
"""Anything a person may type: a name, words to look for."""
Words = Annotated[str, Field(min_length=1, max_length=600, pattern=_PRINTABLE)]
"""Several of them."""
Years = Annotated[str, Field(max_length=9, pattern=_YEARS)]
Day = Annotated[str, Field(max_length=10, pattern=_DAY)]
Time = Annotated[str, Field(max_length=40, pattern=_TIME)]
Measures = Annotated[
    str, Field(max_length=400, pattern=r"^[a-z]+(\.[a-z_]+)?(,[a-z]+(\.[a-z_]+)?){0,19}$")
]  # fmt: skip

PARTNER = "The partner, a State or any other party: ISO code, id, name or alias, in any of four languages."
ORGANISATION = "The organisation: its id, name or alias."
YEARS = (
    f"Calendar years, both included: `2018-2022` or `2022`, from {profiles.FIRST_YEAR} to "
    f"{profiles.LAST_YEAR}. Without it the last five years that the sources report."
)
AS_OF = (
    "The day on which facts that change with time hold. Without it the last day of the years, or the day "
    "the facts were loaded if that is earlier."
)
KNOWN_AT = "Answer from what had been loaded by this time (UTC). Without it from all that is loaded."


class Asked(Schema, extra="forbid"):
    """What any operation may be asked."""

    known_at: Time | None = Field(None, description=KNOWN_AT, examples=["2100-01-01"])

    @property
    def known(self) -> datetime | None:
        return typed.moment(self.known_at, "known_at=2026-01-31T12:00:00Z")


class Dated(Asked):
    """What figures are asked: years, and the day from which to look."""

    years: Years | None = Field(None, description=YEARS, examples=["2018-2022"])
    as_of: Day | None = Field(None, description=AS_OF, examples=["2022-12-31"])

    @property
    def period(self) -> tuple[int, int] | None:
        if self.years is None:
            return None
        found = typed.years(self.years, "years=2018-2022")
        profiles.period_of(*found)
        return found

    @property
    def day(self) -> date | None:
        return typed.day(self.as_of, "as_of=2022-12-31")


class Listed(Asked):
    """What any list is asked. `sort` is added by the list, which knows its columns."""

    limit: int | None = Field(
        None, ge=1, le=MOST, examples=[20],
        description=f"Rows to give, at most {MOST:,}. Without it {PAGE} in JSON, and in CSV and Parquet "
        f"all, up to {WHOLE:,}. An answer that is cut says so and how many there are.",
    )  # fmt: skip
    cursor: str | None = Field(
        None, max_length=300, pattern=r"^[A-Za-z0-9_-]+$", examples=["WzEwMCwiMjAyNi0xMS0yNCJd"],
        description="Where the page begins: it stands in the address that the page before gives as `next`. "
        "It holds for the same parameters, and for the facts as they were then.",
    )  # fmt: skip
