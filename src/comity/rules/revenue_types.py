"""R36: CEB's revenue codes and labels, by year, as one of four types."""

from __future__ import annotations

_LABELS = {
    "assessed contributions": "assessed",
    "voluntary core (un-earmarked) contributions": "voluntary_core",
    "voluntary non-core (earmarked) contributions": "voluntary_non_core",
    "revenue from other activities": "other",
}
_CODES = {"R01": "assessed", "R02": "voluntary_core", "R03": "voluntary_non_core", "R04": "other"}
_SUBCODES = {"R02": "AB", "R03": "ABCDEF", "R04": "ABC"}

# Legacy codes told the kind of contributor apart, not the kind of money. R08 and R08B are not core,
# whatever the code's name suggests: nearly all of it comes from vertical and pooled funds.
_LEGACY_YEARS = range(2015, 2018)
_LEGACY = {
    "R05": "other",
    "R07": "voluntary_non_core",
    "R08": "voluntary_non_core",
    "R08B": "voluntary_non_core",
    "R09": "voluntary_non_core",
    "R10": "voluntary_non_core",
    "R11": "voluntary_non_core",
    "R12": "voluntary_non_core",
}


def revenue_type(published: str, year: int) -> str | None:
    """The type of revenue that `published` means in `year`, or None when the pair is not known.

    >>> revenue_type("Assessed Contributions", 2024), revenue_type("R03E", 2023)
    ('assessed', 'voluntary_non_core')
    >>> revenue_type("R08B", 2016), revenue_type("R08B", 2023)
    ('voluntary_non_core', None)
    """
    text = " ".join(published.split())
    if label := _LABELS.get(text.lower()):
        return label
    code = text.upper()
    if code in _CODES:
        return _CODES[code]
    if code[:3] in _SUBCODES and len(code) == 4 and code[3] in _SUBCODES[code[:3]]:
        return _CODES[code[:3]]
    return _LEGACY.get(code) if year in _LEGACY_YEARS else None
