"""The charts: what is not reported is a gap, what is negative goes below zero, and nothing is random."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from comity import charts
from comity.charts import contributions, fundamental
from comity.model import (
    Basis,
    Coverage,
    Figure,
    Item,
    Party,
    Period,
    Profile,
    SourceNote,
    SourceUse,
    Status,
    Unit,
)

SNAPSHOT = "ab" * 32
PERIOD = Period(2018, 2022)


def figure(
    measure: str,
    value: Decimal | int | None,
    unit: Unit = "USD",
    *,
    by_year: dict[int, Decimal | None] | None = None,
    items: tuple[Item, ...] | None = None,
    flags: tuple[str, ...] = (),
    status: Status = "complete",
    rows: int = 1,
    basis: Basis = "recognised_revenue",
) -> Figure:
    years = tuple(by_year or PERIOD.years)
    source = "ceb" if unit == "USD" else "register"
    uses = (SourceUse(source, SNAPSHOT, rows),) if rows else ()
    return Figure(
        measure,
        value,
        unit,
        basis,
        PERIOD,
        date(2022, 12, 31),
        Coverage(status, years),
        uses,
        by_year,
        items,
        flags,
        dated=measure.startswith(("standards.", "membership.", "priorities.")),
    )


def money(
    name: str, *amounts: str | None, no_row: tuple[int, ...] = (), flags: tuple[str, ...] = ()
) -> Figure:
    by_year = {2018 + n: None if a is None else Decimal(a) for n, a in enumerate(amounts)}
    known = [amount for amount in by_year.values() if amount is not None]
    status: Status = "not_reported" if not known else "complete" if len(known) == len(amounts) else "partial"
    flags = (*(f"no_row:{year}" for year in no_row), *flags)
    value = sum(known, Decimal(0)) if known else None
    rows = len([amount for amount in known if amount])
    return figure(f"contributions.{name}", value, by_year=by_year, flags=flags, status=status, rows=rows)


def profile(*figures: Figure, partner: str = "Republic of Korea") -> Profile:
    return Profile(
        partner=Party("KOR", partner, "state", "KR"),
        organisation=Party("ILO", "International Labour Organization", "un_entity"),
        period=PERIOD,
        as_of=date(2022, 12, 31),
        known_at=datetime(2026, 11, 23, 20, 9, tzinfo=UTC),
        figures=figures,
        sources=(
            SourceNote(
                "ceb",
                "Revenue",
                "CEB",
                "UN terms",
                "https://unsceb.org",
                ((SNAPSHOT, "r.csv", "2026-11-23"),),
            ),
            SourceNote(
                "register", "Register", "comity", "Apache-2.0", "", ((SNAPSHOT, "r.toml", "2026-11-23"),)
            ),
        ),
        issues=0,
        version="0.0",
        names={"DZA": Party("DZA", "Algeria", "state", "DZ")},
    )


def given() -> tuple[Figure, ...]:
    assessed = money("assessed", "7932600", "7860266.46", "9195751.8", "10153859.57", "9511772")
    core = money("voluntary_core", "0", None, None, "0", "0", no_row=(2018, 2021, 2022))
    other = money("other", None, None, None, None, None)
    gaps = ("not_reported:voluntary_core:2019", "not_reported:voluntary_core:2020")
    never = tuple(f"not_reported:other:{year}" for year in PERIOD.years)
    total = money(
        "total", "7932600", "7860266.46", "9195751.8", "10153859.57", "9511772", flags=(*gaps, *never)
    )
    coverage = Coverage("partial", tuple(PERIOD.years))
    return assessed, core, other, replace(total, coverage=coverage)


def convention(number: str, subject: str, **more: str | date) -> Item:
    return {"instrument": number, "title": f"Title of {number}", "subject": subject, **more}


def standards() -> tuple[Figure, ...]:
    existing = (
        convention("C029", "forced_labour"),
        convention("C105", "forced_labour"),
        convention("C087", "freedom_of_association"),
    )
    acts = (
        convention("C029", "forced_labour", registered=date(2021, 4, 20), confidence="high"),
        convention(
            "C087", "freedom_of_association", registered=date(2021, 4, 20), confidence="medium", note="day?"
        ),
    )
    return (
        figure("standards.not_denounced", 2, "count", items=acts, basis="register"),
        figure("standards.fundamental", 2, "count", items=acts, basis="register", flags=("uncertain:1",)),
        figure("standards.fundamental_existing", 3, "count", items=existing, basis="register"),
    )


def drawn(*figures: Figure, lang: str = "en") -> dict[str, charts.Drawing]:
    return charts.drawn(profile(*figures), lang)


def test_not_reported_is_no_zero_in_the_table() -> None:
    table = contributions.table(profile(*given()), "en")
    assert table is not None
    assert table.columns == ("Year", "Assessed", "Voluntary core", "Total")
    first, second = table.rows[0], table.rows[1]
    assert (first[2].text, first[2].kind, first[2].mark) == ("0.00", "zero", "no row")
    assert (second[2].text, second[2].kind) == ("not reported", "missing")
    assert [cell.mark for cell in table.rows[-1]] == ["", "", "partial", "partial"]
    assert "Other revenue" in table.notes[-1]


def test_a_total_that_lacks_only_a_type_never_reported_is_not_marked() -> None:
    assessed, _, other, total = given()
    never = tuple(f"not_reported:other:{year}" for year in PERIOD.years)
    table = contributions.table(profile(assessed, other, replace(total, flags=never)), "en")
    assert table is not None
    assert table.rows[-1][-1].mark == ""


def test_years_without_any_report_are_one_labelled_gap() -> None:
    amounts = (None, None, None, "5000000", "6000000")
    found = drawn(money("assessed", *amounts), money("total", *amounts))["contributions"]
    assert found.table.rows[0][0].text == "2018–2020"
    assert found.wide.svg().count(">not reported<") == 1
    assert "2018–" in found.wide.svg()


def test_years_stand_in_order_with_a_gap_among_them() -> None:
    gaps = money("assessed", None, "1000000", None, "2000000", "3000000")
    total = money("total", None, "1000000", None, "2000000", "3000000")
    svg = drawn(gaps, total)["contributions"].wide.svg()
    shown = [year for year in re.findall(r">(20\d\d)</text>", svg) if 2018 <= int(year) <= 2022]
    assert shown == ["2018", "2019", "2020", "2021", "2022"]


def test_R03_negative_amounts_are_drawn_below_zero() -> None:
    amounts = ("5000000", "-2000000", "1000000", "0", "3000000")
    found = drawn(money("assessed", *amounts), money("total", *amounts))["contributions"]
    assert "-2,000,000.00" in [cell.text for row in found.table.rows for cell in row]
    assert ">−2<" in found.wide.svg() or ">-2<" in found.wide.svg() or ">−2.0<" in found.wide.svg()
    assert found.title == "The largest year was 2018, with US$ 5.00 million"


def test_small_sums_are_shown_in_thousands() -> None:
    amounts = ("20136.78", "20384.62", "22508.49", "0", "1")
    found = drawn(money("assessed", *amounts), money("total", *amounts))["contributions"]
    assert found.unit == "US$ thousand"
    assert "≈ 0" in found.wide.svg()


def test_nothing_to_draw_gives_no_chart() -> None:
    none = (None,) * 5
    zero = ("0",) * 5
    assert drawn(money("assessed", *none), money("total", *none)) == {}
    assert drawn(money("assessed", *zero), money("total", *zero)) == {}
    assert drawn() == {}


def test_fundamental_shows_what_is_ratified_and_what_is_not() -> None:
    found = drawn(*standards())["fundamental"]
    assert found.title == "2 of the 3 fundamental conventions are ratified"
    assert "C105 not ratified" in found.wide.svg()
    assert "Not ratified: C105" in found.alt
    assert [row[0].text.split()[0] for row in found.table.rows] == ["C087", "C029", "C105"]
    assert found.table.rows[0][2].mark == "confidence: medium"


def test_fundamental_is_left_out_where_ratifications_are_not_reported() -> None:
    _, ratified, existing = standards()
    assert fundamental.table(profile(replace(ratified, value=None, items=None), existing), "en") is None
    assert drawn(replace(ratified, value=None, items=None), existing) == {}


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ko"])
def test_every_drawing_reads_aloud_and_is_the_same_each_time(lang: str) -> None:
    for name, drawing in drawn(*given(), *standards(), lang=lang).items():
        for svg in (drawing.wide.svg(), drawing.narrow.svg()):
            root = ElementTree.fromstring(svg)  # noqa: S314 - our own SVG
            assert root.get("role") == "img"
            assert root.get("viewBox")
            assert {child.tag.rpartition("}")[2] for child in root} >= {"title", "desc"}
        assert drawing.title
        assert drawing.source
        assert drawing.table.rows
        assert drawing == drawn(*given(), *standards(), lang=lang)[name]


def test_names_from_data_are_escaped_in_a_drawing() -> None:
    found = charts.drawn(profile(*given(), partner="<script>alert(1)</script>"), "en")["contributions"]
    assert "<script" not in found.wide.svg()
    ElementTree.fromstring(found.wide.svg())  # noqa: S314 - our own SVG
