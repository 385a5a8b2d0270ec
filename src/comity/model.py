"""The frozen values that everything after the measures works with: outputs and web see only these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

Unit = Literal["USD", "count", "year", "months", "list"]
Basis = Literal["recognised_revenue", "disbursed", "committed", "register", "stated"]
Status = Literal["complete", "partial", "not_reported"]
Scalar: TypeAlias = str | int | Decimal | date | None
Item: TypeAlias = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Party:
    """A State, ministry, agency, organisation, bank or fund."""

    id: str
    name: str
    kind: str
    iso2: str | None = None
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Names in other languages where they differ from CLDR's, by language code."""


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar years, both included."""

    start: int
    end: int

    @property
    def years(self) -> range:
        return range(self.start, self.end + 1)

    def overlaps(self, other: Period) -> bool:
        """Whether the two have a year in common."""
        return self.start <= other.end and other.start <= self.end

    def __str__(self) -> str:
        return str(self.start) if self.start == self.end else f"{self.start}–{self.end}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the source reports: `years` are the years of the period that it covers (R38)."""

    status: Status
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A snapshot behind a figure, and how many of its rows count."""

    source: str
    snapshot: str
    rows: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or list, with everything needed to trust or to doubt it.

    `value` is exact: Decimal in US dollars for `USD`, an integer otherwise, None when not reported.
    `by_year` holds None for years that are not reported, and zero, flagged `no_row:YEAR`, where the
    source covers the year without a row for this pair. `flags` are `name` or `name:detail`.
    """

    measure: str
    value: Decimal | int | None
    unit: Unit
    basis: Basis
    period: Period
    as_of: date
    coverage: Coverage
    sources: tuple[SourceUse, ...]
    by_year: Mapping[int, Decimal | None] | None = None
    items: tuple[Item, ...] | None = None
    flags: tuple[str, ...] = ()
    dated: bool = False
    """It holds on `as_of`, not over the period."""

    @property
    def rows(self) -> int:
        """How many rows stand behind the figure."""
        return sum(use.rows for use in self.sources)

    @property
    def family(self) -> str:
        return self.measure.partition(".")[0]

    def flagged(self, name: str) -> tuple[str, ...]:
        """The details of the flags called `name`, e.g. the years of `no_row`."""
        parts = (flag.partition(":") for flag in self.flags)
        return tuple(detail for found, _, detail in parts if found == name)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217), inside a sentence."""

    amount: Decimal
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency (ISO 4217) as a sentence names it: “Swiss francs”."""

    code: str


Place: TypeAlias = "Scalar | Money | Currency | Period | Said"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to be translated: a message of the catalogue and what stands in its places. Whole
    numbers in a row are years."""

    message: str
    places: Mapping[str, Place | tuple[Place, ...]] = field(default_factory=dict)


Bound = Literal["=", ">=", "~"]
VerdictName = Literal[
    "contradicts_page", "differs", "stale", "source_gap", "compatible", "partial", "unquantified",
    "not_computable", "agrees",
]  # fmt: skip
"""From what needs attention most to what needs none."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the organisation answered to a check, or how it corrected its page since."""

    kind: Literal["reply", "correction"]
    day: date
    value: str
    text: str
    stated_by: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page states, as printed. `start` and `end` are years, months or days; None when undated."""

    id: str
    partner: str
    organisation: str
    measure: str
    value: str
    scale: str
    unit: str
    bound: Bound
    partial: bool
    start: str | None
    end: str | None
    page: str
    variant: str
    seen: str
    note: str
    responses: tuple[Response, ...] = ()
    weak: bool = False
    """Another claim's note calls its page weak."""

    @property
    def period(self) -> Period | None:
        """The calendar years it is about, where it names both ends."""
        return Period(int(self.start[:4]), int(self.end[:4])) if self.start and self.end else None

    @property
    def publishable(self) -> bool:
        """Pages of weak provenance are checked, and never shown publicly."""
        return not self.weak and "weak page" not in self.note.casefold()


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read a claim: what the figure would be, and how many other claims it fits.

    `value` is None where no loaded source gives it; `residual_pct` is (value - stated) / stated.
    `fits` of `of` other claims of the organisation and measure that can be computed.
    """

    hypothesis: str
    value: Decimal | None
    residual_pct: Decimal | None
    fits: int
    of: int
    says: Said


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A page against itself: what the parts it states come to, as the interval that their rounding
    leaves open. `parts` are claim ids, `total` their sum as printed."""

    status: Literal["consistent", "contradicts", "more_than_parts", "mixed_periods", "one_year_label"]
    parts: tuple[str, ...]
    total: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Sets:
    """A stated list against the computed one, by party id or name."""

    both: tuple[str, ...]
    only_stated: tuple[str, ...]
    only_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a claim came to.

    `stated` is the full number (41800000), None where the page gives none. `computed` is None where
    it cannot be computed; `difference_pct` is (computed - stated) / stated, None for a claim that states
    a part of the figure. `explained_pct` says, of a
    compatible claim, how many of the values 3 to 6 per cent below the figure would have found a reading
    all the same.
    """

    claim: Claim
    name: VerdictName
    stated: Decimal | None = None
    computed: Decimal | None = None
    difference_pct: Decimal | None = None
    reading: Reading | None = None
    also_near: tuple[Reading, ...] = ()
    arithmetic: Arithmetic | None = None
    sets: Sets | None = None
    explained_pct: Decimal | None = None
    says: tuple[Said, ...] = ()
    as_of: date | None = None
    asked: Period | None = None
    """The measure's question: the day a dated figure holds, the years of any other."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many of an organisation's claims on a measure a reading fits; the plain reading is the
    figure itself. `borne_out`: by enough of them to explain a claim."""

    organisation: str
    measure: str
    hypothesis: str
    says: Said
    fits: int
    of: int
    borne_out: bool


@dataclass(frozen=True, slots=True)
class Check:
    """Claims held against the data, worst first, and the patterns among them."""

    verdicts: tuple[Verdict, ...]
    patterns: tuple[Pattern, ...]
    names: Mapping[str, Party]
    known_at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A source as the reader of a profile needs it: who, under which licence, from which bytes."""

    name: str
    title: str
    publisher: str
    licence: str
    url: str
    snapshots: tuple[tuple[str, str, str], ...]
    """(sha256, file name, taken at) of the snapshots behind the figures."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind one figure: `columns` in order, `rows` as values, `total` rows in all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Partner × organisation × period: everything an output shows."""

    partner: Party
    organisation: Party
    period: Period
    as_of: date
    known_at: datetime
    figures: tuple[Figure, ...]
    sources: tuple[SourceNote, ...]
    issues: int
    version: str
    """The comity version that computed it."""
    names: Mapping[str, Party] = field(default_factory=dict)
    """The parties that items name by id: countries, ministries, agencies."""
    claims: tuple[Verdict, ...] = ()
    """What pages state of the pair, checked; none of weak provenance."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """Rows by measure; only filled for outputs that carry them."""

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.figures)

    def get(self, measure: str) -> Figure | None:
        """The figure of `measure`, or None where the organisation has no such thing."""
        return next((figure for figure in self.figures if figure.measure == measure), None)

    def family(self, name: str) -> tuple[Figure, ...]:
        """The figures of one family, e.g. `contributions`."""
        return tuple(figure for figure in self.figures if figure.family == name)
