"""The programmes of a profile: what IATI publishes and the register states of places, themes and money.

R6: reports of the organisation, the partner and others of the same money are shown side by side, never
added. R26: gross and net stand together, with the rows that make the difference.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from comity import i18n
from comity.charts import Cell, Table, _entries, countries, themes
from comity.charts._entries import Entry
from comity.charts._labels import own_name, runs
from comity.i18n import N_
from comity.model import Figure, Item, Profile
from comity.outputs import _activities as activities
from comity.outputs import _joint_said as said
from comity.outputs import _parts as parts
from comity.outputs import _results as results
from comity.outputs import _wording as wording
from comity.outputs._parts import Listing, Part, Picture, Section

_LONG = 15
"""Rows above which a table of single activities is shown as names."""
_MONEY = {"programmes.commitments": N_("Commitments"), "programmes.spend": N_("Spending")}
_TELLING = ("left_out", "several_funders", "no_funder", "undated", "not_converted")
"""Flags that say something of a figure without a value."""

_REGIONS = {
    "iati": N_("Programme regions, published in {source}"),
    "register": N_("Programme regions, stated in the register"),
    "both": N_("Programme regions"),
}
_NO_COUNTRY = N_("Regions, and what names no country, published in {source}")
_FLAGS = {
    "unallocated": N_("Unallocated"),
    "not_split": N_("Several places, not split"),
    "not_stated": N_("No place stated"),
}
"""What is at no place, in the order in which it is shown."""

_REMOVED = {
    "rows_r22": N_("of another level: {count}"),
    "rows_r23": N_("for others: {count}"),
    "rows_r24": N_("copies: {count}"),
    "rows_not_converted": N_("not converted: {count}"),
}


def section(profile: Profile, lang: str) -> Section | None:
    """Figures first, then places, themes, money and activities; None where nothing is known."""
    figures = tuple(f for f in profile.family("programmes") if _speaks(f))
    if not figures:
        return None
    shown = (
        *_places(profile, lang),
        *_themes(profile, lang),
        *_by_year(profile, lang),
        *_sums(profile, lang),
        *activities.table(profile, lang),
        *results.table(profile, lang),
    )
    places = any(parts.items_of(profile.get(f"programmes.{name}")) for name in ("countries", "regions"))
    return Section("programmes", "", figures, tuple(said.lead(profile, lang)), shown, places)


def _speaks(figure: Figure) -> bool:
    """Whether there is something to show. That IATI's activities name no region is no zero; and what of
    them names no country is in the table of regions, without being one."""
    if figure.value == 0 and not figure.items and all(use.source == "iati" for use in figure.sources):
        return False
    if figure.measure == "programmes.regions" and figure.value is None and not figure.flags:
        return False
    return figure.value is not None or bool(figure.items) or any(map(figure.flagged, _TELLING))


# Places and themes


@cache
def _region_names() -> Mapping[str, Item]:
    """The DAC's regions by code, from the tables that ship: their names and what kind they are."""
    text = (files("comity") / "starter" / "regions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {row["code"]: {**row, "name": row["name_en"]} for row in rows}


def _regions(profile: Profile, lang: str, beside: bool = False) -> list[tuple[int, Entry]]:
    """Regions by money, activities and name; then what is at no place in particular, each with its rank."""
    _ = i18n.translator(lang)
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in _entries.items(profile, "regions", beside):
        flag = str(item.get("flag") or "")
        code = "" if flag in _FLAGS else str(item.get("code") or item.get("name") or "")
        groups.setdefault((flag if flag in _FLAGS else "", code), []).append(item)
    found = []
    for (flag, code), items in groups.items():
        known = _region_names().get(code, {})
        named = next(filter(None, (own_name(item, lang) for item in (*items, known))), "")
        if not named:
            message = _("{code}, a code of another list") if code.isdigit() else "{code}"
            named = message.format(code=wording.named(code, profile, lang) or "–")
        rank = 2 + list(_FLAGS).index(flag) if flag else int(known.get("kind") == "unspecified")
        found.append((rank, _entries.entry(_(_FLAGS[flag]) if flag else named, items, lang)))

    def place(pair: tuple[int, Entry]) -> tuple[int, Decimal, int, str]:
        rank, one = pair
        return rank, -(one.spend or Decimal(0)), -(one.activities or 0), i18n.sort_key(one.name)

    return sorted(found, key=place)


def _places(profile: Profile, lang: str) -> Iterator[Part]:
    """The map with its countries, then the regions; what holds for all places is said below the last."""
    _ = i18n.translator(lang)
    found, regions = countries.places(profile, lang), _regions(profile, lang)
    captions = {**_REGIONS, "iati": _NO_COUNTRY} if any(rank for rank, _one in regions) else _REGIONS
    entries = [place.entry for place in found] + [one for _rank, one in regions]
    tables = [
        ("countries", countries.CAPTIONS, countries.table(profile, lang)),
        ("regions", _REGIONS, _entries.table([one for _r, one in regions], _("Region"), captions, lang)),
    ]
    notes, last = (*said.one_report(profile, lang), *_of_parts(entries, profile, lang)), ""
    for name, _captions, table in tables:
        last = name if table and len(table.columns) > 1 else last
    for name, captions, table in tables:
        figure = profile.get(f"programmes.{name}")
        if name == "countries" and found:
            yield Picture("countries")
        if table is None or len(table.columns) == 1:
            heading = captions["register"]
            yield from parts.listing(profile, figure, _(heading), lang)
            continue
        told = replace(table, notes=(*(notes if name == last else ()), *table.notes))
        yield _names(told, lang) if len(told.columns) == 2 and len(told.rows) > _LONG else told
    elsewhere = [place.entry for place in countries.places(profile, lang, beside=True)]
    elsewhere += [one for _rank, one in _regions(profile, lang, beside=True)]
    caption = _("Spending by country and region, as {reporter} reports it")
    yield from _beside(elsewhere, _("Country or region"), caption, profile, lang)


def _beside(
    entries: Sequence[Entry], heading: str, caption: str, profile: Profile, lang: str
) -> Iterator[Table]:
    """R6: the spending that is of another report than the activities, by itself."""
    table = _entries.table(entries, heading, {"iati": ""}, lang, _of_parts(entries, profile, lang))
    if table is not None:
        reporter = said.reporter_of("programmes.spend", profile, lang)
        yield replace(table, caption=caption.format(reporter=reporter))


def _names(table: Table, lang: str) -> Listing:
    """A long table in which most rows have one activity as names, which take less room."""
    _ = i18n.translator(lang)
    one = i18n.whole(1, lang)
    names = tuple(
        replace(name, mark="" if number.text == one else _("activities: {count}").format(count=number.text))
        for name, number in table.rows
    )
    note = _("Where no number stands there is one activity.")
    return Listing(table.caption, names, " ".join((note, *table.notes)))


def _of_parts(entries: Sequence[Entry], profile: Profile, lang: str) -> tuple[str, ...]:
    """R12–R16: how money and activities were divided among places, where there are any."""
    _ = i18n.translator(lang)
    notes = []
    spent = [one.spend for one in entries if one.spend is not None]
    if spent:
        notes.append(_("Spending is divided by the shares that the reports state."))
        message = _("All together: US$ {amount}.")
        notes.append(message.format(amount=i18n.usd(sum(spent, Decimal(0)), lang)))
    if _in_several(entries, profile):
        notes.append(_("An activity in several places counts in each."))
    return tuple(notes)


def _in_several(entries: Sequence[Entry], profile: Profile) -> bool:
    activities = profile.get("programmes.activities")
    return sum(one.activities or 0 for one in entries) > ((activities.value if activities else 0) or 0)


def _themes(profile: Profile, lang: str) -> Iterator[Part]:
    _ = i18n.translator(lang)
    table = themes.table(profile, lang)
    if table is not None:
        yield from _theme_parts(table, profile, lang)
    elsewhere = [theme.entry for theme in themes.themes(profile, lang, beside=True)]
    caption = _("Spending by theme, as {reporter} reports it")
    yield from _beside(elsewhere, _("Theme"), caption, profile, lang)


def _theme_parts(table: Table, profile: Profile, lang: str) -> Iterator[Part]:
    _ = i18n.translator(lang)
    if len(table.columns) == 1:
        heading = themes.CAPTIONS["register"]
        yield from parts.listing(profile, profile.get("programmes.themes"), _(heading), lang)
        return
    yield Picture("themes")
    notes = [*said.one_report(profile, lang), _("Themes are the DAC's groups of purposes.")]
    if _in_several([theme.entry for theme in themes.themes(profile, lang)], profile):
        notes.append(_("An activity with several themes counts in each."))
    yield replace(table, notes=(*table.notes, *notes))


# Money


def _by_year(profile: Profile, lang: str) -> Iterator[Table]:
    """R1: commitments and spending by year, side by side; R38: a year without a row is not reported."""
    _ = i18n.translator(lang)
    found = [profile.get(measure) for measure in _MONEY]
    figures = [f for f in found if f and f.by_year and f.value is not None]
    if not figures or len(profile.period.years) == 1:
        return
    amounts = [dict(figure.by_year or {}) for figure in figures]
    silent = [year for year in profile.period.years if all(by.get(year) is None for by in amounts)]
    slots = sorted([*runs(silent), *((y, y) for y in profile.period.years if y not in silent)])

    def cell(amount: Decimal | int | None) -> Cell:
        if amount is None:
            return Cell(_("not reported"), "missing")
        return Cell(i18n.usd(Decimal(amount), lang), "amount")

    rows = [(Cell(i18n.span(*slot, lang)), *(cell(by.get(slot[0])) for by in amounts)) for slot in slots]
    rows.append((Cell(_("All years")), *(cell(figure.value) for figure in figures)))
    labels = tuple(_(_MONEY[figure.measure]) for figure in figures)
    caption = _("Money by year, in US dollars")
    notes = (_("Commitments and spending are different things and never added."),) if len(figures) > 1 else ()
    yield Table(caption, (_("Year"), *labels), tuple(rows), total=True, notes=notes)


def _sums(profile: Profile, lang: str) -> Iterator[Table]:
    """R26: gross and net by who reports and who gives; what is counted first."""
    _ = i18n.translator(lang)
    rows = [
        (measure, item) for measure in _MONEY for item in parts.items_of(profile.get(measure))
    ]  # fmt: skip
    if not rows:
        return
    rows.sort(key=lambda row: not row[1].get("shown"))

    def name(item: Item, key: str) -> Cell:
        return Cell(wording.named(str(item[key]), profile, lang) if item.get(key) else _("not known"))

    def amount(item: Item, key: str) -> Cell:
        given = item.get(key)
        if not isinstance(given, Decimal):
            return Cell(_("not converted"), "missing")
        return Cell(i18n.usd(given, lang), "amount" if given else "zero")

    def removed(item: Item) -> Cell:
        counts = ((message, item.get(key)) for key, message in _REMOVED.items())
        return Cell(i18n.listed((_(message).format(count=count) for message, count in counts if count), lang))

    beside = _("beside it, not counted")
    columns = {
        _("Figure"): [Cell(_(_MONEY[m]), mark="" if item.get("shown") else beside) for m, item in rows],
        _("Reported by"): [name(item, "reporter") for _m, item in rows],
        _("Given by"): [name(item, "giver") for _m, item in rows],
        _("Gross"): [amount(item, "gross_usd") for _m, item in rows],
        _("Net"): [amount(item, "net_usd") for _m, item in rows],
        _("Rows"): [Cell(i18n.whole(_rows(item), lang), "amount") for _m, item in rows],
        _("Rows in net"): [Cell(i18n.whole(_rows_in_net(item), lang), "amount") for _m, item in rows],
        _("Left out of net"): [removed(item) for _m, item in rows],
    }
    whole = not any(cell.text for cell in columns[_("Left out of net")])
    all_counted = (_("Rows in net"), _("Left out of net")) if whole else ()
    kept = {name: cells for name, cells in columns.items() if name not in all_counted}
    may = (_("Reported by"), *parts.own(_("Given by"), columns, profile, lang))
    kept, _common = parts.folded(kept, may, (), lang)
    yield Table(
        _("Gross and net, in US dollars"), *parts.table(kept), notes=tuple(said.on_money(profile, lang))
    )


def _rows(item: Item, key: str = "rows") -> int:
    return int(str(item.get(key) or 0))


def _rows_in_net(item: Item) -> int:
    """How many rows the net counts."""
    if "rows_net" in item:
        return _rows(item, "rows_net")
    return _rows(item) - sum(_rows(item, key) for key in _REMOVED)
