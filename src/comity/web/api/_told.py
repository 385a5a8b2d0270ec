"""What figures and claims look like in JSON, as the contract of the command line has them."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

Unit = Literal["USD", "count", "year", "months", "list"]
Basis = Literal["recognised_revenue", "disbursed", "committed", "register", "stated"]
Status = Literal["complete", "partial", "not_reported"]


class Span(Schema):
    """Calendar years, both included."""

    start: int = Field(description="First year.")
    end: int = Field(description="Last year.")


class Reported(Schema):
    """What the sources report."""

    status: Status = Field(description="Whether all years and types asked for are reported.")
    years: list[int] = Field(description="The years of the period that are reported.")


class Use(Schema):
    """A file behind a figure."""

    source: str = Field(description="The source.")
    snapshot: str = Field(description="sha256 of the file.")
    rows: int = Field(description="How many of its rows count.")


class FigureTold(Schema):
    """One number or list, with what is needed to trust or to doubt it."""

    measure: str = Field(description="What is measured.")
    value: float | int | None = Field(
        description="The value; null where it is not reported, never 0 for that."
    )
    unit: Unit = Field(description="What the value counts; of a list it is the number of items.")
    basis: Basis = Field(description="What kind of statement it rests on.")
    period: Span = Field(description="The years it is about.")
    by_year: dict[str, float | int | None] | None = Field(description="The value of each year, of money.")
    coverage: Reported = Field(description="How far the sources report it.")
    sources: list[Use] = Field(description="The files it rests on.")
    items: list[dict[str, str | float | int | None]] | None = Field(description="What a list or count holds.")
    flags: list[str] = Field(description="What is to be known of it: `name` or `name:detail`.")


class PartnerTold(Schema):
    """The partner."""

    id: str = Field(description="Its id.")
    name: str = Field(description="Its name in English.")
    kind: str = Field(description="What sort of party it is.")


class OrganisationTold(Schema):
    """The organisation."""

    id: str = Field(description="Its id.")
    name: str = Field(description="Its name in English.")


class ReadingTold(Schema):
    """Another way to read a claim."""

    hypothesis: str = Field(description="What the reading supposes.")
    value: float | int | None = Field(description="What the figure would be; null where no source gives it.")
    residual_pct: float | None = Field(description="How far that is from what is stated, in per cent.")
    fits: int = Field(description="How many other claims it fits.")
    of: int = Field(description="Of how many that can be computed.")
    sentence: str = Field(description="The reading in words.")


class ArithmeticTold(Schema):
    """A page against itself."""

    status: str = Field(description="What the parts that the page states come to.")
    parts: list[str] = Field(description="The claims that are its parts.")
    total: float | int | None = Field(description="Their sum as printed.")
    low: float | int | None = Field(description="The least that their rounding allows.")
    high: float | int | None = Field(description="The most that it allows.")


class SetsTold(Schema):
    """A stated list against the computed one."""

    both: list[str] = Field(description="In both.")
    only_stated: list[str] = Field(description="Stated, and not found.")
    only_found: list[str] = Field(description="Found, and not stated.")


class ResponseTold(Schema):
    """What the organisation answered, or corrected since."""

    kind: Literal["reply", "correction"] = Field(description="Which of the two.")
    date: str = Field(description="Its day.")
    value: str | None = Field(description="The corrected value, as printed.")
    text: str = Field(description="Its words.")
    stated_by: str | None = Field(description="Who says so.")


Verdict = Literal[
    "contradicts_page", "differs", "stale", "source_gap", "compatible", "partial", "unquantified",
    "not_computable", "agrees",
]  # fmt: skip


class ClaimTold(Schema):
    """What a page states, held against the data."""

    claim: str = Field(description="The claim's id.")
    partner: str = Field(description="Party id of the partner; ALL for the sum over partners.")
    organisation: str = Field(description="Party id of the organisation.")
    measure: str = Field(description="What it is about.")
    stated: float | int | str = Field(description="The full number stated, or the words.")
    unit: str = Field(description="ISO 4217 code of a currency, or what is counted.")
    bound: Literal["=", ">=", "~"] = Field(description="As printed, over, or about.")
    period: Span | None = Field(description="The years that the sources were asked for.")
    computed: float | int | None = Field(
        description="What the sources give; null where it cannot be computed."
    )
    difference_pct: float | None = Field(description="(computed - stated) / stated, in per cent.")
    verdict: Verdict = Field(description="What the check came to.")
    reading: ReadingTold | None = Field(description="The reading that explains it.")
    also_near: list[ReadingTold] = Field(description="Readings that come near, and do not explain it.")
    arithmetic: ArithmeticTold | None = Field(description="The page against itself.")
    note: str = Field(description="What is to be known of the claim.")
    page: str = Field(description="The page's address.")
    variant: str = Field(description="Which version of the page.")
    seen: str = Field(description="When it was seen.")
    sets: SetsTold | None = Field(description="Lists compared.")
    as_of: str | None = Field(description="The day on which the figure holds.")
    explained_pct: float | None = Field(description="How much chance could explain, in per cent.")
    sentences: list[str] = Field(description="The verdict in words.")
    evidence: str | None = Field(description="The command that lists the rows behind the figure.")
    responses: list[ResponseTold] = Field(description="What the organisation answered.")


class ProfileTold(Schema, populate_by_name=True):
    """A cooperation profile: `comity.profile/1`."""

    schema_: Literal["comity.profile/1"] = Field(alias="schema", description="The contract's name.")
    partner: PartnerTold
    organisation: OrganisationTold
    period: Span
    as_of: str = Field(description="The day on which facts that change with time hold.")
    known_at: str = Field(description="The facts as loaded by this time (UTC).")
    figures: list[FigureTold] = Field(description="Every figure of the profile.")
    claims: list[ClaimTold] = Field(description="What pages state of the pair and years, checked.")
    issues: int = Field(description="How many problems are known of the data behind the figures.")
