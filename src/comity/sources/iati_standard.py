"""The IATI standard's own files: XSDs, JSON rulesets, codelists and which of them is used where.

They may not be passed on with comity and are loaded like data. Which version of the standard a file is
of stands in few of them: elsewhere the folder says it, as in `rulesets/2.03/standard.json`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.errors import FileRefused
from comity.provenance import Snapshot
from comity.sources import Expectation, Reading, Source, _xml, table, text_of

if TYPE_CHECKING:
    from lxml import etree

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?(\w+)([^>]*)", re.DOTALL)
_RULESET = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"/[^"]*"\s*:\s*\{\s*"\w+"\s*:\s*\{\s*"cases"\s*:')
_VERSION = re.compile(r"(?<![\d.])[12]\.0[1-9](?![\d.])")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_NAMESPACE = b"http://www.w3.org/XML/1998/namespace"
_ABOVE = 3
"""How many folders above a file may name its version."""


def _kind(head: bytes) -> str | None:
    """What a file is, from its first bytes; None for none of the standard's."""
    if _RULESET.match(head):
        return "ruleset"
    root = _ROOT.match(head)
    if root is None:
        return None
    name, attributes = root[1], root[2]
    if name == b"schema" and b"http://www.w3.org/2001/XMLSchema" in attributes:
        return "schema" if b"iati" in head or _XML_NAMESPACE in attributes else None
    if name == b"codelist" and b" name=" in attributes:
        return "codelist"
    return "mapping" if name == b"mappings" else None


def _named(path: Path) -> str:
    """The file's name behind the version that one of its folders names, if one does."""
    for folder in path.absolute().parents[:_ABOVE]:
        if found := _VERSION.search(folder.name):
            return f"{found[0]}/{path.name}"
    return path.name


def _names(item: etree._Element, given: str) -> dict[str, str]:
    """The names of a code by language; `given` is that of names which state none.

    Version 1 writes them into `name` itself, version 2 into `narrative` within it.
    """
    narratives = item.findall("name/narrative") or item.findall("name")
    return {n.get(_LANGUAGE, given): " ".join((n.text or "").split()) for n in narratives}


def _codes(root: etree._Element, version: str | None) -> dict[str, list[Any]]:
    """A codelist's codes as columns."""
    columns: dict[str, list[Any]] = defaultdict(list)
    for item in root.iterfind("codelist-items/codelist-item"):
        names = _names(item, root.get(_LANGUAGE, "en"))
        row = {
            "codelist": root.get("name"),
            "version": version,
            "code": (item.findtext("code") or "").strip() or None,
            "name_en": names.get("en") or None,
            "name_fr": names.get("fr") or None,
            "category": (item.findtext("category") or "").strip() or None,
            "status": item.get("status", "active"),
            "complete": "yes" if root.get("complete") == "1" else "no",
            "locator": f"line {item.sourceline}",
        }
        for name, value in row.items():
            columns[name].append(value)
    if not columns:
        raise ValueError("the codelist holds no codes")
    return columns


def _check_ruleset(snapshot: Snapshot, content: bytes) -> None:
    """Raises `FileRefused` unless the file is JSON with cases in it."""
    try:
        contexts = json.loads(text_of(snapshot, content))
        for rules in contexts.values():
            for rule in rules.values():
                iter(rule["cases"])
    except json.JSONDecodeError as error:
        raise FileRefused(snapshot.name, f"not JSON: {error.msg}", f"line {error.lineno}") from None
    except (AttributeError, KeyError, TypeError, RecursionError):
        raise FileRefused(snapshot.name, "a ruleset holds context → rule → “cases”, this does not") from None


def _version(kind: str, root: etree._Element | None, folder: str | None) -> str | None:
    """The version a file is of: its own word, else its folder's; None for what holds for all versions.

    Raises `LookupError` when neither says.
    """
    if kind == "codelist" and root is not None and root.get("embedded") == "0":
        return None  # such a list has no versions, whatever its folder is called
    version = (root.get("version") if kind == "schema" and root is not None else None) or folder
    if version is None and (root is None or root.get("targetNamespace") != _XML_NAMESPACE.decode()):
        raise LookupError("its version of the standard does not show; put it into a folder named so, as 2.03")
    return version


def read(snapshot: Snapshot, content: bytes) -> Reading:
    """The file as a row of `standard_files`, a codelist also as a row of `codelists` for each code.

    Raises `FileRefused` for what is none of the standard's files, is broken, or does not show which
    version it is of.
    """
    kind = _kind(content)
    if kind is None:
        raise FileRefused(snapshot.name, "neither an XSD, a JSON ruleset nor a codelist of the IATI standard")
    folder, _, file = snapshot.name.removesuffix(".gz").rpartition("/")
    root = None if kind == "ruleset" else _xml.parsed(snapshot.name, content)
    if root is None:
        _check_ruleset(snapshot, content)
    columns: dict[str, dict[str, list[Any]]] = {}
    try:
        version = _version(kind, root, folder or None)
        if kind == "codelist" and root is not None:
            columns["codelists"] = _codes(root, version)
        whole = {"kind": kind, "version": version, "name": file, "locator": "whole file"}
        columns["standard_files"] = {name: [value] for name, value in whole.items()}
        tables = {name: table(name, values) for name, values in columns.items()}
    except (LookupError, ValueError) as error:
        raise FileRefused(snapshot.name, str(error)) from None
    dataset = f"{version}/{file}" if version else file
    return Reading(dataset, next(iter(tables)), tables)


SOURCE = Source(
    name="iati_standard",
    title="IATI standard: schemas, rulesets and codelists by version",
    publisher="IATI Secretariat; codelists partly by OECD and ISO",
    licence="as each repository of github.com/IATI states; not passed on with comity",
    redistributable=False,
    url="https://iatistandard.org/en/iati-standard/",
    feeds=("standard_files", "codelists"),
    recognises=lambda name, head: _kind(head) is not None,
    read=read,
    expects=(Expectation("*", 1, 100_000),),
    named=_named,
)
