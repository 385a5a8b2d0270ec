"""What the partner gave, by year and type: stacked bars, and the exact table behind them.

A year that is not reported is a labelled gap, never a bar of no height (R38); amounts below zero
are drawn below zero (R3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Picture, Table
from comity.charts._canvas import LINE, Key, Sheet, steps
from comity.charts._labels import TYPES, money, partner, runs, sources_of, text_width
from comity.charts._vega import COLOURS, MUTED, PAPER, RULE
from comity.i18n import N_
from comity.model import Figure, Profile

_MILLION = Decimal(1_000_000)
Slot = tuple[int, int]


def _by_type(profile: Profile) -> dict[str, Figure]:
    """The figures of the types that are reported for a year at least."""
    found = {type_: profile.get(f"contributions.{type_}") for type_ in TYPES}
    return {type_: figure for type_, figure in found.items() if figure and figure.value is not None}


def _amounts(figure: Figure | None) -> dict[int, Decimal | None]:
    return dict((figure.by_year if figure else None) or {})


def _slots(profile: Profile) -> list[Slot]:
    """The years one by one; where nothing at all is reported for two years or more, one slot."""
    total = _amounts(profile.get("contributions.total"))
    silent = [year for year in profile.period.years if total.get(year) is None]
    spoken = [(year, year) for year in profile.period.years if total.get(year) is not None]
    return sorted([*runs(silent), *spoken])


def _cell(figure: Figure | None, slot: Slot, lang: str) -> Cell:
    _ = i18n.translator(lang)
    amount = _amounts(figure).get(slot[0])
    if figure is None or amount is None:
        return Cell(_("not reported"), "missing")
    if str(slot[0]) in figure.flagged("no_row"):
        return Cell(i18n.usd(Decimal(0), lang), "zero", _("no row"))
    missing = (flag.partition(":") for flag in figure.flagged("not_reported"))
    partial = any(year == str(slot[0]) and _known(figure, type_) for type_, _sep, year in missing)
    return Cell(i18n.usd(amount, lang), "amount", _("partial") if partial else "")


def _sum(figure: Figure | None, lang: str) -> Cell:
    _ = i18n.translator(lang)
    if figure is None or not isinstance(figure.value, Decimal):
        return Cell(_("not reported"), "missing")
    types = {flag.partition(":")[0] for flag in figure.flagged("not_reported")}
    gaps = [year for year, amount in (figure.by_year or {}).items() if amount is None]
    partial = bool(gaps) or any(_known(figure, type_) for type_ in types)
    return Cell(i18n.usd(figure.value, lang), "amount", _("partial") if partial else "")


def _known(total: Figure, type_: str) -> bool:
    """Whether a type missing from a total is missing in some years only."""
    missing = [flag for flag in total.flagged("not_reported") if flag.startswith(f"{type_}:")]
    return len(missing) < len(total.by_year or ())


def table(profile: Profile, lang: str) -> Table | None:
    """By year and type, to the cent; None when no type is reported at all."""
    _ = i18n.translator(lang)
    figures = _by_type(profile)
    if not figures:
        return None
    total = profile.get("contributions.total")
    rows = [
        (
            Cell(i18n.span(*slot, lang)),
            *(_cell(figure, slot, lang) for figure in figures.values()),
            _cell(total, slot, lang),
        )
        for slot in _slots(profile)
    ]
    last = (
        Cell(_("All years") if len(rows) > 1 else _("Period")),
        *(_sum(figure, lang) for figure in figures.values()),
        _sum(total, lang),
    )
    left_out = [_(label) for type_, label in TYPES.items() if type_ not in figures]
    notes = [_("In US dollars. The total adds up the types that are reported.")]
    if any(cell.kind == "zero" for row in rows for cell in row):
        notes.append(
            _("“no row”: the source reports that year, without a row for this partner; it counts as zero.")
        )
    if left_out:
        notes.append(
            _("Not reported for any of these years: {types}.").format(types=i18n.listed(left_out, lang))
        )
    return Table(
        caption=_("Contributions by year and type, in US dollars"),
        columns=(_("Year"), *(_(TYPES[type_]) for type_ in figures), _("Total")),
        rows=(*rows, last),
        total=True,
        notes=tuple(notes),
    )


# The drawing

_HIGH = 240
"""Pixels from the lowest to the highest line of the scale."""


class Layout(NamedTuple):
    """The width, and how many bars at most have their sum above them."""

    width: int
    sums: int


WIDE, NARROW = Layout(640, 16), Layout(348, 7)


class Column(NamedTuple):
    """What stands in a slot: amounts by type in the chart's unit, None where not reported; `left` and
    `right` are the edges of its bar."""

    slot: Slot
    amounts: dict[str, Decimal | None]
    told: bool
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def _slot_label(slot: Slot, lang: str) -> str:
    """A year, or the first and the last, on two lines."""
    if slot[0] != slot[1]:
        return f"{slot[0]}{i18n.DASHES[lang]}|{slot[1]}"
    return str(slot[0])


@lru_cache(8192)
def _short(number: Decimal, lang: str) -> str:
    """A label for a bar: one decimal, but an amount is never rounded to nothing."""
    if number == 0:
        return "0"
    return "≈ 0" if abs(number) < Decimal("0.05") else i18n.millions(number * _MILLION, lang, 1)


def _unit(profile: Profile) -> tuple[Decimal, str]:
    """US$ million, or US$ thousand where no year comes to a million."""
    total = _amounts(profile.get("contributions.total"))
    largest = max((abs(amount) for amount in total.values() if amount is not None), default=Decimal(0))
    return (_MILLION, N_("US$ million")) if largest >= _MILLION else (Decimal(1000), N_("US$ thousand"))


@lru_cache(8192)
def _number(value: Decimal, step: Decimal, lang: str) -> str:
    """A number at the scale, with as many decimals as the scale needs."""
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    text = i18n.millions(value * _MILLION, lang, decimals) if decimals else i18n.whole(value, lang)
    return text.replace("-", "−")


def _columns(profile: Profile, left: float, width: int) -> list[Column]:
    figures, slots, scale = _by_type(profile), _slots(profile), _unit(profile)[0]
    totals, each = _amounts(profile.get("contributions.total")), (width - left) / len(slots)
    found = []
    for number, slot in enumerate(slots):
        given = {type_: _amounts(figure).get(slot[0]) for type_, figure in figures.items()}
        amounts = {type_: None if amount is None else amount / scale for type_, amount in given.items()}
        start, gap = left + number * each, min(each * 0.17, 24)
        told = totals.get(slot[0]) is not None
        found.append(Column(slot, amounts, told, start + gap, start + each - gap))
    return found


def _ends(column: Column) -> tuple[Decimal, Decimal]:
    """How far a stack reaches below and above zero."""
    known = [amount for amount in column.amounts.values() if amount is not None]
    below, above = (sum(filter(sign, known), Decimal(0)) for sign in (lambda a: a < 0, lambda a: a > 0))
    return below, above


def _picture(profile: Profile, at: Layout, lang: str, name: str, title: str, alt: str) -> Picture:
    _ = i18n.translator(lang)
    sheet = Sheet(at.width)
    types, slots = list(_by_type(profile)), _slots(profile)
    keys = [Key(_(TYPES[type_]), "square", COLOURS[type_]) for type_ in types]
    top = sheet.legend(keys, 0) + 24
    reach = [_ends(column) for column in _columns(profile, 0, at.width)]
    scale = steps(min(low for low, _high in reach), max(high for _low, high in reach))
    numbers = [_number(value, scale[1] - scale[0], lang) for value in scale]
    left = max(map(text_width, numbers)) + 8
    pixel = Decimal(_HIGH) / (scale[-1] - scale[0])

    def height(value: Decimal) -> float:
        return round(top + float((scale[-1] - value) * pixel), 1)

    for value, number in zip(scale, numbers, strict=True):
        y = height(value)
        sheet.line(left, y, at.width, y, RULE if value else MUTED, layer="grid" if value else "lines")
        sheet.text(left - 8, y + 4.5, number, MUTED, align="right")
    columns = _columns(profile, left, at.width)
    _years(sheet, columns, top + _HIGH, lang)
    for column in columns:
        if column.told:
            _stack(sheet, column, height)
            if len(slots) <= at.sums:
                known = [amount for amount in column.amounts.values() if amount is not None]
                label = _short(sum(known, Decimal(0)), lang)
                sheet.text(column.middle, height(_ends(column)[1]) - 6, label, align="center")
        else:
            sheet.rect(column.left, top, column.right, top + _HIGH, PAPER, MUTED, dashed=True)
            place = (column.middle + 4.5, top + _HIGH / 2)
            sheet.text(*place, _("not reported"), MUTED, align="center", angle=270)
    bottom = top + _HIGH + 22 + (LINE if any(first != last for first, last in slots) else 0)
    return sheet.picture(_silent(sheet, columns, types, bottom, lang), lang, name, title, alt)


def _stack(sheet: Sheet, column: Column, height: Callable[[Decimal], float]) -> None:
    """The bar of a slot, type by type: what is negative goes down from zero."""
    reached = {True: Decimal(0), False: Decimal(0)}
    for type_, amount in column.amounts.items():
        if amount:
            start = reached[amount > 0]
            reached[amount > 0] = end = start + amount
            edges = sorted((height(start), height(end)))
            sheet.rect(column.left, edges[0], column.right, edges[1], COLOURS[type_], "white")


def _years(sheet: Sheet, columns: Sequence[Column], y: float, lang: str) -> None:
    """The years below; where they would touch each other, every second one or fewer."""
    names = [_slot_label(column.slot, lang).split("|") for column in columns]
    widest = max(text_width(line) for lines in names for line in lines) + 5
    each = columns[1].middle - columns[0].middle if len(columns) > 1 else widest
    step = max(1, math.ceil(widest / each))
    for number, (column, lines) in enumerate(zip(columns, names, strict=True)):
        for line, words in enumerate(lines if number % step == 0 else ()):
            sheet.text(column.middle, y + 18 + line * LINE, words, MUTED, align="center")


def _silent(sheet: Sheet, columns: Sequence[Column], types: Sequence[str], y: float, lang: str) -> float:
    """A ring for each year in which one type is not reported, and what it means; gives where it ends."""
    _ = i18n.translator(lang)
    for type_ in types:
        silent = [column for column in columns if column.told and column.amounts[type_] is None]
        for column in silent:
            sheet.dot(column.middle, y + 12, "circle", "white", COLOURS[type_], 4.5, 1.6)
        if silent:
            said = _("○ {type}: not reported that year").format(type=_(TYPES[type_]))
            sheet.text(0, y + 34, said, MUTED)
            y += 42
    return y + 2


def _title(profile: Profile, lang: str) -> str:
    """The finding: the year with the largest total, or the only one."""
    _ = i18n.translator(lang)
    told = {y: v for y, v in _amounts(profile.get("contributions.total")).items() if v is not None}
    peak = max(told, key=lambda year: (told[year], -year))
    if not any(told.values()):
        return _("The amounts of these years add up to nothing")
    if len(told) == 1:
        return _("{amount} in {year}").format(amount=money(told[peak], lang), year=peak)
    return _("The largest year was {year}, with {amount}").format(year=peak, amount=money(told[peak], lang))


def _alt(profile: Profile, lang: str, behind: Table) -> str:
    _ = i18n.translator(lang)
    said = [
        _("{year}: {amount}").format(year=row[0].text, amount=row[-1].text) for row in behind.rows[:-1]
    ]  # fmt: skip
    message = _("Stacked bars of what {partner} gave by year and type. Totals in US dollars: {totals}.")
    return message.format(partner=partner(profile, lang), totals=i18n.listed(said, lang))


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The chart; None when no type is reported, or nothing but zeros."""
    behind, figures = table(profile, lang), _by_type(profile)
    if behind is None or not any(amount for f in figures.values() for amount in _amounts(f).values()):
        return None
    _ = i18n.translator(lang)
    title, alt = _title(profile, lang), _alt(profile, lang, behind)
    return Drawing(
        name="contributions",
        title=title,
        unit=_(_unit(profile)[1]),
        source=sources_of(profile, profile.family("contributions"), lang),
        alt=alt,
        wide=_picture(profile, WIDE, lang, "contributions", title, alt),
        narrow=_picture(profile, NARROW, lang, "contributions-narrow", title, alt),
        table=behind,
        lang=lang,
    )


CHART = Chart("contributions", draw)
