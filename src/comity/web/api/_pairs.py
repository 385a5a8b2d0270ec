"""Which pairs a question names: by a partner, an organisation or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from comity import measures, profiles
from comity.api import ask
from comity.engines import Request
from comity.errors import BadRequest, MeasureNotKnown, PartyNotKnown
from comity.model import Party
from comity.profiles import Library
from comity.web import facts
from comity.web.api._asked import ORGANISATION, PARTNER, Dated, Word


class Pair(Schema):
    partner: Annotated[Word, Field(description=PARTNER, examples=["KOR"])]
    organisation: Annotated[Word, Field(description=ORGANISATION, examples=["ILO"])]


def asked_of(asked: Dated, place: Pair, known_at: datetime | None) -> Request:
    """What is asked of the pair, of the facts as they were."""
    opened = facts.library(known_at)
    body = opened.directory.organisation(place.organisation)
    return ask(opened, place.partner, body.id, asked.period or facts.last_years(body, known_at), asked.day)


MOST = 2_000
"""Pairs, each counted once for every family of measures, that are asked at a time."""
MOST_YEARS = 20_000
"""Years that are asked at a time, those of each pair counted once for every family: a second's work."""
_KNOWN = """
    SELECT provider AS partner, receiver AS organisation FROM contributions
    UNION SELECT party, organisation FROM ratifications
    UNION SELECT partner, organisation FROM memberships
    UNION SELECT partner, organisation FROM programmes
    UNION SELECT partner, organisation FROM secondments
    UNION SELECT partner, organisation FROM joint_activities WHERE counted = 1
"""


def _known(known_at: datetime | None) -> list[tuple[str, str]]:
    """Pairs of which any source says something."""

    def make(opened: Library) -> list[tuple[str, str]]:
        rows = opened.connection.query(
            f"FROM ({_KNOWN}) WHERE partner IS NOT NULL AND organisation IS NOT NULL ORDER BY ALL"
        ).to_pylist()
        return [(row["partner"], row["organisation"]) for row in rows]

    return facts.remembered(known_at, "pairs of the interface", make)


def families(asked: str) -> dict[str, set[str] | None]:
    """Families of measures, and which of each are wanted, None for all; raises `MeasureNotKnown`."""
    known = measures.shelved()
    whole = {measure.family for measure in known.values()}
    found: dict[str, set[str] | None] = {}
    for word in asked.split(","):
        if word in whole:
            found[word] = None
        elif word in known:
            family = known[word].family
            wanted = found.setdefault(family, set())
            if wanted is not None:
                wanted.add(word)
        else:
            raise MeasureNotKnown(word, [*known, *sorted(whole)])
    return found


def requests(
    opened: Library, known_at: datetime | None, partner: str | None, organisation: str | None,
    years: tuple[int, int] | None, as_of: date | None, asked: int,
) -> list[Request]:  # fmt: skip
    """One request for each pair. Raises `BadRequest` where the question names too many, and what a name
    that nobody has raises."""
    if partner is None and organisation is None:
        raise BadRequest("name a partner, an organisation or both: all pairs at once are too many")
    find, parties = opened.directory, opened.directory.parties
    who = _named(find.partner, partner) if partner else []
    where = _named(find.organisation, organisation) if organisation else []
    if who and where:
        pairs = [(one.id, body.id) for one in who for body in where if one.id != body.id]
    else:
        named = {party.id for party in who or where}
        side = 0 if who else 1
        pairs = [pair for pair in _known(known_at) if pair[side] in named and pair[0] != pair[1]]
        pairs = [pair for pair in pairs if all(id_ in parties for id_ in pair)]
    pairs = list(dict.fromkeys(sorted(pairs)))
    if len(pairs) * asked > MOST:
        raise BadRequest(
            f"{len(pairs):,} pairs with {asked} families of measures are too many; ask for fewer"
        )
    found = [_request(opened, pair, number, known_at, years, as_of) for number, pair in enumerate(pairs)]
    together = asked * sum(one.end_year - one.start_year + 1 for one in found)
    if together > MOST_YEARS:
        raise BadRequest(
            f"{len(pairs):,} pairs with {asked} families of measures make {together:,} years, and "
            f"{MOST_YEARS:,} at most are worked out at a time; ask for fewer years, or fewer pairs"
        )
    return found


def _named(find: Callable[[str], Party], text: str) -> list[Party]:
    """The parties that a text names: one whose name holds commas, else several between them."""
    if "," in text:
        with suppress(PartyNotKnown):
            return [find(text)]
    return [find(name.strip()) for name in text.split(",")]


def _request(
    opened: Library, pair: Sequence[str], number: int, known_at: datetime | None,
    years: tuple[int, int] | None, as_of: date | None,
) -> Request:  # fmt: skip
    partner, body = (opened.directory.parties[id_] for id_ in pair)
    period = profiles.period_of(*(years or facts.last_years(body, known_at)))
    return profiles.request_for(opened, partner, body, period, as_of, number)
