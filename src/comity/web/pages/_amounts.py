"""What partners gave organisations, many pairs in one pass: the figures of the profiles, and nothing else.

No amount is summed from rows here. Where several pairs are added up (all organisations of a partner), their
figures are, and the sum is partial as soon as one of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest

from comity import i18n, profiles, sources
from comity.charts import Cell
from comity.charts._labels import TYPES, joined, percent
from comity.errors import BadRequest
from comity.model import Figure, Party, Period
from comity.profiles import ALL, Library
from comity.rules import ratios
from comity.tables import quoted
from comity.web import asking, facts

Years = tuple[int, int]
MOST_YEARS = 20
"""Years of a list: each is a figure for every pair, and a column of a chart."""
_AT_ONCE = 2_000
"""Pairs asked for in one pass, so that a large store needs no more memory than a small one."""
_NONE = Decimal(0)
_SMALLEST = Decimal("0.01")
CORE, EARMARKED = ("assessed", "voluntary_core"), ("voluntary_non_core",)


@dataclass(frozen=True, slots=True)
class Sum:
    """Figures added up: None where none of them is reported, `partial` where one is not or in part."""

    value: Decimal | None
    partial: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What a partner gave an organisation: the figures by the end of their ids (`total`, `assessed` …)."""

    partner: Party
    organisation: Party
    figures: Mapping[str, Figure]

    def value(self, name: str) -> Decimal | None:
        figure = self.figures.get(name)
        return figure.value if figure and isinstance(figure.value, Decimal) else None

    def sum(self, name: str) -> Sum:
        """The figure's value, `partial` where the profile says so of it (R38)."""
        figure = self.figures.get(name)
        return Sum(self.value(name), figure is not None and figure.coverage.status == "partial")


def latest(known_at: datetime | None = None) -> Years:
    """The years that lists show unless others are asked for: the last ones that any organisation reports."""
    return facts.last_years(Party(ALL, "", ""), known_at)


def period(request: HttpRequest) -> tuple[Years, datetime | None]:
    """The years of an address and the day its facts were known. Raises `BadRequest`."""
    asked = asking.span(request)
    years = asked.years or latest(asked.known_at)
    if years[1] - years[0] >= MOST_YEARS:
        raise BadRequest(f"lists add up at most {MOST_YEARS} years; a profile takes any number")
    return years, asked.known_at


def pairs(library: Library, years: Years, partner: str = "", organisation: str = "") -> list[tuple[str, str]]:
    """Who has rows of money in these years: all pairs, or those of a partner or of an organisation."""
    where = [f"year BETWEEN {years[0]} AND {years[1]}", "amount_usd IS NOT NULL"]
    where += [f"provider = {quoted(partner)}"] if partner else ["provider IS NOT NULL"]
    where += [f"receiver = {quoted(organisation)}"] if organisation else ["receiver IS NOT NULL"]
    query = f"SELECT DISTINCT provider, receiver FROM contributions WHERE {' AND '.join(where)} ORDER BY ALL"
    found = library.connection.query(query)
    return list(zip(found["provider"].to_pylist(), found["receiver"].to_pylist(), strict=True))


def given(
    library: Library, wanted: Iterable[tuple[str, str]], years: Years, family: str = "contributions"
) -> list[Given]:
    """The figures of each pair, the largest total first; pairs of which nothing is reported are left out."""
    known, span = library.directory.parties, Period(*years)
    asked = [(known[p], known[o]) for p, o in wanted if p in known and o in known and p != o]
    found: list[Given] = []
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        requests = [
            profiles.request_for(library, partner, organisation, span, number=number)
            for number, (partner, organisation) in enumerate(some)
        ]
        answers = profiles.figures_of(library, requests, family)
        found += [
            Given(*some[number], {figure.measure.partition(".")[2]: figure for figure in figures})
            for number, figures in answers.items()
        ]
    reported = [one for one in found if one.value("total") is not None]
    return sorted(reported, key=lambda g: (-(g.value("total") or _NONE), g.partner.id, g.organisation.id))


def totals(years: Years, known_at: datetime | None) -> dict[tuple[str, str], dict[str, Sum]]:
    """Every pair of the generation, the largest first, by measure. Kept for the latest years, which the
    lists show; other years are computed when they are asked for."""

    def make(opened: Library) -> dict[tuple[str, str], dict[str, Sum]]:
        return {
            (one.partner.id, one.organisation.id): {name: one.sum(name) for name in one.figures}
            for one in given(opened, pairs(opened, years), years)
        }

    if years == latest(known_at):
        return facts.remembered(known_at, "totals of all pairs", make)
    return make(facts.library(known_at))


def added(parts: Iterable[Sum]) -> Sum:
    """Several figures as one."""
    parts = list(parts)
    told = [part.value for part in parts if part.value is not None]
    return Sum(sum(told, _NONE) if told else None, any(part.partial for part in parts))


def sum_of(found: Iterable[Given], name: str) -> Sum:
    return added(one.sum(name) for one in found if name in one.figures)


def largest_first(amount: Decimal | None) -> tuple[bool, Decimal]:
    """A key to sort by: what is not reported comes after all amounts, those below zero among them."""
    return amount is None, -(amount or _NONE)


def types_of(found: Iterable[Given]) -> list[str]:
    """The types of money that any of them reports, in the usual order."""
    found = list(found)
    return [type_ for type_ in TYPES if any(one.value(type_) is not None for one in found)]


# Cells


def cell(amount: Decimal | None, partial: bool, lang: str) -> Cell:
    """An amount to the cent; “not reported” is never 0."""
    _ = i18n.translator(lang)
    if amount is None:
        return Cell(_("not reported"), "missing")
    return Cell(i18n.usd(amount, lang), "amount", _("partial") if partial else "")


def figure_cell(one: Given, name: str, lang: str) -> Cell:
    told = one.sum(name)
    return cell(told.value, told.partial, lang)


def share(parts: Iterable[Decimal | None], whole: Decimal | None, lang: str) -> Cell:
    """What part of a total these make, in per cent; none where there is no total, or one below zero."""
    _ = i18n.translator(lang)
    part = ratios.percent(parts, whole)
    if part is None:
        return Cell("–", "missing")
    if part and abs(part) < _SMALLEST:
        return Cell(_("under {percent} %").format(percent=percent(_SMALLEST, lang)), "amount")
    # Translators: a share in per cent, as a table shows it.
    words = _("{percent} %").format(percent=percent(part, lang) if part else "0")
    return Cell(words if part >= 0 else f"−{words}", "amount")


def shares(one: Given, lang: str) -> tuple[Cell, Cell]:
    """Core and earmarked, as parts of the total of the reported types."""
    whole = one.value("total")
    core, earmarked = ([one.value(name) for name in names] for names in (CORE, EARMARKED))
    return share(core, whole, lang), share(earmarked, whole, lang)


# Drawings


def parts(one: Given, types: Sequence[str]) -> dict[str, Decimal]:
    return {type_: amount for type_ in types if (amount := one.value(type_)) is not None}


def by_year(one: Given, types: Sequence[str]) -> dict[int, dict[str, Decimal] | None]:
    """By year the amounts of each type; None where the total is not reported."""
    total = one.figures["total"].by_year or {}
    series: dict[int, dict[str, Decimal] | None] = {}
    for year, amount in total.items():
        told = {
            type_: (one.figures[type_].by_year or {}).get(year) for type_ in types if type_ in one.figures
        }
        series[year] = None if amount is None else {t: a for t, a in told.items() if a is not None}
    return series


def source_of(found: Iterable[Given], lang: str) -> str:
    """The publishers of what stands behind the figures, each once."""
    used = {use.source for one in found for figure in one.figures.values() for use in figure.sources}
    return _publishers(used, lang)


def source_of_all(known_at: datetime | None, lang: str) -> str:
    """The publishers of all contributions that are loaded."""

    def make(opened: Library) -> list[str]:
        found: list[str] = opened.connection.query("SELECT DISTINCT source FROM contributions")[
            "source"
        ].to_pylist()
        return found

    return _publishers(facts.remembered(known_at, "sources of contributions", make), lang)


def _publishers(names: Iterable[str], lang: str) -> str:
    known = sources.shelved()
    return joined([known[name].publisher for name in sorted(set(names)) if name in known], lang)
