"""A dot for each convention: none is lost, none lies on another, and each says what became of it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from comity import charts, i18n
from comity.charts import standards
from comity.charts._canvas import Sheet
from comity.model import Item, Profile
from tests.test_chart_countries import words
from tests.test_charts import figure, profile


def act(
    number: str, category: str | None, registered: date | None, *, begun: date | None = None,
    ended: date | None = None, **more: str,
) -> Item:  # fmt: skip
    title = f"Title of {number}"
    return {
        "instrument": number, "title": title, "category": category, "registered": registered,
        "in_force": begun, "denounced": ended, **more,
    }  # fmt: skip


def having(*acts: Item, protocols: tuple[Item, ...] = ()) -> Profile:
    as_of = date(2022, 12, 31)

    def day(one: Item, name: str) -> date | None:
        return value if isinstance(value := one[name], date) else None

    kept = tuple(one for one in acts if not (gone := day(one, "denounced")) or gone > as_of)
    alive = tuple(one for one in kept if (begun := day(one, "in_force")) and begun <= as_of)
    named = {"registered": acts, "not_denounced": kept, "in_force": alive, "protocols": protocols}
    return profile(
        *(
            figure(f"standards.{name}", len(i), "count", items=i, basis="register")
            for name, i in named.items()
        )
    )


def ratified() -> Profile:
    return having(
        act("C029", "fundamental", date(2021, 4, 20), begun=date(2022, 4, 20), confidence="medium"),
        act("C087", "fundamental", date(2021, 4, 20), begun=date(2022, 4, 20)),
        act("C081", "governance", date(1992, 12, 9), begun=date(1993, 12, 9)),
        act("C190", "technical", date(2022, 6, 1), begun=date(2023, 6, 1)),
        act("C073", "technical", date(1992, 12, 9), begun=date(1993, 6, 9), ended=date(2015, 1, 9)),
        act("C999", None, date(2001, 1, 1), begun=date(2002, 1, 1)),
        act("C998", "technical", None),
        protocols=(act("P029", "fundamental", date(2020, 1, 1), begun=date(2021, 1, 1)),),
    )


def many() -> Profile:
    """As many conventions as the State with most of them has, over a century."""
    days = [date(1921 + n * n % 101, 1 + n % 12, 1 + n % 28) for n in range(130)]
    return having(*(act(f"C{n:03}", "technical", day, begun=day) for n, day in enumerate(days)))


def drawn(of: Profile, lang: str = "en") -> charts.Drawing:
    found = standards.draw(of, lang)
    assert found
    return found


def states(of: Profile) -> dict[str, str]:
    return {one.id: one.state for one in standards.acts(of, "en")}


def test_each_convention_says_what_became_of_it() -> None:
    assert states(ratified()) == {
        "C029": "in_force", "C073": "denounced", "C081": "in_force", "C087": "in_force", "C190": "waiting",
        "C998": "waiting", "C999": "in_force", "P029": "in_force",
    }  # fmt: skip


def test_a_denunciation_after_the_date_is_none() -> None:
    of = having(act("C001", "technical", date(2000, 1, 1), begun=date(2001, 1, 1), ended=date(2024, 1, 1)))
    assert states(of) == {"C001": "in_force"}
    assert drawn(of).table.rows[0][-1].text == "–"


def test_the_table_has_every_convention_in_order() -> None:
    table = drawn(ratified()).table
    assert table.columns == (
        "Number", "Convention", "Category", "Registered", "In force from", "Denounced from",
    )  # fmt: skip
    assert [row[0].text for row in table.rows] == [
        "C029", "C073", "C081", "C087", "C190", "C998", "C999", "P029",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[1]] == [
        "C073", "Title of C073", "Technical", "9 December 1992", "9 June 1993", "9 January 2015",
    ]  # fmt: skip
    assert table.rows[0][1].mark == "confidence: medium"
    assert table.rows[5][3].kind == "missing"


def test_the_title_counts_conventions_as_the_figure_does() -> None:
    assert drawn(ratified()).title == "Registered in 2018–2022: 3 of 7 conventions"
    old = having(act("C001", "technical", date(1990, 1, 1)), act("C002", "technical", date(1995, 1, 1)))
    assert drawn(old).title == "None of 2 conventions was registered in 2018–2022; the latest was in 1995"
    one = having(act("C001", "technical", date(1990, 1, 1)))
    assert drawn(one).title == "One convention, registered in 1990"


@pytest.mark.parametrize("at", [standards.WIDE, standards.NARROW])
@pytest.mark.parametrize("of", [ratified(), many()])
def test_no_dot_lies_on_another_or_outside(
    of: Profile, at: standards.Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[tuple[float, float, float]] = []
    draw = Sheet.dot

    def dot(self: Any, x: float, y: float, *look: Any) -> None:
        placed.append((x, y, look[3]))
        draw(self, x, y, *look)

    monkeypatch.setattr(Sheet, "dot", dot)
    found = standards.acts(of, "en")
    picture = standards._picture(found, of, at, "en", "name", "title", "alt")
    dots = [one for one in placed if one[1] > 18]  # without the legend's
    assert len(dots) == sum(one.registered is not None for one in found)
    for (x, y, r), (x2, y2, _r) in itertools.combinations(dots, 2):
        assert (x - x2) ** 2 + (y - y2) ** 2 >= (2 * r) ** 2
    assert all(r <= x <= at.width - r and y + r <= picture.height for x, y, r in dots)


def test_categories_have_their_number_and_states_a_legend() -> None:
    for picture in (drawn(ratified()).wide, drawn(ratified()).narrow):
        said = words(picture.svg())
        for text in ("Fundamental: 2", "Governance: 1", "Technical: 3", "Protocols: 1", "in force",
                     "ratified, not in force", "denounced", "2018–2022",
                     "Day of registration not reported: 1."):  # fmt: skip
            assert text in said
    assert "denounced" not in words(drawn(many()).wide.svg())


def test_the_alternative_text_counts_every_row() -> None:
    assert "Technical: 3 (ratified, not in force: 2, denounced: 1)" in drawn(ratified()).alt


def test_nothing_reported_is_no_chart() -> None:
    assert standards.draw(profile(), "en") is None
    assert standards.draw(having(), "en") is None
    assert standards.draw(having(act("C001", "technical", None)), "en") is None
    made = ratified()
    unknown = tuple(replace(f, value=None, items=None) for f in made)
    assert standards.draw(replace(made, figures=unknown), "en") is None


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_chart_is_the_same_each_time(lang: str) -> None:
    first, again = drawn(ratified(), lang), drawn(ratified(), lang)
    assert first == again
    assert (first.wide.svg(), first.narrow.svg()) == (again.wide.svg(), again.narrow.svg())
    assert len(drawn(many(), lang).wide.svg()) < 30_000
