"""The partnership register: what the partners themselves know and keep (R41, R42)."""

from comity.tables import CONFIDENCE, ORIGIN, Column, Table

_PARTNER = Column("partner", "text", "party id of the partner", required=True)
_ORGANISATION = Column("organisation", "text", "party id of the organisation", required=True)
_PROGRAMME = Column("programme", "text", "id of the programme", required=True)
_PHASE = Column("phase", "text", "id of the phase", required=True)
_START = Column("start_year", "int", "first calendar year", required=True)
_SEEN = Column("seen", "text", "when the page or document was seen, as exactly as known")
_SPEAKS_FROM = Column("start_year", "int", "first year the statement is about; null when undated")
_END = Column("end_year", "int", "last calendar year; null when open")

MEMBERSHIPS = Table(
    "memberships",
    "Since when a State is a member of an organisation.",
    (
        _PARTNER,
        _ORGANISATION,
        Column("since_year", "int", "year of admission", required=True),
        Column("since_stated", "text", "the date as known: year, month or day", required=True),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation"),
)

PROGRAMMES = Table(
    "programmes",
    "Partnership programmes and larger projects between a partner and an organisation.",
    (
        Column("id", "text", "the programme's id in the register", required=True),
        _PARTNER,
        _ORGANISATION,
        Column("name", "text", "its name", required=True),
        _START,
        _END,
        Column("managing_office", "text", "the office that manages it"),
        Column("implementing", "text", "party ids of implementing institutions, separated by spaces"),
        Column("themes", "text", "themes, separated by “; ”"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation", "start_year", "id"),
)

PHASES = Table(
    "phases",
    "Phases of a programme: neither calendar years nor biennia (R41).",
    (
        Column("id", "text", "the phase's id within its programme", required=True),
        _PROGRAMME,
        _PARTNER,
        _ORGANISATION,
        _START,
        _END,
        Column("signed_on", "text", "day of signature, as exactly as known"),
        Column("reference", "text", "the organisation's own reference"),
        Column("themes", "text", "themes, separated by “; ”"),
        Column("countries", "text", "ISO 3166 alpha-3 codes, separated by spaces"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation", "programme", "start_year"),
)

PHASE_AMOUNTS = Table(
    "phase_amounts",
    "Amounts stated for a phase. An amendment replaces or adds; a restated total stands beside (R41).",
    (
        _PROGRAMME,
        _PHASE,
        _PARTNER,
        _ORGANISATION,
        Column("amount", "amount", "in the currency named beside it", required=True),
        Column("currency", "text", "ISO 4217 code", required=True),
        Column(
            "effect",
            "text",
            "what the amount does to those before it",
            required=True,
            one_of=("original", "adds", "replaces", "restated"),
        ),
        Column("stated_on", "text", "when it was stated, as exactly as known"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("programme", "phase", "stated_on"),
)

PARTNERS = Table(
    "partners",
    "Ministries and agencies through which the partner works with the organisation.",
    (
        _PARTNER,
        _ORGANISATION,
        Column("party", "text", "party id of the ministry or agency", required=True),
        Column("role", "text", "partner or implementing", required=True),
        _SPEAKS_FROM,
        _END,
        _SEEN,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation", "party"),
)

SECONDMENTS = Table(
    "secondments",
    "Staff lent to the organisation: posts and months, never money, no names of persons (R42).",
    (
        _PARTNER,
        _ORGANISATION,
        Column("programme", "text", "name of the secondment programme", required=True),
        _SPEAKS_FROM,
        _END,
        Column("posts", "int", "number of posts; null when not stated"),
        Column("months", "int", "months served; null when not stated"),
        Column("statement", "text", "what is stated where there is no number"),
        _SEEN,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation", "programme"),
)

PRIORITIES = Table(
    "priorities",
    "What a partner says its development cooperation is for, by strategy period.",
    (
        _PARTNER,
        Column("organisation", "text", "party id where the statement is made to one organisation"),
        Column(
            "kind", "text", "what sort", required=True, one_of=("sector", "cross_cutting", "partner_country")
        ),
        Column("code", "text", "slug of a sector, ISO alpha-3 of a country; null for a number without names"),
        Column("name", "text", "as stated"),
        _SPEAKS_FROM,
        _END,
        Column("stated_count", "int", "the number stated, where the names are not known"),
        _SEEN,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "kind", "start_year", "code"),
)

PROGRAMME_PLACES = Table(
    "programme_places",
    "Where programmes run, as a page or document states it.",
    (
        _PARTNER,
        _ORGANISATION,
        Column("kind", "text", "what sort of place", required=True, one_of=("country", "region", "global")),
        Column("code", "text", "ISO alpha-3 of a country, slug of a region", required=True),
        Column("name", "text", "as stated"),
        _START,
        _END,
        _SEEN,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("partner", "organisation", "kind", "code"),
)
