"""Files held against the standard's XSDs, which are built from bytes at hand and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from comity.errors import FileRefused
from comity.sources.iati.validator.finding import Finding, identifier, shown

FILES = {
    "iati-activities": "iati-activities-schema.xsd",
    "iati-activity": "iati-activities-schema.xsd",
    "iati-organisations": "iati-organisations-schema.xsd",
    "iati-organisation": "iati-organisations-schema.xsd",
    "{http://iatiregistry.org/ns/record#}registry-record": "iati-registry-record-schema.xsd",
}
"""Which XSD describes a file, by its root element."""

_BASE = "standard://xsd/"
"""An address that leads nowhere: an XSD names the others it needs relative to its own."""

_EXPECTED = r"(?: Expected is (?:one of )?\( (?P<expected>.*) \)\.)?"
_VALUE = r"'(?P<value>.*)' is not a valid value of the atomic type '(?:xs:)?(?P<type>[^']*)'"
_SAID = (
    # How libxml2's message begins after naming the element, what we say of all such cases, of this one.
    (r": This element is not expected\." + _EXPECTED, "<{e}> does not belong where it stands", "{expected}"),
    (r": Missing child element\(s\)\." + _EXPECTED, "<{e}> lacks an element that it must have", "{expected}"),
    (r": The attribute '(?P<a>[^']*)' is required but missing", "<{e}> lacks the attribute {a}", ""),
    (
        r", attribute '(?P<a>[^']*)': The attribute .* is not allowed",
        "<{e}> may not have the attribute {a}",
        "",
    ),
    (
        r", attribute '(?P<a>[^']*)': " + _VALUE,
        "The attribute {a} of <{e}> must be of type {type}",
        "{value}",
    ),
    (r": " + _VALUE, "The text of <{e}> must be of type {type}", "{value}"),
    (r": Character content other than whitespace", "<{e}> may hold elements, but no text of its own", ""),
    (r": Element content is not allowed", "<{e}> may hold text, but no elements", ""),
)
_MESSAGES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile("Element '(?P<e>[^']*)'" + start, re.DOTALL), text, detail) for start, text, detail in _SAID
)
_OWNER = re.compile(r"/[\w-]+/(iati-activity|iati-organisation)(?:\[(\d+)\])?(?=/|$)")


class _AtHand(etree.Resolver):
    """Answers an XSD's includes and imports from the bytes at hand, and with nothing when there are none."""

    def __init__(self, find: Callable[[str], bytes | None]) -> None:
        self._find = find

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        found = self._find(system_url.rpartition("/")[2]) if system_url.startswith(_BASE) else None
        plain: Any = self
        if found is None:
            return plain.resolve_empty(context)
        return plain.resolve_string(found, context, base_url=system_url)


def compiled(name: str, find: Callable[[str], bytes | None]) -> etree.XMLSchema:
    """The schema `name`, with what it includes; `find` gives the bytes of an XSD by its name.

    Raises `FileRefused` when it, or one that it includes, is missing or broken.
    """
    content = find(name)
    if content is None:
        raise FileRefused(name, "it is not among the loaded files of the standard")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    parser.resolvers.add(_AtHand(find))
    try:
        return etree.XMLSchema(etree.fromstring(content, parser, base_url=_BASE + name))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise FileRefused(name, f"not a schema that can be used: {error}") from None


def _rule(kind: str) -> str:
    """The constraint of the XML Schema standard that libxml2's name for an error stands for."""
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        return "schema:cvc-complex-type.2.4"
    first, *rest = kind.removeprefix("SCHEMAV_").lower().split("_")
    return f"schema:{first}" + "".join(f".{word}" if word.isdigit() else f"-{word}" for word in rest)


def _expected(names: str | None) -> str:
    """What libxml2 would take instead. Elements of other namespaces may stand nearly everywhere; to say
    so helps nobody who has one of the standard's in the wrong place."""
    known = [name for name in (names or "").split(", ") if name and not name.startswith("##other")]
    return f"expected: {', '.join(known)}" if known else ""


def _worded(message: str) -> tuple[str, str]:
    """(what is the matter, this case's values) of libxml2's message; the message as it is where we
    have no words for it."""
    for pattern, text, detail in _MESSAGES:
        if found := pattern.match(message):
            values = found.groupdict()
            values["expected"] = _expected(values.get("expected"))
            values["value"] = shown(values.get("value") or "")
            return text.format(**values), detail.format(**values)
    return message, ""


def findings(root: etree._Element, schema: etree.XMLSchema) -> Iterator[Finding]:
    """What breaks the schema, in the order of the file."""
    if schema(root):
        return
    owners = {tag: root.findall(tag) for tag in ("iati-activity", "iati-organisation")}
    log: Any = schema.error_log
    for entry in log:
        text, detail = _worded(entry.message)
        place = _OWNER.match(entry.path or "")
        owner = owners[place[1]][int(place[2] or 1) - 1] if place else root
        yield Finding(_rule(entry.type_name), "critical", entry.line, text, detail, identifier(owner))
