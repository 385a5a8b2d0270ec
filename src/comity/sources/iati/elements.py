"""What many elements have in common: texts, codes, money, organisations, places in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias


class Element(Protocol):
    """What is used of lxml's elements. Comments and instructions are left out, so all have a tag."""

    tag: str
    text: str | None
    tail: str | None
    sourceline: int | None

    def get(self, key: str) -> str | None: ...
    def getparent(self) -> Element | None: ...
    def getprevious(self) -> Element | None: ...
    def iter(self) -> Iterator[Element]: ...
    def iterchildren(self, tag: str) -> Iterator[Element]: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __reversed__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, place: int, /) -> Element: ...
    def __delitem__(self, place: int | slice, /) -> None: ...


Fields: TypeAlias = dict[str, Element]
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LINES_COUNTED = 65535
_NOBODY = (None, None, None, None)


def fields(element: Element) -> Fields:
    """The children by tag, the first of each: one pass, where a search for each would be many."""
    found = {child.tag: child for child in element}
    if len(found) < len(element):
        found = {child.tag: child for child in reversed(element)}
    return found


def every(element: Element, found: Fields, tag: str) -> Iterable[Element]:
    """All children called `tag`; `found` are the element's fields."""
    if tag not in found:
        return ()
    return (found[tag],) if len(found) == len(element) else element.iterchildren(tag)


def words(element: Element | None) -> str | None:
    """The first narrative that says something (version 2), else the element's own text (version 1)."""
    if element is None:
        return None
    if not len(element):
        return element.text
    first = element[0]
    if first.tag == "narrative" and first.text:
        return first.text
    return next((text for _, text in narratives(element, None)), element.text)


def narratives(element: Element, default: str | None) -> Iterator[tuple[str | None, str]]:
    """(language, text) of every narrative, or of the element's own text; `default` is the language
    that holds where none is stated."""
    own = element.get(LANGUAGE) or default
    said = [child for child in element if child.tag == "narrative"]
    for narrative in said or (element,):
        text = narrative.text
        if text and not text.isspace():
            yield narrative.get(LANGUAGE) or own, text


def code(found: Fields, tag: str, attribute: str = "code") -> str | None:
    element = found.get(tag)
    return None if element is None else element.get(attribute)


def code_or_text(found: Fields, tag: str) -> str | None:
    """A code where it belongs, else what stands as text: some files have it there."""
    element = found.get(tag)
    return None if element is None else element.get("code") or element.text


def day(found: Fields, tag: str) -> str | None:
    element = found.get(tag)
    return None if element is None else element.get("iso-date") or element.text


def money(found: Fields) -> tuple[str | None, str | None, str | None]:
    """(value, currency, value date)"""
    element = found.get("value")
    if element is None:
        return None, None, None
    return element.text, element.get("currency"), element.get("value-date")


def organisation(found: Fields, role: str) -> tuple[str | None, str | None, str | None, str | None]:
    """(ref, type, identifier of its activity, name) of the “provider” or “receiver”."""
    element = found.get(f"{role}-org")
    if element is None:
        return _NOBODY
    return element.get("ref"), element.get("type"), element.get(f"{role}-activity-id"), words(element)


def line(element: Element) -> int | None:
    """The line on which an element starts."""
    found = element.sourceline
    if found is None or found < _LINES_COUNTED:
        return found
    # Beyond, libxml2 gives the line on which the first text in the element, or after an empty one, ends.
    text = element.text if element.text or len(element) else element.tail
    return found - (text or "").count("\n")
