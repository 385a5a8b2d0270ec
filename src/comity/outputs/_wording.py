"""The sentences and labels that every readable output shares.

Whole sentences with named places, so that a translation can reorder them; counts stand after a colon
where a plural would be needed. What the register or a source says (themes, notes) stays as it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from comity import i18n
from comity.charts._labels import money, organisation, own_name, partner, source_name
from comity.i18n import N_
from comity.model import Figure, Item, Period, Profile
from comity.provenance import stamp

LABELS = {
    "contributions.assessed": N_("Assessed contributions"),
    "contributions.voluntary_core": N_("Voluntary core contributions"),
    "contributions.voluntary_non_core": N_("Voluntary earmarked contributions"),
    "contributions.voluntary": N_("Voluntary contributions, core and earmarked"),
    "contributions.other": N_("Other revenue"),
    "contributions.total": N_("Total of the reported types"),
    "standards.registered": N_("Conventions registered at any time"),
    "standards.not_denounced": N_("Conventions ratified and not denounced"),
    "standards.in_force": N_("Conventions in force"),
    "standards.fundamental": N_("Fundamental conventions ratified"),
    "standards.fundamental_existing": N_("Fundamental conventions that exist"),
    "standards.governance": N_("Governance conventions ratified"),
    "standards.technical": N_("Technical conventions ratified"),
    "standards.protocols": N_("Protocols ratified"),
    "membership.since": N_("Member since"),
    "programmes.activities": N_("Activities"),
    "programmes.countries": N_("Programme countries"),
    "programmes.regions": N_("Programme regions"),
    "programmes.themes": N_("Themes"),
    "programmes.spend": N_("Spending on activities"),
    "programmes.commitments": N_("Commitments to activities"),
    "programmes.results": N_("Results of activities"),
    "partnerships.programmes": N_("Partnership programmes and larger projects"),
    "partnerships.phases": N_("Phases"),
    "partnerships.partners": N_("Partner ministries and agencies"),
    "secondments.posts": N_("Seconded posts"),
    "secondments.months": N_("Months of secondment"),
    "priorities.sectors": N_("Priority sectors"),
    "priorities.cross_cutting": N_("Cross-cutting issues"),
    "priorities.partner_countries": N_("Core partner countries"),
}
"""Measures in words; one that is not here shows its id, spelt out."""

BASES = {
    "recognised_revenue": N_("reported revenue"),
    "disbursed": N_("disbursed"),
    "committed": N_("committed"),
    "register": N_("from a register"),
    "stated": N_("as stated"),
}

STATUSES = {
    "complete": N_("complete"),
    "partial": N_("partial"),
    "not_reported": N_("not reported"),
}

FAMILIES = {
    "contributions": N_("Contributions"),
    "standards": N_("Conventions"),
    "membership": N_("Membership"),
    "programmes": N_("Programmes and activities"),
    "partnerships": N_("Partnership programmes"),
    "secondments": N_("Secondments"),
    "priorities": N_("Priorities of the partner"),
}
"""Families of measures in the order in which they are shown."""


def family(name: str, lang: str) -> str:
    """A family's heading; one that is not in `FAMILIES` shows its name."""
    known = FAMILIES.get(name)
    return i18n.translator(lang)(known) if known else name.replace("_", " ").capitalize()


_WITH_ARTICLE = re.compile(
    r"^(United|Republic|Kingdom|Russian|Netherlands|Philippines|Bahamas|Comoros|Gambia|Maldives|Holy See"
    r"|Democratic|Central African|Dominican Republic|Syrian|Islamic|Lao People|State of|Plurinational"
    r"|Bolivarian|Federated|European|Niger$|Sudan$)|Islands$|Organi[sz]ation|Fund$|Programme|Union$|Agency"
    r"|Bank$|Commission|Centre$|Office|Conference|Tribunal|Court$|Authority$|Convention"
)


def article(name: str, lang: str) -> str:
    """A name inside an English sentence: “the Republic of Korea”, but “Viet Nam”."""
    return f"the {name}" if lang == "en" and _WITH_ARTICLE.search(name) else name


def label(measure: str, lang: str) -> str:
    known = LABELS.get(measure)
    return i18n.translator(lang)(known) if known else measure.replace(".", ": ").replace("_", " ")


def value(figure: Figure, lang: str) -> str:
    """The value with its unit, exact; “not reported” is never 0."""
    _ = i18n.translator(lang)
    if figure.value is None:
        return _("not reported")
    if figure.unit == "USD":
        return _("US$ {amount}").format(amount=i18n.usd(Decimal(figure.value), lang))
    return str(figure.value) if figure.unit == "year" else i18n.whole(figure.value, lang)


def short_value(figure: Figure, lang: str) -> str:
    """The value as a headline has it: money in millions."""
    if figure.unit == "USD" and figure.value is not None:
        return money(Decimal(figure.value), lang)
    return value(figure, lang)


def remarks(figure: Figure, lang: str) -> tuple[str, ...]:
    """What a reader must know beside the value, in a few words each."""
    _ = i18n.translator(lang)
    said: list[str] = []
    if figure.flagged("stated_without_number"):
        said.append(_("stated without a number"))
    elif known_to := figure.flagged("known_to"):
        said.append(_("known to {year}").format(year=known_to[0]))
    elif figure.coverage.status == "partial":
        said.append(_("partial"))
    if not figure.rows and figure.value == 0:
        said.append(_("no row in the source"))
    for number in figure.flagged("uncertain"):
        said.append(_("uncertain: {count}").format(count=number))
    for number in figure.flagged("several_funders"):
        said.append(_("without activities of several funders: {count}").format(count=number))
    if missing := sum(int(flag.rpartition(":")[2]) for flag in figure.flagged("not_converted")):
        said.append(_("not converted: {count}").format(count=missing))
    return (*said, *_other_remarks(figure, lang))


def _other_remarks(figure: Figure, lang: str) -> Iterator[str]:
    """From which currencies it was converted (R9), and what others state of it."""
    _ = i18n.translator(lang)
    if converted := {detail.partition(":")[0] for detail in figure.flagged("converted")}:
        yield _("converted from {currencies}").format(currencies=", ".join(sorted(converted)))
    if figure.value is None and (stated := _in_register(figure)):
        yield _("stated in the register: {count}").format(count=i18n.whole(stated, lang))
    if only_beside(figure):
        yield _("others report some")


def _in_register(figure: Figure) -> int:
    """How many items of a figure of IATI's the register states."""
    listed = figure.family == "programmes" and figure.unit == "list"
    return sum(item.get("source") == "register" for item in figure.items or ()) if listed else 0


def when(figure: Figure, lang: str) -> str:
    """The years a figure covers, or the day on which it holds."""
    _ = i18n.translator(lang)
    if figure.dated:
        return _("on {date}").format(date=i18n.day(figure.as_of, lang))
    return period(figure.period, lang)


def basis(figure: Figure, lang: str) -> str:
    """On what a figure rests; what publishers say themselves is not called stated."""
    _ = i18n.translator(lang)
    used = {use.source for use in figure.sources}
    if figure.basis == "stated" and "iati" in used:
        return _("as published") if used == {"iati"} else _("as published and stated")
    return _(BASES[figure.basis])


def stands_on(figure: Figure, lang: str) -> tuple[str, ...]:
    """Basis, time and sources of a figure, in this order."""
    sources = ", ".join(dict.fromkeys(source_name(use.source, lang) for use in figure.sources))
    return tuple(part for part in (basis(figure, lang), when(figure, lang), sources) if part)


def only_beside(figure: Figure) -> bool:
    """Whether nothing of a figure is in the report that is shown, and something in others (R6)."""
    items = figure.items if figure.unit == "USD" and figure.value is None else ()
    return bool(items) and not any(item.get("shown") for item in items or ())


def counted(given: Figure | int | None, one: str, many: str, lang: str) -> str:
    """“one phase”, “3 phases”, from two messages; empty for none."""
    _ = i18n.translator(lang)
    number = given.value if isinstance(given, Figure) else given
    if not number:
        return ""
    return _(one) if number == 1 else _(many).format(count=i18n.whole(number, lang))


def named(code: str, profile: Profile, lang: str) -> str:
    """A country, ministry or agency in words; the code itself when the profile does not name it."""
    party = profile.names.get(code)
    return i18n.party_name(party, lang) if party else code.replace("_", " ")


def all_named(codes: Iterable[str], profile: Profile, lang: str) -> tuple[str, ...]:
    """Countries or institutions in words, in the order of their names."""
    return tuple(sorted((named(code, profile, lang) for code in codes), key=i18n.sort_key))


def title(profile: Profile, lang: str) -> str:
    return f"{partner(profile, lang)} – {organisation(profile, lang)}"


def period(given: Period, lang: str) -> str:
    return i18n.span(given.start, given.end, lang)


def dates(profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    message = _("Facts as of {as_of}, from what was loaded by {known_at} UTC.")
    known = f"{i18n.day(profile.known_at, lang)}, {stamp(profile.known_at)[11:16]}"
    return message.format(as_of=i18n.day(profile.as_of, lang), known_at=known)


def item_name(item: Item, profile: Profile, lang: str) -> str:
    """What an item is called: its name in the language, a convention's number, a country."""
    if own := own_name(item, lang):
        return own
    if item.get("instrument"):
        return str(item["instrument"])
    if item.get("programme"):
        return str(item.get("id") or item["programme"])
    code = str(item.get("code") or item.get("party") or item.get("since_stated") or "")
    return named(code, profile, lang)


# How to cite


def citation(profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    message = _("{title}, {period}. Computed by comity {version} from data known at {known_at}.")
    return message.format(
        title=title(profile, lang),
        period=period(profile.period, lang),
        version=profile.version,
        known_at=stamp(profile.known_at),
    )


def command(profile: Profile) -> str:
    """What to type to get the same page again."""
    return (
        f"comity profile {profile.partner.id} {profile.organisation.id}"
        f" --years {profile.period.start}-{profile.period.end}"
        f" --as-of {profile.as_of.isoformat()} --known-at {stamp(profile.known_at)}"
    )


def designations(lang: str) -> str:
    """Said wherever places are named."""
    _ = i18n.translator(lang)
    return _(
        "The names of countries and areas on this page say nothing about their legal status, their "
        "authorities or their borders."
    )
