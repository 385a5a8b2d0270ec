"""The pieces that sections are made of, and how items of a figure become cells and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._entries import years
from comity.charts._labels import confidence
from comity.model import Figure, Item, Profile, Scalar
from comity.outputs import _wording as wording


@dataclass(frozen=True, slots=True)
class Listing:
    """Names under a heading, with who states them."""

    title: str
    items: tuple[Cell, ...]
    note: str = ""
    stated_by: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a chart stands, by its name; outputs without pictures pass it over."""

    chart: str


Part: TypeAlias = Table | Listing | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its figures first, then what explains them, in this order."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    lead: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    places: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.parts if isinstance(part, Table))

    @property
    def lists(self) -> tuple[Listing, ...]:
        return tuple(part for part in self.parts if isinstance(part, Listing))


def text(value: Scalar) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def items_of(figure: Figure | None) -> tuple[Item, ...]:
    return (figure.items if figure else None) or ()


def cell(words: str, item: Item, lang: str) -> Cell:
    return Cell(words, mark=confidence(item, lang), note=text(item.get("note")))


def shared(items: Iterable[Item], key: str) -> str:
    """The one value that all items have under `key`; empty when they differ."""
    found = {text(item.get(key)) for item in items}
    return found.pop() if len(found) == 1 else ""


def listing(profile: Profile, figure: Figure | None, heading: str, lang: str) -> Iterator[Listing]:
    """Names of a listed figure. What all of them share (note, doubt, who says so) is said once."""
    _ = i18n.translator(lang)
    items = items_of(figure)
    if not items:
        return
    note, marks = shared(items, "note"), {confidence(item, lang) for item in items}
    period = shared([{"years": years(item, lang)} for item in items], "years")
    one_mark = marks.pop() if len(marks) == 1 else ""
    cells = []
    for item in items:
        name, made = wording.item_name(item, profile, lang), cell("", item, lang)
        if not name and item.get("stated_count") is not None:
            message = _("the names are not stated; the number stated is {count}")
            name = message.format(count=item["stated_count"])
        cells.append(Cell(name, "text", "" if one_mark else made.mark, "" if note else made.note))
    yield Listing(
        title=f"{heading}, {period}" if period else heading,
        items=tuple(sorted(cells, key=lambda cell: i18n.sort_key(cell.text))),
        note=". ".join(part for part in (one_mark, note) if part),
        stated_by=shared(items, "stated_by"),
    )


def used(
    columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A table without the columns in which no row has anything."""
    kept = [n for n in range(len(columns)) if any(row[n].text for row in rows)]
    return tuple(columns[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows)


def shortened(value: Scalar, longest: int) -> str:
    """Words on one line, cut where they are longer."""
    words = i18n.one_line(text(value))
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def days(begun: object, ended: object, lang: str) -> str:
    """From its first day to its last, as far as they are known; it may break in the middle."""
    first, last = short_day(begun, lang), short_day(ended, lang)
    dash = "~" if lang == "ko" else "–"
    return f"{first}\u00a0{dash} {last}".strip() if first or last else ""


def short_day(value: object, lang: str) -> str:
    """A date as a table has it: 15 Dec 2017."""
    from babel.dates import format_date

    if not isinstance(value, date):
        return ""
    text = str(format_date(value, "d MMM y" if lang == "en" else "medium", locale=lang))
    text = f"1er{text[1:]}" if lang == "fr" and value.day == 1 else text
    return text.replace(" ", "\u00a0")


def own(name: str, columns: Mapping[str, list[Cell]], profile: Profile, lang: str) -> tuple[str, ...]:
    """The column, if it says of all rows no more than who the partner is."""
    own = i18n.party_name(profile.partner, lang)
    return (name,) if all(cell.text == own for cell in columns[name]) else ()


def folded(
    columns: Mapping[str, list[Cell]], silent: Iterable[str], told: Iterable[str], lang: str
) -> tuple[dict[str, list[Cell]], list[str]]:
    """`columns` without those of the given ones in which all rows say the same; of `told` ones the sentences
    that say it, unless there is but one row."""
    same = [name for name in silent if len(set(columns[name])) == 1]
    said_once = [n for n in told if n not in same and len(columns[n]) > 1 and len(set(columns[n])) == 1]
    kept = {name: cells for name, cells in columns.items() if name not in (*same, *said_once)}
    common = [(name, columns[name][0].text) for name in said_once]
    return kept, [f"{i18n.named(name, words, lang)}." for name, words in common if words]


def table(columns: Mapping[str, list[Cell]]) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    return tuple(columns), tuple(zip(*columns.values(), strict=True))
