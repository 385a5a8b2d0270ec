"""Programmes of two reports on the page, amounts that were converted, and activities that are told apart."""

from __future__ import annotations

import re

import pytest

from comity import outputs
from comity.model import Item, Profile
from comity.outputs import _story
from comity.outputs._parts import Listing
from tests.test_html import Page
from tests.test_programmes_shown import (
    activity,
    joint,
    listed,
    money,
    of,
    place,
    said,
    section,
    summed,
    table,
)


def test_R09_what_was_converted_says_from_which_currency_and_by_which_series() -> None:
    flags = ("converted:EUR:fred_monthly_average:18", "converted:GBP:fred_annual_average:2")
    made = of(money("spend", [summed()], "view:partner", *flags, y2018="5"))
    assert section(made).lead[1:3] == (
        "Spending on activities: rows in euros (18) are converted to US dollars at monthly averages of the "
        "US Federal Reserve (FRED).",
        "Spending on activities: rows in British pounds (2) are converted to US dollars at yearly averages "
        "of the US Federal Reserve (FRED).",
    )
    for format_ in ("text", "md", "html"):
        shown = re.sub(r"\s+", " ", outputs.render(made, format_).decode())
        assert "converted from EUR, GBP" in shown, format_
    assert "converted" not in said(joint())


# Two reports


def of_two_reports() -> Profile:
    """As GBR and UNICEF: activities of the organisation's report, money of the partner's."""
    ours, theirs = "organisation", "partner"
    return of(
        listed("activities", [activity(n, view=ours) for n in (1, 2)], "ended:2", "view:organisation"),
        listed("countries", [
            place("VNM", view=ours), place("KHM", view=ours), place("VNM", "500", None, view=theirs),
            place("LAO", "300", None, view=theirs),
        ], value=2),
        listed("regions", [place("289", view=ours), place("998", "200", None, view=theirs)], value=1),
        listed("themes", [
            place("160", name="Services", view=ours), place("160", "900", None, name="Services", view=theirs),
            place("151", "100", None, name="Government", view=theirs),
            place("113", name="Education", view=ours),
        ], value=2),
        money("spend", [summed()], "view:partner", y2018="1000"),
    )  # fmt: skip


def test_R06_numbers_of_two_reports_stand_in_no_row_together() -> None:
    made = of_two_reports()
    found = {one.caption: [[cell.text for cell in row] for row in one.rows] for one in section(made).tables}
    assert found["Programme countries, published in IATI"] == [["Cambodia", "1"], ["Viet Nam", "1"]]
    assert found["Programme regions, published in IATI"] == [["South of Sahara, regional", "1"]]
    assert found["Programmes by theme, published in IATI"] == [["Education", "1"], ["Services", "1"]]
    who = "as the Republic of Korea reports it"
    assert found[f"Spending by country and region, {who}"] == [
        ["Viet Nam", "500.00"], ["Lao People's Democratic Republic", "300.00"],
        ["Developing countries, unspecified", "200.00"],
    ]  # fmt: skip
    assert found[f"Spending by theme, {who}"] == [["Services", "900.00"], ["Government", "100.00"]]
    assert "not reported" not in str([rows for name, rows in found.items() if "year" not in name])
    assert "Activities as the International Labour Organization reports them." in said(made)
    assert "reports them" not in said(joint())


def test_R06_charts_and_figures_share_one_count() -> None:
    made = of_two_reports()
    text = Page(outputs.render(made, "html").decode()).text
    assert "2 programme countries, published in IATI" in text
    assert "3 programme countries" not in text
    assert "Most frequent theme: Education (activities: 1)" in text
    assert _story.summary(made, "en")[-1] == (
        "Published in IATI for these years, as the International Labour Organization reports it: "
        "2 activities; 2 programme countries. Published in IATI for these years, as the Republic of Korea "
        "reports it: US$ 1,000 spent in 2018."
    )


def test_themes_of_the_register_read_as_such_beside_a_figure_without_value() -> None:
    items: list[Item] = [
        {"name": "skills", "codes": "112 113 114", "source": "register"},
        {"name": "trade", "code": "331", "source": "register"},
        {"name": "platform work", "code": "160", "source": "register"},
        {"name": "social protection", "code": "160", "source": "register"},
    ]
    made = of(listed("themes", items, value=None))
    (found,) = (part for part in section(made).parts if isinstance(part, Listing))
    assert found.title == "Themes, stated in the register"
    assert [cell.text for cell in found.items] == ["platform work", "skills", "social protection", "trade"]
    text = outputs.render(made, "text").decode()
    assert re.search(r"Themes +not reported +stated in the register: 4", text)


def test_titles_that_repeat_or_cannot_be_read_are_told_apart() -> None:
    items = [
        activity(1, title="Health", countries="VNM"), activity(2, title="Health", countries="KHM LAO"),
        activity(3, title="عملية المفوضية", countries="VNM"),
        activity(4, title="Jobs", countries="VNM"),
    ]  # fmt: skip
    made = of(listed("activities", items, "ended:4", "view:partner"))
    assert [row[0].mark for row in table(made, "Activities").rows] == [
        "XX-1; Viet Nam", "XX-2; Cambodia; Lao People's Democratic Republic", "XX-3; Viet Nam", "",
    ]  # fmt: skip
    for format_ in ("text", "md", "html"):
        assert "XX-1; Viet Nam" in outputs.render(made, format_).decode(), format_


@pytest.mark.parametrize(
    ("lang", "title"), [("en", "Jobs"), ("fr", "Emplois"), ("es", "Jobs"), ("ko", "일자리")]
)
def test_titles_are_in_the_pages_language_where_they_are_published_in_it(lang: str, title: str) -> None:
    one = activity(1, title="Jobs", title_fr="Emplois", title_ko="일자리")
    made = of(listed("activities", [one], "ended:1", "view:partner"))
    (found,) = (t for t in section(made, lang).tables if t.rows[0][0].text == title)
    assert found.rows[0][0].mark == ""
