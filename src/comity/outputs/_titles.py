"""What activities are called in a table, so that a reader can tell them apart."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from comity import i18n
from comity.charts import Cell
from comity.model import Item, Profile
from comity.outputs import _parts as parts
from comity.outputs import _wording as wording

_LONGEST = 160
_COUNTRIES = 3
"""More countries than these do not tell an activity from others."""


def cells(items: Sequence[Item], profile: Profile, lang: str) -> list[Cell]:
    """Titles, in the page's language where they are published in it. Where one occurs again, or is in letters
    that the reader may not know, the publisher's identifier and the countries stand beside it."""
    titles = [_title(item, lang) for item in items]
    times = Counter(titles)

    def mark(title: str, item: Item) -> str:
        return _which(item, profile, lang) if times[title] > 1 or _strange(title, lang) else ""

    return [Cell(title, mark=mark(title, item)) for title, item in zip(titles, items, strict=True)]


def _which(item: Item, profile: Profile, lang: str) -> str:
    places = wording.all_named(parts.text(item.get("countries")).split(), profile, lang)
    named = places if len(places) <= _COUNTRIES else ()
    return i18n.listed((i18n.one_line(parts.text(item.get("activity_id"))), *named), lang)


def _strange(title: str, lang: str) -> bool:
    """Whether most of its letters are of another script than readers of the language know."""
    known = ("LATIN", "HANGUL", "CJK") if lang == "ko" else ("LATIN",)
    letters = [unicodedata.name(letter, "") for letter in title if letter.isalpha()]
    return 2 * sum(not name.startswith(known) for name in letters) > len(letters)


def _title(item: Item, lang: str) -> str:
    published = item.get(f"title_{lang}") or item.get("title") or item.get("activity_id")
    return parts.shortened(published, _LONGEST)
