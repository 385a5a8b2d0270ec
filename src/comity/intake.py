"""What a load under way holds, and how files that are read piece by piece come into it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from comity import acceptance, streaming
from comity.errors import FileRefused, Issue
from comity.provenance import Snapshot
from comity.sources import Source, shelved
from comity.store import Generation, Part, Store
from comity.store.seen import Seen
from comity.streaming import File, Outcome, Watch


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a load: what it holds, its rows by table with the main one first, and the problems
    told of it when it was read; none are told again where it had not changed. `broken` says where it
    breaks off and why, when only what stands before that is kept."""

    path: Path
    source: str
    dataset: str
    counts: Mapping[str, int]
    years: tuple[int, ...]
    told: tuple[Issue, ...]
    unchanged: bool = False
    snapshot: str = ""
    broken: str = ""

    @property
    def rows(self) -> int:
        """Those of the main table."""
        return next(iter(self.counts.values()), 0)

    @property
    def issues(self) -> int:
        return len(self.told)


@dataclass(frozen=True, slots=True)
class Streamed:
    """A file to be read piece by piece, or one `member` of a zip: its source, its size and time now, and
    its bytes, which for a member are those that it takes of the zip. `alone` is the only one of a zip."""

    path: Path
    source: Source
    stat: os.stat_result
    size_bytes: int
    member: str = ""
    alone: bool = True

    @property
    def name(self) -> str:
        """What its dataset is called unless others are called so, too."""
        stem = self.path.name.removesuffix(".gz").removesuffix(".zip").removesuffix(".xml")
        if self.alone:
            return stem
        inner = [part for part in PurePosixPath(self.member.replace("\\", "/")).parts if part.strip("./")]
        return "/".join((stem, *inner)).removesuffix(".gz").removesuffix(".xml")


@dataclass(slots=True)
class Load:
    """A load under way: what it will add to the generation, and what it left out. `streamed` are the
    files to be read piece by piece, `left_out` the rows that refused ones of these held. `shown` is the
    name by which a file in a folder is told of."""

    held: Generation
    partial: bool
    starter: bool
    seen: Seen
    shown: Mapping[Path, str]
    parts: list[Part] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    streamed: list[Streamed] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    # Looked up for every file; going through all that is held each time takes the square of its number.
    held_parts: dict[tuple[str, str], list[Part]] = field(init=False)
    held_snapshots: dict[str, Snapshot] = field(init=False)

    def __post_init__(self) -> None:
        found = defaultdict(list)
        for part in self.held.parts:
            found[part.source, part.dataset].append(part)
        self.held_parts = dict(found)
        self.held_snapshots = {snapshot.sha256: snapshot for snapshot in self.held.snapshots}

    def refuse(self, path: Path, refused: FileRefused) -> None:
        """Notes that a file, or something in it, is left out."""
        for name in (str(path), path.name):
            if (shown := self.shown.get(path)) and refused.name.startswith(name):
                told = shown + refused.name.removeprefix(name)
                refused = FileRefused(told, refused.reason, refused.where)
                break
        self.refused.append(refused)

    def snapshot(self, sha256: str, source: Source, name: str, now: datetime, size_bytes: int) -> Snapshot:
        """The snapshot of these bytes: the one held, under this name, or a new one taken `now`."""
        known = self.held_snapshots.get(sha256)
        if known:
            return replace(known, name=name) if source.named else known
        return Snapshot(sha256, source.name, name, source.url, now, size_bytes)

    def source_of(self, path: Path, stat: os.stat_result) -> Source | None:
        """The source that reads this file piece by piece, when it has rows of it as it is now."""
        known = self.held_snapshots.get(self.seen.sha256(path, stat))
        source = shelved().get(known.source) if known else None
        return source if source and source.stream else None


def _datasets(files: Sequence[Streamed]) -> list[str]:
    """A name for the dataset that each file is: its own, behind as many folders as tell two apart."""
    stems = [file.name for file in files]
    names = list(stems)
    for depth in range(1, 32):
        shared = {name for name, times in Counter(names).items() if times > 1}
        if not shared:
            break
        for number, file in enumerate(files):
            if names[number] in shared:
                folders = file.path.absolute().parts[-1 - depth : -1]
                names[number] = "/".join((*folders, stems[number]))
    return names


def _to_read(load: Load) -> tuple[list[File], list[Outcome]]:
    """The files that must be read, and the outcome of those that have not changed."""
    held = {
        (part.source, part.dataset): part.snapshot
        for part in load.held.parts
        if part.table != "issues" and part.file.startswith(streaming.fingerprint(part.source))
    }  # fmt: skip
    files, same = [], []
    for one, dataset in zip(load.streamed, _datasets(load.streamed), strict=True):
        known = held.get((one.source.name, dataset), "")
        file = File(one.path, one.source.name, dataset, one.size_bytes, known, one.member)
        if file.held and load.seen.sha256(one.path, one.stat) == file.held:
            same.append(Outcome(file, file.held, unchanged=True))
        else:
            files.append(file)
    return files, same


def take_streamed(
    store: Store, load: Load, now: datetime, *, workers: int, engine: str, watch: Watch
) -> None:
    """Reads the files noted for it, and keeps what may be kept."""
    files, outcomes = _to_read(load)
    outcomes += streaming.read_all(
        files, store.path, partial=load.partial, workers=workers, engine=engine, watch=watch
    )
    places = {(one.path, one.member): number for number, one in enumerate(load.streamed)}
    by_place = {places[outcome.file.path, outcome.file.member]: outcome for outcome in outcomes}
    for number, outcome in sorted(by_place.items()):
        one = load.streamed[number]
        try:
            _keep_streamed(load, outcome, one.stat.st_size, now)
        except FileRefused as refused:
            load.refuse(one.path, refused)
            load.left_out.update(outcome.rows)
        else:
            load.seen.note(one.path, one.stat, outcome.sha256)
    load.seen.save()


def _keep_streamed(load: Load, outcome: Outcome, size_bytes: int, now: datetime) -> None:
    """Notes the parts of a file that was read; raises `FileRefused` when it may not be kept."""
    file, source = outcome.file, shelved()[outcome.file.source]
    name, main = file.name, source.counted[0]
    slot = (source.name, file.dataset, None)
    held = load.held_parts.get((source.name, file.dataset), [])
    if outcome.unchanged:
        parts = [part for part in held if part.snapshot == outcome.sha256]
        load.parts += parts
        load.snapshots.append(load.held_snapshots[outcome.sha256])
        counts = {part.table: part.rows for part in parts if part.table != "issues"}
        load.kept.append(
            Kept(file.path, source.name, file.dataset, counts, (), (), True, snapshot=outcome.sha256)
        )
        return
    if outcome.refused:
        raise FileRefused(name, *outcome.refused)
    if (broken := outcome.broken) and not load.partial:
        where = f"line {broken.line}" if broken.line else ""
        told = f"it breaks off there ({broken.reason}); to keep what stands before say --partial"
        raise FileRefused(name, told, where)
    counts = {table: outcome.rows.get(table, 0) for table in source.counted}
    if not load.partial:
        rows: dict[int | None, int] = {None: counts[main]}
        acceptance.check_expected(source, file.dataset, main, rows, name)
        acceptance.check_not_shrunk(held, source, file.dataset, main, rows, name)
    for table, number in counts.items():
        load.parts.append(Part(table, *slot, outcome.sha256, outcome.folder, number))
    if outcome.issues:
        load.parts.append(Part("issues", *slot, outcome.sha256, outcome.folder, len(outcome.issues)))
    load.snapshots.append(load.snapshot(outcome.sha256, source, file.path.name, now, size_bytes))
    load.kept.append(
        Kept(file.path, source.name, file.dataset, counts, (), outcome.issues, snapshot=outcome.sha256)
    )
