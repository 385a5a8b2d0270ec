"""Problems of a file as values: each kind once an activity, and no more of a kind than can be read."""

from __future__ import annotations

from collections import Counter

from comity.errors import Issue

MOST_OF_A_KIND = 1000


class Problems:
    """Gathers issues. A kind is a rule with what is the matter in general words. What most activities of a
    file may have is told once for the file (`gather`), other kinds once an activity (`note`)."""

    def __init__(self, source: str, dataset: str) -> None:
        self._source, self._dataset = source, dataset
        self._last: dict[tuple[str, str], int] = {}
        self._told: Counter[tuple[str, str]] = Counter()
        self._issues: list[Issue] = []
        self._gathered: dict[tuple[str, str], tuple[int, str, str]] = {}

    def note(self, rule: str, kind: str, number: int, locator: str, text: str) -> None:
        """Tells of a problem of the activity (or organisation) called `number` in the file."""
        key = (rule, kind)
        if self._last.get(key) == number:
            return
        self._last[key] = number
        self._told[key] += 1
        if self._told[key] <= MOST_OF_A_KIND:
            self._issues.append(Issue(self._source, self._dataset, locator, rule, text))

    def gather(self, rule: str, kind: str, locator: str, example: str = "") -> None:
        """Counts a problem that is told at the end, with the first place and what stands there."""
        number, locator, example = self._gathered.get((rule, kind), (0, locator, example))
        self._gathered[rule, kind] = (number + 1, locator, example)

    def take(self) -> list[Issue]:
        """What was noted since this was last asked."""
        found, self._issues = self._issues, []
        return found

    def rest(self) -> list[Issue]:
        """At the end: what was gathered, and how often each kind was met beyond what was told."""
        gathered = [
            Issue(
                self._source, self._dataset, locator, rule,
                f"{kind}{example}" + (f"; {number - 1:,} more like this" if number > 1 else ""),
            )
            for (rule, kind), (number, locator, example) in self._gathered.items()
        ]  # fmt: skip
        return gathered + [
            Issue(self._source, self._dataset, "", rule, f"{kind}: {told - MOST_OF_A_KIND:,} more like these")
            for (rule, kind), told in self._told.items()
            if told > MOST_OF_A_KIND
        ]
