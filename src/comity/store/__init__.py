"""Where facts are kept: a folder that grows and never changes what it holds.

    store.json              the format of the folder
    raw/ab/abcd…            bytes as they came, by sha256
    rows/abcd….parquet      rows of one table from one snapshot, by their own sha256
    generations/7.json      which parts make up generation 7
    derived/7-abcd.duckdb   the same as one database, for queries; can be made again
    derived/7-abcd.search   its full-text index, made at the first search
    derived/7-abcd.parquet/ the same once more for engines that read Parquet, when one asked for it
    compiled/….json         the measures' SQL, kept so that Ibis need not be imported
    CURRENT                 the generation in force: replaced atomically, last of all
    lock                    held by the one process that writes

A load killed at any moment leaves `CURRENT` and all that it points to untouched.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from comity.errors import BadRequest, StoreDamaged, StoreMissing, StoreTooNew
from comity.provenance import Snapshot, digest, stamp
from comity.store import derive, files
from comity.store import generation as generations
from comity.store.generation import Generation, Part

__all__ = ["FORMAT", "Generation", "Part", "Store"]

FORMAT = 1


class Store:
    """A folder of facts. `Store.open` for reading one that exists, `Store.create` for a new one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[int, Generation] = {}

    @classmethod
    def open(cls, path: Path) -> Store:
        """The store at `path`; raises `StoreMissing`, `StoreTooNew` or `StoreDamaged`."""
        marker = path / "store.json"
        try:
            if not marker.is_file():
                raise StoreMissing(path)
            found = json.loads(marker.read_bytes())["format"]
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreDamaged(path, "store.json cannot be read") from None
        if not isinstance(found, int) or found > FORMAT:
            raise StoreTooNew(path, found, FORMAT)
        return cls(path)

    @classmethod
    def create(cls, path: Path) -> Store:
        """The store at `path`, made when there is none."""
        if not (path / "store.json").exists():
            files.put(path / "CURRENT", b"0")
            files.put(path / "store.json", json.dumps({"format": FORMAT}).encode())
        return cls.open(path)

    # Reading

    def current(self) -> Generation:
        """The generation in force; an empty one before the first load."""
        try:
            number = int((self.path / "CURRENT").read_text())
        except OSError as error:
            raise StoreDamaged(self.path, f"CURRENT cannot be read ({error.strerror})") from None
        except ValueError:
            raise StoreDamaged(self.path, "CURRENT does not name a generation") from None
        if number == 0:
            return Generation(0, datetime.fromtimestamp(0, UTC), (), ())
        return self._generation(number)

    def _generation(self, number: int) -> Generation:
        # A generation that is in force, or was, never changes.
        if number not in self._read:
            self._read[number] = generations.read(self.path / "generations" / f"{number}.json")
        return self._read[number]

    def at(self, known_at: datetime | None) -> Generation:
        """What was loaded by `known_at` (UTC); the current generation when it is None.

        Raises `BadRequest` when nothing had been loaded by then.
        """
        newest = self.current()
        if known_at is None or newest.created_at <= known_at:
            return newest
        for number in range(newest.id - 1, 0, -1):
            older = self._generation(number)
            if older.created_at <= known_at:
                return older
        first = stamp(self._generation(1).created_at)
        raise BadRequest(f"nothing was loaded by {stamp(known_at)}; the first load was at {first}")

    @property
    def rows(self) -> Path:
        """The folder that holds the files of parts."""
        return self.path / "rows"

    def _raw(self, sha256: str) -> Path:
        return self.path / "raw" / sha256[:2] / sha256

    def raw(self, sha256: str) -> bytes:
        """A snapshot's bytes as they came; raises `StoreDamaged` when they are not there."""
        try:
            return self._raw(sha256).read_bytes()
        except OSError as error:
            raise StoreDamaged(self.path, f"raw/{sha256[:2]}/{sha256}: {error.strerror}") from None

    def _database_of(self, generation: Generation) -> Path:
        return self.path / "derived" / f"{generation.id}-{derive.contract_hash()}.duckdb"

    def database(self, generation: Generation) -> Path:
        """The derived database of `generation`, made when there is none for the tables' contracts."""
        target = self._database_of(generation)
        return target if target.exists() else self.rebuild(generation)

    def rebuild(self, generation: Generation) -> Path:
        """Makes the derived database of `generation` again from its Parquet parts.

        Any process may: each writes a draft of its own, and the last rename wins.
        """
        target = self._database_of(generation)
        with files.writing_to(target):
            self._build(generation, target)
        return target

    def issues_of(self, generation: Generation) -> dict[tuple[str, str], tuple[int, str]]:
        """How many data problems are known of each (snapshot, dataset), and where its file breaks off when
        only what stands before is kept."""
        import duckdb

        # No parameters: to look at them DuckDB imports pandas, which takes longer than all else here.
        query = (
            "SELECT snapshot, dataset, count(*), coalesce(min(concat_ws(': ', nullif(locator, ''), text)) "
            "FILTER (WHERE rule = 'xml'), '') FROM issues WHERE snapshot IS NOT NULL GROUP BY ALL"
        )
        with duckdb.connect(str(self.database(generation)), read_only=True) as db:
            return {row[:2]: row[2:] for row in db.execute(query).fetchall()}

    def _build(self, generation: Generation, target: Path) -> None:
        import duckdb

        try:
            derive.build(generation, self.path, target)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            if any(word in reason for word in ("No space", "too large", "Permission", "write", "fsync")):
                raise OSError(None, reason) from error
            raise StoreDamaged(self.path, reason) from None

    # Writing: only within `files.only_writer`

    def keep_raw(self, snapshot: Snapshot, content: bytes) -> None:
        """Keeps a snapshot's bytes; those already kept are left alone."""
        target = self._raw(snapshot.sha256)
        if not target.exists():
            files.put(target, content)

    def keep_rows(self, content: bytes) -> str:
        """Keeps the bytes of a Parquet file; returns its name under `rows/`."""
        name = f"{digest(content)}.parquet"
        if not (self.rows / name).exists():
            files.put(self.rows / name, content)
        return name

    def switch_to(self, generation: Generation) -> None:
        """Makes `generation` the one in force: manifest, database, and last the switch itself."""
        files.put(self.path / "generations" / f"{generation.id}.json", generation.to_json().encode())
        target = self._database_of(generation)
        with files.writing_to(target):
            self._build(generation, target)
        files.put(self.path / "CURRENT", str(generation.id).encode())
        self._clear_before(generation.id - 1)

    def _clear_before(self, number: int) -> None:
        """Removes what was derived for generations before `number`: it can be made again when asked for."""
        for place in (self.path / "derived").glob("[0-9]*-*"):
            if int(place.name.partition("-")[0]) < number:
                shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
