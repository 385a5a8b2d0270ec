"""Every error comity raises on purpose, one class per cause, the message built inside.

    ComityError
    ├── NotKnown               a name nobody here answers to; carries the nearest names
    │   ├── PartyNotKnown
    │   ├── AmbiguousParty
    │   ├── MeasureNotKnown
    │   ├── SourceNotKnown
    │   ├── FormatNotKnown
    │   └── EngineNotKnown
    ├── BadRequest             years, dates or options that make no sense
    │   └── OutsideCoverage
    ├── QueryFailed            SQL that the engine refuses
    ├── EngineNotReady         who is to compute is not installed, not reached or sees other files
    ├── FileRefused            a file that is not what its source promises
    │   └── NotRecognised      no source knows this file
    └── StoreError
        ├── StoreMissing
        ├── StoreLocked
        ├── StoreTooNew
        ├── StoreDamaged
        ├── TablesUnreadable   the derived database does not open; it is made again
        ├── NotWritable        no permission, no space, not a folder
        └── ReadingStopped     a process that read files was ended from outside

The command line prints `str(error)` as one line and exits with 2; no traceback.
`Issue` is not an error: it is a problem in somebody's data, kept and published as a value.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem in published data: where it is, which rule it touches, what we did about it."""

    source: str
    dataset: str
    locator: str
    rule: str
    text: str


class ComityError(Exception):
    """The root: one clear line saying what, where, and what to do."""

    def __reduce__(self) -> tuple[object, ...]:
        # Their parameters are not their message, so pickle could not make them again as it does others.
        return _again, (type(self), str(self), self.__dict__)


def _again(cause: type[ComityError], message: str, fields: dict[str, object]) -> ComityError:
    error = cause.__new__(cause, message)
    error.args = (message,)
    error.__dict__.update(fields)
    return error


class NotKnown(ComityError):
    def __init__(self, kind: str, given: str, known: Iterable[str], hint: str = "") -> None:
        near = difflib.get_close_matches(given, list(known), n=3, cutoff=0.5)
        self.nearest = tuple(near)
        message = f"no {kind} called “{given}”"
        if near:
            message += f"; nearest: {', '.join(near)}"
        super().__init__(message + (f" ({hint})" if hint else ""))


class PartyNotKnown(ComityError):
    """`nearest` are (name, id) pairs, best first."""

    def __init__(self, role: str, given: str, nearest: Iterable[tuple[str, str]]) -> None:
        self.nearest = tuple(nearest)
        shown = ", ".join(f"{name} ({id_})" for name, id_ in self.nearest)
        super().__init__(
            f"no {role} called “{given}”"
            + (f"; nearest: {shown}" if shown else '; see: comity sql "SELECT id, name_en FROM parties"')
        )


class AmbiguousParty(ComityError):
    def __init__(self, role: str, given: str, candidates: Iterable[tuple[str, str]]) -> None:
        shown = ", ".join(f"{name} ({id_})" for name, id_ in candidates)
        super().__init__(f"more than one {role} is called “{given}”: {shown}; give the code")


class MeasureNotKnown(NotKnown):
    def __init__(self, given: str, known: Iterable[str]) -> None:
        super().__init__("measure", given, known, "comity profile … --format json lists them")


class SourceNotKnown(NotKnown):
    def __init__(self, given: str, known: Iterable[str]) -> None:
        super().__init__("source", given, known, "comity sources lists them")


class FormatNotKnown(NotKnown):
    def __init__(self, given: str, known: Iterable[str]) -> None:
        known = sorted(known)
        super().__init__("format", given, known, "known: " + ", ".join(known))


class EngineNotKnown(NotKnown):
    def __init__(self, given: str, known: Iterable[str]) -> None:
        known = sorted(known)
        super().__init__("engine", given, known, "known: " + ", ".join(known))


class BadRequest(ComityError):
    pass


class OutsideCoverage(BadRequest):
    """Nothing loaded says anything about the pair in these years: not reported, which is not zero."""

    def __init__(self, pair: str, period: object, first: int | None, last: int | None) -> None:
        if first is None:
            reach = "no loaded source reports on this pair in any year; load one with: comity load PATH"
        else:
            reach = f"the loaded sources reach from {first} to {last}"
        super().__init__(f"nothing is known of {pair} in {period}: {reach}")


class QueryFailed(ComityError):
    def __init__(self, reason: str) -> None:
        super().__init__("the query was refused: " + " ".join(reason.split()))


class EngineNotReady(ComityError):
    """`url` is shown without its parameters, among which may be a token."""

    def __init__(self, url: str, reason: str, hint: str) -> None:
        shown = url.partition(";")[0].rstrip("/")
        super().__init__(f"cannot compute at {shown}: {' '.join(reason.split())}; {hint}")


class FileRefused(ComityError):
    """`where` is a line or byte when it is known; nothing of the file was kept."""

    def __init__(self, name: str, reason: str, where: str = "") -> None:
        self.name, self.reason, self.where = name, reason, where
        super().__init__(f"{name}{', ' + where if where else ''}: {reason}")


class NotRecognised(FileRefused):
    def __init__(
        self, name: str, reason: str = "no source knows this layout; --source NAME says what one misses"
    ) -> None:
        super().__init__(name, reason)


class StoreError(ComityError):
    pass


class StoreMissing(StoreError):
    def __init__(self, path: object) -> None:
        super().__init__(f"no store at {path}; make one with: comity load --store {path}")


class StoreLocked(StoreError):
    def __init__(self, path: object, holder: str) -> None:
        super().__init__(
            f"the store at {path} is being written by {holder}; wait until it ends, then try again"
        )


class StoreTooNew(StoreError):
    def __init__(self, path: object, found: object, known: int) -> None:
        super().__init__(
            f"the store at {path} has format {found}, this comity reads up to {known}; upgrade comity"
        )


class StoreDamaged(StoreError):
    def __init__(self, path: object, what: str) -> None:
        super().__init__(
            f"the store at {path} is damaged: {what}; load the files again into a new store with --store"
        )


class TablesUnreadable(StoreError):
    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"the tables at {path} cannot be opened: {reason}")


class NotWritable(StoreError):
    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"cannot write to {path}: {reason}; nothing was changed")


class ReadingStopped(StoreError):
    def __init__(self, files: int) -> None:
        super().__init__(
            f"a process that read some of the {files:,} files was stopped from outside, perhaps for want of "
            "memory; nothing was changed; try again with --workers 1"
        )
