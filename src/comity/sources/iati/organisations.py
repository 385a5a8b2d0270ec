"""An organisation, from an organisation file: its totals ahead and behind, and its documents."""

from __future__ import annotations

from collections.abc import Sequence

from comity.sources.iati import results
from comity.sources.iati.columns import Cells
from comity.sources.iati.elements import Element, day, fields, line, money, words

_BUDGETS = {
    # element: what it is for
    "total-budget": "",
    "recipient-org-budget": "recipient-org",
    "recipient-country-budget": "recipient-country",
    "recipient-region-budget": "recipient-region",
    "total-expenditure": "",
}


class Organisation:
    """An organisation under way: what all its rows share."""

    def __init__(self, element: Element, number: int, version: str | None, cells: Cells) -> None:
        self.number, self.cells = number, cells
        self.id: str | None = None
        self.name: str | None = None
        self.reporting_org: str | None = None
        self.currency = element.get("default-currency")
        self.updated = element.get("last-updated-datetime")

    def read(self, children: Sequence[Element]) -> None:
        """Elements of the organisation; identifier and names must be among the first that are given."""
        for child in children:
            if child.tag in ("organisation-identifier", "iati-identifier"):  # the latter in version 1
                self.id = self.id or child.text
            elif child.tag == "name":
                self.name = self.name or words(child)
            elif child.tag == "reporting-org":
                self.reporting_org = self.reporting_org or child.get("ref")
        for child in children:
            if child.tag in _BUDGETS:
                self._budget(child)
            elif child.tag == "document-link":
                results.document(self.cells, child, organisation=self.number, organisation_id=self.id)

    def close(self) -> None:
        """There is no row for the organisation itself."""

    def _budget(self, element: Element) -> None:
        found = fields(element)
        whom = found.get(_BUDGETS[element.tag])
        code = name = vocabulary = None
        if whom is not None:
            code, name = whom.get("code") or whom.get("ref"), words(whom)
            vocabulary = whom.get("vocabulary")
            if element.tag == "recipient-region-budget":
                vocabulary = vocabulary or "1"
        self.cells.organisation_budgets += (
            self.number, line(element), self.id, self.name, self.reporting_org, self.currency, self.updated,
            element.tag.replace("-", "_"), element.get("status"), code, name, vocabulary,
            day(found, "period-start"), day(found, "period-end"), *money(found),
        )  # fmt: skip
