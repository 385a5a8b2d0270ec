"""Programmes by theme: the bars add up, what is in no theme is seen, and no number is no bar."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from comity import charts, i18n
from comity.charts import themes
from comity.charts._vega import PAPER
from comity.charts.themes import FLAGS, MOST
from comity.model import Item, Profile
from tests.test_chart_countries import words
from tests.test_charts import figure, profile

SECTORS = (
    ("111", "Education, level unspecified"), ("112", "Basic education"), ("113", "Secondary education"),
    ("114", "Post-secondary education"), ("121", "Health, general"), ("122", "Basic health"),
    ("130", "Population policies/programmes and reproductive health"), ("140", "Water and sanitation"),
    ("151", "Government and civil society, general"), ("152", "Conflict, peace and security"),
    ("160", "Other social infrastructure and services"), ("210", "Transport and storage"),
    ("230", "Energy"), ("240", "Banking and financial services"), ("311", "Agriculture"),
)  # fmt: skip


def item(
    code: str | None, name: str | None, usd: str | None = None, activities: int | None = None, **more: str
) -> Item:
    spend = Decimal(usd) if usd is not None else None
    given = {"source": "iati", "flag": None, **more}
    return {"code": code, "name": name, "spend_usd": spend, "activities": activities, **given}


FLAGGED = (
    item("998", "Unallocated / unspecified", "150000", 2),
    item(None, None, "240000", 3, flag="not_split"),
    item(None, None, "12000", 1, flag="not_stated"),
)
STATED = tuple(item(None, name, source="register") for name in ("skills", "social protection"))


def having(*items: Item) -> Profile:
    return profile(figure("programmes.themes", len(items), "list", items=items, basis="disbursed"))


def many() -> Profile:
    named = (item(code, name, str(9_000_000 // (n + 1)), 20 - n) for n, (code, name) in enumerate(SECTORS))
    return having(*named, *FLAGGED, *STATED)


def drawn(of: Profile, lang: str = "en") -> charts.Drawing:
    found = themes.draw(of, lang)
    assert found
    return found


def shown(of: Profile, lang: str = "en") -> themes.Bars:
    return themes.bars(themes.themes(of, lang), lang)


def total(of: Profile) -> Decimal:
    found = of.get("programmes.themes")
    assert found
    amounts = (one["spend_usd"] for one in found.items or ())
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


@pytest.mark.parametrize("of", [many(), having(*FLAGGED), having(item("311", "A", "-5.25"), *FLAGGED)])
def test_the_bars_add_up_to_all_items(of: Profile) -> None:
    assert sum(value for _, value in shown(of).bars) == total(of)
    assert i18n.usd(total(of), "en") in drawn(of).table.notes[0]


def test_twelve_themes_have_a_bar_and_the_others_one_together() -> None:
    found = shown(many())
    flags = [theme.flag for theme, _ in found.bars]
    assert flags == [""] * MOST + ["other", *FLAGS]
    values = [value for _, value in found.bars[:MOST]]
    assert values == sorted(values, reverse=True)
    assert found.bars[MOST][0].name == "Other themes (3)"
    assert len(shown(having(*(item(c, n, "1") for c, n in SECTORS[: MOST + 1]))).bars) == MOST + 1


def test_what_is_in_no_theme_comes_last_hatched_and_is_never_hidden() -> None:
    found = drawn(many())
    for label in FLAGS.values():
        assert label in words(found.wide.svg())
        assert label in words(found.narrow.svg())
    assert [row[0].text for row in found.table.rows][-3:] == list(FLAGS.values())
    assert found.wide.svg().count(f'fill="{PAPER}"') == 3


def test_themes_of_the_register_are_named_and_have_no_bar() -> None:
    found = drawn(many())
    assert "Stated in the register alone: skills; social protection." in words(found.wide.svg())
    assert [theme.name for theme in shown(many()).aside] == ["skills", "social protection"]
    cells = {row[0].text: row for row in found.table.rows}["skills"]
    assert [cell.text for cell in cells] == ["skills", "Register", "not reported", "not reported"]


def test_a_published_theme_without_an_amount_is_no_bar_of_nothing() -> None:
    found = drawn(
        having(
            item("311", "Agriculture", "5000", 1), item("230", "Energy", "40"), item("331", "Trade", None, 2)
        )
    )
    assert "Published without a number: Trade." in words(found.wide.svg())


def test_where_no_money_is_known_activities_are_counted() -> None:
    found = drawn(having(item("311", "Agriculture", None, 2), item("230", "Energy", None, 7), *STATED))
    assert (found.title, found.unit) == ("Most frequent theme: Energy (activities: 7)", "activities")
    assert found.table.columns == ("Theme", "What says so", "Activities")
    assert found.table.notes == ()


def test_the_title_says_the_finding() -> None:
    assert drawn(many()).title == "US$ 9.00 million for the largest theme: Education, level unspecified"
    mostly = having(item("311", "Agriculture", "100000"), *FLAGGED)
    assert drawn(mostly).title == "Most of the money is in no single theme: US$ 402,000 of US$ 502,000"


def test_the_same_theme_is_one_bar() -> None:
    found = shown(having(item("311", "Agriculture", "5", 1), item("311", "Agriculture", "7", 2)))
    assert [(theme.name, value) for theme, value in found.bars] == [("Agriculture", Decimal(12))]
    assert found.bars[0][0].entry.activities == 3


def test_R03_an_amount_below_zero_goes_to_the_other_side() -> None:
    of = having(item("311", "Agriculture", "5000000"), item("230", "Energy", "-1000000"))
    found = dict[str, Any]()
    for layer, mark in themes._marks(shown(of), themes.WIDE, "en"):
        found.setdefault(layer, []).append(mark)
    first, second = found["bars"]
    assert second["x"] < second["x2"] == first["x"] < first["x2"]
    assert [mark["label"] for mark in found["below"]] == ["-1.0"]


def test_one_amount_alone_is_no_chart_of_money() -> None:
    found = drawn(having(item("311", "Agriculture", "5000000", 1), item("331", "Trade", None, 2)))
    assert (found.title, found.unit) == ("Most frequent theme: Trade (activities: 2)", "activities")
    assert [
        value for _, value in shown(having(item("311", "A", "5", 1), item("331", "B", None, 2))).bars
    ] == [
        2,
        1,
    ]


def test_a_single_bar_shows_nothing() -> None:
    assert themes.draw(having(item("311", "Agriculture", "5000000", 1)), "en") is None
    assert themes.table(having(item("311", "Agriculture", "5000000", 1)), "en") is not None


def test_the_code_of_no_purpose_is_no_theme() -> None:
    """998 is published as unallocated; what is left of a hundred per cent (R15) is with it."""
    of = having(item("311", "Agriculture", "5"), item("998", "Unallocated / Unspecified", "2"),
                item(None, None, "1", flag="unallocated"))  # fmt: skip
    bars = {theme.name: value for theme, value in shown(of).bars}
    assert bars == {"Agriculture": Decimal(5), "Unallocated": Decimal(3)}


def test_groups_are_named_in_the_language() -> None:
    of = having(item("311", "Agriculture", "5", name_fr="Agriculture (fr)", name_ko="농업"), *FLAGGED)
    assert [themes.themes(of, lang)[0].name for lang in ("en", "fr", "es", "ko")] == [
        "Agriculture", "Agriculture (fr)", "Agriculture", "농업",
    ]  # fmt: skip


def test_nothing_to_draw_gives_no_chart() -> None:
    assert themes.draw(profile(), "en") is None
    assert themes.draw(having(), "en") is None
    assert themes.draw(having(*STATED), "en") is None
    assert themes.table(having(*STATED), "en") is not None


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_chart_reads_aloud_and_is_the_same_each_time(lang: str) -> None:
    found = drawn(many(), lang)
    _ = i18n.translator(lang)
    for svg in (found.wide.svg(), found.narrow.svg()):
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
        assert root.get("role") == "img"
        assert all(_(label) in words(svg) for label in FLAGS.values())
    assert all(_(label) in found.alt for label in FLAGS.values())
    assert found.title
    assert found.source
    assert found == drawn(many(), lang)
    assert len(found.wide.svg()) < 15_000


@pytest.mark.parametrize("at", [themes.WIDE, themes.NARROW])
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_bars_stay_inside_and_do_not_run_into_each_other(at: themes.Layout, lang: str) -> None:
    for of in (many(), having(item("311", "Agriculture", "-5"), *FLAGGED)):
        marks = [m for layer, m in themes._marks(shown(of, lang), at, lang) if layer in ("bars", "open")]
        assert all(0 <= mark["x"] < mark["x2"] <= at.width - 60 for mark in marks)
        tops = sorted(mark["y"] for mark in marks)
        assert all(after - before >= 20 for before, after in itertools.pairwise(tops))


def test_the_spec_is_valid_vega_lite() -> None:
    import altair

    altair.LayerChart.from_dict({**themes._template(), "width": 640, "height": 300, "config": {}})


def test_names_from_data_are_escaped() -> None:
    hostile = item("1", "<script>alert(1)</script>" * 40, "5")
    found = drawn(having(hostile, item(None, " ", "7")))
    assert "<script" not in found.wide.svg()
    ElementTree.fromstring(found.wide.svg())  # noqa: S314 - our own SVG
