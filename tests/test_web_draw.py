"""Charts of the lists: what is not reported is a frame, what is below zero hangs, words are escaped."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

from comity.charts._vega import COLOURS
from comity.web import draw

SPACE = "{http://www.w3.org/2000/svg}"


def shapes(svg: str) -> list[dict[str, str]]:
    return [one.attrib for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("rect")]  # noqa: S314


def test_bars_stand_in_proportion_to_the_largest() -> None:
    found = shapes(draw.bar({"assessed": Decimal(50), "voluntary_core": Decimal(25)}, Decimal(100), "x"))
    assert [(one["width"], one["fill"]) for one in found] == [
        ("500.00", COLOURS["assessed"]), ("250.00", COLOURS["voluntary_core"])
    ]  # fmt: skip


def test_a_small_amount_is_seen_and_zero_is_not() -> None:
    [found] = shapes(draw.bar({"assessed": Decimal(1), "other": Decimal(0)}, Decimal(10**9), "x"))
    assert float(found["width"]) > 0.5


def test_a_year_that_is_not_reported_is_an_empty_frame() -> None:
    series = {2020: {"assessed": Decimal(5)}, 2021: None, 2022: {"assessed": Decimal(0)}}
    found = shapes(draw.columns("a", "t", "d", (2020, 2021, 2022), series, draw.scale([series])))
    assert [one.get("stroke-dasharray") for one in found] == [None, "2 2"]


def test_amounts_below_zero_hang_below_the_line() -> None:
    series = {2020: {"assessed": Decimal(6), "other": Decimal(-2)}}
    up, down = shapes(draw.columns("a", "t", "d", (2020,), series, draw.scale([series]), height=80))
    assert (float(up["y"]), float(up["height"])) == (0, 60)
    assert (float(down["y"]), float(down["height"])) == (60, 20)


def test_several_drawings_share_one_scale() -> None:
    large, small = {2020: {"assessed": Decimal(100)}}, {2020: {"assessed": Decimal(1)}}
    assert draw.scale([large, small]) == draw.Scale(Decimal(0), Decimal(100))
    assert draw.scale([]).high > draw.scale([]).low


def test_words_are_escaped_and_named() -> None:
    svg = draw.columns("a", "<b>&", 'say "x"', (2020,), {2020: None}, draw.scale([]))
    assert 'role="img" aria-labelledby="a-title a-desc"' in svg
    assert "&lt;b&gt;&amp;" in svg


def test_of_many_years_the_first_and_the_last_are_named() -> None:
    series = dict.fromkeys(range(2005, 2025))
    svg = draw.columns("a", "t", "d", range(2005, 2025), series, draw.scale([series]))
    assert [one for one in range(2005, 2025) if f">{one}<" in svg] == [2005, 2024]
