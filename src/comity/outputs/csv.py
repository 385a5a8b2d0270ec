"""One line per figure and year, for a spreadsheet: the measure, the value and all that qualifies it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from comity.model import Check, Figure, Profile
from comity.outputs import Output, _verdicts, exact, number
from comity.outputs._said import said
from comity.provenance import stamp

COLUMNS = (
    "partner", "organisation", "measure", "unit", "basis", "period_start", "period_end", "year",
    "value", "status", "flags", "as_of", "known_at", "sources", "rows",
)  # fmt: skip


def _lines(profile: Profile, figure: Figure) -> list[list[object]]:
    def line(year: int | None, value: object, status: str, flags: tuple[str, ...]) -> list[object]:
        return [
            profile.partner.id, profile.organisation.id, figure.measure, figure.unit, figure.basis,
            figure.period.start, figure.period.end, year, value, status, " ".join(flags),
            figure.as_of.isoformat(), stamp(profile.known_at),
            " ".join(f"{use.source}:{use.snapshot[:12]}" for use in figure.sources), figure.rows,
        ]  # fmt: skip

    lines = [line(None, number(figure.value), figure.coverage.status, figure.flags)]
    for year, value in (figure.by_year or {}).items():
        flags = tuple(flag for flag in figure.flags if flag.endswith(f":{year}"))
        missing = any(flag.startswith("not_reported:") for flag in flags)
        status = "not_reported" if value is None else "partial" if missing else "complete"
        lines.append(line(year, number(value), status, flags))
    return lines


def render(profile: Profile, lang: str) -> bytes:
    """UTF-8 with a header line; the line without a year is the whole period. The language changes
    nothing; a value that is not reported is empty, never 0."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for figure in profile.figures:
        writer.writerows(_lines(profile, figure))
    return text.getvalue().encode()


CHECK_COLUMNS = (
    "claim", "partner", "organisation", "measure", "stated", "unit", "bound", "period_start", "period_end",
    "as_of", "computed", "difference_pct", "verdict", "hypothesis", "reading_value", "residual_pct", "fits",
    "of", "also_near", "arithmetic", "explanation", "evidence", "note", "page", "variant", "seen",
)  # fmt: skip


def check(given: Check, lang: str) -> bytes:
    """One line per claim, worst first; what cannot be computed is empty, never 0."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CHECK_COLUMNS)
    for found in given.verdicts:
        claim, reading, asked = found.claim, found.reading, found.asked
        near = "; ".join(said(one.says, given.names, lang) for one in found.also_near)
        writer.writerow([
            claim.id, claim.partner, claim.organisation, claim.measure,
            claim.value if found.stated is None else f"{found.stated:f}", claim.unit, claim.bound,
            asked and asked.start, asked and asked.end, found.as_of, exact(found.computed),
            _pct(found.difference_pct), found.name, reading and reading.hypothesis,
            reading and exact(reading.value), reading and _pct(reading.residual_pct),
            reading and reading.fits, reading and reading.of, near,
            found.arithmetic and found.arithmetic.status,
            " ".join(_verdicts.explained(found, given.names, lang)), _verdicts.evidence(found), claim.note,
            claim.page, claim.variant, claim.seen,
        ])  # fmt: skip
    return text.getvalue().encode()


def _pct(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.4f}"


OUTPUT = Output("csv", ".csv", "text/csv", render, check=check)
