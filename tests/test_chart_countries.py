"""The map of programme countries: every State has a point, every word fits, and nothing is claimed."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import pytest

from comity import charts, i18n
from comity.charts import _map, countries
from comity.charts._labels import text_width
from comity.charts._map import NARROW, WIDE, Layout, equal_earth, frame
from comity.model import Item, Party, Profile
from tests.test_charts import figure, profile

LIMIT = 150_000
OUTLINES = files("comity.charts") / "outlines.json"
ROWS = list(
    csv.DictReader((files("comity") / "starter" / "parties.csv").read_text(encoding="utf-8").splitlines())
)
STATES = [row["id"] for row in ROWS if row["kind"] == "state"]
NAMES = {
    row["id"]: Party(
        row["id"], row["name_en"], row["kind"], row["iso2"] or None,
        {lang: row[f"name_{lang}"] for lang in ("fr", "es", "ko") if row[f"name_{lang}"]},
    )
    for row in ROWS
}  # fmt: skip
PACIFIC = ("FJI", "TON", "WSM", "TUV", "KIR", "VUT", "SLB", "NRU")
ASIA = ("VNM", "KHM", "LAO", "MMR", "IDN", "PHL", "BGD")


def item(code: str, source: str | None = None, usd: str | None = None, activities: int | None = None) -> Item:
    given = {"source": source, "spend_usd": Decimal(usd) if usd else None, "activities": activities}
    return {"code": code, **{key: value for key, value in given.items() if value is not None}}


def having(*items: Item) -> Profile:
    listed = figure("programmes.countries", len(items), "list", items=items, basis="stated")
    return replace(profile(listed), names=NAMES)


def mixed() -> Profile:
    return having(
        item("VNM", "iati", "4200000", 5), item("KHM", "iati", "2100000", 4), item("KHM", "register"),
        item("LAO", "iati"), item("IDN", "register"), item("TLS"),
    )  # fmt: skip


def drawn(of: Profile, lang: str = "en") -> charts.Drawing:
    found = countries.draw(of, lang)
    assert found
    return found


def words(svg: str) -> str:
    """All text of a drawing, lines joined."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
    lines = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    return " ".join(lines)


# The outlines


@pytest.fixture(scope="module")
def outlines() -> Any:
    return json.loads(OUTLINES.read_text(encoding="utf-8"))


def _rings(outlines: Any, shape: Any) -> Iterator[list[tuple[float, float]]]:
    """The outer rings of a shape in degrees."""
    (sx, sy), (tx, ty) = outlines["transform"]["scale"], outlines["transform"]["translate"]
    for polygon in shape["arcs"]:
        ring: list[tuple[float, float]] = []
        for n in polygon[0]:
            steps = itertools.accumulate(
                outlines["arcs"][n if n >= 0 else ~n], lambda a, b: [a[0] + b[0], a[1] + b[1]]
            )
            line = [(x * sx + tx, y * sy + ty) for x, y in steps]
            ring += line if n >= 0 else line[::-1]
        yield ring


def test_the_outlines_are_small_and_name_no_land_but_that_of_states(outlines: Any) -> None:
    assert len(OUTLINES.read_bytes()) <= LIMIT
    shapes = outlines["objects"]["countries"]["geometries"]
    ids = [shape["id"] for shape in shapes if "id" in shape]
    known = {row["id"] for row in ROWS if row["kind"] in ("state", "observer_state")}
    assert set(ids) <= known
    assert len(ids) == len(set(ids)) > 185
    assert not any("properties" in shape for shape in shapes)


def test_antarctica_is_left_out_and_every_ring_goes_the_same_way_round(outlines: Any) -> None:
    """A ring turned round would be drawn as all of the world but itself."""
    rings = list(_rings(outlines, outlines["objects"]["land"]))
    assert min(latitude for ring in rings for _, latitude in ring) > -60
    for ring in rings:
        turns, before = [ring[0][0]], ring[0][0]
        for longitude, _ in ring[1:]:
            turns.append(turns[-1] + (longitude - before + 180) % 360 - 180)
            before = longitude
        flat = [
            equal_earth(longitude, latitude) for longitude, (_, latitude) in zip(turns, ring, strict=True)
        ]
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(flat)) < 0


def test_land_that_is_in_dispute_has_no_name(outlines: Any) -> None:
    """Points in Kosovo, Western Sahara and the Crimea lie in shapes without an id."""
    shapes = outlines["objects"]["countries"]["geometries"]
    for point in ((20.9, 42.6), (-13.5, 24.5), (34.2, 45.2)):
        held = [shape for shape in shapes if any(_holds(ring, point) for ring in _rings(outlines, shape))]
        assert held
        assert all("id" not in shape for shape in held)


def _holds(ring: list[tuple[float, float]], point: tuple[float, float]) -> bool:
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and abs(x1 - x2) < 180:
            crossings += x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


# Points


def test_every_member_state_has_a_point() -> None:
    assert len(STATES) == 193
    assert set(STATES) <= set(countries.points())
    assert {"TUV", "NRU", "SGP", "MCO", "SMR", "AND", "LIE", "MDV", "MHL"} <= set(countries.points())


@pytest.mark.parametrize("at", [WIDE, NARROW])
def test_every_point_is_on_the_map(at: Layout) -> None:
    given = countries.points()
    for codes in (STATES, PACIFIC, ASIA, *([code] for code in STATES)):
        within = frame([given[code] for code in codes], at, 40)
        for code in codes:
            x, y = within.pixel(given[code])
            assert 0 < x < at.width
            assert 40 < y < 40 + within.height


def test_islands_on_both_sides_of_the_date_line_are_one_region() -> None:
    given = countries.points()
    within = frame([given[code] for code in PACIFIC], WIDE, 0)
    assert within.scale > 2 * frame([given[code] for code in STATES], WIDE, 0).scale
    assert within.pixel(given["FJI"])[0] < within.pixel(given["TON"])[0] < within.pixel(given["KIR"])[0]


def test_points_far_apart_are_shown_on_the_world_whatever_their_number() -> None:
    given = countries.points()
    world = frame([given[code] for code in STATES], WIDE, 0)
    assert frame([given["CHL"], given["KEN"], given["NZL"]], WIDE, 0) == world


@pytest.mark.parametrize("codes", [STATES, PACIFIC, ASIA])
def test_points_lie_where_vega_puts_them(codes: list[str]) -> None:
    import vl_convert

    given = countries.points()
    within = frame([given[code] for code in codes], WIDE, 30)
    some = [given[code] for code in codes[:8]]
    spec = {
        "data": {"values": [{"x": longitude, "y": latitude} for longitude, latitude in some]},
        "projection": within.projection(), "mark": "point", "width": 640, "height": 400, "autosize": "none",
        "encoding": {"longitude": {"field": "x", "type": "quantitative"},
                     "latitude": {"field": "y", "type": "quantitative"}},
    }  # fmt: skip
    svg = vl_convert.vegalite_to_svg(spec)
    places = re.findall(r'<path [^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]* d="M[^"]*A', svg)
    assert len(places) == len(some)
    for (x, y), point in zip(places, some, strict=True):
        assert within.pixel(point) == pytest.approx((float(x), float(y)), abs=0.11)


# The drawing


def test_what_says_so_is_told_apart_by_shape() -> None:
    found = drawn(mixed())
    kinds = {place.code: place.entry.kind for place in countries.places(mixed(), "en")}
    assert kinds == {"VNM": "iati", "KHM": "both", "LAO": "iati", "IDN": "register", "TLS": "register"}
    for said in ("published in IATI", "in IATI and in the register", "stated in the register"):
        assert said in words(found.wide.svg())
    # A ring around the circle of both and two diamonds, beside those of the legend.
    assert found.wide.svg().count(f'stroke="{countries._STATED}"') == (1 + 2) + (1 + 1)


def test_what_is_not_reported_is_not_zero() -> None:
    table = drawn(mixed()).table
    assert table.columns == ("Country", "What says so", "Activities", "US dollars spent")
    rows = {row[0].text: row for row in table.rows}
    assert [row[0].text for row in table.rows][:2] == ["Viet Nam", "Cambodia"]
    assert (rows["Indonesia"][3].text, rows["Indonesia"][3].kind) == ("not reported", "missing")
    assert rows["Cambodia"][1].text == "IATI and Register"
    assert [cell.text for cell in rows["Viet Nam"][2:]] == ["5", "4,200,000.00"]


def test_columns_that_would_say_nothing_are_left_out() -> None:
    found = drawn(having(item("LAO"), item("IDN")))
    assert found.table.columns == ("Country",)
    assert found.table.caption == "Programme countries, stated in the register"
    assert found.title == "2 programme countries, as stated in the register"
    assert found.unit == "a point for each country"


@pytest.mark.parametrize(
    ("items", "title"),
    [
        ((item("LAO"),), "One programme country: Lao People's Democratic Republic"),
        ((item("LAO", "iati"), item("IDN", "iati")), "2 programme countries, published in IATI"),
        (
            (item("LAO", "iati"), item("LAO"), item("IDN")),
            "2 programme countries: 1 published in IATI, 2 stated in the register",
        ),
        (
            (item("LAO", "iati", "1200000"), item("KHM", "iati", "900")),
            "Lao People's Democratic Republic comes first among 2 programme countries, with US$ 1.20 million",
        ),
        (
            (item("LAO", "iati", "1200000"), item("IDN"), item("KHM", "iati", "900")),
            "3 programme countries; of the 2 with spending reported, Lao People's Democratic Republic comes "
            "first: US$ 1.20 million",
        ),
        (
            (item("LAO", "iati", "1200000"), item("KHM", "iati")),
            "2 programme countries; spending is reported for one, Lao People's Democratic Republic: "
            "US$ 1.20 million",
        ),
        ((item("LAO", "iati", "-5"), item("KHM", "iati")), "2 programme countries, published in IATI"),
    ],
)
def test_the_title_says_the_finding(items: tuple[Item, ...], title: str) -> None:
    assert drawn(having(*items)).title == title


def test_a_point_without_an_amount_is_open_where_amounts_are_compared() -> None:
    def open_ones(of: Profile) -> int:
        return drawn(of).wide.svg().count(f'fill="white" stroke="{countries._PUBLISHED}"')

    compared = having(item("VNM", "iati", "9"), item("KHM", "iati", "8"), item("LAO", "iati"))
    assert open_ones(compared) == 1 + 1  # the point, and that of the legend
    assert "spending not reported" in words(drawn(compared).wide.svg())
    alone = having(item("VNM", "iati", "9"), item("LAO", "iati"))
    assert open_ones(alone) == 0
    assert drawn(alone).unit == "a point for each country"


def test_what_the_register_says_of_a_country_stays_beside_what_is_published() -> None:
    stated: Item = {
        "code": "KHM", "source": "register", "start_year": 2018, "end_year": 2022, "confidence": "medium",
        "note": "No agreement was found.", "stated_by": "a page",
    }  # fmt: skip
    published = (item("VNM", "iati", "9", 1), item("KHM", "iati", "8", 1))
    table = countries.table(having(*published, stated), "en")
    assert table
    rows = {row[0].text: row for row in table.rows}
    assert rows["Cambodia"][0].note == "No agreement was found. Stated by: a page"
    assert rows["Cambodia"][1].text == "IATI and Register"
    assert rows["Cambodia"][1].mark == "2018–2022; confidence: medium"
    assert (rows["Viet Nam"][1].text, rows["Viet Nam"][1].mark) == ("IATI", "")
    both = countries.table(having(*published, stated, {**stated, "code": "LAO"}), "en")
    assert both
    assert both.notes == ("Register: No agreement was found.", "Stated by: a page")
    assert not any(row[0].note for row in both.rows)


def test_what_only_one_row_states_stands_in_that_row() -> None:
    one: Item = {"code": "KHM", "note": "seen once", "stated_by": "a page", "confidence": "low"}
    other: Item = {"code": "LAO", "note": "seen twice", "stated_by": "a book", "start_year": 2019}
    table = countries.table(having(one, other), "en")
    assert table
    first, second = (row[0] for row in table.rows)
    assert (first.mark, first.note) == ("confidence: low", "seen once. Stated by: a page")
    assert (second.mark, second.note) == ("since 2019", "seen twice. Stated by: a book")
    assert table.notes == ()


def test_a_country_without_a_point_is_said_and_not_lost() -> None:
    found = drawn(having(item("LAO"), item("998", "iati", "40000")))
    assert "Not on the map: 998." in words(found.wide.svg())
    assert [row[0].text for row in found.table.rows] == ["998", "Lao People's Democratic Republic"]


def test_nothing_to_place_gives_no_chart() -> None:
    assert countries.draw(profile(), "en") is None
    assert countries.draw(having(), "en") is None
    assert countries.draw(having(item("998")), "en") is None


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_map_is_named_and_disclaimed_in_every_language(lang: str) -> None:
    found = drawn(mixed(), lang)
    disclaimer = i18n.translator(lang)(countries.DISCLAIMER)
    for svg in (found.wide.svg(), found.narrow.svg()):
        assert disclaimer in words(svg)
        assert i18n.party_name(NAMES["VNM"], lang) in words(svg)
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
        assert root.get("role") == "img"
    assert all(
        i18n.party_name(NAMES[code], lang) in found.alt for code in ("VNM", "KHM", "LAO", "IDN", "TLS")
    )
    assert "Natural Earth" in found.source
    assert found.table.rows[0][0].text == i18n.party_name(NAMES["VNM"], lang)


@pytest.mark.parametrize("at", [WIDE, NARROW])
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("codes", [STATES, STATES[::3], PACIFIC, ASIA])
def test_names_meet_neither_points_nor_each_other(codes: list[str], lang: str, at: Layout) -> None:
    given = countries.points()
    within = frame([given[code] for code in codes], at, 30)
    shown = [(i18n.party_name(NAMES[code], lang), 4.5, within.pixel(given[code])) for code in codes]
    boxes = []
    for align, mark in _map.names(shown, at.names, within):
        width = max(map(text_width, mark["lines"]))
        left = mark["x"] - {"left": 0, "right": width, "center": width / 2}[align]
        boxes.append((left, mark["y"] - 11, left + width, mark["y"] + 15 * (len(mark["lines"]) - 1)))
    assert 0 < len(boxes) <= at.names
    for box in boxes:
        assert box[0] >= 0
        assert box[2] <= at.width
        assert not any(box[0] < x < box[2] and box[1] < y < box[3] for _, _, (x, y) in shown)
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart


def test_the_area_of_a_circle_shows_the_amount() -> None:
    large, quarter, small = (
        countries._radius(Decimal(usd), Decimal(1_600_000), WIDE) for usd in (1_600_000, 400_000, 1)
    )
    assert large == 2 * quarter == WIDE.large
    assert small == countries._radius(None, Decimal(1_600_000), WIDE) == WIDE.small
    assert countries._radius(Decimal(-9), Decimal(1_600_000), WIDE) == WIDE.small


def test_the_same_profile_gives_the_same_bytes_and_few_of_them() -> None:
    every = having(*(item(code, "iati", str(1000 * n + 1)) for n, code in enumerate(STATES)))
    first, second = countries.draw(every, "en"), countries.draw(every, "en")
    assert first == second
    assert first
    assert len(first.wide.svg()) < 90_000
    assert len(drawn(having(*map(item, ASIA))).wide.svg()) < 30_000
    shuffled = having(*(item(code) for code in reversed(ASIA)))
    assert drawn(shuffled).wide.svg() == drawn(having(*map(item, ASIA))).wide.svg()


def test_the_ground_is_light_and_looks_as_it_was_drawn() -> None:
    """Land is written in half pixels, so that its lines have twice their width; circles are circles."""
    svg = drawn(mixed()).wide.svg()
    land, borders = re.findall(r'<path transform="scale\(\.5\)" d="[-M lz\d,]+"([^>]*)/>', svg)[:2]
    assert land == ' fill="#dce1e7"'
    assert borders == ' stroke="white" stroke-width="1.6"'
    assert svg.count("<circle ") == (1 + 2 + 1 + 1) + (1 + 2 + 1)
    assert "paint-order" in svg
    assert not re.search(r"\.\d{3}", svg)


def test_the_spec_is_valid_vega_lite(monkeypatch: pytest.MonkeyPatch) -> None:
    import altair

    seen: list[dict[str, Any]] = []

    def keep(spec: dict[str, Any], *_: object) -> str:
        seen.append(spec)
        return ""

    monkeypatch.setattr(_map, "svg", keep)
    made = drawn(mixed())
    assert (made.wide.svg(), made.narrow.svg()) == ("", "")
    for spec in seen:
        # The outlines are left out: it would take long to hold each of their points against the schema.
        layers = [{**layer, "data": {"name": "any"}} for layer in spec["layer"]]
        altair.LayerChart.from_dict({**spec, "layer": layers, "config": {}})
    assert len(seen) == 2


def test_names_from_data_are_escaped_and_cannot_stall_the_drawing() -> None:
    hostile: Item = {"code": "<b>", "name": "<script>alert(1)</script> " * 300, "source": "iati"}
    found = drawn(having(hostile, item("LAO")))
    assert "<script" not in found.wide.svg()
    ElementTree.fromstring(found.wide.svg())  # noqa: S314 - our own SVG
