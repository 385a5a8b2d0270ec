"""A check of claims in Markdown, to be pasted: the tables of its charts instead of the charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from comity import i18n
from comity.charts import stated
from comity.model import Check
from comity.outputs import _wording
from comity.outputs._markdown import block, code, escaped, link, table_lines
from comity.outputs._report import Entry, Group, Report, report
from comity.outputs._verdicts import near_heading


def _compared(given: Report, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    tables = ((name, stated.table(found, given.check.names, lang)) for name, found in given.organisations)
    shown = [(name, table) for name, table in tables if table]
    if shown:
        yield f"## {_('Stated and computed amounts')}"
        yield ""
    for name, table in shown:
        yield from block(replace(table, caption=name), lang)


def _entry(entry: Entry, lang: str) -> Iterator[str]:
    _ = i18n.translator(lang)
    yield f"### {escaped(' · '.join(filter(None, (entry.title, entry.period))))}"
    yield ""
    yield f"{escaped(entry.pair)} · {escaped(entry.id)}"
    yield ""
    figures = [escaped(text) for text in (entry.stated, entry.computed, entry.difference)]
    yield from table_lines((_("Stated"), _("Computed"), _("Difference")), [figures])
    if entry.told.reasons:
        yield escaped(" ".join(entry.told.reasons))
        yield ""
    if entry.told.near:
        yield escaped(near_heading(lang))
        yield ""
        yield from (f"- {escaped(one)}" for one in entry.told.near)
        yield ""
    for sentence in (entry.told.untested, *entry.told.responses):
        if sentence:
            yield escaped(sentence)
            yield ""
    page = link(entry.page, entry.page)
    seen = f" ({escaped(entry.seen)})" if entry.seen else ""
    yield f"- {i18n.named(_('Page'), page, lang)}{seen}"
    if entry.evidence:
        yield f"- {i18n.named(_('Rows'), code(entry.evidence), lang)}"
    yield ""


def _group(group: Group, lang: str) -> Iterator[str]:
    yield f"## {escaped(group.title)} ({group.count})"
    yield ""
    for entry in group.entries:
        yield from _entry(entry, lang)
    for table in group.tables:
        yield from block(table, lang)


def check(given: Check, lang: str) -> bytes:
    """The report as Markdown, UTF-8."""
    made = report(given, lang)
    lines = [f"# {escaped(made.title)}", "", escaped(made.dates), "", escaped(" ".join(made.about)), ""]
    for table in made.summary:
        lines += block(table, lang)
    lines += _compared(made, lang)
    for group in made.groups:
        lines += _group(group, lang)
    lines += [code(made.command), "", escaped(_wording.designations(lang))]
    return ("\n".join(lines) + "\n").encode()
