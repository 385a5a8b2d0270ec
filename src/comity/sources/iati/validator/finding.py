"""What the validator says: one problem, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

Severity = Literal["critical", "error", "warning"]
SEVERITIES: tuple[Severity, ...] = ("critical", "error", "warning")
"""Worst first. Critical is what breaks the schema; the other two are the rulesets' own words."""
_OWNERS = ("iati-activity", "iati-organisation")
_IDENTIFIERS = ("iati-identifier", "organisation-identifier")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in a file.

    `rule` names the check and the rule in it: `schema:cvc-complex-type.4`, `ruleset:6.2.2`,
    `codelist:Country`, `version`. `text` is what the rule asks, the same for all that break it;
    `detail` is this case's values, often blank. `line` counts from 1; beyond 65,535 libxml2 knows only
    that of the text which follows. `activity` is the identifier of the activity or organisation
    concerned, blank where there is none.
    """

    rule: str
    severity: Severity
    line: int
    text: str
    detail: str = ""
    activity: str = ""


def shown(value: str) -> str:
    """A value of the file as messages quote it: on one line, and no longer than 80 characters."""
    plain = re.sub(r"\s+", " ", value[:1000])
    return f"“{plain if len(plain) <= 80 else plain[:79] + '…'}”"


def line_of(element: etree._Element | None) -> int:
    """The line an element begins on, from 1."""
    line: Any = element.sourceline if element is not None else None
    return line or 1


def identifier(element: etree._Element | None) -> str:
    """The identifier of the activity or organisation that `element` is or belongs to, or blank."""
    while element is not None:
        if element.tag in _OWNERS:
            found = (element.findtext(name) for name in _IDENTIFIERS)
            return " ".join(next((text for text in found if text), "").split())
        element = element.getparent()
    return ""
