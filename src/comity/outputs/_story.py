"""What a profile says in sentences: the summary at its head, and what the sources do not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from comity import i18n
from comity.charts._labels import TYPES, confidence, joined, money, organisation, partner, source_name, years
from comity.i18n import N_
from comity.model import Figure, Item, Profile
from comity.outputs import _joint_said
from comity.outputs._wording import FAMILIES, article, counted, item_name, label, period

# The summary


def _gave(profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    total = profile.get("contributions.total")
    names = {
        "period": period(profile.period, lang),
        "partner": article(partner(profile, lang), lang),
        "organisation": article(organisation(profile, lang), lang),
    }
    if total is None or total.value is None:
        return _("No source loaded reports what {partner} gave {organisation} in {period}.").format(**names)
    names["total"] = money(Decimal(total.value), lang)
    names["source"] = ", ".join(dict.fromkeys(source_name(use.source, lang) for use in total.sources))
    parts = {type_: profile.get(f"contributions.{type_}") for type_ in TYPES}
    given = [(type_, figure.value) for type_, figure in parts.items() if figure and figure.value]
    if not given:
        return _("In {period}, no contribution of {partner} to {organisation} is recorded.").format(**names)
    said = [
        _("{amount} {type}").format(amount=money(Decimal(amount), lang), type=_(_INLINE[type_]))
        for type_, amount in given
    ]
    names["parts"] = joined(said, lang)
    if len(said) == 1:
        message = _("In {period}, {partner} gave {organisation} {parts}, as reported to {source}.")
    else:
        message = _("In {period}, {partner} gave {organisation} {total}, as reported to {source}: {parts}.")
    return message.format(**names)


_INLINE = {
    "assessed": N_("assessed"),
    "voluntary_core": N_("voluntary core"),
    "voluntary_non_core": N_("earmarked"),
    "other": N_("other revenue"),
}


def _silent(profile: Profile) -> Iterator[tuple[Figure, tuple[int, ...]]]:
    """The types of money that are reported for some years, with the years that are not."""
    for type_ in TYPES:
        figure = profile.get(f"contributions.{type_}")
        if figure is None or figure.value is None:
            continue
        gaps = tuple(year for year, amount in (figure.by_year or {}).items() if amount is None)
        if gaps:
            yield figure, gaps


def _not_reported(profile: Profile, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    by_years: dict[tuple[int, ...], list[str]] = {}
    for figure, gaps in _silent(profile):
        by_years.setdefault(gaps, []).append(label(figure.measure, lang))
    for gaps, names in by_years.items():
        yield _("{what}: not reported for {years}.").format(
            what=i18n.listed(names, lang), years=years(gaps, lang)
        )


def known_on(figure: Figure | None, profile: Profile) -> date:
    """The day on which a dated figure is known to hold: the last one that its source covers."""
    last = figure.flagged("known_to") if figure else ()
    return date(int(last[0]), 12, 31) if last else profile.as_of


def _member(profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    since, ratified = profile.get("membership.since"), profile.get("standards.not_denounced")
    fundamental, existing = (
        profile.get("standards.fundamental"),
        profile.get("standards.fundamental_existing"),
    )
    values = {
        "since": since.value if since else None,
        "count": ratified.value if ratified else None,
        # Translators: what “it had ratified and not denounced”; it stands nowhere else.
        "conventions": counted(ratified, N_("one convention"), N_("{count} conventions"), lang),
        "fundamental": fundamental.value if fundamental else None,
        "existing": existing.value if existing else None,
        "date": i18n.day(known_on(ratified, profile), lang),
    }
    known = {name for name, found in values.items() if found is not None}
    if {"since", "count", "fundamental", "existing"} <= known and values["count"]:
        message = _(
            "A member since {since}, it had ratified and not denounced {conventions} on {date}, "
            "{fundamental} of the {existing} fundamental ones."
        )
    elif {"count", "fundamental", "existing"} <= known:
        message = _(
            "Conventions ratified and not denounced on {date}: {count}. "
            "Fundamental ones among them: {fundamental} of {existing}."
        )
    elif "since" in known:
        message = _("A member since {since}.")
    else:
        return ""
    return message.format(**values)


def _together(profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    programmes, phases = profile.get("partnerships.programmes"), profile.get("partnerships.phases")
    said = [
        counted(programmes, N_("one partnership programme or larger project"),
                N_("{count} partnership programmes and larger projects"), lang),
        counted(phases, N_("one phase"), N_("{count} phases"), lang),
        counted(_joint_said.stated_countries(profile), N_("one programme country, as stated"),
                N_("{count} programme countries, as stated"), lang),
    ]  # fmt: skip
    said = [part for part in said if part]
    return _("On record for these years: {facts}.").format(facts=i18n.listed(said, lang)) if said else ""


def summary(profile: Profile, lang: str) -> tuple[str, ...]:
    """The page in a few sentences."""
    said = [
        _gave(profile, lang),
        *_not_reported(profile, lang),
        _member(profile, lang),
        _together(profile, lang),
        _joint_said.summary(profile, lang),
    ]
    return tuple(sentence for sentence in said if sentence)


# What the sources do not say


def gaps(profile: Profile, lang: str) -> tuple[str, ...]:
    """Everything that a reader could take for a fact and is a gap."""
    _ = i18n.translator(lang)
    said = list(_not_reported(profile, lang))
    total = profile.get("contributions.total")
    if total and total.value is not None:
        never = [
            _(name)
            for type_, name in TYPES.items()
            if (f := profile.get(f"contributions.{type_}")) and f.value is None
        ]
        if never:
            said.append(
                _("Not reported for any of these years: {types}.").format(types=i18n.listed(never, lang))
            )
        if total.coverage.status != "complete":
            said.append(_("The total is partial: it adds up only what is reported."))
    if any(figure.flagged("no_row") for figure in profile.family("contributions")):
        said.append(
            _(
                "“No row” means that the source reports that year and type, and has no row for this partner. "
                "It counts as zero."
            )
        )
    unnumbered = [label(f.measure, lang) for f in profile if f.flagged("stated_without_number")]
    if unnumbered:
        said.append(
            _("{facts}: stated without a number, so not reported.").format(
                facts=i18n.listed(unnumbered, lang)
            )
        )
    phases = profile.get("partnerships.phases")
    restated = [item for item in (phases.items if phases else None) or () if item.get("amount_restated")]
    said += [
        _("{phase}: two amounts are stated, and we do not know why they differ.").format(
            phase=_phase(profile, item)
        )
        for item in restated
    ]
    said += _partly(profile, lang)
    said += _joint_said.gaps(profile, lang)
    if silent := _silent_families(profile, lang):
        said.append(_("No source loaded reports: {facts}.").format(facts=i18n.listed(silent, lang)))
    if profile.issues:
        said.append(
            _(
                "Problems met in the files behind this page: {count}. They are listed by “comity issues”."
            ).format(count=i18n.whole(profile.issues, lang))
        )
    return tuple(said)


def _phase(profile: Profile, item: Item) -> str:
    """A phase as a reader calls it: the programme's name and the phase's years."""
    programmes = profile.get("partnerships.programmes")
    named = {p.get("id"): p.get("name") for p in (programmes.items if programmes else None) or ()}
    return f"{named.get(item.get('programme')) or item.get('programme')}, {item.get('phase')}"


_SPEAKING = ("stated_without_number", "left_out", "several_funders", "not_converted")
"""Flags of figures that have no value although something is said of them."""


def _silent_families(profile: Profile, lang: str) -> list[str]:
    """What no source speaks of: a family where all of it is silent, else the figure."""
    _ = i18n.translator(lang)
    found: list[str] = []
    for family, name in FAMILIES.items():
        asked = [f for f in profile.family(family) if f.measure != "standards.fundamental_existing"]
        silent = [f for f in asked if f.value is None and not any(map(f.flagged, _SPEAKING)) and not f.items]
        if asked and len(silent) == len(asked):
            found.append(_(name))
        elif family != "contributions":
            found += [label(figure.measure, lang) for figure in silent]
    return found


def _partly(profile: Profile, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    by_years: dict[tuple[int, ...], list[str]] = {}
    for figure in profile:
        money = figure.unit == "USD"  # said of contributions and of programmes elsewhere
        if not money and figure.coverage.status == "partial" and figure.coverage.years:
            by_years.setdefault(figure.coverage.years, []).append(label(figure.measure, lang))
    for known, names in by_years.items():
        message = _("{facts}: the sources cover {years} only.")
        yield message.format(facts=i18n.listed(names, lang), years=years(known, lang))


def uncertain(profile: Profile, lang: str) -> tuple[tuple[str, str], ...]:
    """(facts, why they are not certain), each fact once, where the note does not stand beside the fact
    already."""
    shown: set[str] = set()
    notes: dict[tuple[str, str], list[str]] = {}
    for figure in sorted(profile.family("standards"), key=lambda f: -f.rows):
        for item in figure.items or ():
            mark, name = confidence(item, lang), item_name(item, profile, lang)
            if mark and name not in shown:
                shown.add(name)
                notes.setdefault((mark, str(item.get("note") or "")), []).append(name)
    return tuple((", ".join(names), ". ".join(part for part in key if part)) for key, names in notes.items())
