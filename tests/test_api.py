"""The Python API: a small public surface, figures as attributes, rows as Arrow."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

import comity
from comity.api import Comity
from comity.errors import MeasureNotKnown


def test_the_public_surface_is_small() -> None:
    assert comity.__all__ == ["Comity", "ComityError", "PairProfile", "__version__", "create", "open"]
    for name in comity.__all__:
        assert getattr(comity, name) is not None
    with pytest.raises(AttributeError, match="no attribute nothing"):
        comity.nothing  # noqa: B018 - the access is what is tested


def test_figures_are_attributes(starter_store: Comity) -> None:
    profile = starter_store.profile("KOR", "ILO", years=(2018, 2022))
    assert repr(profile) == "<profile: Republic of Korea – International Labour Organization, 2018–2022>"
    assert profile.contributions.assessed.value == Decimal("44654249.83")
    assert profile.standards.fundamental.value == 9
    assert profile.membership.since.value == 1991
    assert set(dir(profile)) >= {"contributions", "standards", "membership", "partnerships"}
    assert "assessed" in dir(profile.contributions)
    with pytest.raises(AttributeError, match="no figures called weather; there are contributions"):
        profile.weather  # noqa: B018 - the access is what is tested
    with pytest.raises(AttributeError, match="no figure called pledged; there are assessed"):
        profile.contributions.pledged  # noqa: B018 - the access is what is tested


def test_rows_are_arrow_and_sum_to_the_figure(starter_store: Comity) -> None:
    figure = starter_store.profile("KOR", "ILO", years=(2018, 2022)).contributions.total
    rows = figure.rows()
    assert hasattr(rows, "__arrow_c_stream__")
    assert pa.table(rows).num_rows == 10
    assert sum(row["amount_usd"] for row in rows.to_pylist()) == figure.value


def test_a_profile_shows_itself_in_a_notebook(starter_store: Comity) -> None:
    html = starter_store.profile("KOR", "ILO", years=2022)._repr_html_()
    assert html.startswith("<iframe srcdoc=")
    assert "&lt;!doctype html&gt;" in html.lower()
    assert "Republic of Korea" in html


def test_an_unknown_measure_names_its_neighbours(starter_store: Comity) -> None:
    with pytest.raises(MeasureNotKnown, match=r"nearest: standards\.fundamental"):
        starter_store.evidence("KOR", "ILO", "standards.fundamentals", 2022)


def test_a_profile_is_the_same_twice(starter_store: Comity) -> None:
    once, again = (starter_store.profile("KOR", "ILO", years=(2018, 2022)) for _ in range(2))
    assert once.profile == again.profile
    assert once.render("json") == again.render("json")
