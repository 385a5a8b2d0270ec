"""Who is who: parties, and the names and codes they go by."""

from comity.tables import CONFIDENCE, ORIGIN, Column, Table

STATE_KINDS = ("state", "observer_state", "area")
"""Parties that governments report for: CEB's government donors."""

PARTIES = Table(
    "parties",
    "States, organisations, ministries, agencies, banks and funds, one row each.",
    (
        Column(
            "id",
            "text",
            "our id: ISO 3166 alpha-3 for States, the usual code for organisations",
            required=True,
        ),
        Column("kind", "text", "what sort of party", required=True),
        Column("name_en", "text", "short name in English, as the United Nations uses it", required=True),
        Column("name_fr", "text", "name in French where it differs from CLDR's"),
        Column("name_es", "text", "name in Spanish where it differs from CLDR's"),
        Column("name_ko", "text", "name in Korean where it differs from CLDR's"),
        Column("iso2", "text", "ISO 3166 alpha-2"),
        Column("iso3", "text", "ISO 3166 alpha-3"),
        Column("parent", "text", "party id this party belongs to"),
        Column("iati_id", "text", "IATI organisation identifier"),
        Column("dac_code", "text", "DAC donor code of a State, channel code of an organisation"),
        Column("latitude", "number", "degrees north of a point to place a dot at"),
        Column("longitude", "number", "degrees east of that point"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("id",),
)

ALIASES = Table(
    "aliases",
    "Other names and codes of a party, with who judged so and why (R28); joined at reading.",
    (
        Column("alias", "text", "the name or code as it occurs", required=True),
        Column("scheme", "text", "name, code, iati, dac_channel or dac_donor", required=True),
        Column("party", "text", "party id", required=True),
        Column("judgement", "text", "whether they are the same", required=True, one_of=("same", "not_same")),
        Column("valid_from", "date", "first day the alias holds"),
        Column("valid_to", "date", "last day the alias holds"),
        Column("stated_by", "text", "who judged"),
        Column("why", "text", "on what evidence"),
        *ORIGIN,
    ),
    order=("scheme", "alias", "party"),
)
