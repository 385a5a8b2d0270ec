"""`comity.profile/1`: the contract that scripts rely on. Numbers are exact to the cent."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from comity.model import Figure, Profile, Scalar
from comity.outputs import Output, number
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
        "claims": [
            {
                "claim": claim.id, "measure": claim.measure, "value": claim.value, "scale": claim.scale,
                "unit": claim.unit, "bound": claim.bound, "page": claim.page, "seen": claim.seen,
                "note": claim.note,
            }
            for claim in profile.claims
        ],
        "issues": profile.issues,
    }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


OUTPUT = Output("json", ".json", "application/json", render)
