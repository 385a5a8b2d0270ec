"""Makes the outlines that maps are drawn on: python scripts/outlines.py FOLDER

FOLDER holds countries-50m.json: Natural Earth's countries at 1:50m (public domain,
naturalearthdata.com) as TopoJSON, which is how world-atlas packs them. The coarser
countries-110m.json beside it is not read: it leaves out most of the small States.
Writes src/comity/charts/outlines.json, TopoJSON again, and prints its size. The same file gives the
same bytes.

What the outlines are for is a map of the world 900 pixels wide, or of a region of it: a bend that
would be smaller than about a pixel is left out (Visvalingam's rule, in the projection of the maps), and
so are islets and Antarctica. Lines that two shapes share stay shared, so that no gap opens.

Four objects come out of it:
- `countries`: the shapes; those of Member States and observer States of the United Nations carry their
  party id as `id`. All other land is a shape without a name, drawn alike: that is no statement about it.
- `land`: all of them as one shape, without the lines between them.
- `borders`: the lines between them.
- `unsettled`: those lines that the United Nations' own maps show as not finally settled. Lines that
  its maps do not show are left out.
"""

from __future__ import annotations

import csv
import heapq
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import get_global

from comity.charts._map import equal_earth

STARTER = Path(__file__).parents[1] / "src" / "comity" / "starter" / "parties.csv"
TARGET = Path(__file__).parents[1] / "src" / "comity" / "charts" / "outlines.json"

GRID = 0.025
"""Degrees between the places a point may have."""
BEND, ISLET = 1.9e-5, 1.2e-5
"""The smallest bend and the smallest island that stay. The sphere has the radius 1: on a map of the
world 900 pixels wide a pixel is 0.006 wide."""

ANTARCTICA = "010"
UNSETTLED = frozenset({"Kosovo", "W. Sahara", "PSE", "Siachen Glacier"})
"""Shapes, by party id or by Natural Earth's name, all of whose lines are unsettled."""
UNSETTLED_BETWEEN = frozenset(map(frozenset, (("CHN", "IND"), ("ISR", "SYR"), ("SDN", "SSD"))))
LINE_OF_CONTROL = frozenset({"IND", "PAK"}), 32.4
"""Unsettled between these two north of this latitude."""
NO_LINE = frozenset(
    map(
        frozenset,
        (
            ("Somaliland", "SOM"), ("N. Cyprus", "CYP"), ("Crimea", "UKR"), ("Hong Kong", "CHN"),
            ("Macao", "CHN"), ("Sint Maarten", "St-Martin"),
        ),
    )
)  # fmt: skip
CRIMEA = (32.0, 44.0, 37.0, 46.5)
"""West, south, east, north. Natural Earth draws what is controlled, which is not what the General
Assembly's resolution 68/262 says: here it is land without a name and without a line."""

SAHARA = 27.667
"""Natural Earth cuts Western Sahara in two along the line of control; here it is whole, south of this
latitude."""

Point = tuple[float, float]
Ring = list[int]
Polygon = list[Ring]


def area(points: Sequence[Point]) -> float:
    """The area of a closed ring in the plane; its sign says which way round it goes."""
    flat = [equal_earth(*point) for point in unwrapped(points)]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(flat)) / 2


def unwrapped(points: Sequence[Point]) -> list[Point]:
    """A line across 180° with longitudes that go on counting."""
    found, turn = [points[0]], 0
    for before, (across, up) in itertools.pairwise(points):
        turn += (across - before[0] < -180) * 360 - (across - before[0] > 180) * 360
        found.append((across + turn, up))
    return found


def simplified(points: Sequence[Point]) -> list[Point]:
    """The line without bends smaller than `BEND`; both ends stay, and three points of a ring."""
    flat = [equal_earth(*point) for point in unwrapped(points)]
    before, after = list(range(-1, len(flat) - 1)), list(range(1, len(flat) + 1))
    least = 4 if points[0] == points[-1] else 2

    def bend(n: int) -> float:
        (x1, y1), (x2, y2), (x3, y3) = (flat[i] for i in (before[n], n, after[n]))
        return abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2

    bends = {n: bend(n) for n in range(1, len(flat) - 1)}
    queue = [(size, n) for n, size in bends.items()]
    heapq.heapify(queue)
    while queue and len(bends) + 2 > least:
        size, n = heapq.heappop(queue)
        if bends.get(n) != size:
            continue
        if size >= BEND:
            break
        del bends[n]
        before[after[n]], after[before[n]] = before[n], after[n]
        for m in (before[n], after[n]):
            if m in bends:
                bends[m] = max(size, bend(m))
                heapq.heappush(queue, (bends[m], m))
    return [points[n] for n in (0, *sorted(bends), len(points) - 1)]


def _number(n: int) -> int:
    """Of a line, whichever way it is followed."""
    return n if n >= 0 else ~n


class Topology:
    """Lines, and shapes made of them: a ring is a list of lines, by number, `~n` if backwards."""

    def __init__(self, given: dict[str, Any]) -> None:
        (sx, sy), (tx, ty) = given["transform"]["scale"], given["transform"]["translate"]
        self.lines: list[list[Point]] = []
        for arc in given["arcs"]:
            x = y = 0
            line: list[Point] = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                line.append((x * sx + tx, y * sy + ty))
            self.lines.append(line)
        self.shapes = _shapes(given["objects"]["countries"]["geometries"], self)
        self.land = list(_polygons(given["objects"]["land"]["geometries"][0]))

    def points(self, ring: Ring) -> list[Point]:
        found: list[Point] = []
        for n in ring:
            line = self.lines[n] if n >= 0 else self.lines[~n][::-1]
            found += line[1:] if found else line
        return found

    def split(self, n: int, at: int) -> None:
        """Makes two lines of one, at its point number `at`, everywhere it is used."""
        self.lines[n], rest = self.lines[n][: at + 1], self.lines[n][at:]
        self.lines.append(rest)
        new = len(self.lines) - 1
        for ring in self.rings():
            for old, parts in ((n, [n, new]), (~n, [~new, ~n])):
                if old in ring:
                    ring[ring.index(old) : ring.index(old) + 1] = parts

    def whole_sahara(self) -> None:
        morocco, sahara = self.shapes["MAR"][0][0], self.shapes["W. Sahara"][0][0]
        east, control, coast = morocco
        self.split(coast, next(n for n, (_, up) in enumerate(self.lines[coast]) if up > SAHARA))
        self.lines.append([self.lines[coast][-1], self.lines[east][-1]])
        border = len(self.lines) - 1
        morocco[1:3] = [~border]
        sahara[sahara.index(~control) :] = [coast, border]

    def rings(self) -> Iterator[Ring]:
        for polygons in (*self.shapes.values(), self.land):
            yield from (ring for polygon in polygons for ring in polygon)

    def owners(self) -> dict[int, frozenset[str]]:
        """Whose lines are whose."""
        found: dict[int, set[str]] = {}
        for name, polygons in self.shapes.items():
            for n in (n for polygon in polygons for ring in polygon for n in ring):
                found.setdefault(_number(n), set()).add(name)
        return {n: frozenset(names) for n, names in found.items()}


def _polygons(geometry: dict[str, Any]) -> Iterator[Polygon]:
    yield from [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def _shapes(geometries: Iterable[dict[str, Any]], topology: Topology) -> dict[str, list[Polygon]]:
    """Polygons by party id, or by Natural Earth's name where there is none."""
    ids = party_ids()
    found: dict[str, list[Polygon]] = {"Crimea": []}
    for geometry in geometries:
        number, name = str(geometry.get("id")), str(geometry["properties"]["name"])
        owner = ids.get(number, name)
        for polygon in _polygons(geometry):
            crimea = owner == "RUS" and _within(topology.points(polygon[0]), CRIMEA)
            if number != ANTARCTICA:
                found.setdefault("Crimea" if crimea else owner, []).append(polygon)
    return found


def _within(points: Iterable[Point], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return all(west < x < east and south < y < north for x, y in points)


@cache
def party_ids() -> dict[str, str]:
    """ISO's three digits of every Member State and observer State → its party id (ISO alpha-3)."""
    with STARTER.open(encoding="utf-8", newline="") as file:
        states = {row["iso2"]: row["id"] for row in csv.DictReader(file) if "state" in row["kind"]}
    numbers = ((code, to[0]) for code, to in get_global("territory_aliases").items() if code.isdigit())
    return {code: states[iso2] for code, iso2 in numbers if iso2 in states}


def lines_between(topology: Topology) -> dict[str, list[Ring]]:
    """The lines of `borders` and of `unsettled`."""
    pair, latitude = LINE_OF_CONTROL
    for n, names in topology.owners().items():
        line = topology.lines[n]
        crossings = [
            at for at in range(1, len(line) - 1) if (line[at][1] > latitude) != (line[0][1] > latitude)
        ]
        if names == pair and crossings:
            topology.split(n, crossings[0])
    found: dict[str, list[Ring]] = {"borders": [], "unsettled": []}
    for n, names in sorted(topology.owners().items()):
        if len(names) < 2 or names in NO_LINE:
            continue
        north = sum(y for _, y in topology.lines[n]) / len(topology.lines[n]) > latitude
        open_ = names & UNSETTLED or names in UNSETTLED_BETWEEN or (names == pair and north)
        found["unsettled" if open_ else "borders"].append([n])
    return found


def on_grid(points: Sequence[Point]) -> list[Point]:
    """The line from place to place on the grid, none of them twice in a row."""
    places = [place for place, _ in itertools.groupby((round(x / GRID), round(y / GRID)) for x, y in points)]
    return [(x * GRID, y * GRID) for x, y in (places if len(places) > 1 else places * 2)]


def _steps(points: Sequence[Point]) -> list[list[int]]:
    """A line as TopoJSON has it: its first place on the grid, then the steps from place to place."""
    places = [(round((x + 180) / GRID), round((y + 90) / GRID)) for x, y in points]
    steps = ([b[0] - a[0], b[1] - a[1]] for a, b in itertools.pairwise(places))
    return [list(places[0]), *steps]


def made(given: dict[str, Any]) -> dict[str, Any]:
    """The outlines as TopoJSON, from Natural Earth's as TopoJSON."""
    topology = Topology(given)
    topology.whole_sahara()
    between = lines_between(topology)
    shared = {n for n, names in topology.owners().items() if len(names) > 1}
    before = {tuple(ring): area(topology.points(ring)) for ring in topology.rings()}
    topology.lines = [on_grid(simplified(line)) for line in topology.lines]
    after = {tuple(ring): area(topology.points(ring)) for ring in topology.rings()}

    def size(ring: Ring) -> float:
        """As large as it was; nothing where nothing is left, or where it would be turned round."""
        was, now = before[tuple(ring)], after[tuple(ring)]
        return abs(was) if was * now > 0 else 0.0

    def stays(ring: Ring, largest: bool = False) -> bool:
        touches = not shared.isdisjoint(map(_number, ring))
        return size(ring) > 0 and (largest or touches or size(ring) >= ISLET)

    named = frozenset(party_ids().values())
    shapes: dict[str, list[Polygon]] = {}
    for name, polygons in sorted(topology.shapes.items()):
        most = max(size(polygon[0]) for polygon in polygons) if name in named else math.inf
        found = [polygon for polygon in polygons if stays(polygon[0], size(polygon[0]) == most)]
        if found:
            shapes[name] = [[polygon[0], *filter(stays, polygon[1:])] for polygon in found]
    kept = {tuple(ring) for polygons in shapes.values() for polygon in polygons for ring in polygon}
    land = [p for p in topology.land if size(p[0]) and (len(p[0]) > 1 or tuple(p[0]) in kept)]
    return _packed(shapes, land, between, [_steps(line) for line in topology.lines])


def _packed(
    shapes: dict[str, list[Polygon]],
    land: list[Polygon],
    between: dict[str, list[Ring]],
    lines: Sequence[list[list[int]]],
) -> dict[str, Any]:
    """TopoJSON with the lines that are used, numbered anew."""
    named, numbers = frozenset(party_ids().values()), dict[int, int]()

    def number(n: int) -> int:
        new = numbers.setdefault(_number(n), len(numbers))
        return new if n >= 0 else ~new

    def again(polygons: list[Polygon]) -> list[Polygon]:
        return [[[number(n) for n in ring] for ring in polygon] for polygon in polygons]

    countries = [
        {"type": "MultiPolygon", "arcs": again(polygons), **({"id": name} if name in named else {})}
        for name, polygons in shapes.items()
    ]
    objects: dict[str, Any] = {
        "countries": {"type": "GeometryCollection", "geometries": countries},
        "land": {"type": "MultiPolygon", "arcs": again(land)},
    }
    for name, rings in between.items():
        objects[name] = {"type": "MultiLineString", "arcs": [[number(n) for n in ring] for ring in rings]}
    return {
        "type": "Topology",
        "transform": {"scale": [GRID, GRID], "translate": [-180, -90]},
        "objects": objects,
        "arcs": [lines[n] for n in numbers],
    }


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    given = json.loads((Path(sys.argv[1]) / "countries-50m.json").read_text(encoding="utf-8"))
    outlines = made(given)
    TARGET.write_text(json.dumps(outlines, separators=(",", ":")) + "\n", encoding="utf-8")
    shapes = outlines["objects"]["countries"]["geometries"]
    points = sum(map(len, outlines["arcs"]))
    print(
        f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, {len(shapes)} shapes, "
        f"{sum('id' in shape for shape in shapes)} of them with an id, {points:,} points"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
