"""Exchange rates: our own table, and the files of the US Federal Reserve's series (R9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.rules.currency import per_unit
from comity.sources import Expectation, Reading, Source, _csv, _own, table
from comity.sources._problems import Problems

_FRED = ("Date", "Country", "Exchange rate")
_CURRENCIES = {
    "Australia": "AUD", "Austria": "ATS", "Belgium": "BEF", "Brazil": "BRL", "Canada": "CAD",
    "China": "CNY", "Denmark": "DKK", "Euro": "EUR", "Finland": "FIM", "France": "FRF",
    "Germany": "DEM", "Greece": "GRD", "Hong Kong": "HKD", "India": "INR", "Ireland": "IEP",
    "Italy": "ITL", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "Netherlands": "NLG",
    "New Zealand": "NZD", "Norway": "NOK", "Portugal": "PTE", "Singapore": "SGD",
    "South Africa": "ZAR", "South Korea": "KRW", "Spain": "ESP", "Sri Lanka": "LKR", "Sweden": "SEK",
    "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB", "United Kingdom": "GBP",
}  # fmt: skip
# Venezuela is left out: its series runs on through three currencies.


def _usd_per_unit(quoted: Decimal | None) -> Decimal | None:
    """The Federal Reserve itself quotes the euro, the pound and some others as dollars per unit. These
    files have turned them round: all their series are units per dollar (a euro of 2019 is 0.8933)."""
    return per_unit(quoted) if quoted and quoted > 0 else None


def _read_fred(snapshot: Snapshot, content: bytes) -> Reading:
    days = list(_csv.rows(snapshot, content))
    columns: dict[str, list[Any]] = {
        name: []
        for name in ("currency", "date", "usd_per_unit", "series", "stated_by", "confidence", "locator")
    }
    if daily := next((line for line, row in days if row["Date"][8:] != "01"), None):
        raise FileRefused(
            snapshot.name, "a daily series; monthly and annual averages are read", f"line {daily}"
        )
    monthly = any(row["Date"][5:7] != "01" for _, row in days)
    series = "fred_monthly_average" if monthly else "fred_annual_average"
    problems = Problems("rates", series)
    for line, row in days:
        currency = _CURRENCIES.get(row["Country"])
        try:
            day = date.fromisoformat(row["Date"])
            rate = _usd_per_unit(_csv.number(row["Exchange rate"], decimals=12))
        except ValueError as error:
            raise FileRefused(snapshot.name, str(error), f"line {line}") from None
        if currency is None or rate is None:
            what = "no rate" if currency else f"no currency known for “{row['Country']}”"
            problems.note(line, "R8", f"{what}; the row is left out")
            continue
        columns["currency"].append(currency)
        columns["date"].append(day)
        columns["usd_per_unit"].append(rate)
        columns["series"].append(series)
        columns["stated_by"].append("US Federal Reserve (FRED)")
        columns["confidence"].append("high")
        columns["locator"].append(f"line {line}")
    return Reading(series, "rates", {"rates": table("rates", columns)}, problems.issues())


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """Rates in US dollars per unit of currency, with the name of their series."""
    if _csv.header(content[:65536]) == _FRED:
        return _read_fred(snapshot, content)
    return _own.read_table(snapshot, content, "rates")


SOURCE = Source(
    name="rates",
    title="Exchange rates",
    publisher="US Federal Reserve (FRED); inferred series as each row states",
    licence="public domain (Open Data Commons PDDL)",
    redistributable=True,
    url="https://fred.stlouisfed.org",
    feeds=("rates",),
    recognises=lambda name, head: _csv.header(head) == _FRED or _own.is_table(head, "rates"),
    read=read,
    expects=(
        Expectation("rates", 1, 1_000_000),
        Expectation("fred_monthly_average", 100, 1_000_000),
        Expectation("fred_annual_average", 10, 100_000),
    ),
)
