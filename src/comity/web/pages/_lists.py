"""What lists share: rows a page at a time, tables with bars in them, and small columns by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from markupsafe import Markup

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import TYPES, money
from comity.i18n import N_
from comity.model import Figure
from comity.web import draw, lists, site
from comity.web.lists import Paging
from comity.web.pages import Page, _amounts
from comity.web.pages._amounts import Given, Years

T = TypeVar("T")
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "states": (N_("States and areas"), ("state", "observer_state", "area")),
    "unions": (N_("Intergovernmental organisations"), ("intergovernmental",)),
    "banks": (N_("Development banks"), ("bank",)),
    "funds": (N_("Funds"), ("fund",)),
    "foundations": (N_("Foundations and companies"), ("foundation", "company")),
    "un": (N_("Entities of the UN system"), ("un_entity", "un_department")),
    "agencies": (N_("Ministries and agencies"), ("ministry", "agency")),
    "others": (N_("Contributors not named one by one"), ("group",)),
}
"""Kinds of parties, put together as lists show them, by the word that an address has."""
MULTIPLES = 8
"""Panels of small columns beside each other; the table has all."""


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """One page of a list: its rows, and which page of how many."""

    rows: Sequence[T]
    paging: Paging


def cut(request: HttpRequest, rows: Sequence[T]) -> Cut[T]:
    """The page that the address asks for. Raises `BadRequest` for one that there is not."""
    paging = lists.paging(request, len(rows))
    return Cut(lists.slice_of(rows, paging), paging)


def files(name: str, path: str, view: Callable[..., HttpResponse]) -> tuple[Page, ...]:
    """A page for each form in which the rows of the list at `path` can be taken along."""
    return tuple(
        Page(f"{name}_{ending}", f"{path}.{ending}", partial(view, ending=ending)) for ending in lists.FILES
    )


def of_pairs(
    request: HttpRequest, found: Sequence[Given], caption: str, heading: str, label: Callable[[Given], str],
    years: Years,
) -> dict[str, Any]:  # fmt: skip
    """What the page of a partner or an organisation shows of its pairs: one page of them, and all."""
    shown = cut(request, found)
    ranked = ranking(request, shown.rows, found, caption, heading, label, years) if found else None
    return {"found": found, "cut": shown, "ranking": ranked}


def of_group(kind: str) -> str:
    """The group that a kind of party stands in."""
    return next((name for name, (_, kinds) in GROUPS.items() if kind in kinds), "others")


def kind_words(kind: str, lang: str) -> str:
    """What sort of party it is, in a word or two."""
    known = KINDS.get(kind)
    return i18n.translator(lang)(known) if known else kind.replace("_", " ")


KINDS = {
    "state": N_("Member State of the United Nations"),
    "observer_state": N_("Observer State at the United Nations"), "area": N_("Area"),
    "intergovernmental": N_("Intergovernmental organisation"), "bank": N_("Development bank"),
    "fund": N_("Fund"), "foundation": N_("Foundation"), "company": N_("Company"),
    "un_entity": N_("Entity of the UN system"), "un_department": N_("Department of the United Nations"),
    "ministry": N_("Ministry"), "agency": N_("Agency"), "group": N_("Contributors put together"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranking:
    """A table with a bar beside the name of each row, and who publishes what is in it."""

    table: Table
    source: str
    lang: str
    bars: Sequence[Markup | str] = ()
    keys: Sequence[str] = ()
    """Types of money in the bars, for the legend."""

    @property
    def full(self) -> Table:
        """All columns, under a caption that differs from the chart's."""
        _ = i18n.translator(self.lang)
        caption = _("{caption}, by type").format(caption=self.table.caption)
        return replace(self.table, caption=caption)

    @property
    def brief(self) -> Table:
        """Names and totals alone, so that the bars have room: a chart. The table has the rest."""
        rows = tuple(row[:2] for row in self.table.rows)
        return Table(self.table.caption, self.table.columns[:2], rows, self.table.total, self.table.notes[:1])


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts: whose it is, where its name leads, and its amount in a word."""

    name: str
    at: str
    amount: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Multiples:
    """Small charts on one scale; `table` has their exact amounts by year."""

    title: str
    scale: str
    panels: Sequence[Panel]
    keys: Sequence[str]
    table: Table
    source: str
    gaps: bool = field(default=False)


def profile_at(request: HttpRequest, one: Given, years: Years) -> str:
    """The profile of a pair over the same years, as known on the same day."""
    path = site.profile_path(one.partner.id, one.organisation.id)
    return site.address(request, path, years=f"{years[0]}-{years[1]}", known_at=request.GET.get("known_at"))


def ranking(
    request: HttpRequest, found: Sequence[Given], whole: Sequence[Given], caption: str, heading: str,
    label: Callable[[Given], str], years: Years, link: Callable[[Given], str] | None = None, *,
    summed: bool = True,
) -> Ranking:  # fmt: skip
    """Pairs, one a row: total, shares and types. `whole` are all of them, of which `found` is a page: the
    bars stand against its largest, and the last row adds it up if it is to be `summed`."""
    lang: str = request.lang
    _ = i18n.translator(lang)
    types = _amounts.types_of(whole)
    largest = max((one.value("total") or Decimal(0) for one in whole), default=Decimal(0))
    to = link or (lambda one: profile_at(request, one, years))
    rows = [
        (
            Cell(label(one), link=to(one)),
            _amounts.figure_cell(one, "total", lang),
            *_amounts.shares(one, lang),
            *(_amounts.figure_cell(one, type_, lang) for type_ in types),
        )
        for one in found
    ]
    bars: list[Markup | str] = [
        draw.bar(_amounts.parts(one, types), largest, alt(one, types, lang)) for one in found
    ]
    summed = summed and len(whole) > 1
    if summed:
        rows.append(_sum_row(whole, types, lang))
        bars.append("")
    columns = (heading, _("Total"), _("Core share"), _("Earmarked share"), *(_(TYPES[t]) for t in types))
    notes = [
        _("In US dollars. The total adds up the types that are reported."),
        _("Core: assessed and voluntary core contributions. Both shares are parts of the total."),
    ]
    if any(cell.mark for row in rows for cell in row):
        notes.append(_("“partial”: some of the years or types are not reported."))
    table = Table(caption, columns, tuple(rows), summed, tuple(notes))
    return Ranking(table, _amounts.source_of(whole, lang), lang, bars, types)


def _sum_row(whole: Sequence[Given], types: Sequence[str], lang: str) -> tuple[Cell, ...]:
    _ = i18n.translator(lang)
    sums = {name: _amounts.sum_of(whole, name) for name in ("total", *types)}
    values = {name: one.value for name, one in sums.items()}
    total = sums["total"]
    return (
        Cell(_("All of them: {count}").format(count=i18n.whole(len(whole), lang))),
        _amounts.cell(total.value, total.partial, lang),
        *(
            _amounts.share([values.get(name) for name in names], total.value, lang)
            for names in (_amounts.CORE, _amounts.EARMARKED)
        ),
        *(_amounts.cell(sums[type_].value, sums[type_].partial, lang) for type_ in types),
    )


def alt(one: Given, types: Sequence[str], lang: str) -> str:
    """A bar in words."""
    _ = i18n.translator(lang)
    told = (
        i18n.named(_(TYPES[type_]), money(amount, lang), lang)
        for type_, amount in _amounts.parts(one, types).items()
    )
    return i18n.listed(told, lang)


def multiples(
    request: HttpRequest, name: str, title: str, found: Sequence[Given], label: Callable[[Given], str],
    years: Years, link: Callable[[Given], str] | None = None, most: int = MULTIPLES,
) -> Multiples | None:  # fmt: skip
    """The first of `found` by year, all on one scale; None where there is nothing to draw."""
    lang: str = request.lang
    _ = i18n.translator(lang)
    shown = [one for one in found if one.value("total")][:most]
    if not shown:
        return None
    span, types = range(years[0], years[1] + 1), _amounts.types_of(shown)
    series = [_amounts.by_year(one, types) for one in shown]
    by = draw.scale(series)
    to = link or (lambda one: profile_at(request, one, years))
    panels = [
        Panel(
            label(one),
            to(one),
            money(one.value("total") or Decimal(0), lang),
            draw.columns(f"{name}-{place}", label(one), _said(one, lang), span, drawn, by),
        )
        for place, (one, drawn) in enumerate(zip(shown, series, strict=True))
    ]
    message = _("All charts have one scale: a column of full height stands for {amount}.")
    return Multiples(
        title=title,
        scale=message.format(amount=money(by.high - by.low, lang)),
        panels=panels,
        keys=types,
        table=yearly(shown, label, years, lang),
        source=_amounts.source_of(shown, lang),
        gaps=any(parts is None for drawn in series for parts in drawn.values()),
    )


def _said(one: Given, lang: str) -> str:
    _ = i18n.translator(lang)
    by_year: Mapping[int, Decimal | None] = one.figures["total"].by_year or {}
    told = (
        _("{year}: {amount}").format(
            year=year, amount=_("not reported") if amount is None else money(amount, lang)
        )
        for year, amount in by_year.items()
    )
    return i18n.listed(told, lang)


def yearly(shown: Sequence[Given], label: Callable[[Given], str], years: Years, lang: str) -> Table:
    """The totals of some pairs by year, to the cent."""
    _ = i18n.translator(lang)
    span = range(years[0], years[1] + 1)

    def amount(total: Figure, year: int) -> Cell:
        if str(year) in total.flagged("no_row"):
            return Cell(i18n.usd(Decimal(0), lang), "zero", _("no row"))
        return _amounts.cell((total.by_year or {}).get(year), False, lang)

    rows = tuple(
        (
            Cell(label(one)),
            *(amount(one.figures["total"], year) for year in span),
            _amounts.figure_cell(one, "total", lang),
        )
        for one in shown
    )
    columns = (_("Name"), *map(str, span), _("All years"))
    return Table(_("Totals by year, in US dollars"), columns, rows)
