"""Pictures know their size before they are drawn, and lose nothing when they are taken elsewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from comity import charts, i18n
from comity.charts import _canvas, _picture, _vega
from comity.charts._canvas import Years, steps
from comity.model import Figure, Period, Profile
from tests.claims import verdict
from tests.test_chart_countries import ASIA, mixed, words
from tests.test_chart_countries import having as in_countries
from tests.test_chart_countries import item as country
from tests.test_chart_standards import ratified
from tests.test_chart_themes import many as themes
from tests.test_chart_timeline import partnership
from tests.test_charts import figure, given, money, profile, standards


def years(first: int, *amounts: str | None) -> Profile:
    """Contributions in years that begin elsewhere."""
    figures: list[Figure] = []
    for name in ("assessed", "total"):
        made = money(name, *amounts)
        by_year = {first + year - 2018: value for year, value in (made.by_year or {}).items()}
        figures.append(replace(made, by_year=by_year))
    return replace(profile(*figures), period=Period(first, first + len(amounts) - 1))


PROFILES = {
    "pair": profile(*given(), *standards()),
    "one year": years(2020, "5000000"),
    "below zero": years(2018, "5000000", "-2000000", "1000000", "0", None),
    "only below zero": years(2018, "-5", "-2000000"),
    "many years": years(1980, *(["1000000000"] * 45)),
    "silent years": years(2000, *([None] * 13), "20136.78", "20384.62"),
    "countries": in_countries(*map(country, ASIA)),
    "mixed": mixed(),
    "themes": themes(),
    "standards": ratified(),
    "timeline": partnership(),
    "claims": replace(
        profile(), claims=(verdict(computed=Decimal("44654249.83"), difference_pct=Decimal("6.8283")),)
    ),
}


def drawings(of: str, lang: str) -> Iterator[charts.Drawing]:
    found = charts.drawn(PROFILES[of], lang)
    assert found
    yield from found.values()


def box(svg: str) -> tuple[float, ...]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert (float(root.attrib["width"]), float(root.attrib["height"])) == (width, height)
    return width, height


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("of", PROFILES)
def test_the_declared_size_is_the_drawn_one(of: str, lang: str) -> None:
    for drawing in drawings(of, lang):
        for picture in (drawing.wide, drawing.narrow, drawing.standalone()):
            assert isinstance(picture.width, int)
            assert isinstance(picture.height, int)
            assert box(picture.svg()) == (picture.width, picture.height)
        assert drawing.wide.width <= 644
        assert drawing.narrow.width <= 352


def test_the_profiles_show_every_chart() -> None:
    shown = {name for of in PROFILES.values() for name in charts.drawn(of, "en")}
    assert shown == set(charts.shelved())


def test_nothing_is_drawn_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[str] = []
    draw = _vega.svg

    def counted(*args: object) -> str:
        times.append("")
        return draw(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(_vega, "svg", counted)
    monkeypatch.setattr("comity.charts._map.svg", counted)
    for of in PROFILES:
        found = list(drawings(of, "en"))
        assert times == []
    assert found[0].wide.svg() is found[0].wide.svg()
    assert len(times) == 1


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("of", ["pair", "countries", "themes", "standards", "timeline", "claims"])
def test_a_picture_that_stands_alone_says_what_it_shows(of: str, lang: str) -> None:
    for drawing in drawings(of, lang):
        svg = drawing.standalone().svg()
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
        said = "".join(words(svg).split())
        source = i18n.translator(lang)("Source: {name}").format(name=drawing.source)
        for text in (drawing.title, drawing.unit, source):
            assert "".join(text.split()) in said
        assert root.attrib["role"] == "img"
        assert [child.tag.rpartition("}")[2] for child in root][:3] == ["title", "desc", "rect"]
        assert root[2].attrib["fill"] == "#ffffff"
        assert "".join(words(drawing.wide.svg()).split()) in said


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_picture_can_be_had_as_png(lang: str) -> None:
    drawing = next(drawings("pair", lang))
    png, alone = drawing.png(), drawing.standalone()
    assert png.startswith(b"\x89PNG")
    size = (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))
    assert size == (2 * alone.width, 2 * alone.height)
    assert png == charts.drawn(PROFILES["pair"], lang)["contributions"].png()


def test_words_from_data_are_escaped_in_a_picture_that_stands_alone() -> None:
    made = charts.drawn(PROFILES["pair"], "en")["contributions"]
    hostile = replace(made, title="<script>a</script> & b", source="<b>", unit='"<i>"')
    ElementTree.fromstring(hostile.standalone().svg())  # noqa: S314 - our own SVG
    assert "<script" not in hostile.standalone().svg()


def test_the_spec_of_a_sheet_is_valid_vega_lite() -> None:
    import altair

    altair.LayerChart.from_dict({**_canvas._template(), "width": 640, "height": 300, "config": {}})


@pytest.mark.parametrize(
    ("low", "high"), [("0", "16.5"), ("-2", "5"), ("0", "0.3"), ("-7", "0"), ("0", "1e9")]
)
def test_a_scale_holds_both_ends_in_round_steps(low: str, high: str) -> None:
    scale = steps(Decimal(low), Decimal(high))
    assert scale[0] <= Decimal(low)
    assert Decimal(high) <= scale[-1]
    assert 2 <= len(scale) <= 9
    assert Decimal(0) in scale


def test_years_at_an_axis_keep_apart() -> None:
    for first, last in ((2018, 2023), (1991, 2024), (1919, 2024), (1800, 2024)):
        axis = Years(first, last, 0, 340)
        places = [axis.pixel(year) for year in axis.ticks()]
        assert len(places) > 1
        assert all(b - a >= 40 for a, b in itertools.pairwise(places))


def test_names_on_two_lines_keep_both_at_their_point() -> None:
    svg = charts.drawn(in_countries(country("LAO"), country("KHM")), "en")["countries"].wide.svg()
    placed = re.compile(r'<text[^>]* transform="translate[^>]*>(?:<tspan[^>]*>[^<]*</tspan>)+')
    assert "<tspan" in svg
    assert "<tspan" not in placed.sub("", svg)


def test_marks_keep_their_order_in_each_layer() -> None:
    assert _picture.by_layer([("a", {"n": 1}), ("b", {"n": 2}), ("a", {"n": 3})]) == {
        "a": [{"n": 1}, {"n": 3}], "b": [{"n": 2}],
    }  # fmt: skip


def test_figures_of_no_family_are_no_chart() -> None:
    assert charts.drawn(profile(figure("secondments.posts", 3, "count", basis="register")), "en") == {}
