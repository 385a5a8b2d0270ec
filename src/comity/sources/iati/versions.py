"""Codes of version 1 of the standard, and words used for them, in the codes of version 2.

What a code is is decided by itself, never by the version that a file states: files state none, or another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """One list: what publishers write, in lower case, and the code that it means.

    `unstated` holds where nothing is published. A value that the list lacks is kept as published when
    it `keeps`, and is else null; it is an issue when the list is `closed`.
    """

    what: str
    codes: Mapping[str, str]
    unstated: str | None = None
    keeps: bool = False
    closed: bool = True


def _own(codes: Iterable[str]) -> dict[str, str]:
    return {code: code for code in codes}


def _numbers(last: int) -> dict[str, str]:
    return _own(str(number) for number in range(1, last + 1))


TRANSACTION_TYPE = Codes(
    "transaction type",
    _numbers(13)
    | {
        "if": "1",
        "c": "2",
        "d": "3",
        "e": "4",
        "ir": "5",
        "lr": "6",
        "r": "7",
        "qp": "8",
        "qs": "9",
        "cg": "10",
    }
    | {"incoming funds": "1", "commitment": "2", "disbursement": "3", "expenditure": "4"}
    | {"interest repayment": "5", "loan repayment": "6", "reimbursement": "7"}
    | {"purchase of equity": "8", "sale of equity": "9", "credit guarantee": "10"},
)
ACTIVITY_DATE_TYPE = Codes(
    "activity date type",
    _numbers(4) | {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"},
)
ACTIVITY_STATUS = Codes(
    "activity status",
    _numbers(6)
    | {"pipeline/identification": "1", "implementation": "2", "completion": "3", "finalisation": "3"}
    | {"post-completion": "4", "closed": "4", "cancelled": "5", "suspended": "6"},
)
ORGANISATION_ROLE = Codes(
    "organisation role",
    _numbers(4) | {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"},
)
BUDGET_TYPE = Codes("budget type", _numbers(2) | {"original": "1", "revised": "2"}, unstated="1")
PLANNED_TYPE = Codes("planned disbursement type", _numbers(2) | {"original": "1", "revised": "2"})
BUDGET_STATUS = Codes("budget status", _numbers(2), keeps=True)
RELATED_ACTIVITY_TYPE = Codes("related activity type", _numbers(5), keeps=True)
RESULT_TYPE = Codes(
    "result type",
    _own("1239") | {"output": "1", "outcome": "2", "impact": "3", "other": "9"},
)
INDICATOR_MEASURE = Codes(
    "indicator measure",
    _numbers(5) | {"unit": "1", "percentage": "2", "nominal": "3", "ordinal": "4", "qualitative": "5"},
    keeps=True,
)
DESCRIPTION_TYPE = Codes(
    "description type",
    _numbers(4) | {"general": "1", "objectives": "2", "target groups": "3", "other": "4"},
    keeps=True,
)
VOCABULARY = Codes(
    "vocabulary",
    {"dac": "1", "dac-3": "2", "cofog": "3", "nace": "4", "ntee": "5", "adt": "6", "ro": "99", "ro2": "98"},
    unstated="1",
    keeps=True,
    closed=False,
)
"""Of sectors, regions and policy markers. Version 1 has two that version 2 lacks: ISO and WB."""
FLAG = Codes("1 or 0", {"1": "1", "true": "1", "0": "0", "false": "0"})
