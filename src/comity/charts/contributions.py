"""What the partner gave, by year and type: stacked bars, and the exact table behind them.

A year that is not reported is a labelled gap, never a bar of no height (R38); amounts below zero
are drawn below zero (R3).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Table
from comity.charts._labels import TYPES, money, partner, runs, sources_of
from comity.charts._vega import COLOURS, CONFIG, INK, MUTED, PAPER, svg
from comity.i18n import N_
from comity.model import Figure, Profile

_MILLION = Decimal(1_000_000)
Slot = tuple[int, int]


def _by_type(profile: Profile) -> dict[str, Figure]:
    """The figures of the types that are reported for a year at least."""
    found = {type_: profile.get(f"contributions.{type_}") for type_ in TYPES}
    return {type_: figure for type_, figure in found.items() if figure and figure.value is not None}


def _amounts(figure: Figure | None) -> dict[int, Decimal | None]:
    return dict((figure.by_year if figure else None) or {})


def _slots(profile: Profile) -> list[Slot]:
    """The years one by one; where nothing at all is reported for two years or more, one slot."""
    total = _amounts(profile.get("contributions.total"))
    silent = [year for year in profile.period.years if total.get(year) is None]
    spoken = [(year, year) for year in profile.period.years if total.get(year) is not None]
    return sorted([*runs(silent), *spoken])


def _cell(figure: Figure | None, slot: Slot, lang: str) -> Cell:
    _ = i18n.translator(lang)
    amount = _amounts(figure).get(slot[0])
    if figure is None or amount is None:
        return Cell(_("not reported"), "missing")
    if str(slot[0]) in figure.flagged("no_row"):
        return Cell(i18n.usd(Decimal(0), lang), "zero", _("no row"))
    missing = (flag.partition(":") for flag in figure.flagged("not_reported"))
    partial = any(year == str(slot[0]) and _known(figure, type_) for type_, _sep, year in missing)
    return Cell(i18n.usd(amount, lang), "amount", _("partial") if partial else "")


def _sum(figure: Figure | None, lang: str) -> Cell:
    _ = i18n.translator(lang)
    if figure is None or not isinstance(figure.value, Decimal):
        return Cell(_("not reported"), "missing")
    types = {flag.partition(":")[0] for flag in figure.flagged("not_reported")}
    gaps = [year for year, amount in (figure.by_year or {}).items() if amount is None]
    partial = bool(gaps) or any(_known(figure, type_) for type_ in types)
    return Cell(i18n.usd(figure.value, lang), "amount", _("partial") if partial else "")


def _known(total: Figure, type_: str) -> bool:
    """Whether a type missing from a total is missing in some years only."""
    missing = [flag for flag in total.flagged("not_reported") if flag.startswith(f"{type_}:")]
    return len(missing) < len(total.by_year or ())


def table(profile: Profile, lang: str) -> Table | None:
    """By year and type, to the cent; None when no type is reported at all."""
    _ = i18n.translator(lang)
    figures = _by_type(profile)
    if not figures:
        return None
    total = profile.get("contributions.total")
    rows = [
        (
            Cell(i18n.span(*slot, lang)),
            *(_cell(figure, slot, lang) for figure in figures.values()),
            _cell(total, slot, lang),
        )
        for slot in _slots(profile)
    ]
    last = (
        Cell(_("All years") if len(rows) > 1 else _("Period")),
        *(_sum(figure, lang) for figure in figures.values()),
        _sum(total, lang),
    )
    left_out = [_(label) for type_, label in TYPES.items() if type_ not in figures]
    notes = [_("In US dollars. The total adds up the types that are reported.")]
    if any(cell.kind == "zero" for row in rows for cell in row):
        notes.append(
            _("“no row”: the source reports that year, without a row for this partner; it counts as zero.")
        )
    if left_out:
        notes.append(
            _("Not reported for any of these years: {types}.").format(types=i18n.listed(left_out, lang))
        )
    return Table(
        caption=_("Contributions by year and type, in US dollars"),
        columns=(_("Year"), *(_(TYPES[type_]) for type_ in figures), _("Total")),
        rows=(*rows, last),
        total=True,
        notes=tuple(notes),
    )


# The drawing


@cache
def _template(
    width: int, height: int, slots: int, labels: tuple[str, ...], colours: tuple[str, ...]
) -> dict[str, Any]:
    """The Vega-Lite spec without data; building it with Altair is what takes time."""
    import altair as alt

    narrow = width < 500
    axis = alt.Axis(
        title=None,
        labelAngle=0,
        ticks=False,
        labelPadding=8,
        labelExpr="split(datum.label, '|')",
        labelOverlap=False,
    )
    x = alt.X("slot:O", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2))
    scale = alt.Scale(domain=list(labels), range=list(colours))
    legend = alt.Legend(
        orient="top", title=None, direction="vertical" if narrow else "horizontal",
        columns=1 if narrow else 4, symbolType="square", offset=16, rowPadding=4, columnPadding=28,
    )  # fmt: skip
    fill = alt.Color("type:N", scale=scale, legend=legend, sort=None)
    amounts = alt.Y(
        "value:Q", stack="zero",
        axis=alt.Axis(title=None, tickCount=5, domain=False, ticks=False, labelPadding=6),
    )  # fmt: skip

    def data(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    gaps = data("gaps").mark_bar(fill=PAPER, stroke=MUTED, strokeWidth=1, strokeDash=[3, 3])
    words = data("gaps").mark_text(angle=270, color=MUTED, fontSize=13)
    bars = data("amounts").mark_bar(stroke="white", strokeWidth=0.75)
    sums = data("totals").mark_text(dy=-8, color=INK, fontSize=13 if slots < 9 else 12)
    silent = data("silent").mark_point(shape="circle", filled=False, size=46, strokeWidth=1.6)
    captions = data("captions").mark_text(align="left", color=MUTED, fontSize=12.5)
    row = alt.Y("row:Q", scale=None)
    layers = (
        # The bars come first: they have every year, in order, and so set the order of the axis.
        bars.encode(x=x, y=amounts, color=fill, order="order:Q"),
        gaps.encode(x=x, y=alt.value(0), y2=alt.value(height)),
        data("zero").mark_rule(color=MUTED).encode(y=alt.Y("value:Q")),
        words.encode(x=x, y=alt.value(height / 2), text="label:N"),
        sums.encode(x=x, y=alt.Y("top:Q"), text="label:N"),
        silent.encode(x=x, y=row, color=alt.Color("type:N", scale=scale, legend=None)),
        captions.encode(x=alt.value(0), y=row, text="label:N"),
    )
    chart = alt.layer(*layers).properties(width=width, height=height, padding=4)
    chart = chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}


def _slot_label(slot: Slot, short: bool, lang: str) -> str:
    if slot[0] != slot[1]:
        return f"{slot[0]}{i18n.DASHES[lang]}|{slot[1]}"
    return f"’{slot[0] % 100:02d}" if short else str(slot[0])


def _short(number: Decimal, lang: str) -> str:
    """A label for a bar: one decimal, but an amount is never rounded to nothing."""
    if number == 0:
        return "0"
    return "≈ 0" if abs(number) < Decimal("0.05") else i18n.millions(number * _MILLION, lang, 1)


def _unit(profile: Profile) -> tuple[Decimal, str]:
    """US$ million, or US$ thousand where no year comes to a million."""
    total = _amounts(profile.get("contributions.total"))
    largest = max((abs(amount) for amount in total.values() if amount is not None), default=Decimal(0))
    return (_MILLION, N_("US$ million")) if largest >= _MILLION else (Decimal(1000), N_("US$ thousand"))


def _data(profile: Profile, lang: str, width: int, height: int) -> dict[str, list[dict[str, Any]]]:
    _ = i18n.translator(lang)
    figures, slots, scale = _by_type(profile), _slots(profile), _unit(profile)[0]
    totals = _amounts(profile.get("contributions.total"))
    narrow = width < 500
    short = len(slots) > (7 if narrow else 16)
    names = {slot: _slot_label(slot, short, lang) for slot in slots}
    data: dict[str, list[dict[str, Any]]] = {
        "gaps": [], "amounts": [], "totals": [], "silent": [], "captions": [], "zero": [{"value": 0}]
    }  # fmt: skip
    for slot in slots:
        if totals.get(slot[0]) is None:
            data["gaps"].append({"slot": names[slot], "label": _("not reported")})
    for slot in slots:
        year = slot[0]
        parts = {type_: _amounts(figure).get(year) for type_, figure in figures.items()}
        told = [amount for amount in parts.values() if amount is not None]
        for order, (type_, amount) in enumerate(parts.items()):
            # A slot without an amount still takes its place in the row of years.
            value = float((amount or Decimal(0)) / scale)
            data["amounts"].append(
                {"slot": names[slot], "type": _(TYPES[type_]), "value": value, "order": order}
            )
        if told and not short:
            top = sum((amount for amount in told if amount > 0), Decimal(0))
            label = _short(sum(told, Decimal(0)) / scale, lang)
            data["totals"].append({"slot": names[slot], "top": float(top / scale), "label": label})
    row = height + 42 + (14 if any(first != last for first, last in slots) else 0)
    for type_, figure in figures.items():
        silent = [
            slot
            for slot in slots
            if _amounts(figure).get(slot[0]) is None and totals.get(slot[0]) is not None
        ]
        if not silent:
            continue
        data["silent"] += [{"slot": names[slot], "type": _(TYPES[type_]), "row": row} for slot in silent]
        said = _("○ {type}: not reported that year").format(type=_(TYPES[type_]))
        data["captions"].append({"row": row + 20, "label": said})
        row += 46
    return data


def _title(profile: Profile, lang: str) -> str:
    """The finding: the year with the largest total, or the only one."""
    _ = i18n.translator(lang)
    told = {y: v for y, v in _amounts(profile.get("contributions.total")).items() if v is not None}
    peak = max(told, key=lambda year: (told[year], -year))
    if not any(told.values()):
        return _("The amounts of these years add up to nothing")
    if len(told) == 1:
        return _("{amount} in {year}").format(amount=money(told[peak], lang), year=peak)
    return _("The largest year was {year}, with {amount}").format(year=peak, amount=money(told[peak], lang))


def _alt(profile: Profile, lang: str, behind: Table) -> str:
    _ = i18n.translator(lang)
    said = [
        _("{year}: {amount}").format(year=row[0].text, amount=row[-1].text) for row in behind.rows[:-1]
    ]  # fmt: skip
    message = _("Stacked bars of what {partner} gave by year and type. Totals in US dollars: {totals}.")
    return message.format(partner=partner(profile, lang), totals=i18n.listed(said, lang))


def draw(profile: Profile, lang: str) -> Drawing | None:
    """The chart; None when no type is reported, or nothing but zeros."""
    behind, figures = table(profile, lang), _by_type(profile)
    if behind is None or not any(amount for f in figures.values() for amount in _amounts(f).values()):
        return None
    _ = i18n.translator(lang)
    title, alt = _title(profile, lang), _alt(profile, lang, behind)
    labels = tuple(_(TYPES[type_]) for type_ in figures)
    colours = tuple(COLOURS[type_] for type_ in figures)

    def at(width: int, height: int, name: str) -> str:
        template = _template(width, height, len(_slots(profile)), labels, colours)
        return svg(template, _data(profile, lang, width, height), lang, name, title, alt)

    return Drawing(
        name="contributions",
        title=title,
        unit=_(_unit(profile)[1]),
        source=sources_of(profile, profile.family("contributions"), lang),
        alt=alt,
        svg=at(640, 260, "contributions"),
        narrow=at(348, 260, "contributions-narrow"),
        table=behind,
    )


CHART = Chart("contributions", draw)
