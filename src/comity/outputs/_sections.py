"""A profile cut into sections, the same for every readable output: which tables and lists stand where.

A section that no source loaded has anything for is left out; `_wording.gaps` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from comity import i18n
from comity.charts import Cell, Table, contributions, fundamental
from comity.charts._entries import years
from comity.charts._labels import confidence, verdict
from comity.i18n import N_
from comity.model import Figure, Item, Profile, Scalar, Verdict
from comity.outputs import _parts as parts
from comity.outputs import _programmes as programmes
from comity.outputs import _verdicts as verdicts
from comity.outputs import _wording as wording
from comity.outputs._parts import Listing, Picture, Section


def _day(value: Scalar, lang: str) -> str:
    """A date as exactly as it is known: a day in words, a year or month as it is."""
    try:
        return i18n.day(date.fromisoformat(parts.text(value)), lang)
    except ValueError:
        return parts.text(value)


def _contributions(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    table = contributions.table(profile, lang)
    if table is None:
        return None
    lead = (
        _(
            "Revenue as the organisation recorded it, in US dollars at its own booking rates. "
            "Agreements for several years are often recorded in one, so that single years go up and down."
        ),
    )
    figures = profile.family("contributions")
    said = lead if _on(figures, "recognised_revenue") else ()
    return Section("contributions", "", figures, said, (Picture("contributions"), table))


def _on(figures: Iterable[Figure], basis: str) -> bool:
    return all(figure.basis == basis for figure in figures)


def _conventions(figure: Figure | None, heading: str, lang: str) -> Iterator[Listing]:
    items = parts.items_of(figure)
    cells = (Cell(f"{i['instrument']} {i.get('title', '')}".strip(), mark=confidence(i, lang)) for i in items)
    ordered = tuple(sorted(cells, key=lambda cell: cell.text))
    if ordered:
        yield Listing(heading, ordered)


def _standards(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figures = profile.family("standards")
    if all(f.value is None for f in figures if f.measure != "standards.fundamental_existing"):
        return None
    lead = (
        _(
            "Three counts that differ: every convention whose ratification was ever registered; those among "
            "them that have not been denounced; those in force for the State, usually from twelve months "
            "after registration."
        ),
    )
    table = fundamental.table(profile, lang)
    shown: list[parts.Part] = [Picture("fundamental"), table] if table else []
    shown.append(Picture("standards"))
    for name in ("governance", "technical", "protocols"):
        measure = f"standards.{name}"
        shown += _conventions(profile.get(measure), wording.label(measure, lang), lang)
    shown += _left(profile, lang)
    return Section("standards", "", figures, lead, tuple(shown))


def _left(profile: Profile, lang: str) -> Iterator[Listing]:
    """Conventions that are registered and no longer count."""
    _ = i18n.translator(lang)
    registered, kept = profile.get("standards.registered"), profile.get("standards.not_denounced")
    stay = {item["instrument"] for item in parts.items_of(kept)}
    gone = [i for i in parts.items_of(registered) if i["instrument"] not in stay]
    if gone and kept and kept.value is not None:
        message = _("{convention}, denounced from {date}")
        cells = (
            Cell(
                message.format(
                    convention=f"{i['instrument']} {i.get('title', '')}", date=_day(i.get("denounced"), lang)
                )
            )
            for i in gone
        )
        yield Listing(_("Denounced"), tuple(cells))


def _membership(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figure = profile.get("membership.since")
    if figure is None or figure.value is None:
        return None
    lists = tuple(parts.listing(profile, figure, _("As stated"), lang))
    return Section("membership", "", (figure,), (), lists)


def _listed(name: str, headings: dict[str, str]) -> Callable[[Profile, str], Section | None]:
    """A section of plain lists: one for each measure."""

    def build(profile: Profile, lang: str) -> Section | None:
        figures = tuple(f for f in profile.family(name) if f.value is not None or f.items)
        lists = [
            found for figure in figures if figure.measure in headings
            for found in parts.listing(profile, figure, i18n.translator(lang)(headings[figure.measure]), lang)
        ]  # fmt: skip
        places = any(figure.measure.endswith("countries") for figure in figures)
        return Section(name, "", figures, (), tuple(lists), places) if figures else None

    return build


_priorities = _listed(
    "priorities",
    {
        "priorities.sectors": N_("Priority sectors, as stated"),
        "priorities.cross_cutting": N_("Cross-cutting issues, as stated"),
        "priorities.partner_countries": N_("Core partner countries, as stated"),
    },
)


def _amount(item: Item, lang: str) -> Cell:
    """R41: the amount agreed, what of it was added later, and a total stated otherwise since."""
    _ = i18n.translator(lang)

    def money(key: str) -> str:
        amount = item.get(key)
        if not isinstance(amount, Decimal):
            return ""
        message = _("{currency} {amount}")
        return message.format(currency=item.get("currency") or "", amount=i18n.whole(amount, lang)).strip()

    notes = []
    if added := money("amount_added"):
        notes.append(_("of which added later: {amount}").format(amount=added))
    if restated := money("amount_restated"):
        notes.append(_("a later source states {amount}; the reason is not known").format(amount=restated))
    return Cell(money("amount"), mark=i18n.listed(notes, lang))


def _names(profile: Profile) -> dict[str, str]:
    figure = profile.get("partnerships.programmes")
    return {parts.text(item.get("id")): parts.text(item.get("name")) for item in parts.items_of(figure)}


def _programme_table(profile: Profile, lang: str) -> Iterator[Table]:
    _ = i18n.translator(lang)
    figure = profile.get("partnerships.programmes")
    items = sorted(
        parts.items_of(figure),
        key=lambda i: (parts.text(i.get("start_year")), parts.text(i.get("id"))),
    )
    rows = tuple(
        (
            parts.cell(parts.text(i.get("name")), i, lang),
            Cell(years(i, lang)),
            Cell(parts.text(i.get("themes"))),
            Cell(parts.text(i.get("managing_office"))),
            Cell(i18n.listed(_all_named(i, "implementing", profile, lang), lang)),
        )
        for i in items
    )
    if rows:
        columns = (
            _("Name"), _("Years"), _("Themes"), _("Managing office"), _("Implementing institutions"),
        )  # fmt: skip
        yield Table(_("Partnership programmes and larger projects"), *parts.used(columns, rows))


def _all_named(item: Item, key: str, profile: Profile, lang: str) -> tuple[str, ...]:
    """The countries or institutions whose ids stand in a row of text."""
    return wording.all_named(parts.text(item.get(key)).split(), profile, lang)


def _phase_table(profile: Profile, lang: str) -> Iterator[Table]:
    _ = i18n.translator(lang)
    figure, names = profile.get("partnerships.phases"), _names(profile)
    items = sorted(
        parts.items_of(figure),
        key=lambda i: (parts.text(i.get("start_year")), parts.text(i.get("id"))),
    )

    def named(item: Item) -> str:
        programme = parts.text(item.get("programme"))
        return names.get(programme, programme)

    columns = (_("Phase"), _("Signed on"), _("Reference"), _("Themes"), _("Countries"), _("Amount"))
    rows = [
        (
            parts.cell(f"{named(i)}, {years(i, lang)}", i, lang),
            Cell(_day(i.get("signed_on"), lang)),
            Cell(parts.text(i.get("reference"))),
            Cell(parts.text(i.get("themes"))),
            Cell(", ".join(_all_named(i, "countries", profile, lang))),
            _amount(i, lang),
        )
        for i in items
    ]
    if rows:
        note = _(
            "A phase is neither a calendar year nor a biennium; its amount is not the sum of contributions."
        )
        yield Table(_("Phases"), *parts.used(columns, rows), notes=(note,))


def _partnerships(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figures = tuple(figure for figure in profile.family("partnerships") if figure.value is not None)
    if not figures:
        return None
    tables = (*_programme_table(profile, lang), *_phase_table(profile, lang))
    partners = profile.get("partnerships.partners")
    lists = parts.listing(profile, partners, _("Partner ministries and agencies"), lang)
    phases = profile.get("partnerships.phases")
    places = any(item.get("countries") for item in parts.items_of(phases))
    return Section("partnerships", "", figures, (), (Picture("timeline"), *tables, *lists), places)


def _secondments(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figures = tuple(f for f in profile.family("secondments") if f.value is not None or f.items)
    if not figures:
        return None
    cells = []
    for item in figures[0].items or ():
        programme, statement = parts.text(item.get("programme")), parts.text(item.get("statement"))
        both = i18n.named(programme, statement, lang) if programme and statement else programme or statement
        cells.append(parts.cell(both, item, lang))
    stated_by = parts.shared(figures[0].items or (), "stated_by")
    lead = (_("Posts and months are never turned into money."),)
    return Section("secondments", "", figures, lead, (Listing(_("As stated"), tuple(cells), "", stated_by),))


def _claims(profile: Profile, lang: str) -> Section | None:
    """What pages state of these years: one row for each statement that can be compared."""
    _ = i18n.translator(lang)
    if not profile.claims:
        return None
    compared = [found for found in profile.claims if found.name != "not_computable"]
    columns = (_("Figure"), _("Period"), _("Stated"), _("Computed"), _("Difference"), _("Verdict"))
    rows = tuple(_claim(found, profile, lang) for found in compared)
    lead = [_("What pages state beside what the sources give. Where they differ, we do not know the reason.")]
    if left := len(profile.claims) - len(compared):
        message = _("Statements that cannot be computed: {count}, listed by: {command}")
        command = f"comity check {profile.partner.id} {profile.organisation.id}"
        lead.append(message.format(count=left, command=command))
    table = (Picture("stated"), Table(_("Stated figures"), columns, rows)) if rows else ()
    return Section("claims", _("What pages state"), (), tuple(lead), table)


def _claim(found: Verdict, profile: Profile, lang: str) -> tuple[Cell, ...]:
    _ = i18n.translator(lang)
    told = verdicts.explanation(found, profile.names, lang)
    near = (verdicts.near_heading(lang), told.near[0]) if told.near else ()  # the check has them all
    page = i18n.named(_("Page"), found.claim.page, lang)
    seen = f" ({_('seen {date}').format(date=found.claim.seen)})" if found.claim.seen else ""
    return (
        Cell(
            wording.label(found.claim.measure, lang),
            note=" ".join((*told.reasons, *near, *told.responses, f"{page}{seen}")),
            anchor=f"claim-{found.claim.id}",
        ),
        Cell(verdicts.when(found, lang)),
        Cell(verdicts.stated(found.claim, profile.names, lang)),
        Cell(verdicts.computed(found, lang)),
        Cell(verdicts.difference(found, lang)),
        Cell(verdict(found.name, lang)),
    )


_BUILDERS = (
    _contributions, _standards, _membership, programmes.section, _partnerships, _secondments, _priorities,
)  # fmt: skip


def _others(profile: Profile) -> Iterator[Callable[[Profile, str], Section | None]]:
    """A plain section for each family of measures that has no section of its own."""
    for family in dict.fromkeys(figure.family for figure in profile):
        if family not in wording.FAMILIES:
            names = {figure.measure: N_("Listed") for figure in profile.family(family)}
            yield _listed(family, names)


def sections(profile: Profile, lang: str) -> tuple[Section, ...]:
    """The sections there is something to say in, in the order of the page."""
    built = (build(profile, lang) for build in (*_BUILDERS, *_others(profile), _claims))
    return tuple(
        replace(section, title=section.title or wording.family(section.name, lang))
        for section in built if section is not None
    )  # fmt: skip
