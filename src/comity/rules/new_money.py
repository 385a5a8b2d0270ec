"""R25: money that only passes through an activity is not new (OCHA's heuristic)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

OUTFLOWS = {"commitments": ("2",), "spend": ("3", "4")}
"""Types of transaction that go out; the two are never added (R1)."""

_KEYS = ("dataset", "activity", "currency")


def new_money(transactions: ir.Table) -> ir.Table:
    """R25: how much of what an activity gives out it did not receive, each currency by itself.

    `transactions` have `dataset`, `activity`, `type`, `value`, and `currency`, which is the activity's
    where none is published with the value (R7). Gives for each activity and currency a row for each
    `outflow` of `OUTFLOWS`, but none for one that is not reported (R5), with sums in that currency:

    - `outgoing`, decimal(38,6), and `incoming`, decimal(38,6): the largest of incoming commitments (11),
      incoming funds (1) and 0;
    - `factor`, float64: 1 where nothing comes in; where more goes out, the share of it that did not come
      in; else 0;
    - `new_money`, decimal(38,6): that share of `outgoing`, exactly.
    """
    import ibis

    type_, value, none = transactions.type, transactions.value, ibis.literal(Decimal(0), "decimal(24,6)")
    received = [value.sum(where=type_ == code).fill_null(none) for code in ("1", "11")]
    sums = transactions.group_by(_KEYS).agg(
        incoming=ibis.greatest(*received, none),
        **{name: value.sum(where=type_.isin(codes)) for name, codes in OUTFLOWS.items()},
    )
    found = sums.mutate(outflow=ibis.array(list(OUTFLOWS)).unnest())
    found = found.mutate(outgoing=found.outflow.cases(*((name, found[name]) for name in OUTFLOWS)))
    found = found.filter(found.outgoing.notnull())
    nothing, more = found.incoming == 0, found.outgoing > found.incoming
    left = found.outgoing - found.incoming
    share = left.cast("float64") / found.outgoing.cast("float64").nullif(0)
    # Written plainly, 1.0 is a decimal to Spark.
    all_, nil = (ibis.literal(number).cast("float64") for number in (1, 0))
    return found.select(
        *_KEYS,
        "outflow",
        "outgoing",
        "incoming",
        factor=ibis.cases((nothing, all_), (more, share), else_=nil),
        new_money=ibis.cases((nothing, found.outgoing), (more, left), else_=none),
    )
