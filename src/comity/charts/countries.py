"""Where programmes run: a map with a point for each programme country, and the table of all of them.

What is published and what is stated are told apart by shape as well as by colour.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from comity import i18n
from comity.charts import Chart, Drawing, Picture, Table, _entries, _map
from comity.charts._entries import SAYS, Entry
from comity.charts._labels import money, own_name, source_name, sources_of, text_width, wrapped
from comity.charts._map import FINE, LINE, NARROW, WIDE, Layout, Mark, Point
from comity.charts._vega import COLOURS, MUTED
from comity.i18n import N_
from comity.model import Item, Profile

DISCLAIMER = N_(
    "The boundaries and names shown and the designations used on this map do not imply official "
    "endorsement or acceptance by the United Nations."
)
CAPTIONS = {
    "iati": N_("Programme countries, published in {source}"),
    "register": N_("Programme countries, stated in the register"),
    "both": N_("Programme countries"),
}
_PUBLISHED, _STATED = COLOURS["assessed"], "#b35900"
_CROWD = 30
"""More points than these are drawn smaller."""


@dataclass(frozen=True, slots=True)
class Place:
    """A programme country; `at` is its longitude and latitude, None where no point is known."""

    code: str
    entry: Entry
    at: Point | None

    @property
    def spend(self) -> Decimal | None:
        return self.entry.spend


# Facts


@cache
def points() -> dict[str, Point]:
    """Longitude and latitude of every party that has a point, by id, from the tables that ship."""
    text = (files("comity") / "starter" / "parties.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["longitude"]]
    return {row["id"]: (float(row["longitude"]), float(row["latitude"])) for row in rows}


def places(profile: Profile, lang: str, beside: bool = False) -> tuple[Place, ...]:
    """The programme countries, each once: by money, then activities, then name. `beside`: those of money
    that is of another report."""
    by_code: dict[str, list[Item]] = {}
    for item in _entries.items(profile, "countries", beside):
        if item.get("code"):
            by_code.setdefault(str(item["code"]), []).append(item)
    found = []
    for code, items in by_code.items():
        party = profile.names.get(code)
        stated = next(filter(None, (own_name(item, lang) for item in items)), code)
        name = i18n.party_name(party, lang) if party else stated
        found.append(Place(code, _entries.entry(name, items, lang), points().get(code)))

    def first(place: Place) -> tuple[Decimal, int, str, str]:
        one = place.entry
        return -(one.spend or Decimal(0)), -(one.activities or 0), i18n.sort_key(one.name), place.code

    return tuple(sorted(found, key=first))


def table(profile: Profile, lang: str) -> Table | None:
    """Every programme country and what says so; None when there is none."""
    _ = i18n.translator(lang)
    return _entries.table([place.entry for place in places(profile, lang)], _("Country"), CAPTIONS, lang)


# The drawing


def _most(found: Sequence[Place]) -> Decimal | None:
    """The amount that the largest circle stands for; None where there is nothing to compare."""
    known = [place.spend for place in found if place.spend is not None]
    return max(known) if len(known) > 1 and max(known) > 0 else None


def _radius(spend: Decimal | None, most: Decimal | None, at: Layout) -> float:
    """By area; an amount that is not reported, or below zero (R3), is a small point."""
    return max(at.small, round(at.large * math.sqrt(max(0, spend or 0) / most), 1)) if most else at.small


_LOOKS = {
    "iati": ("circle", _PUBLISHED, "white", 0.7),
    "open": ("circle", "white", _PUBLISHED, -0.7),
    "ring": ("circle", "white", _STATED, 3),
    "register": ("diamond", "white", _STATED, 0),
    "sizes": ("circle", "white", MUTED, -0.7),
}
"""Shape, fill, stroke, and how much wider it is drawn, for half of a stroke lies inside."""


def _dot(kind: str, x: float, y: float, r: float, known: bool = True) -> Iterator[tuple[str, Mark]]:
    """The marks of a point. A ring goes around what both say, with a gap between: it is seen without
    colour, too. Where amounts are compared, a point without a `known` one is open."""
    for look in ("ring", "iati") if kind == "both" else (kind,):
        shape, fill, stroke, wider = _LOOKS["open" if look == "iati" and not known else look]
        size = round((2 * (r + wider)) ** 2, 1)
        yield "dots", {"x": x, "y": y, "size": size, "shape": shape, "fill": fill, "stroke": stroke}


def _round_amount(amount: Decimal, lang: str) -> str:
    """An amount of one digit and zeros, without decimals."""
    millions = i18n.whole(amount / 1_000_000, lang)
    return money(amount, lang).replace(i18n.millions(amount, lang), millions)


def _legend(found: Sequence[Place], at: Layout, lang: str) -> tuple[int, list[tuple[str, Mark]]]:
    """How high it is, and its marks: the kinds that occur, then circles to compare with."""
    _ = i18n.translator(lang)
    occurring = [kind for kind in SAYS if any(place.entry.kind == kind for place in found)]
    entries = [(k, at.small, _(SAYS[k]).format(source=source_name("iati", lang))) for k in occurring]
    if most := _most(found):
        if any(place.spend is None and place.entry.kind != "register" for place in found):
            entries.append(("open", at.small, _("spending not reported")))
        power = Decimal(10) ** most.adjusted()
        largest = next(n for n in (5, 2, 1) if n * power <= most) * power
        for amount in (largest / 10, largest):
            if _radius(amount, most, at) > at.small + 1:
                entries.append(("sizes", _radius(amount, most, at), _round_amount(amount, lang)))
    marks: list[tuple[str, Mark]] = []
    x, y = 0.0, max(r for _, r, _ in entries) + 2
    for kind, r, label in entries:
        wide = 2 * r + 12 + text_width(label)
        if x and x + wide > at.width:
            x, y = 0.0, y + 26
        marks += _dot(kind, x + r + 3, y, r)
        marks.append(("legend", {"x": x + 2 * r + 12, "y": y + 4.5, "lines": label}))
        x += wide + 20
    return round(y + max(r for _, r, _ in entries) + 11), marks


def _picture(found: Sequence[Place], at: Layout, lang: str, name: str, title: str, alt: str) -> Picture:
    _ = i18n.translator(lang)
    if len(found) > _CROWD:
        at = at._replace(large=at.large * 0.8, small=at.small * 0.8)
    top, marks = _legend(found, at, lang)
    seen = [(place.entry, place.at) for place in found if place.at]
    within = _map.frame([point for _, point in seen], at, top)
    bottom = top + within.height
    most = _most(found)
    shown = [(one, _radius(one.spend, most, at), within.pixel(point)) for one, point in seen]
    for one, r, (x, y) in shown:
        marks += _dot(one.kind, x, y, r, not most or one.spend is not None)
    spots = [(one.name, r + 3 * (one.kind == "both"), spot) for one, r, spot in shown]
    marks += _map.names(spots, at.names, within)
    lost = [place.entry.name for place in found if not place.at]
    said = [_("Not on the map: {names}.").format(names=i18n.listed(lost, lang))] if lost else []
    foot = [line for text in (*said, _(DISCLAIMER)) for line in wrapped(text, at.width / FINE / 0.57)]
    marks += [("foot", {"x": 0, "y": bottom + 18 + n * LINE, "lines": line}) for n, line in enumerate(foot)]
    return _map.picture(marks, within, bottom + 8 + len(foot) * LINE, lang, name, title, alt)


# Words


def _title(found: Sequence[Place], lang: str) -> str:
    """The finding: where most money goes, as far as that is known of them; else how many countries there
    are, and what says so."""
    _ = i18n.translator(lang)
    source, first, count = source_name("iati", lang), found[0].entry, len(found)
    known = sum(place.spend is not None for place in found)
    published = sum(place.entry.kind != "register" for place in found)
    stated = sum(place.entry.kind != "iati" for place in found)
    if count == 1:
        message = _("One programme country: {country}")
    elif first.spend and first.spend > 0:
        message = _("{country} comes first among {count} programme countries, with {amount}")
        if known == 1:
            message = _("{count} programme countries; spending is reported for one, {country}: {amount}")
        elif known < count:
            message = _(
                "{count} programme countries; of the {known} with spending reported, {country} comes first: "
                "{amount}"
            )
    elif not published:
        message = _("{count} programme countries, as stated in the register")
    elif not stated:
        message = _("{count} programme countries, published in {source}")
    else:
        message = _(
            "{count} programme countries: {published} published in {source}, {stated} stated in the register"
        )
    return message.format(
        country=first.name, count=count, amount=money(first.spend or Decimal(0), lang), source=source,
        published=published, stated=stated, known=known,
    )  # fmt: skip


def _alt(found: Sequence[Place], lang: str) -> str:
    _ = i18n.translator(lang)

    def named(one: Entry) -> str:
        return one.name if one.spend is None else f"{one.name} ({money(one.spend, lang)})"

    groups = []
    for kind, label in SAYS.items():
        if names := [named(place.entry) for place in found if place.entry.kind == kind]:
            said = _(label).format(source=source_name("iati", lang))
            groups.append(i18n.named(said, ", ".join(names), lang))
    return _("Map with a point for each programme country; {groups}.").format(
        groups=i18n.listed(groups, lang)
    )


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The map; None where no programme country has a point."""
    _ = i18n.translator(lang)
    found, behind = places(profile, lang), table(profile, lang)
    if behind is None or not any(place.at for place in found):
        return None
    title, alt = _title(found, lang), _alt(found, lang)
    sizes = _("a point for each country; area of a circle: US$ spent")
    figures = [figure for figure in profile if figure.measure == "programmes.countries"]
    sources = (sources_of(profile, figures, lang), _("outlines: {name}").format(name=_map.OUTLINES))
    return Drawing(
        name="countries",
        title=title,
        unit=sizes if _most(found) else _("a point for each country"),
        source=i18n.listed(filter(None, sources), lang),
        alt=alt,
        wide=_picture(found, WIDE, lang, "countries", title, alt),
        narrow=_picture(found, NARROW, lang, "countries-narrow", title, alt),
        table=behind,
        lang=lang,
    )


CHART = Chart("countries", draw)
