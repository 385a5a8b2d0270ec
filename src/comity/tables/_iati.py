"""Columns that several tables of IATI share."""

from comity.tables import Column, Kind

NUMBER = Column("activity", "int", "running number of the activity in its file, from 1", required=True)
ID = Column("activity_id", "text", "the activity's identifier as published")
ACTIVITY = (NUMBER, ID)
ORDER = ("dataset", "snapshot", "activity")
RESULT = Column("result", "int", "running number of the result in its activity", required=True)
INDICATOR = Column("indicator", "int", "running number of the indicator in its result", required=True)
TRANSACTION = Column("transaction", "int", "running number in the activity, from 1", required=True)
NAME = Column("name", "text", "its name as published, in the first language given")
VOCABULARY = (
    Column("vocabulary", "text", "code of the list it is from; where it may be left out, 1 (DAC)"),
    Column("vocabulary_published", "text", "the same as published"),
    Column("vocabulary_uri", "text", "address of the publisher's own list"),
)
CODE = Column("code", "text", "the code as published")
SHARE = Column("percentage", "number", "share of the whole in per cent, as published (R13–R15)")
MONEY = (
    Column("value", "amount", "in `currency`; negative for refunds and corrections (R3)"),
    Column("currency", "text", "ISO 4217 code published with the value; null when the default holds (R7)"),
    Column("value_date", "date", "day whose exchange rate holds (R8)"),
)
CLASSES = (
    ("flow_type", "what sort of flow: aid, other official, private"),
    ("finance_type", "what sort of finance: grant, loan, equity …"),
    ("aid_type", "DAC type of aid: B02 core, B03 earmarked, C01 project, D01 donor-country personnel …"),
    ("earmarking_category", "Grand Bargain category of earmarking"),
    ("earmarking_modality", "Grand Bargain modality of earmarking"),
    ("cash_voucher_modality", "cash or voucher"),
    ("tied_status", "tied, partially tied or untied"),
)


def flag(name: str, meaning: str) -> Column:
    return Column(name, "int", f"{meaning}: 1 yes, 0 no, null not stated")


def texts(kind: Kind = "text", /, **meanings: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, meaning) for name, meaning in meanings.items())


BUDGET_TYPE = texts(type="1 original, 2 revised", type_published="as published")
PERIOD = texts("date", period_start="first day", period_end="last day")


def party(role: str, what: str) -> tuple[Column, ...]:
    return texts(
        **{
            f"{role}_name": f"the {what} as published",
            f"{role}_ref": f"the {what}'s identifier as published (R28)",
            f"{role}_type": f"the {what}'s type of organisation",
            f"{role}_activity_id": f"identifier of the {what}'s own activity (R26)",
        }
    )
