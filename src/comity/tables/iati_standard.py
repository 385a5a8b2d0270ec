"""The IATI standard itself: its schemas, rulesets and codelists, by version."""

from comity.tables import ORIGIN, Column, Table

KINDS = ("schema", "ruleset", "codelist", "mapping")

_VERSION = Column(
    "version", "text", "version of the standard, e.g. 2.03; null for what holds for all of them"
)

STANDARD_FILES = Table(
    "standard_files",
    "The files of the IATI standard; their bytes are kept under `snapshot`.",
    (
        Column(
            "kind",
            "text",
            "what the file is; a mapping says which codelist an attribute or element draws on",
            required=True,
            one_of=KINDS,
        ),
        _VERSION,
        Column("name", "text", "the file's own name", required=True),
        *ORIGIN,
    ),
    order=("kind", "version", "name", "dataset"),
)

CODELISTS = Table(
    "codelists",
    "The codes of the IATI standard with their names; withdrawn ones stay valid in older data.",
    (
        Column("codelist", "text", "the codelist's own name, e.g. Sector", required=True),
        _VERSION,
        Column("code", "text", "the code", required=True),
        Column("name_en", "text", "its name in English"),
        Column("name_fr", "text", "its name in French"),
        Column("category", "text", "the code's code in the codelist of categories"),
        Column(
            "status", "text", "whether the code is still given", required=True, one_of=("active", "withdrawn")
        ),
        Column(
            "complete",
            "text",
            "yes: a code that the list lacks is wrong; no: it may exist all the same",
            required=True,
            one_of=("yes", "no"),
        ),
        *ORIGIN,
    ),
    order=("codelist", "version", "code", "dataset"),
)
