"""From files to facts: snapshot → read → check → keep. All of a load becomes visible at once."""

from __future__ import annotations

import codecs
import gzip
import importlib.resources
import io
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from comity import acceptance
from comity.errors import FileRefused, Issue, NotRecognised, SourceNotKnown
from comity.intake import Kept, Load, Streamed, take_streamed
from comity.provenance import Snapshot, digest
from comity.sources import Reading, Source, _opening, _strange, shelved
from comity.store import Part, Store, files
from comity.store.generation import LEFT_OUT
from comity.store.seen import Seen
from comity.streaming import Watch
from comity.vetting import vetted

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_FILE = 1024**3
"""Unpacked bytes beyond which a file is refused: a small gzip can hold anything."""
_SHOWN = 5
"""Files of a zip that are named when they are left out."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Progress = Callable[[str], None]
"""Is told what is being done."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did. `refused` holds the reason for each file that was left out, `outdone` one
    line for each file of which another, named later, holds the same years, `left_out` the rows by table
    of refused files that were read piece by piece, `issues` how many problems are known of the files
    kept, and files left out."""

    generation: int
    changed: bool
    kept: tuple[Kept, ...]
    refused: tuple[FileRefused, ...]
    outdone: tuple[str, ...]
    left_out: Mapping[str, int]
    issues: int


def unpacked(name: str, content: bytes, largest: int | None = None) -> bytes:
    """`content`, decompressed when it is gzip.

    Raises `FileRefused` for a truncated or broken gzip, or more than `largest` bytes, else `LARGEST_FILE`.
    """
    largest = largest or LARGEST_FILE
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            plain = stream.read(largest + 1)
    except EOFError:
        raise FileRefused(
            name, "the gzip ends too early; fetch the file again", f"byte {len(content)}"
        ) from None
    except (OSError, zlib.error) as error:
        raise FileRefused(name, f"not a sound gzip ({error})") from None
    if len(plain) > largest:
        raise FileRefused(name, f"unpacks to more than {largest // 1024**2:,} MiB")
    return plain


def _source_for(name: str, head: bytes, wanted: str | None) -> Source:
    sources = shelved()
    if wanted is not None:
        if wanted not in sources:
            raise SourceNotKnown(wanted, sources)
        return sources[wanted]  # which says itself what it misses in the file
    plain_name = name.removesuffix(".gz")
    found = [source for source in sources.values() if source.recognises(plain_name, head)]
    if not found and head.startswith(_UTF_16):
        raise FileRefused(name, "UTF-16; save the file as UTF-8", "byte 0")
    if not found:
        reason, where = _strange.said(plain_name, head)
        raise FileRefused(name, reason, where) if reason else NotRecognised(name)
    if len(found) > 1:
        names = ", ".join(source.name for source in found)
        raise NotRecognised(name, f"the sources {names} all know this layout; choose one with --source")
    return found[0]


def _years(reading: Reading) -> list[int | None]:
    """The years whose rows the reading replaces; [None] for a whole dataset."""
    if not reading.by_year:
        return [None]
    return sorted(year for year in reading.tables[reading.main]["year"].unique().to_pylist())


def _rows_by_year(reading: Reading) -> dict[int | None, int]:
    table = reading.tables[reading.main]
    return {year: _of_year(table, year).num_rows for year in _years(reading)}


def _of_year(table: pa.Table, year: int | None) -> pa.Table:
    import pyarrow.compute as pc

    return table if year is None else table.filter(pc.equal(table["year"], year))


def _parquet(table: pa.Table, shared: dict[str, str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for column, text in shared.items():
        table = table.append_column(column, pa.repeat(pa.scalar(text), table.num_rows))
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _keep(store: Store, load: Load, snapshot: Snapshot, reading: Reading) -> None:
    """Writes the reading's rows and notes them as parts of the generation to come."""
    shared = {"source": snapshot.source, "dataset": reading.dataset, "snapshot": snapshot.sha256}
    for name, table in reading.tables.items():
        for year in _years(reading):
            rows = _of_year(table, year)
            if rows.num_rows:
                file = store.keep_rows(_parquet(rows, shared))
                load.parts.append(
                    Part(name, snapshot.source, reading.dataset, year, snapshot.sha256, file, rows.num_rows)
                )
    if reading.issues:
        load.parts.append(
            _issue_part(store, reading.issues, snapshot.source, reading.dataset, snapshot.sha256)
        )


def _issue_part(store: Store, issues: Iterable[Issue], source: str, dataset: str, snapshot: str) -> Part:
    import pyarrow as pa

    rows = [
        {
            "locator": i.locator,
            "rule": i.rule,
            "text": i.text,
            "source": source,
            "dataset": dataset,
            "snapshot": snapshot,
        }
        for i in issues
    ]
    file = store.keep_rows(_parquet(pa.Table.from_pylist(rows), {}))
    return Part("issues", source, dataset, None, snapshot, file, len(rows))


def _without_loaded(load: Load) -> list[Part]:
    """The starter's parts fill only slots that no file of the user's fills."""
    if not load.starter:
        return load.parts
    own = {p.slot for p in load.held.parts if p.snapshot not in load.held.starter and p.table != "issues"}
    return [part for part in load.parts if part.slot not in own]


def _stat(path: Path) -> os.stat_result:
    """Of a file that can be read; raises `FileRefused` for anything else."""
    try:
        if path.is_file():
            return path.stat()
        reason = "not a file" if path.exists() else "No such file or directory"
        if path.is_dir():
            reason = "a folder that cannot be read"
        if path.is_symlink():
            reason = "a link to a folder; name it itself" if path.is_dir() else "a link to nothing"
        raise FileRefused(str(path), reason)
    except OSError as error:
        raise FileRefused(str(path), error.strerror or str(error)) from None


def _take(store: Store, load: Load, path: Path, wanted: str | None, now: datetime) -> None:
    """Reads one file and keeps what it holds; a file that is refused adds nothing but an issue. One that
    is read piece by piece is only noted for later."""
    stat = _stat(path)
    known = None if wanted else load.source_of(path, stat)
    try:
        if _opening.is_zip(path):
            _take_zip(load, path, stat, wanted, known)
            return
        source = known or _source_for(path.name, _opening.head(path), wanted)
    except OSError as error:
        raise FileRefused(str(path), error.strerror or str(error)) from None
    if source.stream:
        load.streamed.append(Streamed(path, source, stat, stat.st_size))
    else:
        _take_whole(store, load, path, source, now)


def _take_zip(load: Load, path: Path, stat: os.stat_result, wanted: str | None, known: Source | None) -> None:
    """Notes the files in a zip, each a dataset, for later. Raises `FileRefused` when none can be read."""
    with path.open("rb") as stream:
        found = _opening.listed(stream, path.name)
    refused = []
    for packed in found.files:
        name = f"{path.name}/{packed.name}"
        try:
            source = known or _source_for(name, _opening.head(path, packed.name), wanted)
            if not source.stream:
                raise FileRefused(name, f"{source.name} is not read from a zip; unpack it")
        except FileRefused as error:
            refused.append(error)
            continue
        alone = len(found.files) == 1
        load.streamed.append(Streamed(path, source, stat, packed.size_bytes, packed.name, alone))
    if len(refused) == len(found.files):  # an .xlsx, say
        first = f"; the first: {refused[0]}" if refused else ""
        raise FileRefused(path.name, f"a zip of {len(refused):,} files of which none can be read{first}")
    if found.others:
        shown = ", ".join(found.others[:_SHOWN]) + (", …" if len(found.others) > _SHOWN else "")
        refused.append(FileRefused(path.name, f"members that are no XML: {shown}"))
    for reason in refused:
        load.refuse(path, reason)


def _take_whole(store: Store, load: Load, path: Path, source: Source, now: datetime) -> None:
    """Reads a file that fits into memory, and keeps what it holds."""
    packed = path.read_bytes()
    if packed.startswith(_UTF_16):
        raise FileRefused(path.name, "UTF-16; save the file as UTF-8", "byte 0")
    name = source.named(path) if source.named else path.name
    sha256 = digest(packed)
    if any(s.sha256 == sha256 and (s.name == name or not source.named) for s in load.snapshots):
        return  # the same bytes under another name
    snapshot = load.snapshot(sha256, source, name, now, len(packed))
    reading = source.read(snapshot, unpacked(path.name, packed))
    rows = _rows_by_year(reading)
    about = (source, reading.dataset, reading.main)
    if not load.starter:
        parts = (*load.held.parts, *load.parts)
        reading = vetted(reading, snapshot, parts, store.rows)
        rows = _rows_by_year(reading)
        acceptance.check_kind(parts, *about, rows, name)
        if not load.partial:
            acceptance.check_expected(*about, rows, name)
            acceptance.check_not_shrunk(load.held.parts, *about, rows, name)
    store.keep_raw(snapshot, packed)
    _keep(store, load, snapshot, reading)
    load.snapshots.append(snapshot)
    years = tuple(year for year in rows if year is not None)
    counts = {reading.main: sum(rows.values())}
    load.kept.append(Kept(path, source.name, reading.dataset, counts, years, reading.issues, snapshot=sha256))


def _files_in(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Files, each with its path in the folder that was named, if one was. What is no file, such as a link
    to nothing, is among them, so that it is told of."""
    for path in paths:
        if not path.is_dir():
            yield path, ""
            continue
        found: list[Path] = []
        unreadable: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=unreadable.append):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            found += (Path(folder, name) for name in (*names, *links))
        found += (Path(error.filename) for error in unreadable)
        yield from ((file, str(file.relative_to(path))) for file in sorted(found))


def load(
    store: Store,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    partial: bool = False,
    starter: bool = False,
    progress: Progress = lambda line: None,
    watch: Watch = lambda name, done, total: None,
    workers: int = 1,
    engine: str = "duckdb",
) -> Report:
    """Loads files and folders into `store`, and switches it to a new generation if anything changed.

    A file that no source knows, or that is not what its source promises, is left out and becomes
    an issue; `partial` keeps files that are shorter than expected, and of broken ones what stands before
    the break. Files of a source that streams are read by so many `workers`, processes of their own when
    there are several, or by the workers of the `engine` (a URL) if it has any. Where two files hold the same
    year of a dataset the one named last is kept. Raises the reason when a single file was named and
    it is refused, `FileRefused` when nothing of several was kept, and `StoreError`.
    """
    now, paths = datetime.now(UTC), list(paths)
    named = list(_files_in(paths))
    twice = {name for name, times in Counter(name for _, name in named).items() if times > 1}
    shown = {path: str(path) if name in twice else name for path, name in named if name}
    with files.only_writer(store.path):
        held = store.current()
        under_way = Load(held, partial, starter, Seen(store.path), shown)
        for path, _ in named:
            progress(f"looking at {path.name}")
            try:
                _take(store, under_way, path, source, now)
            except FileRefused as refused:
                under_way.refuse(path, refused)
        take_streamed(store, under_way, now, workers=workers, engine=engine, watch=watch)
        if not under_way.kept:
            if len(under_way.refused) == 1:
                raise under_way.refused[0]
            if not named:
                raise FileRefused(", ".join(str(path) for path in paths), "no file in it")
            raise FileRefused(f"{len(named)} files", f"none could be kept; the first: {under_way.refused[0]}")
        under_way.parts += [
            _issue_part(
                store,
                [Issue(LEFT_OUT, r.name, r.where, "load", f"left out: {r.reason}")],
                LEFT_OUT,
                r.name,
                "",
            )
            for r in under_way.refused
        ]
        changed = _switch(store, under_way, progress)
    current = store.current()
    known = store.issues_of(current)
    loaded = {snapshot.sha256 for snapshot in under_way.snapshots}
    return Report(
        generation=current.id,
        changed=changed,
        kept=tuple(
            replace(one, broken=known.get((one.snapshot, one.dataset), (0, ""))[1]) for one in under_way.kept
        ),
        refused=tuple(under_way.refused),
        outdone=_outdone(under_way.kept),
        left_out=dict(under_way.left_out),
        issues=sum(number for (snapshot, _), (number, _) in known.items() if snapshot in loaded)
        + len(under_way.refused),
    )


def _outdone(kept: Sequence[Kept]) -> tuple[str, ...]:
    """Files never count twice: of two that hold the same year of a dataset the later one counts."""
    lines = []
    of_dataset: dict[tuple[str, str], list[Kept]] = {}
    for one in kept:
        of_dataset.setdefault((one.source, one.dataset), []).append(one)
    for same in of_dataset.values():
        for number, one in enumerate(same):
            for later in same[number + 1 :]:
                both = sorted({*one.years} & {*later.years})
                if both or not one.years:
                    span = f"{both[0]}–{both[-1]} of " if len(both) > 1 else f"{both[0]} of " if both else ""
                    lines.append(
                        f"{span}{one.dataset} stands in both; {later.path.name} counts, not {one.path.name}"
                    )
    return tuple(lines)


def _switch(store: Store, load: Load, progress: Progress) -> bool:
    """Makes the new generation, unless it is the one already in force."""
    import pyarrow as pa

    # A file that was left out is told of until it is loaded again, under whatever folder it was named.
    again = [f"/{one.path.absolute()}" for one in load.kept]
    again += [f"/{path.absolute()}" for path in load.shown]
    told = {
        p.dataset for p in load.held.parts
        if p.source == LEFT_OUT and any(place.endswith(f"/{p.dataset}") for place in again)
    }  # fmt: skip
    held = replace(
        load.held, parts=tuple(p for p in load.held.parts if p.source != LEFT_OUT or p.dataset not in told)
    )
    if load.starter:
        held = replace(held, starter=held.starter | {s.sha256 for s in load.snapshots})
    new = held.replacing(_without_loaded(load), load.snapshots)
    if new.parts == load.held.parts:
        return False
    progress("building the database")
    pa.default_memory_pool().release_unused()  # some 70 MB that DuckDB is about to need
    after = max(datetime.now(UTC), load.held.created_at + timedelta(microseconds=1))
    store.switch_to(replace(new, id=load.held.id + 1, created_at=after))
    return True


def starter_files() -> list[Path]:
    """The tables of facts that ship with comity, as files."""
    home = Path(str(importlib.resources.files("comity") / "starter"))
    return sorted(path for path in home.rglob("*") if path.suffix in (".csv", ".toml"))
