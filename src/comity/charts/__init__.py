"""What a picture says: each chart turns a `Profile`, or claims, into a `Drawing`, one file per chart.

A drawing is never alone: it carries its finding as a title, a text for those who do not see it, and
the table that stands behind it. Files that only need the table never pay for the drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from comity import i18n, shelf
from comity.charts import _picture
from comity.charts._picture import Picture as Picture
from comity.model import Party, Profile, Verdict

Kind: TypeAlias = Literal["text", "amount", "zero", "missing"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `mark` qualifies it in a word or two, `note` explains it; `link` is the web address it
    leads to, `anchor` what links to the row can name."""

    text: str
    kind: Kind = "text"
    mark: str = ""
    note: str = ""
    link: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows ready to be read; the first cell of a row names it, the last row may be a `total`."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished chart, but for drawing it: `wide` is 644 pixels wide or less, `narrow` the same for a phone
    (or the same one)."""

    name: str
    title: str
    unit: str
    source: str
    alt: str
    wide: Picture
    narrow: Picture
    table: Table
    lang: str

    def standalone(self) -> Picture:
        """The wide picture as it goes elsewhere: with title, unit and source written into it, on white."""
        _ = i18n.translator(self.lang)
        source = _("Source: {name}").format(name=self.source)
        return _picture.alone(self.wide, self.title, self.unit, source)

    def png(self, scale: float = 2) -> bytes:
        """The same as PNG, `scale` pixels for each of the SVG."""
        return self.standalone().png(scale)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with a name; `draw` gives None where the profile holds nothing to show. `of_claims` draws
    the claims on one organisation without a profile, from the verdicts and the parties they name."""

    name: str
    draw: Callable[[Profile, str], Drawing | None]
    of_claims: Callable[[Sequence[Verdict], Mapping[str, Party], str], Drawing | None] | None = None


@cache
def shelved() -> dict[str, Chart]:
    """Every chart by name, from the files of this folder."""
    return shelf.find("comity.charts", Chart)


def drawn(profile: Profile, lang: str) -> dict[str, Drawing]:
    """The charts that `profile` has something for, by name."""
    drawings = ((name, chart.draw(profile, lang)) for name, chart in shelved().items())
    return {name: drawing for name, drawing in drawings if drawing is not None}
