"""Problems in published data."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router

from comity.errors import SourceNotKnown
from comity.sources import shelved
from comity.store.generation import LEFT_OUT
from comity.tables import contracts
from comity.web import facts
from comity.web.api import Part, _answer
from comity.web.api._asked import Listed, Word
from comity.web.api._offer import listing
from comity.web.api._rows import Query, Rows, Shape, equal, holds, where

router = Router(tags=["issues"])
COLUMNS = contracts()["issues"].columns
_NAMES = tuple(column.name for column in COLUMNS)
SHAPE = Shape("issues", "Issue", COLUMNS, "by every column, from the left")


class IssuesAsked(Listed):
    q: Word | None = Field(None, description="Words that stand in the text.", examples=["blank"])
    source: Word | None = Field(
        None, description="Only of this source; `load` for files that were left out.", examples=["ceb"]
    )
    dataset: Word | None = Field(
        None, description="Only of this dataset of the publisher's.", examples=["government_donors"]
    )
    rule: Word | None = Field(None, description="Only by this rule or check.", examples=["R38"])
    snapshot: str | None = Field(
        None, max_length=64, pattern="^[0-9a-f]{64}$", description="Only of the file with this sha256.",
        examples=["0" * 64],
    )  # fmt: skip


@listing(router, "/issues", SHAPE, IssuesAsked, summary="Issues", sample="/issues?limit=1")
def issues(request: HttpRequest, asked: IssuesAsked) -> Rows:
    """What is odd in the data: names nobody knows, blank amounts, values that no rule allows, files that were
    left out. Published, not logged away."""
    known = {*shelved(), LEFT_OUT}
    if asked.source is not None and asked.source not in known:
        raise SourceNotKnown(asked.source, known)
    only = where(
        holds(asked.q, "text"), equal("source", asked.source), equal("dataset", asked.dataset),
        equal("rule", asked.rule), equal("snapshot", asked.snapshot),
    )  # fmt: skip
    connection = facts.library(_answer.known_by(request, asked)).connection
    return Query(connection, f"SELECT {', '.join(_NAMES)} FROM issues {only}", _NAMES)


PART = Part("issues", router, "Problems found in published data.", order=10)
