"""How the cells of a table, in the order in which elements give them, become its contract's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.sources.iati import versions
from comity.sources.iati.versions import Codes

PLACES = ("organisation", "activity", "transaction", "result", "indicator", "period", "line")
"""Cells with a number: where in the file a row is."""
FROM_TEXT = frozenset(
    (
        "activity_id", "organisation_id", "reporting_org_name", "provider_name", "receiver_name",
        "organisation_name", "name", "title", "description", "text", "comment",
    )
)  # fmt: skip
"""Columns read from the text of elements: the space around it is layout."""
CLASSES = (
    "flow_type", "finance_type", "aid_type", "earmarking_category", "earmarking_modality",
    "cash_voucher_modality", "tied_status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """`cells` in the order in which they are given; `codes` says for a column from which cell it is
    made, and by which list. All other columns are cells of their own name."""

    cells: tuple[str, ...]
    codes: Mapping[str, tuple[str, Codes]] = field(default_factory=dict)


def _shape(cells: str, *classes: str, more: str = "", **codes: Codes) -> Shape:
    """A list's column is made of the cell with `_published` added, where there is one."""
    names = (*cells.split(), *classes, *more.split())
    coded = {
        column: (f"{column}_published" if f"{column}_published" in names else column, list_)
        for column, list_ in codes.items()
    }
    return Shape(names, coded)


_ACTIVITY = "activity line activity_id "
_TRANSACTION = "activity transaction line activity_id "
_VOCABULARY = "vocabulary_published vocabulary_uri code "
_MONEY = "value currency value_date "
_PARTIES = (
    "provider_ref provider_type provider_activity_id provider_name "
    "receiver_ref receiver_type receiver_activity_id receiver_name "
)

SHAPES: Mapping[str, Shape] = {
    "activities": _shape(
        _ACTIVITY + "reporting_org reporting_org_name reporting_org_type secondary_reporter title "
        "status_published humanitarian hierarchy version language default_currency last_updated scope "
        "collaboration_type",
        *(f"default_{name}" for name in CLASSES),
        more="capital_spend_percentage budget_not_provided",
        secondary_reporter=versions.FLAG,
        humanitarian=versions.FLAG,
        status=versions.ACTIVITY_STATUS,
    ),
    "participating_orgs": _shape(
        _ACTIVITY + "role_published ref name type org_activity_id crs_channel_code",
        role=versions.ORGANISATION_ROLE,
    ),
    "transactions": _shape(
        _TRANSACTION + "ref type_published date " + _MONEY + _PARTIES + "description humanitarian "
        "disbursement_channel",
        *CLASSES,
        type=versions.TRANSACTION_TYPE,
        humanitarian=versions.FLAG,
    ),
    "transaction_sectors": _shape(
        _TRANSACTION + _VOCABULARY + "percentage name", vocabulary=versions.VOCABULARY
    ),
    "transaction_places": _shape(_TRANSACTION + "kind vocabulary " + _VOCABULARY + "percentage name"),
    "activity_sectors": _shape(_ACTIVITY + _VOCABULARY + "percentage name", vocabulary=versions.VOCABULARY),
    "activity_places": _shape(
        _ACTIVITY + "kind vocabulary " + _VOCABULARY + "percentage name latitude longitude exactness "
        "reach feature ref"
    ),
    "budgets": _shape(
        _ACTIVITY + "type_published status period_start period_end " + _MONEY,
        type=versions.BUDGET_TYPE,
        status=versions.BUDGET_STATUS,
    ),
    "planned_disbursements": _shape(
        _ACTIVITY + "type_published period_start period_end " + _MONEY + _PARTIES, type=versions.PLANNED_TYPE
    ),
    "policy_markers": _shape(_ACTIVITY + _VOCABULARY + "significance name", vocabulary=versions.VOCABULARY),
    "tags": _shape(_ACTIVITY + "vocabulary vocabulary_uri code name"),
    "activity_dates": _shape(_ACTIVITY + "type_published date", type=versions.ACTIVITY_DATE_TYPE),
    "related_activities": _shape(_ACTIVITY + "type related_activity_id", type=versions.RELATED_ACTIVITY_TYPE),
    "narratives": _shape(_ACTIVITY + "kind type language text", type=versions.DESCRIPTION_TYPE),
    "results": _shape(
        "activity result line activity_id type_published aggregation_status title description",
        type=versions.RESULT_TYPE,
        aggregation_status=versions.FLAG,
    ),
    "indicators": _shape(
        "activity result indicator line activity_id measure ascending aggregation_status title description "
        "baseline_year baseline_date baseline_published",
        measure=versions.INDICATOR_MEASURE,
        ascending=versions.FLAG,
        aggregation_status=versions.FLAG,
    ),
    "indicator_periods": _shape(
        "activity result indicator period line activity_id period_start period_end kind value_published "
        "dimension location_ref comment"
    ),
    "documents": _shape(
        "organisation activity result line activity_id organisation_id url format title description "
        "categories languages date"
    ),
    "organisation_budgets": _shape(
        "organisation line organisation_id organisation_name reporting_org default_currency last_updated "
        "kind status code name vocabulary period_start period_end " + _MONEY,
        status=versions.BUDGET_STATUS,
    ),
}
