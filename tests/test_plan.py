"""A profile folds the rows of a base itself; many requests are folded by the engine. Both say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comity import measures, profiles
from comity.api import Comity, ask
from comity.engines import Request
from comity.engines.duckdb import DuckDB
from comity.errors import OutsideCoverage
from comity.model import Figure
from comity.profiles import Library
from tests import specimens
from tests.joint import ILO, KOICA, activity, country, load, moves, sector, takes_part


def plain(figures: Iterable[Figure]) -> dict[str, Figure]:
    """Figures as many requests have them: without items."""
    return {figure.measure: replace(figure, items=None) for figure in figures}


def compare(library: Library, requests: list[Request]) -> dict[str, set[object]]:
    """Builds a profile of each request; the values that were compared, by measure."""
    families = {measure.family for measure in measures.shelved().values()}
    numbered = [replace(request, request=number) for number, request in enumerate(requests)]
    together = {family: profiles.figures_of(library, numbered, family) for family in sorted(families)}
    seen: dict[str, set[object]] = {}
    for request in numbered:
        try:
            alone = plain(profiles.build(library, request))
        except OutsideCoverage:
            continue
        assert alone == plain(f for found in together.values() for f in found[request.request]), request
        for figure in alone.values():
            seen.setdefault(figure.measure, set()).add(figure.value)
    return seen


def test_all_parties_with_the_ilo_over_years_and_days(module_store: Comity) -> None:
    module_store.load(
        *(
            specimens.HOME / name
            for name in (
                "ratifications_of_many_fates.csv",
                "ratification_coverage_of_one_state.csv",
                "register_of_a_pair.toml",
            )
        ),
        partial=True,
    )
    library = module_store.library()
    parties, period = library.directory.parties, profiles.period_of
    spans = [((2013, 2024), None), ((2018, 2022), date(2021, 4, 19)), ((2019, 2019), None)]
    given = library.connection.query("SELECT DISTINCT provider AS id FROM contributions")["id"].to_pylist()
    named = library.connection.query("SELECT DISTINCT partner AS id FROM programmes")["id"].to_pylist()
    who = sorted({*given, *named, "ALL"} & parties.keys())
    requests = [
        profiles.request_for(library, parties[id_], parties["ILO"], period(*years), day)
        for id_ in who
        for years, day in spans
    ]
    seen = compare(library, requests)
    assert len(requests) > 100
    assert {"KOR", "NOR"} <= set(who)
    for family in ("contributions", "standards", "membership", "partnerships", "priorities"):
        assert any(values - {None, 0} for id_, values in seen.items() if id_.startswith(family)), family


def test_what_comes_from_iati(store: Comity, tmp_path: Path) -> None:
    found = load(
        store,
        tmp_path,
        ilo=[
            activity(
                f"{ILO}-{number}", ILO, takes_part(("1", KOICA), ("4", ILO)),
                moves("4", str(100 * number), f"20{18 + number}-05-01"),
                country("VN"), sector("16020"),
            )
            for number in (1, 2, 3)
        ],
    )  # fmt: skip
    library = found.library()
    requests = [ask(library, "KOR", "ILO", years) for years in ((2018, 2022), (2019, 2019), (2020, 2021))]
    seen = compare(library, requests)
    for name in ("activities", "countries", "themes", "spend"):
        assert seen[f"programmes.{name}"] - {None, 0}, name


def test_measures_of_one_base_are_asked_together(starter_store: Comity) -> None:
    plan = starter_store.library().plan
    together = sorted(measure for sharing in plan.bases.values() for measure in sharing)
    assert together == sorted(measures.shelved())
    assert len(plan.bases["contributions.assessed"]) == 6
    assert plan.sums.keys() | plan.shared.keys() == plan.bases.keys()
    assert plan.shared.keys() == plan.values.keys() == plan.uses.keys()


def test_kept_plans_run_on_one_thread(starter_store: Comity) -> None:
    """With more, DuckDB 1.5 now and then answers by what a join found the last time."""
    library = starter_store.library()
    assert isinstance(library.connection, DuckDB)
    library.connection.ask([ask(library, "KOR", "ILO", 2020)])
    kept = library.connection.answer("SELECT current_setting('threads') AS n, count(*) AS asked FROM request")
    assert kept.to_pylist() == [{"n": 1, "asked": 1}]


@pytest.mark.parametrize("closed", ["enable_external_access", "lock_configuration"])
def test_neither_connection_reaches_outside(starter_store: Comity, closed: str) -> None:
    library = starter_store.library()
    asked = f"SELECT CAST(current_setting('{closed}') AS VARCHAR) AS value"
    library.connection.ask([ask(library, "KOR", "ILO", 2020)])
    kept, queried = library.connection.answer(asked), library.connection.query(asked)
    assert kept.to_pylist() == queried.to_pylist()
    assert kept["value"][0].as_py() == ("false" if closed == "enable_external_access" else "true")
