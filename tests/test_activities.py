"""Activities by who, where, what, when and words: filters narrow one another, and what is cut is said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import pytest

from comity.activities import Asked, Found, Tables, answer, find
from comity.api import Comity
from comity.errors import BadRequest, ComityError, PartyNotKnown
from comity.store import search
from comity.tables import SQL_TYPES, contracts
from tests.test_cli import comity

PARTIES = (
    ("KOR", "state", "Republic of Korea", "KR", "KOR"),
    ("LAO", "state", "Lao People’s Democratic Republic", "LA", "LAO"),
    ("PER", "state", "Peru", "PE", "PER"),
    ("KOR-KOICA", "agency", "Korea International Cooperation Agency", None, None),
    ("ILO", "un_entity", "International Labour Organization", None, None),
)


class Activity:
    """Puts rows of an activity into tables: `a.dates(…)`, `a.place(…)`, each at its own contract."""

    def __init__(self, db: duckdb.DuckDBPyConnection, number: int, id_: str | None, **columns: Any) -> None:
        self.db, self.number, self.id = db, number, id_
        self.add("activities", reporting_org=f"ORG-{number}", locator=f"activity {number}", **columns)

    def add(self, table: str, **columns: Any) -> Activity:
        row = {
            "dataset": "set",
            "snapshot": "abc",
            "activity": self.number,
            "activity_id": self.id,
            **columns,
        }
        places = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()])
        return self

    def dates(self, **days: str) -> Activity:
        types = {"planned_start": "1", "start": "2", "planned_end": "3", "end": "4"}
        for name, day in days.items():
            self.add("activity_dates", type=types[name], date=day)
        return self

    def party(self, party: str, state: str | None, role: str = "funding") -> Activity:
        return self.add("activity_parties", party=party, state=state, role=role)

    def country(self, code: str, kind: str = "country", of: str = "activity") -> Activity:
        extra = {"transaction": 1} if of == "transaction" else {}
        return self.add(f"{of}_places", kind=kind, code=code, **extra)

    def sector(self, code: str, vocabulary: str = "1", of: str = "activity") -> Activity:
        extra = {"transaction": 1} if of == "transaction" else {}
        return self.add(f"{of}_sectors", vocabulary=vocabulary, code=code, **extra)


def _fill(db: duckdb.DuckDBPyConnection) -> None:
    def activity(number: int, title: str | None, status: str | None = "2") -> Activity:
        made = Activity(db, number, f"A-{number}", title=title, status=status)
        return made if title is None else made.add("narratives", kind="title", language="en", text=title)

    one = activity(1, "Social protection in Laos").dates(start="2019-03-01", end="2021-06-30")
    one.party("KOR-KOICA", "KOR").party("ILO", "ILO", "implementing")
    one.country("la").country("VN").sector("16010").sector("160", "2").country("XK", of="transaction")
    two = activity(2, "Protection of social rights", "3").dates(start="2015-01-01", planned_end="2017-12-31")
    two.party("KOR", "KOR").party("ILO", None, "accountable").country("PE").sector("11330")
    three = activity(3, "Roads", "4").dates(planned_start="2020-01-01", start="2023-01-01")
    three.party("PER", "PER").country("LA", "region").country(" La ", of="transaction")
    three.sector("21020").sector("16020", of="transaction").sector("16010", "99")
    activity(4, "Social works, undated", "5").party("KOR", "KOR", "provider").add(
        "transactions", transaction=1, type="3", date="2018-05-05"
    )
    activity(5, None, "9").dates(planned_end="2019-12-31")


def _empty(db: duckdb.DuckDBPyConnection) -> None:
    for contract in contracts().values():
        columns = ", ".join(f"{c.name} {SQL_TYPES[c.kind]}" for c in contract.columns)
        db.execute(f"CREATE TABLE {contract.name} ({columns})")
    db.execute("CREATE SCHEMA listing")
    db.execute(
        "CREATE TABLE listing.copies (dataset TEXT, snapshot TEXT, activity INT, counts BOOLEAN, copies INT)"
    )
    for id_, kind, name, iso2, iso3 in PARTIES:
        db.execute(
            "INSERT INTO parties (id, kind, name_en, iso2, iso3) VALUES (?, ?, ?, ?, ?)",
            [id_, kind, name, iso2, iso3],
        )
    db.execute("INSERT INTO aliases (alias, party, judgement) VALUES ('Laos', 'LAO', 'same')")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("activities") / "1-a.duckdb"
    with duckdb.connect(str(path)) as db:
        _empty(db)
        _fill(db)
    search.build(path, search.beside(path))
    return path


@pytest.fixture(scope="module")
def tables(database: Path) -> Iterator[Tables]:
    with closing(Tables(database)) as opened:
        yield opened


@pytest.fixture
def ask(tables: Tables, database: Path) -> Any:
    def asked(**what: Any) -> Found:
        return answer(tables, database, Asked(**what))

    return asked


def ids(found: Found) -> str:
    """The numbers of the activities in their order."""
    rows: list[str] = found.rows["activity_id"].to_pylist()
    return "".join(id_.removeprefix("A-") for id_ in rows)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "31245"),
        ({"partner": "KOR"}, "124"),
        ({"partner": "Republic of Korea"}, "124"),
        ({"partner": "KOR-KOICA"}, "1"),
        ({"partner": "Peru"}, "3"),
        ({"organisation": "ILO"}, "12"),
        ({"partner": "KOR", "organisation": "ILO"}, "12"),
        ({"partner": "PER", "organisation": "ILO"}, ""),
        ({"country": "LA"}, "31"),
        ({"country": "lao"}, "31"),
        ({"country": "Laos"}, "31"),
        ({"country": "Perú "}, "2"),
        ({"country": "PE"}, "2"),
        ({"country": "xk"}, "1"),
        ({"sector": "160"}, "31"),
        ({"sector": "16010"}, "1"),
        ({"sector": "1"}, "312"),
        ({"sector": "99"}, ""),
        ({"status": "2"}, "1"),
        ({"status": " Closed "}, "3"),
        ({"years": (2018, 2018)}, "4"),
        ({"years": (2019, 2019)}, "15"),
        ({"years": (2020, 2020)}, "1"),
        ({"years": (2016, 2019)}, "1245"),
        ({"years": (2022, 2022)}, ""),
        ({"years": (2023, 2023)}, "3"),
        ({"years": (2024, 2030)}, ""),
        ({"text": "social protection"}, "12"),
        ({"text": "social -rights"}, "14"),
        ({"text": "a-3"}, "3"),
        ({"text": "nothing"}, ""),
        ({"text": "social", "partner": "KOR", "years": (2018, 2022), "country": "LA", "sector": "160"}, "1"),
        ({"text": "social", "status": "5"}, "4"),
        (
            {"partner": "KOR", "country": "PE", "status": "3", "years": (2015, 2015), "organisation": "ILO"},
            "2",
        ),
    ],
)
def test_what_is_asked_narrows(ask: Any, asked: dict[str, Any], expected: str) -> None:
    found = ask(**asked)
    shown = ids(found)
    assert (shown if "text" not in asked else "".join(sorted(shown))) == expected
    assert found.total == len(expected)
    for limit in (1, 2):
        cut = ask(**asked, limit=limit)
        assert (ids(cut), cut.total) == (shown[:limit], len(expected)), "a cut answer is the beginning"


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "social", "partner": "KOR"},
        {"text": "social OR roads", "country": "LA", "status": "4"},
        {"text": "social", "years": (2018, 2022)},
        {"text": "roads", "partner": "ILO"},
    ],
)
def test_a_very_common_word_is_answered_another_way_and_alike(
    ask: Any, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in (0, 1):
        before = ask(**asked, limit=limit)
        with monkeypatch.context() as patch:
            patch.setattr(search, "RANKED", 0)
            after = ask(**asked, limit=limit)
        assert (after.rows.to_pylist(), after.total) == (before.rows.to_pylist(), before.total)


def test_a_row_says_what_it_is_and_where_it_is_from(ask: Any) -> None:
    (row,) = ask(text="laos").rows.to_pylist()
    assert row == {
        "activity_id": "A-1", "title": "Social protection in Laos", "reporting_org": "ORG-1",
        "reporting_org_name": None, "status": "2 implementation", "start": date(2019, 3, 1),
        "end": date(2021, 6, 30), "countries": "LA VN XK", "copies": None, "dataset": "set",
        "locator": "activity 1",
    }  # fmt: skip


def test_dates_are_the_actual_ones_where_there_are(ask: Any) -> None:
    rows = {row["activity_id"]: (row["start"], row["end"]) for row in ask().rows.to_pylist()}
    assert rows["A-2"] == (date(2015, 1, 1), date(2017, 12, 31))
    assert rows["A-3"] == (date(2023, 1, 1), None)
    assert rows["A-4"] == (None, None)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Any]:
    """A database of activities of one's own, and what is found in it."""
    path = tmp_path / "1-a.duckdb"
    db = duckdb.connect(str(path))
    _empty(db)

    def asked(**what: Any) -> str:
        db.close()
        if not search.beside(path).exists():
            search.build(path, search.beside(path))
        with closing(Tables(path)) as tables:
            return ids(answer(tables, path, Asked(**what)))

    yield db, asked
    db.close()


def test_without_an_end_an_activity_runs_to_its_last_transaction(made: Any) -> None:
    db, asked = made
    Activity(db, 1, "A-1", status="2").dates(start="2015-01-01").add("transactions", date="2018-06-01")
    Activity(db, 2, "A-2", status="4").dates(start="2015-01-01")
    Activity(db, 3, "A-3", status="5").dates(planned_start="2016-01-01").add(
        "transactions", date="2014-01-01"
    )
    Activity(db, 4, "A-4").add("transactions", date="2016-06-01").add("transactions", date="2018-06-01")
    found = {year: sorted(asked(years=(year, year))) for year in (2014, 2015, 2016, 2018, 2019, 2050)}
    assert found == {
        2014: [], 2015: ["1", "2"], 2016: ["1", "3", "4"], 2018: ["1", "4"], 2019: [], 2050: [],
    }  # fmt: skip


def test_an_end_before_the_start_says_nothing_and_transactions_do(made: Any) -> None:
    db, asked = made
    Activity(db, 1, "A-1").dates(start="2050-12-31", end="2020-12-31").add("transactions", date="2019-01-01")
    Activity(db, 2, "A-2").dates(start="2050-12-31", end="2020-12-31")
    found = {years: asked(years=years) for years in ((2019, 2019), (2020, 2020), (2050, 2050), (2010, 2060))}
    assert found == {(2019, 2019): "1", (2020, 2020): "", (2050, 2050): "", (2010, 2060): "1"}


@pytest.mark.parametrize("limit", [0, 3])
@pytest.mark.parametrize("text", [None, "water"])
def test_what_starts_after_the_newest_file_does_not_come_first(
    made: Any, limit: int, text: str | None
) -> None:
    db, asked = made
    db.execute("INSERT INTO snapshots (sha256, taken_at) VALUES ('abc', '2024-05-01T10:00:00Z')")
    for number, start in enumerate(("2020-01-01", "2050-12-31", "2024-04-30", "2025-01-01", None), 1):
        activity = Activity(db, number, f"A-{number}", title="Water")
        if start:
            activity.dates(start=start)
    assert asked(limit=limit, text=text) == "31425"[: limit or None]


def test_R24_copies_are_one_activity_whatever_is_asked(made: Any) -> None:
    db, asked = made
    for number, counts in ((1, False), (2, True), (3, None)):
        Activity(db, number, f"A-{number}", title="Water").dates(start="2020-01-01").party("KOR", "KOR")
        if counts is not None:
            db.execute("INSERT INTO listing.copies VALUES ('set', 'abc', ?, ?, 2)", [number, counts])
    for what in (
        {},
        {"text": "water"},
        {"partner": "KOR"},
        {"years": (2020, 2020)},
        {"text": "water", "limit": 9},
    ):
        assert asked(**what) == "23"


def test_a_status_nobody_knows_stays_as_it_is(ask: Any) -> None:
    assert {row["status"] for row in ask().rows.to_pylist()} >= {"4 closed", "9"}


def test_activities_alike_stand_in_one_order(tmp_path: Path) -> None:
    path = tmp_path / "1-a.duckdb"
    with duckdb.connect(str(path)) as db:
        _empty(db)
        for number in (7, 3, 9, 1, 5):
            made = Activity(db, number, None if number == 9 else "SAME", title="Water", status="2").dates(
                start="2020-01-01"
            )
            made.add("narratives", kind="title", text="Water")
    with closing(Tables(path)) as tables:
        for asked, expected in (
            (Asked(), "13579"),
            (Asked(years=(2020, 2020), status="2"), "13579"),
            (Asked(text="water"), "91357"),  # a word counts more in the shorter one
            (Asked(text="water", limit=3), "913"),
            (Asked(text="water", years=(2020, 2020)), "91357"),
        ):
            rows = answer(tables, path, asked).rows
            assert "".join(place[-1] for place in rows["locator"].to_pylist()) == expected


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"partner": "Kora"}, "no partner called “Kora”; nearest: Republic of Korea (KOR)"),
        ({"partner": ""}, "no partner called “”"),
        ({"organisation": "KOR"}, "no organisation called “KOR”"),
        ({"country": "Peruu"}, "no country called “Peruu”; nearest: Peru (PER)"),
        ({"country": "ILO"}, "International Labour Organization is not a country"),
        ({"country": "QQ"}, "no country called “QQ”"),
        ({"country": "' OR 1=1 --"}, "no country called"),
        ({"sector": "health"}, "“health” is not a DAC sector"),
        ({"sector": ""}, "“” is not a DAC sector"),
        ({"sector": "1' OR '1"}, "is not a DAC sector"),
        ({"status": "7"}, "“7” is not a status; there are 1 pipeline, 2 implementation"),
        ({"years": (2022, 2018)}, "run backwards"),
        ({"limit": -1}, "-1 is no number of rows"),
        ({"text": " "}, "no text to look for"),
        ({"text": "-a"}, "only says what to leave out"),
    ],
)
def test_what_makes_no_sense_is_one_clear_line(ask: Any, asked: dict[str, Any], line: str) -> None:
    with pytest.raises(ComityError) as told:
        ask(**asked)
    assert isinstance(told.value, BadRequest | PartyNotKnown)
    assert line in str(told.value)


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_the_index_is_built_when_it_cannot_be_used(database: Path, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "1-a.duckdb"
    copy.write_bytes(database.read_bytes())
    if what == "damaged":
        search.beside(copy).write_bytes(b"no index")
    said: list[str] = []
    with closing(Tables(copy)) as tables:
        for _ in range(2):
            assert answer(tables, copy, Asked(text="roads"), said.append).total == 1
    assert said == ["indexing the texts of 5 activities, once for what is loaded now"]


# The command, on a store


def _xml(numbers: range) -> str:
    def one(number: int) -> str:
        title = escape(
            f"Social protection, part {number} [bold]& more[/bold] " + "with a long title " * (number % 3)
        )
        return (
            f"<iati-activity><iati-identifier>XM-EXAMPLE-{number}</iati-identifier>"
            "<reporting-org ref='XM-DAC-41302'><narrative>Example</narrative></reporting-org>"
            f"<title><narrative>{title}</narrative><narrative xml:lang='ko'>사회보호 사업</narrative></title>"
            f"<description><narrative>Water\x85 and \u202esanitation</narrative></description>"
            "<participating-org ref='KR-GOV-051' role='1'/><activity-status code='2'/>"
            f"<activity-date type='2' iso-date='20{number % 20:02}-01-01'/>"
            + "".join(f"<recipient-country code='{c}'/>" for c in ("LA", "VN", "PE", "KH")[: number % 5])
            + "</iati-activity>"
        )

    return f"<iati-activities version='2.03'>{''.join(map(one, numbers))}</iati-activities>"


@pytest.fixture(scope="module")
def loaded(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    file = tmp_path_factory.mktemp("in") / "example.xml"
    file.write_text(_xml(range(1, 61)))
    module_store.load(file)
    return module_store


def test_no_iati_is_one_line_that_says_what_to_do(starter_store: Comity) -> None:
    ended = comity("activities", "--text", "water", store=starter_store)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "comity: no IATI activities are loaded; load files or folders of them with: comity load PATH\n"
    )


def test_a_cut_answer_is_said_whatever_the_format(loaded: Comity) -> None:
    said = "50 of 60 activities; --limit 0 shows all"
    for format in ("table", "csv", "json"):
        ended = comity("activities", "--format", format, store=loaded)
        assert (ended.returncode, ended.stderr.strip()) == (0, said)
        whole = comity("activities", "--limit", "0", "--format", format, store=loaded)
        assert whole.stderr.strip() == ("60 activities" if format == "table" else "")
        assert len(whole.stdout) > len(ended.stdout)


def test_json_and_csv_have_the_same_rows(loaded: Comity) -> None:
    asked = ("activities", "--text", '"part 7" OR "part 8"', "--partner", "KOR", "--country", "Laos")
    rows = json.loads(comity(*asked, "--format", "json", store=loaded).stdout)
    lines = list(csv.DictReader(io.StringIO(comity(*asked, "--format", "csv", store=loaded).stdout)))
    assert lines == [{name: value or "" for name, value in row.items()} for row in rows]
    assert sorted(row["activity_id"] for row in rows) == ["XM-EXAMPLE-7", "XM-EXAMPLE-8"]
    assert list(rows[0]) == [
        "activity_id", "title", "reporting_org", "reporting_org_name", "status", "start", "end", "countries",
        "copies", "dataset", "locator",
    ]  # fmt: skip
    assert {row["start"] for row in rows} == {"2007-01-01", "2008-01-01"}


def test_any_language_of_a_title_is_found(loaded: Comity) -> None:
    ended = comity("activities", "--text", "보호 -part", "--format", "csv", store=loaded)
    assert len(ended.stdout.splitlines()) == 1
    ended = comity("activities", "--text", "보호", "--limit", "1", "--format", "csv", store=loaded)
    assert ended.stderr == "1 of 60 activities; --limit 0 shows all\n"


def test_a_pipe_gets_one_line_an_activity_as_it_was_published(loaded: Comity) -> None:
    ended = comity("activities", "--limit", "3", store=loaded)
    lines = [line for line in ended.stdout.splitlines() if "XM-EXAMPLE" in line]
    assert len(lines) == 3
    assert all("[bold]& more[/bold]" in line for line in lines)


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_titles_fold_and_nothing_is_cut_off(
    loaded: Comity, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    shown = comity("activities", "--limit", "6", store=loaded).stdout
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown.replace("– …", "")
    for row in json.loads(comity("activities", "--limit", "6", "--format", "json", store=loaded).stdout):
        for word in (*row["title"].split(), row["activity_id"], *row["countries"].split(), row["start"]):
            assert word in shown


def test_of_many_countries_a_terminal_shows_the_first() -> None:
    from comity.cli.activities import _first

    assert _first("AA BB") == "AA BB"
    assert _first(" ".join(f"A{n}" for n in range(10, 30))).endswith("A17 and 12 more")


def test_what_would_steer_a_terminal_is_left_out() -> None:
    from comity.cli.activities import _clean

    assert _clean("a\x1b[31m b\n\u202ec\x07") == "a [31m b c"


def test_R24_a_copy_is_no_second_activity(store: Comity, tmp_path: Path) -> None:
    for name, numbers in (("old", range(1, 4)), ("new", range(2, 4))):
        (tmp_path / f"{name}.xml").write_text(_xml(numbers).replace("part 2", f"part 2, {name}"))
    store.load(tmp_path)
    ended = comity("activities", "--format", "json", store=store)
    found = {row["activity_id"]: (row["copies"], row["dataset"]) for row in json.loads(ended.stdout)}
    assert found == {
        "XM-EXAMPLE-1": (None, "old"), "XM-EXAMPLE-2": (2, "old"), "XM-EXAMPLE-3": (2, "old"),
    }  # fmt: skip
    table = comity("activities", store=store)
    assert table.stderr == "3 activities\n"
    assert "copies" in table.stdout
    ended = comity("activities", "--text", "social", store=store)
    assert ended.stderr.endswith("texts of 3 activities, once for what is loaded now\n3 activities\n")
    lines = csv.DictReader(io.StringIO(comity("activities", "--format", "csv", store=store).stdout))
    assert [line["copies"] for line in lines] == ["2", "2", ""]


def test_without_copies_a_table_has_no_column_for_them(loaded: Comity) -> None:
    assert "copies" not in comity("activities", "--limit", "3", store=loaded).stdout


def test_python_asks_the_same(loaded: Comity) -> None:
    found = find(loaded.store, Asked(text="social", partner="KOR-KOICA", organisation="ILO", limit=7))
    assert (found.rows.num_rows, found.total) == (7, 60)
