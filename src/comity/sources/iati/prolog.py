"""What stands before the first element: the encoding, and document type declarations, which are refused.

The parser is given UTF-8 and nothing else, so that it cannot read a byte otherwise than it is checked here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from comity.errors import FileRefused

LONGEST_PROLOG_BYTES = 1024**2
NEWLINE = b"\n"
_ENOUGH = 1024
"""Bytes in which an encoding shows: a declaration comes first."""
_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_ZEROS = {
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
    (True, False): "utf-16-be",
    (False, True): "utf-16-le",
}
"""Where the first characters, which are ASCII, have bytes of zero."""
_EBCDIC = b"\x4c\x6f\xa7\x94"
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)")
_DECLARATION = re.compile(rb"\A\s*<\?xml\s[^>]*\?>")
_PLAIN_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[^\s<>\[\]\"']+\s*(?:\[\s*\]\s*)?>")
_SPACE = re.compile(rb"\s*")


def utf8(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The document in UTF-8, without a byte order mark or XML declaration; lines stay where they are.

    A byte that the encoding does not have becomes one that UTF-8 does not have, so that the parser
    stops there and says where. Raises `FileRefused` for an encoding nobody knows, and for a document
    type declaration that declares or refers to anything.
    """
    recoded = _recoded(pieces, name)
    head = b""
    for piece in recoded:
        head += piece
        if _reaches_element(head, name):
            break
        if len(head) > LONGEST_PROLOG_BYTES:
            raise FileRefused(name, f"no element in the first {LONGEST_PROLOG_BYTES // 1024} KiB")
    # Files do begin with blank lines; before a declaration these are not allowed, without one they are.
    yield _DECLARATION.sub(lambda found: b"\n" * found[0].count(b"\n"), head)
    yield from recoded


def encoding_of(head: bytes) -> str:
    """The encoding by byte order mark, by zero bytes, or as declared."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    for zeros, encoding in _ZEROS.items():
        if len(head) >= len(zeros) and tuple(byte == 0 for byte in head[: len(zeros)]) == zeros:
            return encoding
    if head.startswith(_EBCDIC):
        head = head.decode("cp037").encode("ascii", "replace")
        declared = _DECLARED.match(head)
        return declared[1].decode() if declared else "cp037"
    declared = _DECLARED.match(head)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    # Written in bytes without zeros, it is not what it says: some programs write this to any file.
    return "utf-8" if encoding.startswith(("utf-16", "utf-32", "ucs-2", "ucs-4", "iso-10646")) else encoding


def _decoder(encoding: str, name: str) -> codecs.IncrementalDecoder:
    try:
        b" ".decode(encoding, "ignore")  # refuses what is no encoding of text, such as “zlib”
        return codecs.getincrementaldecoder(encoding)()
    except (LookupError, UnicodeError):
        raise FileRefused(name, f"the encoding “{encoding}” is not known", "line 1") from None


def _recoded(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _ENOUGH:
            break
    encoding = encoding_of(head)
    decoder = _decoder(encoding, name)
    if codecs.lookup(encoding).name == "utf-8":
        while head.startswith(codecs.BOM_UTF8):  # one is allowed, two occur
            head = head[len(codecs.BOM_UTF8) :]
        yield head
        yield from pieces
        return
    try:
        yield decoder.decode(head).lstrip("\ufeff").encode("utf-8", "replace")
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    except UnicodeDecodeError as error:
        yield error.object[: error.start].decode(encoding, "ignore").encode("utf-8", "replace") + b"\xff"
    except UnicodeError:  # of the few encodings that do not say where
        yield b"\xff"


def _after(head: bytes, mark: bytes, at: int) -> int:
    found = head.find(mark, at)
    return -1 if found < 0 else found + len(mark)


def _after_doctype(head: bytes, name: str, at: int) -> int:
    if plain := _PLAIN_DOCTYPE.match(head, at):
        return plain.end()
    if b">" in head[at:] or b"[" in head[at:]:
        reason = "a document type that declares entities or refers to other files; publish it without"
        raise FileRefused(name, reason, f"line {head.count(NEWLINE, 0, at) + 1}")
    return -1


def _reaches_element(head: bytes, name: str) -> bool:
    """Whether `head` reaches the first element; raises `FileRefused` for a declaration before it."""
    at = 0
    while at >= 0:
        found = _SPACE.match(head, at)
        at = found.end() if found else at
        if len(head) - at < len(b"<!DOCTYPE"):
            return False
        if head.startswith(b"<!DOCTYPE", at):
            at = _after_doctype(head, name, at)
        elif head.startswith(b"<!--", at):
            at = _after(head, b"-->", at + 4)
        elif head.startswith(b"<?", at):
            at = _after(head, b"?>", at + 2)
        else:
            return True
    return False
