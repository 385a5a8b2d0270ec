"""What a partner and an organisation do together, worked out from IATI when the tables are joined.

An activity is joint when the partner (or a ministry or agency of it) gives in it and the organisation
receives or carries it out. The same flow may be reported by the organisation, by the partner and by
others: these are views side by side, never added (R6). Each row leads back to the one it was read from.
"""

from comity.tables import ORIGIN, Column, Table
from comity.tables._iati import ACTIVITY, TRANSACTION, flag, texts

VIEWS = ("organisation", "partner", "other")
_PAIR = (
    Column("partner", "text", "party id of who gives", required=True),
    Column("organisation", "text", "party id of who receives or carries out", required=True),
)
_VIEW = Column(
    "view",
    "text",
    "who reports: the organisation, the partner (or a ministry or agency of it), or another",
    required=True,
    one_of=VIEWS,
)
_LEFT_OUT = Column(
    "left_out",
    "text",
    "why it is not in the net figure: R22 another level's, R23 reported for others, R24 a duplicate",
)
_COUNTED = flag("counted", "in the figure: net, and of the view that is shown")

ACTIVITY_PARTIES = Table(
    "activity_parties",
    "Who takes part in an activity, as a party of ours; those nobody knows are in participating_orgs.",
    (
        *ACTIVITY,
        Column("party", "text", "party id", required=True),
        Column("state", "text", "party id of the State it belongs to; its own for others", required=True),
        Column(
            "role", "text", "as what", required=True,
            one_of=(
                "reporting", "funding", "accountable", "extending", "implementing", "provider", "receiver",
            ),
        ),
        Column("resolved_by", "text", "ref, name or both (R28)", required=True),
        *ORIGIN,
    ),
    order=("party", "dataset", "snapshot", "activity"),
)  # fmt: skip

JOINT_ACTIVITIES = Table(
    "joint_activities",
    "Activities in which a partner gives and an organisation receives or carries out.",
    (
        *_PAIR,
        _VIEW,
        *ACTIVITY,
        *texts(
            title="title in the first language given",
            reporter="party id of who reports; null when nobody we know",
            reporting_org="identifier of who reports, as published",
            reporting_org_name="its name as published",
            giver="the partner, or the ministry or agency of it that gives",
            status="1 pipeline, 2 implementation, 3 finalisation, 4 closed, 5 cancelled, 6 suspended",
        ),
        *texts("date", start_date="actual start, else planned", end_date="actual end, else planned"),
        *texts("int", first_year="year it starts; else of its first transaction; null when undated"),
        *texts("int", last_year="year it ends; else of its last transaction; null when open or undated"),
        flag(
            "sole_funder",
            "the partner alone funds it, so that its spending is the partner's; null: no funder is named",
        ),
        flag("humanitarian", "humanitarian"),
        _LEFT_OUT,
        _COUNTED,
        *ORIGIN,
    ),
    order=("partner", "organisation", "view", "activity_id", "dataset", "snapshot", "activity"),
)

JOINT_TRANSACTIONS = Table(
    "joint_transactions",
    "Commitments and spending of joint activities that are the partner's money for the organisation.",
    (
        *_PAIR,
        _VIEW,
        Column(
            "measure", "text", "what it is (R1)", required=True, one_of=("commitments", "spend", "incoming")
        ),
        *ACTIVITY,
        TRANSACTION,
        *texts(
            type="type of transaction",
            giver="the partner, or the ministry or agency of it that gives",
            reporter="party id of who reports",
        ),
        Column("date", "date", "day of the transaction"),
        Column("year", "int", "its year; null when undated"),
        Column("value", "amount", "as published"),
        Column("currency", "text", "its currency, or the activity's where it has none (R7)"),
        Column("value_usd", "amount", "US dollars, whole cents (R9); null when not converted"),
        Column("usd_per_unit", "rate", "the rate (R9)"),
        *texts(
            rate_series="which rate it is",
            rate_date_by="whose day the rate is of: value_date, else transaction_date (R8)",
        ),
        *texts(
            attributed_by="why it is the partner's: stated, or inferred as sole_funder, reporting_org or "
            "sole_implementer (R30)",
            aid_type="the transaction's, else the activity's (R31)",
            flow_type="the transaction's, else the activity's (R31)",
            finance_type="the transaction's, else the activity's (R31)",
        ),
        _LEFT_OUT,
        _COUNTED,
        *ORIGIN,
    ),
    order=("partner", "organisation", "measure", "year", "dataset", "snapshot", "activity", "transaction"),
)

JOINT_SHARES = Table(
    "joint_shares",
    "Places and sectors of joint activities as weights, by which their spending is split (R12–R16).",
    (
        *_PAIR,
        *ACTIVITY,
        Column("transaction", "int", "running number in the activity; null for the whole activity"),
        Column("dimension", "text", "what is shared", required=True, one_of=("place", "sector")),
        *texts(
            kind="of a place: country, region or unspecified (R18)",
            code="the code as published; null when `flag` says why",
            party="of a country: its party id",
            group_code="of a sector: its DAC group",
        ),
        Column(
            "weight", "number", "millionths of a per cent; their proportion counts; 0: named without a share",
            required=True,
        ),
        *texts(flag="not_split (R14), unallocated or over_100 (R15), negative; null for a plain share"),
        *ORIGIN,
    ),
    order=("partner", "organisation", "dimension", "dataset", "snapshot", "activity"),
)  # fmt: skip
