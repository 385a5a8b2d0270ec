"""A picture that knows its size before it is drawn, and what makes it complete when it stands alone.

Drawing takes ten milliseconds and more, so that it waits until somebody asks for the picture.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from comity.charts import _fonts, _vega
from comity.charts._labels import wrapped

PADDING = 2
"""Pixels around a picture, so that strokes at its edge are whole."""
_MARGIN, _LEAST = 20, 480
"""Pixels around a picture that stands alone, and how wide it is at least."""
_STYLES = {
    "title": (18.0, 24, f'font-size="18" font-weight="600" fill="{_vega.INK}"'),
    "unit": (13.0, 19, f'font-size="13" fill="{_vega.MUTED}"'),
    "source": (12.0, 17, f'font-size="12" fill="{_vega.MUTED}"'),
}
"""Size, pixels from line to line, and how it is written."""

Template = Callable[[], Mapping[str, Any]]
Mark = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """`width` and `height` are those of the SVG's viewBox; `draw` makes the SVG."""

    width: int
    height: int
    draw: Callable[[], str] = field(repr=False, compare=False)

    @cached_property
    def _drawn(self) -> str:
        return self.draw()

    def svg(self) -> str:
        """The SVG, drawn when it is first asked for."""
        return self._drawn

    def png(self, scale: float = 2) -> bytes:
        """The picture as PNG, `scale` pixels for each of the SVG."""
        import vl_convert

        _fonts.register()
        drawn: bytes = vl_convert.svg_to_png(self.svg(), scale=scale)
        return drawn


def by_layer(marks: Iterable[tuple[str, Mark]]) -> dict[str, list[Mark]]:
    """The marks of each layer, in their order."""
    found: dict[str, list[Mark]] = {}
    for layer, mark in marks:
        found.setdefault(layer, []).append(mark)
    return found


def picture(
    template: Template,
    marks: Mapping[str, list[Mark]],
    size: tuple[int, float],
    lang: str,
    name: str,
    title: str,
    alt: str,
) -> Picture:
    """What Vega-Lite draws of `marks` by `template`, whose autosize is “none”; `size` lacks the padding."""
    width, height = size[0], math.ceil(size[1])

    def draw() -> str:
        spec = {**template(), "width": width, "height": height, "padding": PADDING}
        data = {(layer := one["data"]["name"]): marks.get(layer, []) for one in spec["layer"]}
        return _vega.svg(spec, data, lang, name, title, alt)

    return Picture(width + 2 * PADDING, height + 2 * PADDING, draw)


# Alone


def _lines(kind: str, text: str, width: float) -> Iterator[tuple[str, str]]:
    size = _STYLES[kind][0]
    yield from ((kind, line) for line in wrapped(text, width / size / 0.57))


def alone(given: Picture, title: str, unit: str, source: str) -> Picture:
    """`given` on white, with its title, unit and source written above and below it."""
    width = max(_LEAST, given.width + 2 * _MARGIN)
    inside = width - 2 * _MARGIN
    y, words = float(_MARGIN), list[str]()

    def write(lines: Iterator[tuple[str, str]]) -> Iterator[str]:
        nonlocal y
        for kind, line in lines:
            size, step, style = _STYLES[kind]
            yield f'<text x="{_MARGIN}" y="{y + size * 0.9:g}" {style}>{html.escape(line)}</text>'
            y += step

    words += write(_lines("title", title, inside))
    words += write(_lines("unit", unit, inside))
    y += 12
    top = y
    y += given.height + 14
    words += write(_lines("source", source, inside))
    height = math.ceil(y + _MARGIN - 6)

    def draw() -> str:
        opening, rest = given.svg().split(">", 1)
        opening = re.sub(r' (?:width|height|viewBox)="[^"]*"', "", opening)
        words_of_it, drawn = rest.removesuffix("</svg>").split("</desc>", 1)
        frame = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        white = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        place = f'<g transform="translate({_MARGIN},{top:g})">{drawn}</g>'
        return f"{opening} {frame}>{words_of_it}</desc>{white}{''.join(words)}{place}</svg>"

    return Picture(width, height, draw)
