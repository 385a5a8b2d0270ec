"""What the measures of joint activities share: the rows of a pair and period, and money by share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.measures import Tables
from comity.rules import shares

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = ("dataset", "snapshot", "activity")
ORIGIN = ("source", "dataset", "snapshot", "locator")


SHOWN = ("spend", "commitments")
"""Whose figures are shown."""


def activities(tables: Tables) -> ir.Table:
    """Joint activities of the pairs asked for that run in the period, counted ones and others: by their
    dates, or because money of them is counted in it. What has no date at all may have run at any time."""
    asked = tables.request.select("request", "partner", "organisation", "start_year", "end_year", "as_of")
    asked = asked.rename(from_year="start_year", to_year="end_year")
    found = asked.join(tables.joint_activities, ["partner", "organisation"])
    moved = money(tables, *SHOWN)
    moved = moved.filter(moved.counted == 1).select("request", *KEYS).distinct().mutate(moved=True)
    found = found.left_join(moved, ["request", *KEYS], rname="{name}_moved")
    begun = found.first_year.isnull() | (found.first_year <= found.to_year)
    over = found.last_year.notnull() & (found.last_year < found.from_year)
    found = found.filter((begun & ~over) | found.moved.notnull())
    return found.select(name for name in found.columns if name != "moved" and not name.endswith("_moved"))


def money(tables: Tables, *measures: str) -> ir.Table:
    """Transactions of measures in the years asked for, counted ones and others."""
    found = of_any_year(tables, *measures)
    found = found.filter(found.year.between(found.start_year, found.end_year))
    return found.drop("start_year", "end_year")


def of_any_year(tables: Tables, *measures: str) -> ir.Table:
    """Transactions of measures of the pairs asked for, those without a year among them."""
    asked = tables.request.select("request", "partner", "organisation", "start_year", "end_year")
    given = tables.joint_transactions
    return asked.join(given.filter(given.measure.isin(measures)), ["partner", "organisation"])


def told(rows: ir.Table, measure: ir.StringValue, *keys: ir.StringValue) -> ir.Table:
    """`request`, `measure` and `flag`: each of `keys` that is not null, and behind it for how many rows it
    holds, but for `view:…`. In one pass: of a union over one join DuckDB may wait for ever (see `plan`)."""
    import ibis

    found = rows.select("request", measure=measure, key=ibis.array(list(keys)).unnest())
    found = found.filter(found.key.notnull())
    found = found.group_by(["request", "measure", "key"]).agg(n=found.count())
    numbered = found.key + ":" + found.n.cast("string")
    flag = ibis.ifelse(found.key.startswith("view:"), found.key, numbered)
    return found.select("request", "measure", flag=flag)


def named(tables: Tables, *dimensions: str) -> ir.Table:
    """Places or sectors of the pairs' joint activities: `request`, `dimension`, KEYS, `transaction` (null for
    those of the whole activity), `kind`, `code` (party id of a country, DAC group of a sector), `weight`, 0
    for what is named without a share, and `flag`."""
    import ibis

    asked = tables.request.select("request", "partner", "organisation")
    given = tables.joint_shares
    found = asked.join(given.filter(given.dimension.isin(dimensions)), ["partner", "organisation"])
    sector = found.dimension == "sector"
    return found.select(
        "request", "dimension", *KEYS, "transaction",
        kind=ibis.ifelse(sector, "sector", found.kind),
        code=ibis.ifelse(sector, found.group_code, found.party.coalesce(found.code)),
        weight=found.weight.cast("int64"), flag=found.flag,
    )  # fmt: skip


def spent(tables: Tables) -> ir.Table:
    """R12, R16: the counted spending of the pairs and years asked for by place, and again by sector:
    `request`, `dimension`, `view`, `kind`, `code`, `flag` and `part`, US dollars. The parts of a dimension
    add to `programmes.spend`, always."""
    import ibis

    rows = money(tables, "spend")
    rows = rows.filter((rows.counted == 1) & rows.value_usd.notnull())
    keys = ["request", "dimension", *KEYS]
    own_keys = [*keys, "transaction"]
    amounts = rows.mutate(dimension=ibis.array(["place", "sector"]).unnest())
    amounts = amounts.select(*own_keys, "view", "value_usd")
    found = named(tables, "place", "sector")
    found = found.group_by([name for name in found.columns if name != "weight"])
    found = found.agg(weight=ibis._.weight.sum().cast("int64"))
    found = found.filter(found.weight > 0)
    own = found.filter(found.transaction.notnull()).select(*own_keys, "kind", "code", "weight", "flag")
    whole = found.filter(found.transaction.isnull()).select(*keys, "kind", "code", "weight", "flag")
    each = shares.own_or_activity(amounts, own, whole, own_keys, keys)
    return shares.split(amounts, each, own_keys, "value_usd")
