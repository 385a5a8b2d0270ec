"""Full-text search over what activities are called and described as: an index beside the derived
database, made from it at the first search and again whenever it is missing, of another format or damaged.

It holds no texts (`content=''`), only which words stand where, and of an activity that is published more
than once the copy that counts (R24). Activities are numbered in the order of `NEWEST`, so that the first
hits are the newest: where a word is too common for all its hits to be ranked, these are.

What a person types: words that must all occur, in any order and in any of the activity's languages; "in
quotes" a phrase; `soc*` the beginning of a word; `a OR b`; `-word` leaves out. Case, accents and any other
signs do not matter. Scripts that write words without spaces, or run particles and compounds together
(Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese), are indexed sign by sign and asked for as
sequences, so that 보호 finds 사회보호를: in them a word is found wherever it stands. A phrase never reaches
from one text into the next.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import BadRequest, NotWritable, TablesUnreadable
from comity.store import files
from comity.tables import quoted

if TYPE_CHECKING:
    import duckdb

Key = tuple[str, str, int]
"""Dataset, snapshot and number of an activity."""

Hit = tuple[str, str, int, float]
"""The same and its rank: the lower, the better."""

FORMAT = 2
RANKED = 50_000
"""With a limit, so many of the newest hits are ranked by their words. At 1,000,000 activities this takes
0.1 s; to rank all 320,000 hits of a word that stands in 30 % of them would take 0.4–0.8 s."""

NEWEST = """
    start > (SELECT coalesce(max(taken_at)::TIMESTAMP::DATE, DATE '9999-12-31') FROM snapshots) NULLS LAST,
    abs(start - (SELECT coalesce(max(taken_at)::TIMESTAMP::DATE, DATE '9999-12-31') FROM snapshots))
"""
"""The order of activities by `start`: the newest on the day of the newest file, then those that start later,
of which the farthest is the least likely, then undated ones."""

MOST_WORDS = 64
_MEMORY = "192MB"  # DuckDB's, and as much as SQLite's buffers below: neither grows with the store
_HASH_BYTES = 32 * 1024 * 1024
_CACHE_KB = 16_000
_PAGE = 4096
_BATCH = 5_000
_WEIGHTS = "5.0, 1.0, 5.0"  # title, description, activity_id

_APART = " \ue000 "  # between texts: a word that nobody asks for, so that no phrase spans two texts
_RUN_ON = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"  # kana, Han
)
_SIGN = re.compile(f"[{_RUN_ON}]")
_OPERAND = re.compile(r'([-−]*)(?:"([^"]*)"?|([^\s"]+))(\*?)')
_OPERATORS = ("AND", "OR", "NOT")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))

_NARRATED = """
    SELECT p.rowid + 1 AS id, kind, text FROM (
        SELECT dataset, snapshot, activity, kind, text FROM narratives
        UNION ALL SELECT dataset, snapshot, activity, 'activity_id', activity_id FROM activities
        UNION ALL SELECT dataset, snapshot, activity, 'title', title FROM activities AS a
            WHERE title IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM narratives AS n WHERE n.kind = 'title' AND n.dataset = a.dataset
                AND n.snapshot = a.snapshot AND n.activity = a.activity)
    ) JOIN slots USING (dataset, snapshot) JOIN places AS p USING (slot, activity)
    ORDER BY id, kind, text
"""
_PREPARED = (
    """
    CREATE TEMP TABLE slots AS
    SELECT (row_number() OVER (ORDER BY dataset, snapshot))::INTEGER AS slot, dataset, snapshot
    FROM (SELECT DISTINCT dataset, snapshot FROM activities)
    """,
    """
    CREATE TEMP TABLE starts AS
    SELECT slot, activity,
        coalesce(max(date) FILTER (type = '2'), max(date) FILTER (type = '1')) AS start
    FROM activity_dates JOIN slots USING (dataset, snapshot) GROUP BY slot, activity
    """,
    f"""
    CREATE TEMP TABLE places AS
    SELECT slot, activity
    FROM activities AS a ANTI JOIN (FROM listing.copies WHERE NOT counts) AS c
        ON (a.dataset, a.snapshot, a.activity) = (c.dataset, c.snapshot, c.activity)
    JOIN slots USING (dataset, snapshot) LEFT JOIN starts USING (slot, activity)
    ORDER BY {NEWEST}, slot, activity
    """,
)
_SHAPE = (
    "CREATE VIRTUAL TABLE texts USING fts5(title, description, activity_id, content='', "
    "tokenize='unicode61 remove_diacritics 2')",
    "CREATE TABLE slots (slot INTEGER PRIMARY KEY, dataset TEXT NOT NULL, snapshot TEXT NOT NULL)",
    "CREATE TABLE places (id INTEGER PRIMARY KEY, slot INTEGER NOT NULL, activity INTEGER NOT NULL)",
)
_RANKED = f"""
    SELECT slot, activity, rank FROM (
        SELECT id, rank FROM (
            SELECT rowid AS id, bm25(texts, {_WEIGHTS}) AS rank FROM texts WHERE texts MATCH ? %s
            ORDER BY rowid LIMIT ?
        ) ORDER BY rank, id LIMIT ?
    ) JOIN places USING (id) ORDER BY rank, id
"""


def beside(database: Path) -> Path:
    """Where the index of a derived database is."""
    return database.with_suffix(".search")


# Asking


def _prepared(text: str) -> str:
    """Text in the form in which it is indexed and asked for: composed, run-on scripts sign by sign. Some
    publishers write “&#244;” for “ô”."""
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text
    return _SIGN.sub(r" \g<0> ", unicodedata.normalize("NFKC", text).replace(_APART.strip(), " "))


def _operand(text: str, *, prefix: bool) -> str:
    """One thing to look for as FTS5 has it; "" when it holds no letter and no digit."""
    bare = _prepared("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text))
    if not any(unicodedata.category(c)[0] in "LN" for c in bare):
        return ""
    return f'"{" ".join(bare.split())}"' + ("*" if prefix else "")


def _matching(text: str) -> str:
    """The query in FTS5's language; nothing that was typed is taken for one of its operators.

    Raises `BadRequest` when there is nothing to look for, or too much.
    """
    wanted: list[list[str]] = []
    excluded: list[str] = []
    before = ""  # the operator that stands before
    for minus, phrase, word, star in _OPERAND.findall(text.translate(_QUOTES)):
        if word in _OPERATORS and not minus:
            before = word
            continue
        plain = word.rstrip("*")
        found = _operand(phrase or plain, prefix=bool(star) or plain != word)
        if not found:
            continue
        if minus or before == "NOT":
            excluded.append(found)
        elif before == "OR" and wanted:
            wanted[-1].append(found)
        else:
            wanted.append([found])
        before = ""
    if not wanted:
        raise BadRequest(_nothing(text, excluded))
    if sum(len(part.split()) for group in (*wanted, excluded) for part in group) > MOST_WORDS:
        raise BadRequest(f"more than {MOST_WORDS} words to look for; leave some out")
    query = " AND ".join(f"({' OR '.join(group)})" for group in wanted)
    return f"({query}) NOT ({' OR '.join(excluded)})" if excluded else query


def _nothing(text: str, excluded: Iterable[str]) -> str:
    if any(excluded):
        return f"“{text.strip()}” only says what to leave out; say a word to look for, too"
    if not text.strip():
        return 'no text to look for; say e.g. --text "social protection"'
    return f"“{text.strip()}” holds no word to look for"


@contextmanager
def _open(index: Path) -> Iterator[sqlite3.Connection]:
    """The index for reading. Raises `TablesUnreadable` when it is missing, of another format or damaged."""
    # Nobody changes a file that stands under its name, so it needs no locks.
    address = index.absolute().as_uri() + "?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            if db.execute("PRAGMA user_version").fetchone() != (FORMAT,):
                raise TablesUnreadable(index, "it has another format")
            db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            yield db
    except sqlite3.Error as error:
        raise TablesUnreadable(index, str(error)) from None


def find(index: Path, text: str, limit: int | None = None, among: Iterable[Key] | None = None) -> list[Hit]:
    """The activities that hold what `text` asks for, best first; among equals, the newest first.

    Without a limit all hits are ranked. With one the newest `RANKED` are, of which the best are given.
    With `among`, only these activities count. Raises `BadRequest`, and `TablesUnreadable` when the index
    has to be built.
    """
    query, most = _matching(text), -1 if limit is None else limit
    with _open(index) as db:
        slots = {slot: where for slot, *where in db.execute("SELECT slot, dataset, snapshot FROM slots")}
        only = ""
        if among is not None:
            _put_among(db, {(dataset, snapshot): slot for slot, (dataset, snapshot) in slots.items()}, among)
            only = (
                "AND +rowid IN (SELECT id FROM among)"  # +: hits are gone through once, not asked for singly
            )
        ranked = db.execute(_RANKED % only, (query, -1 if limit is None else max(RANKED, limit), most))
        return [(*slots[slot], activity, rank) for slot, activity, rank in ranked]


def _put_among(db: sqlite3.Connection, slots: Mapping[tuple[str, str], int], among: Iterable[Key]) -> None:
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("CREATE TEMP TABLE among (id INTEGER PRIMARY KEY)")
    db.executemany(
        "INSERT OR IGNORE INTO among SELECT id FROM places WHERE slot = ? AND activity = ?",
        ((slots.get((dataset, snapshot)), activity) for dataset, snapshot, activity in among),
    )


def count(index: Path, text: str) -> int:
    """How many activities hold what `text` asks for; raises what `find` raises."""
    query = _matching(text)
    with _open(index) as db:
        number: int = db.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (query,)).fetchone()[0]
        return number


# Building


def build(database: Path, target: Path) -> None:
    """Writes the index of the derived `database` to `target`, whole or not at all.

    Any process may: each writes a draft of its own, and the last rename wins. Raises `NotWritable`, and
    `TablesUnreadable` when the database cannot be read.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    spill = draft.with_name(draft.name + ".tmp")
    try:
        with files.writing_to(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            with _reading(database, spill) as source, closing(_new(draft)) as db:
                _fill(db, source)
            files.settle(draft)
            draft.replace(target)
            files.settle(target.parent)
    except sqlite3.Error as error:
        raise NotWritable(target, str(error)) from None
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def _reading(database: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of `database`. What does not fit into memory while they are sorted goes to `spill`."""
    import duckdb

    try:
        # Attached, since this process may have the same file open in another way.
        with duckdb.connect() as source:
            for setting in (
                f"memory_limit = '{_MEMORY}'", "threads = 1", f"temp_directory = {quoted(str(spill))}",
                "enable_progress_bar = false",
            ):  # fmt: skip
                source.execute(f"SET {setting}")
            source.execute(f"ATTACH {quoted(str(database))} AS derived (READ_ONLY); USE derived")
            yield source
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        if "No space" in reason or "temp_directory" in reason:
            raise NotWritable(spill.parent, reason) from None
        raise TablesUnreadable(database, reason) from None


def _new(draft: Path) -> sqlite3.Connection:
    db = sqlite3.connect(draft, isolation_level=None)
    db.execute(f"PRAGMA page_size = {_PAGE}")
    # A draft that is not finished is thrown away, so nothing has to be undone in it.
    for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KB}"):
        db.execute(f"PRAGMA {setting}")
    for statement in _SHAPE:
        db.execute(statement)
    # Large pieces, merged once at the end, instead of small ones that are merged again and again.
    for name, value in (("hashsize", _HASH_BYTES), ("automerge", 0), ("crisismerge", 1000)):
        db.execute("INSERT INTO texts (texts, rank) VALUES (?, ?)", (name, value))
    return db


def _fill(db: sqlite3.Connection, source: duckdb.DuckDBPyConnection) -> None:
    for statement in _PREPARED:
        source.execute(statement)
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO slots VALUES (?, ?, ?)", source.execute("FROM slots ORDER BY slot").fetchall()
    )
    places = source.execute("SELECT rowid + 1 AS id, slot, activity FROM places ORDER BY id")
    db.executemany("INSERT INTO places VALUES (?, ?, ?)", _rows(places))
    db.executemany(
        "INSERT INTO texts (rowid, title, description, activity_id) VALUES (?, ?, ?, ?)",
        _documents(_rows(source.execute(_NARRATED))),
    )
    db.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    db.execute("CREATE INDEX places_by_activity ON places (slot, activity)")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")


def _rows(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while batch := answer.fetchmany(_BATCH):
        yield from batch


def _documents(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, str, str, str]]:
    """One row for each activity: its texts by kind, those that say the same only once."""
    for id_, group in groupby(rows, key=itemgetter(0)):
        texts: dict[object, dict[str, None]] = {"title": {}, "description": {}, "activity_id": {}}
        for _, kind, text in group:
            if text:
                texts[kind][_prepared(str(text))] = None
        title, description, activity_id = (_APART.join(parts) for parts in texts.values())
        yield id_, title, description, activity_id
