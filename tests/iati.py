"""What the tests of the IATI kernel share: a file read whole, as plain values."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from comity.errors import Issue
from comity.sources import Batch, Break
from comity.sources.iati import kernel

SPECIMENS = Path(__file__).parent / "specimens"
Row = dict[str, Any]


@dataclass
class Loaded:
    """Rows by table, in the file's order; issues; the break, if there is one; the sizes of batches."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    issues: list[Issue] = field(default_factory=list)
    broken: Break | None = None
    batches: list[tuple[str, int]] = field(default_factory=list)

    def only(self, table: str) -> Row:
        (row,) = self.tables[table]
        return row

    def column(self, table: str, name: str) -> list[Any]:
        return [row[name] for row in self.tables[table]]

    def told(self) -> set[tuple[str, str, str]]:
        return {(issue.rule, issue.locator, issue.text) for issue in self.issues}


def loaded(content: bytes, name: str = "file.xml", batch_rows: int = kernel.BATCH_ROWS) -> Loaded:
    found = Loaded()
    for item in kernel.read(io.BytesIO(content), name, batch_rows=batch_rows):
        match item:
            case Batch(table, rows):
                found.batches.append((table, rows.num_rows))
                found.tables[table] += rows.to_pylist()
            case Issue():
                found.issues.append(item)
            case Break():
                assert found.broken is None
                found.broken = item
    return found


def specimen(name: str) -> bytes:
    return (SPECIMENS / f"iati_{name}.xml").read_bytes()


_WHOLE = (
    "<iati-activities version='2.03'><iati-activity default-currency='USD'>"
    "<iati-identifier>XM-EXAMPLE-1</iati-identifier>{}</iati-activity></iati-activities>"
)


def document(elements: str) -> str:
    """A file with one activity that holds `elements`."""
    return _WHOLE.format(elements)


def activity(elements: str) -> bytes:
    return document(elements).encode()


def transaction(value: str, type_: str = "3", day: str = "2020-01-01") -> str:
    return (
        f"<transaction><transaction-type code={quoteattr(type_)}/>"
        f"<transaction-date iso-date={quoteattr(day)}/><value>{value}</value></transaction>"
    )
