"""What the pages of lists give to their templates beside what is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from comity import i18n
from comity.charts._labels import TYPES, verdict
from comity.model import Verdict
from comity.outputs import _verdicts, _wording
from comity.provenance import stamp
from comity.web import asking, draw, facts, site
from comity.web.pages._amounts import Years, latest


def shared(request: HttpRequest, years: Years, known_at: datetime | None) -> dict[str, Any]:
    lang: str = request.lang
    _ = i18n.translator(lang)
    known = stamp(known_at) if known_at else ""
    own = {"known_at": known}
    if years != latest(known_at):
        own["years"] = f"{years[0]}-{years[1]}"
    return {
        "years": years,
        "known": known,
        "known_day": known_at,
        "span": i18n.span(*years, lang),
        "asked": own,
        "at": lambda path, **query: site.address(request, path, **{**own, **query}),
        "square": draw.key,
        "type_words": lambda type_: _(TYPES[type_]),
    }


def claims(request: HttpRequest, found: Iterable[Verdict]) -> list[dict[str, str]]:
    """Claims, one a line: whose, what is stated, what the check came to, and where it is explained."""
    lang: str = request.lang
    parties = facts.library(asking.span(request).known_at).directory.parties
    return [
        {
            "partner": one.claim.partner,
            "organisation": one.claim.organisation,
            "figure": _wording.label(one.claim.measure, lang),
            "when": _verdicts.when(one, lang),
            "stated": _verdicts.stated(one.claim, parties, lang),
            "computed": _verdicts.computed(one, lang),
            "verdict": verdict(one.name, lang),
            "at": _claim_at(request, one),
        }
        for one in found
        if one.name not in ("not_computable", "unquantified")
    ]


def _claim_at(request: HttpRequest, one: Verdict) -> str:
    claim = one.claim
    asked = f"{one.asked.start}-{one.asked.end}" if one.asked else None
    path = site.profile_path(claim.partner, claim.organisation)
    known_at = request.GET.get("known_at")
    return site.address(request, path, years=asked, known_at=known_at) + "#claims"
