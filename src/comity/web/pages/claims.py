"""What pages state, held against the data: every claim that may be shown, with its verdict and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from comity import i18n, outputs
from comity.charts import Drawing, stated
from comity.charts._labels import VERDICTS, verdict
from comity.model import Check, Verdict
from comity.outputs import _summary, _verdicts, _wording
from comity.outputs._report import report
from comity.web import asking, facts, lists
from comity.web.lists import Ending
from comity.web.pages import Page, _lists

_PATH = "/claims/"
_PAGE = 30


@dataclass(frozen=True, slots=True)
class _Asked:
    organisation: str
    partner: str
    verdict: str
    measure: str

    def fits(self, found: Verdict) -> bool:
        claim = found.claim
        return (
            self.partner in ("", claim.partner)
            and self.verdict in ("", found.name)
            and self.measure in ("", claim.measure)
            and self.organisation in ("", claim.organisation)
        )


def _asked(request: HttpRequest) -> _Asked:
    """The filters of the address; parties by any of their names. Raises `PartyNotKnown`,
    `AmbiguousParty` or `BadRequest`."""
    who = facts.library(lists.known_at(request)).directory
    partner, organisation = asking.text(request, "partner"), asking.text(request, "organisation")
    return _Asked(
        who.organisation(organisation).id if organisation else "",
        who.partner(partner).id if partner else "",
        asking.one_of(request, "verdict", VERDICTS),
        asking.text(request, "measure"),
    )


def _check(request: HttpRequest, asked: _Asked) -> tuple[Check, Check]:
    """Every claim that may be shown, and those that are asked for, worst first."""
    every = facts.verdicts(None, lists.known_at(request))
    return every, replace(every, verdicts=tuple(found for found in every.verdicts if asked.fits(found)))


def page(request: HttpRequest) -> HttpResponse:
    """Claims at a glance and one by one, in the words of `comity check --format html`."""
    lang: str = request.lang
    _ = i18n.translator(lang)
    asked = _asked(request)
    every, found = _check(request, asked)
    paging = lists.paging(request, len(found.verdicts), size=_PAGE, at="list")
    part = replace(found, verdicts=tuple(lists.slice_of(found.verdicts, paging)))
    whole = report(replace(found, patterns=_patterns(every, asked)), lang)
    counts = _summary.by_verdict(found.verdicts)
    names = facts.library(lists.known_at(request)).directory.parties
    return lists.page(
        request,
        "claims.html.j2",
        {
            "asked": asked,
            "all": len(every.verdicts),
            "report": whole,
            "groups": [(group, counts[group.name]) for group in report(part, lang).groups],
            "near_heading": _verdicts.near_heading(lang),
            "drawing": _drawing(whole.organisations, found, asked, lang),
            "rows_of": _rows_of(request, part),
            "profile_of": {v.claim.id: (v.claim.partner, v.claim.organisation) for v in part.verdicts},
            "paging": paging,
            "partners": _options(every, "partner", lang, names),
            "organisations": _options(every, "organisation", lang, names),
            "verdicts": [
                (name, _first_up(verdict(name, lang))) for name in _summary.by_verdict(every.verdicts)
            ],
            "measures": sorted(
                {(v.claim.measure, _wording.label(v.claim.measure, lang)) for v in every.verdicts},
                key=lambda one: i18n.sort_key(one[1]),
            ),
            "files": lists.links(request, _PATH),
            "designations": _wording.designations(lang),
        },
    )


def _patterns(every: Check, asked: _Asked) -> tuple[Any, ...]:
    """Readings are counted over all claims of an organisation: shown where nothing else narrows them."""
    if asked.partner or asked.verdict or asked.measure:
        return ()
    return tuple(p for p in every.patterns if asked.organisation in ("", p.organisation))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _options(every: Check, role: str, lang: str, names: Any) -> list[tuple[str, str]]:
    ids = {getattr(found.claim, role) for found in every.verdicts}
    named = [(id_, i18n.party_name(names[id_], lang) if id_ in names else id_) for id_ in ids]
    return sorted(named, key=lambda one: i18n.sort_key(one[1]))


def _drawing(
    organisations: Iterable[tuple[str, tuple[Verdict, ...]]], found: Check, asked: _Asked, lang: str
) -> Drawing | None:
    """Stated and computed amounts, where they are of one organisation."""
    shown = [verdicts for _, verdicts in organisations]
    if len(shown) != 1 or asked.verdict:
        return None
    return stated.of_claims(shown[0], found.names, lang)


def _rows_of(request: HttpRequest, part: Check) -> dict[str, str]:
    """By claim, the address of the rows behind the computed figure."""
    found = {}
    for one in part.verdicts:
        if not _verdicts.evidence(one) or one.asked is None:
            continue
        claim = one.claim
        measure = claim.measure
        if claim.partner == "ALL":
            measure = measure.replace("contributions.", "revenue.")
        path = "/evidence/" + "/".join(
            quote(p, safe="") for p in (claim.partner, claim.organisation, measure)
        )
        years = f"{one.asked.start}-{one.asked.end}"
        day = one.as_of.isoformat() if one.as_of else None
        found[claim.id] = lists.to(request, f"{path}/", years=years, as_of=day)
    return found


def file(request: HttpRequest, ending: Ending) -> HttpResponse:
    """The claims that are asked for, as `comity check` writes them; those of weak pages are left out."""
    _every, found = _check(request, _asked(request))
    return lists.file(outputs.render_check(found, ending, request.lang), ending, "claims")


PAGES = (Page("claims", "claims/", page), *_lists.files("claims", "claims", file))
