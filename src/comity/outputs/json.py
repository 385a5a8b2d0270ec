"""`comity.profile/1`: the contract that scripts rely on. Numbers are exact to the cent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from comity.model import Check, Figure, Party, Profile, Reading, Scalar, Verdict
from comity.outputs import Output, _verdicts, exact, number
from comity.outputs._said import said
from comity.provenance import stamp

SCHEMA = "comity.profile/1"


def _scalar(value: Scalar) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    return value.isoformat() if isinstance(value, date) else value


def figure(given: Figure) -> dict[str, Any]:
    """One figure as the contract has it."""
    by_year = given.by_year
    items = given.items
    return {
        "measure": given.measure,
        "value": number(given.value),
        "unit": given.unit,
        "basis": given.basis,
        "period": {"start": given.period.start, "end": given.period.end},
        "by_year": None if by_year is None else {str(year): number(value) for year, value in by_year.items()},
        "coverage": {"status": given.coverage.status, "years": list(given.coverage.years)},
        "sources": [{"source": u.source, "snapshot": u.snapshot, "rows": u.rows} for u in given.sources],
        "items": None if items is None else [{k: _scalar(v) for k, v in item.items()} for item in items],
        "flags": list(given.flags),
    }


def _share(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _reading(given: Reading, names: Mapping[str, Party]) -> dict[str, Any]:
    return {
        "hypothesis": given.hypothesis, "value": exact(given.value),
        "residual_pct": _share(given.residual_pct), "fits": given.fits, "of": given.of,
        "sentence": said(given.says, names, "en"),
    }  # fmt: skip


def verdict(given: Verdict, names: Mapping[str, Party]) -> dict[str, Any]:
    """One claim as the contract has it, and beyond it the sentences, the sets and the evidence."""
    claim, sum_, sets = given.claim, given.arithmetic, given.sets
    period = {"start": given.asked.start, "end": given.asked.end} if given.asked else None
    return {
        "claim": claim.id, "partner": claim.partner, "organisation": claim.organisation,
        "measure": claim.measure, "stated": exact(given.stated) if given.stated is not None else claim.value,
        "unit": claim.unit, "bound": claim.bound, "period": period,
        "computed": exact(given.computed), "difference_pct": _share(given.difference_pct),
        "verdict": given.name, "reading": _reading(given.reading, names) if given.reading else None,
        "also_near": [_reading(one, names) for one in given.also_near],
        "arithmetic": None if sum_ is None else {
            "status": sum_.status, "parts": list(sum_.parts),
            "total": exact(sum_.total), "low": exact(sum_.low), "high": exact(sum_.high),
        },
        "note": claim.note, "page": claim.page, "variant": claim.variant, "seen": claim.seen,
        "sets": None if sets is None else {
            "both": list(sets.both), "only_stated": list(sets.only_stated),
            "only_found": list(sets.only_found),
        },
        "as_of": given.as_of.isoformat() if given.as_of else None,
        "explained_pct": _share(given.explained_pct),
        "sentences": list(_verdicts.explained(given, names, "en")),
        "evidence": _verdicts.evidence(given) or None,
        "responses": [
            {"kind": r.kind, "date": r.day.isoformat(), "value": r.value or None, "text": r.text,
             "stated_by": r.stated_by or None}
            for r in claim.responses
        ],
    }  # fmt: skip


def check(given: Check, lang: str) -> bytes:
    """The claims as JSON, worst first; the language changes nothing."""
    data = [verdict(found, given.names) for found in given.verdicts]
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def render(profile: Profile, lang: str) -> bytes:
    """The profile as JSON; the language changes nothing."""
    partner, organisation = profile.partner, profile.organisation
    data = {
        "schema": SCHEMA,
        "partner": {"id": partner.id, "name": partner.name, "kind": partner.kind},
        "organisation": {"id": organisation.id, "name": organisation.name},
        "period": {"start": profile.period.start, "end": profile.period.end},
        "as_of": profile.as_of.isoformat(),
        "known_at": stamp(profile.known_at),
        "figures": [figure(f) for f in profile.figures],
        "claims": [verdict(found, profile.names) for found in profile.claims],
        "issues": profile.issues,
    }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


OUTPUT = Output("json", ".json", "application/json", render, check=check)
