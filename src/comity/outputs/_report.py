"""A check of claims as a report to send on, worst first: what html and md show, in words.

Claims that can be computed are told one by one, with their evidence; all others stand in tables.
Pages of weak provenance are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import verdict
from comity.model import Check, Verdict
from comity.outputs import _summary, _verdicts, _wording
from comity.outputs._said import said
from comity.outputs._verdicts import Explanation
from comity.provenance import stamp
from comity.rules.claims import address

_TABLED = ("source_gap", "unquantified", "not_computable")


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim: what is stated, what is computed, and all that explains the difference."""

    id: str
    title: str
    period: str
    pair: str
    stated: str
    computed: str
    difference: str
    told: Explanation
    evidence: str
    page: str
    seen: str


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one verdict."""

    name: str
    title: str
    count: int
    entries: tuple[Entry, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`organisations` are (name, claims on it); `check` is without the claims that are left out."""

    check: Check
    title: str
    about: tuple[str, ...]
    dates: str
    summary: tuple[Table, ...]
    organisations: tuple[tuple[str, tuple[Verdict, ...]], ...]
    groups: tuple[Group, ...]
    command: str


def report(given: Check, lang: str) -> Report:
    """`given` as html and md show it."""
    shown = tuple(found for found in given.verdicts if found.claim.publishable)
    check = replace(given, verdicts=shown)
    names = check.names
    return Report(
        check=check,
        title=_summary.title(check, lang),
        about=tuple(_about(check, len(given.verdicts) - len(shown), lang)),
        dates=_dates(check, lang),
        summary=tuple(_tables(check, lang)),
        organisations=tuple(
            (i18n.party_name(names[id_], lang) if id_ in names else id_, found)
            for id_, found in _summary.by_organisation(shown).items()
        ),
        groups=tuple(_groups(check, lang)),
        command=_command(check),
    )


def _about(check: Check, left_out: int, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    if not check.verdicts and not left_out:
        yield _("There is no claim to check.")
        return
    yield _("This report sets figures that pages state beside figures computed from open data.")
    yield _("It says what two sources state; where they differ, we do not know the reason.")
    if left_out:
        message = _("Left out, because their pages are of weak provenance: {count} of {all} claims.")
        yield message.format(count=left_out, all=left_out + len(check.verdicts))


def _dates(check: Check, lang: str) -> str:
    _ = i18n.translator(lang)
    known = f"{i18n.day(check.known_at, lang)}, {stamp(check.known_at)[11:16]}"
    return _("Computed from what was loaded by {known_at} UTC.").format(known_at=known)


def _tables(check: Check, lang: str) -> Iterator[Table]:
    _ = i18n.translator(lang)
    for table in _summary.tables(check, lang) if check.verdicts else ():
        yield replace(table, caption=table.caption or _("Claims by verdict and organisation"))


def _command(check: Check) -> str:
    """What to type to get the same report again."""
    pairs = {(v.claim.partner, v.claim.organisation) for v in check.verdicts}
    pair = "".join(f" {id_}" for id_ in next(iter(pairs))) if len(pairs) == 1 else ""
    return f"comity check{pair} --known-at {stamp(check.known_at)}"


def _groups(check: Check, lang: str) -> Iterator[Group]:
    for name, count in _summary.by_verdict(check.verdicts).items():
        found, words = [v for v in check.verdicts if v.name == name], verdict(name, lang)
        tabled = name in _TABLED
        yield Group(
            name=name,
            title=f"{words[:1].upper()}{words[1:]}",
            count=count,
            entries=() if tabled else tuple(_entry(one, check, lang) for one in found),
            tables=tuple(_by_reason(found, check, lang)) if tabled else (),
        )


def _pair(found: Verdict, check: Check, lang: str) -> str:
    claim = found.claim
    partner = check.names.get(claim.partner)
    return f"{i18n.party_name(partner, lang) if partner else claim.partner} – {claim.organisation}"


def _seen(found: Verdict, lang: str) -> str:
    _ = i18n.translator(lang)
    return _("seen {date}").format(date=found.claim.seen) if found.claim.seen else ""


def _entry(found: Verdict, check: Check, lang: str) -> Entry:
    return Entry(
        id=found.claim.id,
        title=_wording.label(found.claim.measure, lang),
        period=_verdicts.when(found, lang),
        pair=_pair(found, check, lang),
        stated=_verdicts.stated(found.claim, check.names, lang),
        computed=_verdicts.computed(found, lang),
        difference=_verdicts.difference(found, lang),
        told=_verdicts.explanation(found, check.names, lang),
        evidence=_verdicts.evidence(found),
        page=found.claim.page,
        seen=_seen(found, lang),
    )


def _by_reason(verdicts: Sequence[Verdict], check: Check, lang: str) -> Iterator[Table]:
    """Claims that cannot be computed, a table for each reason, so that it is said once."""
    _ = i18n.translator(lang)
    columns = (_("Claim"), _("Partner"), _("Figure"), _("Period"), _("Stated"), _("Page"))
    reasons: dict[str, list[Verdict]] = {}
    for found in verdicts:
        reason = said(found.says[0], check.names, lang) if found.says else ""
        reasons.setdefault(reason, []).append(found)
    for reason, members in reasons.items():
        rows = tuple(_cells(found, reason, check, lang) for found in members)
        caption = reason or _("Claims")
        yield Table(f"{caption.rstrip('.')} ({len(rows)})", columns, rows)


def _cells(found: Verdict, reason: str, check: Check, lang: str) -> tuple[Cell, ...]:
    claim = found.claim
    told = _verdicts.explained_briefly(_verdicts.explanation(found, check.names, lang), lang)
    web = claim.page.startswith(("https://", "http://"))
    return (
        Cell(claim.id, note=" ".join(one for one in told if one != reason), anchor=f"claim-{claim.id}"),
        Cell(_pair(found, check, lang)),
        Cell(_wording.label(claim.measure, lang)),
        Cell(_verdicts.when(found, lang)),
        Cell(_verdicts.stated(claim, check.names, lang)),
        Cell(
            address(claim.page).partition("/")[0] if web else claim.page,
            mark=_seen(found, lang),
            link=claim.page if web else "",
        ),
    )
