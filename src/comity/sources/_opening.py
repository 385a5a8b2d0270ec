"""Opens what publishers publish, plain, gzip or zip, and does not let a small file become a huge one."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

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

    Raises `FileRefused` for a bomb, and for a zip that does not hold exactly one file; `CutShort`
    when packed bytes are damaged or end too early.
    """
    head = stream.read(CHUNK_BYTES)
    if head.startswith(_GZIP):
        gzip = _Gunzip(stream, head)
        return _metered(gzip.pieces(), lambda: gzip.packed_bytes, name)
    if head.startswith(_ZIP):
        size = stream.seek(0, 2)
        return _metered(_unzip(stream, size, name), lambda: size, name)
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


def _unzip(stream: BinaryIO, size: int, name: str) -> Iterator[bytes]:
    _check_directory(stream, size, name)
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(_only_member(archive, name)) as member:
            while piece := member.read(CHUNK_BYTES):
                yield piece
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


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [
        info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")
    ]
    files = [info for info in files if info.filename.lower().endswith(".xml")] or files
    if len(files) != 1:
        raise FileRefused(name, f"a zip of {len(files)} files; unpack it and load the folder")
    return files[0]


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked: some 64 kB, or all there are.

    Raises `FileRefused` as `unpacked` does, and `OSError`.
    """
    with path.open("rb") as stream:
        try:
            return next(unpacked(stream, path.name), b"")
        except CutShort:
            return b""
