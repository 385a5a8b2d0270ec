"""Codes of the IATI standard in words: those that an activity's page shows."""

from __future__ import annotations

from collections.abc import Mapping

from comity import i18n
from comity.i18n import N_

STATUS = {
    "1": N_("in the pipeline"), "2": N_("in implementation"), "3": N_("in finalisation"),
    "4": N_("closed"), "5": N_("cancelled"), "6": N_("suspended"),
}  # fmt: skip
ROLE = {"1": N_("funding"), "2": N_("accountable"), "3": N_("extending"), "4": N_("implementing")}
PARTY_ROLE = {
    "reporting": N_("reporting"), "funding": N_("funding"), "accountable": N_("accountable"),
    "extending": N_("extending"), "implementing": N_("implementing"),
    "provider": N_("gives in a transaction"), "receiver": N_("receives in a transaction"),
}  # fmt: skip
DATE = {
    "1": N_("Planned start"), "2": N_("Actual start"), "3": N_("Planned end"), "4": N_("Actual end"),
}  # fmt: skip
TRANSACTION = {
    "1": N_("Incoming funds"), "2": N_("Outgoing commitment"), "3": N_("Disbursement"),
    "4": N_("Expenditure"), "5": N_("Interest payment"), "6": N_("Loan repayment"),
    "7": N_("Reimbursement"), "8": N_("Purchase of equity"), "9": N_("Sale of equity"),
    "10": N_("Credit guarantee"), "11": N_("Incoming commitment"), "12": N_("Outgoing pledge"),
    "13": N_("Incoming pledge"),
}  # fmt: skip
BUDGET = {"1": N_("original"), "2": N_("revised")}
BUDGET_STATUS = {"1": N_("indicative"), "2": N_("committed")}
DESCRIPTION = {
    "1": N_("General description"), "2": N_("Objectives"), "3": N_("Target groups"),
    "4": N_("Other description"),
}  # fmt: skip
RELATED = {
    "1": N_("parent"), "2": N_("child"), "3": N_("sibling"), "4": N_("co-funded"), "5": N_("third party"),
}  # fmt: skip
RESULT = {"1": N_("Output"), "2": N_("Outcome"), "3": N_("Impact"), "9": N_("Other result")}
INDICATOR = {
    "1": N_("unit"), "2": N_("percentage"), "3": N_("nominal"), "4": N_("ordinal"), "5": N_("qualitative"),
}  # fmt: skip
MARKER = {
    "1": N_("Gender equality"), "2": N_("Environment"),
    "3": N_("Participatory development and good governance"),
    "4": N_("Trade development"), "5": N_("Biodiversity"), "6": N_("Climate change mitigation"),
    "7": N_("Climate change adaptation"), "8": N_("Desertification"),
    "9": N_("Reproductive, maternal, newborn and child health"), "10": N_("Disaster risk reduction"),
    "11": N_("Disability"), "12": N_("Nutrition"),
}  # fmt: skip
SIGNIFICANCE = {
    "0": N_("looked at, not an objective"), "1": N_("significant objective"), "2": N_("principal objective"),
    "3": N_("principal objective, in support of an action programme"), "4": N_("explicit primary objective"),
}  # fmt: skip
VOCABULARY = {
    "1": N_("DAC, purpose"), "2": N_("DAC, group"), "7": N_("Sustainable Development Goal"),
    "8": N_("target of a Sustainable Development Goal"), "10": N_("humanitarian cluster"),
    "98": N_("the publisher's own, second"), "99": N_("the publisher's own"),
}  # fmt: skip
PLACE = {"country": N_("Country"), "region": N_("Region"), "location": N_("Location")}
NOT_CONVERTED = {
    "no_currency": N_("no currency"), "no_date": N_("no date"), "no_rate": N_("no rate"),
    "too_large": N_("too large"),
}  # fmt: skip
LEFT_OUT = {
    "R22": N_("not counted: another level of the same report is (R22)"),
    "R23": N_("not counted: reported on behalf of others (R23)"),
    "R24": N_("not counted: a copy of one that is (R24)"),
}
VIEW = {
    "organisation": N_("reported by the organisation"), "partner": N_("reported by the partner"),
    "other": N_("reported by others"),
}  # fmt: skip


def worded(codes: Mapping[str, str], code: str | None, lang: str) -> str:
    """A code in words; one that is not known as it stands, and nothing for none."""
    if code is None:
        return ""
    return i18n.translator(lang)(codes[code]) if code in codes else code
