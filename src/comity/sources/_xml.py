"""XML as publishers send it, read so that no file can reach beyond itself or exhaust the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from comity.errors import FileRefused

if TYPE_CHECKING:
    from lxml import etree

_SAID = (
    # what libxml2 says, what we say
    ("Excessive depth", "elements are nested too deeply (more than 256)"),
    ("amplification", "its entities expand without end"),
    ("Text node too long", "a single text is longer than 10 MB"),
    ("Document is empty", "not XML: it does not begin with a start tag"),
    ("Start tag expected", "not XML: it does not begin with a start tag"),
)


def _refusal(name: str, error: etree.XMLSyntaxError) -> FileRefused:
    message = error.msg or "it cannot be parsed"
    for said, ours in _SAID:
        if said in message:
            return FileRefused(name, ours, f"line {error.lineno}")
    plain = re.sub(r", line \d+, column \d+$", "", message)
    return FileRefused(name, f"not well-formed XML: {plain}", f"line {error.lineno}")


def parsed(name: str, content: bytes) -> etree._Element:
    """The root of an XML document in any encoding XML allows.

    Entities are not resolved and nothing outside `content` is opened; libxml2's own bounds hold for
    nesting (256), a single text (10 MB) and what entities in attributes expand to. Raises
    `FileRefused` with the line for what is not well-formed or goes beyond these bounds, and for a
    DOCTYPE, which no file of the standard has and only hides things.
    """
    from lxml import etree

    if not content.strip():
        raise FileRefused(name, "the file is empty")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(name, error) from None
    about: Any = root.getroottree().docinfo
    if about.doctype:
        raise FileRefused(name, "it has a DOCTYPE, which may hide entities and which IATI files do without")
    return root
