"""Texts into dates and amounts: exact or null, in every encoding, and told where they cannot be read."""

from __future__ import annotations

import codecs
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.iati import activity, document, loaded, transaction

TEXT = "Ünïcode — 공정한 “채용”"
PLAIN = "Arbeit fuer alle"


@pytest.mark.parametrize(
    ("encoding", "mark", "declared", "text"),
    [
        ("utf-8", b"", "UTF-8", TEXT),
        ("utf-8", b"", None, TEXT),
        ("utf-8", codecs.BOM_UTF8, "utf-8", TEXT),
        ("utf-8", codecs.BOM_UTF8 * 2, None, TEXT),
        ("utf-8", b"", "UTF-16", TEXT),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16", TEXT),
        ("utf-16-be", codecs.BOM_UTF16_BE, None, TEXT),
        ("utf-16-le", b"", "UTF-16", TEXT),
        ("utf-16-be", b"", None, TEXT),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-8", TEXT),
        ("utf-32-le", codecs.BOM_UTF32_LE, "UTF-32", TEXT),
        ("utf-32-be", codecs.BOM_UTF32_BE, None, TEXT),
        ("utf-32-le", b"", "UTF-32", TEXT),
        ("utf-32-be", b"", None, TEXT),
        ("latin-1", b"", "ISO-8859-1", "Coopération"),
        ("cp1252", b"", "windows-1252", "“Coopération”"),
        ("euc-kr", b"", "EUC-KR", "공정한 채용"),
        ("shift_jis", b"", "Shift_JIS", "公正な採用"),
        ("gb18030", b"", "GB18030", "公平招聘"),
        ("cp037", b"", "cp037", PLAIN),
        ("ascii", b"", "US-ASCII", PLAIN),
    ],
)
def test_every_encoding_gives_the_same_rows(
    encoding: str, mark: bytes, declared: str | None, text: str
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else "\n"
    title = f"<title><narrative>{text}</narrative></title>"
    content = mark + (head + document(title + transaction("1.5"))).encode(encoding)
    found = loaded(content)
    assert (found.only("activities")["title"], found.broken) == (text, None)
    assert found.only("transactions")["value"] == Decimal("1.5")
    assert found.only("transactions")["locator"] == "activity 1, transaction 1, line 2"


def test_blank_lines_before_the_declaration_are_no_matter_and_count_as_lines() -> None:
    found = loaded(b"\n\n<?xml version='1.0'\nencoding='UTF-8'?>\n" + activity(transaction("1")))
    assert found.only("transactions")["locator"] == "activity 1, transaction 1, line 5"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (activity("<title>\n\xe9</title>").replace("é".encode(), b"\xe9"), 2),
        (
            b'<?xml version="1.0" encoding="EUC-KR"?>'
            + activity("<title>\n|</title>").replace(b"|", b"\xff\xff"),
            2,
        ),
        ((document("<title>\n|</title>").encode("utf-16").replace(b"|\0", b"\0\xd8")), 2),
        (activity("<title>\n&nbsp;</title>"), 2),
        (activity("<title/>") + b"\nmore", 2),
        (activity("\n<title/>")[:-20], 2),
    ],
    ids=["utf-8", "euc-kr", "utf-16", "entity", "after the end", "cut off"],
)
def test_a_break_names_its_line(content: bytes, line: int) -> None:
    found = loaded(content)
    assert found.broken is not None
    assert found.broken.line == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "1"), ("-1.50", "-1.50"), (" 7\n", "7"), ("+3", "3"), ("1e3", "1000"), ("0.000001", "0.000001"),
        ("999999999999999999.999999", "999999999999999999.999999"), ("113240.6600000000", "113240.66"),
        ("1,234,567.5", "1234567.5"), ("12 345", "12345"), ("1 234 567", "1234567"), ("10.0000005", "10"),
        ("1000000000000000000", None), ("1,23", None), ("12,34,567", None), ("", None), ("n/a", None),
        ("NaN", None), ("1e99", None), ("0x10", None), ("１", None), ("--1", None),
    ],
)  # fmt: skip
def test_amounts_are_exact_or_null(text: str, value: str | None) -> None:
    found = loaded(activity(transaction(text) + transaction("0.01")))
    assert found.column("transactions", "value") == [
        None if value is None else Decimal(value),
        Decimal("0.01"),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-02-29", date(2020, 2, 29)), ("2020-02-29Z", date(2020, 2, 29)),
        (" 2020-02-29 ", date(2020, 2, 29)),
        ("2020-02-29T23:59:59+09:00", date(2020, 2, 29)), ("2020-02-29+08:00", date(2020, 2, 29)),
        ("2021-02-29", None), ("0000-01-01", None), ("2020", None), ("29/02/2020", None), ("2020-2-9", None),
        ("12020-01-01", None), ("2020-01-011", None),
    ],
)  # fmt: skip
def test_dates_are_days_as_written_or_null(text: str, day: date | None) -> None:
    found = loaded(activity(transaction("1", day=text) + transaction("1", day="2020-01-01")))
    assert found.column("transactions", "date") == [day, date(2020, 1, 1)]
    assert any(issue.rule == "date" for issue in found.issues) == (day is None)


amounts = st.decimals(-(10**18) + 1, 10**18 - 1, places=6, allow_nan=False, allow_infinity=False)
dates = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(amounts, dates, st.sampled_from(["1", "2", "3", "4", "D", "IF"])), max_size=12))
def test_values_survive_exactly(rows: list[tuple[Decimal, date, str]]) -> None:
    elements = "".join(transaction(f"{value:f}", type_, str(day)) for value, day, type_ in rows)
    found = loaded(activity(elements))
    kept = zip(
        *(found.column("transactions", name) for name in ("value", "date", "type_published")), strict=True
    )
    assert list(kept) == rows
