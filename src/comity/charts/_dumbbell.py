"""A dumbbell chart: two amounts a row, on one scale of per cent of the first, with the amounts as text.

Every place is worked out here in pixels, so that text and marks keep together; Vega-Lite draws them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from comity.charts import _picture
from comity.charts._vega import COLOURS, CONFIG, INK, MUTED, RULE

SECOND = COLOURS["assessed"]
_LIMITS = (10, 20, 40, 100)
"""Where the scale may end on both sides, in per cent."""
_HELD = 0.9
"""The share of rows that the scale must hold; the others end in an arrow, with their number beside."""
_TOP, _HEADING, _GAP = 50, 24, 12
"""Pixels for the heads of the columns with the scale, for a heading, and above all but the first."""

Mark = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """`name` and `about` say what it is, `first` and `second` its amounts, `off` how far the second
    lies from the first in per cent, `difference` the same as text."""

    name: str
    about: str
    first: str
    second: str
    off: float
    difference: str


class Words(NamedTuple):
    """What stands at the columns, how per cent are written ({sign}, {percent}), and what is said at the
    foot where a row goes beyond the scale."""

    first: str
    second: str
    difference: str
    percent: str
    beyond: str


class Layout(NamedTuple):
    """Where things stand, in pixels; `below` is how far a row's amounts lie below its name. Amounts
    end at their place, all else begins there."""

    width: int
    row: int
    below: int
    size: float
    about: int
    first: int
    plot: tuple[int, int]
    second: int


WIDE = Layout(640, 21, 0, 11, 118, 362, (382, 514), 574)
NARROW = Layout(348, 46, 18, 12, 126, 62, (86, 220), 282)


@cache
def _template(at: Layout) -> dict[str, Any]:
    """The Vega-Lite spec without data and height; building it with Altair is what takes time."""
    import altair as alt

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)

    def data(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    def text(name: str, **mark: Any) -> alt.Chart:
        made = data(name).mark_text(**{"align": "left", "baseline": "middle", "fontSize": at.size, **mark})
        return made.encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None))

    def dots(name: str, size: int, **mark: Any) -> alt.Chart:
        return data(name).mark_point(filled=True, opacity=1, size=size, **mark).encode(x=x, y=y)

    grid = data("grid").mark_rule().encode(x=x, y=y, y2="y2:Q", color=alt.Color("colour:N", scale=None))
    bars = data("bars").mark_rule(strokeWidth=2.5, color=SECOND, opacity=0.4).encode(x=x, x2="x2:Q", y=y)
    about = at.width - at.about if at.below else at.first - at.about - 56
    blanks = data("blanks").mark_rule(strokeWidth=18, color="white").encode(x=x, x2="x2:Q", y=y)
    layers = (
        grid,
        blanks,
        bars,
        # The ring is wider than the dot: where the two amounts are the same, both are seen.
        dots("first", 64, shape="circle", fill="white", stroke=INK),
        dots("second", 42, shape="circle", fill=SECOND),
        dots("below", 80, shape="triangle-left", fill=SECOND),
        dots("above", 80, shape="triangle-right", fill=SECOND),
        text("headings", fontWeight=600, fontSize=at.size + 1),
        text("names", limit=at.about - 14),
        text("abouts", limit=about),
        text("amounts", align="right"),
        text("ticks", align="center"),
        text("notes", limit=at.width),
    )
    chart = alt.layer(*layers).properties(width=at.width)
    chart = chart.properties(autosize=alt.AutoSizeParams(type="none"))
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}


def _limit(rows: Sequence[Row]) -> int:
    """Where the scale ends: the nearest place that holds nearly all rows."""
    for limit in _LIMITS:
        if sum(abs(row.off) <= limit for row in rows) >= _HELD * len(rows):
            return limit
    return _LIMITS[-1]


def _text(x: float, y: float, label: str, colour: str = INK) -> Mark:
    return {"x": x, "y": y, "label": label, "colour": colour}


def _scale(at: Layout, limit: int, percent: str, bottom: float) -> Iterator[tuple[str, Mark]]:
    """Five lines; those at the ends and in the middle with their number above and below."""
    first, last = at.plot
    for part in range(5):
        x = first + (last - first) * part / 4
        share = limit * (part - 2) // 2
        sign = "+" if share > 0 else "−" if share < 0 else ""
        yield "grid", {"x": x, "y": _TOP - 12, "y2": bottom, "colour": RULE if share else MUTED}
        for y in (_TOP - 21, bottom + 10) if part % 2 == 0 else ():
            yield "ticks", _text(x, y, percent.format(sign=sign, percent=abs(share)) if share else "0", MUTED)


def _blank(at: Layout, y: float) -> Iterator[tuple[str, Mark]]:
    """White under a line of words that reaches over the plot: the grid must not run through it."""
    if at.below:
        yield "blanks", {"x": 0, "x2": at.width, "y": y}


def _row(row: Row, at: Layout, limit: int, y: float) -> Iterator[tuple[str, Mark]]:
    left, right = at.plot
    middle, line = (left + right) / 2, y + at.below
    end = round(middle + max(-limit, min(limit, row.off)) / limit * (right - left) / 2, 1)
    yield from _blank(at, y)
    yield "names", _text(0, y, row.name)
    yield "abouts", _text(at.about, y, row.about, MUTED)
    yield "amounts", _text(at.first, line, row.first)
    yield "amounts", _text(at.second, line, row.second, SECOND)
    yield "amounts", _text(at.width, line, row.difference)
    yield "bars", {"x": middle, "x2": end, "y": line}
    yield "first", {"x": middle, "y": line}
    beyond = "above" if row.off > limit else "below" if row.off < -limit else "second"
    yield beyond, {"x": end, "y": line}


def marks(
    groups: Sequence[tuple[str, Sequence[Row]]], at: Layout, words: Words
) -> Iterator[tuple[str, Mark]]:
    """(layer, mark) of everything that is drawn; the last is the note at the foot, if only an empty one."""
    limit = _limit([row for _, rows in groups for row in rows])
    head = f"○ {words.first}"
    yield ("notes", _text(0, 8, head)) if at.below else ("amounts", _text(at.first, 8, head))
    yield "amounts", _text(at.second, 8, f"● {words.second}", SECOND)
    yield "amounts", _text(at.width, 8, words.difference, MUTED)
    y: float = _TOP
    for number, (heading, rows) in enumerate(groups):
        y += _GAP if number else 0
        yield from _blank(at, y)
        yield "headings", _text(0, y, heading)
        y += _HEADING
        for row in rows:
            yield from _row(row, at, limit, y)
            y += at.row
    bottom = y - (at.row - at.below) / 2 + 2
    yield from _scale(at, limit, words.percent, bottom)
    beyond = any(abs(row.off) > limit for _, rows in groups for row in rows)
    yield "notes", _text(0, bottom + (30 if beyond else 14), words.beyond if beyond else "", MUTED)


def picture(
    groups: Sequence[tuple[str, Sequence[Row]]],
    at: Layout,
    words: Words,
    lang: str,
    name: str,
    title: str,
    alt: str,
) -> _picture.Picture:
    """The drawing of rows under headings."""
    placed = list(marks(groups, at, words))
    size = (at.width, placed[-1][1]["y"] + 8)
    return _picture.picture(partial(_template, at), _picture.by_layer(placed), size, lang, name, title, alt)
