"""The rules that the standard's rulesets are written in, each a question to one element of a file.

A rule gives the places where it is broken, each with the values that break it. They follow IATI's
specification of rulesets (SPEC.rst, SPEC_JS.rst) and, where that leaves room, IATI's own validator. They
differ from the latter in two ways: a condition is true as XPath has it (there, a path that finds
nothing passes for true), and every date that a path finds is looked at, not the first alone.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from comity.sources.iati.validator.finding import shown

Node = etree._Element | etree._ElementUnicodeResult
Broken = Iterator[tuple[Node, str]]

NOW, AGENCIES = "NOW", "ORG-ID-PREFIX"
"""Words that stand where a ruleset else has a path: this moment, and the prefixes of known agencies."""
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_LONGEST = 365
"""Days between the ends of a period that is no longer than a year."""
_NEAR = Decimal("0.00005")
"""Sums agree when they do at four decimals, as in IATI's validator: shares such as 33.33333 are rounded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules ask that no file says: the moment, the prefixes of agencies that register
    organisations, and the identifiers of organisations known to exist."""

    now: datetime
    agencies: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Here:
    """A case of a rule at one element: what its paths find there. `each` is the value of a loop."""

    element: etree._Element
    asked: Asked
    values: Mapping[str, Any]
    paths: Mapping[str, tuple[etree.XPath, ...]]
    each: str = ""

    def by_path(self, key: str) -> list[list[Node]]:
        found: list[Any] = [path(self.element, each=self.each) for path in self.paths.get(key, ())]
        return [one if isinstance(one, list) else [] for one in found]

    def nodes(self, key: str) -> list[Node]:
        return list(itertools.chain.from_iterable(self.by_path(key)))

    def holds(self, key: str) -> bool:
        return all(path(self.element, each=self.each) for path in self.paths[key])

    def moments(self, key: str) -> Iterable[tuple[Node, datetime | None]]:
        if self.values[key] == NOW:
            return itertools.repeat((self.element, self.asked.now))
        return [(node, _moment(text_of(node))) for node in self.nodes(key)]


def text_of(node: Node) -> str:
    """The text of an attribute, or all text within an element."""
    return "".join(map(str, node.itertext())) if isinstance(node, etree._Element) else str(node)


def _moment(text: str) -> datetime | None:
    """An ISO date or time; a date is its first moment, and what names no zone is in UTC. None for a text
    that is neither: that is the schema's to tell."""
    found = _DATE.fullmatch(text.strip())
    try:
        return found and datetime.fromisoformat(f"{found[1]}{found[2] or 'T00:00:00'}{found[3] or 'Z'}")
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _no_more_than_one(here: Here) -> Broken:
    found = here.nodes("paths")
    if len(found) > 1:
        yield found[1], f"{len(found)} found"


def _atleast_one(here: Here) -> Broken:
    if not here.nodes("paths"):
        yield here.element, ""


def _only_one_of(here: Here) -> Broken:
    found, excluded = here.nodes("paths"), here.nodes("excluded")
    if len(found) != (0 if excluded else 1):
        yield here.element, f"{len(found)} found" + (" beside what excludes them" if excluded else "")


def _one_or_all(here: Here) -> Broken:
    if not here.nodes("one"):
        yield from ((node, "") for node in here.nodes("lacking"))


def _dependent(here: Here) -> Broken:
    found = here.by_path("paths")
    if any(found) and not all(found):
        missing = (path for path, nodes in zip(here.values["paths"], found, strict=True) if not nodes)
        yield here.element, f"missing: {', '.join(missing)}"


def _sum(here: Here) -> Broken:
    if here.nodes("paths"):
        yield from _strict_sum(here)


def _strict_sum(here: Here) -> Broken:
    found = here.nodes("paths")
    total, wanted = Decimal(0), Decimal(str(here.values["sum"]))
    for node in found:
        number = _number(text_of(node))
        if number is None:
            yield node, f"{shown(text_of(node))} is not a number"
            return
        total += number
    if abs(total - wanted) >= _NEAR:
        yield found[0] if found else here.element, f"the sum is {total.normalize():f}"


def _date_order(here: Here) -> Broken:
    pairs = zip(here.moments("less"), here.moments("more"), strict=False)
    for (node, less), (other, more) in pairs:
        if less and more and less > more:
            than = "now" if here.values["more"] == NOW else shown(text_of(other))
            yield node, f"{shown(text_of(node))} is after {than}"


def _date_now(here: Here) -> Broken:
    for node, moment in here.moments("date"):
        if moment and moment > here.asked.now:
            yield node, shown(text_of(node))


def _between_dates(here: Here) -> Broken:
    starts, ends = ([m for _, m in here.moments(key) if m] for key in ("start", "end"))
    for node, moment in here.moments("date"):
        if moment and (any(moment < start for start in starts) or any(moment > end for end in ends)):
            yield node, shown(text_of(node))


def _time_limit(here: Here) -> Broken:
    for (node, start), (_, end) in zip(here.moments("start"), here.moments("end"), strict=False):
        if start and end and (end - start).days > _LONGEST:
            yield node, f"{(end - start).days} days"


def _regex(here: Here, *, wanted: bool) -> Broken:
    for node in here.nodes("paths"):
        text = text_of(node)
        if text and bool(re.search(here.values["regex"], text)) is not wanted:
            yield node, shown(text)


def _regex_matches(here: Here) -> Broken:
    return _regex(here, wanted=True)


def _regex_no_matches(here: Here) -> Broken:
    return _regex(here, wanted=False)


def _startswith(here: Here) -> Broken:
    texts = [(node, text_of(node)) for node in here.nodes("paths")]
    if AGENCIES in here.values.get("prefix", ()):
        known = here.asked.agencies
        # An identifier is agency, hyphen, number; the agency's own code holds the first hyphen.
        broken = (one for one in texts if known and "-".join(one[1].split("-")[:2]) not in known)
    else:
        between = here.values.get("separator", "")
        starts = tuple(text_of(node) + between for node in (*here.nodes("prefix"), *here.nodes("start")))
        broken = (one for one in texts if not one[1].startswith(starts))
    yield from ((node, shown(text)) for node, text in broken)


def _unique(here: Here) -> Broken:
    seen = Counter(map(text_of, here.nodes("paths")))
    for node in here.nodes("paths"):
        if seen.pop(text_of(node), 1) > 1:
            yield node, shown(text_of(node))


def _evaluates_to_true(here: Here) -> Broken:
    if not here.holds("eval"):
        yield here.element, ""


def _if_then(here: Here) -> Broken:
    if here.holds("if") and not here.holds("then"):
        yield next(iter(here.nodes("paths")), here.element), ""


def _no_spaces(here: Here) -> Broken:
    for node in here.nodes("paths"):
        if text_of(node) != text_of(node).strip():
            yield node, shown(text_of(node))


def _range(here: Here) -> Broken:
    low, high = Decimal(str(here.values.get("min", "-inf"))), Decimal(str(here.values.get("max", "inf")))
    for node in here.nodes("paths"):
        number = _number(text_of(node))
        if number is None or not low <= number <= high:
            yield node, shown(text_of(node))


RULES: Mapping[str, tuple[Callable[[Here], Broken], str]] = {
    # A rule's name without its underscores, as rulesets for JavaScript write it otherwise; the rule; and
    # what it asks, for the rulesets of version 1, which do not say it in words of their own.
    "nomorethanone": (_no_more_than_one, "There must be no more than one of {paths}"),
    "atleastone": (_atleast_one, "There must be at least one of {paths}"),
    "onlyoneof": (_only_one_of, "There must be exactly one of {paths}, and none beside {excluded}"),
    "oneorall": (_one_or_all, "There must be {one}, or else {all} everywhere"),
    "dependent": (_dependent, "If one of {paths} is there, all must be"),
    "sum": (_sum, "{paths} must add up to {sum}"),
    "strictsum": (_strict_sum, "{paths} must add up to {sum}"),
    "dateorder": (_date_order, "{less} must not be after {more}"),
    "datenow": (_date_now, "{date} must not be in the future"),
    "betweendates": (_between_dates, "{date} must lie between {start} and {end}"),
    "timelimit": (_time_limit, "From {start} to {end} must be no more than a year"),
    "regexmatches": (_regex_matches, "{paths} must match {regex}"),
    "regexnomatches": (_regex_no_matches, "{paths} must not match {regex}"),
    "startswith": (_startswith, "{paths} must start with {start}{prefix}"),
    "unique": (_unique, "The values of {paths} must differ"),
    "evaluatestotrue": (_evaluates_to_true, "{eval} must be true"),
    "ifthen": (_if_then, "If {if}, then {then}"),
    "nospaces": (_no_spaces, "{paths} must not begin or end with white space"),
    "range": (_range, "{paths} must lie between {min} and {max}"),
}
