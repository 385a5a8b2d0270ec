"""What the sources give for the pairs that claims are about, fetched for all of them in a few passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from comity import measures
from comity.engines import Request
from comity.hypotheses import DOLLARS, Asked, Series, Spell
from comity.model import Period
from comity.profiles import ALL, FIRST_YEAR, LAST_YEAR, Library, figures_of, request_for
from comity.rules.currency import in_units
from comity.tables import quoted
from comity.tables.money import REVENUE_TYPES

Pair = tuple[str, str]
REACH = 5
"""Years before and after a claim's own that its readings may ask for."""
_RATES = """SELECT currency, series, year(date) AS year, usd_per_unit FROM rates
WHERE month(date) = 1 AND day(date) = 1 ORDER BY currency, series, year, usd_per_unit"""
"""Of a year the rate of its January, or the year's own: FRED's monthly series, its annual one, ours."""
_BELOW, _ABOVE = Decimal("0.8"), Decimal("1.25")
"""How far from what is stated a currency is still worth converting to; farther off no reading is near."""


class Rates:
    """US dollars for a unit of each currency, by series and year (R9)."""

    def __init__(self, library: Library) -> None:
        self.by_series: dict[Series, dict[int, Decimal]] = defaultdict(dict)
        for row in library.connection.query(_RATES).to_pylist():
            self.by_series[Series(row["currency"], row["series"])][row["year"]] = row["usd_per_unit"]
        self._units: dict[tuple[int, int], list[tuple[Series, Decimal, Decimal]]] = {}

    def units(self, start: int, end: int) -> list[tuple[Series, Decimal, Decimal]]:
        """The least and most units for a dollar over years, of each series that has them all."""
        if (start, end) not in self._units:
            years = range(start, end + 1)
            self._units[start, end] = [
                (series, in_units([Decimal(1)], [max(found)]), in_units([Decimal(1)], [min(found)]))
                for series, rates in self.by_series.items()
                if len(found := [rates[year] for year in years if year in rates]) == len(years)
            ]
        return self._units[start, end]


class Facts:
    """What the sources give for one pair, in the shape that hypotheses ask for (`Compute`)."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self.yearly: dict[str, Mapping[int, Decimal | None]] = {}
        """US dollars by type and year; None where not reported."""
        self.counted: dict[tuple[str, int, int, date | None], Decimal | None] = {}
        """What is not money, by measure, years and day."""
        self.history: dict[str, list[Spell]] = {}
        self.reports: set[str] = set()
        """The types of revenue of which the sources report any year."""
        self._sums: dict[tuple[str, ...], Mapping[int, Decimal]] = {}

    def __call__(self, asked: Asked) -> Decimal | None:
        if not asked.is_money:
            return self.counted.get((asked.measure, asked.start, asked.end, asked.as_of))
        years = range(asked.start, asked.end + 1)
        amounts = map(self._in_dollars(asked.types).__getitem__, years)
        try:
            if asked.series == DOLLARS:
                return sum(amounts, Decimal(0))
            return in_units(amounts, map(self._rates.by_series[asked.series].__getitem__, years))
        except KeyError:  # a year or a rate that is not reported (R8, R38)
            return None

    def _in_dollars(self, types: tuple[str, ...]) -> Mapping[int, Decimal]:
        """The sum of the reported types by year: a year counts as soon as one of them is reported (R38)."""
        if types not in self._sums:
            found: dict[int, Decimal] = {}
            for type_ in types:
                for year, amount in self.yearly.get(type_, {}).items():
                    if amount is not None:
                        found[year] = found.get(year, Decimal(0)) + amount
            self._sums[types] = found
        return self._sums[types]

    def series(self, asked: Asked) -> list[Series]:
        """The series in which the question may come near what is stated, of forty a handful; all of them
        when nothing is stated."""
        total, stated = self(asked), asked.stated
        if total is None:
            return []
        amounts = self._in_dollars(asked.types)
        # Where a year is below zero (R3), a sum at yearly rates may lie outside that at one of them.
        every = stated <= 0 or any(amounts[year] < 0 for year in range(asked.start, asked.end + 1))
        return [
            series for series, least, most in self._rates.units(asked.start, asked.end)
            if every or total * least * _BELOW <= stated <= total * most * _ABOVE
        ]  # fmt: skip

    def years(self, asked: Asked) -> tuple[int, ...]:
        """The years asked for that are reported."""
        return tuple(
            year for year in range(asked.start, asked.end + 1)
            if year in self._in_dollars(asked.types)
        )  # fmt: skip

    def unreported(self, asked: Asked) -> tuple[str, ...]:
        """The types asked for that some of the years lack while others are reported."""
        return tuple(
            type_ for type_ in asked.types
            if type_ in self.reports
            and any(self.yearly[type_].get(y) is None for y in range(asked.start, asked.end + 1))
        )  # fmt: skip

    def spells(self, measure: str, until: date) -> Sequence[Spell]:
        """The measure's values over time, as far as they were looked up (`look_back`)."""
        return [spell for spell in self.history.get(measure, ()) if spell.first <= until]


def gather(library: Library, asked: Mapping[Pair, Sequence[Asked]]) -> dict[Pair, Facts]:
    """Facts of each pair: its money by year around what is asked, its dated measures on the days asked."""
    known = Rates(library)
    found = {pair: Facts(known) for pair in asked}
    _fill_money(library, asked, found)
    return found


def _fill_money(library: Library, asked: Mapping[Pair, Sequence[Asked]], found: Mapping[Pair, Facts]) -> None:
    by_family: dict[str, list[Request]] = defaultdict(list)
    pairs: list[Pair] = []
    for pair, questions in asked.items():
        money = [q for q in questions if q.is_money]
        if money and all(id_ in library.directory.parties for id_ in pair):
            start = max(min(q.start for q in money) - REACH, FIRST_YEAR)
            latest = max(max(q.end for q in money) + REACH, library.known_at.year)
            end = min(latest, LAST_YEAR)
            partner, organisation = (library.directory.parties[id_] for id_ in pair)
            request = request_for(library, partner, organisation, Period(start, end), number=len(pairs))
            by_family[family_of(pair[0])].append(request)
            pairs.append(pair)
    for family, requests in by_family.items():
        for number, figures in figures_of(library, requests, family).items():
            facts = found[pairs[number]]
            for figure in figures:
                type_ = figure.measure.partition(".")[2]
                if type_ in REVENUE_TYPES and figure.by_year is not None:
                    facts.yearly[type_] = figure.by_year
                    if figure.value is not None:
                        facts.reports.add(type_)


def family_of(partner: str) -> str:
    """Whose money is asked: the sum over all partners is revenue by entity, a table of its own."""
    return "revenue" if partner == ALL else "contributions"


def types_of(measure: str) -> tuple[str, ...]:
    """The types of revenue that a measure of money adds up; none for any other measure."""
    known = measures.shelved().get(measure)
    return known.covers if known and known.unit == "USD" else ()


# What is not money


def requests_of(
    library: Library, asked: Iterable[tuple[Pair, Asked]]
) -> dict[tuple[Pair, int, int, date | None], Request]:
    """One request for each distinct pair, period and day."""
    parties = library.directory.parties
    distinct = dict.fromkeys((pair, q.start, q.end, q.as_of) for pair, q in asked)
    return {
        key: request_for(library, parties[pair[0]], parties[pair[1]], Period(start, end), day, number)
        for number, key in enumerate(distinct)
        for pair, start, end, day in [key]
    }


def fill_counts(library: Library, wanted: Sequence[tuple[Pair, Asked]], found: Mapping[Pair, Facts]) -> None:
    """The figures that are no money, each family of measures for all questions in one pass."""
    known = library.directory.parties
    asked = [(pair, q) for pair, q in wanted if all(id_ in known for id_ in pair)]
    requests = requests_of(library, asked)
    shelved = measures.shelved().values()
    families = {q.measure.partition(".")[0] for _, q in asked} & {measure.family for measure in shelved}
    for family in sorted(families):
        answers = figures_of(library, list(requests.values()), family)
        for (pair, start, end, day), request in requests.items():
            for figure in answers[request.request]:
                value = None if figure.value is None else Decimal(figure.value)
                found[pair].counted[figure.measure, start, end, day] = value


def rows(library: Library, requests: Sequence[Request], measure: str) -> dict[int, list[dict[str, Any]]]:
    """The rows behind a measure by request number."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    library.connection.ask(requests)
    for row in library.connection.answer(library.plan.rows[measure]).to_pylist():
        found[row.pop("request")].append(row)
    return found


def _days(library: Library, measure: str, partner: str) -> list[date]:
    """The days on which a dated measure of the partner may change."""
    days: set[date] = set()
    for table, column, whose in measures.shelved()[measure].changes:
        where = f"WHERE {whose} = {quoted(partner)}" if whose else ""
        query = f"SELECT DISTINCT {column} AS day FROM {table} {where}"
        for value in library.connection.query(query)["day"].to_pylist():
            if isinstance(value, date):
                days.add(value)
            elif value is not None:  # a year: what it begins, and what follows it
                days |= {date(value, 1, 1), date(value + 1, 1, 1)}
    return sorted(days)


def look_back(library: Library, wanted: Sequence[tuple[Pair, Asked]], found: Mapping[Pair, Facts]) -> None:
    """Fills in the spells of the dated measures asked for, up to the day of the question."""
    until: dict[tuple[Pair, str], date] = {}
    for pair, q in wanted:
        if q.as_of and q.measure in measures.shelved() and measures.shelved()[q.measure].changes:
            until[pair, q.measure] = max(q.as_of, until.get((pair, q.measure), q.as_of))
    days = {
        key: [*(d for d in _days(library, key[1], key[0][0]) if d < last), last]
        for key, last in until.items()
    }
    asked = [
        (pair, Asked(measure, (), day.year, day.year, as_of=day))
        for (pair, measure), dates in days.items()
        for day in dates
    ]
    fill_counts(library, asked, found)
    for (pair, measure), dates in days.items():
        values = [(day, found[pair].counted[measure, day.year, day.year, day]) for day in dates]
        found[pair].history[measure] = list(_spells(values))


def _spells(values: Sequence[tuple[date, Decimal | None]]) -> Iterable[Spell]:
    """Days with values as unbroken stretches of one value, the last up to the last day; days without
    a value are left out."""
    merged = [values[0]]
    for day, value in values[1:]:
        if value != merged[-1][1]:
            merged.append((day, value))
    ends = [day - timedelta(days=1) for day, _ in merged[1:]] + [values[-1][0]]
    for (first, value), last in zip(merged, ends, strict=True):
        if value is not None:
            yield Spell(first, last, value)
