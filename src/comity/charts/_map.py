"""The ground of a map: which part of the world is shown, where a point of it lies, which names fit.

A map shows the region that holds all points, or the world where they lie far apart; its outlines are
Natural Earth's, made by scripts/outlines.py. Every place is worked out here in pixels, so that names,
points and land keep together; Vega-Lite draws them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

from comity.charts._labels import text_width
from comity.charts._picture import PADDING, Picture
from comity.charts._vega import CONFIG, INK, MUTED, PAPER, svg

OUTLINES = "Natural Earth"
LINE, FINE = 15, 11.5
"""Pixels from line to line, and the size of the small print."""
_LAND, _SIZE = "#dce1e7", 12.5
_MARGIN = 0.16
"""Of a map's width, on each side of the outermost points."""
_TURN = 11.0
"""The meridian in the middle of a map of the world, so that its edge runs through the Bering Strait."""
_SOUTH, _NORTH, _HALF = -1.13, 1.29, 2.68
"""The edges of a map of the world and half its width, in the plane of the projection."""
_CLOSEST, _REGION = 0.5, 1.9
"""Half the width of the smallest region, and of the largest: what is wider is shown as the world."""
_LONGEST = 80
"""Names longer than this are not broken, so they do not fit."""

Mark = dict[str, Any]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Layout(NamedTuple):
    """The width in pixels, the least and the greatest height by width, the radius of the largest and of
    the smallest point, and how many names at most."""

    width: int
    flat: float
    tall: float
    large: float
    small: float
    names: int


WIDE = Layout(640, 0.45, 0.6, 15, 4.5, 12)
NARROW = Layout(348, 0.6, 0.95, 11, 4, 8)


# The part of the world that is shown


def equal_earth(longitude: float, latitude: float) -> Point:
    """Equal Earth (Šavrič, Patterson, Jenny 2018) on a sphere of radius 1, as Vega draws it."""
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    u, v = t * t, t**6
    slope = 1.340264 + 3 * -0.081106 * u + v * (7 * 0.000893 + 9 * 0.003796 * u)
    x = math.radians(longitude) * math.cos(t) / (math.sqrt(3) / 2 * slope)
    return x, t * (1.340264 - 0.081106 * u + v * (0.000893 + 0.003796 * u))


class Frame(NamedTuple):
    """The meridian in the middle of a map, its middle in the plane, pixels for a unit there, and its
    place in the drawing: `top` is where it begins."""

    turn: float
    x: float
    y: float
    scale: float
    width: int
    height: int
    top: int

    def pixel(self, at: Point) -> Point:
        x, y = equal_earth((at[0] - self.turn + 180) % 360 - 180, at[1])
        left, middle = self.width / 2, self.top + self.height / 2
        return round(left + (x - self.x) * self.scale, 1), round(middle - (y - self.y) * self.scale, 1)

    def projection(self) -> dict[str, Any]:
        """The same for Vega."""
        edges = [[0, self.top], [self.width, self.top + self.height]]
        middle = {"rotate": [-self.turn, 0, 0], "translate": list(self.pixel((self.turn, 0)))}
        return {"type": "equalEarth", "scale": self.scale, "clipExtent": edges, **middle}


def frame(given: Sequence[Point], at: Layout, top: int) -> Frame:
    """The region that holds all points with a margin, wherever the date line runs; the world where they
    lie too far apart."""
    around = sorted({longitude % 360 for longitude, _ in given})
    gap, last = max((b - a, a) for a, b in pairwise([*around, around[0] + 360]))
    turn = (last + gap + (360 - gap) / 2 + 180) % 360 - 180
    flat = [equal_earth((longitude - turn + 180) % 360 - 180, latitude) for longitude, latitude in given]
    (west, east), (south, north) = ((min(values), max(values)) for values in zip(*flat, strict=True))
    across, up = (east - west) / (2 - 4 * _MARGIN), (north - south) / (2 - 4 * _MARGIN)
    half = max(across, up / at.tall, _CLOSEST)
    if half > _REGION:
        height = round(at.width * (_NORTH - _SOUTH) / 2 / _HALF)
        return Frame(_TURN, 0, (_NORTH + _SOUTH) / 2, at.width / 2 / _HALF, at.width, height, top)
    shape = max(at.flat, min(at.tall, up / half))
    middle = max(_SOUTH + half * shape, min(_NORTH - half * shape, (south + north) / 2))
    scale = round(at.width / 2 / half, 3)
    return Frame(turn, (west + east) / 2, middle, scale, at.width, round(at.width * shape), top)


# Names


def _broken(name: str) -> list[str]:
    """A long name on two lines of about the same length."""
    words = name.split(" ")
    ways = [[" ".join(words[:n]), " ".join(words[n:])] for n in range(1, len(words))]
    return min(ways, key=lambda way: max(map(text_width, way))) if ways and text_width(name) > 100 else [name]


def _spots(x: float, y: float, r: float, width: float, height: float) -> Iterator[tuple[str, Box]]:
    """Where a name may stand at a point, best first: beside it, above, below, at its corners."""
    gap, side = r + 4, r * 0.7 + 3
    right, left, half = x + gap, x - gap, height / 2
    yield "left", (right, y - half, right + width, y + half)
    yield "right", (left - width, y - half, left, y + half)
    for up in (y - gap - height + 2, y + gap - 2):
        yield "center", (x - width / 2, up, x + width / 2, up + height)
    for up in (y - side - height + 4, y + side - 4):
        yield "left", (x + side, up, x + side + width, up + height)
        yield "right", (x - side - width, up, x - side, up + height)


def names(shown: Sequence[tuple[str, float, Point]], most: int, within: Frame) -> Iterator[tuple[str, Mark]]:
    """The names that fit at points of these radii, those first that come first:
    (alignment, mark)."""
    taken = [(x - r, y - r, x + r, y + r) for _, r, (x, y) in shown]
    bottom = within.top + within.height

    def free(box: Box) -> bool:
        inside = box[0] > 2 and box[2] < within.width - 2 and box[1] > within.top + 2 and box[3] < bottom - 2
        over = (a[0] < box[2] and box[0] < a[2] and a[1] < box[3] and box[1] < a[3] for a in taken)
        return inside and not any(over)

    for name, r, (x, y) in shown:
        lines = _broken(name) if len(name) < _LONGEST else [name]
        spots = _spots(x, y, r, max(map(text_width, lines)), len(lines) * LINE - 1.0)
        found = next((spot for spot in spots if free(spot[1])), None)
        if found and len(taken) < len(shown) + most:
            align, box = found
            taken.append(box)
            where = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[align]
            yield align, {"x": round(where, 1), "y": round(box[1] + 11.5, 1), "lines": lines}


# The drawing


@cache
def _template() -> dict[str, Any]:
    """The Vega-Lite spec without data, size and projection; building it is what takes time."""
    import altair as alt

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)

    def data(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    def text(name: str, **mark: Any) -> alt.Chart:
        style = {"baseline": "alphabetic", "lineHeight": LINE, "align": "left", "color": INK, **mark}
        return data(name).mark_text(**{"fontSize": _SIZE, **style}).encode(x=x, y=y, text="lines:N")

    halo = {"stroke": "white", "strokeWidth": 3, "strokeJoin": "round"}
    line = {"filled": False, "stroke": "white", "strokeWidth": 0.8, "clip": False}
    look = {
        "size": alt.Size("size:Q", scale=None), "shape": alt.Shape("shape:N", scale=None),
        "fill": alt.Fill("fill:N", scale=None), "stroke": alt.Stroke("stroke:N", scale=None),
    }  # fmt: skip
    layers = [
        data("sea").mark_rect(fill=PAPER, opacity=1).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        data("land").mark_geoshape(fill=_LAND, stroke=None, clip=False),
        data("borders").mark_geoshape(**line),
        data("unsettled").mark_geoshape(**line, strokeDash=[2, 2]),
        data("dots").mark_point(filled=True, opacity=1, strokeWidth=1.5).encode(x=x, y=y, **look),
        *(text(align, align=align, **halo) for align in ("left", "right", "center")),
        text("legend"),
        text("foot", fontSize=FINE, color=MUTED),
    ]
    chart = alt.layer(*layers).properties(autosize=alt.AutoSizeParams(type="none"), padding=PADDING)
    spec: dict[str, Any] = chart.to_dict(validate=False)
    outlines = json.loads((files("comity.charts") / "outlines.json").read_text(encoding="utf-8"))
    # Put in last: Altair would look at each of their points.
    for layer in spec["layer"]:
        if layer["mark"]["type"] == "geoshape":
            shapes = {"type": "topojson", "feature": layer["data"]["name"]}
            layer["data"] = {"values": outlines, "format": shapes}
    return {**spec, "config": CONFIG}


def picture(
    marks: Iterable[tuple[str, Mark]], within: Frame, height: int, lang: str, name: str, title: str, alt: str
) -> Picture:
    """The ground with `marks` on it: (layer, mark) of “dots”, “legend”, “foot” and of names by alignment."""
    placed = list(marks)

    def draw() -> str:
        return _drawn(placed, within, height, lang, name, title, alt)

    return Picture(within.width + 2 * PADDING, height + 2 * PADDING, draw)


def _drawn(
    marks: Iterable[tuple[str, Mark]], within: Frame, height: int, lang: str, name: str, title: str, alt: str
) -> str:
    template, projection = _template(), within.projection()
    layers = [
        {**layer, "projection": projection} if "format" in layer["data"] else layer
        for layer in template["layer"]
    ]
    data: dict[str, list[Mark]] = {layer["data"].get("name", ""): [] for layer in layers}
    edges = {"x": 0, "y": within.top, "x2": within.width, "y2": within.top + within.height}
    data["sea"].append(edges)
    for layer, mark in marks:
        data[layer].append(mark)
    spec = {**template, "layer": layers, "width": within.width, "height": height}
    finest = 4 if within.width == WIDE.width else 6
    drawing = svg(spec, data, lang, name, title, alt)
    drawing = _GROUND.sub(lambda path: _ground(path[1], path[2], finest), drawing)
    return drawing.replace(_HALO, f'{_HALO} paint-order="stroke"')  # behind the letters


_HALO = 'stroke-linejoin="round"'
_GROUND = re.compile(r'<path d="(M[^"]{300,})"([^>]*)/>')


def _ground(path: str, look: str, finest: int) -> str:
    """Land or borders in steps of half a pixel, for the outlines are most of a drawing."""
    look = re.sub(r'(?<=stroke-width=")[\d.]+', lambda width: f"{2 * float(width[0]):g}", look)
    look = look.replace('stroke-dasharray="2,2"', 'stroke-dasharray="4,4"')
    return f'<path transform="scale(.5)" d="{_light(path, finest)}"{look}/>'


def _light(path: str, finest: int) -> str:
    """A path in steps of half a pixel, without points and parts nearer to each other than `finest` steps."""
    made = []
    for part in re.findall(r"M[^M]+", path):
        spots = [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+),([-\d.]+)", part)]
        kept = [(round(spots[0][0] * 2), round(spots[0][1] * 2))]
        for x, y in ((round(x * 2), round(y * 2)) for x, y in spots):
            if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > finest:
                kept.append((x, y))
        if len(kept) > 1 + part.endswith("Z"):
            steps = " ".join(f"{x - a},{y - b}" for (a, b), (x, y) in pairwise(kept))
            end = "z" if part.endswith("Z") else ""
            made.append(f"M{kept[0][0]},{kept[0][1]}l{steps}{end}")
    return re.sub(r"[ ,]-", "-", "".join(made))
