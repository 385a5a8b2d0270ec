"""The measures as SQL, compiled by Ibis once and kept, so that a profile need not import Ibis."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import comity
from comity import measures
from comity.errors import NotWritable
from comity.measures import Measure, Tables
from comity.provenance import digest
from comity.store import files

if TYPE_CHECKING:
    import ibis.expr.types as ir

Build = Callable[[Tables], "ir.Table"]
_SHAPES = ("measures", "rules", "tables")
_COMPILERS = ("ibis-framework", "sqlglot")


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements over the public tables and `request`.

    `bases` has by name which measures share one; in its statements their columns are told apart by place,
    `value_0` or `rows_2`. Money: `sums` gives (request, year, source, snapshot, value, rows) with
    `counts_…`, for which measures, where not for all. Anything else: `values` gives (request, value_…),
    `uses` (request, source, snapshot, rows_…, uncertain_…) and `shared` the rows of all, or of them what
    profiles need, with `counts_…`. A profile folds these itself, since it shows most of them anyway.

    `coverage` gives (request, type, year, source, snapshot, reported). By family, `notes` gives (measure,
    request, flag). `rows` holds one statement for each measure, `listings` one for those that show something
    else than their rows, by the first one that it is for, with `measure` where there are several.
    """

    bases: Mapping[str, Sequence[str]]
    sums: Mapping[str, str]
    values: Mapping[str, str]
    uses: Mapping[str, str]
    shared: Mapping[str, str]
    coverage: str
    rows: Mapping[str, str]
    notes: Mapping[str, str]
    listings: Mapping[str, str]


class _Base:
    """The measures that share a base, and the statements over it."""

    def __init__(self, sharing: Sequence[Measure], tables: Tables) -> None:
        self._sharing = sharing
        self.rows = sharing[0].base(tables)
        self._where = [measure.where(self.rows) if measure.where else None for measure in sharing]

    def _counts(self) -> dict[str, ir.BooleanValue]:
        return {f"counts_{n}": where for n, where in enumerate(self._where) if where is not None}

    def _values(self) -> dict[str, ir.Scalar]:
        folded = [m.fold.sql(self.rows, where) for m, where in zip(self._sharing, self._where, strict=True)]
        return {f"value_{n}": value.cast("decimal(38,6)") for n, value in enumerate(folded)}

    def _uses(self) -> dict[str, ir.Scalar]:
        found = {f"rows_{n}": self.rows.count(where=where) for n, where in enumerate(self._where)}
        if "confidence" in self.rows.columns:
            doubt = self.rows.confidence != "high"
            for n, where in enumerate(self._where):
                found[f"uncertain_{n}"] = self.rows.count(where=doubt if where is None else doubt & where)
        return found

    def sums(self) -> ir.Table:
        """One sum for all, told apart by what counts for whom: cheaper than a sum for each."""
        rows = self.rows.mutate(**self._counts())
        by = rows.group_by(["request", "year", "source", "snapshot", *self._counts()])
        return by.agg(value=self._sharing[0].fold.sql(rows, None).cast("decimal(38,6)"), rows=rows.count())

    def values(self) -> ir.Table:
        return self.rows.group_by("request").agg(**self._values())

    def uses(self) -> ir.Table:
        return self.rows.group_by(["request", "source", "snapshot"]).agg(**self._uses())

    def shared(self) -> ir.Table:
        """All that evidence has where it is shown, else what folds and sources need."""
        columns = measures.shown(self.rows)
        if all(measure.listing for measure in self._sharing):
            needed = {"source", "snapshot", "confidence"}.union(*(m.fold.columns for m in self._sharing))
            columns = [name for name in columns if name in needed]
        return self.rows.select(*columns, **self._counts())


def _covered(tables: Tables) -> ir.Table:
    """R38: the years that are reported, for the requests' partners and organisations."""
    import ibis

    known = tables.coverage
    known = known.select(
        "type", "year", "source", "snapshot",
        of=ibis.ifelse(known.organisation_name.isnull(), "*", known.organisation),  # * for all of them
        of_partner="partner", of_contributor="contributor",
    )  # fmt: skip
    asked = tables.request
    asked = asked.mutate(of=ibis.array([asked.organisation, ibis.literal("*")]).unnest())
    found = asked.join(known, "of")
    found = found.filter(
        found.of_partner.isnull() | (found.of_partner == found.partner),
        found.of_contributor.isnull() | (found.of_contributor == found.contributor),
    )
    reported = found.year.isnull() | found.year.between(found.start_year, found.end_year)
    return found.select("request", "type", "year", "source", "snapshot", reported=reported).distinct()


def _allow_floats_on_spark() -> None:
    """Ibis' compiler for Spark asks an option that only its backend defines, and that needs all of Spark."""
    import ibis
    from ibis.config import Config

    class Options(Config):  # type: ignore[misc]
        treat_nan_as_null: bool = False

    if ibis.options.pyspark is None:
        ibis.options.pyspark = Options()


def compile_plan(dialect: str) -> Plan:
    """The plan of all measures for the engines that speak `dialect`."""
    import ibis

    _allow_floats_on_spark()
    tables = Tables()
    together: dict[tuple[str, Build, tuple[str, ...]], list[Measure]] = defaultdict(list)
    notes: dict[str, dict[Build, str]] = defaultdict(dict)
    listings: dict[str, str] = {}
    seen: set[Build] = set()

    def sql(expression: ir.Table) -> str:
        return str(ibis.to_sql(expression, dialect=dialect, pretty=False))

    for measure in measures.shelved().values():
        summed = measure.fold.columns if measure.unit == "USD" else ()
        together[measure.family, measure.base, summed].append(measure)
        if measure.listing and measure.listing not in seen:
            seen.add(measure.listing)
            listings[measure.id] = sql(measure.listing(tables))
        if measure.notes and measure.notes not in notes[measure.family]:
            told = measure.notes(tables)
            if "measure" not in told.columns:
                told = told.mutate(measure=ibis.literal(measure.id))
            notes[measure.family][measure.notes] = f"({sql(told.select('measure', 'request', 'flag'))})"

    bases = {sharing[0].id: sharing for sharing in together.values()}
    money = {name: _Base(sharing, tables) for name, sharing in bases.items() if sharing[0].unit == "USD"}
    other = {name: _Base(sharing, tables) for name, sharing in bases.items() if name not in money}
    # Statements are united as text, not by Ibis: it shares a join among the arms as one CTE, on which
    # DuckDB 1.5 waits for itself for ever once the join is large.
    return Plan(
        bases={name: [measure.id for measure in sharing] for name, sharing in bases.items()},
        sums={name: sql(base.sums()) for name, base in money.items()},
        values={name: sql(base.values()) for name, base in other.items()},
        uses={name: sql(base.uses()) for name, base in other.items()},
        shared={name: sql(base.shared()) for name, base in other.items()},
        coverage=sql(_covered(tables)),
        rows={measure.id: sql(measure.rows(tables)) for measure in measures.shelved().values()},
        notes={family: " UNION ALL ".join(arms.values()) for family, arms in notes.items() if arms},
        listings=listings,
    )


def fingerprint(dialect: str) -> str:
    """Changes with anything that the compiled SQL depends on: contracts, rules, measures, Ibis."""
    home = Path(comity.__file__).parent
    sources = [path.read_bytes() for shape in _SHAPES for path in sorted((home / shape).glob("*.py"))]
    versions = [importlib.metadata.version(name).encode() for name in _COMPILERS]
    own = Path(__file__).read_bytes()
    return digest(b"\0".join([dialect.encode(), own, *versions, *sources]))[:24]


def plan(dialect: str, store: Path) -> Plan:
    """The plan kept in the store, compiled first when there is none for these measures."""
    kept = store / "compiled" / f"{dialect}-{fingerprint(dialect)}.json"
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
        found: dict[str, Any] = json.loads(kept.read_bytes())
        return Plan(**found)
    made = compile_plan(dialect)
    with contextlib.suppress(NotWritable):  # a read-only store works, only slower
        files.put(kept, json.dumps(asdict(made), indent=1).encode())
    return made
