"""Codes held against the codelists that the standard's mapping names for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from comity.errors import FileRefused
from comity.sources import _xml
from comity.sources.iati.validator.finding import Finding, Severity, identifier, line_of, shown

_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True)
class Codelist:
    """A codelist's name and codes; `complete` when no other code is right."""

    name: str
    codes: frozenset[str]
    complete: bool

    @cached_property
    def _loosely(self) -> Mapping[str, str]:
        return {code.casefold(): code for code in sorted(self.codes)}

    def near(self, code: str) -> str | None:
        """The code that differs from `code` in case and white space alone, if there is one."""
        return self._loosely.get(code.strip().casefold())


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a codelist is used: an XPath that finds its codes in a file, and whose it is."""

    codelist: str
    path: etree.XPath
    mapping: str

    def codes(self, root: etree._Element) -> list[Any]:
        """The codes, as attributes or texts; raises `FileRefused` where the XPath asks the impossible."""
        try:
            found: Any = self.path(root)
        except etree.XPathError as error:
            raise FileRefused(self.mapping, f"“{self.path.path}” cannot be asked: {error}") from None
        return [code for code in found if isinstance(code, str)] if isinstance(found, list) else []


def uses(name: str, content: bytes) -> tuple[Use, ...]:
    """The places where codelists are used, as the mapping file `name` has them.

    Raises `FileRefused` for a file that is no mapping.
    """
    found = []
    for mapping in _xml.parsed(name, content).iterfind("mapping"):
        path, codelist = (mapping.findtext("path") or "").strip(), mapping.find("codelist")
        condition = (mapping.findtext("condition") or "").strip()
        element, _, last = path.rpartition("/")
        if element.endswith("/budget-item"):
            # The mapping asks the item for its vocabulary; it stands on country-budget-items around it.
            condition = condition.replace("@vocabulary", "../@vocabulary")
        if condition:
            path = f"{element}[{condition}]/{last}"
        # The root holds the activities, so there is no need to look for them in the whole tree.
        for owner in ("iati-activity", "iati-organisation"):
            path = path.replace(f"//{owner}/", f"/*/{owner}/", 1)
        try:
            ref = codelist.get("ref", "") if codelist is not None else ""
            found.append(Use(ref, etree.XPath(path), name))
        except etree.XPathSyntaxError:
            raise FileRefused(name, f"“{path}” is not an XPath", f"line {mapping.sourceline}") from None
    return tuple(found)


def findings(root: etree._Element, use: Use, codelist: Codelist) -> Iterator[Finding]:
    """The codes in one place of a file that its codelist does not have.

    What an incomplete list lacks may exist all the same, and is a warning. Withdrawn codes are known:
    they were right when older data were published.
    """
    lacks = "" if codelist.complete else ", which is not complete"
    text = f"The code is not in the codelist {codelist.name}{lacks}"
    severity: Severity = "error" if codelist.complete else "warning"
    for code in use.codes(root):
        if code in codelist.codes:
            continue
        near = codelist.near(code)
        element = code.getparent()
        name = f"@{str(code.attrname).replace(_XML, 'xml:')} of " if code.is_attribute else ""
        where = f"{name}<{element.tag}>"
        detail = f"{shown(code)} in {where}" + (f"; there is {shown(near)}" if near else "")
        yield Finding(
            f"codelist:{codelist.name}", severity, line_of(element), text, detail, identifier(element)
        )
