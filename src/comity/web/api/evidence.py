"""The rows behind a figure."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from comity import profiles
from comity.tables import ORIGIN
from comity.web import facts
from comity.web.api import Part, _answer, _pairs
from comity.web.api._asked import Dated, Listed
from comity.web.api._offer import listing
from comity.web.api._rows import Arrow, Rows, Shape

router = Router(tags=["evidence"])
SHAPE = Shape(
    "evidence",
    "EvidenceRow",
    ORIGIN,
    "by year and type where they have them, then by every column",
    open=True,
)
Name = Annotated[
    str,
    Field(
        max_length=60, pattern=r"^[a-z]+\.[a-z_]+$", examples=["contributions.assessed"],
        description="The measure, as `figures` names them.",
    ),
]  # fmt: skip


class EvidenceAsked(Dated, Listed):
    pass


class PairAndMeasure(_pairs.Pair):
    measure: Name


@listing(
    router, "/evidence/{partner}/{organisation}/{measure}", SHAPE, EvidenceAsked, place=PairAndMeasure,
    summary="Rows behind a figure", sample="/evidence/KOR/ILO/contributions.assessed?years=2022",
)  # fmt: skip
def evidence(request: HttpRequest, asked: EvidenceAsked, place: PairAndMeasure) -> Rows:
    """The rows that a figure counts, in the columns of its measure; their sum or number is its value. Each
    names its source, the file by its hash, and the line or element in it."""
    known_at = _answer.known_by(request, asked)
    opened = facts.library(known_at)
    return Arrow(profiles.evidence(opened, _pairs.asked_of(asked, place, known_at), place.measure))


PART = Part("evidence", router, "The rows behind each figure, with source, file and line.", order=5)
