"""Names, numbers, dates and strings in four languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from comity import i18n
from comity.i18n import LANGUAGES, LanguageNotKnown
from comity.model import Party

KOREA = Party("KOR", "Republic of Korea", "state", "KR", {"fr": "République de Corée"})


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("en", "Republic of Korea"),  # as the UN says it, not CLDR's “South Korea”
        ("fr", "République de Corée"),  # our own comes before CLDR's “Corée du Sud”
        ("ko", "대한민국"),  # CLDR's
    ],
)
def test_a_name_is_our_own_then_cldrs(lang: str, name: str) -> None:
    assert i18n.party_name(KOREA, lang) == name


def test_a_name_that_nobody_translated_stays_english() -> None:
    assert i18n.party_name(Party("XXX", "Fund of Funds", "fund"), "ko") == "Fund of Funds"
    assert i18n.territory_name("Q9", "fr") == "Q9"


@pytest.mark.parametrize(
    ("lang", "amount"),
    [
        ("en", "-1,234,567.90"),
        ("fr", "-1\u202f234\u202f567,90"),
        ("es", "-1.234.567,90"),
        ("ko", "-1,234,567.90"),
    ],
)
def test_an_amount_is_shown_to_the_cent_as_the_language_groups_it(lang: str, amount: str) -> None:
    assert i18n.usd(Decimal("-1234567.900000"), lang) == amount


def test_not_reported_is_no_number() -> None:
    assert i18n.usd(None, "en") == ""
    assert i18n.usd(Decimal(0), "en") == "0.00"


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "44.65"), ("fr", "44,65"), ("es", "44,65"), ("ko", "44.65")]
)
def test_millions_are_rounded_for_show(lang: str, text: str) -> None:
    assert i18n.millions(Decimal("44654249.83"), lang) == text


def test_whole_numbers_are_grouped() -> None:
    assert [i18n.whole(86_807, lang) for lang in LANGUAGES] == ["86,807", "86\u202f807", "86.807", "86,807"]


def test_a_day_is_written_out() -> None:
    assert [i18n.day(date(2022, 12, 31), lang) for lang in LANGUAGES] == [
        "31 December 2022",
        "31 décembre 2022",
        "31 de diciembre de 2022",
        "2022년 12월 31일",
    ]


def test_strings_come_from_the_catalogue_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fr.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "not reported"\nmsgstr "non déclaré"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "_HOME", tmp_path)
    read = i18n.translator.__wrapped__
    assert read("fr")("not reported") == "non déclaré"
    assert read("fr")("no such message") == "no such message"
    assert read("es")("not reported") == "not reported", "no catalogue yet"
    assert read("en")(i18n.N_("not reported")) == "not reported"


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(LanguageNotKnown, match=r"no language called “de”.*known: en, fr, es, ko"):
        i18n.translator("de")
