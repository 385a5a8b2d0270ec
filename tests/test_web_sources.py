"""Sources on the web: licence, files, and the grid that tells covered without a row from not covered."""

from __future__ import annotations

import re

import pytest

from comity.api import Comity
from comity.sources import shelved
from tests.web import client


def test_every_source_has_its_publisher_and_licence(starter_store: Comity) -> None:
    page = client(starter_store).get("/sources/").content.decode()
    for source in shelved().values():
        assert f'href="/sources/{source.name}/"' in page
        assert source.publisher in page
    assert "Nothing of it is loaded." in page  # IATI has no starter table


def test_a_source_lists_its_files_with_rows_and_digest(starter_store: Comity) -> None:
    page = client(starter_store).get("/sources/ratifications/").content.decode()
    for row in starter_store.sql("SELECT * FROM snapshots WHERE source = 'ratifications'").to_pylist():
        assert row["name"] in page
        assert row["sha256"] in page
    assert '<td class="n"><span title="ratifications 32' in page


def test_covered_without_a_row_differs_from_not_covered(starter_store: Comity) -> None:
    page = client(starter_store).get(
        "/sources/ceb/?subject=assessed:government&years=2009-2024"
    ).content.decode()  # fmt: skip
    line = re.search(r'<th scope="row">International Labour Organization</th>(.*?)</tr>', page, re.DOTALL)
    assert line
    cells = re.findall(r'year-of (\w+)">(.*?)</span></td>', line[1])
    covered = starter_store.sql(
        "SELECT DISTINCT year FROM coverage WHERE organisation = 'ILO' AND type = 'assessed' "
        "AND contributor = 'government' AND source = 'ceb'"
    )["year"].to_pylist()
    assert len(cells) == 16
    for year, (state, text) in zip(range(2009, 2025), cells, strict=True):
        assert (state != "gone") == (year in covered)
        assert ("not covered" in text) == (state == "gone")


def test_the_grid_counts_rows_as_the_tables_do(starter_store: Comity) -> None:
    page = client(starter_store).get("/sources/ceb/?subject=assessed:government").content.decode()
    count = starter_store.sql(
        "SELECT count(*)::BIGINT AS n FROM contributions WHERE receiver = 'ILO' AND type = 'assessed' "
        "AND contributor = 'government' AND year = 2022"
    )["n"][0].as_py()
    line = re.search(r'<th scope="row">International Labour Organization</th>(.*?)</tr>', page, re.DOTALL)
    years = [int(year) for year in re.findall(r'class="n">(\d{4})</th>', page)]
    assert line
    cells = re.findall(r'<td class="n">(.*?)</td>', line[1])
    assert f">{count}<" in cells[years.index(2022)]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sources/nobody/", 404),
        ("/sources/ceb/?subject=nothing", 400),
        ("/sources/ceb/?years=1919-2100", 400),
        ("/sources/ceb/?known_at=never", 400),
    ],
)
def test_what_cannot_be_shown_says_why(starter_store: Comity, address: str, status: int) -> None:
    answer = client(starter_store).get(address)
    assert answer.status_code == status
    assert "This page cannot be shown" in answer.content.decode()
