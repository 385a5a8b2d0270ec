"""Places and themes of programmes, each with what IATI publishes and what the register states of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import confidence, joined, source_name
from comity.i18n import N_
from comity.model import Item, Profile

Captions = Mapping[str, str]
"""What a table is called, by `Entry.kind`; under “both” where sources differ from row to row."""

SAYS = {
    "iati": N_("published in {source}"),
    "both": N_("in {source} and in the register"),
    "register": N_("stated in the register"),
}
"""What says that a programme runs at a place or serves a theme, in the order of a legend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place or a theme; `spend` and `activities` are None where they are not reported. `years`, `doubt`,
    `note` and `stated_by` belong to what the register states."""

    name: str
    kind: str
    spend: Decimal | None = None
    activities: int | None = None
    years: str = ""
    doubt: str = ""
    note: str = ""
    stated_by: str = ""


def items(profile: Profile, name: str, beside: bool = False) -> list[Item]:
    """R6: what `programmes.NAME` lists, without what is of another report than the activities are shown by:
    money that is, is not put beside their number. `beside`: that alone."""
    figure, activities = profile.get(f"programmes.{name}"), profile.get("programmes.activities")
    given = list((figure.items if figure else None) or ())
    shown = set(activities.flagged("view") if activities else ())
    shown |= {str(item["view"]) for item in given if item.get("view") and item.get("activities") is not None}
    return [item for item in given if bool(item.get("view") and item["view"] not in shown) == beside]


def entry(name: str, items: Sequence[Item], lang: str) -> Entry:
    """All items of one place or theme put together."""
    spent = [amount for item in items if isinstance(amount := item.get("spend_usd"), Decimal)]
    counts = [count for item in items if isinstance(count := item.get("activities"), int)]
    kinds = {"iati" if item.get("source") == "iati" else "register" for item in items}
    stated = [item for item in items if item.get("source") != "iati"]
    return Entry(
        name=name,
        kind=kinds.pop() if len(kinds) == 1 else "both",
        spend=sum(spent, Decimal(0)) if spent else None,
        activities=sum(counts) if counts else None,
        years=_each((years(item, lang) for item in stated), lang),
        doubt=_each((confidence(item, lang) for item in stated), lang),
        note=" ".join(dict.fromkeys(str(item["note"]) for item in stated if item.get("note"))),
        stated_by=_each((str(item.get("stated_by") or "") for item in stated), lang),
    )


def years(item: Item, lang: str) -> str:
    """The years an item of the register is about; empty when it is undated."""
    _ = i18n.translator(lang)
    first, last = item.get("start_year"), item.get("end_year")
    if first is None and last is None:
        return ""
    if last is None:
        return _("since {year}").format(year=first)
    return i18n.span(int(str(first or last)), int(str(last)), lang)


def _each(texts: Iterable[str], lang: str) -> str:
    return i18n.listed(dict.fromkeys(filter(None, texts)), lang)


def _shared(texts: Iterable[str]) -> str:
    """The one text that all have; empty when they differ."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def table(
    found: Sequence[Entry], heading: str, captions: Captions, lang: str, notes: Iterable[str] = ()
) -> Table | None:
    """Every entry, and what says so; None when there is none. What all rows share is said once: in the
    caption or below. A column that would say nothing but “not reported” is left out."""
    if not found:
        return None
    _ = i18n.translator(lang)
    kind = _shared(entry.kind for entry in found) or "both"
    alone, stated = kind != "both", [entry for entry in found if entry.kind != "iati"]
    period, doubt, note, who = (
        _shared(getattr(entry, name) for entry in stated) if len(stated) > 1 else ""
        for name in ("years", "doubt", "note", "stated_by")
    )

    def marks(one: Entry) -> str:
        """Of the register's statement: its years and its doubts, unless they are said for all of them."""
        own = ("" if period and alone else one.years, "" if doubt and alone else one.doubt)
        return i18n.listed(filter(None, own), lang)

    def told(one: Entry) -> str:
        by = _("Stated by: {who}").format(who=one.stated_by) if one.stated_by and not who else ""
        own = "" if note else one.note
        return f"{own.rstrip('.')}. {by}" if own and by else own or by

    def says(one: Entry) -> str:
        return joined((source_name(s, lang) for s in ("iati", "register") if one.kind in (s, "both")), lang)

    def number(text: str | None) -> Cell:
        return Cell(_("not reported"), "missing") if text is None else Cell(text, "amount")

    counts = [None if one.activities is None else i18n.whole(one.activities, lang) for one in found]
    amounts = [None if one.spend is None else i18n.usd(one.spend, lang) for one in found]
    columns = {
        heading: [Cell(one.name, mark=marks(one) if alone else "", note=told(one)) for one in found],
        _("What says so"): [] if alone else [Cell(says(one), mark=marks(one)) for one in found],
        _("Activities"): list(map(number, counts)) if any(counts) else [],
        _("US dollars spent"): list(map(number, amounts)) if any(amounts) else [],
    }
    shown = {name: cells for name, cells in columns.items() if cells}
    caption = _(captions[kind]).format(source=source_name("iati", lang))
    if note and not alone:
        note = i18n.named(source_name("register", lang), note, lang)
    said = (*notes, doubt if alone else "", note, _("Stated by: {who}").format(who=who) if who else "")
    return Table(
        f"{caption}, {period}" if period and alone else caption,
        tuple(shown),
        tuple(zip(*shown.values(), strict=True)),
        notes=tuple(filter(None, said)),
    )
