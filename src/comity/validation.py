"""Files held against the IATI standard as it is kept in a store: what `comity validate` does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import BadRequest, FileRefused
from comity.pipeline import unpacked
from comity.sources import _opening

if TYPE_CHECKING:
    from comity.api import Comity
    from comity.sources.iati.validator import Standard, Validation

LARGEST_FILE = 256 * 1024**2
"""Unpacked bytes beyond which a file is refused: in memory it takes some twelve times as much."""


def standard_of(store: Comity) -> Standard:
    """The standard's files and codes that are loaded; raises `BadRequest` when there are none."""
    from comity.sources.iati.validator import HOW_TO_GET, Codelist, Standard

    files: dict[tuple[str, str, str], Callable[[], bytes]] = {}
    for row in store.sql("SELECT kind, version, name, snapshot FROM standard_files").to_pylist():
        key = row["kind"], row["version"] or "", row["name"]
        files[key] = partial(_bytes, store, row["name"], row["snapshot"])
    if not files:
        raise BadRequest(f"the IATI standard is not loaded; {HOW_TO_GET}")
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    complete: dict[tuple[str, str], bool] = {}
    for row in store.sql("SELECT version, codelist, code, complete FROM codelists").to_pylist():
        listed = row["version"] or "", row["codelist"]
        codes[listed].add(row["code"])
        complete[listed] = row["complete"] == "yes"
    codelists = {key: Codelist(key[1], frozenset(held), complete[key]) for key, held in codes.items()}
    return Standard(files, codelists)


def _bytes(store: Comity, name: str, sha256: str) -> bytes:
    return unpacked(name, store.store.raw(sha256))


def documents(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files to be checked at `path`: itself, those of a folder, XML in a zip; each with its name and
    what reads it, unpacked.

    Raises `FileRefused`, and so does the reading, for what cannot be read or is too large.
    """
    name = str(path)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if not file.is_dir())
        if not found:
            raise FileRefused(name, "no file in it")
        for file in found:
            yield from documents(file)
        return
    try:
        if not (path.is_file() and _opening.is_zip(path)):
            yield name, partial(_content, path, name)
            return
        with path.open("rb") as stream:
            listing = _opening.listed(stream, name)
        for packed in listing.files:
            inner = f"{name}/{packed.name}"
            yield inner, partial(_content, path, inner, packed.name)
    except OSError as error:
        raise FileRefused(name, error.strerror or str(error)) from None


def _content(path: Path, name: str, member: str = "") -> bytes:
    try:
        if not path.is_file():
            raise FileRefused(name, "not a file" if path.exists() else "No such file or directory")
        if path.stat().st_size > LARGEST_FILE:
            raise FileRefused(name, f"larger than {LARGEST_FILE // 1024**2} MiB")
        if not member:
            return unpacked(name, path.read_bytes(), LARGEST_FILE)
        with path.open("rb") as stream, _opening.member(stream, name, member) as inner:
            content = inner.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise FileRefused(name, f"unpacks to more than {LARGEST_FILE // 1024**2:,} MiB")
        return unpacked(name, content, LARGEST_FILE)
    except _opening.CutShort as cut:
        raise FileRefused(name, str(cut)) from None
    except OSError as error:
        raise FileRefused(name, error.strerror or str(error)) from None


def check(path: Path, standard: Standard, now: datetime) -> Validation:
    """Holds one file, gzip or not, against the standard, as `check_content` does."""
    return check_content(str(path), _content(path, str(path)), standard, now)


def check_content(name: str, content: bytes, standard: Standard, now: datetime) -> Validation:
    """Holds a file that was read against the standard; `now` is when dates lie in the future.

    Raises `FileRefused` for what is no XML or no file of the standard.
    """
    from comity.sources.iati.validator import validate

    return validate(name, content, standard, now=now)
