"""Finds the party a person means: by ISO code, id, name or alias, in any of our languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comity import i18n
from comity.errors import AmbiguousParty, PartyNotKnown
from comity.model import Party
from comity.rules.identity import Index, Name, names_of

if TYPE_CHECKING:
    from comity.engines import Connection

_PARTIES = "SELECT id, name_en, kind, iso2, iso3, iati_id, dac_code, name_fr, name_es, name_ko FROM parties"
_ALIASES = "SELECT DISTINCT alias, party FROM aliases WHERE judgement = 'same'"
_ORGANISATIONS = "SELECT DISTINCT organisation AS id FROM coverage WHERE organisation IS NOT NULL"


class Directory:
    """All parties of a store, and what they are called."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.query(_PARTIES).to_pylist()
        self.parties = {
            row["id"]: Party(
                id=row["id"],
                name=row["name_en"],
                kind=row["kind"],
                iso2=row["iso2"],
                names={lang: row[f"name_{lang}"] for lang in ("fr", "es", "ko") if row[f"name_{lang}"]},
            )
            for row in rows
        }
        names = names_of(rows, connection.query(_ALIASES).to_pylist())
        self._names = names
        self._index = Index(names)
        self._reporting = set(connection.query(_ORGANISATIONS)["id"].to_pylist())

    def partner(self, text: str) -> Party:
        """The partner called `text`; raises `PartyNotKnown` or `AmbiguousParty`."""
        return self._find("partner", text, {id_: party.name for id_, party in self.parties.items()})

    def organisation(self, text: str) -> Party:
        """The organisation called `text`; raises `PartyNotKnown` or `AmbiguousParty`."""
        return self._find("organisation", text, self.organisations)

    @property
    def organisations(self) -> dict[str, str]:
        """Names by id of those that a profile may be of: of the UN system, or reported on by a source."""
        return {
            id_: party.name
            for id_, party in self.parties.items()
            if party.kind.startswith("un_") or id_ in self._reporting
        }

    def _find(self, role: str, text: str, allowed: dict[str, str]) -> Party:
        bare = re.sub(r"^\s*the\s+", "", text, flags=re.IGNORECASE)
        found = [id_ for id_ in self._index.find(text) or self._index.find(bare) if id_ in allowed]
        index = self._index
        if not found:
            index = Index([*self._names, *self._translated()])
            found = [id_ for id_ in index.find(text) if id_ in allowed]
        if not found:
            raise PartyNotKnown(role, text, index.nearest(text, allowed))
        if len(found) > 1:
            raise AmbiguousParty(role, text, [(allowed[id_], id_) for id_ in found])
        return self.parties[found[0]]

    def _translated(self) -> list[Name]:
        """Names in the other languages: only looked at when nothing else matches."""
        return [
            Name(text, party.id, 3)
            for party in self.parties.values()
            for lang in i18n.LANGUAGES
            for text in {i18n.party_name(party, lang), i18n.territory_name(party.iso2 or "", lang)}
        ]
