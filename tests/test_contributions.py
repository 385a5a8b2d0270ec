"""Contributions: the sums of the rows, whatever the rows; not reported is not zero."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import pipeline, plan, profiles
from comity.api import Comity
from comity.engines import Request
from comity.engines.duckdb import DuckDB
from comity.errors import OutsideCoverage
from comity.model import Coverage, Figure
from comity.parties import Directory
from comity.profiles import Library
from comity.store import Store
from comity.tables import REQUEST, SQL_TYPES, contracts
from comity.tables.money import REVENUE_TYPES

VOLUNTARY = ("voluntary_core", "voluntary_non_core")
Figures = dict[str, Figure]


def by_name(figures: Iterable[Figure]) -> Figures:
    return {figure.measure.partition(".")[2]: figure for figure in figures}


def of_pair(store: Comity, partner: str, years: tuple[int, int] | int, organisation: str = "ILO") -> Figures:
    return by_name(store.profile(partner, organisation, years).profile.family("contributions"))


# The founding case


def test_korea_and_the_ilo_in_2018_to_2022_to_the_cent(starter_store: Comity) -> None:
    found = of_pair(starter_store, "KOR", (2018, 2022))
    assert found["assessed"].value == Decimal("44654249.83")
    assert found["voluntary_non_core"].value == Decimal("19514270.28")
    assert found["total"].value == Decimal("64168520.11")
    assert found["assessed"].coverage == Coverage("complete", (2018, 2019, 2020, 2021, 2022))
    assert (found["assessed"].unit, found["assessed"].basis) == ("USD", "recognised_revenue")


def test_R38_core_is_nought_where_reported_and_unknown_elsewhere(starter_store: Comity) -> None:
    core = of_pair(starter_store, "KOR", (2018, 2022))["voluntary_core"]
    assert core.value == 0
    assert core.by_year == {2018: 0, 2019: None, 2020: None, 2021: 0, 2022: 0}
    assert core.coverage == Coverage("partial", (2018, 2021, 2022))
    assert core.flagged("no_row") == ("2018", "2021", "2022")
    assert core.rows == 0


def test_R38_a_total_that_lacks_a_type_is_partial_and_says_which(starter_store: Comity) -> None:
    found = of_pair(starter_store, "KOR", (2018, 2022))
    assert (found["other"].value, found["other"].coverage.status) == (None, "not_reported")
    assert found["total"].coverage.status == found["voluntary"].coverage.status == "partial"
    assert found["voluntary"].flagged("not_reported") == ("voluntary_core:2019", "voluntary_core:2020")


def test_france_and_the_ilo(starter_store: Comity) -> None:
    found = of_pair(starter_store, "FRA", (2018, 2022))
    assert found["assessed"].value == Decimal("93993062.16")
    assert found["voluntary_core"].by_year == {
        2018: 0, 2019: None, 2020: None, 2021: Decimal("293083.24"), 2022: Decimal("249252"),
    }  # fmt: skip


def test_R38_a_partner_without_a_row_has_given_nothing_that_year(starter_store: Comity) -> None:
    found = of_pair(starter_store, "VAT", 2022)["assessed"]
    assert (found.value, found.flags, found.coverage.status) == (0, ("no_row:2022",), "complete")


@pytest.mark.parametrize(("partner", "organisation", "years"), [("KOR", "ILO", 2035), ("JPN", "FAO", 2020)])
def test_R38_where_nothing_is_reported_there_is_no_profile(
    partner: str, organisation: str, years: int, starter_store: Comity
) -> None:
    with pytest.raises(OutsideCoverage, match="nothing is known of"):
        starter_store.profile(partner, organisation, years)


def test_R10_amounts_are_not_converted_again(starter_store: Comity) -> None:
    rows = starter_store.evidence("KOR", "ILO", "contributions.assessed", 2022)
    text = next(path for path in pipeline.starter_files() if path.name == "ceb_ilo.csv").read_text()
    assert f"Republic of Korea,ILO,Assessed contributions,2022,{rows['amount_usd'][0].as_py():.2f}\n" in text


# Any rows at all, in memory


class Given(NamedTuple):
    """A contribution of Norway to the ILO."""

    year: int
    type: str
    amount: Decimal


class Memory(DuckDB):
    """The engine, on tables that hold nothing but what a test puts there."""

    def __init__(self) -> None:
        self._db = duckdb.connect()
        for table in contracts().values():
            columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in table.columns)
            self._db.execute(f"CREATE TABLE {table.name} ({columns})")
        columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in REQUEST)
        self._db.execute(f"CREATE TEMP TABLE request ({columns})")
        self._put = True

    def ask(self, requests: Sequence[Request]) -> None:
        self._asked, self._put = requests, False

    def answer(self, sql: str) -> pa.Table:
        return self.query(sql)

    def hold(self, rows: Iterable[Given], also_reported: Iterable[tuple[int, str]] = ()) -> None:
        """Puts `rows`, and the coverage they and `also_reported` (of other donors) imply."""
        given = list(rows)
        covered = {(row.year, row.type) for row in given} | set(also_reported)
        origin = {"source": "ceb", "snapshot": "0" * 64}
        contributions = [
            {"provider": "NOR", "receiver": "ILO", "year": row.year, "type": row.type, **origin}
            | {"amount_usd": row.amount, "contributor": "government"}
            for row in given
        ]
        coverage = [
            {"organisation": "ILO", "organisation_name": "ILO", "year": year, "type": type_, **origin}
            for year, type_ in covered
        ]
        for name, new in (("contributions", contributions), ("coverage", coverage)):
            self._db.execute(f"DELETE FROM {name}")
            if new:
                self._db.register("new", pa.Table.from_pylist(new))
                self._db.execute(f"INSERT INTO {name} BY NAME SELECT * FROM new")
                self._db.unregister("new")


class Asked:
    """Puts questions about Norway and the ILO to rows in memory."""

    def __init__(self, compiled: plan.Plan) -> None:
        self.memory = Memory()
        self._library = Library(
            self.memory, compiled, Directory(self.memory), datetime(2024, 1, 1, tzinfo=UTC)
        )

    def __call__(self, start: int, end: int) -> Figures:
        request = Request(0, "NOR", "ILO", "government", start, end, date(end, 12, 31))
        return by_name(profiles.figures_of(self._library, [request], "contributions")[0])


@pytest.fixture(scope="module")
def asked(starter_store: Comity) -> Asked:
    return Asked(plan.plan("duckdb", starter_store.store.path))


FIRST, LAST = 2018, 2022
YEARS = st.integers(FIRST, LAST)
TYPES = st.sampled_from(REVENUE_TYPES)
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
ROWS = st.lists(st.builds(Given, YEARS, TYPES, AMOUNTS), max_size=12)
REPORTED = st.sets(st.tuples(YEARS, TYPES), max_size=8)
some = settings(max_examples=25, deadline=None)


def total(*parts: Decimal | int | None) -> Decimal | int | None:
    """The sum of what is reported; none when nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known else None


@some
@given(data=st.data(), rows=ROWS, reported=REPORTED)
def test_any_rows_in_any_order_give_their_sum(
    asked: Asked, data: st.DataObject, rows: list[Given], reported: set[tuple[int, str]]
) -> None:
    chosen = [row for row in rows if data.draw(st.booleans())]
    asked.memory.hold(chosen, reported)
    once = asked(FIRST, LAST)
    asked.memory.hold(data.draw(st.permutations(chosen)), reported)
    assert asked(FIRST, LAST) == once
    known = {(row.year, row.type) for row in chosen} | reported
    for type_ in REVENUE_TYPES:
        assert once[type_].by_year == {
            year: sum((r.amount for r in chosen if r[:2] == (year, type_)), Decimal(0))
            if (year, type_) in known
            else None
            for year in range(FIRST, LAST + 1)
        }


@some
@given(rows=ROWS, reported=REPORTED)
def test_R1_the_parts_add_to_the_whole(
    asked: Asked, rows: list[Given], reported: set[tuple[int, str]]
) -> None:
    asked.memory.hold(rows, reported)
    found = asked(FIRST, LAST)
    assert found["total"].value == total(*(found[type_].value for type_ in REVENUE_TYPES))
    assert found["voluntary"].value == total(*(found[type_].value for type_ in VOLUNTARY))
    for whole, parts in (("total", REVENUE_TYPES), ("voluntary", VOLUNTARY)):
        assert found[whole].by_year == {
            year: total(*((found[part].by_year or {})[year] for part in parts))
            for year in range(FIRST, LAST + 1)
        }
        assert found[whole].rows == sum(found[part].rows for part in parts)


@some
@given(rows=ROWS, reported=REPORTED, cut=st.integers(FIRST, LAST - 1))
def test_a_period_split_in_two_adds_up(
    asked: Asked, rows: list[Given], reported: set[tuple[int, str]], cut: int
) -> None:
    asked.memory.hold(rows, reported)
    whole, first, second = asked(FIRST, LAST), asked(FIRST, cut), asked(cut + 1, LAST)
    for name, figure in whole.items():
        assert figure.value == total(first[name].value, second[name].value)
        assert figure.by_year == {**(first[name].by_year or {}), **(second[name].by_year or {})}
        assert figure.coverage.years == first[name].coverage.years + second[name].coverage.years
        assert figure.rows == first[name].rows + second[name].rows


# From a file to the figure

LABELS = {
    "assessed": "Assessed contributions",
    "voluntary_core": "R02A",
    "voluntary_non_core": "voluntary NON-CORE (earmarked) contributions",
    "other": "R04C",
}


@settings(max_examples=5, deadline=None)
@given(rows=st.lists(st.builds(Given, YEARS, TYPES, AMOUNTS), min_size=1, max_size=30))
def test_what_a_file_says_is_what_a_figure_sums(
    rows: list[Given], starter_store: Comity, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("file")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["government_donor", "entity", "rev_type", "calendar_year", "amount"])
    for row in rows:
        grouped = f"{row.amount:,f}".replace(",", "\u202f")
        writer.writerow([" norway", "ILO", LABELS[row.type], row.year, grouped])
    (home / "random.csv").write_text(text.getvalue(), encoding="utf-8")
    names = [path for path in pipeline.starter_files() if path.name in ("parties.csv", "aliases.csv")]
    store = Store.create(home / "store")
    pipeline.load(store, [*names, home / "random.csv"], partial=True)
    connection = Comity(store).connect()
    compiled = plan.plan("duckdb", starter_store.store.path)
    library = Library(connection, compiled, Directory(connection), store.current().created_at)
    who, where = library.directory.partner("NOR"), library.directory.organisation("ILO")
    request = profiles.request_for(library, who, where, profiles.period_of(FIRST, LAST))
    found = by_name(profiles.figures_of(library, [request], "contributions")[0])
    for type_ in REVENUE_TYPES:
        amounts = [row.amount for row in rows if row.type == type_]
        assert found[type_].value == (sum(amounts, Decimal(0)) if amounts else None)
        evidence = profiles.evidence(library, request, f"contributions.{type_}")
        assert sorted(evidence["amount_usd"].to_pylist()) == sorted(amounts)
    connection.close()


# The real file


def test_every_donor_to_the_ilo_has_the_sums_of_the_file(full_store: Comity, shared_data: Path) -> None:
    """Year by year and type by type, added up anew from the text of the file."""
    library = full_store.library()
    sums: dict[str, dict[str, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    packed = (shared_data / "ceb" / "revenue_government_donors.csv.gz").read_bytes()
    labels = {
        "Assessed contributions": "assessed",
        "Voluntary core (un-earmarked) contributions": "voluntary_core",
        "Voluntary non-core (earmarked) contributions": "voluntary_non_core",
        "Revenue from other activities": "other",
    }
    for row in csv.DictReader(gzip.decompress(packed).decode("utf-8-sig").splitlines()):
        if row["entity"] == "ILO":
            donor = library.directory.partner(row["government_donor"]).id
            years, year = sums[donor][labels[row["rev_type"]]], int(row["calendar_year"])
            years[year] = years.get(year, Decimal(0)) + Decimal(row["amount"])
    organisation, period = library.directory.parties["ILO"], profiles.period_of(2013, 2024)
    donors = dict(enumerate(sorted(sums)))
    requests = [
        profiles.request_for(library, library.directory.parties[id_], organisation, period, number=number)
        for number, id_ in donors.items()
    ]
    answers = profiles.figures_of(library, requests, "contributions")
    for number, id_ in donors.items():
        found = by_name(answers[number])
        for type_ in REVENUE_TYPES:
            stated = {year: value for year, value in (found[type_].by_year or {}).items() if value}
            assert stated == {year: value for year, value in sums[id_][type_].items() if value}, id_
    assert len(donors) > 180
