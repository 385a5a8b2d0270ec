"""Which activities are published: by who takes part, where, for what, when, and by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comity.engines.duckdb import DuckDB
from comity.errors import BadRequest, PartyNotKnown, TablesUnreadable
from comity.model import Period
from comity.parties import Directory
from comity.profiles import period_of
from comity.store import Store, search
from comity.tables import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.store.search import Hit

Progress = Callable[[str], None]

STATUSES = {
    "1": "pipeline",
    "2": "implementation",
    "3": "finalisation",
    "4": "closed",
    "5": "cancelled",
    "6": "suspended",
}
_KEYS = "dataset, snapshot, activity"
_NEWEST = f"{search.NEWEST}, activity_id NULLS LAST, {_KEYS}"


_NUMBER = """
    SELECT (SELECT count(*) FROM activities)
        - (SELECT count(*) FROM listing.copies WHERE NOT counts) AS number
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; each that is given narrows the answer.

    `partner` is a State or any other party that takes part in whatever role; with a State go its
    ministries and agencies. `country` is where the activity takes place. `sector` is a DAC code or its
    first digits. `status` is a code or its word. `years` (first, last) meet the activity's dates, actual
    ones before planned. Without an end it runs to its last transaction, without any date, or where it ends
    before it starts, from the first to the last. `text` is as `store.search` has it. `limit` is the most
    rows to give; 0 gives all.
    """

    text: str | None = None
    partner: str | None = None
    organisation: str | None = None
    country: str | None = None
    sector: str | None = None
    status: str | None = None
    years: tuple[int, int] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """The activities in order: best first when a text was asked for, else newest start first. `total` is
    how many there are; `rows` holds at most as many as asked for. Each stands once, with the copy that
    counts (R24); `copies` says how many there are where there are several."""

    rows: pa.Table
    total: int


class Tables(DuckDB):
    """The derived database, and beside it rows of ours to join with."""

    def put(self, name: str, rows: pa.Table) -> None:
        """Puts `rows` in place of the table `name`."""
        self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._db.register("given", rows)
        self._db.execute(f"CREATE TEMP TABLE {name} AS FROM given")
        self._db.unregister("given")


def find(
    store: Store, asked: Asked, *, known_at: datetime | None = None, progress: Progress = lambda line: None
) -> Found:
    """The activities that `asked` describes, as loaded by `known_at`.

    Raises `BadRequest`, `PartyNotKnown`, `AmbiguousParty`, and what opening the store raises. `progress`
    is told when the texts have to be indexed first.
    """
    generation = store.at(known_at)
    database = store.database(generation)
    try:
        tables = Tables(database)
    except TablesUnreadable:
        tables = Tables(store.rebuild(generation))
    with closing(tables):
        return answer(tables, database, asked, progress)


def answer(tables: Tables, database: Path, asked: Asked, progress: Progress = lambda line: None) -> Found:
    """What `find` gives, from `tables` that are open and the index beside their `database`."""
    if not tables.query("SELECT 1 FROM activities LIMIT 1").num_rows:
        raise BadRequest(
            "no IATI activities are loaded; load files or folders of them with: comity load PATH"
        )
    if asked.limit < 0:
        raise BadRequest(f"{asked.limit} is no number of rows; --limit 0 shows all")
    wanted = _Wanted(list(_filters(tables, asked)), period_of(*asked.years) if asked.years else None)
    total = None
    if asked.text is not None:
        wanted, total = _search(tables, database, asked.text, asked.limit or None, wanted, progress)
    rows = tables.query(_told(wanted, asked.limit))
    if total is None:
        total = rows["total"][0].as_py() if rows.num_rows else 0
    return Found(rows.drop(["total"]), total)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What activities have to fit: joins with who and where they are, years, and the table of hits."""

    filters: list[str]
    period: Period | None
    hits: bool = False

    @property
    def order(self) -> str:
        return "place" if self.hits else _NEWEST


# Text


def _search(
    tables: Tables, database: Path, text: str, limit: int | None, wanted: _Wanted, progress: Progress
) -> tuple[_Wanted, int | None]:
    """Puts hits in place; gives what these have to fit still, and how many do if that is known by now."""
    number, index = _count(tables, database, text, progress), search.beside(database)
    if not (wanted.filters or wanted.period):
        _put_hits(tables, search.find(index, text, limit))
        return replace(wanted, hits=True), number
    if number <= search.RANKED:
        _put_hits(tables, search.find(index, text))
        return replace(wanted, hits=True), None
    # Of so many hits it is quicker to rank those that fit than to carry all over.
    fit = tables.query(f"{_with(wanted)} SELECT {_KEYS} FROM meets")
    hits = search.find(index, text, among=zip(*(column.to_pylist() for column in fit.columns), strict=True))
    _put_hits(tables, hits[:limit])
    return _Wanted([], None, hits=True), len(hits)


def _count(tables: Tables, database: Path, text: str, progress: Progress) -> int:
    """How many hits there are; the index is built when there is none that can be used."""
    index = search.beside(database)
    try:
        return search.count(index, text)
    except TablesUnreadable:
        number = tables.query(_NUMBER)["number"][0].as_py()
        progress(f"indexing the texts of {number:,} activities, once for what is loaded now")
        search.build(database, index)
        return search.count(index, text)


def _put_hits(tables: Tables, hits: list[Hit]) -> None:
    import pyarrow as pa

    dataset, snapshot, activity, _ = zip(*hits, strict=True) if hits else ((), (), (), ())
    kinds = {"dataset": pa.string(), "snapshot": pa.string(), "activity": pa.int32(), "place": pa.int32()}
    columns = zip((dataset, snapshot, activity, range(len(hits))), kinds.values(), strict=True)
    tables.put("hits", pa.table([pa.array(values, kind) for values, kind in columns], names=list(kinds)))


# Filters


def _filters(tables: Tables, asked: Asked) -> Iterator[str]:
    """What to join activities with, so that those which are asked for are left. Raises `BadRequest`,
    `PartyNotKnown` or `AmbiguousParty`."""
    if (asked.partner, asked.organisation, asked.country) != (None, None, None):
        directory = Directory(tables)
        if asked.partner is not None:
            id_ = quoted(directory.partner(asked.partner).id)
            yield _those(f"SELECT {_KEYS} FROM activity_parties WHERE party = {id_} OR state = {id_}")
        if asked.organisation is not None:
            id_ = quoted(directory.organisation(asked.organisation).id)
            yield _those(f"SELECT {_KEYS} FROM activity_parties WHERE party = {id_}")
        if asked.country is not None:
            code = quoted(_country(directory, tables, asked.country))
            yield _those(_either("places", f"kind = 'country' AND {_CODE} = {code}"))
    if asked.sector is not None:
        digits = quoted(_sector(asked.sector))
        yield _those(_either("sectors", f"vocabulary IN ('1', '2') AND starts_with(trim(code), {digits})"))
    if asked.status is not None:
        yield f"SEMI JOIN (VALUES ({quoted(_status(asked.status))})) AS those(status) USING (status)"


def _those(query: str) -> str:
    return f"SEMI JOIN ({query}) AS those USING ({_KEYS})"


_CODE = "upper(trim(code))"


def _either(what: str, where: str) -> str:
    """Activities of which this holds as a whole or for one of their transactions (R12)."""
    return " UNION ALL ".join(
        f"SELECT {_KEYS} FROM {table}_{what} WHERE {where}" for table in ("activity", "transaction")
    )


def _country(directory: Directory, tables: Tables, text: str) -> str:
    """The code of a country as publishers write it: ISO 3166 alpha-2, or as it was typed when it is in
    use without being a party's."""
    try:
        party = directory.partner(text)
    except PartyNotKnown as error:
        typed = text.strip().upper()
        used = _either("places", f"kind = 'country' AND {_CODE} = {quoted(typed)}")
        if tables.query(f"SELECT 1 FROM ({used}) LIMIT 1").num_rows:
            return typed
        near = [(name, id_) for name, id_ in error.nearest if directory.parties[id_].iso2]
        raise PartyNotKnown("country", text, near) from None
    if not party.iso2:
        raise BadRequest(f"{party.name} is not a country; --organisation {party.id} asks for who takes part")
    return party.iso2


def _sector(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,5}", text.strip()):
        raise BadRequest(f"“{text}” is not a DAC sector; say its code or the first digits, e.g. --sector 160")
    return text.strip()


def _status(text: str) -> str:
    typed = text.strip().casefold()
    codes = {**{code: code for code in STATUSES}, **{word: code for code, word in STATUSES.items()}}
    if typed not in codes:
        known = ", ".join(f"{code} {word}" for code, word in STATUSES.items())
        raise BadRequest(f"“{text}” is not a status; there are {known}")
    return codes[typed]


# The statements

_DATED = f"""
    SELECT {_KEYS}, coalesce(max(date) FILTER (type = '2'), max(date) FILTER (type = '1')) AS start,
        coalesce(max(date) FILTER (type = '4'), max(date) FILTER (type = '3')) AS "end"
    FROM activity_dates %s GROUP BY {_KEYS}
"""
_COUNTRIES = f"""
    SELECT {_KEYS}, string_agg(DISTINCT {_CODE}, ' ' ORDER BY {_CODE}) AS countries FROM (
        SELECT {_KEYS}, kind, code FROM activity_places UNION ALL
        SELECT {_KEYS}, kind, code FROM transaction_places
    ) SEMI JOIN chosen USING ({_KEYS}) WHERE kind = 'country' GROUP BY {_KEYS}
"""


def _with(wanted: _Wanted) -> str:
    """The activities `kept` by joins, with their dates, and those of them that are in time: `meets`."""
    joins = [*wanted.filters, *([f"JOIN hits USING ({_KEYS})"] if wanted.hits else [])]
    dated = _DATED % (f"SEMI JOIN kept USING ({_KEYS})" if joins else "")
    return f"""
        WITH kept AS {"MATERIALIZED" if joins else ""} (
            SELECT {_KEYS}, activity_id{", place" if wanted.hits else ""} FROM activities {" ".join(joins)}
            ANTI JOIN (FROM listing.copies WHERE NOT counts) AS others USING ({_KEYS})
        ),
        dated AS (SELECT * FROM kept LEFT JOIN ({dated}) USING ({_KEYS})),
        meets AS {_within(wanted.period) if wanted.period else "(FROM dated)"}
    """


def _told(wanted: _Wanted, limit: int) -> str:
    """What is said of the first ones, and how many there are."""
    words = " ".join(f"WHEN '{code}' THEN '{code} {word}'" for code, word in STATUSES.items())
    return f"""
        {_with(wanted)},
        chosen AS MATERIALIZED (FROM meets ORDER BY {wanted.order} {f"LIMIT {limit}" if limit else ""})
        SELECT a.activity_id, title, reporting_org, reporting_org_name,
            CASE status {words} ELSE status END AS status,
            start, "end", countries, copies, dataset, locator,
            (SELECT count(*) FROM {"meets" if wanted.period else "kept"}) AS total
        FROM chosen JOIN activities AS a USING ({_KEYS}) LEFT JOIN ({_COUNTRIES}) USING ({_KEYS})
            LEFT JOIN listing.copies USING ({_KEYS})
        ORDER BY {wanted.order.replace("activity_id", "a.activity_id")}
    """


def _within(period: Period) -> str:
    """Those of `dated` that meet the period, as `Asked.years` says."""
    first, last = f"DATE '{period.start}-01-01'", f"DATE '{period.end}-12-31'"
    return f"""MATERIALIZED (
        SELECT dated.* FROM dated LEFT JOIN (
            SELECT {_KEYS}, min(date) AS first_moved, max(date) AS last_moved
            FROM transactions SEMI JOIN (
                FROM dated WHERE start IS NULL OR "end" IS NULL OR "end" < start
            ) USING ({_KEYS}) GROUP BY {_KEYS}
        ) USING ({_KEYS})
        WHERE CASE
            WHEN start IS NULL AND "end" IS NULL OR "end" < start
            THEN first_moved <= {last} AND last_moved >= {first}
            ELSE coalesce(start, "end") <= {last} AND coalesce("end", greatest(last_moved, start)) >= {first}
        END
    )"""
