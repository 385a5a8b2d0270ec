"""The catalogues: every message of the code in every language, and written as the language is."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from comity import i18n, outputs
from tests.test_html import Page, full

ROOT = Path(__file__).parents[1]
LANGUAGES = [lang for lang in i18n.LANGUAGES if lang != "en"]
PLACE = re.compile(r"\{\w*\}")

SAME = {
    "fr": {
        "Budgets", "Code", "Contributions", "Convention", "Conventions", "Date", "Discrimination",
        "Documents", "Impact", "Latitude, longitude", "Licence", "Markdown", "Note", "Nutrition",
        "Organisation", "Organisations", "Page", "Parties", "Phase", "Phases", "Ratifications", "SHA-256",
        "Site", "Source", "Sources", "Total", "Transactions", "Type", "Verdict", "nominal", "ordinal",
        "phase", "programme", "{amount} {currency}", "{count} phases", "{count} programmes",
        "{second} ({first})",
    },
    "es": {
        "Markdown", "SHA-256", "Sector", "Total", "nominal", "ordinal", "original", "{amount} {currency}",
        "{second} ({first})", "{year}: {amount}",
    },
    "ko": {"SHA-256", "{amount} {currency}", "{currency} {amount}"},
}  # fmt: skip
"""Messages that are written as in English."""

NAMES = re.compile(
    r"comity issues|comity|--format html|SHA-256|UTC|USD|JSON|CSV|Parquet|HTML|PDF|PNG|SVG|OpenAPI|API"
    r"|IATI|DAC|FRED|soc\*"
)
"""What is not translated: the command, and names that are the same everywhere."""


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _script()


@pytest.fixture(scope="module")
def code() -> Any:
    return messages.extracted()


def told(lang: str) -> Iterator[tuple[str, str]]:
    """(message, translation) of a catalogue."""
    return ((m.id, m.string) for m in messages.catalogue(lang) if m.id)


def test_every_language_has_a_catalogue_and_no_other_has() -> None:
    assert sorted(path.stem for path in messages.HOME.iterdir()) == sorted(LANGUAGES)
    assert sorted(messages.LANGUAGES) == sorted(LANGUAGES)


# Code and catalogues


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_of_the_code_is_translated(lang: str, code: Any) -> None:
    found = messages.updated(lang, code)
    assert [message.id for message in messages.missing(found)] == [], "run scripts/messages.py and translate"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_holds_nothing_that_the_code_no_longer_has(lang: str, code: Any) -> None:
    assert {message for message, _ in told(lang)} - {m.id for m in code if m.id} == set()
    assert not messages.catalogue(lang).obsolete


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_script_would_change_nothing(lang: str, code: Any) -> None:
    now = (messages.HOME / f"{lang}.po").read_bytes()
    assert messages.written(lang, messages.updated(lang, code)) == now, "run scripts/messages.py"
    assert str(ROOT).encode() not in now
    assert b"-Date" not in now
    assert not re.search(rb"^#: .*:\d", now, re.MULTILINE)


def test_an_update_keeps_translations_and_marks_those_to_look_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang in LANGUAGES:
        text = (messages.HOME / f"{lang}.po").read_text(encoding="utf-8")
        text = text.replace('msgid "Membership"', 'msgid "Gone for good, quite unlike any other message"')
        text = text.replace('msgid "Posts and months are never', 'msgid "Posts and months were never')
        (tmp_path / f"{lang}.po").write_text(text, encoding="utf-8")
    monkeypatch.setattr(messages, "HOME", tmp_path)
    assert messages.main() == 1
    said = capsys.readouterr().out
    assert re.search(r"^ko: (translate|look at) “Membership”$", said, re.MULTILINE)
    assert "ko: look at “Posts and months are never turned into money.”" in said
    assert said.endswith("to be translated: 6\n")
    first = {lang: (tmp_path / f"{lang}.po").read_bytes() for lang in LANGUAGES}
    assert all(b"Gone for good" not in content for content in first.values())
    assert dict(told("fr"))["Themes"] == "Thèmes"
    messages.main()
    assert first == {lang: (tmp_path / f"{lang}.po").read_bytes() for lang in LANGUAGES}


def test_no_message_passes_the_marks_by() -> None:
    """`translator(lang)("…")` would be looked up, and never be found by the extraction."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and node.args:
                called = ast.unparse(node.func.func)
                literal = isinstance(node.args[0], ast.Constant)
                assert not (called.endswith("translator") and literal), f"{path.name}:{node.lineno}"


# Translations


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translation_keeps_the_places_of_its_message(lang: str) -> None:
    for message, text in told(lang):
        assert sorted(set(PLACE.findall(message))) == sorted(set(PLACE.findall(text))), message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translation_begins_and_ends_as_its_message(lang: str) -> None:
    for message, text in told(lang):
        assert text == text.strip(), message
        assert message == message.strip(), message
        assert message.endswith(":") == text.endswith(":"), message
        assert "  " not in text, message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_known_messages_are_written_as_in_english(lang: str) -> None:
    assert {message for message, text in told(lang) if message == text} == SAME[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_straight_quotes(lang: str) -> None:
    for message, text in told(lang):
        assert not set(text) & {"'", '"'}, message


def test_french_marks_stand_off_by_a_space_that_does_not_break() -> None:
    for message, text in told("fr"):
        assert not re.search(r"(?<![\u00a0\u202f])[:;!?»%]", text), message
        assert not re.search(r"«(?![\u00a0\u202f])", text), message
        assert not set(text) & {"“", "”"}, message


def test_spanish_marks_stand_close() -> None:
    for message, text in told("es"):
        assert not re.search(r"\s[:;!?»]|«\s", text), message
        assert text.count("¿") == text.count("?"), message
        assert not set(text) & {"“", "”"}, message


def test_korean_has_no_english_left() -> None:
    for message, text in told("ko"):
        left = NAMES.sub("", PLACE.sub("", text))
        assert not re.search(r"[A-Za-z]{2,}", left), message


@pytest.mark.parametrize("particle", ["이", "가", "은", "는", "을", "를", "과", "와"])
def test_korean_particles_that_depend_on_a_sound_follow_no_name(particle: str) -> None:
    for message, text in told("ko"):
        assert not re.search(rf"\}}{particle}(?![가-힣])", text), message


# What readers see


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_english_is_left_on_the_page(lang: str) -> None:
    page = Page(outputs.render(full(), "html", lang).decode())
    words = {" ".join(word.split()) for word in page.words}
    assert words & {message for message, text in told(lang) if message != text} == set()


@pytest.mark.parametrize("name", ["text", "md", "html"])
def test_french_spaces_that_do_not_break_arrive(name: str) -> None:
    found = outputs.render(full(), name, "fr").decode()
    assert "\u00a0:" in found
    assert not set(found) & {"\ue0a0", "\ue0a1"}
    assert re.search(r"7\u202f932\u202f600,00", found)


def test_no_line_of_the_terminal_begins_with_a_mark() -> None:
    for line in outputs.render(full(), "text", "fr").decode().splitlines():
        assert not re.match(r"\s*[:;!?»%]", line), line


@pytest.mark.parametrize(
    ("amount", "english", "korean"),
    [
        ("44654249.83", "44.65", "4,465만"),
        ("1121254116.13", "1,121.25", "11억 2,125만"),
        ("200000000", "200.00", "2억"),
        ("-36561226", "-36.56", "-3,656만"),
        ("1000000", "1.00", "100만"),
    ],
)
def test_korean_counts_by_ten_thousands(amount: str, english: str, korean: str) -> None:
    assert i18n.in_sentence(Decimal(amount), "en") == english
    assert i18n.in_sentence(Decimal(amount), "ko") == korean


def test_periods_and_days_are_written_as_the_language_does() -> None:
    spans = [i18n.span(2018, 2022, lang) for lang in i18n.LANGUAGES]
    assert spans == ["2018–2022", "2018-2022", "2018-2022", "2018~2022"]
    assert {i18n.span(2018, 2018, lang) for lang in i18n.LANGUAGES} == {"2018"}
    assert i18n.day(date(2022, 1, 1), "fr") == "1er janvier 2022"
    assert i18n.day(date(2022, 1, 11), "fr") == "11 janvier 2022"


def test_lists_and_names_have_the_marks_of_the_language() -> None:
    assert i18n.listed(("a", "b"), "en") == "a; b"
    assert i18n.listed(("a", "b"), "fr") == "a\u00a0; b"
    assert i18n.named("CEB", "x", "es") == "CEB: x"
    assert i18n.named("CEB", "x", "fr") == "CEB\u00a0: x"


def test_names_are_ordered_without_regard_to_accents() -> None:
    assert sorted(["Zambie", "Égypte", "Espagne"], key=i18n.sort_key) == ["Égypte", "Espagne", "Zambie"]
    assert sorted(["모로코", "라오스", "가나"], key=i18n.sort_key) == ["가나", "라오스", "모로코"]
