"""Reads files of any size piece by piece into Parquet, small ones together and several at a time.

A group of files becomes one folder under the store's `rows/` with a file for each table, whatever of it
will count: which datasets do is for the generation's parts to say.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from functools import partial as partial_of
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from comity import engines
from comity.errors import ComityError, FileRefused, Issue, ReadingStopped
from comity.provenance import digest
from comity.sources import Batch, Break, Source, _opening, shelved
from comity.store import files as whole
from comity.store.raw import Copies, settle_all

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

GROUP_BYTES = 8 * 1024**2
"""Files are read together up to so many bytes: a table then has few Parquet files, and few processes
have much to do."""
HELD_ROWS = 100_000
HELD_BYTES = 48 * 1024**2
"""Rows of a table, and bytes of all tables together, held before they are written: small files share row
groups, and a worker's memory does not depend on how many tables there are."""
_LOOK_S = 0.1
Watch = Callable[[str, int, int], None]
"""Is told which file is being read, how many bytes of all are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read, by which source, and the dataset that it is. `held` is the sha256 under which
    its rows are in the store already; `member` what is to be read of a zip, all of whose members have
    the zip's own."""

    path: Path
    source: str
    dataset: str
    size_bytes: int
    held: str = ""
    member: str = ""

    @property
    def name(self) -> str:
        """What it is called where it is told of."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file. Where it was `unchanged` nothing else is said; where it was `refused`
    (reason, where) the rows are those met before."""

    file: File
    sha256: str
    unchanged: bool = False
    folder: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    broken: Break | None = None
    refused: tuple[str, str] | None = None


def clear(store: Path) -> None:
    """Removes the drafts of a load that was killed."""
    for draft in (*(store / "rows").glob(".*"), *(store / "raw").glob(".*")):
        shutil.rmtree(draft) if draft.is_dir() else draft.unlink(missing_ok=True)


@cache
def fingerprint(source: str) -> str:
    """Changes with the code that reads the source's files: rows read otherwise are read again."""
    stream = shelved()[source].stream
    home = Path(str(sys.modules[stream.__module__].__file__ if stream else __file__))
    own = (Path(__file__), Path(str(sys.modules["comity.tables"].__file__)).parent / f"{source}.py")
    code = sorted(home.parent.glob("*.py")) if home.name == "__init__.py" else [home]
    return digest(b"\0".join(file.read_bytes() for file in (*own, *code) if file.is_file()))[:12]


def grouped(files: Iterable[File]) -> Iterator[list[File]]:
    """The files in their order, as many together as make up `GROUP_BYTES`."""
    group: list[File] = []
    for file in files:
        if group and (
            file.source != group[0].source or sum(f.size_bytes for f in group) + file.size_bytes > GROUP_BYTES
        ):
            yield group
            group = []
        group.append(file)
    if group:
        yield group


def read_all(
    files: Sequence[File], store: Path, *, partial: bool, workers: int, engine: str, watch: Watch
) -> list[Outcome]:
    """Reads `files`, up to `workers` groups of them at a time, each in a process of its own; or all groups
    by the workers of the `engine`, if it has any: these must see files and store under the same paths.

    `partial` keeps the bytes of files that break off. Raises `ReadingStopped` when a process dies.
    """
    clear(store)
    groups = list(grouped(files))
    total = sum(file.size_bytes for file in files)
    if groups and (spread := engines.spread(engine)):
        items = [pickle.dumps(_Task(group, store.absolute(), partial)) for group in groups]
        return [outcome for answer in spread(_read_there, items) for outcome in _opened(answer)]
    if workers < 2 or len(groups) < 2:
        progress = _Progress(watch, total)
        return [outcome for group in groups for outcome in _read(group, store, partial, progress)]
    context = multiprocessing.get_context("spawn")
    counter, name = context.Value("q", 0), context.Array("c", _LONGEST_NAME)
    with futures.ProcessPoolExecutor(
        min(workers, len(groups)), mp_context=context, initializer=_share, initargs=(counter, name)
    ) as pool:
        with _uninterrupted():  # which they inherit: Ctrl-C is for this process to answer
            running = {pool.submit(_read, group, store, partial): group for group in groups}
        try:
            while (state := futures.wait(running, _LOOK_S, futures.FIRST_EXCEPTION)).not_done:
                if any(future.exception() for future in state.done):
                    break
                read = bytes(name[:]).partition(b"\0")[0].decode("utf-8", "ignore")
                watch(read or groups[0][0].name, counter.value, total)
            return [outcome for future in running for outcome in future.result()]
        except BrokenProcessPool:
            raise ReadingStopped(len(files)) from None
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True, slots=True)
class _Task:
    """A group of files to be read by the worker of an engine."""

    group: Sequence[File]
    store: Path
    partial: bool


def _read_there(item: bytes) -> bytes:
    """In the worker of an engine: reads a pickled `_Task`, gives the pickled outcomes or error."""
    task: _Task = pickle.loads(item)  # noqa: S301 -- made by `read_all`
    try:
        return pickle.dumps(_read(task.group, task.store, task.partial, _Progress(lambda *at: None, 0)))
    except ComityError as error:
        return pickle.dumps(error)


def _opened(answer: bytes) -> list[Outcome]:
    found: list[Outcome] | ComityError = pickle.loads(answer)  # noqa: S301 -- made by `_read_there`
    if isinstance(found, ComityError):
        raise found
    return found


@dataclass(slots=True)
class _Progress:
    """What is told where the files are read in this process."""

    watch: Watch
    total: int
    done: int = 0

    def add(self, name: str, size: int) -> None:
        self.done += size
        self.watch(name, self.done, self.total)


_shared: dict[str, Any] = {}
"""In a reading process: the number that all of them add their bytes to, and what one of them reads."""
_LONGEST_NAME = 256


def _share(counter: Any, name: Any) -> None:
    _shared.update(counter=counter, name=name)


def _add(name: str, size: int) -> None:
    counter = _shared["counter"]
    with counter.get_lock():
        counter.value += size
    _shared["name"].value = name.encode()[: _LONGEST_NAME - 1]


class _Counted(FileIO):
    """A file that tells how many of its bytes were read."""

    told: Callable[[int], None]

    def read(self, size: int | None = -1, /) -> Any:
        data = super().read(-1 if size is None else size)
        self.told(len(data or b""))
        return data


class _Group:
    """The rows of a group of files, written table by table into a draft of a folder."""

    def __init__(self, draft: Path) -> None:
        self._draft = draft
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._held: dict[str, list[tuple[Mapping[str, str], pa.Table]]] = {}
        self._rows: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def add(self, shared: Mapping[str, str], table: str, rows: pa.Table) -> None:
        self._held.setdefault(table, []).append((shared, rows))
        self._rows[table] += rows.num_rows
        self._bytes[table] += rows.nbytes
        if self._rows[table] >= HELD_ROWS:
            self._write(table)
        if self._bytes.total() >= HELD_BYTES:
            self._write(max(self._bytes, key=self._bytes.__getitem__))

    def _write(self, table: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        held = self._held.pop(table)
        rows = pa.concat_tables([some for _, some in held]).combine_chunks()
        for column in held[0][0]:
            texts = [pa.repeat(pa.scalar(shared[column]), some.num_rows) for shared, some in held]
            rows = rows.append_column(column, pa.concat_arrays(texts))
        del self._rows[table], self._bytes[table]
        if table not in self._writers:
            self._draft.mkdir(parents=True, exist_ok=True)
            self._writers[table] = pq.ParquetWriter(
                self._draft / f"{table}.parquet", rows.schema, compression="zstd"
            )
        self._writers[table].write_table(rows)

    def close(self) -> None:
        for table in list(self._held):
            self._write(table)
        for writer in self._writers.values():
            writer.close()
        settle_all(self._draft / f"{table}.parquet" for table in self._writers)


def _read(
    group: Sequence[File], store: Path, partial: bool, progress: _Progress | None = None
) -> list[Outcome]:
    """Reads the files of a group into one folder of rows."""
    rows = store / "rows"
    draft = rows / f".{_own()}"
    source = shelved()[group[0].source]
    told = progress.add if progress else _add
    copies = Copies(store / "raw", _own())
    with whole.writing_to(rows):
        shutil.rmtree(draft, ignore_errors=True)
        try:
            kept = _Group(draft)
            found = [_read_one(file, source, copies, partial, kept, told) for file in group]
            copies.close()
            kept.close()
            new = "\n".join(f"{o.file.dataset} {o.sha256}" for o in found if not o.unchanged)
            folder = f"{fingerprint(source.name)}-{digest(new.encode())[:24]}"
            if draft.exists():
                _into_place(draft, rows / folder)
        finally:
            copies.clear()
            shutil.rmtree(draft, ignore_errors=True)
    return [outcome if outcome.unchanged else replace(outcome, folder=f"{folder}/") for outcome in found]


def _into_place(draft: Path, folder: Path) -> None:
    if folder.exists():  # the same files, read before and no longer known of
        shutil.rmtree(folder)
    draft.replace(folder)
    whole.settle(folder.parent)


def _read_one(
    file: File, source: Source, copies: Copies, partial: bool, kept: _Group, told: Callable[[str, int], None]
) -> Outcome:
    try:
        original = file.path.open("rb")
    except OSError as error:
        return Outcome(file, "", refused=(error.strerror or str(error), ""))
    with original:
        if file.held and copies.digest(file.path, original) == file.held:
            told(file.name, file.size_bytes)
            return Outcome(file, file.held, unchanged=True)
        original.seek(0)
        sha256, copy = copies.of(file.path, original)
    shared = {"source": source.name, "dataset": file.dataset, "snapshot": sha256}
    counts: Counter[str] = Counter()
    issues: list[Issue] = []
    broken, refused = None, None
    try:
        with _Counted(copy, "rb") as stream:
            stream.told = partial_of(told, file.name)
            broken = _sort(_items(source, stream, file), counts, issues, partial_of(kept.add, shared))
    except FileRefused as reason:
        refused = (reason.reason, reason.where)
    if broken and partial:
        where = f"line {broken.line}" if broken.line else ""
        text = f"the file breaks off ({broken.reason}); what stands before is kept"
        issues.append(Issue(source.name, file.dataset, where, "xml", text))
    if refused is None and (broken is None or partial):
        copies.keep(sha256, copy)
    if refused is None and issues:
        kept.add({"snapshot": sha256}, "issues", _table_of(issues))
    return Outcome(file, sha256, False, "", dict(counts), tuple(issues), broken, refused)


def _items(source: Source, stream: BinaryIO, file: File) -> Iterator[Batch | Issue | Break]:
    if source.stream is None:
        raise TypeError(f"source {source.name} does not read files piece by piece")
    if not file.member:
        yield from source.stream(stream, file.name, dataset=file.dataset)
        return
    with _opening.member(stream, file.name, file.member) as inner:
        yield from source.stream(inner, file.name, dataset=file.dataset)


def _sort(
    items: Iterable[Batch | Issue | Break],
    counts: Counter[str],
    issues: list[Issue],
    add: Callable[[str, pa.Table], None],
) -> Break | None:
    """Counts and adds the rows, gathers the issues, and gives the break, if there is one."""
    broken = None
    for item in items:
        match item:
            case Batch():
                counts[item.table] += item.rows.num_rows
                add(item.table, item.rows)
            case Break():
                broken = item
            case _:
                issues.append(item)
    return broken


def _table_of(issues: Iterable[Issue]) -> pa.Table:
    import pyarrow as pa

    names = ("locator", "rule", "text", "source", "dataset")
    return pa.table({name: pa.array([getattr(i, name) for i in issues], pa.string()) for name in names})


def _own() -> str:
    """A name that no other reader uses at the same time: those of an engine may share a process."""
    return f"{socket.gethostname()}-{os.getpid()}-{threading.get_ident()}"
