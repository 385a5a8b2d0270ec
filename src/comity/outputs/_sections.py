"""A profile cut into sections, the same for every readable output: which tables and lists stand where.

A section that no source loaded has anything for is left out; `_wording.gaps` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from comity import i18n
from comity.charts import Cell, Table, contributions, fundamental
from comity.charts._labels import verdict
from comity.i18n import N_
from comity.model import Figure, Item, Profile, Scalar, Verdict
from comity.outputs import _verdicts as verdicts
from comity.outputs import _wording as wording


@dataclass(frozen=True, slots=True)
class Listing:
    """Names under a heading, with who states them."""

    title: str
    items: tuple[Cell, ...]
    note: str = ""
    stated_by: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its figures first, then what explains them."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    lead: tuple[str, ...] = ()
    lists: tuple[Listing, ...] = ()
    tables: tuple[Table, ...] = ()
    places: bool = False


def _text(value: Scalar) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _day(value: Scalar, lang: str) -> str:
    """A date as exactly as it is known: a day in words, a year or month as it is."""
    try:
        return i18n.day(date.fromisoformat(_text(value)), lang)
    except ValueError:
        return _text(value)


def _years(item: Item, lang: str) -> str:
    _ = i18n.translator(lang)
    first, last = item.get("start_year"), item.get("end_year")
    if first is None and last is None:
        return ""
    if last is None:
        return _("since {year}").format(year=first)
    return i18n.span(int(str(first or last)), int(str(last)), lang)


def _cell(text: str, item: Item, lang: str) -> Cell:
    return Cell(text, mark=wording.confidence(item, lang), note=_text(item.get("note")))


def _shared(items: Iterable[Item], key: str) -> str:
    """The one value that all items have under `key`; empty when they differ."""
    found = {_text(item.get(key)) for item in items}
    return found.pop() if len(found) == 1 else ""


def _listing(profile: Profile, figure: Figure | None, heading: str, lang: str) -> Iterator[Listing]:
    """Names of a listed figure. What all of them share (note, doubt, who says so) is said once."""
    _ = i18n.translator(lang)
    items = (figure.items if figure else None) or ()
    if not figure or not items:
        return
    note, mark = _shared(items, "note"), {wording.confidence(item, lang) for item in items}
    period = _shared([{"years": _years(item, lang)} for item in items], "years")
    one_mark = mark.pop() if len(mark) == 1 else ""
    cells = []
    for item in items:
        text, cell = wording.item_name(item, profile, lang), _cell("", item, lang)
        if not text and item.get("stated_count") is not None:
            message = _("the names are not stated; the number stated is {count}")
            text = message.format(count=item["stated_count"])
        cells.append(Cell(text, "text", "" if one_mark else cell.mark, "" if note else cell.note))
    yield Listing(
        title=f"{heading}, {period}" if period else heading,
        items=tuple(sorted(cells, key=lambda cell: i18n.sort_key(cell.text))),
        note=". ".join(part for part in (one_mark, note) if part),
        stated_by=_shared(items, "stated_by"),
    )


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
    return Section(
        "contributions", "", figures, lead if _on(figures, "recognised_revenue") else (), (), (table,)
    )


def _on(figures: Iterable[Figure], basis: str) -> bool:
    return all(figure.basis == basis for figure in figures)


def _conventions(figure: Figure | None, heading: str, lang: str) -> Iterator[Listing]:
    items = (figure.items if figure else None) or ()
    cells = (
        Cell(f"{i['instrument']} {i.get('title', '')}".strip(), mark=wording.confidence(i, lang))
        for i in items
    )
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
    lists: list[Listing] = []
    for name in ("governance", "technical", "protocols"):
        measure = f"standards.{name}"
        lists += _conventions(profile.get(measure), wording.label(measure, lang), lang)
    lists += _left(profile, lang)
    return Section("standards", "", figures, lead, tuple(lists), (table,) if table else ())


def _left(profile: Profile, lang: str) -> Iterator[Listing]:
    """Conventions that are registered and no longer count."""
    _ = i18n.translator(lang)
    registered, kept = profile.get("standards.registered"), profile.get("standards.not_denounced")
    stay = {item["instrument"] for item in (kept.items if kept else None) or ()}
    gone = [i for i in (registered.items if registered else None) or () if i["instrument"] not in stay]
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
    lists = tuple(_listing(profile, figure, _("As stated"), lang))
    return Section("membership", "", (figure,), (), lists)


def _listed(name: str, headings: dict[str, str]) -> Callable[[Profile, str], Section | None]:
    """A section of plain lists: one for each measure."""

    def build(profile: Profile, lang: str) -> Section | None:
        figures = tuple(f for f in profile.family(name) if f.value is not None or f.items)
        lists = [
            listing for figure in figures if figure.measure in headings
            for listing in _listing(profile, figure, i18n.translator(lang)(headings[figure.measure]), lang)
        ]  # fmt: skip
        places = any(figure.measure.endswith("countries") for figure in figures)
        return Section(name, "", figures, (), tuple(lists), (), places) if figures else None

    return build


_programmes = _listed(
    "programmes",
    {"programmes.countries": N_("Countries, as stated"), "programmes.regions": N_("Regions, as stated")},
)
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
    return {
        _text(item.get("id")): _text(item.get("name")) for item in (figure.items if figure else None) or ()
    }


def _used(
    columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A table without the columns in which no row has anything."""
    used = [n for n in range(len(columns)) if any(row[n].text for row in rows)]
    return tuple(columns[n] for n in used), tuple(tuple(row[n] for n in used) for row in rows)


def _programme_table(profile: Profile, lang: str) -> Iterator[Table]:
    _ = i18n.translator(lang)
    figure = profile.get("partnerships.programmes")
    items = sorted(
        (figure.items if figure else None) or (),
        key=lambda i: (_text(i.get("start_year")), _text(i.get("id"))),
    )
    rows = tuple(
        (
            _cell(_text(i.get("name")), i, lang),
            Cell(_years(i, lang)),
            Cell(_text(i.get("themes"))),
            Cell(_text(i.get("managing_office"))),
            Cell(i18n.listed(wording.all_named(_text(i.get("implementing")).split(), profile, lang), lang)),
        )
        for i in items
    )
    if rows:
        columns = (
            _("Name"), _("Years"), _("Themes"), _("Managing office"), _("Implementing institutions"),
        )  # fmt: skip
        yield Table(_("Partnership programmes and larger projects"), *_used(columns, rows))


def _phase_table(profile: Profile, lang: str) -> Iterator[Table]:
    _ = i18n.translator(lang)
    figure, names = profile.get("partnerships.phases"), _names(profile)
    items = sorted(
        (figure.items if figure else None) or (),
        key=lambda i: (_text(i.get("start_year")), _text(i.get("id"))),
    )
    columns = (_("Phase"), _("Signed on"), _("Reference"), _("Themes"), _("Countries"), _("Amount"))
    rows = [
        (
            _cell(
                f"{names.get(_text(i.get('programme')), _text(i.get('programme')))}, {_years(i, lang)}",
                i,
                lang,
            ),
            Cell(_day(i.get("signed_on"), lang)),
            Cell(_text(i.get("reference"))),
            Cell(_text(i.get("themes"))),
            Cell(", ".join(wording.all_named(_text(i.get("countries")).split(), profile, lang))),
            _amount(i, lang),
        )
        for i in items
    ]
    if rows:
        note = _(
            "A phase is neither a calendar year nor a biennium; its amount is not the sum of contributions."
        )
        yield Table(_("Phases"), *_used(columns, rows), notes=(note,))


def _partnerships(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figures = tuple(figure for figure in profile.family("partnerships") if figure.value is not None)
    if not figures:
        return None
    tables = (*_programme_table(profile, lang), *_phase_table(profile, lang))
    lists = tuple(
        _listing(profile, profile.get("partnerships.partners"), _("Partner ministries and agencies"), lang)
    )
    phases = profile.get("partnerships.phases")
    places = any(item.get("countries") for item in (phases.items if phases else None) or ())
    return Section("partnerships", "", figures, (), lists, tables, places)


def _secondments(profile: Profile, lang: str) -> Section | None:
    _ = i18n.translator(lang)
    figures = tuple(f for f in profile.family("secondments") if f.value is not None or f.items)
    if not figures:
        return None
    cells = []
    for item in figures[0].items or ():
        programme, statement = _text(item.get("programme")), _text(item.get("statement"))
        both = i18n.named(programme, statement, lang) if programme and statement else programme or statement
        cells.append(_cell(both, item, lang))
    stated_by = _shared(figures[0].items or (), "stated_by")
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
    tables = (Table(_("Stated figures"), columns, rows),) if rows else ()
    return Section("claims", _("What pages state"), (), tuple(lead), (), tables)


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
    _contributions, _standards, _membership, _programmes, _partnerships, _secondments, _priorities
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
