"""Figures of many pairs at once, a line each: to compare partners, or organisations."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router

from comity import profiles
from comity.web import facts
from comity.web.api import Part, _answer, _lines, _pairs
from comity.web.api._asked import Dated, Listed, Measures, Words
from comity.web.api._offer import listing
from comity.web.api._rows import Held, Rows, Shape

router = Router(tags=["figures"])
SHAPE = Shape(
    "figures", "FigureLine", _lines.COLUMNS, "by `partner`, `organisation`, then as a profile has them"
)


class FiguresAsked(Dated, Listed):
    partner: Words | None = Field(
        None, examples=["KOR,FRA"],
        description="Partners by ISO code, id, name or alias, separated by commas. Without it all of which "
        "the sources say something together with the organisation.",
    )  # fmt: skip
    organisation: Words | None = Field(
        None, examples=["ILO"],
        description="Organisations by id, name or alias, separated by commas. Without it all of which the "
        "sources say something together with the partner. One of the two must be given.",
    )  # fmt: skip
    measure: Measures = Field(
        "contributions", examples=["contributions.assessed,contributions.total"],
        description="Measures or whole families of them, separated by commas. Without it those of "
        "contributions.",
    )  # fmt: skip
    by: Literal["period", "year"] = Field(
        "period", examples=["period"],
        description="Whether to give one line for the whole `period`, or with it one for each `year`. "
        "Without it the former.",
    )  # fmt: skip


@listing(
    router, "/figures", SHAPE, FiguresAsked, summary="Figures of many pairs",
    sample="/figures?organisation=ILO&partner=KOR&measure=contributions.assessed&years=2018-2022",
)  # fmt: skip
def figures(request: HttpRequest, asked: FiguresAsked) -> Rows:
    """Figures in the columns of a profile’s CSV, for one partner across organisations, for one organisation
    across partners, or for pairs. A question that names neither is refused: it would compute every pair. So
    is one of which the pairs, families of measures and years multiply to more than 20,000."""
    known_at = _answer.known_by(request, asked)
    opened, wanted = facts.library(known_at), _pairs.families(asked.measure)
    requests = _pairs.requests(
        opened, known_at, asked.partner, asked.organisation, asked.period, asked.day, len(wanted)
    )
    lines: dict[int, list[dict[str, Any]]] = {one.request: [] for one in requests}
    pairs = {one.request: (one.partner, one.organisation) for one in requests}
    for family, only in wanted.items():
        for asked_for, found in profiles.figures_of(opened, requests, family).items():
            for figure in found:
                if only is None or figure.measure in only:
                    told = _lines.of(pairs[asked_for], figure, opened.known_at)
                    lines[asked_for] += told if asked.by == "year" else [next(told)]
    return Held([line for one in requests for line in lines[one.request]])


PART = Part("figures", router, "Figures of many pairs at once.", order=4)
