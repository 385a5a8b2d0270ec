"""A JSON ruleset of the standard: its rules with their XPaths compiled, ready to be asked of a file."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from comity.errors import FileRefused
from comity.sources.iati.validator.finding import SEVERITIES, Finding, Severity, identifier, line_of, shown
from comity.sources.iati.validator.rules import AGENCIES, NOW, RULES, Asked, Broken, Here, Node, text_of

_TRUTHS = ("condition", "eval", "if", "then")
"""Keys whose XPath is true or false; those of the next find something."""
_PATHS = ("paths", "prefix", "excluded", "one", "less", "more", "date", "start", "end", "foreach")
_LACKING = {
    "lang": "descendant::narrative[not(@xml:lang)]",
    "currency": "descendant::*[self::value or self::forecast or self::loan-status][not(@currency)]",
}
"""What breaks `one_or_all`, by its word for “all”; any other word is a child of each transaction."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One case of a rule, and how it is told of."""

    id: str
    severity: Severity
    text: str
    broken: Callable[[Here], Broken]
    values: Mapping[str, Any]
    paths: Mapping[str, tuple[etree.XPath, ...]]

    def findings(self, element: etree._Element, asked: Asked) -> Iterator[Finding]:
        """Where `element` breaks the rule, for each value of a loop."""
        for each in self._each(element):
            here = Here(element, asked, self.values, self.paths, each)
            if "condition" in self.paths and not here.holds("condition"):
                continue
            if "idCondition" in self.values and self._any_exists(here):
                continue
            for node, detail in self.broken(here):
                yield self._finding(
                    node, f"for {shown(each)}: {detail}".removesuffix(": ") if each else detail
                )

    def _each(self, element: etree._Element) -> Iterator[str]:
        if "foreach" not in self.paths:
            return iter(("",))
        found: Any = self.paths["foreach"][0](element)
        return iter(dict.fromkeys(map(str, found)))

    def _any_exists(self, here: Here) -> bool:
        """Whether one of the identifiers is known to exist, as such or as an organisation's with a
        hyphen and more behind it: then the case is not asked."""
        known, whole = here.asked.organisations, self.values["idCondition"] == "NOT_EXISTING_ORG_ID"
        for text in map(text_of, here.nodes("paths")):
            parts = text.split("-")
            starts = [text] if whole else ("-".join(parts[:n]) for n in range(1, len(parts)))
            if not known.isdisjoint(starts):
                return True
        return False

    def _finding(self, node: Node, detail: str) -> Finding:
        element = node if isinstance(node, etree._Element) else node.getparent()
        rule = f"ruleset:{self.id}"
        return Finding(rule, self.severity, line_of(element), self.text, detail, identifier(element))


def _xpath(expression: str, *, truth: bool = False) -> etree.XPath:
    """Raises `ValueError` for what is no XPath."""
    try:
        return etree.XPath(f"boolean({expression})" if truth else expression)
    except etree.XPathSyntaxError:
        raise ValueError(f"“{expression}” is not an XPath") from None


def _paths(values: Mapping[str, Any], substituted: list[str]) -> dict[str, tuple[etree.XPath, ...]]:
    """The XPaths of a case by key. In those `substituted` the value of the loop takes the place of
    '$1': as a variable, so that a quote in it cannot change what the path means."""
    paths = {}
    for key in (*_TRUTHS, *_PATHS):
        given = values.get(key, ())
        expressions = [given] if isinstance(given, str) else given
        if key in substituted:
            expressions = [one.replace("'$1'", "$each") for one in expressions]
        found = tuple(_xpath(e, truth=key in _TRUTHS) for e in expressions if e not in (NOW, AGENCIES))
        if found:
            paths[key] = found
    if "all" in values:
        lacking = _LACKING.get(values["all"], f"transaction[not({values['all']})]")
        paths["lacking"] = (_xpath(lacking),)
    return paths


def _said(values: Mapping[str, Any], template: str) -> str:
    """What a case asks in our words, for a ruleset that has none."""
    listed = {key: " or ".join(v) if isinstance(v, list) else v for key, v in values.items()}
    return template.format_map(defaultdict(str, listed))


def _case(rule: str, values: Mapping[str, Any], loop: Mapping[str, Any]) -> _Case:
    """Raises `ValueError` for a rule that is not known or an XPath that is none."""
    if rule.replace("_", "").lower() not in RULES:
        raise ValueError(f"there is no rule called “{rule}”")
    broken, template = RULES[rule.replace("_", "").lower()]
    info = values.get("ruleInfo", {})
    paths = _paths(values, loop.get("subs", []))
    if loop:
        paths["foreach"] = (_xpath(loop["foreach"]),)
    if "regex" in values:
        re.compile(values["regex"])
    severity: Severity = info["severity"] if info.get("severity") in SEVERITIES else "error"
    text = info.get("message") or _said(values, template)
    return _Case(info.get("id", rule), severity, text, broken, values, paths)


def _cases(rules: Mapping[str, Any]) -> Iterator[_Case]:
    for rule, given in rules.items():
        for values in given["cases"]:
            if rule == "loop":
                inner = ((name, one) for name, within in values["do"].items() for one in within["cases"])
                yield from (_case(name, one, values) for name, one in inner)
            else:
                yield _case(rule, values, {})


class Ruleset:
    """The rules of one file, by the elements they are about."""

    def __init__(self, name: str, content: bytes) -> None:
        """Raises `FileRefused` for a ruleset that cannot be asked of anything."""
        self.name = name
        try:
            contexts = json.loads(content)
            self._contexts = [(_xpath(path), tuple(_cases(rules))) for path, rules in contexts.items()]
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise FileRefused(name, f"the ruleset cannot be used: {error}") from None

    def findings(self, root: etree._Element, asked: Asked) -> Iterator[Finding]:
        """What breaks the rules in the file whose root is `root`.

        Raises `FileRefused` for an XPath that cannot be evaluated.
        """
        try:
            for context, cases in self._contexts:
                elements: Any = context(root)
                for element in elements:
                    for case in cases:
                        yield from case.findings(element, asked)
        except etree.XPathEvalError as error:
            raise FileRefused(self.name, f"the ruleset cannot be used: {error}") from None
