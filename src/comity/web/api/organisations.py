"""Organisations: who reports what it received, and since when."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from comity.tables import Column, contracts, quoted
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import ORGANISATION, Asked, Listed, Word
from comity.web.api._offer import listing, operation, row_of
from comity.web.api._rows import Query, Rows, Shape, equal, holds, where

router = Router(tags=["organisations"])
_NAMED = ("id", "kind", "name_en", "name_fr", "name_es", "name_ko", "parent", "iati_id")
COLUMNS = (
    *(c for c in contracts()["parties"].columns if c.name in _NAMED),
    Column("first_year", "int", "first year for which a source reports its revenue"),
    Column("last_year", "int", "last such year"),
    Column("contributors", "int", "how many parties are reported as its contributors", required=True),
)
_TYPES = "('assessed', 'voluntary_core', 'voluntary_non_core', 'other')"
_ALL = f"""
    SELECT {", ".join(f"p.{name}" for name in _NAMED)}, first_year, last_year,
        coalesce(contributors, 0)::INTEGER AS contributors
    FROM parties AS p
    LEFT JOIN (
        SELECT organisation, min(year) FILTER (type IN {_TYPES}) AS first_year,
            max(year) FILTER (type IN {_TYPES}) AS last_year
        FROM coverage WHERE organisation IS NOT NULL GROUP BY organisation
    ) AS reported ON reported.organisation = p.id
    LEFT JOIN (
        SELECT receiver, count(DISTINCT provider) AS contributors FROM contributions GROUP BY receiver
    ) AS given ON given.receiver = p.id
    WHERE kind LIKE 'un\\_%' ESCAPE '\\' OR reported.organisation IS NOT NULL
"""
SHAPE = Shape("organisations", "Organisation", COLUMNS, "by `id`")


class OrganisationsAsked(Listed):
    q: Word | None = Field(None, description="Words that stand in a name or id.", examples=["labour"])
    parent: Word | None = Field(
        None, description="Only those that belong to this party (its id).", examples=["UN"]
    )


@listing(
    router, "/organisations", SHAPE, OrganisationsAsked, summary="Organisations",
    sample="/organisations?q=labour&limit=1",
)  # fmt: skip
def organisations(request: HttpRequest, asked: OrganisationsAsked) -> Rows:
    """Organisations of the UN system, and others whose revenue a source reports."""
    only = where(
        holds(asked.q, "id", "name_en", "name_fr", "name_es", "name_ko"), equal("parent", asked.parent)
    )
    connection = facts.library(_answer.known_by(request, asked)).connection
    return Query(connection, f"SELECT * FROM ({_ALL}) {only}", ("id",))


class One(Schema):
    organisation: Annotated[Word, Field(description=ORGANISATION, examples=["ILO"])]


class Covered(Schema):
    """Years that a source reports of one type."""

    source: str = Field(description="The source.")
    type: str = Field(description="Type of revenue, or another subject.")
    years: list[int] = Field(description="The years it reports; empty where the statement has no date.")


_Organisation: Any = row_of("OrganisationColumns", COLUMNS)


class OrganisationAlone(_Organisation):  # type: ignore[misc] # made from the columns, as above
    """An organisation, with what is reported of it."""

    coverage: list[Covered] = Field(description="What the sources report of it, and for which years.")


@operation(
    router, "/organisations/{organisation}", Asked, OrganisationAlone, summary="One organisation", place=One,
    sample="/organisations/ILO",
)  # fmt: skip
def organisation(request: HttpRequest, asked: Asked, place: One, form: _answer.Format) -> HttpResponse:
    """An organisation by any of its names, with the years for which the sources report it: what lies
    outside is not reported, which is not zero."""
    opened = facts.library(asked.known)
    id_ = quoted(opened.directory.organisation(place.organisation).id)
    row: dict[str, Any] = opened.connection.query(f"SELECT * FROM ({_ALL}) WHERE id = {id_}").to_pylist()[0]
    row["coverage"] = opened.connection.query(
        f"""SELECT source, type,
            coalesce(list(DISTINCT year ORDER BY year) FILTER (year IS NOT NULL), []) AS years
        FROM coverage WHERE organisation = {id_} GROUP BY source, type ORDER BY source, type"""
    ).to_pylist()
    return _answer.file(_answer.as_json(row), form)


PART = Part("organisations", router, "Organisations of the UN system, and what is reported of them.", order=2)
