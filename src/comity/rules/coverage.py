"""R38: a blank is not a zero. What a source covers decides between 0 and “not reported”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from comity.model import Coverage, Status


@dataclass(frozen=True, slots=True)
class Spread:
    """A sum over years, told apart into reported and not reported."""

    value: Decimal | None
    by_year: dict[int, Decimal | None]
    coverage: Coverage
    flags: tuple[str, ...]


def _status(covered: int, wanted: int) -> Status:
    if covered == wanted:
        return "complete"
    return "partial" if covered else "not_reported"


def over_years(
    years: Iterable[int],
    types: Iterable[str],
    reported: Mapping[str, Iterable[int]],
    sums: Mapping[int, Decimal],
) -> Spread:
    """Folds yearly sums with the source's coverage of each type.

    In a year that the source covers, no row means 0, flagged `no_row:YEAR`; in one that it does not
    cover, None. With several types a year counts as soon as one of them is reported, and the period
    is partial as long as one of them is not, flagged `not_reported:TYPE:YEAR`.
    """
    years, types = list(years), list(types)
    covered = {type_: set(reported.get(type_, ())) for type_ in types}
    anything = set().union(*covered.values())
    flags: list[str] = []
    by_year: dict[int, Decimal | None] = {}
    for year in years:
        if year not in anything:
            by_year[year] = None
            continue
        if year not in sums:
            flags.append(f"no_row:{year}")
        by_year[year] = sums.get(year, Decimal(0))
    gaps = [(type_, year) for type_ in types for year in years if year not in covered[type_]]
    if len(types) > 1:
        flags += [f"not_reported:{type_}:{year}" for type_, year in gaps]
    reported_years = tuple(year for year in years if by_year[year] is not None)
    values = [value for value in by_year.values() if value is not None]
    status = _status(len(years) * len(types) - len(gaps), len(years) * len(types))
    return Spread(
        value=sum(values, Decimal(0)) if values else None,
        by_year=by_year,
        coverage=Coverage(status, reported_years),
        flags=tuple(flags),
    )


def of_subject(wanted: Iterable[int], stated: Iterable[int | None]) -> Coverage:
    """Coverage of something that is not a sum: `stated` holds years, or None for a statement
    without a date, which stands for every year."""
    wanted = list(wanted)
    known = set(stated)
    years = tuple(year for year in wanted if None in known or year in known)
    return Coverage(_status(len(years), len(wanted)), years)
