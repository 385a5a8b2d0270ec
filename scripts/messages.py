"""Brings the catalogues up to the code: python scripts/messages.py

Reads every message marked with `_` or `N_` in src/comity and writes the catalogues in
src/comity/locale again: new messages come in without a translation, those that the code no longer
has go out, translations stay. A message whose English changed a little keeps its translation,
marked `fuzzy` until somebody has looked at it. Prints what is missing; exits 1 when anything is.
The same code and translations give the same bytes.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src"
HOME = SOURCE / "comity" / "locale"
LANGUAGES = {"es": "Spanish", "fr": "French", "ko": "Korean"}

_METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
_OPTIONS = {"**.j2": {"silent": "false"}}
_KEYWORDS = {"_": None, "N_": None}
_HEAD = """\
# {name} messages of comity. Translations are edited here; all else is made by scripts/messages.py.
msgid ""
msgstr ""
"Project-Id-Version: comity\\n"
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def extracted() -> Catalog:
    """Every message of the code, with the files it stands in."""
    catalogue = Catalog()
    found = extract_from_dir(
        SOURCE / "comity", _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for name, line, message, comments, _ in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, locations=[(f"comity/{Path(name).as_posix()}", line)], auto_comments=comments)
    return catalogue


def catalogue(lang: str) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    path = HOME / f"{lang}.po"
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def updated(lang: str, code: Catalog) -> Catalog:
    """The catalogue with the messages of `code`, and with no others."""
    found = catalogue(lang)
    found.update(code, update_header_comment=False)
    found.obsolete.clear()
    return found


def written(lang: str, found: Catalog) -> bytes:
    """A catalogue as a file: sorted by message, without dates, machine paths or line numbers."""
    body = io.BytesIO()
    write_po(body, found, width=0, omit_header=True, sort_output=True, include_lineno=False)
    head = _HEAD.format(name=LANGUAGES[lang], lang=lang, plural=Catalog(locale=lang).plural_forms)
    return head.encode() + body.getvalue().strip(b"\n") + b"\n"


def missing(found: Catalog) -> Iterator[Message]:
    """Messages without a translation, or with one that somebody has to look at."""
    return (message for message in found if message.id and (not message.string or message.fuzzy))


def main() -> int:
    code, lacking = extracted(), 0
    for lang in LANGUAGES:
        found = updated(lang, code)
        (HOME / f"{lang}.po").write_bytes(written(lang, found))
        for message in missing(found):
            lacking += 1
            print(f"{lang}: {'look at' if message.fuzzy else 'translate'} “{message.id}”")
    print(f"messages: {len(code)}; to be translated: {lacking}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
