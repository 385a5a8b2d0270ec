"""A generation: which rows of which snapshots make up the store at one moment. Never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from comity.errors import StoreDamaged
from comity.provenance import Snapshot, stamp, unstamp

LEFT_OUT = "load"
"""The source under which issues about files that were not kept are listed."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table, read from one snapshot: a Parquet file named by its hash. Where `file` ends in
    a slash it is a folder with the rows of many datasets, one file for each table, and a part stands
    for the dataset's rows in all of them; `rows` counts those of its own table.

    Parts are replaced by (source, dataset, year); `year` is None for a dataset that is replaced as
    a whole. Issues belong to a snapshot.
    """

    table: str
    source: str
    dataset: str
    year: int | None
    snapshot: str
    file: str
    rows: int

    @property
    def in_folder(self) -> bool:
        return self.file.endswith("/")

    @property
    def slot(self) -> tuple[str, str, int | None]:
        return self.source, self.dataset, self.year


def _order(part: Part) -> tuple[str, str, str, int, str]:
    return part.table, part.source, part.dataset, part.year or 0, part.snapshot


@dataclass(frozen=True, slots=True)
class Generation:
    """`id` counts up from 1; `starter` lists the snapshots that came with the package."""

    id: int
    created_at: datetime
    parts: tuple[Part, ...]
    snapshots: tuple[Snapshot, ...]
    starter: frozenset[str] = frozenset()

    def replacing(self, parts: Iterable[Part], snapshots: Sequence[Snapshot]) -> Generation:
        """This generation with `parts` in place of what their slots held (same id and time).

        Where two of the new snapshots fill one slot, the later one wins. A file's issues stay while
        it is in force, and then until other bytes are loaded under its name; read again, it may have
        others.
        """
        new: dict[tuple[str, str, int | None], list[Part]] = {}
        again = {snapshot.sha256 for snapshot in snapshots}
        before = (p for p in self.parts if p.table == "issues" and p.snapshot not in again)
        issues = {(p.source, p.dataset, p.snapshot): p for p in before}
        for part in parts:
            if part.table == "issues":
                issues[part.source, part.dataset, part.snapshot] = part
            elif (held := new.setdefault(part.slot, [])) and held[0].snapshot != part.snapshot:
                new[part.slot] = [part]
            else:
                held.append(part)
        facts = [p for p in self.parts if p.table != "issues" and p.slot not in new]
        facts += [part for held in new.values() for part in held]
        by_hash = {s.sha256: s for s in (*snapshots, *self.snapshots)}
        loaded = {(s.source, s.name): s.sha256 for s in snapshots}
        names = {name for _, name in loaded}

        in_force = {part.snapshot for part in facts}

        def still_told(part: Part) -> bool:
            if part.source == LEFT_OUT:
                return part.dataset not in names or part not in self.parts
            if part.snapshot in in_force:
                return True
            snapshot = by_hash[part.snapshot]
            return loaded.get((snapshot.source, snapshot.name), part.snapshot) == part.snapshot

        told = [part for part in issues.values() if still_told(part)]
        used = {part.snapshot for part in (*facts, *told)} & by_hash.keys()
        return replace(
            self,
            parts=tuple(sorted((*facts, *told), key=_order)),
            snapshots=tuple(sorted((by_hash[h] for h in used), key=lambda s: (s.source, s.name, s.sha256))),
            starter=frozenset(self.starter & used),
        )

    def to_json(self) -> str:
        snapshots = [asdict(s) | {"taken_at": stamp(s.taken_at)} for s in self.snapshots]
        return json.dumps(
            {
                "id": self.id,
                "created_at": stamp(self.created_at),
                "starter": sorted(self.starter),
                "snapshots": snapshots,
                "parts": [asdict(part) for part in self.parts],
            },
            indent=1,
        )


def read(path: Path) -> Generation:
    """The generation kept at `path`; raises `StoreDamaged` when the file is not one."""
    try:
        data = json.loads(path.read_bytes())
        return Generation(
            id=data["id"],
            created_at=unstamp(data["created_at"]),
            parts=tuple(Part(**part) for part in data["parts"]),
            snapshots=tuple(Snapshot(**s | {"taken_at": unstamp(s["taken_at"])}) for s in data["snapshots"]),
            starter=frozenset(data["starter"]),
        )
    except OSError as error:
        raise StoreDamaged(path.parent.parent, f"generations/{path.name}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(path.parent.parent, f"generations/{path.name} cannot be read ({error})") from None
