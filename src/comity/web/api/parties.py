"""Parties: States, organisations, ministries, agencies, banks and funds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from comity import i18n
from comity.tables import contracts, quoted
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import Asked, Listed, Word
from comity.web.api._offer import listing, operation, row_of
from comity.web.api._rows import Query, Rows, Shape, equal, holds, where

router = Router(tags=["parties"])
_SHOWN = (
    "id", "kind", "name_en", "name_fr", "name_es", "name_ko", "iso2", "iso3", "parent", "iati_id", "dac_code",
    "latitude", "longitude",
)  # fmt: skip
COLUMNS = tuple(c for c in contracts()["parties"].columns if c.name in _SHOWN)
_NAMES = ", ".join(f'"{name}"' for name in _SHOWN)
Kind = Literal[
    "state", "observer_state", "area", "un_entity", "un_department", "ministry", "agency", "bank", "fund",
    "foundation", "intergovernmental", "company", "group",
]  # fmt: skip
SHAPE = Shape(
    "parties", "Party", COLUMNS, "by `id`", sortable=_SHOWN[:-2],
)  # fmt: skip


class PartiesAsked(Listed):
    q: Word | None = Field(None, description="Words that stand in a name, id or code.", examples=["korea"])
    kind: Kind | None = Field(None, description="Only parties of this kind.", examples=["state"])
    parent: Word | None = Field(
        None, description="Only those that belong to this party (its id).", examples=["KOR"]
    )


@listing(
    router, "/parties", SHAPE, PartiesAsked, summary="Parties", sample="/parties?q=korea&kind=state&limit=1"
)
def parties(request: HttpRequest, asked: PartiesAsked) -> Rows:
    """States and other parties, one row each. Names in French, Spanish and Korean stand where they differ
    from those of Unicode CLDR; a single party has them all."""
    only = where(
        holds(asked.q, "id", "name_en", "name_fr", "name_es", "name_ko", "iati_id", "dac_code"),
        equal("kind", asked.kind),
        equal("parent", asked.parent),
    )
    connection = facts.library(_answer.known_by(request, asked)).connection
    return Query(connection, f"SELECT {_NAMES} FROM parties {only}", ("id",))


class One(Schema):
    party: Annotated[Word, Field(description="ISO code, id, name or alias.", examples=["KOR"])]


class Alias(Schema):
    """Another name or code of a party."""

    alias: str = Field(description="The name or code as it occurs.")
    scheme: str = Field(description="name, code, iati, dac_channel or dac_donor.")


_Party: Any = row_of("PartyColumns", COLUMNS)


class PartyAlone(_Party):  # type: ignore[misc] # made from the columns, so that there is no type to read
    """A party, with all that it is called."""

    names: dict[str, str] = Field(description="Its name in English, French, Spanish and Korean.")
    aliases: list[Alias] = Field(description="Other names and codes it goes by.")


@operation(
    router, "/parties/{party}", Asked, PartyAlone, summary="One party", place=One, sample="/parties/KOR"
)
def party(request: HttpRequest, asked: Asked, place: One, form: _answer.Format) -> HttpResponse:
    """A party by any of its names, with those in four languages and its aliases."""
    opened = facts.library(asked.known)
    found = opened.directory.partner(place.party)
    ask, id_ = opened.connection.query, quoted(found.id)
    row: dict[str, Any] = ask(f"SELECT {_NAMES} FROM parties WHERE id = {id_}").to_pylist()[0]
    row["names"] = {lang: i18n.party_name(found, lang) for lang in i18n.LANGUAGES}
    row["aliases"] = ask(
        f"SELECT DISTINCT alias, scheme FROM aliases WHERE party = {id_} AND judgement = 'same' "
        "ORDER BY scheme, alias"
    ).to_pylist()
    return _answer.file(_answer.as_json(row), form)


PART = Part("parties", router, "States, organisations, ministries, agencies, banks and funds.", order=1)
