"""The rows behind the figures, made short enough for a page: what all rows share is said once, rows
that another table holds already are named, and long tables end where the page would grow too large."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from comity import i18n
from comity.model import Evidence, Figure, Profile, Scalar

BUDGET = 60_000
"""Bytes that all rows together may take."""
_STEPS = (200, 120, 80, 50, 30, 20, 12, 8, 5)
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one figure's anchor.

    `same_as` names the measure whose table holds all these rows; `names` then says which they are.
    """

    figure: Figure
    shared: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int = 0
    same_as: Figure | None = None
    names: tuple[str, ...] = ()


def _shown(value: Scalar, column: str, lang: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return i18n.usd(value, lang)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"{text[:12]}…" if column == "snapshot" and len(text) == _DIGEST else text


def _home(measure: str, evidence: Mapping[str, Evidence]) -> str | None:
    """Another measure of the family whose rows, in the same columns, hold all of this one's."""
    mine = evidence[measure]
    rows = set(mine.rows)
    if mine.total > len(mine.rows):
        return None
    for other, its in evidence.items():
        larger = len(its.rows) > len(mine.rows) or (len(its.rows) == len(mine.rows) and other < measure)
        related = other != measure and other.split(".")[0] == measure.split(".")[0]
        if related and larger and its.columns == mine.columns and rows <= set(its.rows):
            return other
    return None


def _homes(evidence: Mapping[str, Evidence]) -> dict[str, str]:
    """For each measure that has no table of its own, the one that has: never a chain."""
    found = {measure: home for measure in evidence if (home := _home(measure, evidence))}

    def last(measure: str) -> str:
        return last(found[measure]) if measure in found else measure

    return {measure: last(measure) for measure in found}


def _names(given: Evidence, lang: str) -> tuple[str, ...]:
    """What to call rows in one word each: the convention, the year and type, the phase."""
    keys = [
        key
        for key in ("instrument", "year", "type", "phase", "programme", "code", "party", "activity_id")
        if key in given.columns
    ]
    places = [given.columns.index(key) for key in keys[:2]]
    words = (" ".join(_shown(row[at], given.columns[at], lang) for at in places) for row in given.rows)
    return tuple(dict.fromkeys(words))


def _table(figure: Figure, given: Evidence, limit: int, lang: str) -> Part:
    rows = given.rows[:limit]
    every = range(len(given.columns))
    same = [len(given.rows) > 1 and len({row[at] for row in given.rows}) == 1 for at in every]
    empty = [all(row[at] is None for row in given.rows) for at in every]
    kept = [at for at in every if not same[at] and not empty[at]]
    return Part(
        figure=figure,
        shared=tuple(
            (given.columns[at], _shown(given.rows[0][at], given.columns[at], lang))
            for at in every if same[at] and not empty[at]
        ),
        columns=tuple(given.columns[at] for at in kept),
        numeric=tuple(all(isinstance(row[at], Decimal | None) for row in given.rows) for at in kept),
        rows=tuple(tuple(_shown(row[at], given.columns[at], lang) for at in kept) for row in rows),
        total=given.total,
    )  # fmt: skip


def size(given: Collection[Part]) -> int:
    """About how many bytes the rows take."""
    return sum(len(cell.encode()) + 11 for part in given for row in part.rows for cell in row)


def parts(profile: Profile, shown: Collection[Figure], lang: str, budget: int = BUDGET) -> tuple[Part, ...]:
    """One part for each figure that the page shows or that has rows, in the order of the page; of long
    tables the first rows, so that all rows together take no more than `budget`."""
    evidence = {m: e for m, e in profile.evidence.items() if e.rows and profile.get(m)}
    homes = _homes(evidence)
    figures = [*shown, *(f for f in profile if f not in shown and f.measure in evidence)]
    for limit in _STEPS:
        found: list[Part] = []
        for figure in figures:
            given = evidence.get(figure.measure)
            if given is None:
                found.append(Part(figure))
            elif figure.measure in homes:
                names = _names(given, lang)
                found.append(
                    Part(figure, same_as=profile.get(homes[figure.measure]), names=names, total=given.total)
                )
            else:
                found.append(_table(figure, given, limit, lang))
        if size(found) <= budget:
            break
    return tuple(found)
