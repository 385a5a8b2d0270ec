"""Names, numbers, dates and strings in English, French, Spanish and Korean.

Strings are gettext messages; the catalogues in `locale/` are read as they are written (`.po`), so
that there is nothing to compile. Names of States come from CLDR, except where the United Nations'
name differs (`parties`, columns `name_fr`, `name_es`, `name_ko`).
"""

from __future__ import annotations

import gettext
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from comity.errors import NotKnown
from comity.model import Party

LANGUAGES = ("en", "fr", "es", "ko")
DASHES = {"en": "–", "fr": "-", "es": "-", "ko": "~"}
"""What stands between the first and the last year of a period."""

_HOME = Path(__file__).parent / "locale"


class LanguageNotKnown(NotKnown):
    def __init__(self, given: str) -> None:
        super().__init__("language", given, LANGUAGES, "known: " + ", ".join(LANGUAGES))


def N_(message: str) -> str:
    """Marks a message for translation where it is only looked up later."""
    return message


@cache
def translator(lang: str) -> Callable[[str], str]:
    """The function that gives a message in `lang`; raises `LanguageNotKnown`."""
    if lang not in LANGUAGES:
        raise LanguageNotKnown(lang)
    path = _HOME / f"{lang}.po"
    if lang == "en" or not path.exists():
        return gettext.NullTranslations().gettext
    from babel.messages import mofile, pofile

    with path.open("rb") as source:
        catalogue = pofile.read_po(source, locale=lang)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def party_name(party: Party, lang: str) -> str:
    """The party's name in `lang`: our own where there is one, else CLDR's for a State, else English."""
    if lang == "en":
        return party.name
    if lang in party.names:
        return party.names[lang]
    return territory_name(party.iso2, lang) if party.iso2 else party.name


@cache
def _territories(lang: str) -> dict[str, str]:
    from babel import Locale

    return dict(Locale(lang).territories)


def territory_name(iso2: str, lang: str) -> str:
    """CLDR's name of a country by ISO alpha-2, or the code when there is none."""
    return _territories(lang).get(iso2, iso2)


def usd(amount: Decimal | None, lang: str) -> str:
    """An amount in full, to the cent, grouped as the language does; empty for None."""
    from babel.numbers import format_decimal

    return "" if amount is None else str(format_decimal(amount, "#,##0.00", locale=lang))


def millions(amount: Decimal, lang: str, decimals: int = 2) -> str:
    """An amount in millions, e.g. 44.65."""
    from babel.numbers import format_decimal

    return str(format_decimal(amount / 1_000_000, "#,##0." + "0" * decimals, locale=lang))


def in_sentence(amount: Decimal, lang: str) -> str:
    """An amount of a million or more, as it stands before “million”: 44.65; in Korean, which counts by
    ten thousands and says so itself, 4,465만 and 11억 2,125만."""
    if lang != "ko":
        return millions(amount, lang)
    myriads = int((abs(amount) / 10_000).to_integral_value())
    above, rest = divmod(myriads, 10_000)
    parts = ([f"{whole(above, lang)}억"] if above else []) + ([f"{whole(rest, lang)}만"] if rest else [])
    return ("-" if amount < 0 else "") + " ".join(parts)


def whole(number: int | Decimal, lang: str) -> str:
    """A whole number, grouped as the language does."""
    from babel.numbers import format_decimal

    return str(format_decimal(number, "#,##0", locale=lang))


def day(value: date | datetime, lang: str) -> str:
    """A date in words, e.g. 31 December 2022."""
    from babel.dates import format_date

    pattern = "d MMMM y" if lang == "en" else "long"
    text = str(format_date(value, pattern, locale=lang))
    return f"1er{text[1:]}" if lang == "fr" and value.day == 1 else text


def span(first: int, last: int, lang: str) -> str:
    """A year, or the years from `first` to `last`: 2018–2022, in French 2018-2022, in Korean 2018~2022."""
    return str(first) if first == last else f"{first}{DASHES[lang]}{last}"


def listed(parts: Iterable[str], lang: str) -> str:
    """“a; b; c”, in French with a space before the mark."""
    return ("\u00a0; " if lang == "fr" else "; ").join(parts)


def named(name: str, text: str, lang: str) -> str:
    """“name: text”, in French with a space before the mark."""
    return f"{name}\u00a0: {text}" if lang == "fr" else f"{name}: {text}"


def one_line(text: str) -> str:
    """Text without line breaks and runs of spaces; spaces that must not break stay as they are."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip(" ")


def sort_key(name: str) -> str:
    """Orders names without regard to accents: Égypte stands with E."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) != "Mn")
