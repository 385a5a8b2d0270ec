"""A check of claims as a page to send on: complete in itself, with a chart for each organisation."""

from __future__ import annotations

from comity import i18n
from comity.charts import stated
from comity.model import Check
from comity.outputs import _wording
from comity.outputs._report import report
from comity.outputs._verdicts import near_heading
from comity.outputs.html import _template
from comity.provenance import stamp


def check(given: Check, lang: str) -> bytes:
    """One HTML file that needs nothing else."""
    made = report(given, lang)
    drawings = (
        (name, stated.of_claims(found, made.check.names, lang)) for name, found in made.organisations
    )  # fmt: skip
    return _template.filled(
        "check.html.j2",
        {
            "_": i18n.translator(lang),
            "lang": lang,
            "css": _template.style("profile.css", "check.css"),
            "report": made,
            "near_heading": near_heading(lang),
            "drawings": [(name, drawing) for name, drawing in drawings if drawing],
            "designations": _wording.designations(lang),
            "version": given.version,
            "known_at": stamp(given.known_at),
            "named": lambda name, text: i18n.named(name, text, lang),
            "is_number": _template.is_number,
        },
    )
