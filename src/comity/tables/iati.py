"""What publishers report in IATI: activities with their money, places, themes and results.

Activities are numbered as they stand in the file (`activity`), so that those without an identifier, or
with one that occurs twice, stay apart. Codes are those of version 2 of the standard; where a publisher
wrote another word or an older code it stands beside, in a column ending in `_published`. Amounts have
the currency published with them; where that is null, the activity's or organisation's default holds (R7).
Contacts are not kept (R42).
"""

from comity.tables import ORIGIN, Column, Table
from comity.tables._iati import (
    ACTIVITY,
    BUDGET_TYPE,
    CLASSES,
    CODE,
    ID,
    INDICATOR,
    MONEY,
    NAME,
    ORDER,
    PERIOD,
    RESULT,
    SHARE,
    TRANSACTION,
    VOCABULARY,
    flag,
    party,
    texts,
)

ACTIVITIES = Table(
    "activities",
    "Activities: what somebody does with somebody's money, as the reporting organisation publishes it.",
    (
        *ACTIVITY,
        *texts(
            reporting_org="identifier of the organisation that reports",
            reporting_org_name="its name as published",
            reporting_org_type="its type of organisation",
        ),
        flag("secondary_reporter", "reported by somebody who is not a party to it (R23)"),
        *texts(
            title="title in the first language given; all are in `narratives`",
            status="1 pipeline, 2 implementation, 3 finalisation, 4 closed, 5 cancelled, 6 suspended",
            status_published="the status as published",
        ),
        flag("humanitarian", "humanitarian"),
        Column("hierarchy", "int", "level among the publisher's activities; null counts as 1 (R22)"),
        *texts(
            version="version of the standard, as the file states it",
            language="default language of its texts",
            default_currency="ISO 4217 code that holds where a value has none (R7)",
            last_updated="when the publisher last changed it, as published",
            scope="geographical scope",
            collaboration_type="bilateral, multilateral …",
            **{f"default_{name}": f"{what}; a transaction may say other (R31)" for name, what in CLASSES},
        ),
        Column("capital_spend_percentage", "number", "share of capital spending in per cent"),
        *texts(budget_not_provided="code of the reason for which there is no budget"),
        *ORIGIN,
    ),
    order=("reporting_org", "activity_id", *ORDER),
)

PARTICIPATING_ORGS = Table(
    "participating_orgs",
    "Who takes part in an activity, and as what.",
    (
        *ACTIVITY,
        *texts(
            role="1 funding, 2 accountable, 3 extending, 4 implementing",
            role_published="the role as published",
            ref="the organisation's identifier as published (R28)",
        ),
        NAME,
        *texts(
            type="type of organisation",
            org_activity_id="identifier of that organisation's own activity",
            crs_channel_code="its channel code in OECD's CRS (R29)",
        ),
        *ORIGIN,
    ),
    order=("role", "ref", *ORDER),
)

TRANSACTIONS = Table(
    "transactions",
    "Money given, received, committed or spent in an activity. Types are never added together (R1).",
    (
        *ACTIVITY,
        TRANSACTION,
        *texts(
            ref="the publisher's own reference",
            type="1 incoming funds, 2 outgoing commitment, 3 disbursement, 4 expenditure, 5 interest, "
            "6 loan repayment, 7 reimbursement, 8 and 9 purchase and sale of equity, 10 credit guarantee, "
            "11 incoming commitment, 12 and 13 outgoing and incoming pledge",
            type_published="the type as published: version 1 has letters",
        ),
        Column("date", "date", "day of the transaction; null when none is published (R8)"),
        *MONEY,
        Column(
            "value_usd", "amount", "US dollars, whole cents, each row converted by itself (R9); null when "
            "`not_converted` says why", derived=True,
        ),
        Column("currency_used", "text", "the value's currency, else the activity's (R7)", derived=True),
        Column("usd_per_unit", "rate", "the rate, with `rate_series` (R9)", derived=True),
        Column("rate_series", "text", "which rate: a monthly average, else an annual one", derived=True),
        Column(
            "rate_date_by", "text", "whose day the rate is of: value_date, else transaction_date (R8)",
            derived=True,
        ),
        Column("not_converted", "text", "no_currency, no_date, no_rate or too_large (R7, R8)", derived=True),
        Column("provider", "text", "party id of who gives", derived=True),
        Column("provider_by", "text", "stated, or inferred: reporting_org, sole_funder (R30)", derived=True),
        Column("receiver", "text", "party id of who receives", derived=True),
        Column(
            "receiver_by", "text", "stated, or inferred: reporting_org or sole_implementer (R30)",
            derived=True,
        ),
        *party("provider", "provider"),
        *party("receiver", "receiver"),
        *texts(description="what it is for, in the first language given"),
        flag("humanitarian", "humanitarian"),
        *texts(disbursement_channel="how it is disbursed"),
        *texts(**{name: f"{meaning}; null when the activity's default holds" for name, meaning in CLASSES}),
        *ORIGIN,
    ),
    order=("provider", "receiver", "date", *ORDER, "transaction"),
)  # fmt: skip

TRANSACTION_SECTORS = Table(
    "transaction_sectors",
    "Sectors of a transaction; they win over the activity's (R12).",
    (*ACTIVITY, TRANSACTION, *VOCABULARY, CODE, SHARE, NAME, *ORIGIN),
    order=("vocabulary", "code", *ORDER, "transaction"),
)

TRANSACTION_PLACES = Table(
    "transaction_places",
    "Countries and regions of a transaction; they win over the activity's (R12).",
    (
        *ACTIVITY,
        TRANSACTION,
        Column("kind", "text", "what sort of place", required=True, one_of=("country", "region")),
        *VOCABULARY,
        CODE,
        SHARE,
        NAME,
        *ORIGIN,
    ),
    order=("kind", "code", *ORDER, "transaction"),
)

ACTIVITY_SECTORS = Table(
    "activity_sectors",
    "Sectors of an activity; their shares make 100 in each vocabulary (R13).",
    (*ACTIVITY, *VOCABULARY, CODE, SHARE, NAME, *ORIGIN),
    order=("vocabulary", "code", *ORDER),
)

ACTIVITY_PLACES = Table(
    "activity_places",
    "Countries and regions of an activity, whose shares make 100 together (R13), and locations in them.",
    (
        *ACTIVITY,
        Column("kind", "text", "what sort of place", required=True, one_of=("country", "region", "location")),
        *VOCABULARY,
        CODE,
        SHARE,
        NAME,
        *texts("number", latitude="degrees north of a location", longitude="degrees east of a location"),
        *texts(
            exactness="1 exact, 2 approximate; version 1 has its own codes of precision",
            reach="1 the activity is there, 2 those it is for are there",
            feature="sort of place, by the code of its list",
            ref="the publisher's own reference",
        ),
        *ORIGIN,
    ),
    order=("kind", "code", *ORDER),
)

BUDGETS = Table(
    "budgets",
    "An activity's budgets by period; a revised one replaces the original (R2, R19).",
    (
        *ACTIVITY,
        *BUDGET_TYPE,
        *texts(status="1 indicative, 2 committed"),
        *PERIOD,
        *MONEY,
        *ORIGIN,
    ),
    order=(*ORDER, "period_start"),
)

PLANNED_DISBURSEMENTS = Table(
    "planned_disbursements",
    "What is planned to be disbursed; not a budget (R21).",
    (
        *ACTIVITY,
        *BUDGET_TYPE,
        *PERIOD,
        *MONEY,
        *party("provider", "provider"),
        *party("receiver", "receiver"),
        *ORIGIN,
    ),
    order=(*ORDER, "period_start"),
)

POLICY_MARKERS = Table(
    "policy_markers",
    "Whether an activity has a policy objective; markers are not added (R32).",
    (
        *ACTIVITY,
        *VOCABULARY,
        CODE,
        *texts(significance="0 screened and not, 1 significant, 2 principal; null not screened (R32)"),
        NAME,
        *ORIGIN,
    ),
    order=("vocabulary", "code", *ORDER),
)

TAGS = Table(
    "tags",
    "Tags of an activity, Sustainable Development Goals (vocabulary 2) and targets (3) among them.",
    (*ACTIVITY, *texts(vocabulary="code of the list it is from"), VOCABULARY[2], CODE, NAME, *ORIGIN),
    order=("vocabulary", "code", *ORDER),
)

ACTIVITY_DATES = Table(
    "activity_dates",
    "When an activity starts and ends, planned and actual.",
    (
        *ACTIVITY,
        *texts(type="1 planned start, 2 actual start, 3 planned end, 4 actual end"),
        *texts(type_published="as published"),
        Column("date", "date", "the day"),
        *ORIGIN,
    ),
    order=(*ORDER, "type"),
)

RELATED_ACTIVITIES = Table(
    "related_activities",
    "Other activities that an activity names.",
    (
        *ACTIVITY,
        *texts(type="1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party"),
        *texts(related_activity_id="identifier of the other activity"),
        *ORIGIN,
    ),
    order=("related_activity_id", *ORDER),
)

NARRATIVES = Table(
    "narratives",
    "Titles and descriptions of activities, in every language published.",
    (
        *ACTIVITY,
        Column("kind", "text", "what it is", required=True, one_of=("title", "description")),
        *texts(
            type="of a description: 1 general, 2 objectives, 3 target groups, 4 other",
            language="language code, the activity's default where the text has none",
            text="the text",
        ),
        *ORIGIN,
    ),
    order=(*ORDER, "kind"),
)

RESULTS = Table(
    "results",
    "Results of an activity.",
    (
        *ACTIVITY,
        RESULT,
        *texts(type="1 output, 2 outcome, 3 impact, 9 other", type_published="as published"),
        flag("aggregation_status", "may be added up"),
        *texts(title="title in the first language given", description="description in the same way"),
        *ORIGIN,
    ),
    order=(*ORDER, "result"),
)

INDICATORS = Table(
    "indicators",
    "Indicators of a result, with the first baseline given.",
    (
        *ACTIVITY,
        RESULT,
        INDICATOR,
        *texts(measure="1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative"),
        flag("ascending", "better when it rises"),
        flag("aggregation_status", "may be added up"),
        *texts(title="title in the first language given", description="description in the same way"),
        Column("baseline_year", "int", "year of the baseline"),
        Column("baseline_date", "date", "day of the baseline"),
        *texts(baseline_published="value of the baseline as published, which may be a text"),
        *ORIGIN,
    ),
    order=(*ORDER, "result", "indicator"),
)

INDICATOR_PERIODS = Table(
    "indicator_periods",
    "Targets and actual values of an indicator, one row each; a period may have several by dimension.",
    (
        *ACTIVITY,
        RESULT,
        INDICATOR,
        Column("period", "int", "running number of the period in the indicator", required=True),
        *PERIOD,
        Column("kind", "text", "what the value is", required=True, one_of=("target", "actual")),
        *texts(
            value_published="the value as published, which may be a text",
            dimension="what part it is about: “name: value”, separated by “; ”; null for the whole",
            location_ref="reference of the location it is about",
            comment="in the first language given",
        ),
        *ORIGIN,
    ),
    order=(*ORDER, "result", "indicator", "period"),
)

DOCUMENTS = Table(
    "documents",
    "Documents that an activity, one of its results, or an organisation links to.",
    (
        Column("activity", "int", "running number of the activity; null for an organisation's document"),
        ID,
        Column("result", "int", "running number of the result that it is about, if it is about one"),
        *texts(
            organisation_id="identifier of the organisation whose document it is",
            url="its address",
            format="its media type",
            title="title in the first language given",
            description="description in the same way",
            categories="codes of its categories, separated by spaces",
            languages="codes of its languages, separated by spaces",
        ),
        Column("date", "date", "its date"),
        *ORIGIN,
    ),
    order=ORDER,
)

ORGANISATION_BUDGETS = Table(
    "organisation_budgets",
    "An organisation's own totals ahead and behind, from its organisation file: never added to the "
    "budgets of activities (R21).",
    (
        *texts(
            organisation_id="the organisation's identifier as published",
            organisation_name="its name as published, in the first language given",
            reporting_org="identifier of the organisation that reports",
            default_currency="ISO 4217 code that holds where a value has none (R7)",
            last_updated="when the publisher last changed it, as published",
        ),
        Column(
            "kind", "text", "what the amount is", required=True,
            one_of=(
                "total_budget", "recipient_org_budget", "recipient_country_budget",
                "recipient_region_budget", "total_expenditure",
            ),
        ),
        *texts(
            status="1 indicative, 2 committed",
            code="code of the country or region, identifier of the organisation that it is for",
            name="its name as published, in the first language given",
        ),
        VOCABULARY[0],
        *PERIOD,
        *MONEY,
        *ORIGIN,
    ),
    order=("organisation_id", "kind", "period_start", "dataset", "snapshot"),
)  # fmt: skip
