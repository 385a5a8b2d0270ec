"""Opens what publishers publish, plain, gzip or zip, and does not let a small file become a huge one."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from comity.errors import FileRefused

CHUNK_BYTES = 64 * 1024
LARGEST_BYTES = 16 * 1024**3
"""Unpacked bytes beyond which a file is refused."""
LARGEST_RATIO = 200
"""Unpacked to packed bytes; IATI files come to 10 to 60, a bomb to 1,000."""
FREE_BYTES = 16 * 1024**2
"""Unpacked bytes for which no ratio is asked: so little does no harm."""
LARGEST_DIRECTORY_BYTES = 1024**2
"""Of a zip: Python's zipfile keeps the whole directory in memory."""
_GZIP, _ZIP, _ZIP_END, _ZIP64 = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"


class CutShort(Exception):
    """The bytes end, or stop making sense, before the file does; what came before them is sound."""


def unpacked(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The bytes of `stream`, unpacked, in pieces of about `CHUNK_BYTES`. A zip must be seekable.

    Raises `FileRefused` for a bomb, and for a zip that does not hold exactly one file to be read;
    `CutShort` when packed bytes are damaged or end too early.
    """
    head = stream.read(CHUNK_BYTES)
    if head.startswith(_GZIP):
        gzip = _Gunzip(stream, head)
        return _metered(gzip.pieces(), lambda: gzip.packed_bytes, name)
    if head.startswith(_ZIP):
        return _unzip(stream, name)
    return _metered(_plain(stream, head), None, name)


def _plain(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read(CHUNK_BYTES)


def _metered(pieces: Iterator[bytes], packed: Callable[[], int] | None, name: str) -> Iterator[bytes]:
    """The pieces, none of them tiny but the last: a gzip may have a member for every byte."""
    total, held = 0, bytearray()
    try:
        for piece in pieces:
            total += len(piece)
            _check_size(total, packed, name)
            held += piece
            if len(held) >= CHUNK_BYTES:
                yield bytes(held)
                held.clear()
    except CutShort:
        yield bytes(held)  # sound, and what is told of the break needs it
        raise
    yield bytes(held)


def _check_size(total: int, packed: Callable[[], int] | None, name: str) -> None:
    if total > LARGEST_BYTES:
        raise FileRefused(name, f"more than {LARGEST_BYTES // 1024**3} GiB when unpacked")
    if packed and total > FREE_BYTES and total > LARGEST_RATIO * packed():
        raise FileRefused(name, f"unpacks to more than {LARGEST_RATIO} times its size; no IATI file does")


class _Gunzip:
    """Unpacks gzip with its members, one after the other, and counts the packed bytes taken."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream, self._head = stream, head
        self.packed_bytes = len(head)

    def _more(self) -> bytes:
        more = self._stream.read(CHUNK_BYTES)
        self.packed_bytes += len(more)
        return more

    def pieces(self) -> Iterator[bytes]:
        data = self._head
        while data:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                data = data or self._more()
                if not data:
                    raise CutShort("the gzip ends too early; fetch the file again")
                try:
                    yield member.decompress(data, CHUNK_BYTES)
                except zlib.error as error:
                    raise CutShort(f"not a sound gzip ({error})") from None
                data = member.unconsumed_tail
            # Padding with zeros after a member is allowed.
            data = member.unused_data.lstrip(b"\0") or self._more().lstrip(b"\0")


def _unzip(stream: BinaryIO, name: str) -> Iterator[bytes]:
    if isinstance(stream, _Member):
        raise FileRefused(name, "a zip within a zip; unpack it")
    files = listed(stream, name).files
    if len(files) != 1:
        raise FileRefused(name, f"a zip of {len(files)} files; unpack it and load the folder")
    with member(stream, name, files[0].name) as only:
        yield from unpacked(only, name)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a zip: its name there, and how many bytes of the zip it takes."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a zip: the files to be read, and the names of those that are not. XML is read, plain or
    gzip; where there is none, whatever there is."""

    files: tuple[Packed, ...]
    others: tuple[str, ...]


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    with path.open("rb") as stream:
        return stream.read(len(_ZIP)) == _ZIP


def listed(stream: BinaryIO, name: str) -> Listing:
    """What is in a zip; raises `FileRefused` when it cannot be told, or is more than the zip can hold."""
    size = stream.seek(0, 2)
    _check_directory(stream, size, name)
    try:
        with zipfile.ZipFile(stream) as archive:
            found = [Packed(i.filename, i.compress_size) for i in archive.infolist() if not i.is_dir()]
    except zipfile.BadZipFile as error:
        raise FileRefused(name, f"not a sound zip ({error})") from None
    if sum(file.size_bytes for file in found) > size:
        raise FileRefused(name, "a zip whose files overlap; no sound one has such")
    found = [file for file in found if not file.name.startswith("__MACOSX/")]
    files = tuple(file for file in found if file.name.lower().endswith((".xml", ".xml.gz"))) or tuple(found)
    return Listing(files, tuple(file.name for file in found if file not in files))


class _Member:
    """A file in a zip, as a stream that bombs and broken zips cannot harm."""

    def __init__(self, stream: BinaryIO, size: int, name: str) -> None:
        self._stream, self._size, self._name = stream, size, name
        self._total = 0

    def read(self, size: int = -1) -> bytes:
        with _sound(self._name):
            piece = self._stream.read(size)
        self._total += len(piece)
        _check_size(self._total, lambda: self._size, self._name)
        return piece


@contextmanager
def member(stream: BinaryIO, name: str, of: str) -> Iterator[BinaryIO]:
    """The file called `of` in a zip, to be read as a file of its own.

    Raises `FileRefused` for one that cannot be unpacked; reading it raises that for a bomb, and
    `CutShort` where its bytes are damaged.
    """
    with _sound(name), zipfile.ZipFile(stream) as archive:
        info = archive.getinfo(of)
        with archive.open(info) as opened:
            yield cast("BinaryIO", _Member(cast("BinaryIO", opened), info.compress_size, name))


@contextmanager
def _sound(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CutShort(f"not a sound zip ({error})") from None
    except (NotImplementedError, RuntimeError) as error:  # another compression, or encrypted
        raise FileRefused(name, f"a zip that cannot be unpacked here ({error})") from None


def _check_directory(stream: BinaryIO, size: int, name: str) -> None:
    """Raises `FileRefused` when the list of files in the archive is too long to be read."""
    start = max(0, size - 65536 - 22)
    stream.seek(start)
    tail = stream.read()
    end = tail.rfind(_ZIP_END)
    if end < 0 or len(tail) < end + 22:
        raise FileRefused(name, "not a sound zip (it has no end)")
    (directory_bytes,) = struct.unpack_from("<I", tail, end + 12)
    if directory_bytes > LARGEST_DIRECTORY_BYTES or tail[max(0, end - 20) : end].startswith(_ZIP64):
        raise FileRefused(name, "a zip with too long a list of files; unpack it and load the folder")


def head(path: Path, of: str = "") -> bytes:
    """The first bytes of a file, or of the one called `of` in a zip, unpacked: some 64 kB, or all there are.

    Raises `FileRefused` as `unpacked` does, and where no byte can be unpacked, and `OSError`.
    """
    name = f"{path.name}/{of}" if of else path.name
    with path.open("rb") as stream:
        try:
            if not of:
                return _first(unpacked(stream, name))
            with member(stream, name, of) as inner:
                return _first(unpacked(inner, name))
        except CutShort as cut:
            raise FileRefused(name, str(cut)) from None


def _first(pieces: Iterator[bytes]) -> bytes:
    return next((piece for piece in pieces if piece), b"")
