"""R39, R40: which ratifications count on a date. Shared by every `standards.*` measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def registered(rows: ir.Table) -> ir.BooleanValue:
    """R39: registered on or before the date, whatever became of it."""
    return rows.registered <= rows.as_of


def not_denounced(rows: ir.Table) -> ir.BooleanValue:
    """R39: registered, and not denounced on the date."""
    return registered(rows) & (rows.denounced.isnull() | (rows.denounced > rows.as_of))


def in_force(rows: ir.Table) -> ir.BooleanValue:
    """R39: not denounced and in force for the State on the date; an instrument that was abrogated
    or withdrawn in an earlier year is no longer in force for anyone."""
    alive = rows.ended_year.isnull() | (rows.ended_year >= rows.as_of.year())
    return not_denounced(rows) & (rows.in_force <= rows.as_of) & alive


def category_holds(rows: ir.Table) -> ir.BooleanValue:
    """R40: the category that the instrument has on the date; `valid_to` is the first day after it."""
    return (rows.valid_from <= rows.as_of) & (rows.valid_to.isnull() | (rows.valid_to > rows.as_of))
