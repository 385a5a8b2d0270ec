"""Charts of the lists, drawn as SVG text: bars beside the rows of a table, and small columns by year.

A drawing holds no colour or size that a style sheet would have to give it, so that it looks the same in
print. What is not reported is an empty frame, never a bar of no height (R38); amounts below zero hang below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from markupsafe import Markup

from comity.charts._vega import COLOURS, MUTED, PAPER, RULE

Parts = Mapping[str, Decimal]
"""Amounts by type of money, in the order in which they stand."""
_ZERO = Decimal(0)
_LEAST = 0.8
"""An amount is never drawn so small that it is not seen."""
_EACH = 8
"""Years up to which every one is named."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest amount that drawings beside each other reach to."""

    low: Decimal
    high: Decimal

    def height(self, amount: Decimal, whole: float) -> float:
        """How high an amount stands in a drawing that is `whole` high."""
        return float(amount / (self.high - self.low)) * whole


def scale(series: Iterable[Mapping[int, Parts | None]]) -> Scale:
    """One scale for all of `series` (by year the parts of the amount, None where it is not reported)."""
    sums = [(_under(parts), _over(parts)) for one in series for parts in one.values() if parts is not None]
    low, high = min((low for low, _ in sums), default=_ZERO), max((high for _, high in sums), default=_ZERO)
    return Scale(low, high if high > low else low + 1)


def _over(parts: Parts) -> Decimal:
    return sum((amount for amount in parts.values() if amount > 0), _ZERO)


def _under(parts: Parts) -> Decimal:
    return sum((amount for amount in parts.values() if amount < 0), _ZERO)


def _rect(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{more}/>'


def bar(parts: Parts, largest: Decimal, alt: str) -> Markup:
    """A bar as long as the amount beside the `largest`; it stretches to the cell that it stands in."""
    at, shapes = 0.0, []
    for type_, amount in parts.items():
        if amount > 0 and largest > 0:
            width = max(float(amount / largest) * 1000, _LEAST)
            shapes.append(_rect(at, 0, width, 14, COLOURS[type_]))
            at += width
    words = f"<title>{escape(alt)}</title>"
    svg = f'<svg class="bar" role="img" viewBox="0 0 1000 14" preserveAspectRatio="none">{words}'
    return Markup(f"{svg}{''.join(shapes)}</svg>")  # noqa: S704 — our own numbers, and words that are escaped


def key(type_: str) -> Markup:
    """The square of a legend; the words beside it say what it means."""
    square = _rect(0, 0, 12, 12, COLOURS[type_])
    svg = f'<svg class="square" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{square}</svg>'
    return Markup(svg)  # noqa: S704 — nothing in it comes from outside


def columns(
    name: str, title: str, alt: str, years: Sequence[int], series: Mapping[int, Parts | None], by: Scale,
    width: int = 200, height: int = 84,
) -> Markup:  # fmt: skip
    """A column for each year, stacked by type. `name` makes its ids; `title` and `alt` are read aloud."""
    step = width / max(len(years), 1)
    thick, zero = min(step * 0.72, 34), by.height(by.high, height) if by.high > 0 else 0.0
    shapes = [f'<path d="M0,{zero:.2f}H{width}" stroke="{RULE}"/>']
    for place, year in enumerate(years):
        x, parts = place * step + (step - thick) / 2, series.get(year)
        if parts is None:
            frame = f' stroke="{MUTED}" stroke-dasharray="2 2" stroke-width=".75"'
            shapes.append(_rect(x, 1, thick, height - 2, PAPER, frame))
        else:
            shapes += _stack(x, zero, thick, parts, by, height)
    shapes += _named(years, step, width, height)
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(alt)}</desc>'
    svg = (
        f'<svg class="columns-by-year" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'viewBox="0 0 {width} {height + 18}" font-size="12">'
    )
    return Markup(f"{svg}{words}{''.join(shapes)}</svg>")  # noqa: S704 — words are escaped


def _stack(x: float, zero: float, thick: float, parts: Parts, by: Scale, height: float) -> list[str]:
    shapes, up, down = [], zero, zero
    for type_, amount in parts.items():
        if not amount:
            continue
        tall = max(by.height(abs(amount), height), _LEAST)
        if amount > 0:
            up -= tall
        shapes.append(_rect(x, up if amount > 0 else down, thick, tall, COLOURS[type_]))
        if amount < 0:
            down += tall
    return shapes


def _named(years: Sequence[int], step: float, width: float, height: float) -> list[str]:
    """Years under the columns: each one, or of many the first and the last."""
    if len(years) > _EACH or step < 34:
        ends = [(0.0, "start", years[0]), (width, "end", years[-1])] if len(years) > 1 else []
        shown = ends or [(width / 2, "middle", years[0])]
    else:
        shown = [(place * step + step / 2, "middle", year) for place, year in enumerate(years)]
    return [
        f'<text x="{x:.2f}" y="{height + 14:.2f}" text-anchor="{anchor}" fill="{MUTED}">{year}</text>'
        for x, anchor, year in shown
    ]
