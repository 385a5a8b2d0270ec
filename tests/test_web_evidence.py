"""The rows behind a figure on the web: they make the figure, and are those of the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from comity import profiles
from comity.api import Comity, ask
from tests.test_cli import comity as command
from tests.web import client

_AT = "/evidence/KOR/ILO/{measure}/?years=2018-2022"


def _page(store: Comity, address: str) -> str:
    answer = client(store).get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_the_rows_add_up_to_the_figure_above_them(starter_store: Comity) -> None:
    page = _page(starter_store, _AT.format(measure="contributions.assessed"))
    assert re.search(r'class="headline">US\$\u00a044,654,249\.83', page)
    assert "The 5 rows add up to US$\u00a044,654,249.83 (column amount_usd)." in page


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_file_is_what_the_command_line_writes(starter_store: Comity, ending: str) -> None:
    for measure in ("contributions.assessed", "standards.fundamental", "partnerships.phases"):
        answer = client(starter_store).get(f"/evidence/KOR/ILO/{measure}.{ending}?years=2018-2022")
        printed = command(
            "evidence", "KOR", "ILO", measure, "--years", "2018-2022", "--format", ending,
            store=starter_store,
        )  # fmt: skip
        assert answer.content.decode() == printed.stdout


def test_every_figure_of_a_profile_has_a_page_that_says_the_same(starter_store: Comity) -> None:
    library = starter_store.library()
    profile = profiles.build(library, ask(library, "KOR", "ILO", (2018, 2022)))
    asked = client(starter_store)
    for figure in profile:
        page = asked.get(_AT.format(measure=figure.measure)).content.decode()
        assert f"<code>{figure.measure}</code>" in page
        headline = re.search(r'class="headline">(.*?)</p>', page)
        assert headline
        if figure.value is None:
            assert "not reported" in headline[1]
        elif figure.unit == "USD":
            assert f"{Decimal(figure.value):,.2f}" in headline[1]
        else:
            assert str(figure.value) in headline[1].replace(",", "")


def test_each_row_names_source_file_and_line(starter_store: Comity) -> None:
    page = _page(starter_store, _AT.format(measure="contributions.assessed"))
    assert '<a href="/sources/ceb/">ceb</a>' in page
    names = starter_store.sql(
        "SELECT DISTINCT name FROM snapshots JOIN contributions ON sha256 = snapshot "
        "WHERE provider = 'KOR' AND receiver = 'ILO'"
    )["name"].to_pylist()
    assert [name for name in names if name in page] == names
    assert len(set(re.findall(r"line \d+", page))) == 5


def test_a_row_leads_to_the_page_of_what_it_is_about(starter_store: Comity) -> None:
    page = _page(starter_store, _AT.format(measure="standards.fundamental") + "&lang=en")
    assert 'href="/standards/C138/?lang=en"' in page
    page = _page(starter_store, _AT.format(measure="programmes.countries"))
    assert 'href="/countries/LAO/"' in page


def test_pages_of_rows_hold_every_row_once(starter_store: Comity) -> None:
    asked, found = client(starter_store), []
    for number in (1, 2, 3):
        address = _AT.format(measure="standards.not_denounced") + f"&size=12&page={number}"
        found += re.findall(r'href="/standards/(\w+)/', asked.get(address).content.decode())
    assert len(found) == len(set(found)) == 30
    assert "Rows 25 to 30 of 30." in asked.get(address).content.decode()


def test_what_is_not_reported_is_not_zero(starter_store: Comity) -> None:
    page = _page(starter_store, _AT.format(measure="programmes.spend"))
    assert '<span class="missing">not reported</span>' in page
    assert "No row: no source loaded reports this." in page


def test_names_lead_to_the_one_address(starter_store: Comity) -> None:
    answer = client(starter_store).get("/evidence/Korea/ilo/contributions.assessed/?years=2018-2022")
    assert answer.status_code == 302
    assert answer["Location"] == "/evidence/KOR/ILO/contributions.assessed/?years=2018-2022"


def test_the_sum_in_the_file_is_the_figure(starter_store: Comity) -> None:
    answer = client(starter_store).get("/evidence/KOR/ILO/contributions.voluntary.csv?years=2018-2022")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    figures: list[dict[str, Any]] = json.loads(
        starter_store.profile("KOR", "ILO", (2018, 2022)).render("json")
    )["figures"]
    [value] = [f["value"] for f in figures if f["measure"] == "contributions.voluntary"]
    assert sum(Decimal(row["amount_usd"]) for row in rows) == Decimal(str(value))
