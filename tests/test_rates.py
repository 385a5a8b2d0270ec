"""Rates: US dollars for a unit, with the name of their series; none is ever zero (R8, R9)."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from comity.errors import FileRefused
from comity.sources import Reading
from tests import specimens

OWN = "currency,date,usd_per_unit,series,stated_by,confidence,note\n"
FRED = "Date,Country,Exchange rate\n"


def rates(reading: Reading) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reading.tables["rates"].to_pylist()
    return found


def test_R9_units_for_a_dollar_become_dollars_for_a_unit() -> None:
    reading = specimens.read("fred_monthly.csv")
    found = [(r["currency"], r["date"], r["usd_per_unit"], r["locator"]) for r in rates(reading)]
    assert found == [
        ("CHF", date(2031, 1, 1), Decimal("1.25"), "line 2"),  # 0.8 francs for a dollar
        ("EUR", date(2031, 1, 1), Decimal("0.8"), "line 3"),  # 1.25 euros for a dollar, like all others
    ]
    assert {r["series"] for r in rates(reading)} == {reading.dataset} == {"fred_monthly_average"}


def test_R8_a_missing_or_zero_rate_is_an_issue_never_a_rate() -> None:
    found = [(i.rule, i.locator, i.text) for i in specimens.read("fred_monthly.csv").issues]
    assert found == [
        ("R8", "line 4", "no rate; the row is left out (2 rows)"),
        ("R8", "line 6", "no currency known for “Venezuela”; the row is left out (1 row)"),
    ]


def test_a_file_of_januaries_only_is_annual() -> None:
    reading = specimens.read("annual.csv", FRED + "2030-01-01,Japan,125\n2031-01-01,Japan,100\n")
    assert reading.dataset == "fred_annual_average"
    assert [r["usd_per_unit"] for r in rates(reading)] == [Decimal("0.008"), Decimal("0.01")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (FRED + "2031-13-01,Japan,1\n", "line 2: "),
        (FRED + "2031-01-01,Japan,one\n", "line 2: “one” is not a number"),
        (FRED + "2031-01-01,Japan,9000000000000\n", "line 2: .* a rate too small to be kept"),
        (OWN + "CHF,2031-01-01,0,x,,high,\n", "line 2: column usd_per_unit: “0” is not a positive rate"),
        (OWN + "CHF,2031-01-01,-1,x,,high,\n", "column usd_per_unit: “-1” is not a positive rate"),
        (OWN + "CHF,2031-01-01,1e17,x,,high,\n", "column usd_per_unit: “1e17” is not a positive rate"),
        (OWN + "CHF,2031-01-01,,x,,high,\n", "column usd_per_unit is blank"),
    ],
)
def test_R8_a_rate_that_is_none_is_refused_with_its_line(content: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        specimens.read("rates.csv", content)


def test_our_own_table_says_which_rate_it_is() -> None:
    (row,) = rates(specimens.read("rates.csv", OWN + "CHF,2031-01-01,1.1,a bank,me,inferred,a note\n"))
    assert (row["usd_per_unit"], row["series"], row["confidence"]) == (Decimal("1.1"), "a bank", "inferred")


@pytest.mark.parametrize(
    ("name", "series"),
    [("fred-annual.csv", "fred_annual_average"), ("fred-monthly.csv.gz", "fred_monthly_average")],
)
def test_the_real_series_are_read_but_for_the_one_without_a_currency(
    name: str, series: str, shared_data: Path
) -> None:
    packed = (shared_data / "rates" / name).read_bytes()
    content = gzip.decompress(packed) if name.endswith(".gz") else packed
    given = [row for row in csv.DictReader(content.decode().splitlines()) if row["Exchange rate"]]
    reading = specimens.read(name, content)
    assert reading.dataset == series
    assert len(rates(reading)) == sum(row["Country"] != "Venezuela" for row in given)
    francs = [Decimal(row["Exchange rate"]) for row in given if row["Country"] == "Switzerland"]
    found = [row["usd_per_unit"] for row in rates(reading) if row["currency"] == "CHF"]
    assert all(abs(quoted * rate - 1) < Decimal("1e-11") for quoted, rate in zip(francs, found, strict=True))


def test_R9_the_real_annual_rates_agree_with_those_of_the_imf(shared_data: Path) -> None:
    """No currency stands upside down: the IMF's table gives dollars for a unit, measured until 2021."""
    content = (shared_data / "rates" / "fred-annual.csv").read_bytes()
    text = (shared_data / "rates" / "imf-annual-ex_rates.csv").read_text()
    imf = {(row["cc"], int(row["year"])): float(row["ex.rate"]) for row in csv.DictReader(text.splitlines())}
    both = {
        (row["currency"], row["date"].year): float(row["usd_per_unit"]) / imf[key]
        for row in rates(specimens.read("fred-annual.csv", content))
        if (key := (row["currency"], row["date"].year)) in imf
    }
    assert {"EUR", "AUD", "NZD", "CHF", "JPY", "KRW"} <= {currency for currency, _ in both}
    assert {key: ratio for key, ratio in both.items() if key[1] <= 2021 and not 0.85 < ratio < 1.15} == {}
