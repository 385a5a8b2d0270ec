"""R22: a publisher's activities have levels, and the same money may stand at several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PER = ("reporting_org", "measure")


def levels(rows: ir.Table) -> ir.Table:
    """R22: where each measure of each publisher lives: `reporting_org`, `measure`, `level`, `levels`.

    `rows` have these two and `hierarchy`, and only rows in which the measure is reported belong to them:
    a level without it is no level of it. A missing `hierarchy` is 1. `level` (int32) is the lowest in the
    tree, which has the largest number; `levels` (int64) is how many there are. More than one is to be
    told beside the figure: what stands above `level` is left out of it.
    """
    rows = rows.mutate(_level=rows.hierarchy.fill_null(1))
    return rows.group_by(_PER).agg(level=rows._level.max(), levels=rows._level.nunique())


def at_level(rows: ir.Table) -> ir.Table:
    """R22: `rows` with `level`, as `levels` gives it, and `at_level` (boolean): whether the row counts.

    Rows without a publisher are taken as of one publisher, as in `levels`.
    """
    import ibis

    own = rows.hierarchy.fill_null(1)
    level = own.max().over(ibis.window(group_by=_PER))
    return rows.mutate(level=level, at_level=own == level)
