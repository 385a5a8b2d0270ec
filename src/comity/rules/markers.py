"""R32: policy markers say whether an activity has an objective. They are no shares, and are not added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MEANINGS: Mapping[str | None, str] = {
    "0": "screened, and not an objective",
    "1": "significant objective",
    "2": "principal objective",
    "3": "principal objective, and in support of an action programme",
    "4": "explicit primary objective",
    None: "not screened",
}
"""Significance by code. Blank is not 0."""

OBJECTIVE = ("1", "2", "3", "4")


def screening(activities: ir.Table, markers: ir.Table, keys: Sequence[str], code: str) -> ir.Table:
    """R32: what each of `activities` says of the marker `code`: its `keys` and `screening`.

    “objective”: significance 1 to 4; “screened”: 0, so it is not one; “not_screened”: no such marker, or
    one whose significance is blank or no code. Only DAC's markers (vocabulary 1) are such; of several,
    the strongest holds. Money of an activity with the objective is not money for it.
    """
    import ibis

    own = markers.filter((markers.code == code) & (markers.vocabulary.fill_null("1") == "1"))
    said = own.group_by(list(keys)).agg(
        objective=own.significance.isin(OBJECTIVE).any(), screened=(own.significance == "0").any()
    )
    found = activities.select(*keys).distinct().left_join(said, list(keys))
    answer = ibis.cases((found.objective, "objective"), (found.screened, "screened"), else_="not_screened")
    return found.select(*keys, screening=answer)
