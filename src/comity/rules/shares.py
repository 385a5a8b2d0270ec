"""R12–R18: how money is shared among places and among sectors.

Tables of places and sectors have the caller's key columns (`dataset` and `activity`, of a transaction
also `transaction`), `kind` (places only), `vocabulary`, `code` and `percentage`. They become weights:
the keys, `kind`, `vocabulary`, `code`, `weight` in millionths of a per cent, and `flag`; where what was
published names no place or sector, `code` is null and `flag` says why. Money is split in whole cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

Keys = Sequence[str]

UNSPECIFIED = ("998", "ZZ")
"""Codes that stand among countries and regions and name none."""

_WHOLE = 100_000_000
_SLACK = 500_000
_LARGEST = 9 * 10**16


def place_kind(kind: ir.StringValue, code: ir.StringValue) -> ir.StringValue:
    """R18: country, region or location as published, but “unspecified” for the codes of no place, and
    “region” for a region's code among the countries: these are numbers (298, 798, 889), no country's is."""
    import ibis

    return ibis.cases(
        (kind.isin(("country", "region")) & code.isin(UNSPECIFIED), "unspecified"),
        ((kind == "country") & code.re_search("^[0-9]+$"), "region"),
        else_=kind,
    )


def chosen_vocabulary(rows: ir.Table, keys: Keys) -> ir.Table:
    """R13: those of `rows` that count, which are of one vocabulary for each key.

    Sectors: DAC's five digits (1), else its three (2); others stand apart. Places: countries and DAC's
    regions, which make 100 together; where there are none, the regions of one other list. A location is
    no share, and a row without a code names nothing that could have one.
    """
    import ibis

    rows = rows.filter(rows.code.notnull()).mutate(_list=rows.vocabulary.fill_null("1"))
    if "kind" in rows.columns:
        rows = rows.filter(rows.kind != "location")
        rows = rows.mutate(_list=ibis.ifelse(rows.kind == "country", "1", rows._list))
    else:
        rows = rows.filter(rows._list.isin(("1", "2")))
    rows = rows.mutate(_list=ibis.ifelse(rows._list == "1", "", rows._list))  # sorts before any other
    rows = rows.mutate(_first=rows._list.min().over(ibis.window(group_by=keys)))
    return rows.filter(rows._list == rows._first).drop("_list", "_first")


def weights(rows: ir.Table, keys: Keys) -> ir.Table:
    """R14, R15: the weight of each place or sector among `rows` of `chosen_vocabulary`.

    Columns `keys`, `kind` (of places), `vocabulary`, `code`, `weight` (int64 > 0) and `flag`. A single
    item without a percentage is 100 %; several are one row without a code, “not_split”, as is a key of
    which nothing is left. What is missing below 99.5 is a row without a code, “unallocated”. Items of a
    sum above 100.5 are “over_100”, those beside a negative one “negative”. Weights are what is published
    and need not add to 100: `split` divides by their sum. Only what adds to more than 1,000 %, which is
    no share of anything, is brought down to that, so that int64 holds the products.
    """
    import ibis

    what = [name for name in ("kind", "vocabulary", "code") if name in rows.columns]
    share = rows.percentage.clip(upper=ibis.literal(1_000_000).cast("float64"))  # a plain 1e6 is a decimal
    items = rows.group_by([*keys, *what]).agg(
        share=(share.sum(where=share > 0).fill_null(0) * 1_000_000).round().cast("int64"),
        stated=share.notnull().any(),
        negative=(share < 0).any().fill_null(False),
    )
    key = ibis.window(group_by=keys)
    items = items.mutate(
        total=_int64(items.share.sum().over(key)),
        alone=(items.count().over(key) == 1) & ~items.stated,
        negative=items.negative.any().over(key),
        first=ibis.row_number().over(key) == 0,
    )
    # A row more for each key, for what is missing; a union would compute the items twice.
    items = items.mutate(rest=ibis.array([False, True]).unnest())
    items = items.filter(~items.rest | items.first)
    total, rest = items.total, items.rest
    share = (items.share / ibis.greatest(total / (10 * _WHOLE), 1)).round().cast("int64")
    missing = ibis.ifelse(items.alone | (total >= _WHOLE - _SLACK), 0, _WHOLE - total)
    why = ibis.ifelse(total == 0, "not_split", "unallocated")
    over = ibis.ifelse(total > _WHOLE + _SLACK, "over_100", None)
    found = items.select(
        *keys,
        **{name: ibis.ifelse(rest, None, items[name]) for name in what},
        weight=_int64(ibis.cases((rest, missing), (items.alone, _WHOLE), else_=share)),
        flag=ibis.cases((rest, why), (items.negative, "negative"), else_=over),
    )
    return found.filter(found.weight > 0)


def own_or_activity(
    transactions: ir.Table, own: ir.Table, activity: ir.Table, transaction_keys: Keys, activity_keys: Keys
) -> ir.Table:
    """R12: weights of each transaction: its `own` where it has any, else its `activity`'s, else one row
    without a code, “not_stated”. Columns as of `own`. Asked for places and for sectors separately."""
    what = [name for name in own.columns if name not in transaction_keys]
    ours = transactions.select(*transaction_keys).distinct()
    found = ours.left_join(own, list(transaction_keys)).select(own.columns)
    # Nothing equals null: what has its own weights gets no others. DuckDB hashes no other condition.
    first, *others = activity_keys
    found = found.mutate(_first=found.weight.isnull().ifelse(found[first], None))
    theirs = activity.rename({f"_{name}": name for name in what}).rename(_first=first)
    found = found.left_join(theirs, ["_first", *others])
    return _told(found.select(*transaction_keys, **{n: found[n].coalesce(found[f"_{n}"]) for n in what}))


def split(amounts: ir.Table, weights: ir.Table, keys: Keys, amount: str) -> ir.Table:
    """R16: `amounts` once for each of their weights, with `part`, decimal(24,2).

    Parts are whole cents by largest remainder and add to `amount`, rounded half up to cents, always. A
    negative amount is split as its opposite is (R3). Equal remainders go by code, then kind. The columns
    of the weights come after those of `amounts`, which must not have them. What has no weights is one
    part without a code, “not_stated”. Parts of null, and of 90,000,000,000,000,000 or more, are null.
    """
    return _in_money(_parted(_in_cents(amounts, keys, amount), weights, keys, [*keys, "_row"]))


def crossed(amounts: ir.Table, places: ir.Table, sectors: ir.Table, keys: Keys, amount: str) -> ir.Table:
    """R17: `amounts` by place, each part of it by sector; parts add to `amount` as those of `split` do.

    That the money of each place has the sectors of the whole is an assumption: nobody published the
    product. The columns of the weights have `place_` and `sector_` before their names.
    """
    group, found = [*keys, "_row"], _in_cents(amounts, keys, amount)
    for prefix, table in (("place_", places), ("sector_", sectors)):
        names = {prefix + name: name for name in table.columns if name not in keys}
        found = _parted(found, table.rename(names), keys, group, prefix)
        group = [*group, *names]
    return _in_money(found)


def _in_cents(amounts: ir.Table, keys: Keys, amount: str) -> ir.Table:
    """`amounts` with `_cents`, int64, and `_row`, which tells rows of the same key apart."""
    import ibis

    value = amounts[amount]
    cents = (value.abs() * 100).round().cast("int64")
    cents = ibis.cases((value.abs() >= _LARGEST, None), (value < 0, -cents), else_=cents)
    return amounts.mutate(_cents=cents, _row=ibis.row_number().over(group_by=keys, order_by=value))


def _told(found: ir.Table, prefix: str = "") -> ir.Table:
    """What has no weight has all of it, and is flagged “not_stated”."""
    import ibis

    weight, flag = found[prefix + "weight"], found[prefix + "flag"]
    flag = ibis.ifelse(weight.isnull(), "not_stated", flag)
    return found.mutate(flag.name(prefix + "flag"), weight.fill_null(_WHOLE).name(prefix + "weight"))


def _parted(rows: ir.Table, weights: ir.Table, keys: Keys, group: Keys, prefix: str = "") -> ir.Table:
    """R16: `rows` once for each of their weights, the `_cents` of each `group` shared among them."""
    import ibis

    found = rows.left_join(weights, list(keys))
    found = _told(found.select(rows, *(weights[n] for n in weights.columns if n not in keys)), prefix)
    each, weight = ibis.window(group_by=group), found[prefix + "weight"]
    order = [name for name in (prefix + "code", prefix + "kind") if name in found.columns]
    found = found.mutate(_total=_int64(weight.sum().over(each)))
    # whole × weight ÷ total, without a product that int64 does not hold
    whole, total = found._cents.abs(), found._total
    over = (whole % total) * weight
    found = found.mutate(_low=_quotient(whole, total) * weight + _quotient(over, total), _over=over % total)
    left = found._cents.abs() - found._low.sum().over(each)
    place = ibis.row_number().over(group_by=group, order_by=[found._over.desc(), *order])
    cents = found._low + (place < left).cast("int64")
    return found.mutate(_cents=ibis.ifelse(found._cents < 0, -cents, cents)).drop("_total", "_low", "_over")


def _in_money(found: ir.Table) -> ir.Table:
    import ibis

    part = (found._cents * ibis.literal(Decimal("0.01"), "decimal(3,2)")).cast("decimal(24,2)")
    return found.mutate(part=part).drop("_cents", "_row")


def _quotient(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a ÷ b, rounded down, exact for int64 ≥ 0. Ibis has `//` divide as doubles, which hold 15 digits:
    so does the first step here, and the second puts right what it missed."""
    multiple = a - a % b
    near = (multiple / b).cast("int64")
    return near + ((multiple - near * b) / b).cast("int64")


def _int64(value: ir.NumericValue) -> ir.IntegerValue:
    """What Ibis believes to be int64, as such: DuckDB's sums have 128 bits, Sail's choices may have 32."""
    return value.cast("decimal(18,0)").cast("int64")
