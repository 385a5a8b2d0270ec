"""The parsing kernel: the bytes of an IATI file in, columns out. Memory does not grow with the file.

`read` is all that others see, so that a compiled one can take its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from lxml import etree

from comity.errors import FileRefused, Issue
from comity.sources import Batch, Break, _opening
from comity.sources.iati import prolog
from comity.sources.iati.activities import Activity
from comity.sources.iati.checks import Checks
from comity.sources.iati.columns import Cells
from comity.sources.iati.elements import Element
from comity.sources.iati.organisations import Organisation
from comity.sources.iati.problems import Problems

BATCH_ROWS = 50_000
BATCH_BYTES = 32 * 1024**2
"""Bytes of the document after which all rows held are given, however few: texts may be long."""
LARGEST_ELEMENT_BYTES = 8 * 1024**2
"""Of an element within an activity, and of what stands between activities. A tree takes up to thirty
times its bytes, so this bounds memory at some 250 MB for the worst of files."""
_LARGE_BYTES = 1024**2
"""Bytes from which the elements of an activity are taken before it has ended."""
_SUBJECTS: dict[str, type[Activity | Organisation]] = {
    "iati-activity": Activity,
    "iati-organisation": Organisation,
}
_FILES = ("iati-activities", "iati-organisations")
_HARMFUL = (
    etree.ErrorTypes.ERR_RESOURCE_LIMIT,
    etree.ErrorTypes.ERR_NAME_TOO_LONG,
    etree.ErrorTypes.ERR_ENTITY_LOOP,
)
"""What libxml2 says of documents that would exhaust it: deeper than 256, texts of more than 10 MB."""
_LONGEST_REASON = 200
_AT_THE_END = re.compile(r", line \d+, column \d+( \(.*\))?$")


def read(
    stream: BinaryIO, name: str, *, source: str = "iati", dataset: str = "", batch_rows: int = BATCH_ROWS
) -> Iterator[Batch | Issue | Break]:
    """Reads an activity or organisation file of any version, plain, gzip or zip, in any encoding.

    Yields batches of some `batch_rows` rows or fewer as they fill, issues between them, and at the end
    the break, if there is one: before it stand whole activities, and of one that is very large what
    came before the break. `name` is the file's in refusals, `dataset` the dataset's in issues.
    Raises `FileRefused` for what is not IATI, and for files made to do harm: nothing of these is to
    be kept, even where batches came before.
    """
    cells, problems = Cells(), Problems(source, dataset or name)
    check = Checks(problems)

    def full(rows: int) -> Iterator[Batch | Issue]:
        for table in cells.full(rows):
            block = cells.take(table)
            check(block)
            yield Batch(table, block.rows)
        yield from problems.take()

    document = _Document(name, cells)
    broken, held_bytes = None, 0
    try:
        for piece in prolog.utf8(_opening.unpacked(stream, name), name):
            if broken := document.feed(piece):
                break
            held_bytes = (held_bytes + len(piece)) % BATCH_BYTES
            yield from full(1 if held_bytes < len(piece) else batch_rows)
        else:
            broken = document.end()
    except _opening.CutShort as cut:
        broken = document.cut(str(cut))
    yield from full(1)
    yield from problems.rest()
    if broken:
        yield broken


class _Document:
    """The parser, and what is open in the document: activities are read as they end, and then dropped."""

    def __init__(self, name: str, cells: Cells) -> None:
        self._name, self._cells = name, cells
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{tag}" for tag in (*_SUBJECTS, *_FILES)],
            encoding="UTF-8",
            # Documents that declare entities do not come this far, so there is nothing to resolve. With
            # resolve_entities=False lxml would stop in silence at an entity that is not declared.
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            collect_ids=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._known = False
        self._version: str | None = None
        self._number = 0
        self._depth = 0
        self._open: Element | None = None
        self._subject: Activity | Organisation | None = None
        self._bytes = 0

    def feed(self, piece: bytes) -> Break | None:
        """Takes in bytes; gives the break when they cannot be read. Raises `FileRefused`."""
        error = None
        try:
            self._parser.feed(piece)
        except etree.XMLSyntaxError as found:
            error = found
        self._bytes += len(piece)
        for event, element in cast("Iterator[tuple[str, Element]]", self._parser.read_events()):
            if event == "start":
                self._start(element)
            else:
                self._end(element)
        if error is not None:
            return self._break(error)
        if self._open is not None and self._bytes > _LARGE_BYTES:
            self._take_complete(self._open)
        if self._bytes > LARGEST_ELEMENT_BYTES:
            what = "an element of" if self._open is not None else "no activity or organisation in"
            raise FileRefused(self._name, f"{what} more than {LARGEST_ELEMENT_BYTES // 1024**2} MiB")
        return None

    def end(self) -> Break | None:
        """Says that there are no more bytes. Raises `FileRefused` when they were not IATI."""
        try:
            root = self._parser.close()
        except etree.XMLSyntaxError as error:
            return self._break(error)
        if not self._known:
            first = etree.QName(root).localname[:_LONGEST_REASON]
            raise FileRefused(self._name, f"not IATI: its first element is <{first}>")
        return None

    def cut(self, reason: str) -> Break:
        """The break when bytes run out for `reason`."""
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            return self._break(error, reason)
        return Break(None, reason)

    def _break(self, error: etree.XMLSyntaxError, reason: str = "") -> Break:
        line = error.lineno or None
        reason = reason or _AT_THE_END.sub("", error.msg or "")[:_LONGEST_REASON] or "it ends too early"
        where = f"line {line}" if line else ""
        if getattr(error, "code", None) in _HARMFUL:
            raise FileRefused(self._name, f"no sound file needs this ({reason})", where) from None
        if not self._known:
            raise FileRefused(self._name, f"not XML ({reason})", where) from None
        return Break(line, reason)

    def _start(self, element: Element) -> None:
        tag = element.tag.rpartition("}")[2]
        self._known = True
        if tag in _FILES:
            self._version = self._version or element.get("version")
            return
        self._depth += 1
        if self._depth == 1:
            self._open = element
            self._bytes = 0

    def _end(self, element: Element) -> None:
        if element.tag.rpartition("}")[2] in _FILES:
            return
        self._depth -= 1
        if self._depth == 0:
            self._read(element, list(element)).close()
            self._open = self._subject = None
            self._bytes = 0
            _drop(element)

    def _read(self, element: Element, children: list[Element]) -> Activity | Organisation:
        space, _, tag = element.tag.rpartition("}")
        if space:
            _strip(children, space + "}")
        if self._subject is None:
            self._number += 1
            self._subject = _SUBJECTS[tag](element, self._number, self._version, self._cells)
        self._subject.read(children)
        return self._subject

    def _take_complete(self, element: Element) -> None:
        """Reads the elements of an activity that has not ended, but for the last: the parser is in it."""
        if children := list(element)[:-1]:
            self._read(element, children)
            del element[: len(children)]
            self._bytes = 0


def _strip(elements: list[Element], space: str) -> None:
    """Takes the activity's own namespace off its elements; those of others stay what they are."""
    for top in elements:
        for element in top.iter():
            if element.tag.startswith(space):
                element.tag = element.tag.removeprefix(space)


def _drop(element: Element) -> None:
    """Frees an element that was read, and all before it. Its tail is left: the parser may be in it."""
    del element[:]
    while (parent := element.getparent()) is not None:
        while element.getprevious() is not None:
            del parent[0]
        element = parent
