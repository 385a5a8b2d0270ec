"""Programmes and phases over the years: what is not stated fades, what is stated has its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from comity import charts, i18n
from comity.charts import timeline
from comity.charts._canvas import Sheet
from comity.model import Item, Profile, Scalar
from tests.test_chart_countries import words
from tests.test_charts import figure, profile


def programme(id_: str, name: str, first: int | None, last: int | None = None) -> Item:
    return {"id": id_, "name": name, "start_year": first, "end_year": last}


def phase(of: str, first: int | None, last: int | None = None, **more: Scalar) -> Item:
    return {"id": f"{of} {first}", "programme": of, "start_year": first, "end_year": last, **more}


def having(
    programmes: tuple[Item, ...] = (), phases: tuple[Item, ...] = (), since: int | None = None
) -> Profile:
    figures = [
        figure("partnerships.programmes", len(programmes), "list", items=programmes, basis="register"),
        figure("partnerships.phases", len(phases), "list", items=phases, basis="register"),
    ]
    if since:
        figures.append(figure("membership.since", since, "year", basis="register"))
    return profile(*figures)


def partnership() -> Profile:
    return having(
        (programme("B", "A project of trade", 2019, 2023), programme("A", "The Partnership Programme", 2004)),
        (
            phase("A", 2021, 2023, signed_on="2021-05", amount=Decimal(3900000), currency="USD",
                  amount_restated=Decimal(4600000), confidence="medium"),
            phase("A", 2018, 2020, signed_on="2018-03-14", amount=Decimal(3000000), currency="USD"),
            phase("B", 2019, 2023, amount=Decimal(5000), currency="KRW"),
            phase("C", 2022),
        ),
        1991,
    )  # fmt: skip


def drawn(of: Profile, lang: str = "en") -> charts.Drawing:
    found = timeline.draw(of, lang)
    assert found
    return found


def marks(of: Profile, width: int, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    kept: list[tuple[str, dict[str, Any]]] = []
    picture = Sheet.picture

    def keep(self: Any, *given: Any) -> charts.Picture:
        kept.extend(self.marks)
        return picture(self, *given)

    monkeypatch.setattr(Sheet, "picture", keep)
    timeline._picture(timeline.spans(of, "en"), of, width, "en", "name", "title", "alt")
    return kept


def test_programmes_come_by_their_first_year_each_with_its_phases() -> None:
    assert [(one.kind, one.name, one.years) for one in timeline.spans(partnership(), "en")] == [
        ("programme", "The Partnership Programme", "since 2004"),
        ("phase", "The Partnership Programme", "2018–2020"),
        ("phase", "The Partnership Programme", "2021–2023"),
        ("programme", "A project of trade", "2019–2023"),
        ("phase", "A project of trade", "2019–2023"),
        ("phase", "C", "since 2022"),
    ]


def test_the_table_has_every_span_with_its_amount_and_day() -> None:
    table = drawn(partnership()).table
    assert table.columns == ("Name", "Kind", "Years", "Signed on", "Amount")
    assert [cell.text for cell in table.rows[1]] == [
        "The Partnership Programme", "Phase", "2018–2020", "14 March 2018", "US$ 3.00 million",
    ]  # fmt: skip
    assert table.rows[2][3].text == "2021-05"
    assert table.rows[2][4].mark == "a later source states US$ 4.60 million; the reason is not known"
    assert table.rows[4][4].text == "KRW 5,000"
    assert table.rows[0][4].text == "–"


@pytest.mark.parametrize(
    ("of", "title"),
    [
        (partnership(), "4 phases since 2018; an end is not stated for all"),
        (having(phases=(phase("A", 2018, 2020), phase("A", 2021, 2023))),
         "2 phases since 2018; the latest ends in 2023"),
        (having(phases=(phase("A", 2018, 2020, amount=Decimal(3000000), currency="USD"),)),
         "One phase: 2018–2020, US$ 3.00 million"),
        (having(phases=(phase("A", 2018, 2020),)), "One phase: 2018–2020"),
        (having((programme("A", "A", 2004),)), "One programme: since 2004"),
        (having((programme("A", "A", 2004, 2010), programme("B", "B", 2006, 2019))),
         "2 programmes since 2004; the latest ends in 2019"),
        (having((programme("A", "A", 2004), programme("B", "B", 2006, 2019))),
         "2 programmes since 2004; an end is not stated for all"),
        (having((programme("A", "A", None, 2010), programme("B", "B", None, 2019))), "2 programmes"),
    ],
)  # fmt: skip
def test_the_title_says_the_finding(of: Profile, title: str) -> None:
    assert drawn(of).title == title


@pytest.mark.parametrize("width", [timeline.WIDE, timeline.NARROW])
def test_bars_run_from_the_first_day_to_the_last(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    of = having((programme("A", "A", 2018, 2022),), (phase("A", 2019, 2020),))
    bars = [mark for layer, mark in marks(of, width, monkeypatch) if layer == "bars"][-2:]
    left, right = 8, width - 8
    assert (bars[0]["x"], bars[0]["x2"]) == (left, right)
    year = (right - left) / 5
    assert (bars[1]["x"], bars[1]["x2"]) == (round(left + year, 1), round(left + 3 * year, 1))


def test_an_end_that_is_not_stated_fades(monkeypatch: pytest.MonkeyPatch) -> None:
    of = having((programme("A", "A", 2019),))
    bars = [mark for layer, mark in marks(of, 640, monkeypatch) if layer == "bars"][1:]
    assert len(bars) == 1 + timeline._SHADES
    assert bars[-1]["fill"] > bars[1]["fill"] > bars[0]["fill"]  # paler and paler
    assert "An end that fades is not stated." in words(drawn(of).wide.svg())
    closed = having((programme("A", "A", 2019, 2021),))
    assert "fades" not in words(drawn(closed).wide.svg())


@pytest.mark.parametrize("width", [timeline.WIDE, timeline.NARROW])
def test_everything_stays_inside(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for layer, mark in marks(partnership(), width, monkeypatch):
        assert 0 <= mark["x"] <= width
        assert layer not in ("bars", "ground") or mark["x"] <= mark["x2"] <= width


def test_membership_is_marked_where_it_begins_or_at_the_edge() -> None:
    near = having((programme("A", "A", 1995, 2022),), since=1991)
    for of in (near, partnership()):
        assert "Member since 1991" in words(drawn(of).wide.svg())
    assert ">1995<" in drawn(near).narrow.svg()
    assert timeline._frame(timeline.spans(near, "en"), near, 640).first == 1991
    assert timeline._frame(timeline.spans(partnership(), "en"), partnership(), 640).first == 2004


def test_amounts_are_said_beside_their_phase() -> None:
    said = words(drawn(partnership()).wide.svg())
    for text in ("2018–2020 · US$ 3.00 million", "2019–2023 · KRW 5,000", "signed", "2018–2022"):
        assert text in said


def test_what_has_no_year_is_in_the_table_only() -> None:
    of = having((programme("A", "A", 2018, 2022), programme("B", "B", None)))
    assert "Without years: 1, in the table only." in words(drawn(of).wide.svg())
    assert len(drawn(of).table.rows) == 2
    assert timeline.draw(having((programme("B", "B", None),)), "en") is None


def test_nothing_to_draw_gives_no_chart() -> None:
    assert timeline.draw(profile(), "en") is None
    assert timeline.draw(having(since=1991), "en") is None


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_chart_is_the_same_each_time(lang: str) -> None:
    first, again = drawn(partnership(), lang), drawn(partnership(), lang)
    assert first == again
    assert (first.wide.svg(), first.narrow.svg()) == (again.wide.svg(), again.narrow.svg())


def test_names_from_data_are_escaped() -> None:
    of = having((programme("A", "<script>alert(1)</script> " * 20, 2018, 2022),))
    assert "<script" not in drawn(of).wide.svg()
    assert "<script" not in drawn(of).standalone().svg()
