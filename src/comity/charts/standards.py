"""Conventions by category and date of registration: a dot for each, filled while it is kept.

Dots of one year are stacked, so that each can be counted; where a year is narrower than a dot, the dots of
two years or more. A convention that is not in force yet, or no
longer for anyone, has another shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Picture, Table
from comity.charts._canvas import FINE, LINE, Key, Sheet, Years
from comity.charts._labels import confidence, day, organisation, partner, sources_of, wrapped
from comity.charts._vega import BAND, COLOURS, MUTED, RULE
from comity.i18n import N_
from comity.model import Item, Period, Profile, Scalar

CATEGORIES = {
    "fundamental": N_("Fundamental"),
    "governance": N_("Governance"),
    "technical": N_("Technical"),
    "protocol": N_("Protocols"),
    "": N_("Category not known"),
}
"""The rows of the chart, from above."""
STATES = {
    "in_force": N_("in force"),
    "waiting": N_("ratified, not in force"),
    "denounced": N_("denounced"),
}
"""What became of a convention, in the order of the legend."""
_LOOKS = {"in_force": ("circle", True), "waiting": ("diamond", True), "denounced": ("circle", False)}
_COLOUR = COLOURS["assessed"]
_RADII = (3.8, 5.5)
"""Of the smallest and the largest dots, in pixels."""


@dataclass(frozen=True, slots=True)
class Act:
    """A convention or protocol whose ratification was registered, and what became of it by the date."""

    id: str
    title: str
    category: str
    state: str
    registered: date | None
    in_force: date | None
    denounced: date | None
    doubt: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Pixels: the width, where the years begin, and whether a row's name stands above it."""

    width: int
    left: int
    above: bool


WIDE, NARROW = Layout(640, 170, False), Layout(348, 6, True)


# Facts


def _day(value: Scalar) -> date | None:
    return value if isinstance(value, date) else None


def _act(item: Item, category: str, kept: set[str], alive: set[str] | None, lang: str) -> Act:
    id_ = str(item["instrument"])
    state = "denounced" if id_ not in kept else "waiting" if alive is not None and id_ not in alive else ""
    registered, begun, ended = (_day(item.get(name)) for name in ("registered", "in_force", "denounced"))
    title = str(item.get("title") or "")
    doubt = confidence(item, lang)
    return Act(id_, title, category, state or "in_force", registered, begun, ended, doubt)


def acts(profile: Profile, lang: str) -> tuple[Act, ...]:
    """Every convention and protocol, in the order of their numbers. That a convention is in force follows
    the figure `standards.in_force`; a protocol's own day says it."""
    registered, kept, alive, protocols = (
        profile.get(f"standards.{name}") for name in ("registered", "not_denounced", "in_force", "protocols")
    )
    if registered is None or registered.value is None or kept is None or kept.items is None:
        return ()
    stay = {str(item["instrument"]) for item in kept.items}
    forced = alive and alive.items is not None and {str(item["instrument"]) for item in alive.items}
    found = [
        _act(item, category if (category := str(item.get("category") or "")) in CATEGORIES else "", stay,
             forced if isinstance(forced, set) else None, lang)
        for item in registered.items or ()
    ]  # fmt: skip
    added = (protocols.items if protocols else None) or ()
    begun = {str(i["instrument"]) for i in added if (day := _day(i.get("in_force"))) and day <= profile.as_of}
    held = {str(item["instrument"]) for item in added}
    found += [_act(item, "protocol", held, begun, lang) for item in added]
    return tuple(sorted(found, key=lambda act: act.id))


def table(profile: Profile, lang: str) -> Table | None:
    """Every convention with its days; None when there is none."""
    found = acts(profile, lang)
    return _table(found, profile, lang) if found else None


def _table(found: Sequence[Act], profile: Profile, lang: str) -> Table:
    _ = i18n.translator(lang)

    def told(given: date | None) -> Cell:
        return Cell(day(given, lang)) if given else Cell(_("not reported"), "missing")

    rows = tuple(
        (
            Cell(act.id),
            Cell(act.title, mark=act.doubt),
            Cell(_(CATEGORIES[act.category])),
            told(act.registered),
            told(act.in_force),
            told(act.denounced) if act.state == "denounced" else Cell("–"),
        )
        for act in found
    )
    columns = (
        _("Number"), _("Convention"), _("Category"), _("Registered"), _("In force from"), _("Denounced from"),
    )  # fmt: skip
    caption = _("Conventions registered by {date}").format(date=day(profile.as_of, lang))
    return Table(caption, columns, rows)


# The drawing


def _frame(found: Sequence[Act], profile: Profile, at: Layout) -> Years:
    years = [act.registered.year for act in found if act.registered]
    first = min(*years, profile.period.start)
    last = max(profile.as_of.year, profile.period.end) + 1
    return Years(first, max(last, first + 5), at.left + 8, at.width - 8)


def _picture(
    found: Sequence[Act], profile: Profile, at: Layout, lang: str, name: str, title: str, alt: str
) -> Picture:
    _ = i18n.translator(lang)
    sheet, axis = Sheet(at.width), _frame(found, profile, at)
    keys = []
    for state, label in STATES.items():
        if any(act.state == state for act in found):
            shape, filled = _LOOKS[state]
            keys.append(Key(_(label), shape, _COLOUR if filled else "white", _COLOUR))
    keys.append(Key(i18n.span(profile.period.start, profile.period.end, lang), "square", BAND, RULE))
    y = top = sheet.legend(keys, 0) + 14
    drawn = [act for act in found if act.registered]
    radius = max(_RADII[0], min(_RADII[1], (axis.year - 1) / 2))
    for category, label in CATEGORIES.items():
        row = [act for act in drawn if act.category == category]
        count = sum(act.category == category for act in found)
        if count:
            y = _row(sheet, row, i18n.named(_(label), str(count), lang), axis, at, y, radius)
    begin, end = axis.pixel(profile.period.start), axis.pixel(profile.period.end + 1)
    sheet.rect(begin, top, end, y, BAND, layer="ground")
    axis.label(sheet, y, middle=True)
    undated = len(found) - len(drawn)
    said = [_("Day of registration not reported: {count}.").format(count=undated)] if undated else []
    y += 20
    for line in (line for text in said for line in wrapped(text, at.width / FINE / 0.57)):
        y += LINE
        sheet.text(0, y, line, MUTED, size=FINE)
    return sheet.picture(y + 4, lang, name, title, alt)


def _row(
    sheet: Sheet, row: Sequence[Act], label: str, axis: Years, at: Layout, y: float, radius: float
) -> float:
    """A category: its name and number, and its dots above a line; gives where it ends."""
    apart = 2 * radius + 1
    together = max(1, math.ceil(apart / axis.year))
    columns: dict[int, list[Act]] = {}
    for act in row:
        if act.registered:
            columns.setdefault((act.registered.year - axis.first) // together, []).append(act)
    lines = [label] if at.above else wrapped(label, (at.left - 10) / 12.5 / 0.54)
    head = LINE + 10 if at.above else 16
    stacked = max(map(len, columns.values()), default=0) * apart
    base = y + max(stacked, 0 if at.above else len(lines) * LINE) + head
    for number, line in enumerate(lines):
        sheet.text(0, y + LINE if at.above else base - 4 - (len(lines) - 1 - number) * LINE, line)
    axis.grid(sheet, y + (head - 4 if at.above else 0), base, middle=True)
    sheet.line(0, base, at.width, base, MUTED)
    for number, acts_ in columns.items():
        x = axis.pixel(axis.first + (number + 0.5) * together)
        for level, act in enumerate(sorted(acts_, key=lambda act: (list(STATES).index(act.state), act.id))):
            shape, filled = _LOOKS[act.state]
            place = (x, base - 2 - radius - level * apart)
            sheet.dot(*place, shape, _COLOUR if filled else "white", _COLOUR, radius)
    return base


# Words


def _title(found: Sequence[Act], period: Period, lang: str) -> str:
    """The finding: how many were registered in the period; where none was, when the latest was."""
    _ = i18n.translator(lang)
    conventions = [act for act in found if act.category != "protocol"] or list(found)
    years = [act.registered.year for act in conventions if act.registered]
    inside = sum(year in period.years for year in years)
    if len(conventions) == 1 and years:
        message = _("One convention, registered in {last}")
    elif inside:
        message = _("Registered in {period}: {count} of {total} conventions")
    elif years:
        message = _("None of {total} conventions was registered in {period}; the latest was in {last}")
    else:
        message = _("{total} conventions, without days of registration")
    span = i18n.span(period.start, period.end, lang)
    return message.format(
        period=span, count=inside, total=len(conventions), last=max(years, default="")
    )  # fmt: skip


def _alt(found: Sequence[Act], profile: Profile, lang: str) -> str:
    _ = i18n.translator(lang)
    rows = []
    for category, label in CATEGORIES.items():
        row = [act for act in found if act.category == category]
        if row:
            each = [
                i18n.named(_(said), str(n), lang)
                for state, said in STATES.items() if (n := sum(act.state == state for act in row))
            ]  # fmt: skip
            rows.append(f"{i18n.named(_(label), str(len(row)), lang)} ({', '.join(each)})")
    message = _("A dot for each convention of {organisation} that {partner} ratified, by year: {rows}.")
    both = {"partner": partner(profile, lang), "organisation": organisation(profile, lang)}
    return message.format(**both, rows=i18n.listed(rows, lang))


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The dots; None where no ratification with a day is reported."""
    _ = i18n.translator(lang)
    found = acts(profile, lang)
    if not any(act.registered for act in found):
        return None
    title, alt = _title(found, profile.period, lang), _alt(found, profile, lang)
    figures = [figure for figure in profile.family("standards") if figure.measure in _BEHIND]
    return Drawing(
        name="standards",
        title=title,
        unit=_("a dot for each convention, by year of registration; state on {date}").format(
            date=day(profile.as_of, lang)
        ),
        source=sources_of(profile, figures, lang),
        alt=alt,
        wide=_picture(found, profile, WIDE, lang, "standards", title, alt),
        narrow=_picture(found, profile, NARROW, lang, "standards-narrow", title, alt),
        table=_table(found, profile, lang),
        lang=lang,
    )


_BEHIND = ("standards.registered", "standards.not_denounced", "standards.in_force", "standards.protocols")

CHART = Chart("standards", draw)
