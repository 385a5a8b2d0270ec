"""What is odd in the rows read: told once an activity with the first place, counted, never corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from math import fsum
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from comity.sources.iati.columns import Block
from comity.sources.iati.problems import Problems
from comity.sources.iati.shapes import SHAPES
from comity.sources.iati.values import Odd

TOLERANCE = 0.5
"""Per cent by which shares may miss 100 (R15)."""
MOST_IDENTIFIERS = 1_000_000
"""How many identifiers are held to find those that stand twice: some 100 MB, far beyond real files."""
_MISSING = (
    # table, column, rule, what, and of what
    ("transactions", "date", "R8", "no date", "transaction"),
    ("transactions", "value", "value", "no value", "transaction"),
    ("transactions", "type_published", "code", "no transaction type", "transaction"),
    ("participating_orgs", "ref", "R28", "no identifier", "participating organisation"),
)
_LOOKS_LIKE_DATE = re.compile(r"\s*\d{4}-\d\d-\d\d.*", re.DOTALL)
_LOOKS_LIKE_AMOUNT = re.compile(
    r"\s*(?!\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$)(?:-?\d+\.\d+|-\d+|0|\d{5,})\s*"
)
"""But for 20201231, which is a date without its dashes."""
_FAULTS = {
    "unread": "that cannot be read",
    "swapped": "where another field belongs",
    "grouped": "with its digits grouped",
    "rounded": "with more than six decimals",
    "unknown": "that is not in its list",
}
_OF_IDENTIFIERS = ("activity", "activity_id", "reporting_org", "secondary_reporter")
_WANTED = {"date": "a date", "amount": "an amount", "number": "a number", "int": "a whole number"}


class Checks:
    """The checks of one file. Identifiers are held as hashes, to find those that stand twice."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._identifiers: dict[int, int] = {}
        self._own: dict[str, Callable[[Block], None]] = {
            "activities": self._identifiers_of,
            "activity_sectors": self._sector_shares,
            "activity_places": self._place_shares,
        }

    def __call__(self, block: Block) -> None:
        for column, found in block.odd.items():
            self._odd(block, column, found)
        for table, column, rule, what, of in _MISSING:
            if table == block.table and block.published[column].null_count:
                rows = pc.indices_nonzero(pc.is_null(block.published[column])).to_pylist()
                for number, first, count in _by_activity(block, rows):
                    text = f"{what} ({count:,} {of}{'s' if count > 1 else ''})"
                    self._problems.note(rule, f"{of}: {what}", number, _where(block, first), text)
        if block.table in self._own:
            self._own[block.table](block)

    def _odd(self, block: Block, column: str, found: list[Odd]) -> None:
        """Texts that are no plain values, and codes that their list lacks."""
        codes = SHAPES[block.table].codes.get(column)
        by_fault: dict[str, dict[int, Odd]] = {}
        for odd in found:
            by_fault.setdefault(_fault(odd), {})[odd.row] = odd
        for fault, rows in by_fault.items():
            kind = f"{column} of {block.table} {_FAULTS[fault]}"
            for number, first, count in _by_activity(block, rows):
                rule = "code" if fault == "unknown" else "date" if rows[first].wanted == "date" else "value"
                text = f"{column}: {_said(rows[first], fault, codes[1].what if codes else '')}"
                more = f" ({count:,} times)" if count > 1 else ""
                self._problems.note(rule, kind, number, _where(block, first), text + more)

    def _identifiers_of(self, block: Block) -> None:
        rows = zip(*(block.columns[c].to_pylist() for c in _OF_IDENTIFIERS), strict=True)
        for row, (number, id_, reporter, secondary) in enumerate(rows):
            if id_ is None:
                self._problems.gather("identifier", "no activity identifier", _where(block, row))
                continue
            # Who reports for others (R23) has to use their identifiers.
            if reporter and secondary != 1 and not _key(id_).startswith(_key(reporter)):
                what = "the identifier does not begin with the reporting organisation's"
                example = f": {_shown(id_)}, {_shown(reporter)}"
                self._problems.gather("identifier", what, _where(block, row), example)
            first = self._seen(id_, number)
            if first is not None:
                what = "the identifier stands more than once in the file"
                self._tell(block, row, number, "R24", what, f": {_shown(id_)}, first as activity {first}")

    def _tell(self, block: Block, row: int, number: int, rule: str, kind: str, text: str) -> None:
        self._problems.note(rule, kind, number, _where(block, row), kind + text)

    def _seen(self, id_: str, number: int) -> int | None:
        """The number of the activity that had this identifier before."""
        if len(self._identifiers) >= MOST_IDENTIFIERS:
            return self._identifiers.get(hash(id_))
        first = self._identifiers.setdefault(hash(id_), number)
        return None if first == number else first

    def _sector_shares(self, block: Block) -> None:
        """R13: the sectors of each vocabulary make 100."""
        rows = _shares(block, block.columns["vocabulary"].to_pylist())
        for number, found in groupby(rows, key=itemgetter(0)):
            for vocabulary, shares in _by(found).items():
                self._share(block, number, [shares], "sectors", f" of vocabulary {str(vocabulary)[:60]}")

    def _place_shares(self, block: Block) -> None:
        """R13: countries and regions make 100 together; regions of another list may stand apart."""
        kinds, lists = (block.columns[name].to_pylist() for name in ("kind", "vocabulary"))
        own = [
            None if kind == "location" else kind == "region" and list_ != "1"
            for kind, list_ in zip(kinds, lists, strict=True)
        ]
        rows = (row for row in _shares(block, own) if row[1] is not None)
        for number, found in groupby(rows, key=itemgetter(0)):
            by_list = _by(found)
            together = [share for shares in by_list.values() for share in shares]
            self._share(block, number, [together, by_list.get(False, [])], "countries and regions")

    def _share(self, block: Block, number: int, ways: list[list[_Share]], of: str, which: str = "") -> None:
        """Tells when shares make 100 in none of the `ways` in which they may be taken together."""
        if any(_whole([share for _, share in way]) for way in ways if way):
            return
        (first, _), *_ = ways[0]
        stated = [share for _, share in ways[0] if share is not None]
        if len(stated) < len(ways[0]):
            rule, what = "R14", "not all have a share, so they are not split"
        else:
            rule, what = "R13", f"the shares add to {round(fsum(stated), 6):g}, not 100"
        self._problems.note(rule, f"shares of {of}", number, _where(block, first), f"{of}{which}: {what}")


_Share = tuple[int, float | None]
"""Row, and the share in per cent."""


def _whole(shares: list[float | None]) -> bool:
    if len(shares) == 1 and shares[0] is None:
        return True  # R14
    return None not in shares and abs(round(fsum(s for s in shares if s is not None), 6) - 100) <= TOLERANCE


def _shares(block: Block, groups: Iterable[object]) -> Iterator[tuple[int, object, _Share]]:
    numbers, shares = (block.columns[name].to_pylist() for name in ("activity", "percentage"))
    return zip(numbers, groups, enumerate(shares), strict=True)


def _by(rows: Iterable[tuple[int, object, _Share]]) -> dict[object, list[_Share]]:
    found: dict[object, list[_Share]] = {}
    for _, group, share in rows:
        found.setdefault(group, []).append(share)
    return found


def _by_activity(block: Block, rows: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """(number of the activity or organisation, its first row, how many) of `rows`, which ascend."""
    numbers = _numbers(block)
    for number, found in groupby(rows, key=lambda row: numbers[row].as_py()):
        first, *more = found
        yield number or 0, first, 1 + len(more)


def _numbers(block: Block) -> pa.Array:
    numbers = [block.published[place] for place in ("activity", "organisation") if place in block.published]
    return pc.coalesce(*numbers)


def _where(block: Block, row: int) -> str:
    return str(block.columns["locator"][row].as_py())


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _key(identifier: str) -> str:
    return identifier.strip(' "').upper()


def _fault(odd: Odd) -> str:
    swapped = odd.fault == "unread" and (
        (odd.wanted == "date" and _LOOKS_LIKE_AMOUNT.fullmatch(odd.text))
        or (odd.wanted == "amount" and _LOOKS_LIKE_DATE.fullmatch(odd.text))
    )
    return "swapped" if swapped else odd.fault


def _said(odd: Odd, fault: str, codes: str) -> str:
    """What is the matter with an odd text; `codes` is the list it is not in."""
    wanted = _WANTED.get(odd.wanted, "")
    said = {
        "unknown": f"is no {codes}",
        "grouped": "is read with its digits grouped",
        "rounded": "is kept to six decimals",
        "swapped": f"stands where {wanted} belongs; fields may be swapped",
        "unread": f"is not {wanted}",
    }
    return f"{_shown(odd.text)} {said[fault]}"
