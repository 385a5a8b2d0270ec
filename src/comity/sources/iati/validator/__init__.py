"""IATI files held against the standard itself: its schemas, its rulesets and its codelists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from comity.errors import FileRefused
from comity.sources import _xml
from comity.sources.iati.validator import codelists, schema
from comity.sources.iati.validator.codelists import Codelist
from comity.sources.iati.validator.finding import SEVERITIES, Finding, Severity, line_of, shown
from comity.sources.iati.validator.rules import Asked
from comity.sources.iati.validator.standard import VERSIONS, Standard

__all__ = ["HOW_TO_GET", "SEVERITIES", "Codelist", "Finding", "Standard", "Validation", "validate"]

HOW_TO_GET = (
    "get IATI-Schemas, IATI-Rulesets, IATI-Codelists and IATI-Codelists-NonEmbedded from github.com/IATI, "
    "put them into folders named by version, such as 2.03, then say: comity load FOLDER"
)
"""What to do where the standard's files are missing."""
_FILES = ("iati-activities", "iati-organisations")
_AGENCIES = "OrganisationRegistrationAgency"
_ORGANISATIONS = ("OrganisationIdentifier", "IATIOrganisationIdentifier")


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found in one file: `version` of the standard is the one it was held against, `records`
    counts its activities or organisations, `unchecked` says what could not be looked at."""

    version: str
    root: str
    records: int
    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def _version(root: etree._Element) -> tuple[str, tuple[Finding, ...]]:
    """The version to hold a file against, and what is to be said of it.

    A file that names none, or one that does not exist, is read as the newest of its kind: only version
    2 has narratives. One without any record shows no kind; then the newest version holds, in which
    to name it is required.
    """
    stated = root.get("version")
    if stated is not None and stated.strip() in VERSIONS:
        return stated.strip(), ()
    of_1 = len(root) and next(root.iter("narrative"), None) is None
    newest = "1.05" if of_1 else VERSIONS[-1]
    if root.tag not in _FILES:
        return newest, ()
    line, detail = line_of(root), f"held against {newest}"
    if stated is None:
        text = "The file does not say which version of the standard it follows"
        return newest, (Finding("version", "warning", line, text, detail),)
    text = "The file names a version that the standard does not have"
    return newest, (Finding("version", "error", line, text, f"{shown(stated)}; {detail}"),)


def _asked(standard: Standard, version: str, now: datetime) -> Asked:
    def codes(*names: str) -> frozenset[str]:
        found = (standard.codelist(version, name) for name in names)
        return frozenset().union(*(one.codes for one in found if one))

    return Asked(now, codes(_AGENCIES), codes(*_ORGANISATIONS))


def _unchecked(standard: Standard, version: str, asked: Asked) -> Iterator[str]:
    """What a file of `version` cannot be held against, because it is not loaded."""
    if not standard.rulesets(version):
        yield f"rules: no ruleset is loaded for version {version[0]}"
    elif not asked.agencies:
        yield f"agencies in organisation identifiers: the codelist {_AGENCIES} is not loaded"
    if not (uses := standard.uses(version)):
        yield f"codes: no mapping of codelists is loaded for version {version[0]}"
    if missing := sorted({use.codelist for use, codelist in uses if codelist is None}):
        yield f"codes of these codelists, which are not loaded: {', '.join(missing)}"


def validate(name: str, content: bytes, standard: Standard, *, now: datetime) -> Validation:
    """Holds the file `name` against the schema, rulesets and codelists of its version.

    `content` is not compressed; `now` is when dates count as lying in the future. Raises `FileRefused`
    for what is no XML, no file of the standard, or of a version whose schema is not loaded.
    """
    root = _xml.parsed(name, content)
    if root.tag not in schema.FILES:
        reason = f"not an IATI file: its root is <{root.tag}>, not <{_FILES[0]}> or <{_FILES[1]}>"
        raise FileRefused(name, reason, f"line {line_of(root)}")
    version, about_version = _version(root)
    if not standard.has_schema(version):
        raise FileRefused(name, f"the XSDs of version {version} are not loaded; {HOW_TO_GET}")
    asked = _asked(standard, version, now)
    found = [*about_version, *schema.findings(root, standard.schema(version, str(root.tag)))]
    for ruleset in standard.rulesets(version):
        found += ruleset.findings(root, asked)
    for use, codelist in standard.uses(version):
        if codelist:
            found += codelists.findings(root, use, codelist)
    found.sort(key=lambda finding: finding.line)
    records = sum(1 for _ in root.iter("iati-activity", "iati-organisation"))
    return Validation(
        version, str(root.tag), records, tuple(found), tuple(_unchecked(standard, version, asked))
    )
