"""What pages state beside what is computed: a dumbbell for each amount, worst first.

Amounts differ a hundredfold, so that all share one scale: per cent of what is stated. A reading in
another currency has no place on it, so it stands in the table only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Picture, Table, _dumbbell
from comity.charts._labels import TYPES, signed, source_name, verdict
from comity.i18n import N_
from comity.model import Claim, Money, Party, Profile, Said, Verdict

COMPARED = ("contradicts_page", "differs", "compatible", "agrees")
"""The verdicts that set two amounts side by side, worst first."""

_KINDS = {**TYPES, "voluntary": N_("Voluntary"), "total": N_("Total")}
_SOURCE = N_("the pages named with each claim; {source} for what is computed")
_SMALL = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim as the chart and its table show it; `reading` is the amount that a compatible claim's
    reading gives, in its own currency."""

    verdict: str
    row: _dumbbell.Row
    reading: str

    @property
    def name(self) -> str:
        return f"{self.row.name} · {self.row.about}"


def compared(verdicts: Sequence[Verdict], names: Mapping[str, Party], lang: str) -> tuple[Compared, ...]:
    """The claims that state an amount in US dollars which can be computed, by verdict, in their order."""
    money = [v for v in verdicts if v.claim.unit == "USD" and not v.claim.partial]
    ordered = (v for name in COMPARED for v in money if v.name == name)
    return tuple(
        Compared(v.name, _row(v, v.computed, v.difference_pct, names, lang), _reading(v, lang))
        for v in ordered if v.computed is not None and v.difference_pct is not None
    )  # fmt: skip


def _row(
    found: Verdict, computed: Decimal, off: Decimal, names: Mapping[str, Party], lang: str
) -> _dumbbell.Row:
    _ = i18n.translator(lang)
    claim, kind = found.claim, found.claim.measure.partition(".")[2]
    money = _(_KINDS[kind]) if kind in _KINDS else claim.measure.replace(".", ": ").replace("_", " ")
    period = i18n.span(found.asked.start, found.asked.end, lang) if found.asked else ""
    return _dumbbell.Row(
        name=i18n.party_name(names[claim.partner], lang) if claim.partner in names else claim.partner,
        about=f"{money} {period}".rstrip(),
        first=_stated(claim, found.stated or Decimal(0), lang),
        second=_millions(computed, lang),
        off=float(off),
        difference=signed(off, lang),
    )


@lru_cache(8192)
def _millions(amount: Decimal, lang: str) -> str:
    """With two decimals, and more for an amount that two would round to next to nothing."""
    return i18n.millions(amount, lang, 2 if abs(amount) >= _SMALL else 4)


def _stated(claim: Claim, amount: Decimal, lang: str) -> str:
    """In millions, as precisely as it is printed up to two decimals; its bound is a sign, since words
    would not fit."""
    decimals = min(2, len(claim.value.partition(".")[2]))
    if claim.scale != "million":
        text = _millions(amount, lang)
    elif decimals:
        text = i18n.millions(amount, lang, decimals)
    else:
        text = i18n.whole(amount / 1_000_000, lang)
    return {">=": f"> {text}", "~": f"≈ {text}"}.get(claim.bound, text)


def _reading(found: Verdict, lang: str) -> str:
    reading = found.reading
    if found.name != "compatible" or reading is None or reading.value is None:
        return "–"
    code = next((one.currency for one in _amounts(reading.says) if one.amount == reading.value), "")
    return f"{code} {_millions(reading.value, lang)}".strip()


def _amounts(given: Said) -> Iterator[Money]:
    for place in given.places.values():
        for one in place if isinstance(place, tuple) else (place,):
            if isinstance(one, Money):
                yield one
            elif isinstance(one, Said):
                yield from _amounts(one)


def table(verdicts: Sequence[Verdict], names: Mapping[str, Party], lang: str) -> Table | None:
    """Every amount that is drawn, in the order of the chart; None when there is none."""
    _ = i18n.translator(lang)
    found = compared(verdicts, names, lang)
    if not found:
        return None
    readings = any(one.reading != "–" for one in found)
    columns = [_("Amount"), _("Stated"), _("Computed"), _("Difference"), _("Verdict")]
    notes = [_("In US$ million; differences in per cent of what is stated.")]
    if readings:
        columns.append(_("Reading"))
        notes.append(_("A reading is given in millions of its own currency."))
    notes.append(_("Source: {name}").format(name=_source(lang)))
    return Table(
        caption=_("Stated and computed amounts"),
        columns=tuple(columns),
        rows=tuple(
            (
                Cell(one.name),
                Cell(one.row.first, "amount"),
                Cell(one.row.second, "amount"),
                Cell(one.row.difference, "amount"),
                Cell(verdict(one.verdict, lang)),
                *((Cell(one.reading),) if readings else ()),
            )
            for one in found
        ),
        notes=tuple(notes),
    )


def _source(lang: str) -> str:
    return i18n.translator(lang)(_SOURCE).format(source=source_name("ceb", lang))


# The drawing


def _title(found: Sequence[Compared], lang: str) -> str:
    """The finding: how far computed amounts lie from stated ones."""
    _ = i18n.translator(lang)
    low, high = (pick(found, key=lambda one: one.row.off) for pick in (min, max))
    if low.row.difference == high.row.difference:
        message = _("What is computed differs from what is stated by {percent}")
        return message.format(percent=low.row.difference)
    message = _("What is computed differs from what is stated by {low} to {high}")
    return message.format(low=low.row.difference, high=high.row.difference)


def _alt(found: Sequence[Compared], organisation: str, lang: str) -> str:
    _ = i18n.translator(lang)
    message = _(
        "Amounts that pages state on {organisation}, and how far the computed ones lie from them: {rows}."
    )
    rows = (f"{one.name} {one.row.difference}" for one in found)
    return message.format(organisation=organisation, rows=i18n.listed(rows, lang))


def of_claims(verdicts: Sequence[Verdict], names: Mapping[str, Party], lang: str) -> Drawing | None:
    """The chart of claims on one organisation; None where no amount can be set beside a computed one."""
    found, behind = compared(verdicts, names, lang), table(verdicts, names, lang)
    if behind is None:
        return None
    _ = i18n.translator(lang)
    groups = []
    for judged in COMPARED:
        rows = [one.row for one in found if one.verdict == judged]
        heading = verdict(judged, lang)
        if rows:
            groups.append((f"{heading[:1].upper()}{heading[1:]} ({len(rows)})", rows))
    id_ = verdicts[0].claim.organisation
    name = "stated-" + re.sub(r"[^A-Za-z0-9]+", "-", id_)
    organisation = i18n.party_name(names[id_], lang) if id_ in names else id_
    title, alt = _title(found, lang), _alt(found, organisation, lang)
    beyond = _("An arrow marks a difference beyond the scale.")
    words = _dumbbell.Words(_("Stated"), _("Computed"), _("Difference"), _("{sign}{percent} %"), beyond)

    def at(layout: _dumbbell.Layout, id_: str) -> Picture:
        return _dumbbell.picture(groups, layout, words, lang, id_, title, alt)

    return Drawing(
        name=name,
        title=title,
        unit=_("US$ million; differences in per cent of what is stated"),
        source=_source(lang),
        alt=alt,
        wide=at(_dumbbell.WIDE, name),
        narrow=at(_dumbbell.NARROW, f"{name}-narrow"),
        table=behind,
        lang=lang,
    )


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The same for what pages state of the profile's pair."""
    both = {party.id: party for party in (profile.partner, profile.organisation)}
    return of_claims(profile.claims, {**profile.names, **both}, lang)


CHART = Chart("stated", draw, of_claims)
