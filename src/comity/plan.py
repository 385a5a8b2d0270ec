"""The measures as SQL, compiled by Ibis once and kept, so that a profile need not import Ibis."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
from collections import defaultdict
from collections.abc import Mapping
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

_SHAPES = ("measures", "rules", "tables")
_COMPILERS = ("ibis-framework", "sqlglot")


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements over the public tables and `request`.

    By family of measures, `values` gives (measure, request, year, value) and `sources`
    gives (measure, request, source, snapshot, row_count, uncertain). `coverage` gives (request,
    type, year), `covered_by` (request, type, source, snapshot), `notes` gives (measure, request, flag)
    for families that have any, and `rows` holds one statement per measure, `listings` one for each that
    shows something else than its rows.
    """

    values: Mapping[str, str]
    sources: Mapping[str, str]
    coverage: str
    covered_by: str
    rows: Mapping[str, str]
    notes: Mapping[str, str]
    listings: Mapping[str, str]


def _valued(measure: Measure, counted: ir.Table) -> ir.Table:
    import ibis

    folded = measure.value(counted)
    year = folded.year.cast("int64") if "year" in folded.columns else ibis.null("int64")
    return folded.select(
        measure=ibis.literal(measure.id),
        request=folded.request,
        year=year,
        value=folded.value.cast("decimal(38,6)"),
    )


def _sourced(measure: Measure, counted: ir.Table) -> ir.Table:
    import ibis

    known = "confidence" in counted.columns
    doubt = (counted.confidence != "high").ifelse(1, 0) if known else ibis.literal(0)
    marked = counted.mutate(doubt=doubt)
    by_snapshot = marked.group_by(["request", "source", "snapshot"])
    uses = by_snapshot.agg(row_count=marked.count(), uncertain=marked.doubt.sum().cast("int64"))
    named = uses.mutate(measure=ibis.literal(measure.id))
    return named.select("measure", "request", "source", "snapshot", "row_count", "uncertain")


def _covered(tables: Tables) -> ir.Table:
    """R38: the years that are reported, for the requests' partners and organisations."""
    import ibis

    known = tables.coverage.select(
        "type", "year", "organisation_name", "source", "snapshot",
        of_organisation="organisation", of_partner="partner", of_contributor="contributor",
    )  # fmt: skip
    asked = tables.request
    own = asked.join(known, asked.organisation == known.of_organisation)
    general = asked.cross_join(known.filter(known.organisation_name.isnull()))
    both = ibis.union(own, general)
    return both.filter(
        both.of_partner.isnull() | (both.of_partner == both.partner),
        both.of_contributor.isnull() | (both.of_contributor == both.contributor),
    )


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
    rows: dict[str, str] = {}
    values: dict[str, list[str]] = defaultdict(list)
    sources: dict[str, list[str]] = defaultdict(list)
    notes: dict[str, list[str]] = defaultdict(list)
    listings: dict[str, str] = {}

    def sql(expression: ir.Table) -> str:
        return str(ibis.to_sql(expression, dialect=dialect, pretty=False))

    for measure in measures.shelved().values():
        picked = measure.rows(tables)
        rows[measure.id] = sql(picked)
        # The folds are compiled over a table called `counted`, which is these very rows: a number
        # and its evidence cannot drift apart.
        counted = ibis.table(picked.schema(), name="counted")
        for arms, fold in ((values, _valued), (sources, _sourced)):
            arms[measure.family].append(
                f"(WITH counted AS ({rows[measure.id]}) {sql(fold(measure, counted))})"
            )

        if measure.listing:
            listings[measure.id] = sql(measure.listing(tables))
        if measure.notes:
            told = measure.notes(tables)
            told = told.select(ibis.literal(measure.id).name("measure"), "request", "flag")
            notes[measure.family].append(f"({sql(told)})")

    covered = _covered(tables)
    reported = covered.year.isnull() | covered.year.between(covered.start_year, covered.end_year)

    # Not `ibis.union`: it shares a join among the arms as one CTE, on which DuckDB 1.5 waits for
    # itself for ever once the join is large.
    return Plan(
        values={family: " UNION ALL ".join(arms) for family, arms in values.items()},
        sources={family: " UNION ALL ".join(arms) for family, arms in sources.items()},
        coverage=sql(covered.select("request", "type", "year").distinct()),
        covered_by=sql(covered.filter(reported).select("request", "type", "source", "snapshot").distinct()),
        rows=rows,
        notes={family: " UNION ALL ".join(arms) for family, arms in notes.items()},
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
