"""The derived database: every table of a generation in one DuckDB file, identities joined in.

It can be thrown away and made again from the Parquet parts at any time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from comity import tables
from comity.provenance import digest, stamp
from comity.rules import identity
from comity.rules.identity import Index
from comity.store import joint
from comity.store.generation import Generation
from comity.tables import ORIGIN, SQL_TYPES, Table, quoted
from comity.tables.claims import CLAIMS

if TYPE_CHECKING:
    import duckdb

MEMORY = "256MB"
LARGE = 200_000
"""Rows from which the join takes all cores, and a quarter of the machine's memory: it sorts every table."""
_FIRST = "min_by(locator, coalesce(TRY_CAST(regexp_extract(locator, '[0-9]+') AS BIGINT), 0))"


def _resources(generation: Generation) -> dict[str, str | bool | int | float | list[str]]:
    """What DuckDB may use. One thread for few rows: a second one costs some 25 MB of buffers and saves
    nothing on tables of this size."""
    if sum(part.rows for part in generation.parts) < LARGE:
        return {"memory_limit": MEMORY, "threads": 1}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    return {"memory_limit": f"{memory // 1024**2}MiB", "threads": os.cpu_count() or 1}


def contract_hash() -> str:
    """Changes with the tables' contracts and with how they are derived: a database made otherwise
    is made again."""
    rules = sorted(Path(identity.__file__).parent.glob("*.py"))
    own = (Path(__file__), Path(__file__).with_name("joint.py"))
    code = b"".join(file.read_bytes() for file in (*own, *rules))
    return digest(repr(sorted(tables.contracts().items())).encode() + code)[:16]


def _rows_of(generation: Generation, table: str, store: Path) -> str:
    """A query for all rows of `table`, before names are resolved; "" when there are none.

    In a folder stand the rows of many datasets, some of which may have been replaced since: those count
    that the generation has a part for.
    """
    alone = {part.file: None for part in generation.parts if part.table == table and not part.in_folder}
    folders = {part.file: None for part in generation.parts if part.in_folder}
    shared = [store / "rows" / folder / f"{table}.parquet" for folder in folders]
    counts = (
        f" SEMI JOIN {_live(table)} AS l ON r.filename = l.folder || {quoted(f'{table}.parquet')} "
        "AND r.source = l.source AND r.dataset = l.dataset AND r.snapshot = l.snapshot"
    )
    arms = [
        f"SELECT r.* FROM read_parquet([{', '.join(quoted(str(file)) for file in files)}], "
        f"union_by_name = true) AS r{those}"
        for files, those in (
            ([store / "rows" / file for file in alone], ""),
            ([file for file in shared if file.exists()], counts),
        )
        if files
    ]
    return " UNION ALL BY NAME ".join(arms)


def _live(table: str) -> str:
    return "live_issues" if table == "issues" else "live_facts"


def _note_live(db: duckdb.DuckDBPyConnection, generation: Generation, store: Path) -> None:
    """The datasets whose rows count, by the folder they stand in."""
    import pyarrow as pa

    names = ("folder", "source", "dataset", "snapshot")
    for issues in (True, False):
        parts = (p for p in generation.parts if p.in_folder and (p.table == "issues") == issues)
        slots = sorted({(f"{store / 'rows'}/{p.file}", p.source, p.dataset, p.snapshot) for p in parts})
        columns = [pa.array([slot[place] for slot in slots], pa.string()) for place in range(len(names))]
        db.register("slots", pa.table(columns, names))
        db.execute(f"CREATE TEMP TABLE {_live('issues' if issues else '')} AS SELECT * FROM slots")
        db.unregister("slots")


def _resolved(contract: Table) -> Mapping[str, str]:
    return {column.name: column.resolves for column in contract.columns if column.resolves}


def _create(db: duckdb.DuckDBPyConnection, contract: Table, rows: str) -> None:
    """Makes a table: the `rows` of that query, names resolved through `resolved_names`."""
    if not rows:
        shape = ", ".join(f"{c.name} {SQL_TYPES[c.kind]}" for c in contract.columns)
        db.execute(f"CREATE TABLE {contract.name} ({shape})")
        return
    described = db.execute(f"DESCRIBE {rows}")
    held = {name for name, *_ in described.fetchall()}
    joins, columns = [], []
    for number, column in enumerate(contract.columns):
        if column.resolves:
            alias = f"n{number}"
            joins.append(f"LEFT JOIN resolved_names AS {alias} ON {alias}.name = r.{column.resolves}")
            columns.append(f"{alias}.party AS {column.name}")
        else:
            # Rows kept before a contract gained a column do not have it.
            value = f"r.{column.name}" if column.name in held else "NULL"
            columns.append(f"{value}::{SQL_TYPES[column.kind]} AS {column.name}")
    if any(column.derived for column in contract.columns):  # made again, and sorted, by `joint`
        db.execute(f"CREATE VIEW {contract.name} AS SELECT {', '.join(columns)} FROM ({rows}) AS r")
        return
    order = ", ".join(f"{name} NULLS LAST" for name in contract.order)
    db.execute(
        f"CREATE TABLE {contract.name} AS SELECT {', '.join(columns)} "
        f"FROM ({rows}) AS r {' '.join(joins)} ORDER BY {order}"
    )


def _index(db: duckdb.DuckDBPyConnection) -> Index:
    """The names and codes that occur in publishers' name columns (R28), for resolving these."""
    parties = db.execute("SELECT id, iso2, iso3, name_en FROM parties").to_arrow_table()
    aliases = db.execute(
        "SELECT alias, party FROM aliases WHERE judgement = 'same' AND scheme IN ('name', 'code')"
    ).to_arrow_table()
    return Index(identity.names_of(parties.to_pylist(), aliases.to_pylist()))


def _resolve_names(db: duckdb.DuckDBPyConnection, generation: Generation, store: Path) -> None:
    """Fills `resolved_names` with the party of every name that occurs in a resolved column."""
    index = _index(db)
    db.execute("CREATE TEMP TABLE resolved_names (name VARCHAR, party VARCHAR)")
    texts: set[str] = set()
    for contract in tables.contracts().values():
        resolved = _resolved(contract).values()
        rows = _rows_of(generation, contract.name, store) if resolved else ""
        for column in resolved if rows else ():
            query = f"SELECT DISTINCT {column} FROM ({rows})"
            texts |= {name for (name,) in db.execute(query).fetchall() if name}
    found = sorted(index.resolve(texts).items())
    if found:
        db.executemany("INSERT INTO resolved_names VALUES (?, ?)", found)


def _note_unknown(db: duckdb.DuckDBPyConnection) -> None:
    """R28: a name that is nobody's alias is an issue; its rows stay, without a party id."""
    for contract in tables.contracts().values():
        for column, name in _resolved(contract).items():
            if contract.name == "coverage":
                continue  # derived from rows that are told of already
            db.execute(
                f"INSERT INTO issues SELECT source, dataset, {_FIRST}, 'R28', "
                f"'“' || {name} || '” ({name}) is not in the alias table; ' || count(*) || "
                "' row(s) kept without a party', snapshot "
                f"FROM {contract.name} WHERE {column} IS NULL AND {name} IS NOT NULL "
                f"GROUP BY source, dataset, snapshot, {name} ORDER BY ALL"
            )


_REFERS = (
    # table, column, what the column must hold, where
    ("partners", "party", "SELECT id FROM parties", "true"),
    ("priorities", "code", "SELECT id FROM parties", "kind = 'partner_country' AND code IS NOT NULL"),
    ("programme_places", "code", "SELECT id FROM parties", "kind = 'country'"),
    ("memberships", "partner", "SELECT id FROM parties", "true"),
    ("ratifications", "party", "SELECT id FROM parties", "true"),
    ("ratifications", "instrument", "SELECT id FROM instruments", "true"),
    ("claim_responses", "claim", "SELECT id FROM claims", "true"),
)


def _note_strangers(db: duckdb.DuckDBPyConnection) -> None:
    """R28: an id in one of our own tables that stands in no other is told; its row stays."""
    for table, column, known, where in _REFERS:
        db.execute(
            f"INSERT INTO issues SELECT source, dataset, locator, 'R28', '“' || {column} || '” ({column}) "
            f"is not known; the row is kept', snapshot FROM {table} "
            f"WHERE {where} AND {column} NOT IN ({known}) ORDER BY ALL"
        )


def _note_groups(db: duckdb.DuckDBPyConnection) -> None:
    """R28: a line such as refunds or “private donors” is money of no one party: told, and kept."""
    db.execute(
        f"INSERT INTO issues SELECT c.source, c.dataset, {_FIRST.replace('locator', 'c.locator')}, 'R28', "
        "'“' || c.provider_name || '” is no single contributor; ' || count(*) || ' row(s) kept under ' "
        "|| c.provider, c.snapshot FROM contributions AS c JOIN parties AS p ON p.id = c.provider "
        "WHERE p.kind = 'group' GROUP BY c.source, c.dataset, c.snapshot, c.provider_name, c.provider "
        "ORDER BY ALL"
    )


def _keep_claims_once(db: duckdb.DuckDBPyConnection, generation: Generation) -> None:
    """R24: a claim that stands in several files counts once, as the file taken last has it. Where that
    differs from another one it is told; the starter gives way to any other file, and in silence."""
    facts = ", ".join(column.name for column in CLAIMS.columns if column not in ORIGIN)
    db.execute(
        "CREATE TEMP TABLE ranked AS SELECT *, row_number() OVER w AS place, "
        f"ROW({facts}) IS DISTINCT FROM first_value(ROW({facts})) OVER w AS differs "
        "FROM (SELECT *, list_contains(?, snapshot) AS starts FROM claims) "
        "JOIN (SELECT sha256 AS snapshot, taken_at FROM snapshots) USING (snapshot) "
        "WINDOW w AS (PARTITION BY id ORDER BY starts, taken_at DESC, dataset DESC, locator)",
        [sorted(generation.starter)],
    )
    db.execute(
        "INSERT INTO issues SELECT k.source, k.dataset, k.locator, 'R24', '“' || id || '” stands also in ' "
        "|| o.dataset || ', ' || o.locator || ', and differs; the row taken last counts', k.snapshot "
        "FROM ranked AS k JOIN ranked AS o USING (id) "
        "WHERE k.place = 1 AND o.place > 1 AND o.differs AND NOT o.starts ORDER BY ALL"
    )
    db.execute(
        "DELETE FROM claims USING ranked AS r WHERE r.place > 1 AND claims.snapshot = r.snapshot "
        "AND claims.locator = r.locator"
    )


def _load_snapshots(db: duckdb.DuckDBPyConnection, generation: Generation) -> None:
    import pyarrow as pa

    # Ten thousand files are ten thousand rows: put one by one they would take longer than the files.
    rows = [
        {"sha256": s.sha256, "source": s.source, "name": s.name, "url": s.url, "taken_at": stamp(s.taken_at),
         "size_bytes": s.size_bytes}
        for s in generation.snapshots
    ]  # fmt: skip
    if rows:
        db.register("taken", pa.Table.from_pylist(rows))
        db.execute("INSERT INTO snapshots BY NAME FROM taken")
        db.unregister("taken")


def _verify(draft: Path) -> None:
    """Raises `OSError` unless the closed file holds every table."""
    import duckdb

    try:
        with duckdb.connect(str(draft), read_only=True) as db:
            found = {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    except duckdb.Error as error:
        raise OSError(None, str(error).splitlines()[0]) from None
    if missing := tables.contracts().keys() - found:
        raise OSError(None, f"the database came out without {', '.join(sorted(missing))}")


def build(generation: Generation, store: Path, target: Path) -> None:
    """Writes the database of `generation` to `target`, whole or not at all."""
    import duckdb

    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(draft), config=_resources(generation)) as db:
            contracts = dict(tables.contracts())
            _note_live(db, generation, store)
            first = ("parties", "aliases")
            for name in first:
                _create(db, contracts[name], _rows_of(generation, name, store))
            _resolve_names(db, generation, store)
            for name, contract in contracts.items():
                if name not in first:
                    _create(db, contract, _rows_of(generation, name, store))
            _load_snapshots(db, generation)
            if db.execute("SELECT 1 FROM activities LIMIT 1").fetchone():
                joint.join(db, store / "compiled" / f"joint-{contract_hash()}.json")
            _note_unknown(db)
            _note_groups(db)
            _note_strangers(db)
            _keep_claims_once(db, generation)
            db.execute("CHECKPOINT")  # a full disk shows here; when the file is closed nobody is told
        _verify(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(draft.name + ".wal").unlink(missing_ok=True)
