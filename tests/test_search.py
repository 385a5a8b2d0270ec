"""Full-text search: what a person types finds what publishers wrote, and nothing that is typed breaks it."""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.errors import BadRequest, NotWritable, TablesUnreadable
from comity.store import search
from comity.tables import SQL_TYPES, contracts

Texts = Mapping[str, Iterable[str]]


def database(path: Path, activities: Mapping[str, Texts], starts: Mapping[str, str] | None = None) -> Path:
    """A derived database with activities by identifier, each with its titles and descriptions."""
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE SCHEMA listing")
        db.execute(
            "CREATE TABLE listing.copies "
            "(dataset TEXT, snapshot TEXT, activity INT, counts BOOLEAN, copies INT)"
        )
        for name in ("activities", "narratives", "activity_dates", "snapshots"):
            columns = ", ".join(f"{c.name} {SQL_TYPES[c.kind]}" for c in contracts()[name].columns)
            db.execute(f"CREATE TABLE {name} ({columns})")
        for number, (id_, texts) in enumerate(activities.items(), 1):
            where = ("set", "abc", number, id_)
            into = "(dataset, snapshot, activity, activity_id"
            first = next(iter(texts.get("title", ())), None)
            db.execute(f"INSERT INTO activities {into}, title) VALUES (?, ?, ?, ?, ?)", [*where, first])
            for kind, text in ((kind, text) for kind, listed in texts.items() for text in listed):
                db.execute(
                    f"INSERT INTO narratives {into}, kind, text) VALUES (?, ?, ?, ?, ?, ?)",
                    [*where, kind, text],
                )
            if starts and id_ in starts:
                db.execute(
                    f"INSERT INTO activity_dates {into}, type, date) VALUES (?, ?, ?, ?, '2', ?)",
                    [*where, starts[id_]],
                )
    return path


def index(folder: Path, activities: Mapping[str, Texts], starts: Mapping[str, str] | None = None) -> Path:
    made = database(folder / "1-a.duckdb", activities, starts)
    search.build(made, search.beside(made))
    return search.beside(made)


ACTIVITIES: dict[str, Texts] = {
    "XM-DAC-41302-1": {
        "title": ["Social protection floors", "Socles de protection sociale"],
        "description": ["Helps workers. Covers the protection of social rights."],
    },
    "XM-DAC-41302-2": {"title": ["Côte d’Ivoire: l’emploi des jeunes"], "description": ["Économie verte"]},
    "XM-DAC-41302-3": {"title": ["C&#244;te d&#8217;Ivoire, roads"], "description": ["COVID-19 response"]},
    "KR-GOV-051-4": {"title": ["한국의 사회보호제도를 강화하는 사업"], "description": ["社会保障制度的改革"]},
    "KR-GOV-051-5": {"title": ["การคุ้มครองทางสังคม"], "description": ["ການປົກປ້ອງທາງສັງຄົມ", "Ｗater"]},
    "NL-6": {"title": [], "description": ["Water and sanitation; not social"]},
}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index(tmp_path_factory.mktemp("search"), ACTIVITIES)


def numbers(index: Path, text: str) -> set[int]:
    found = search.find(index, text)
    assert {(dataset, snapshot) for dataset, snapshot, *_ in found} <= {("set", "abc")}
    assert search.count(index, text) == len(found) == len({hit[2] for hit in found})
    return {hit[2] for hit in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("social protection", {1}),
        ("PROTECTION Social", {1}),
        ("protection rights floors", {1}),
        ("cote", {2, 3}),
        ("CÔTE d'ivoire", {2, 3}),
        ("Co\u0302te", {2, 3}),
        ("economie", {2}),
        ("emploi", {2}),
        ('"social protection"', {1}),
        ('"protection social"', set()),
        ("“protection of social”", {1}),
        ("soci*", {1, 6}),
        ('"social prot"*', {1}),
        ("soci", set()),
        ("social -protection", {6}),
        ('social -"protection floors"', {6}),
        ("sanitation OR ivoire", {2, 3, 6}),
        ("ivoire covid OR jeunes", {2, 3}),
        ("OR roads OR", {3}),
        ("roads OR -covid", set()),
        ("covid-19", {3}),
        ("19-covid", set()),
        ("water", {5, 6}),
        ("XM-DAC-41302-3", {3}),
        ("kr-gov-051", {4, 5}),
        ("social AND protection", {1}),
        ("social NOT protection", {6}),
        ("ivoire OR NOT roads", {2}),
        ("social\x00 (water)", {6}),
        ("not", {6}),
        ("사회", {4}),
        ("보호", {4}),
        ("사회보호", {4}),
        ("회사", set()),
        ("사회 제도", {4}),
        ("\u1109\u1161\u1112\u116c", {4}),
        ("保障", {4}),
        ("保 障", {4}),
        ("障保", set()),
        ("สังคม", {5}),
        ("ສັງຄົມ", {5}),
        ("한국의 -보호", set()),
    ],
)
def test_what_is_typed_finds(searched: Path, text: str, expected: set[int]) -> None:
    assert numbers(searched, text) == expected


def test_no_phrase_reaches_from_one_text_into_the_next(tmp_path: Path) -> None:
    made = index(tmp_path, {"1": {"title": ["social", "protection"], "description": ["of workers"]}})
    assert numbers(made, "social protection workers") == {1}
    for text in ('"social protection"', '"protection social"', '"protection of"'):
        assert numbers(made, text) == set()
    assert numbers(made, '"of workers"') == {1}


def test_a_title_that_is_in_no_narrative_is_found_by_it(tmp_path: Path) -> None:
    made = database(tmp_path / "1-a.duckdb", {"1": {"title": ["Bridges"]}, "2": {"description": ["Roads"]}})
    with duckdb.connect(str(made)) as db:
        db.execute("DELETE FROM narratives WHERE kind = 'title'")
    search.build(made, search.beside(made))
    assert numbers(search.beside(made), "bridges") == {1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "no text to look for"),
        (" \n", "no text to look for"),
        ("*", "“*” holds no word to look for"),
        ('"" - ()', "holds no word to look for"),
        ("OR", "“OR” holds no word to look for"),
        ("-water", "“-water” only says what to leave out"),
        ("word " * 65, "more than 64 words"),
        ("사" * 65, "more than 64 words"),
    ],
)
def test_nothing_to_look_for_is_one_clear_line(searched: Path, text: str, line: str) -> None:
    for ask in (search.find, search.count):
        with pytest.raises(BadRequest) as told:
            ask(searched, text)
        assert line in str(told.value)


HOSTILE = (
    '"', "'", "*", "-", "--", "(", ")", "((((", "{title}", ":", "title:", "^", "+", ",", ".", "\\", "%", "_",
    ";", "OR", "AND", "NOT", "NEAR", "NEAR(social protection, 2)", "rowid", "texts MATCH", '"""', '"a', 'a"',
    "a*b", "-*", "* *", "- social", "\x00", "\ue000", "\ud800", "\u200b", "\u0301", "🙂", "’", "사회",
    "x" * 5000,
)  # fmt: skip
_any = st.text(st.characters(exclude_categories=()), max_size=40)
_typed = st.lists(st.one_of(st.sampled_from(HOSTILE), _any), max_size=12)


@settings(max_examples=400, deadline=None)
@given(parts=_typed, between=st.sampled_from(("", " ")))
def test_any_text_gives_an_answer_or_one_clear_line(searched: Path, parts: list[str], between: str) -> None:
    text = between.join(parts)
    try:
        found = search.find(searched, text, 10)
    except BadRequest:
        return
    assert len(found) <= 10


WORDS = ("alpha", "beta", "gamma", "delta")
SUBSETS = [set(some) for size in range(5) for some in itertools.combinations(WORDS, size)]


@pytest.fixture(scope="module")
def subsets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each subset of four words an activity that holds just these."""
    texts: dict[str, Texts] = {str(n): {"title": [" ".join(some)]} for n, some in enumerate(SUBSETS)}
    return index(tmp_path_factory.mktemp("subsets"), texts)


_word = st.sampled_from(WORDS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.lists(_word, min_size=1, max_size=3), min_size=1, max_size=3), out=st.sets(_word))
def test_words_or_and_minus_are_logic(subsets: Path, groups: list[list[str]], out: set[str]) -> None:
    text = " ".join([*(f"-{word}" for word in out), *(" OR ".join(group) for group in groups)])
    expected = {
        number
        for number, some in enumerate(SUBSETS, 1)
        if all(some & set(group) for group in groups) and not some & out
    }
    assert numbers(subsets, text) == expected


# Order


def test_the_best_come_first_and_among_equals_the_newest(tmp_path: Path) -> None:
    texts: dict[str, Texts] = {
        "passing": {
            "title": ["Roads"],
            "description": ["Roads and bridges, and " + "more of it " * 30 + "water"],
        },
        "undated": {"title": ["Water"]},
        "old": {"title": ["Water"]},
        "new": {"title": ["Water"]},
    }
    made = index(tmp_path, texts, {"old": "2001-01-01", "new": "2020-01-01", "passing": "2024-01-01"})
    found = search.find(made, "water")
    assert [hit[2] for hit in found] == [4, 3, 2, 1]
    ranks = [hit[3] for hit in found]
    assert ranks == sorted(ranks)
    assert ranks[0] == ranks[2] < ranks[3]
    assert search.find(made, "water", 2) == found[:2]


def test_of_very_many_hits_the_newest_are_ranked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: dict[str, Texts] = {str(n): {"title": [f"Water {'and more ' * (10 - n)}"]} for n in range(10)}
    made = index(tmp_path, texts, {str(n): f"20{20 - n}-01-01" for n in range(10)})
    assert [hit[2] for hit in search.find(made, "water", 3)] == [10, 9, 8]
    monkeypatch.setattr(search, "RANKED", 4)
    assert [hit[2] for hit in search.find(made, "water", 3)] == [4, 3, 2]
    assert [hit[2] for hit in search.find(made, "water", 6)] == [6, 5, 4, 3, 2, 1]
    assert [hit[2] for hit in search.find(made, "water")] == list(range(10, 0, -1))
    assert search.count(made, "water") == 10


def test_only_some_activities_may_count(searched: Path) -> None:
    some = [("set", "abc", 1), ("set", "abc", 2), ("set", "abc", 99), ("other", "abc", 6), ("set", "abc", 1)]
    assert [hit[2] for hit in search.find(searched, "social", among=some)] == [1]
    assert search.find(searched, "social", among=[]) == []
    every = search.find(searched, "social")
    assert search.find(searched, "social", among=[hit[:3] for hit in every]) == every


def test_the_same_database_gives_the_same_bytes(tmp_path: Path) -> None:
    made = database(tmp_path / "1-a.duckdb", ACTIVITIES)
    for name in ("a", "b"):
        search.build(made, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# The file


def test_an_index_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = database(tmp_path / "1-a.duckdb", ACTIVITIES)
    target = search.beside(made)
    documents = search._documents

    def broken(rows: Iterable[tuple[object, ...]]) -> Iterable[tuple[object, str, str, str]]:
        yield next(iter(documents(rows)))
        raise sqlite3.OperationalError("database or disk is full")

    for before in (False, True):
        if before:
            search.build(made, target)
        held = target.read_bytes() if before else b""
        with monkeypatch.context() as patch:
            patch.setattr(search, "_documents", broken)
            with pytest.raises(NotWritable, match="disk is full; nothing was changed"):
                search.build(made, target)
        assert (target.read_bytes() if before else b"") == held
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "1-a.duckdb", *(["1-a.search"] if before else []),
        ]  # fmt: skip


FULL = """
import resource, sys
from pathlib import Path
from comity.errors import NotWritable
from comity.store import search
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    search.build(Path(sys.argv[1]), Path(sys.argv[2]))
except NotWritable as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_is_one_clear_line(tmp_path: Path) -> None:
    made = database(tmp_path / "1-a.duckdb", {"1": {"title": [" ".join(f"word{n}" for n in range(20_000))]}})
    command = [sys.executable, "-c", FULL, str(made), str(search.beside(made))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    assert ended.stdout.startswith(f"cannot write to {search.beside(made)}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["1-a.duckdb"]


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    made = database(tmp_path / "1-a.duckdb", ACTIVITIES)
    with pytest.raises(NotWritable, match=r"cannot write to /proc/x/1-a\.search"):
        search.build(made, Path("/proc/x/1-a.search"))


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    bad = tmp_path / "1-a.duckdb"
    bad.write_bytes(b"no database")
    with pytest.raises(TablesUnreadable, match=r"1-a\.duckdb"):
        search.build(bad, search.beside(bad))
    assert [path.name for path in tmp_path.iterdir()] == ["1-a.duckdb"]


@pytest.mark.parametrize("what", ["missing", "empty", "cut", "other", "garbage"])
def test_an_index_that_cannot_be_used_is_said(tmp_path: Path, what: str) -> None:
    made = index(tmp_path, ACTIVITIES)
    whole = made.read_bytes()
    if what == "other":
        with sqlite3.connect(made) as db:
            db.execute(f"PRAGMA user_version = {search.FORMAT + 1}")
        db.close()
    else:
        made.unlink()
        kept = {"empty": b"", "cut": whole[: len(whole) // 2], "garbage": b"no index" * 1000}
        if what in kept:
            made.write_bytes(kept[what])
    with pytest.raises(TablesUnreadable):
        search.find(made, "social")


def test_it_is_built_while_the_database_is_open(tmp_path: Path) -> None:
    made = database(tmp_path / "1-a.duckdb", ACTIVITIES)
    with duckdb.connect(str(made), read_only=True, config={"enable_external_access": "false"}) as db:
        search.build(made, search.beside(made))
        assert db.execute("SELECT count(*) FROM activities").fetchone() == (len(ACTIVITIES),)
    assert numbers(search.beside(made), "water") == {5, 6}
