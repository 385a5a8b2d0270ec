"""Data problems as a reader meets them, told once per kind."""

from __future__ import annotations

from collections import defaultdict

from comity.errors import Issue


class Problems:
    """Data problems of one file, told once per kind with the first line and how often."""

    def __init__(self, source: str, dataset: str) -> None:
        self._source, self._dataset = source, dataset
        self._lines: dict[tuple[str, str], list[int]] = defaultdict(list)

    def note(self, line: int, rule: str, text: str) -> None:
        self._lines[rule, text].append(line)

    def issues(self) -> tuple[Issue, ...]:
        return tuple(
            Issue(
                self._source,
                self._dataset,
                f"line {lines[0]}",
                rule,
                f"{text} ({len(lines)} row{'s'[: len(lines) > 1]})",
            )
            for (rule, text), lines in self._lines.items()
        )
