"""Programmes on the page: each flag is said, nothing is added that others report, nothing is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from comity import i18n, outputs
from comity.charts import Table
from comity.model import Coverage, Evidence, Figure, Item, Party, Period, Profile, SourceNote, SourceUse
from comity.outputs import _sections, _story
from comity.outputs._parts import Listing, Picture, Section
from tests.test_charts import SNAPSHOT, figure, given, profile
from tests.test_html import Page

YEARS = Period(2018, 2022)
NAMES = {
    "VNM": Party("VNM", "Viet Nam", "state", "VN"),
    "KHM": Party("KHM", "Cambodia", "state", "KH"),
    "LAO": Party("LAO", "Lao People's Democratic Republic", "state", "LA"),
    "KOR": Party("KOR", "Republic of Korea", "state", "KR"),
    "KOR-KOICA": Party("KOR-KOICA", "Korea International Cooperation Agency", "agency"),
    "ILO": Party("ILO", "International Labour Organization", "un_entity"),
}


def listed(name: str, items: Sequence[Item], *flags: str, value: int | None = -1) -> Figure:
    """A figure of activities, places or themes that rests on IATI where an item does."""
    source = (
        "iati" if any(item.get("source") == "iati" for item in items) or name == "activities" else "register"
    )
    made = figure(f"programmes.{name}", 0, "list", items=tuple(items), basis="stated", flags=flags)
    uses = (SourceUse(source, SNAPSHOT, max(len(items), 1)),)
    return replace(made, value=len(items) if value == -1 else value, sources=uses)


def money(name: str, items: Sequence[Item], *flags: str, **by_year: str) -> Figure:
    amounts = {year: Decimal(by_year[f"y{year}"]) if f"y{year}" in by_year else None for year in YEARS.years}
    known = tuple(year for year, amount in amounts.items() if amount is not None)
    total = sum((amount for amount in amounts.values() if amount is not None), Decimal(0))
    made = figure(
        f"programmes.{name}", total if known else None,
        by_year=amounts, items=tuple(items), flags=flags, basis="disbursed",
        status="partial" if known else "not_reported", rows=3 if known else 0,
    )  # fmt: skip
    uses = (SourceUse("iati", SNAPSHOT, 3),) if known else ()
    return replace(made, sources=uses, coverage=Coverage(made.coverage.status, known))


def activity(number: int, **more: str | date | None) -> Item:
    first: Item = {
        "activity_id": f"XX-{number}", "title": f"Activity {number}", "status": "2", "on_date": "ended",
        "start_date": date(2018, 1, 1), "end_date": date(2021, 12, 14), "view": "partner", "giver": "KOR",
        "reporter": "KOR", "reporting_org_name": "Korea",
    }  # fmt: skip
    return {**first, **more}


def place(code: str | None, usd: str | None = None, activities: int | None = 1, **more: str) -> Item:
    found = {"code": code, "activities": activities, "spend_usd": Decimal(usd) if usd else None, **more}
    return {"source": "iati", **{key: value for key, value in found.items() if value is not None}}


def summed(giver: str = "KOR", reporter: str = "KOR", view: str = "partner", **more: Decimal | int) -> Item:
    first: Item = {
        "view": view, "reporter": reporter, "giver": giver, "gross_usd": Decimal("27586655.74"),
        "net_usd": Decimal("27586655.74"), "shown": 1, "rows": 18,
    }  # fmt: skip
    return {**first, **more}


def of(*figures: Figure, organisation: str = "ILO") -> Profile:
    note = SourceNote("iati", "Activities", "each reporting organisation", "as stated", "https://i.org", ())
    made = profile(*given(), *figures)
    who = made.organisation if organisation == "ILO" else Party(organisation, "UNDP in full", "un_entity")
    return replace(made, organisation=who, names={**made.names, **NAMES}, sources=(*made.sources, note))


def joint(*flags: str) -> Profile:
    """Much as the European Union and ILO: what the partner reports, spending by country and region."""
    return of(
        listed("activities", [activity(1, on_date="current"), activity(2)], "current:1", "ended:1",
               "view:partner", *flags),
        listed("countries", [place("VNM", "2000000"), place("KHM", "500000")]),
        listed("regions", [place("998", "70"), place("289", "30"), place(None, "7", None, flag="not_split")]),
        listed("themes", [place("160", "2000107", name="Services"), place("998", "500000")]),
        money("spend", [summed()], "view:partner", y2018="2000000", y2020="500107"),
        money("commitments", []),
    )  # fmt: skip


def section(made: Profile, lang: str = "en") -> Section:
    return next(one for one in _sections.sections(made, lang) if one.name == "programmes")


def table(made: Profile, caption: str) -> Table:
    return next(one for one in section(made).tables if one.caption.startswith(caption))


def said(made: Profile, lang: str = "en") -> str:
    """All that the page says in words: sentences of the section, notes of its tables, gaps, summary."""
    one = section(made, lang)
    notes = [note for part in one.tables for note in part.notes]
    return " ".join((*one.lead, *notes, *_story.gaps(made, lang), *_story.summary(made, lang)))


# Figures and places


def test_the_parts_stand_in_order_with_their_pictures() -> None:
    kinds = [
        part.chart if isinstance(part, Picture) else part.caption if isinstance(part, Table) else part.title
        for part in section(joint()).parts
    ]
    assert kinds == [
        "countries", "Programme countries, published in IATI",
        "Regions, and what names no country, published in IATI",
        "themes", "Programmes by theme, published in IATI",
        "Money by year, in US dollars", "Gross and net, in US dollars", "Activities published in IATI",
    ]  # fmt: skip


def test_countries_of_iati_are_not_said_to_be_stated() -> None:
    assert "as stated" not in " ".join(_story.summary(joint(), "en"))
    found = outputs.render(joint(), "text").decode()
    assert re.search(r"^  Programme countries +2  IATI$", found, re.MULTILINE)


def test_countries_of_both_keep_what_the_register_says() -> None:
    stated: Item = {
        "code": "KHM", "source": "register", "start_year": 2018, "end_year": 2022, "confidence": "medium",
        "note": "No agreement was found.", "stated_by": "https://example.org/page",
    }  # fmt: skip
    made = of(listed("countries", [place("VNM", "5"), place("KHM"), stated], value=2))
    rows = {row[0].text: row for row in table(made, "Programme countries").rows}
    assert rows["Cambodia"][0].note == "No agreement was found. Stated by: https://example.org/page"
    assert rows["Cambodia"][1].mark == "2018–2022; confidence: medium"
    page = outputs.render(made, "html").decode()
    assert "No agreement was found." in page
    assert 'href="https://example.org/page"' in page
    assert "No agreement was found." in outputs.render(made, "md").decode()
    assert "one programme country, as stated" in " ".join(_story.summary(made, "en"))


def test_countries_of_the_register_alone_are_a_list() -> None:
    made = of(
        listed("countries", [{"code": "LAO", "source": "register", "note": "seen", "stated_by": "a page"}])
    )
    found = next(part for part in section(made).parts if isinstance(part, Listing))
    assert found.title == "Programme countries, stated in the register"
    assert (found.note, found.stated_by) == ("seen", "a page")


def test_many_countries_with_an_activity_each_are_names() -> None:
    codes = [f"X{number:02}" for number in range(20)]
    made = of(listed("countries", [place(code, activities=1 + (code == "X07")) for code in codes]))
    found = next(part for part in section(made).parts if isinstance(part, Listing))
    assert len(found.items) == 20
    assert [(cell.text, cell.mark) for cell in found.items if cell.mark] == [("X07", "activities: 2")]
    assert "Where no number stands there is one activity." in outputs.render(made, "text").decode()


def test_R18_what_is_at_no_place_is_named_and_last() -> None:
    rows = table(joint(), "Regions").rows
    assert [row[0].text for row in rows] == [
        "South of Sahara, regional", "Developing countries, unspecified", "Several places, not split",
    ]  # fmt: skip
    assert [row[-1].text for row in rows] == ["30.00", "70.00", "7.00"]
    assert rows[-1][1].kind == "missing"


def test_R16_places_and_themes_add_to_the_spending() -> None:
    assert "All together: US$ 2,500,107.00." in table(joint(), "Regions").notes
    assert "All together: US$ 2,500,107.00." in table(joint(), "Programmes by theme").notes


def test_a_region_of_another_list_gets_no_name_of_ours() -> None:
    made = of(listed("regions", [place("151"), place("89")]))
    assert [row[0].text for row in table(made, "Programme regions").rows] == [
        "151, a code of another list", "Europe, regional",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "region"),
    [("fr", "Sud du Sahara, régional"), ("es", "África al sur del Sáhara, regional"),
     ("ko", "사하라 이남 아프리카 지역")],
)  # fmt: skip
def test_regions_are_named_in_the_language(lang: str, region: str) -> None:
    assert region in outputs.render(joint(), "text", lang).decode()


# Money


def test_R26_gross_and_net_stand_side_by_side_with_the_rows_removed() -> None:
    items = [
        summed(gross_usd=Decimal(900), net_usd=Decimal(100), rows=9, rows_r22=2, rows_r24=6),
        summed("KOR-KOICA", rows_not_converted=1),
    ]
    found = table(of(money("commitments", items, "view:partner", y2019="1")), "Gross and net")
    assert found.columns == ("Figure", "Given by", "Gross", "Net", "Rows", "Rows in net", "Left out of net")
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["Commitments", "Republic of Korea", "900.00", "100.00", "9", "1", "of another level: 2; copies: 6"],
        ["Commitments", "Korea International Cooperation Agency", "27,586,655.74", "27,586,655.74", "18",
         "17", "not converted: 1"],
    ]  # fmt: skip
    assert "Gross is everything loaded" in found.notes[0]


def test_R26_the_rows_removed_are_shown_of_one_report_alone() -> None:
    """KOR–UNHCR had a single row, whose column was left out as saying the same of all rows."""
    one = summed(gross_usd=Decimal(900), net_usd=Decimal(100), rows=9, rows_net=7, rows_r22=2)
    rows = table(of(money("commitments", [one], "view:partner", y2019="1")), "Gross and net").rows
    assert [cell.text for cell in rows[0]][-3:] == ["9", "7", "of another level: 2"]
    whole = table(of(money("commitments", [summed()], "view:partner", y2019="1")), "Gross and net")
    assert whole.columns == ("Figure", "Gross", "Net", "Rows"), "nothing is removed"


def test_R22_the_page_says_that_net_may_be_too_low() -> None:
    """What stands at another level alone, as UNHCR's un-earmarked money, is in no other row."""
    one = summed(rows_r22=3)
    (note,) = table(of(money("commitments", [one], "view:partner", y2019="1")), "Gross and net").notes
    assert "What stands at another level alone, such as money that is not earmarked, is left out" in note
    assert "net may be too low" in note
    assert "holds already" not in note, "which was said of it, and was not so"
    copies = of(money("commitments", [summed(rows_r24=1)], "view:partner", y2019="1"))
    assert "too low" not in " ".join(table(copies, "Gross and net").notes)


def test_R06_other_reports_stand_beside_and_are_not_added() -> None:
    theirs = summed(shown=0, net_usd=Decimal(40), gross_usd=Decimal(40), rows=2)
    ours = summed(reporter="ILO", view="organisation")
    made = of(
        money("commitments", [ours, theirs], "view:organisation", y2019="27586655.74"),
        money("spend", [theirs]),
    )
    rows = table(made, "Gross and net").rows
    assert [(row[0].text, row[0].mark) for row in rows] == [
        ("Commitments", ""), ("Commitments", "beside it, not counted"),
        ("Spending", "beside it, not counted"),
    ]  # fmt: skip
    assert "What others report of the same money stands beside it and is never added." in said(made)
    assert "Spending on activities: not in the report that is shown; others report some." in said(made)
    assert "No source loaded reports: Spending" not in said(made)
    assert "stands beside it" not in said(joint())
    page = Page(outputs.render(made, "html").decode()).text
    assert "No row is counted: others report some." in page


def test_R38_a_year_without_a_row_is_not_reported() -> None:
    rows = table(joint(), "Money by year").rows
    assert [(row[0].text, row[1].text, row[1].kind) for row in rows] == [
        ("2018", "2,000,000.00", "amount"), ("2019", "not reported", "missing"),
        ("2020", "500,107.00", "amount"), ("2021–2022", "not reported", "missing"),
        ("All years", "2,500,107.00", "amount"),
    ]  # fmt: skip
    assert "what the files loaded do not hold is not reported, and not zero" in said(joint())
    assert "Spending on activities: the files loaded have rows of 2018 and 2020 only." in said(joint())


# Activities


def test_what_runs_comes_first_and_what_all_share_is_said_once() -> None:
    found = table(joint(), "Activities")
    assert found.columns == ("Activity", "Period", "On 31\u00a0Dec\u00a02022")
    assert [row[0].text for row in found.rows] == ["Activity 1", "Activity 2"]
    assert found.rows[0][1].text == "1\u00a0Jan\u00a02018\u00a0– 14\u00a0Dec\u00a02021"
    assert "Status as published: implementation." in found.notes


def test_at_most_fifteen_activities_and_the_others_counted() -> None:
    made = of(listed("activities", [activity(n) for n in range(40)], "ended:40", "view:partner"))
    found = table(made, "Activities")
    assert len(found.rows) == 15
    assert found.notes[-1] == (
        "Activities that are not shown here: 25. They are among those listed by: "
        "comity activities --partner KOR --organisation ILO --years 2018-2022"
    )
    assert not any("not shown here" in note for note in table(joint(), "Activities").notes)


def test_an_activity_without_dates_or_title_is_shown_as_what_is_known() -> None:
    bare = activity(7, title=None, start_date=None, end_date=None, on_date=None, status=None)
    rows = table(of(listed("activities", [bare, activity(1)], "ended:1", "view:partner")), "Activities").rows
    assert [cell.text for cell in rows[0]] == ["XX-7", "", "without dates", "–"]


# Sentences


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("no_file", "No IATI file by the International Labour Organization is loaded."),
        ("left_out:R22:3", "Activities of another level of the same report, not counted: 3."),
        ("left_out:R23:1", "Activities reported on behalf of others, not counted: 1."),
        ("left_out:R24:8", "Copies of activities that are counted already: 8."),
        ("left_out:other_view:14", "Activities that others report, not counted: 14."),
    ],
)
def test_each_flag_of_activities_has_its_sentence(flag: str, sentence: str) -> None:
    assert sentence in said(joint(flag))
    assert sentence not in said(joint())


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("not_converted:KRW:4", "Spending on activities: amounts in won without a rate of their month, not "
                                "converted and not counted: 4."),
        ("not_converted:?:2", "Spending on activities: amounts without a currency, not converted and not "
                              "counted: 2."),
        ("undated:5", "Spending on activities: amounts without a date, of no year and not counted: 5."),
        ("inferred:14", "Spending on activities: rows whose giver or receiver is inferred, not stated: 14."),
        ("several_funders:31", "Activities with several funders: 31. Their spending is not attributed to "
                               "anyone."),
    ],
)  # fmt: skip
def test_each_flag_of_money_has_its_sentence(flag: str, sentence: str) -> None:
    made = of(money("spend", [summed()], "view:partner", flag, y2018="5"))
    assert sentence in said(made)
    assert sentence not in said(joint())


def test_what_cannot_be_converted_at_all_is_neither_zero_nor_unreported() -> None:
    none = {key: value for key, value in summed().items() if not key.endswith("_usd")}
    made = of(money("spend", [{**none, "rows_not_converted": 18}], "not_converted:EUR:18", "view:partner"))
    assert "not reported  not converted: 18" in outputs.render(made, "text").decode()
    assert [cell.text for cell in table(made, "Gross and net").rows[0]][1:4] == [
        "not converted", "not converted", "18",
    ]  # fmt: skip
    assert "amounts in euros without a rate of their month, not converted and not counted: 18" in said(made)
    assert "others report some" not in said(made)
    assert not any(
        s.startswith("No source loaded reports") and "Spending" in s for s in _story.gaps(made, "en")
    )


def test_states_on_the_date_are_counted_with_those_without_dates() -> None:
    items = [activity(number) for number in range(5)]
    flags = ("current:1", "ended:2", "planned:1", "view:partner")
    assert (
        "Activities on 31 December 2022: one running, one not begun, 2 ended, one without dates."
        in said(of(listed("activities", items, *flags)))
    )  # fmt: skip


def test_whose_report_it_is_stands_first() -> None:
    assert section(joint()).lead[0] == (
        "What is published in IATI is shown as the Republic of Korea reports it."
    )
    agency = of(listed("activities", [activity(1, reporter="KOR-KOICA")], "view:partner"))
    assert "as the Korea International Cooperation Agency reports it" in section(agency).lead[0]
    both = of(
        listed("activities", [activity(1, reporter="ILO", view="organisation")], "view:organisation"),
        money("spend", [summed()], "view:partner", y2018="5"),
    )
    assert section(both).lead[:2] == (
        "Activities: published in IATI, as the International Labour Organization reports it.",
        "Spending on activities: published in IATI, as the Republic of Korea reports it.",
    )


def test_R27_is_said_of_the_ilo_in_its_own_report_alone() -> None:
    words = "voluntary contributions and technical cooperation of its regular budget only"
    own = listed("activities", [activity(1, reporter="ILO", view="organisation")], "view:organisation")
    assert words in said(of(own))
    assert words not in said(of(own, organisation="UNDP"))
    assert words not in said(joint())


def test_reports_for_others_alone_are_said_and_give_no_figure() -> None:
    made = of(listed("activities", [], "left_out:R23:2", value=None))
    assert section(made).lead == ("Activities reported on behalf of others, not counted: 2.",)
    assert section(made).tables == ()
    assert "No source loaded reports: Programmes" not in said(made)


def test_spending_of_several_funders_is_not_said_to_be_unreported_by_anyone() -> None:
    made = of(
        listed("activities", [activity(1)], "view:organisation"), money("spend", [], "several_funders:1")
    )
    assert "without activities of several funders: 1" in outputs.render(made, "md").decode()
    assert not any(
        s.startswith("No source loaded reports") and "Spending" in s for s in _story.gaps(made, "en")
    )


def test_the_summary_says_what_iati_has() -> None:
    assert (
        "Published in IATI for these years, as the Republic of Korea reports it: 2 activities; US$ 2.50 "
        "million spent in 2018 and 2020; 2 programme countries." in _story.summary(joint(), "en")
    )
    assert not any("IATI" in sentence for sentence in _story.summary(profile(*given()), "en"))


# Pictures


def test_the_map_and_the_themes_are_on_the_page_with_their_tables() -> None:
    source = outputs.render(joint(), "html").decode()
    found = Page(source)
    assert found.open == []
    assert {"countries-title", "countries-narrow-title", "themes-title"} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert "Viet Nam comes first among 2 programme countries" in found.text
    assert "Source: IATI; outlines: Natural Earth" in found.text
    assert source.index("countries-title") < source.index("Programme countries, published in IATI</span>")


def test_no_map_where_no_country_is_known() -> None:
    made = of(listed("activities", [activity(1)], "view:partner"), listed("regions", [place("289")]))
    assert "countries-title" not in outputs.render(made, "html").decode()
    assert not any(isinstance(part, Picture) for part in section(made).parts)


def test_that_no_region_is_named_is_no_zero() -> None:
    made = of(
        listed("activities", [activity(1)], "view:partner"),
        replace(listed("regions", []), sources=(SourceUse("iati", SNAPSHOT, 0),)),
    )
    assert [f.measure for f in section(made).figures] == ["programmes.activities"]


def test_what_names_no_country_alone_is_shown_and_is_no_region() -> None:
    made = of(
        listed("activities", [activity(1)], "view:partner"), listed("regions", [place("998")], value=None)
    )
    assert [f.measure for f in section(made).figures] == ["programmes.activities"]
    assert [row[0].text for row in table(made, "Regions").rows] == ["Developing countries, unspecified"]


def test_the_rows_behind_all_of_it_stay_within_their_limit() -> None:
    columns = ("year", "activity_id", "title", "amount_usd", "snapshot", "locator")
    rows = tuple(
        (2018, f"XX-{n}", f"A long title of activity {n} " * 3, Decimal(n), SNAPSHOT, f"line {n}")
        for n in range(200)
    )
    made = joint()
    evidence = {f.measure: Evidence((*columns, f.measure), tuple((*r, 1) for r in rows), 911) for f in made}
    page = outputs.render(replace(made, evidence=evidence), "html").decode()
    part = page[page.index('<section id="rows"') : page.index('<section id="cite"')]
    assert len(part.encode()) < 100_000
    assert "of 911 rows" in part


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("name", ["text", "md", "html"])
def test_every_output_shows_it_in_every_language(name: str, lang: str) -> None:
    found = outputs.render(joint("no_file", "left_out:R24:1"), name, lang).decode()
    assert "27" in found
    assert "{" not in re.sub(r"<style>.*?</style>", "", found, flags=re.DOTALL)
    if name == "text":
        assert max(map(len, found.splitlines()[:-1])) <= 100


def test_a_title_from_the_right_finds_its_direction() -> None:
    made = of(listed("activities", [activity(1, title="عملية المفوضية"), activity(2)], "view:partner"))
    page = outputs.render(made, "html").decode()
    assert '<th scope="row" dir="auto">عملية' in page
    assert page.count('dir="auto"') == 1


def test_hostile_titles_stay_text() -> None:
    hostile = activity(
        1, title="<script>alert(1)</script> | `x`\n" * 40, reporter=None, reporting_org_name="<b>"
    )
    made = of(listed("activities", [hostile, activity(2)], "view:partner"))
    assert "script" not in Page(outputs.render(made, "html").decode()).tags
    lines = outputs.render(made, "md").decode().splitlines()
    assert all(line.endswith("|") for line in lines if line.startswith("|"))
