"""Markdown that an officer can paste: GitHub tables, nothing from the data read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity import i18n
from comity.charts import Table
from comity.charts._labels import source_name
from comity.model import Figure, Profile
from comity.outputs import Output, _check_md, _parts, _sections, _story, _verdicts, _wording
from comity.outputs._markdown import block, cell_text, escaped, table_lines


def _figures(figures: Iterable[Figure], profile: Profile, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    rows = []
    for figure in figures:
        pages = (words for words, _claim in _verdicts.beside(figure, profile, lang))
        remarks = i18n.listed((*_wording.remarks(figure, lang), *pages), lang)
        stated = escaped(_wording.value(figure, lang)) + (f" ({escaped(remarks)})" if remarks else "")
        basis = escaped(i18n.listed(_wording.stands_on(figure, lang), lang))
        rows.append(
            [escaped(_wording.label(figure.measure, lang)), stated, basis, i18n.whole(figure.rows, lang)]
        )
    if rows:
        yield from table_lines((_("Figure"), _("Value"), _("Basis"), _("Rows")), rows, 1)


def _section(section: _parts.Section, profile: Profile, lang: str) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    yield ""
    yield from _figures(section.figures, profile, lang)
    for sentence in section.lead:
        yield escaped(sentence)
        yield ""
    for part in section.parts:
        if isinstance(part, Table):
            yield from block(part, lang)
        elif isinstance(part, _parts.Listing):
            yield from _listing(part, lang)


def _listing(listing: _parts.Listing, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    yield f"**{escaped(listing.title)}**"
    yield ""
    yield i18n.listed((cell_text(cell) for cell in listing.items), lang)
    yield ""
    for cell in listing.items:
        if cell.note:
            yield f"- {i18n.named(escaped(cell.text), escaped(cell.note), lang)}"
    said = [listing.note] if listing.note else []
    said += [_("Stated by: {who}").format(who=listing.stated_by)] if listing.stated_by else []
    yield from (f"- {escaped(sentence)}" for sentence in said)
    if said or any(cell.note for cell in listing.items):
        yield ""


def _gaps(profile: Profile, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    said = [escaped(sentence) for sentence in _story.gaps(profile, lang)]
    said += [f"{escaped(fact)} – {escaped(why)}" for fact, why in _story.uncertain(profile, lang)]
    if said:
        yield f"## {_('What the sources do not say')}"
        yield ""
        yield from (f"- {sentence}" for sentence in said)
        yield ""


def _sources(profile: Profile, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    yield f"## {_('Sources')}"
    yield ""
    rows = [
        [escaped(i18n.named(source_name(note.name, lang), note.title, lang)), escaped(note.publisher),
         escaped(note.licence), escaped(name), f"`{digest[:12]}`", escaped(taken[:10])]
        for note in profile.sources for digest, name, taken in note.snapshots
    ]  # fmt: skip
    if rows:
        yield from table_lines(
            (_("Source"), _("Publisher"), _("Licence"), _("File"), _("SHA-256"), _("Taken")), rows
        )
    yield escaped(_wording.citation(profile, lang))
    yield ""
    yield f"`{_wording.command(profile)}`"


def render(profile: Profile, lang: str) -> bytes:
    """The page as Markdown, UTF-8."""
    lines = [f"# {escaped(_wording.title(profile, lang))}", ""]
    period, dates = _wording.period(profile.period, lang), _wording.dates(profile, lang)
    lines += [f"**{escaped(period)}** · {escaped(dates)}", ""]
    lines += [" ".join(escaped(sentence) for sentence in _story.summary(profile, lang)), ""]
    sections = _sections.sections(profile, lang)
    for section in sections:
        lines += _section(section, profile, lang)
    lines += _gaps(profile, lang)
    lines += _sources(profile, lang)
    if any(section.places for section in sections):
        lines += ["", escaped(_wording.designations(lang))]
    return ("\n".join(lines) + "\n").encode()


OUTPUT = Output("md", ".md", "text/markdown", render, check=_check_md.check)
