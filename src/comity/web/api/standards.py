"""Conventions and protocols of an organisation, and who ratified them, as they stand on a day."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router

from comity import computed, profiles, typed
from comity.errors import BadRequest
from comity.profiles import Library
from comity.tables import Column, quoted
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import Day, Listed, Word
from comity.web.api._offer import listing
from comity.web.api._rows import Held, Query, Rows, Shape, equal, holds, where

router = Router(tags=["standards"])
_ON = "The day on which they are looked at. Without it the day the facts were loaded."
Category = Literal["fundamental", "governance", "technical", "protocol"]
INSTRUMENT = Shape(
    "instruments", "Instrument",
    (
        Column("instrument", "text", "the instrument's number, e.g. C087, P029", required=True),
        Column("organisation", "text", "party id of the organisation that adopted it", required=True),
        Column("title", "text", "short title", required=True),
        Column("adopted", "int", "year of adoption", required=True),
        Column("kind", "text", "convention or protocol", required=True),
        Column("category", "text", "its category on the day"),
        Column("subject", "text", "the fundamental subject it then belongs to"),
        Column("status", "text", "up_to_date, abrogated, withdrawn or other"),
        Column("ended_year", "int", "year of abrogation or withdrawal"),
    ),
    "by `instrument`",
)  # fmt: skip
RATIFICATION = Shape(
    "ratifications", "Ratification",
    (
        Column("party", "text", "party id of the State", required=True),
        Column("organisation", "text", "party id of the organisation", required=True),
        Column("instrument", "text", "the instrument's number", required=True),
        Column("title", "text", "its short title; null where nothing is known of it"),
        Column("category", "text", "its category on the day"),
        Column("subject", "text", "the fundamental subject it then belongs to"),
        Column("stands", "text", "in_force, not_denounced (and not in force) or registered (and denounced)",
               required=True),
        Column("registered", "date", "day the ratification was registered", required=True),
        Column("in_force", "date", "day it entered into force for the State"),
        Column("denounced", "date", "day from which it is denounced"),
        Column("stated_by", "text", "who states the fact, in a few words or as a link"),
        Column("confidence", "text", "how sure the fact is", required=True),
        Column("note", "text", "what is uncertain, or worth knowing"),
        Column("source", "text", "the source that published the row", required=True),
        Column("snapshot", "text", "sha256 of the file", required=True),
        Column("locator", "text", "where in it", required=True),
    ),
    "by `party`, `instrument`, `registered`",
)  # fmt: skip
_COUNTS = ("standards.in_force", "standards.not_denounced", "standards.protocols", "standards.registered")
"""From the one that asks most: a ratification stands as the first of them that counts it (R39)."""


class OnDay(Listed):
    on: Day | None = Field(None, description=_ON, examples=["2022-12-31"])
    organisation: Word | None = Field(
        None, description="Only of this organisation: id, name or alias.", examples=["ILO"]
    )
    category: Category | None = Field(
        None, description="Only of this category on the day.", examples=["fundamental"]
    )

    def day(self, opened: Library) -> date:
        """Raises `BadRequest` for a day after the facts were loaded."""
        on, known = typed.day(self.on, "on=2022-12-31"), opened.known_at.date()
        if on and on > known:
            raise BadRequest(
                f"{on} lies after the day the facts were loaded, {known}; nothing is known of it"
            )
        return on or known

    def body(self, opened: Library) -> str | None:
        return opened.directory.organisation(self.organisation).id if self.organisation else None


class InstrumentsAsked(OnDay):
    q: Word | None = Field(
        None, description="Words that stand in its number or title.", examples=["forced labour"]
    )
    kind: Literal["convention", "protocol"] | None = Field(
        None, description="Only of this kind.", examples=["convention"]
    )


@listing(
    router, "/standards/instruments", INSTRUMENT, InstrumentsAsked, summary="Instruments",
    sample="/standards/instruments?q=C087&on=2022-12-31",
)  # fmt: skip
def instruments(request: HttpRequest, asked: InstrumentsAsked) -> Rows:
    """Conventions and protocols with the category each has on the day: it can change with time."""
    opened = facts.library(_answer.known_by(request, asked))
    on = quoted(asked.day(opened).isoformat())
    known = f"""
        SELECT one.id AS instrument, one.organisation, title, adopted, kind, category, subject, status,
            ended_year
        FROM instruments AS one LEFT JOIN instrument_categories AS held
        ON held.id = one.id AND valid_from <= {on}::DATE AND (valid_to IS NULL OR valid_to > {on}::DATE)
    """  # as R40 has it
    only = where(
        holds(asked.q, "instrument", "title"), equal("organisation", asked.body(opened)),
        equal("category", asked.category), equal("kind", asked.kind),
    )  # fmt: skip
    return Query(opened.connection, f"SELECT * FROM ({known}) {only}", ("instrument", "organisation"))


class RatificationsAsked(OnDay):
    party: Word | None = Field(
        None, description="Only of this State: ISO code, id, name or alias.", examples=["KOR"]
    )
    instrument: str | None = Field(
        None,
        max_length=10,
        pattern="^[A-Za-z0-9]+$",
        description="Only of this instrument.",
        examples=["C087"],
    )
    stands: Literal["in_force", "not_denounced", "registered"] | None = Field(
        None, description="Only those that stand so on the day.", examples=["in_force"]
    )


@listing(
    router, "/standards/ratifications", RATIFICATION, RatificationsAsked, summary="Ratifications",
    sample="/standards/ratifications?party=KOR&instrument=C087&on=2022-12-31",
)  # fmt: skip
def ratifications(request: HttpRequest, asked: RatificationsAsked) -> Rows:
    """Ratifications registered by the day, and how each stands on it: those in force make the measure
    `standards.in_force`, with those that are not denounced `standards.not_denounced`, and all of
    conventions `standards.registered`. Protocols are listed while they are not denounced."""
    known_at = _answer.known_by(request, asked)
    opened = facts.library(known_at)
    found = _ratified(opened, asked.day(opened), asked.body(opened))
    party = opened.directory.partner(asked.party).id if asked.party else None
    wanted = {
        "party": party, "instrument": asked.instrument and asked.instrument.upper(),
        "category": asked.category, "stands": asked.stands,
    }  # fmt: skip
    return Held([
        row for row in found if all(value in (None, row[name]) for name, value in wanted.items())
    ])  # fmt: skip


def _ratified(opened: Library, on: date, body: str | None) -> list[dict[str, Any]]:
    """The rows behind the measures that count ratifications, of every State that has any."""
    only = where(equal("organisation", body))
    query = f"SELECT DISTINCT party, organisation FROM ratifications {only} ORDER BY ALL"
    pairs = [(row["party"], row["organisation"]) for row in opened.connection.query(query).to_pylist()]
    parties, period = opened.directory.parties, profiles.period_of(on.year, on.year)
    requests = [
        profiles.request_for(opened, parties[state], parties[of], period, on, number)
        for number, (state, of) in enumerate(pairs)
    ]
    if not requests:
        return []
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for measure in _COUNTS:
        stands = "not_denounced" if measure == "standards.protocols" else measure.partition(".")[2]
        for number, rows in computed.rows(opened, requests, measure).items():
            for row in rows:
                state, of = pairs[number]
                told = {**row, "party": state, "organisation": of, "stands": stands}
                key = (state, row["instrument"], row["registered"])
                found.setdefault(key, {column.name: told[column.name] for column in RATIFICATION.columns})
    return [found[key] for key in sorted(found)]


PART = Part("standards", router, "Conventions, protocols and their ratifications on a day.", order=8)
