"""R24: one activity may be published more than once. One of its copies counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

_KEYS = ("dataset", "snapshot", "activity")
_COPIES = ("_id", "_org")
_AROUND = r"""^[\s"'“”„«»]+|[\s"'“”„«»]+$"""


def marked(activities: ir.Table, transactions: ir.Table) -> ir.Table:
    """R24: `activities` with `counts` and `differs`, booleans, and `copies`, how many there are of it.

    Rows with the same identifier of the same reporting organisation are copies of one activity, however
    the identifiers are written (R28); a row without an identifier is nobody's copy. Of copies the one
    with the newest `last_updated` counts, then that of the later dataset and snapshot, by name, then the
    later in the file. A copy that does not count `differs` where its title, or the number or sum of its
    transactions of a type and currency, is not that of the one that counts.

    Both tables have `dataset`, `snapshot` and `activity`; `activities` has `activity_id`, `reporting_org`,
    `last_updated` as published, and `title`; `transactions` has `type`, `value` and `currency`.
    """
    import ibis

    rows = activities.mutate(_id=_key(activities.activity_id), _org=_key(activities.reporting_org))
    text = rows.last_updated.strip()
    newest = [
        _second(text).desc(),
        text.re_extract("[.]([0-9]+)", 1).desc(),
        *(rows[k].desc() for k in _KEYS),
    ]
    rows = rows.mutate(_place=ibis.row_number().over(group_by=_COPIES, order_by=newest))
    rows = rows.mutate(
        counts=rows._id.isnull() | (rows._place == 0),
        copies=ibis.ifelse(rows._id.isnull(), 1, rows.count().over(group_by=_COPIES)).cast("int32"),
    )

    first, copies = rows._place == 0, ibis.window(group_by=_COPIES)
    known = {f"_{name}": rows[name].max(where=first).over(copies) for name in (*_KEYS, "title")}
    others = rows.mutate(**known).filter(~rows.counts)
    titles = others.filter(~others.title.identical_to(others._title)).select(_KEYS)
    told = ibis.union(titles, _moved_money(others, transactions), distinct=True).mutate(_told=True)
    found = rows.left_join(told, list(_KEYS), rname="{name}_again")
    return found.select(*activities.columns, "counts", "copies", differs=found._told.fill_null(False))


def _moved_money(others: ir.Table, transactions: ir.Table) -> ir.Table:
    """Keys of those of `others` whose transactions are not as those of the copy that counts."""
    import ibis

    sums = transactions.group_by([*_KEYS, "type", "currency"]).agg(
        number=transactions.count(), total=transactions.value.sum()
    )
    what = ("type", "currency", "number", "total")
    own = others.join(sums, list(_KEYS)).select(*_KEYS, *what, side=1)
    counting = others.join(
        sums, [others[f"_{name}"] == sums[name] for name in _KEYS], rname="{name}_counting"
    )
    counting = counting.select(*_KEYS, *what, side=-1)
    sides = ibis.union(own, counting).group_by([*_KEYS, *what]).agg(balance=ibis._.side.sum())
    return sides.filter(sides.balance != 0).select(_KEYS)


def _key(identifier: ir.StringValue) -> ir.StringValue:
    """R28: unquoted, trimmed, upper case; null when nothing is left."""
    return identifier.re_replace(_AROUND, "").upper().nullif("")


def _second(text: ir.StringValue) -> ir.IntegerValue:
    """The second since 1970 of `2021-05-11T02:46:20.043+02:00` and the like, which is universal time
    where no zone is given, and midnight where no time is; null of any other text."""
    import ibis

    hour, minute, second = (text.substr(start, 2).try_cast("int64").fill_null(0) for start in (11, 14, 17))
    zone = text.substr(16, 20).re_extract("[+-][0-9]{2}:?[0-9]{2}$", 0).replace(":", "")
    ahead, more = (zone.substr(start, 2).try_cast("int64").fill_null(0) for start in (1, 3))
    east = (ahead * 60 + more) * ibis.ifelse(zone.startswith("-"), -1, 1)
    days = text.substr(0, 10).try_cast("date").epoch_days()
    return days * 86_400 + hour * 3_600 + (minute - east) * 60 + second
