"""What a load under way holds, and how files that are read piece by piece come into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

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
    told of it when it was read; none are told again where it had not changed."""

    path: Path
    source: str
    dataset: str
    counts: Mapping[str, int]
    years: tuple[int, ...]
    told: tuple[Issue, ...]
    unchanged: bool = False

    @property
    def rows(self) -> int:
        """Those of the main table."""
        return next(iter(self.counts.values()), 0)

    @property
    def issues(self) -> int:
        return len(self.told)


@dataclass(slots=True)
class Load:
    """A load under way: what it will add to the generation, and what it left out. `streamed` are the
    files to be read piece by piece, `left_out` the rows that refused ones of these held."""

    held: Generation
    partial: bool
    starter: bool
    parts: list[Part] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    streamed: list[tuple[Path, Source]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def snapshot(self, sha256: str, source: Source, name: str, now: datetime, size_bytes: int) -> Snapshot:
        """The snapshot of these bytes: the one held, under this name, or a new one taken `now`."""
        known = {snapshot.sha256: snapshot for snapshot in self.held.snapshots}
        if sha256 in known:
            return replace(known[sha256], name=name) if source.named else known[sha256]
        return Snapshot(sha256, source.name, name, source.url, now, size_bytes)


def _datasets(files: Sequence[tuple[Path, Source]]) -> list[str]:
    """A name for the dataset that each file is: its own, behind as many folders as tell two apart."""
    stems = [path.name.removesuffix(".gz").removesuffix(".zip").removesuffix(".xml") for path, _ in files]
    names = list(stems)
    for depth in range(1, 32):
        shared = {name for name, times in Counter(names).items() if times > 1}
        if not shared:
            break
        for number, (path, _) in enumerate(files):
            if names[number] in shared:
                folders = path.absolute().parts[-1 - depth : -1]
                names[number] = "/".join((*folders, stems[number]))
    return names


def _to_read(store: Store, load: Load, seen: Seen) -> tuple[list[File], list[Outcome]]:
    """The files that must be read, and the outcome of those that have not changed."""
    held = {
        (part.source, part.dataset): part.snapshot
        for part in load.held.parts
        if part.table != "issues" and part.file.startswith(streaming.fingerprint(part.source))
    }  # fmt: skip
    files, same = [], []
    for (path, source), dataset in zip(load.streamed, _datasets(load.streamed), strict=True):
        try:
            stat = path.stat()
        except OSError as error:
            load.refused.append(FileRefused(str(path), error.strerror or str(error)))
            continue
        file = File(path, source.name, dataset, stat.st_size, held.get((source.name, dataset), ""))
        if file.held and seen.sha256(path, stat) == file.held:
            same.append(Outcome(file, file.held, unchanged=True))
        else:
            files.append(file)
    return files, same


def take_streamed(
    store: Store, load: Load, now: datetime, *, workers: int, engine: str, watch: Watch
) -> None:
    """Reads the files noted for it, and keeps what may be kept."""
    seen = Seen(store.path)
    stats = {path: path.stat() for path, _ in load.streamed if path.exists()}
    files, outcomes = _to_read(store, load, seen)
    outcomes += streaming.read_all(
        files, store.path, partial=load.partial, workers=workers, engine=engine, watch=watch
    )
    places = {path: number for number, (path, _) in enumerate(load.streamed)}
    for outcome in sorted(outcomes, key=lambda outcome: places[outcome.file.path]):
        try:
            _keep_streamed(load, outcome, now)
        except FileRefused as refused:
            load.refused.append(refused)
            load.left_out.update(outcome.rows)
        else:
            seen.note(outcome.file.path, stats[outcome.file.path], outcome.sha256)
    seen.save()


def _keep_streamed(load: Load, outcome: Outcome, now: datetime) -> None:
    """Notes the parts of a file that was read; raises `FileRefused` when it may not be kept."""
    file, source = outcome.file, shelved()[outcome.file.source]
    name, main = file.path.name, source.counted[0]
    slot = (source.name, file.dataset, None)
    if outcome.unchanged:
        parts = [p for p in load.held.parts if p.slot == slot and p.snapshot == outcome.sha256]
        load.parts += parts
        load.snapshots += [s for s in load.held.snapshots if s.sha256 == outcome.sha256]
        counts = {part.table: part.rows for part in parts if part.table != "issues"}
        load.kept.append(Kept(file.path, source.name, file.dataset, counts, (), (), unchanged=True))
        return
    if outcome.refused:
        raise FileRefused(name, *outcome.refused)
    issues = outcome.issues
    if broken := outcome.broken:
        where = f"line {broken.line}" if broken.line else ""
        told = f"it breaks off there ({broken.reason})"
        if not load.partial:
            raise FileRefused(name, f"{told}; to keep what stands before say --partial", where)
    counts = {table: outcome.rows.get(table, 0) for table in source.counted}
    if not load.partial:
        rows: dict[int | None, int] = {None: counts[main]}
        acceptance.check_expected(source, file.dataset, main, rows, name)
        acceptance.check_not_shrunk(load.held.parts, source, file.dataset, main, rows, name)
    for table, number in counts.items():
        load.parts.append(Part(table, *slot, outcome.sha256, outcome.folder, number))
    if issues:
        load.parts.append(Part("issues", *slot, outcome.sha256, outcome.folder, len(issues)))
    load.snapshots.append(load.snapshot(outcome.sha256, source, name, now, file.size_bytes))
    load.kept.append(Kept(file.path, source.name, file.dataset, counts, (), issues))
