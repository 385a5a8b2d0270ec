"""Programmes by theme: bars of money, largest first; of activities where no money is known.

What is in no theme (unallocated, not split, not stated) stands at the end, hatched, and never counts as
one. Themes that only the register states have no bar: they are named below. Every place is worked out
here in pixels, so that names and bars keep together; Vega-Lite draws them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from comity import i18n
from comity.charts import Chart, Drawing, Picture, Table, _entries, _picture
from comity.charts._entries import Entry
from comity.charts._labels import money, organisation, own_name, partner, sources_of, wrapped
from comity.charts._vega import COLOURS, CONFIG, INK, MUTED, PAPER
from comity.i18n import N_
from comity.model import Item, Profile

FLAGS = {
    "unallocated": N_("Unallocated"),
    "not_split": N_("Several themes, not split"),
    "not_stated": N_("No theme stated"),
}
"""What is in no theme, in the order in which it is shown."""
_UNALLOCATED = "998"
"""The DAC's group of purposes for what has none: published as unallocated, and no theme."""
CAPTIONS = {
    "iati": N_("Programmes by theme, published in {source}"),
    "register": N_("Themes, stated in the register"),
    "both": N_("Programmes by theme"),
}

MOST = 12
"""More themes than these are one bar together."""
_BAR, _REST = COLOURS["assessed"], "#8fa9be"
_SIZE, _FINE, _LINE, _THICK = 12.5, 11.5, 15, 15
_MILLION = Decimal(1_000_000)

Mark = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Theme:
    """`flag` is one of `FLAGS`, “other” for the sum of small themes, or empty."""

    entry: Entry
    flag: str = ""

    @property
    def name(self) -> str:
        return self.entry.name


class Layout(NamedTuple):
    """Pixels: the width, where bars begin and end, and how far a bar lies below its name; then how many
    letters of a name fit on a line."""

    width: int
    bars: tuple[int, int]
    below: int
    letters: int


WIDE = Layout(640, (226, 566), 0, 33)
NARROW = Layout(348, (0, 274), 19, 52)


# Facts


def themes(profile: Profile, lang: str, beside: bool = False) -> tuple[Theme, ...]:
    """Every theme once, by money, then activities, then name; what is in no theme last. What the register
    states belongs to the groups that serve it, where there are any, else to itself. `beside`: the themes of
    money that is of another report."""
    _ = i18n.translator(lang)
    items = _entries.items(profile, "themes", beside)
    items.sort(key=lambda item: item.get("source") != "iati")  # whose name a group has
    published = {item.get("code") for item in items if item.get("source") == "iati"}
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        codes = str(item.get("code") or item.get("codes") or "").split()
        if item.get("source") != "iati":
            codes = [code for code in codes if code in published]
        for code in codes or [own_name(item, lang)]:
            flag = "unallocated" if code == _UNALLOCATED else str(item.get("flag") or "")
            groups.setdefault((flag, "") if flag in FLAGS else ("", code), []).append(item)
    found = []
    for (flag, code), items in groups.items():
        named = next(filter(None, (own_name(item, lang) for item in items)), code or "–")
        found.append(Theme(_entries.entry(_(FLAGS[flag]) if flag else named, items, lang), flag))

    def place(theme: Theme) -> tuple[int, Decimal, int, str]:
        last, one = 1 + list(FLAGS).index(theme.flag) if theme.flag else 0, theme.entry
        return last, -(one.spend or Decimal(0)), -(one.activities or 0), i18n.sort_key(one.name)

    return tuple(sorted(found, key=place))


def table(profile: Profile, lang: str) -> Table | None:
    """Every theme and what says so; None when there is none."""
    _ = i18n.translator(lang)
    found = [theme.entry for theme in themes(profile, lang)]
    total = sum((one.spend for one in found if one.spend is not None), Decimal(0))
    sums = _("All together: US$ {amount}.").format(amount=i18n.usd(total, lang))
    notes = (sums,) if any(one.spend is not None for one in found) else ()
    return _entries.table(found, _("Theme"), CAPTIONS, lang, notes)


# The drawing


class Bars(NamedTuple):
    """What is drawn: `bars` with their values; `counted` when they are activities; `aside` are the themes
    that have no value of this kind."""

    bars: tuple[tuple[Theme, Decimal], ...]
    aside: tuple[Theme, ...]
    counted: bool


def bars(found: Sequence[Theme], lang: str) -> Bars:
    """The themes as bars: twelve at most, the others as one; what is in no theme after them. Of money, unless
    more themes than one have activities and one alone has money, which would be a bar of its own."""
    _ = i18n.translator(lang)
    money_known, activities_known = (
        sum(getattr(theme.entry, name) is not None for theme in found) for name in ("spend", "activities")
    )
    counted = money_known < 2 and activities_known > money_known
    values = [(theme, theme.entry.activities if counted else theme.entry.spend) for theme in found]
    valued = [(theme, Decimal(value)) for theme, value in values if value is not None]
    named = sorted(((t, value) for t, value in valued if not t.flag), key=lambda pair: -pair[1])
    first, rest = (named[:MOST], named[MOST:]) if len(named) > MOST + 1 else (named, [])
    if rest:
        name = _("Other themes ({count})").format(count=len(rest))
        others = Theme(replace(rest[0][0].entry, name=name), "other")
        first.append((others, sum((value for _theme, value in rest), Decimal(0))))
    return Bars(
        (*first, *((theme, value) for theme, value in valued if theme.flag)),
        tuple(theme for theme, value in values if value is None),
        counted,
    )


@cache
def _template() -> dict[str, Any]:
    """The Vega-Lite spec without data and size; building it with Altair is what takes time."""
    import altair as alt

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    area = {"x": x, "y": y, "x2": "x2:Q", "y2": "y2:Q"}

    def data(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    def text(name: str, **mark: Any) -> alt.Chart:
        style = {"align": "left", "baseline": "middle", "fontSize": _SIZE, "color": INK, **mark}
        return data(name).mark_text(**style).encode(x=x, y=y, text="label:N")

    layers = (
        data("zero").mark_rule(color=MUTED).encode(x=x, y=y, y2="y2:Q"),
        data("bars").mark_rect(opacity=1).encode(**area, color=alt.Color("colour:N", scale=None)),
        data("open").mark_rect(fill=PAPER, stroke=MUTED, strokeWidth=1, opacity=1).encode(**area),
        data("hatch").mark_rule(color=MUTED, strokeWidth=1, opacity=0.75).encode(**area),
        text("names"),
        text("values"),
        text("below", align="right"),
        text("foot", fontSize=_FINE, color=MUTED),
    )
    chart = alt.layer(*layers).properties(autosize=alt.AutoSizeParams(type="none"))
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}


def _hatch(left: float, right: float, top: float) -> Iterator[tuple[str, Mark]]:
    """Lines at 45 degrees, cut off at the edges of a bar."""
    bottom = top + _THICK
    for step in range(1, int((right - left + _THICK) / 7) + 1):
        foot = left + step * 7
        x, y = max(left, foot - _THICK), max(top, bottom - (foot - left))
        x2, y2 = min(right, foot), bottom - max(0, foot - right)
        if x2 - x > 1:
            yield "hatch", {"x": round(x, 1), "y": round(y, 1), "x2": round(x2, 1), "y2": round(y2, 1)}


def _value(value: Decimal, scale: Decimal, lang: str) -> str:
    """A label for a bar; an amount is never rounded to nothing."""
    if scale == 1 or value == 0:
        return i18n.whole(value, lang)
    return "≈ 0" if abs(value / scale) < Decimal("0.05") else i18n.millions(value / scale * _MILLION, lang, 1)


def _scale(shown: Bars) -> tuple[Decimal, str]:
    """What a bar's number is counted in, and how the unit is called."""
    if shown.counted:
        return Decimal(1), N_("activities")
    largest = max(abs(value) for _theme, value in shown.bars)
    return (
        (_MILLION, N_("US$ million spent"))
        if largest >= _MILLION
        else (Decimal(1000), N_("US$ thousand spent"))
    )


def _marks(shown: Bars, at: Layout, lang: str) -> Iterator[tuple[str, Mark]]:
    """(layer, mark) of every bar, from above; the last mark says how high it has become."""
    values, scale = [value for _theme, value in shown.bars], _scale(shown)[0]
    least, most = min(Decimal(0), *values), max(Decimal(0), *values)
    left, right = at.bars
    left += 44 if least < 0 else 0  # room for the number of an amount below zero (R3)
    pixel = Decimal(right - left) / ((most - least) or 1)
    zero, y = round(left + float(-least * pixel), 1), 4.0
    for number, (theme, value) in enumerate(shown.bars):
        before = shown.bars[number - 1][0].flag if number else theme.flag
        y += 10 if theme.flag in FLAGS and before not in FLAGS else 0
        lines = wrapped(theme.name, at.letters, 2) or ["–"]
        for line, words in enumerate(lines):
            yield "names", {"x": 0, "y": y + 8 + line * _LINE, "label": words}
        top = y + (at.below + (len(lines) - 1) * _LINE if at.below else (len(lines) - 1) * _LINE / 2)
        end = zero + float(value * pixel)
        start, stop = round(min(zero, end), 1), round(max(zero, end, min(zero, end) + 1), 1)
        place = {"x": start, "y": top, "x2": stop, "y2": top + _THICK}
        if theme.flag in FLAGS:
            yield "open", place
            yield from _hatch(start, stop, top)
        elif value:
            yield "bars", {**place, "colour": _REST if theme.flag == "other" else _BAR}
        if at.below:
            yield "zero", {"x": zero, "y": top - 1, "y2": top + _THICK + 1}
        label = {"y": top + 8, "label": _value(value, scale, lang)}
        yield ("below", {"x": start - 6, **label}) if value < 0 else ("values", {"x": stop + 6, **label})
        y = max(top + _THICK, y + len(lines) * _LINE) + (12 if at.below else 8)
    if not at.below:
        yield "zero", {"x": zero, "y": 0, "y2": y - 4}
    yield from _foot(shown, at, y, lang)


def _foot(shown: Bars, at: Layout, y: float, lang: str) -> Iterator[tuple[str, Mark]]:
    """What has no bar, in words; an empty line where all have one."""
    _ = i18n.translator(lang)
    stated = [theme.name for theme in shown.aside if theme.entry.kind == "register"]
    others = [theme.name for theme in shown.aside if theme.entry.kind != "register"]
    said = []
    if stated:
        message = _("Stated in the register alone: {themes}.")
        said.append(message.format(themes=i18n.listed(stated, lang)))
    if others:
        message = _("Published without a number: {themes}.")
        said.append(message.format(themes=i18n.listed(others, lang)))
    for line in (line for text in said for line in wrapped(text, at.width / _FINE / 0.57)):
        y += _LINE
        yield "foot", {"x": 0, "y": y, "label": line}
    yield "foot", {"x": 0, "y": y if said else y - 10, "label": ""}


def _drawn(shown: Bars, at: Layout, lang: str, name: str, title: str, alt: str) -> Picture:
    marks = list(_marks(shown, at, lang))
    size = (at.width, marks[-1][1]["y"] + 8)
    return _picture.picture(_template, _picture.by_layer(marks), size, lang, name, title, alt)


# Words


def _title(shown: Bars, lang: str) -> str:
    """The finding: the largest theme; or, where that is more than half, what is in no theme."""
    _ = i18n.translator(lang)
    total = sum((value for _theme, value in shown.bars), Decimal(0))
    outside = sum((value for theme, value in shown.bars if theme.flag in FLAGS), Decimal(0))
    first, largest = shown.bars[0]
    if shown.counted:
        message = _("Most frequent theme: {theme} (activities: {amount})")
        if outside * 2 > total:
            message = _("Most activities are in no single theme: {outside} of {total}")
    else:
        message = _("{amount} for the largest theme: {theme}")
        if outside * 2 > total:
            message = _("Most of the money is in no single theme: {outside} of {total}")

    def said(value: Decimal) -> str:
        return i18n.whole(value, lang) if shown.counted else money(value, lang)

    return message.format(theme=first.name, amount=said(largest), outside=said(outside), total=said(total))


def _alt(profile: Profile, shown: Bars, lang: str) -> str:
    _ = i18n.translator(lang)
    values = [i18n.whole(v, lang) if shown.counted else money(v, lang) for _theme, v in shown.bars]
    rows = [
        i18n.named(theme.name, value, lang) for (theme, _v), value in zip(shown.bars, values, strict=True)
    ]
    if shown.counted:
        message = _("Bars of the activities of {partner} and {organisation} by theme: {rows}.")
    else:
        message = _("Bars of what programmes of {partner} and {organisation} spent, by theme: {rows}.")
    both = {"partner": partner(profile, lang), "organisation": organisation(profile, lang)}
    return message.format(**both, rows=i18n.listed(rows, lang))


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The bars; None where neither money nor activities are reported of two themes, for a single bar shows
    nothing."""
    _ = i18n.translator(lang)
    behind, shown = table(profile, lang), bars(themes(profile, lang), lang)
    if behind is None or len(shown.bars) < 2 or not any(value for _theme, value in shown.bars):
        return None
    title, alt = _title(shown, lang), _alt(profile, shown, lang)
    figures = [figure for figure in profile if figure.measure == "programmes.themes"]
    return Drawing(
        name="themes",
        title=title,
        unit=_(_scale(shown)[1]),
        source=sources_of(profile, figures, lang),
        alt=alt,
        wide=_drawn(shown, WIDE, lang, "themes", title, alt),
        narrow=_drawn(shown, NARROW, lang, "themes-narrow", title, alt),
        table=behind,
        lang=lang,
    )


CHART = Chart("themes", draw)
