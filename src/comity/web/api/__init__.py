"""The programming interface, one file per resource. A new resource is a new file that offers a `Part`.

What all share stands beside them: `_asked` (parameters), `_rows` (where rows come from, sorted and cut),
`_answer` (as JSON, CSV or Parquet), `_offer` (how a file offers an operation), `_refused` (errors),
`_openapi` (the document), `_mount` (the addresses).
"""

from __future__ import annotations

from dataclasses import dataclass

from ninja import Router


@dataclass(frozen=True, slots=True)
class Part:
    """The operations of one resource under `/api/v1/`. `meaning` introduces them, `order` places them in
    the document."""

    name: str
    router: Router
    meaning: str = ""
    order: int = 0
