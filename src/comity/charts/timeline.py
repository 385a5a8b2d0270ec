"""The partnership over time: programmes and their phases from their first to their last year.

An end that is not stated fades out: it is neither the last year known nor today. Days of signature are
points, the asked period is a band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Picture, Table
from comity.charts._canvas import FINE, LINE, SIZE, Key, Sheet, Years
from comity.charts._entries import years as years_of
from comity.charts._labels import (
    confidence,
    day,
    money,
    organisation,
    own_name,
    partner,
    shortened,
    sources_of,
    text_width,
    wrapped,
)
from comity.charts._vega import BAND, COLOURS, INK, MUTED, RULE
from comity.i18n import N_
from comity.model import Item, Profile, Scalar

KINDS = {
    "programme": N_("programme or project"),
    "phase": N_("phase"),
    "signed": N_("signed"),
}
"""What is drawn, in the order of the legend."""
_PHASE, _PROGRAMME, _SIGNED = COLOURS["assessed"], INK, COLOURS["voluntary_non_core"]
_BEFORE = 0.25
"""How much of the years shown may be added before them, for the first year of membership."""
_FADE, _SHADES = 30, 8
"""Pixels in which an open end fades, and in how many shades."""
_SPACE = {"programme": 14, "phase": 10}


@dataclass(frozen=True, slots=True)
class Span:
    """A programme, or a phase of one. `first` and `last` are None where they are not stated; `signed` is
    a point in time as exactly as it is known."""

    kind: str
    name: str
    first: int | None
    last: int | None
    years: str
    signed: str
    amount: str
    notes: str
    doubt: str


WIDE, NARROW = 640, 348


# Facts


def _year(value: Scalar) -> int | None:
    """The year of a number or of a date as text."""
    text = str(value or "")[:4]
    return int(text) if text.isdigit() else None


def _amount(item: Item, key: str, lang: str) -> str:
    _ = i18n.translator(lang)
    amount, currency = item.get(key), str(item.get("currency") or "")
    if not isinstance(amount, Decimal):
        return ""
    if currency == "USD":
        return money(amount, lang)
    message = _("{currency} {amount}")
    return message.format(currency=currency, amount=i18n.whole(amount, lang)).strip()


def _notes(item: Item, lang: str) -> str:
    """R41: what was added later, and a total stated otherwise since."""
    _ = i18n.translator(lang)
    said = []
    if added := _amount(item, "amount_added", lang):
        said.append(_("of which added later: {amount}").format(amount=added))
    if restated := _amount(item, "amount_restated", lang):
        said.append(_("a later source states {amount}; the reason is not known").format(amount=restated))
    return i18n.listed(said, lang)


def _span(kind: str, name: str, item: Item, lang: str) -> Span:
    first, last = _year(item.get("start_year")), _year(item.get("end_year"))
    return Span(
        kind, name, first, last, years_of(item, lang), str(item.get("signed_on") or ""),
        _amount(item, "amount", lang), _notes(item, lang), confidence(item, lang),
    )  # fmt: skip


def spans(profile: Profile, lang: str) -> tuple[Span, ...]:
    """Every programme, by its first year, and after each its phases; phases of others at the end."""
    listed = {
        name: (figure.items if (figure := profile.get(f"partnerships.{name}")) else None) or ()
        for name in ("programmes", "phases")
    }

    def first(item: Item) -> tuple[int, str]:
        return _year(item.get("start_year")) or 9999, str(item.get("id"))

    names: dict[str, str] = {}
    phases: dict[str, list[Item]] = {}
    for item in sorted(listed["programmes"], key=first):
        names[str(item.get("id"))] = own_name(item, lang) or str(item.get("id"))
    for item in sorted(listed["phases"], key=first):
        phases.setdefault(str(item.get("programme") or ""), []).append(item)
    own = {str(item.get("id")): item for item in listed["programmes"]}
    found: list[Span] = []
    for id_ in [*names, *(id_ for id_ in phases if id_ not in names)]:
        if id_ in own:
            found.append(_span("programme", names[id_], own[id_], lang))
        found += (_span("phase", names.get(id_, id_), item, lang) for item in phases.get(id_, ()))
    return tuple(found)


def _day(text: str, lang: str) -> str:
    """A date as exactly as it is known."""
    try:
        return day(date.fromisoformat(text), lang)
    except ValueError:
        return text


def table(profile: Profile, lang: str) -> Table | None:
    """Every programme and phase; None when there is none."""
    found = spans(profile, lang)
    return _table(found, lang) if found else None


def _table(found: Sequence[Span], lang: str) -> Table:
    _ = i18n.translator(lang)
    kinds = {"programme": _("Programme or project"), "phase": _("Phase")}
    rows = tuple(
        (
            Cell(one.name, mark=one.doubt),
            Cell(kinds[one.kind]),
            Cell(one.years or _("not reported"), "text" if one.years else "missing"),
            Cell(_day(one.signed, lang) if one.signed else "–"),
            Cell(one.amount or "–", mark=one.notes if one.amount else ""),
        )
        for one in found
    )
    columns = (_("Name"), _("Kind"), _("Years"), _("Signed on"), _("Amount"))
    return Table(_("Programmes and phases"), columns, rows)


def _member_since(profile: Profile) -> int | None:
    figure = profile.get("membership.since")
    return figure.value if figure and isinstance(figure.value, int) else None


# The drawing


def _frame(found: Sequence[Span], profile: Profile, width: int) -> Years:
    """From the first to the last year that is stated or asked for; from the first of membership where
    that is not too long before."""
    stated = [year for one in found for year in (one.first, one.last, _year(one.signed)) if year is not None]
    first, last = min(*stated, profile.period.start), max(*stated, profile.period.end) + 1
    since = _member_since(profile)
    if since is not None and first - since <= _BEFORE * (last - first):
        first = min(first, since)
    return Years(first, last, 8, width - 8)


@cache
def _paler(colour: str, share: float) -> str:
    """A colour mixed with white."""
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def _point(text: str) -> float:
    """A day, month or year as a point in time; a month or year in its middle."""
    parts = [int(part) for part in text.split("-")[:3]]
    month = parts[1] if len(parts) > 1 else 6.5
    day_ = parts[2] if len(parts) > 2 else 15 if len(parts) > 1 else 1
    return parts[0] + (month - 1) / 12 + (day_ - 1) / 365.25


def _bar(sheet: Sheet, one: Span, axis: Years, y: float, high: float, colour: str) -> tuple[float, float]:
    """The bar of a span, with ends that fade where they are not stated; gives its edges."""
    left = axis.pixel(one.first) if one.first is not None else axis.left
    right = axis.pixel(one.last + 1) if one.last is not None else axis.right
    start = left if one.first is not None else min(left + _FADE, right)
    end = right if one.last is not None else max(right - _FADE, start)
    if end > start:
        sheet.rect(start, y, end, y + high, colour)
    for edge, open_ in ((left, one.first is None), (right, one.last is None)):
        inner = start if edge == left else end
        for part in range(_SHADES) if open_ else ():
            a, b = (inner + (edge - inner) * n / _SHADES for n in (part, part + 1))
            shade = _paler(colour, round(1 - (part + 0.5) / _SHADES, 2))
            sheet.rect(min(a, b), y, max(a, b), y + high, shade)
    return left, right


def _legend(found: Sequence[Span], profile: Profile, lang: str) -> Iterator[Key]:
    _ = i18n.translator(lang)
    kinds = {one.kind for one in found}
    if "programme" in kinds:
        yield Key(_(KINDS["programme"]), "line", _PROGRAMME)
    if "phase" in kinds:
        yield Key(_(KINDS["phase"]), "square", _PHASE)
    if any(_dated(one.signed) for one in found):
        yield Key(_(KINDS["signed"]), "circle", "white", _SIGNED)
    yield Key(i18n.span(profile.period.start, profile.period.end, lang), "square", BAND, RULE)


def _dated(text: str) -> bool:
    return _year(text) is not None


def _picture(
    found: Sequence[Span], profile: Profile, width: int, lang: str, name: str, title: str, alt: str
) -> Picture:
    _ = i18n.translator(lang)
    sheet, axis = Sheet(width), _frame(found, profile, width)
    top = y = sheet.legend(list(_legend(found, profile, lang)), 0) + 10
    since = _member_since(profile)
    if since is not None:
        y = _membership(sheet, axis, since, y, lang)
    shown = [one for one in found if one.first is not None or one.last is not None]
    for one in shown:
        y = _row(sheet, one, axis, y)
    y += 12
    begin, end = axis.pixel(profile.period.start), axis.pixel(profile.period.end + 1)
    sheet.rect(begin, top, end, y, BAND, layer="ground")
    axis.grid(sheet, top, y)
    sheet.line(0, y, width, y, MUTED)
    axis.label(sheet, y)
    y += 22
    said = [_("An end that fades is not stated.")] if any(one.last is None for one in shown) else []
    if undated := len(found) - len(shown):
        said.append(_("Without years: {count}, in the table only.").format(count=undated))
    for line in (line for text in said for line in wrapped(text, width / FINE / 0.57)):
        y += LINE
        sheet.text(0, y, line, MUTED, size=FINE)
    return sheet.picture(y + 4, lang, name, title, alt)


def _membership(sheet: Sheet, axis: Years, since: int, y: float, lang: str) -> float:
    """Where membership begins; an arrow at the edge where that is before the first year shown."""
    _ = i18n.translator(lang)
    label = _("Member since {year}").format(year=since)
    before, middle = since < axis.first, y + 14
    x = axis.left if before else axis.pixel(since + 0.5)
    sheet.dot(max(x, 6), middle, "triangle-left" if before else "diamond", "white", INK, 6)
    wide = text_width(label)
    right = x + 12 + wide <= sheet.width
    sheet.text(x + 12 if right else x - 12, middle + 4.5, label, MUTED, align="left" if right else "right")
    return y + 26


def _row(sheet: Sheet, one: Span, axis: Years, y: float) -> float:
    """The words of a span, and its bar below them."""
    programme = one.kind == "programme"
    words = one.name if programme else " · ".join(filter(None, (one.years, one.amount)))
    y += _SPACE[one.kind]
    bar = 5 if programme else 11
    lines = wrapped(words, sheet.width / SIZE / 0.62, 2) or ["–"]
    base = y + len(lines) * LINE + 3
    left, right = _bar(sheet, one, axis, base, bar, _PROGRAMME if programme else _PHASE)
    wide = max(text_width(line) * (1.07 if programme else 1) for line in lines)
    fits = left + wide <= sheet.width
    x, align = (left, "left") if fits else (max(right, wide), "right")
    for number, line in enumerate(lines):
        sheet.text(x, y + 12 + number * LINE, line, bold=programme, align=align)
    if _dated(one.signed):
        sheet.dot(axis.pixel(_point(one.signed)), base + bar / 2, "circle", "white", _SIGNED, 5.5, 2)
    return base + bar


# Words


def _title(found: Sequence[Span], lang: str) -> str:
    """The finding: how many phases since when, and when the latest ends; else the same of programmes."""
    _ = i18n.translator(lang)
    phases = [one for one in found if one.kind == "phase"]
    counted = phases or list(found)
    firsts = [one.first for one in counted if one.first is not None]
    if len(counted) == 1:
        message = _("One phase: {years}") if phases else _("One programme: {years}")
        if phases and counted[0].amount:
            message = _("One phase: {years}, {amount}")
    elif not firsts:
        message = _("{count} phases") if phases else _("{count} programmes")
    elif any(one.last is None for one in counted):
        open_ = _("{count} phases since {first}; an end is not stated for all")
        message = open_ if phases else _("{count} programmes since {first}; an end is not stated for all")
    else:
        closed = _("{count} phases since {first}; the latest ends in {last}")
        message = closed if phases else _("{count} programmes since {first}; the latest ends in {last}")
    return message.format(
        count=len(counted), years=counted[0].years, amount=counted[0].amount, first=min(firsts, default=""),
        last=max((one.last for one in counted if one.last is not None), default=""),
    )  # fmt: skip


def _alt(found: Sequence[Span], profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    rows = []
    for one in found:
        parts = [one.years or _("not reported"), one.amount]
        if one.signed:
            parts.append(i18n.named(_(KINDS["signed"]), _day(one.signed, lang), lang))
        rows.append(i18n.named(shortened(one.name), ", ".join(filter(None, parts)), lang))
    message = _("Programmes of {partner} and {organisation} and their phases as bars over the years: {rows}.")
    both = {"partner": partner(profile, lang), "organisation": organisation(profile, lang)}
    return message.format(**both, rows=i18n.listed(rows, lang))


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The bars; None where no programme and no phase has a year."""
    _ = i18n.translator(lang)
    found = spans(profile, lang)
    if all(one.first is None and one.last is None for one in found):
        return None
    title, alt = _title(found, lang), _alt(found, profile, lang)
    figures = [figure for figure in profile if figure.measure in _BEHIND]
    return Drawing(
        name="timeline",
        title=title,
        unit=_("years from the first to the last; amounts as agreed"),
        source=sources_of(profile, figures, lang),
        alt=alt,
        wide=_picture(found, profile, WIDE, lang, "timeline", title, alt),
        narrow=_picture(found, profile, NARROW, lang, "timeline-narrow", title, alt),
        table=_table(found, lang),
        lang=lang,
    )


_BEHIND = ("partnerships.programmes", "partnerships.phases")

CHART = Chart("timeline", draw)
