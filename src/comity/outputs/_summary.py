"""A check of claims at a glance: verdicts by organisation, and how often each reading fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import VERDICTS, verdict
from comity.model import Check, Verdict
from comity.outputs._said import said
from comity.outputs._wording import label


def _count(number: int) -> Cell:
    return Cell(str(number), "amount" if number else "zero")


def tables(check: Check, lang: str) -> Iterator[Table]:
    """Two tables; the second where more than two amounts are compared on a measure."""
    _ = i18n.translator(lang)
    counts = by_verdict(check.verdicts)
    organisations = by_organisation(check.verdicts)
    rows = [
        (
            Cell(verdict(name, lang)),
            _count(count),
            *(_count(sum(v.name == name for v in found)) for found in organisations.values()),
        )
        for name, count in counts.items()
    ]
    total = sum(counts.values())
    rows.append(
        (
            Cell(_("Claims")),
            _count(total),
            *(_count(len(found)) for found in organisations.values()),
        )
    )
    yield Table("", (_("Verdict"), _("All"), *organisations), tuple(rows), total=True)
    if found := patterns(check, lang):
        yield Table(
            _("Readings and how many of the comparable claims they fit"),
            (_("Organisation"), _("Figure"), _("Reading"), _("Fits"), _("of")),
            tuple((Cell(o), Cell(m), Cell(says), _count(fits), _count(of)) for o, m, says, fits, of in found),
        )


def title(check: Check, lang: str) -> str:
    """What the report is about: the pair, where it is one, or all claims."""
    _ = i18n.translator(lang)
    pairs = {(v.claim.partner, v.claim.organisation) for v in check.verdicts}
    if len(pairs) != 1:
        return _("What partner pages state, held against the data")
    partner, organisation = (
        i18n.party_name(check.names[id_], lang) if id_ in check.names else id_ for id_ in next(iter(pairs))
    )
    return _("What pages state of {partner} and {organisation}, held against the data").format(
        partner=partner, organisation=organisation
    )


def by_verdict(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many claims have each verdict, worst first."""
    found = [v.name for v in verdicts]
    return {name: found.count(name) for name in VERDICTS if name in found}


def by_organisation(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    """The claims on each organisation, in the order of their ids."""
    found: dict[str, list[Verdict]] = {}
    for one in verdicts:
        found.setdefault(one.claim.organisation, []).append(one)
    return {id_: tuple(found[id_]) for id_ in sorted(found)}


def patterns(check: Check, lang: str) -> tuple[tuple[str, str, str, int, int], ...]:
    """(organisation, measure, reading, how many claims it fits, of how many) where money is compared by
    more than two claims."""
    _ = i18n.translator(lang)
    return tuple(
        (
            p.organisation,
            label(p.measure, lang),
            _("{reading} (borne out)").format(reading=said(p.says, check.names, lang))
            if p.borne_out
            else said(p.says, check.names, lang),
            p.fits,
            p.of,
        )
        for p in check.patterns
        if p.of > 2 and p.measure.startswith("contributions.")
    )
