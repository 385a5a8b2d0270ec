"""What activities are for and where: the DAC's codes, and the words in which registers state themes."""

from comity.tables import CONFIDENCE, ORIGIN, Column, Table

_STATUS = (
    Column(
        "status", "text", "whether the code is still given", required=True, one_of=("active", "withdrawn")
    ),
    Column("valid_to", "date", "last day of the code, as the code list states it; null when it still holds"),
)

SECTORS = Table(
    "sectors",
    "The DAC's purpose codes and their groups; withdrawn ones stay, because older data uses them.",
    (
        Column("code", "text", "three digits of a group, five of a purpose", required=True, unique=True),
        Column("level", "text", "which of the two", required=True, one_of=("group", "purpose")),
        Column("group_code", "text", "code of the group; a group is its own", required=True),
        Column(
            "name_en",
            "text",
            "name in English, as the code list has it; our own where the note says so",
            required=True,
        ),
        Column("name_fr", "text", "the same in French", required=True),
        Column("name_es", "text", "name in Spanish, of groups alone: our own translation"),
        Column("name_ko", "text", "name in Korean, of groups alone: our own translation"),
        *_STATUS,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("code",),
)

REGIONS = Table(
    "regions",
    "The DAC's codes of regions, which stand for countries that are not told apart (R18).",
    (
        Column("code", "text", "the code", required=True, unique=True),
        Column("name_en", "text", "name in English, as the code list has it", required=True),
        Column("name_fr", "text", "name in French, as the code list has it", required=True),
        Column("name_es", "text", "name in Spanish: our own translation", required=True),
        Column("name_ko", "text", "name in Korean: our own translation", required=True),
        Column(
            "kind",
            "text",
            "whether it is a region, or stands for no place in particular",
            required=True,
            one_of=("region", "unspecified"),
        ),
        *_STATUS,
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("code",),
)

THEMES = Table(
    "themes",
    "Which DAC codes serve a theme: our judgement, a row for each code. Confidence is high where the "
    "code's name or definition holds the theme, medium where it serves the theme among others, low where "
    "it is used for want of a better one.",
    (
        Column(
            "theme",
            "text",
            "theme or priority in English, in small letters, as registers state it",
            required=True,
        ),
        Column("group_code", "text", "code of the group, in `sectors`", required=True),
        Column("sector_code", "text", "code of the purpose, in `sectors`; null for the whole group"),
        *CONFIDENCE,
        *ORIGIN,
    ),
    order=("theme", "group_code", "sector_code"),
)
