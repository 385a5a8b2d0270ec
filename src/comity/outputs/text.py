"""The terminal: the whole profile on one calm screen, 100 columns wide, in colour only for a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from comity import i18n
from comity.charts import Cell, Table, fundamental
from comity.charts._labels import source_name, verdict
from comity.model import Check, Figure, Profile, Verdict
from comity.outputs import Output, _parts, _sections, _story, _summary, _verdicts, _wording

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

WIDTH = 100
_INDENT = 2
_UNSEEN = dict.fromkeys(
    [*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " "
)
"""Control characters of terminals and of writing direction: a name must not steer the screen."""
_HELD = {0xA0: "\ue0a0", 0x202F: "\ue0a1"}
_RELEASED = {0xE0A0: "\u00a0", 0xE0A1: "\u202f"}
"""rich breaks lines at spaces that must not break, so they go by other characters while it works."""


def _clean(text: str) -> str:
    return i18n.one_line(text.translate(_UNSEEN)).translate(_HELD)


def _words(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(_clean(text), style)


def _indented(what: RenderableType, by: int = _INDENT) -> RenderableType:
    from rich.padding import Padding

    return Padding(what, (0, 0, 0, by))


def _cell(cell: Cell) -> Text:
    text = _words(cell.text, "dim" if cell.kind in ("missing", "zero") else "")
    if cell.mark and cell.text:
        text.append(f" ({_clean(cell.mark)})", "dim")
    return text


def _grid(table: Table) -> RenderableType:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim", collapse_padding=True
    )
    for number, column in enumerate(table.columns):
        numeric = all(row[number].kind != "text" for row in table.rows)
        grid.add_column(_words(column), justify="right" if numeric else "left", overflow="fold")
    for number, row in enumerate(table.rows):
        last = table.total and number == len(table.rows) - 1
        if last:
            grid.add_section()
        grid.add_row(*(_cell(cell) for cell in row), style="bold" if last else "")
    return grid


def _figures(figures: Iterable[Figure], profile: Profile, lang: str) -> RenderableType:
    from rich.table import Table as Grid

    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(width=44)
    grid.add_column(justify="right", min_width=20, no_wrap=True)
    grid.add_column(style="dim")
    for figure in figures:
        said = i18n.listed((*_wording.remarks(figure, lang), *_wording.stands_on(figure, lang)[2:]), lang)
        name = _words(_wording.label(figure.measure, lang))
        grid.add_row(name, _words(_wording.value(figure, lang), "bold"), _words(said))
        for words, _claim_id in _verdicts.beside(figure, profile, lang):
            grid.add_row(_indented(_words(words, "dim")))
    return grid


def _fundamental(profile: Profile, lang: str) -> Iterator[RenderableType]:
    """The fundamental conventions by subject, by their numbers."""
    from rich.text import Text

    _ = i18n.translator(lang)
    subjects: dict[str, list[fundamental.Convention]] = {}
    for convention in fundamental.conventions(profile, lang):
        subjects.setdefault(fundamental.subject(convention.subject, lang), []).append(convention)
    rows = tuple(
        (
            Cell(name),
            Cell(", ".join(c.id for c in group if c.ratified is not None)),
            Cell(", ".join(c.id for c in group if c.ratified is None)),
        )
        for name, group in subjects.items()
    )
    if rows:
        yield _grid(Table("", (_("Fundamental conventions"), _("Ratified"), _("Not ratified")), rows))
        yield Text()


def _listing(listing: _parts.Listing, short: bool, noted: bool, lang: str) -> Iterator[RenderableType]:
    """`short`: conventions by their numbers, since the doubts about them are listed below. `noted`: with
    what holds for all names."""
    from rich.text import Text

    text = _words(listing.title, "dim").append("\n")
    cells = [_words(cell.text.split()[0]) if short else _cell(cell) for cell in listing.items]
    between = ", " if short else i18n.listed(("", ""), lang).translate(_HELD)
    text.append(Text(between).join(cells))
    yield text
    if noted and listing.note:
        yield _indented(_words(listing.note, "dim"))
    yield Text()


_LED = ("programmes",)
"""Sections whose first sentences are no explanation: they say whose report it is."""


def _table(table: Table, named: bool) -> Iterator[RenderableType]:
    """`named`: with its caption, where the section's heading is not enough."""
    from rich.text import Text

    if named:
        yield _words(table.caption, "dim")
    yield _grid(table)
    for note in table.notes:
        yield _indented(_words(note, "dim"))
    yield Text()


def _section(profile: Profile, section: _parts.Section, lang: str) -> Iterator[RenderableType]:
    from rich.text import Text

    standards = section.name == "standards"
    yield _figures(section.figures, profile, lang)
    yield Text()
    led = section.name in _LED
    if led and section.lead:
        yield from (_words(sentence, "dim") for sentence in section.lead)
        yield Text()
    if standards:
        yield from _fundamental(profile, lang)
    for part in section.parts:
        if isinstance(part, _parts.Listing):
            yield from _listing(part, standards, led, lang)
        elif isinstance(part, Table) and not standards:
            yield from _table(part, led)


def _bullets(sentences: Iterable[str]) -> Iterator[RenderableType]:
    from rich.table import Table as Grid

    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for sentence in sentences:
        grid.add_row("–", _words(sentence))
    yield grid


def _gaps(profile: Profile, lang: str) -> tuple[str, ...]:
    by_mark: dict[str, list[str]] = {}
    for facts, why in _story.uncertain(profile, lang):
        by_mark.setdefault(why.partition(". ")[0], []).append(facts)
    doubts = (f"{', '.join(facts)} – {mark}" for mark, facts in by_mark.items())
    return (*_story.gaps(profile, lang), *doubts)


def _sources(profile: Profile, lang: str) -> Iterator[str]:
    for note in profile.sources:
        files = ", ".join(f"{name} {digest[:12]}" for digest, name, _ in note.snapshots)
        said = i18n.listed((note.title, note.publisher), lang)
        yield f"{i18n.named(source_name(note.name, lang), said, lang)}. {files}"


def _show(console: Console, profile: Profile, lang: str) -> None:
    from rich.text import Text

    _ = i18n.translator(lang)

    def heading(text: str) -> None:
        console.print(_words(text, "bold cyan"))

    console.print(_words(_wording.title(profile, lang), "bold"))
    console.print(_words(f"{_wording.period(profile.period, lang)} · {_wording.dates(profile, lang)}", "dim"))
    console.print()
    console.print(_words(" ".join(_story.summary(profile, lang))))
    console.print()
    for section in _sections.sections(profile, lang):
        heading(section.title)
        for part in _section(profile, section, lang):
            console.print(part if isinstance(part, Text) and not part.plain else _indented(part))
    if said := _gaps(profile, lang):
        heading(_("What the sources do not say"))
        for part in _bullets(said):
            console.print(_indented(part))
        console.print()
    if profile.sources:
        heading(_("Sources"))
        for part in _bullets(_sources(profile, lang)):
            console.print(_indented(part))
        console.print()
    console.print(_words(_("Notes, licences and the rows behind the figures: --format html"), "dim"))
    console.print(_words(_wording.command(profile), "dim"), soft_wrap=True)


# A check of claims

_COLOURS = {
    "contradicts_page": "red", "differs": "red", "stale": "yellow", "source_gap": "magenta",
    "compatible": "green", "agrees": "green",
}  # fmt: skip


def _claim(found: Verdict, check: Check, lang: str) -> Iterator[RenderableType]:
    from rich.text import Text

    _ = i18n.translator(lang)
    name = _words(_wording.label(found.claim.measure, lang), "bold")
    name.append(f"  {_clean(_verdicts.when(found, lang))}  {_clean(found.claim.id)}", "dim")
    yield name
    numbers = i18n.listed(
        (
            i18n.named(_("stated"), _verdicts.stated(found.claim, check.names, lang), lang),
            i18n.named(_("computed"), _verdicts.computed(found, lang), lang),
            i18n.named(_("difference"), _verdicts.difference(found, lang), lang),
        ),
        lang,
    )
    yield _indented(_words(numbers))
    told = _verdicts.explanation(found, check.names, lang)
    agree = found.name in ("agrees", "partial")
    if sentences := told.responses if agree else _verdicts.explained_briefly(told, lang):
        yield _indented(_words(" ".join(sentences), "dim"))
    if command := _verdicts.evidence(found):
        yield _indented(_words(command, "cyan"))
    yield Text()


def _show_check(console: Console, check: Check, lang: str) -> None:
    from rich.text import Text

    _ = i18n.translator(lang)
    console.print(_words(_summary.title(check, lang), "bold"))
    console.print(_words(_("We say what two sources state, never that one of them is wrong."), "dim"))
    console.print()
    if not check.verdicts:
        console.print(_words(_("There is no claim to check.")))
        return
    for table in _summary.tables(check, lang):
        if table.caption:
            console.print(_words(table.caption, "dim"))
        console.print(_indented(_grid(table)))
        console.print()
    many = len({(v.claim.partner, v.claim.organisation) for v in check.verdicts}) > 1
    for name in _summary.by_verdict(check.verdicts):
        console.print(_words(verdict(name, lang).capitalize(), f"bold {_COLOURS.get(name, 'cyan')}"))
        pair = ""
        for found in (v for v in check.verdicts if v.name == name):
            if many and pair != (pair := f"{found.claim.partner} – {found.claim.organisation}"):
                console.print(_words(pair, "dim"))
            for part in _claim(found, check, lang):
                console.print(part if isinstance(part, Text) and not part.plain else _indented(part))


def check(given: Check, lang: str) -> bytes:
    """A check of claims as plain text, worst first."""
    return _printed(lambda console: _show_check(console, given, lang), colourful=False)


def painted_check(given: Check, lang: str) -> bytes:
    """A check of claims with a terminal's colours."""
    return _printed(lambda console: _show_check(console, given, lang), colourful=True)


def _printed(show: Callable[[Console], None], colourful: bool) -> bytes:
    from rich.console import Console

    text = io.StringIO()
    console = Console(
        file=text, width=WIDTH, force_terminal=colourful, color_system="standard" if colourful else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    show(console)
    lines = (line.rstrip() for line in text.getvalue().translate(_RELEASED).splitlines())
    return ("\n".join(lines).strip("\n") + "\n").encode()


def render(profile: Profile, lang: str) -> bytes:
    """The page as plain text."""
    return _printed(lambda console: _show(console, profile, lang), colourful=False)


def painted(profile: Profile, lang: str) -> bytes:
    """The page as text with a terminal's colours."""
    return _printed(lambda console: _show(console, profile, lang), colourful=True)


OUTPUT = Output(
    "text", ".txt", "text/plain", render, painted=painted, check=check, painted_check=painted_check
)
