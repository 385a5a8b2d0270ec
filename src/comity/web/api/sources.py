"""Where facts come from, under which licence, and what is loaded."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from comity.errors import SourceNotKnown
from comity.sources import shelved
from comity.tables import Column, contracts
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import Listed, Word
from comity.web.api._offer import listing
from comity.web.api._rows import Held, Query, Rows, Shape, equal, holds, where

router = Router(tags=["sources"])
SOURCE = Shape(
    "sources", "Source",
    (
        Column("source", "text", "its name here", required=True),
        Column("title", "text", "what it is", required=True),
        Column("publisher", "text", "who publishes it", required=True),
        Column("licence", "text", "under which licence", required=True),
        Column("redistributable", "text", "yes where its files may be passed on, else no", required=True),
        Column("url", "text", "where the publisher keeps it", required=True),
        Column("feeds", "text", "the tables it fills, separated by spaces", required=True),
        Column("files", "int", "how many of its files are loaded", required=True),
        Column("newest", "text", "when the newest of them was taken (UTC)"),
    ),
    "by `source`",
)  # fmt: skip
FILE = Shape("files", "File", contracts()["snapshots"].columns, "by `source`, `name`, `sha256`")
_FILES = tuple(column.name for column in FILE.columns)


class SourcesAsked(Listed):
    q: Word | None = Field(
        None, description="Words that stand in its name, title or publisher.", examples=["ceb"]
    )


@listing(router, "/sources", SOURCE, SourcesAsked, summary="Sources", sample="/sources?q=ceb")
def sources(request: HttpRequest, asked: SourcesAsked) -> Rows:
    """The sources that comity reads, and how many files of each are loaded."""
    connection = facts.library(_answer.known_by(request, asked)).connection
    query = "SELECT source, count(*) AS files, max(taken_at) AS newest FROM snapshots GROUP BY source"
    held: dict[str, Any] = {row["source"]: row for row in connection.query(query).to_pylist()}
    words = (asked.q or "").casefold().split()
    return Held([
        {
            "source": one.name, "title": one.title, "publisher": one.publisher, "licence": one.licence,
            "redistributable": "yes" if one.redistributable else "no", "url": one.url,
            "feeds": " ".join(one.feeds), "files": held.get(one.name, {}).get("files", 0),
            "newest": held.get(one.name, {}).get("newest"),
        }
        for _, one in sorted(shelved().items())
        if all(word in f"{one.name} {one.title} {one.publisher}".casefold() for word in words)
    ])  # fmt: skip


class One(Schema):
    source: Annotated[Word, Field(description="The source, as `sources` names it.", examples=["ceb"])]


class FilesAsked(Listed):
    q: Word | None = Field(None, description="Words that stand in the file's name.", examples=["csv"])


@listing(
    router, "/sources/{source}/files", FILE, FilesAsked, place=One, summary="Files of a source",
    sample="/sources/ceb/files?limit=1",
)  # fmt: skip
def files(request: HttpRequest, asked: FilesAsked, place: One) -> Rows:
    """The files of a source that are loaded, each by the sha256 of its bytes: what `snapshot` names."""
    if place.source not in shelved():
        raise SourceNotKnown(place.source, shelved())
    only = where(equal("source", place.source), holds(asked.q, "name"))
    connection = facts.library(_answer.known_by(request, asked)).connection
    return Query(
        connection, f"SELECT {', '.join(_FILES)} FROM snapshots {only}", ("source", "name", "sha256")
    )


PART = Part("sources", router, "Where facts come from, and under which licence.", order=9)
