"""International labour standards: instruments, their dated categories, ratifications (R39, R40)."""

from comity.tables import CONFIDENCE, ORIGIN, Column, Table

CATEGORIES = ("fundamental", "governance", "technical", "protocol")

INSTRUMENTS = Table(
    "instruments",
    "Conventions and protocols of an organisation.",
    (
        Column("id", "text", "the instrument's number, e.g. C087, P029", required=True),
        Column("organisation", "text", "party id of the organisation that adopted it", required=True),
        Column("title", "text", "short title", required=True),
        Column("adopted", "int", "year of adoption", required=True),
        Column("kind", "text", "convention or protocol", required=True, one_of=("convention", "protocol")),
        Column("status", "text", "up_to_date, abrogated, withdrawn or other"),
        Column("ended_year", "int", "year of abrogation or withdrawal"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("id",),
)

INSTRUMENT_CATEGORIES = Table(
    "instrument_categories",
    "An instrument's category over time: the count of a State can change with no act of its own (R40).",
    (
        Column("id", "text", "the instrument", required=True),
        Column("category", "text", "its category then", required=True, one_of=CATEGORIES),
        Column("subject", "text", "the fundamental subject it belongs to"),
        Column("valid_from", "date", "first day of the category", required=True),
        Column("valid_to", "date", "first day after it; null when it still holds"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("id", "valid_from"),
)

RATIFICATIONS = Table(
    "ratifications",
    "A State's ratification of an instrument, with the three dates that give three counts (R39).",
    (
        Column("party", "text", "party id of the State", required=True),
        Column("organisation", "text", "party id of the organisation", required=True),
        Column("instrument", "text", "the instrument", required=True),
        Column("registered", "date", "day the ratification was registered", required=True),
        Column("in_force", "date", "day it entered into force for the State"),
        Column("denounced", "date", "day from which it is denounced"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("party", "instrument", "registered"),
)
