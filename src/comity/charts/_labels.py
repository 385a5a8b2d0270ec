"""Words that charts and pages share: kinds of money, subjects, years, names of sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from comity import i18n
from comity.i18n import N_
from comity.model import Figure, Item, Profile

TYPES = {
    "assessed": N_("Assessed"),
    "voluntary_core": N_("Voluntary core"),
    "voluntary_non_core": N_("Voluntary earmarked"),
    "other": N_("Other revenue"),
}
"""CEB's four types of revenue, in the order in which they are always shown."""

SUBJECTS = {
    "freedom_of_association": N_("Freedom of association"),
    "forced_labour": N_("Forced labour"),
    "child_labour": N_("Child labour"),
    "discrimination": N_("Discrimination"),
    "occupational_safety_and_health": N_("Occupational safety and health"),
}
"""The five subjects of the fundamental conventions (R40)."""


def money(amount: Decimal, lang: str) -> str:
    """An amount as a sentence has it: US$ 44.65 million; below a million in whole dollars."""
    _ = i18n.translator(lang)
    if abs(amount) >= 1_000_000:
        # Translators: in Korean the amount brings its own 억 and 만, so that “million” is left out.
        return _("US$ {amount} million").format(amount=i18n.in_sentence(amount, lang))
    return _("US$ {amount}").format(amount=i18n.whole(amount, lang))


def joined(parts: Iterable[str], lang: str) -> str:
    """“a, b and c” as the language has it."""
    from babel.lists import format_list

    text: str = format_list(list(parts), locale=lang)
    return text


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Years as unbroken stretches, in order: 2013, 2014, 2016 → (2013, 2014), (2016, 2016)."""
    found: list[tuple[int, int]] = []
    for year in sorted(set(years)):
        if found and found[-1][1] == year - 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found


def years(given: Iterable[int], lang: str) -> str:
    """“2019 and 2020”, “2013–2017 and 2019”: two years in a row stay apart, longer runs close up."""
    parts: list[str] = []
    for first, last in runs(given):
        parts += [str(first), str(last)] if last == first + 1 else [i18n.span(first, last, lang)]
    return joined(parts, lang)


SOURCES = {
    "parties": N_("Parties"),
    "rates": N_("Rates"),
    "ratifications": N_("Ratifications"),
    "register": N_("Register"),
}
"""Sources whose names are words; others go by their own names."""


def source_name(name: str, lang: str) -> str:
    """A source in a word: CEB, ILOSTAT, Register."""
    if name in SOURCES:
        return i18n.translator(lang)(SOURCES[name])
    return name.upper() if len(name) <= 4 else name.replace("_", " ").capitalize()


def sources_of(profile: Profile, figures: Iterable[Figure], lang: str) -> str:
    """Who stands behind `figures`: the publishers' names, each once; where they are many, the source's."""
    used = {use.source for figure in figures for use in figure.sources}
    named = (
        source_name(note.name, lang) if note.name in _OF_MANY else note.publisher
        for note in profile.sources if note.name in used
    )  # fmt: skip
    return joined(named, lang)


_OF_MANY = ("iati", "register")
"""Sources in which each row has its own author."""


CONFIDENCE = {
    "medium": N_("confidence: medium"),
    "low": N_("confidence: low"),
    "inferred": N_("inferred"),
}
"""How sure a fact is; a fact of high confidence needs no mark."""


def confidence(item: Item, lang: str) -> str:
    """How sure a fact is, in a word or two; empty when it is well established."""
    known = CONFIDENCE.get(str(item.get("confidence")))
    return i18n.translator(lang)(known) if known else ""


def own_name(item: Item, lang: str) -> str:
    """What an item is called in `lang`, else in English; empty when it has no name."""
    return str(item.get(f"name_{lang}") or item.get("name") or "")


def wrapped(text: str, letters: float, most: int | None = None) -> list[str]:
    """Lines of so many Latin letters, `most` of them; Hangul is wider."""
    wide = sum(ord(letter) >= 0x1100 for letter in text) / (len(text) or 1)
    return textwrap.wrap(text, int(letters / (1 + wide * 0.6)), max_lines=most, placeholder="…")


@lru_cache(8192)
def day(value: date, lang: str) -> str:
    """A date in words; a profile has the same ones again and again."""
    return i18n.day(value, lang)


@lru_cache(8192)
def text_width(text: str, size: float = 12.5) -> float:
    """About how many pixels wide a text is, rather too wide."""
    narrow = sum(c in "iljtfrI.,:;'’|()[] \u00a0" for c in text)
    wide = sum(ord(c) >= 0x1100 or c in "mwMW—%@" for c in text)
    large = sum(c.isupper() or c.isdigit() for c in text)
    return size * (0.56 * len(text) - 0.22 * narrow + 0.36 * wide + 0.09 * large)


_LONGEST = 200
"""Letters of a name in a sentence. None that exists has more."""


def shortened(name: str) -> str:
    """A name as a sentence can hold it."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def partner(profile: Profile, lang: str) -> str:
    return shortened(i18n.party_name(profile.partner, lang))


def organisation(profile: Profile, lang: str) -> str:
    return shortened(i18n.party_name(profile.organisation, lang))


VERDICTS = {
    "contradicts_page": N_("the page differs from itself"),
    "differs": N_("differs"),
    "stale": N_("right on an earlier day"),
    "source_gap": N_("gap in the source"),
    "compatible": N_("compatible with a reading"),
    "partial": N_("states a part"),
    "unquantified": N_("no number stated"),
    "not_computable": N_("cannot be computed"),
    "agrees": N_("agrees"),
}
"""Verdicts in words, from what needs attention most to what needs none."""


def verdict(name: str, lang: str) -> str:
    return i18n.translator(lang)(VERDICTS[name])


def percent(value: Decimal, lang: str) -> str:
    """A share without its sign, in per cent: 6.8."""
    from babel.numbers import format_decimal

    size = abs(value)
    return str(format_decimal(size, "#,##0.00" if size < 1 else "#,##0.0", locale=lang))


def signed(share: Decimal, lang: str) -> str:
    """A share in per cent with its sign: +6.8 %, −0.28 %."""
    _ = i18n.translator(lang)
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return _("{sign}{percent} %").format(sign=sign, percent=percent(share, lang))
