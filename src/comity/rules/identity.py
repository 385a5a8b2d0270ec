"""R28: one party has many names and codes. They are matched here, and nowhere written over."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_QUOTES = "\"'“”„«»"


def key(text: str) -> str:
    """The form in which names and identifiers are compared: unquoted, trimmed, single-spaced,
    case folded.

    >>> key('"KR-GOV-051"  ') == key("kr-gov-051")
    True
    """
    plain = unicodedata.normalize("NFD", text).replace("’", "'")
    plain = " ".join(plain.split()).strip(_QUOTES + " ")
    return unicodedata.normalize("NFC", plain.casefold())


@dataclass(frozen=True, slots=True)
class Name:
    """One way to call a party. `rank` 0 is an id or code, 1 a name, 2 an alias."""

    text: str
    party: str
    rank: int


def names_of(parties: Iterable[Mapping[str, str | None]], aliases: Iterable[Mapping[str, str]]) -> list[Name]:
    """Every name and code of the rows of `parties` and `aliases`, each as strong as it is."""
    ranks = {"id": 0, "iso2": 0, "iso3": 0, "name_en": 1}
    own = [Name(row[c] or "", row["id"] or "", rank) for row in parties for c, rank in ranks.items()]
    return own + [Name(row["alias"], row["party"], 2) for row in aliases]


class Index:
    """Names and codes of all parties, for looking up what a publisher wrote or a person typed."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_key: dict[str, list[Name]] = {}
        for name in names:
            if name.text:
                self._by_key.setdefault(key(name.text), []).append(name)

    def find(self, text: str) -> tuple[str, ...]:
        """Ids of the parties called `text`; of these only the ones with the strongest kind of name."""
        found = self._by_key.get(key(text), [])
        best = min((name.rank for name in found), default=0)
        return tuple(dict.fromkeys(name.party for name in found if name.rank == best))

    def resolve(self, texts: Iterable[str]) -> dict[str, str]:
        """The party of each published name, leaving out unknown and ambiguous ones."""
        answers = ((text, self.find(text)) for text in texts)
        return {text: found[0] for text, found in answers if len(found) == 1}

    def nearest(self, text: str, allowed: Mapping[str, str], most: int = 3) -> list[tuple[str, str]]:
        """(name, id) of the parties in `allowed` (id → name) whose names come nearest to `text`."""
        wanted = key(text)
        keys = [k for k, names in self._by_key.items() if any(n.party in allowed for n in names)]
        close = difflib.get_close_matches(wanted, keys, n=most * 4, cutoff=0.6)
        close += [k for k in keys if len(wanted) > 3 and wanted in k]
        ids = dict.fromkeys(n.party for k in close for n in self._by_key[k] if n.party in allowed)
        return [(allowed[id_], id_) for id_ in list(ids)[:most]]
