"""What pages state, held against the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from comity import outputs
from comity.model import Check
from comity.outputs.json import verdict
from comity.tables import Column
from comity.web import facts
from comity.web.api import Part, _answer, _lines, _pairs
from comity.web.api._asked import Listed, Measures, Word
from comity.web.api._offer import listing
from comity.web.api._rows import JSON, Held, Rows, Shape
from comity.web.api._told import ClaimTold, Verdict

router = Router(tags=["claims"])


def _text(name: str, meaning: str, required: bool = True) -> Column:
    return Column(name, "text", meaning, required=required)


COLUMNS = (
    _text("claim", "the claim's id"),
    _text("partner", "party id of the partner; ALL for the sum over partners"),
    _text("organisation", "party id of the organisation"),
    _text("measure", "what it is about"),
    _text("stated", "the full number stated, or the words"),
    _text("unit", "ISO 4217 code of a currency, or what is counted"),
    _text("bound", "as printed, over, or about"),
    Column("period_start", "int", "first year that the sources were asked for"),
    Column("period_end", "int", "last such year"),
    Column("as_of", "date", "the day on which the figure holds"),
    Column("computed", "amount", "what the sources give; null where it cannot be computed"),
    Column("difference_pct", "number", "(computed - stated) / stated, in per cent"),
    _text("verdict", "what the check came to"),
    _text("hypothesis", "what the reading that explains it supposes", False),
    Column("reading_value", "amount", "what the figure would then be"),
    Column("residual_pct", "number", "how far that is from what is stated, in per cent"),
    Column("fits", "int", "how many other claims the reading fits"),
    Column("of", "int", "of how many that can be computed"),
    _text("also_near", "readings that come near, and do not explain it", False),
    _text("arithmetic", "the page against itself", False),
    _text("explanation", "the verdict in words", False),
    _text("evidence", "the command that lists the rows behind the figure", False),
    _text("note", "what is to be known of the claim", False),
    _text("page", "the page's address"),
    _text("variant", "which version of the page", False),
    _text("seen", "when it was seen", False),
)
"""Those of `comity check --format csv`."""
_SORTS = (
    "claim", "partner", "organisation", "measure", "computed", "difference_pct", "verdict", "page", "seen",
)  # fmt: skip
SHAPE = Shape(
    "claims", "Claim", COLUMNS, "those that need attention most come first", sortable=_SORTS, nested=ClaimTold
)


class ClaimsAsked(Listed):
    partner: Word | None = Field(
        None, description="Only on this partner: ISO code, id, name or alias.", examples=["KOR"]
    )
    organisation: Word | None = Field(
        None, description="Only on this organisation: id, name or alias.", examples=["ILO"]
    )
    measure: Measures | None = Field(
        None, description="Only on these measures or families, separated by commas.",
        examples=["contributions"],
    )  # fmt: skip
    verdict: Verdict | None = Field(None, description="Only those with this verdict.", examples=["stale"])


@listing(
    router, "/claims", SHAPE, ClaimsAsked, summary="Claims",
    sample="/claims?partner=KOR&organisation=ILO&limit=1",
)  # fmt: skip
def claims(request: HttpRequest, asked: ClaimsAsked) -> Rows:
    """Figures and facts that pages state, each with what the sources give and what the check came to: in JSON
    as `comity check --format json` has them, in CSV and Parquet as its CSV. Claims of pages of weak
    provenance are checked, and not shown. It never says why a page states what it states."""
    known_at = _answer.known_by(request, asked)
    find = facts.library(known_at).directory
    who = find.partner(asked.partner).id if asked.partner else None
    where = find.organisation(asked.organisation).id if asked.organisation else None
    measures = _pairs.families(asked.measure) if asked.measure else None
    checked = facts.verdicts(None, known_at)
    chosen = tuple(
        found for found in checked.verdicts
        if who in (None, found.claim.partner) and where in (None, found.claim.organisation)
        and asked.verdict in (None, found.name) and _among(found.claim.measure, measures)
    )  # fmt: skip
    return Held(_rows(replace(checked, verdicts=chosen)))


def _among(measure: str, wanted: dict[str, set[str] | None] | None) -> bool:
    if wanted is None:
        return True
    family = measure.partition(".")[0]
    only = wanted.get(family, set())
    return only is None or measure in only


def _rows(checked: Check) -> list[dict[str, Any]]:
    lines = _lines.read(COLUMNS, outputs.render_check(checked, "csv"))
    return [
        {**line, JSON: verdict(found, checked.names)}
        for line, found in zip(lines, checked.verdicts, strict=True)
    ]


PART = Part("claims", router, "What pages state, held against the data.", order=7)
