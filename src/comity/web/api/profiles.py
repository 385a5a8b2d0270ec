"""The cooperation profile of a pair, in the contract that scripts rely on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comity import outputs
from comity.web import facts
from comity.web.api import Part, _answer, _lines, _pairs
from comity.web.api._asked import Dated
from comity.web.api._offer import operation
from comity.web.api._told import ProfileTold

router = Router(tags=["profiles"])


@operation(
    router, "/profiles/{partner}/{organisation}", Dated, ProfileTold, place=_pairs.Pair,
    summary="Profile of a pair", sample="/profiles/KOR/ILO?years=2018-2022", forms=("json", "csv", "parquet"),
)  # fmt: skip
def profile(request: HttpRequest, asked: Dated, place: _pairs.Pair, form: _answer.Format) -> HttpResponse:
    """Everything that the sources say of a partner and an organisation over a period: in JSON the very bytes
    of `comity profile --format json`, in CSV and Parquet a line for each figure and year. 404 where no source
    says anything of the pair in these years: not reported, which is not zero."""
    found = _pairs.asked_of(asked, place, asked.known)
    told = facts.profile(found, asked.known)
    name = f"{found.partner}-{found.organisation}-{found.start_year}-{found.end_year}"
    if form == "json":
        return _answer.file(outputs.render(told, "json"), form)
    lines = outputs.render(told, "csv")
    if form == "csv":
        return _answer.file(lines, form, name)
    return _answer.file(
        _answer.as_parquet(_answer.arrow(_lines.COLUMNS, _lines.read(_lines.COLUMNS, lines))), form, name
    )


PART = Part("profiles", router, "What a partner and an organisation do together, over any period.", order=3)
