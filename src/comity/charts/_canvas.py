"""A sheet on which charts place rectangles, lines, points and words in pixels; Vega-Lite draws them.

What is placed first lies below, within the order of `_LAYERS`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from comity.charts import _picture
from comity.charts._labels import text_width
from comity.charts._vega import CONFIG, INK, MUTED, RULE

SIZE, FINE, LINE = 12.5, 11.5, 16
"""The size of words and of the small print, and pixels from line to line."""
_LAYERS = {
    "ground": "rect", "grid": "rule", "bars": "rect", "lines": "rule", "dots": "point", "words": "text",
}  # fmt: skip
_RECT: dict[str, Any] = {"fill": None, "stroke": None, "dash": [1, 0]}


@cache
def _template() -> dict[str, Any]:
    """The Vega-Lite spec without data and size; building it with Altair is what takes time."""
    import altair as alt

    def each(*names: str) -> dict[str, Any]:
        """Properties that every mark brings along."""
        return {_SPELT.get(name, name): alt.ExprRef(expr=f"datum.{name}") for name in names}

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    looks = {
        "rect": {"opacity": 1, **each("fill", "stroke", "dash")},
        "rule": each("stroke", "wide", "dash"),
        "point": {"filled": True, "opacity": 1, **each("shape", "area", "fill", "stroke", "wide")},
        "text": {"baseline": "alphabetic", **each("align", "angle", "size", "weight", "fill")},
    }
    layers = []
    for name, kind in _LAYERS.items():
        base = alt.Chart(alt.NamedData(name=name))
        chart = getattr(base, f"mark_{kind}")(**looks[kind])
        ends = {"x2": "x2:Q", "y2": "y2:Q"} if kind in ("rect", "rule") else {}
        words = {"text": "label:N"} if kind == "text" else {}
        layers.append(chart.encode(x=x, y=y, **ends, **words))
    chart = alt.layer(*layers).properties(autosize=alt.AutoSizeParams(type="none"))
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}


_SPELT = {
    "dash": "strokeDash", "wide": "strokeWidth", "area": "size", "size": "fontSize", "weight": "fontWeight",
}  # fmt: skip


class Key(NamedTuple):
    """An entry of a legend: what it looks like, and what it means."""

    label: str
    shape: str
    fill: str
    stroke: str = ""


class Sheet:
    """Marks placed so far."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.marks: list[tuple[str, dict[str, Any]]] = []

    def _put(self, layer: str, **mark: Any) -> None:
        rounded = {k: round(v, 1) if isinstance(v, float) else v for k, v in mark.items()}
        self.marks.append((layer, rounded))

    def rect(
        self, x: float, y: float, x2: float, y2: float, fill: str, stroke: str = "", *,
        dashed: bool = False, layer: str = "bars",
    ) -> None:  # fmt: skip
        """A rectangle between two corners; with layer “ground” it lies below everything."""
        dash = [3, 3] if dashed else [1, 0]
        self._put(layer, x=x, y=y, x2=x2, y2=y2, fill=fill, stroke=stroke or None, dash=dash)

    def line(
        self, x: float, y: float, x2: float, y2: float, stroke: str = RULE, wide: float = 1, *,
        layer: str = "grid",
    ) -> None:  # fmt: skip
        """A line; with layer “lines” it lies above rectangles."""
        self._put(layer, x=x, y=y, x2=x2, y2=y2, stroke=stroke, wide=wide, dash=[1, 0])

    def dot(
        self, x: float, y: float, shape: str, fill: str, stroke: str, r: float, wide: float = 1.5
    ) -> None:
        """A point whose stroke ends at the radius `r`."""
        area = round((2 * r - wide) ** 2, 1)
        self._put("dots", x=x, y=y, shape=shape, area=area, fill=fill, stroke=stroke, wide=wide)

    def text(
        self, x: float, y: float, label: str, fill: str = INK, *, align: str = "left", size: float = SIZE,
        bold: bool = False, angle: int = 0,
    ) -> None:  # fmt: skip
        """Words that stand on the line `y`."""
        weight = 600 if bold else 400
        self._put(
            "words", x=x, y=y, label=label, fill=fill, align=align, size=size, weight=weight, angle=angle
        )

    def legend(self, keys: Sequence[Key], y: float, left: float = 0) -> float:
        """The entries in a row, or in rows where they do not fit; gives where the last row ends."""
        x = left
        for key in keys:
            wide = 20 + text_width(key.label)
            if x > left and x + wide > self.width:
                x, y = left, y + 20
            middle = y + 8
            if key.shape == "square":
                self.rect(x, middle - 6, x + 12, middle + 6, key.fill, key.stroke)
            elif key.shape == "line":
                self.line(x, middle, x + 13, middle, key.fill, 4, layer="lines")
            else:
                self.dot(x + 6.5, middle, key.shape, key.fill, key.stroke or key.fill, 5.5)
            self.text(x + 20, middle + 4.5, key.label)
            x += wide + 22
        return y + 18

    def picture(self, height: float, lang: str, name: str, title: str, alt: str) -> _picture.Picture:
        """What has been placed, as a picture of this height."""
        marks = _picture.by_layer(self.marks)
        return _picture.picture(_template, marks, (self.width, height), lang, name, title, alt)


# Scales


class Years(NamedTuple):
    """An axis of time: the year `first` begins at `left`, and `last` begins at `right`."""

    first: int
    last: int
    left: float
    right: float

    def pixel(self, year: float) -> float:
        return self.left + (year - self.first) * self.year

    @property
    def year(self) -> float:
        """How many pixels a year is wide."""
        return (self.right - self.left) / ((self.last - self.first) or 1)

    def ticks(self, apart: float = 46) -> Iterator[int]:
        """Years that are written at the axis, at least so many pixels apart."""
        step = next((n for n in (1, 2, 5, 10, 20, 25, 50, 100) if n * self.year >= apart), 200)
        yield from range(math.ceil(self.first / step) * step, self.last + 1, step)

    def grid(self, sheet: Sheet, top: float, bottom: float, *, middle: bool = False) -> None:
        """A line where each tick's year begins, or through its middle."""
        for year in self.ticks():
            x = self.pixel(year + middle / 2)
            if x <= self.right:
                sheet.line(x, top, x, bottom)

    def label(self, sheet: Sheet, y: float, *, middle: bool = False) -> None:
        """The ticks' years below `y`."""
        half = text_width("2000") / 2
        for year in self.ticks():
            x = self.pixel(year + middle / 2)
            if x <= self.right:
                x = max(half, min(sheet.width - half, x))
                sheet.text(x, y + 18, str(year), MUTED, align="center")


def steps(low: Decimal, high: Decimal, most: int = 7) -> list[Decimal]:
    """Round numbers, evenly spaced, that hold `low` and `high`."""
    raw = (high - low) / (most - 1) or Decimal(1)
    power = Decimal(10) ** raw.adjusted()
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= raw)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * n for n in range(first, last + 1)]
