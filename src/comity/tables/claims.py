"""What partner pages state, as printed, and what the organisation said of it since."""

from comity.tables import ORIGIN, Column, Table

BOUNDS = ("=", ">=", "~")
SCALES = ("thousand", "million", "billion")
UNITS = ("count", "year", "months", "date", "list", "text", "rank")
"""Units of claims that are not money; money has the ISO 4217 code of its currency."""

LATER = ("programmes.activities", "programmes.themes", "programmes.spend", "programmes.commitments")
"""Ids that the contract fixes and no measure gives yet: a claim may name them, and is not computable."""

CLAIMS = Table(
    "claims",
    "Figures and facts that pages state about a partner and an organisation, as printed.",
    (
        Column("id", "text", "the claim's id", required=True, unique=True),
        Column(
            "partner", "text", "party id; ALL for the sum over partners", required=True, refers="parties"
        ),
        Column("organisation", "text", "party id", required=True, refers="parties"),
        Column(
            "measure", "text", "measure id; other.* for what no measure counts", required=True,
            refers="measures",
        ),
        Column(
            "value", "text", "as printed: its decimals are its precision; lists are separated by “; ”",
            required=True,
        ),
        Column("scale", "text", "what the value is counted in; null for ones", one_of=SCALES),
        Column("unit", "text", f"ISO 4217 code of a currency, or {', '.join(UNITS)}", required=True),
        Column(
            "bound", "text", "“=” as printed, “>=” over, “~” about", required=True, one_of=BOUNDS
        ),
        Column(
            "partial", "text", "yes when it is a part of the figure, as one agreement is of a year's total",
            required=True, one_of=("yes", "no"),
        ),
        Column("period_start", "text", "first year, month or day it is about; null when undated"),
        Column("period_end", "text", "last year, month or day it is about; null when undated"),
        Column("page", "text", "the page's address", required=True),
        Column("variant", "text", "which text of the page: one address can carry several in turn"),
        Column("seen", "text", "when the page was seen: day, month, year or years (2023-24)"),
        Column("note", "text", "what is worth knowing; “weak page” bars a claim from being published"),
        *ORIGIN,
    ),
    order=("organisation", "partner", "id"),
)  # fmt: skip

CLAIM_RESPONSES = Table(
    "claim_responses",
    "What the organisation answered to a claim's check, and corrections of its page, with their dates.",
    (
        Column("claim", "text", "the claim's id", required=True),
        Column("kind", "text", "what it is", required=True, one_of=("reply", "correction")),
        Column("date", "date", "when it was said or corrected", required=True),
        Column("value", "text", "the value that the page states since, as printed"),
        Column("text", "text", "what was said or changed", required=True),
        Column("stated_by", "text", "who says so, or where it can be read"),
        *ORIGIN,
    ),
    order=("claim", "date", "kind"),
)
