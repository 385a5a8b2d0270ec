"""Money that organisations report having received, and the rates to compare it with."""

from comity.tables import CONFIDENCE, ORIGIN, Column, Table

REVENUE_TYPES = ("assessed", "voluntary_core", "voluntary_non_core", "other")

_TYPE = Column("type", "text", "CEB's four types of revenue (R36)", required=True, one_of=REVENUE_TYPES)
_TYPE_PUBLISHED = Column("type_published", "text", "the type's code or label as published", required=True)

CONTRIBUTIONS = Table(
    "contributions",
    "What a contributor gave an organisation in a year, as the organisation reports it (R37).",
    (
        Column("provider", "text", "party id of the contributor", resolves="provider_name"),
        Column("receiver", "text", "party id of the organisation", resolves="receiver_name"),
        Column("year", "int", "calendar year", required=True),
        _TYPE,
        Column(
            "amount_usd",
            "amount",
            "US dollars at the organisation's booking rate (R10); null when left blank",
        ),
        Column("basis", "text", "what kind of amount this is", required=True, one_of=("recognised_revenue",)),
        Column("provider_name", "text", "the contributor as published"),
        Column("receiver_name", "text", "the organisation as published", required=True),
        Column(
            "contributor", "text", "who reports apart", required=True, one_of=("government", "non_government")
        ),
        _TYPE_PUBLISHED,
        *ORIGIN,
    ),
    order=("provider", "receiver", "year", "type", "source", "dataset", "snapshot", "locator"),
)

REVENUE = Table(
    "revenue",
    "An organisation's whole revenue by type and year; never summed with contributions.",
    (
        Column("organisation", "text", "party id of the organisation", resolves="organisation_name"),
        Column("year", "int", "calendar year", required=True),
        _TYPE,
        Column(
            "amount_usd",
            "amount",
            "US dollars at the organisation's booking rate (R10); null when left blank",
        ),
        Column("basis", "text", "what kind of amount this is", required=True, one_of=("recognised_revenue",)),
        Column("organisation_name", "text", "the organisation as published", required=True),
        Column("part_name", "text", "the part of the organisation that reports, as published"),
        _TYPE_PUBLISHED,
        *ORIGIN,
    ),
    order=("organisation", "year", "type", "source", "dataset", "snapshot", "locator"),
)

RATES = Table(
    "rates",
    "Exchange rates, each with the name of its series (R9).",
    (
        Column("currency", "text", "ISO 4217 code", required=True),
        Column("date", "date", "first day the rate is for", required=True),
        Column("usd_per_unit", "rate", "US dollars for one unit of the currency", required=True),
        Column("series", "text", "which rate this is", required=True),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("currency", "series", "date"),
)

COVERAGE = Table(
    "coverage",
    "The years for which a source reports an organisation and a type at all: what lies outside is "
    "not reported, never zero (R38).",
    (
        Column("organisation", "text", "party id; null where it holds for all", resolves="organisation_name"),
        Column("type", "text", "what is covered: a revenue type or a subject", required=True),
        Column("year", "int", "the year; null when the statement has no date"),
        Column("partner", "text", "party id when only one partner is covered; null for all"),
        Column(
            "contributor",
            "text",
            "government, non_government, or all for an organisation's whole revenue; null for any",
        ),
        Column("organisation_name", "text", "the organisation as published"),
        *ORIGIN,
    ),
    order=("organisation", "type", "year", "source", "dataset", "partner"),
)
