"""The programming interface: forms, pages, order, filters, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from comity import outputs, profiles
from comity.api import Comity, ask
from comity.rows import as_csv, plain
from tests.web import client

SPECIMEN = Path(__file__).parent / "specimens" / "iati_v203_all_tables.xml"
LISTS = (
    "/api/v1/parties", "/api/v1/organisations", "/api/v1/figures?organisation=ILO",
    "/api/v1/evidence/KOR/ILO/contributions.total", "/api/v1/activities", "/api/v1/claims",
    "/api/v1/standards/instruments", "/api/v1/standards/ratifications", "/api/v1/sources",
    "/api/v1/sources/ceb/files", "/api/v1/issues",
)  # fmt: skip
PARQUET = "application/vnd.apache.parquet"


@pytest.fixture(scope="module")
def held(module_store: Comity) -> Comity:
    module_store.load(SPECIMEN)
    return module_store


@pytest.fixture(scope="module")
def visitor(held: Comity) -> Client:
    return client(held)


def suffixed(address: str, form: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path}.{form}{mark}{query}"


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


# Forms


def test_a_profile_has_the_bytes_of_the_command_line(held: Comity, visitor: Client) -> None:
    profile = held.profile("KOR", "ILO", years=(2018, 2022))
    told = visitor.get("/api/v1/profiles/KOR/ILO?years=2018-2022")
    assert told.content == profile.render("json")
    assert told["Content-Type"] == "application/json"
    written = visitor.get("/api/v1/profiles/KOR/ILO.csv?years=2018-2022").content
    assert written == profile.render("csv")
    table = pq.read_table(io.BytesIO(visitor.get("/api/v1/profiles/KOR/ILO.parquet?years=2018-2022").content))
    assert table.num_rows == len(lines(written))
    assert str(table["value"][0].as_py()) == "44654249.830000"


@pytest.mark.parametrize("address", LISTS)
def test_the_three_forms_hold_the_same(visitor: Client, address: str) -> None:
    told = visitor.get(address + ("&" if "?" in address else "?") + "limit=1000").json()
    written = visitor.get(suffixed(address, "csv"))
    file = visitor.get(suffixed(address, "parquet"))
    table = pq.read_table(io.BytesIO(file.content))
    assert (written["Content-Type"], file["Content-Type"]) == ("text/csv; charset=utf-8", PARQUET)
    assert told["total"] == table.num_rows == len(lines(written.content)) >= 1
    assert written["Comity-Total"] == file["Comity-Total"] == str(told["total"])
    assert not told["cut"] or told["total"] > 1000
    names = lines(written.content)[0].keys()
    assert list(names) == table.column_names
    if "/claims" not in address:  # in JSON they have the contract of a check
        for row, line in zip(told["rows"], lines(written.content), strict=False):
            assert row.keys() == line.keys()
            for name, value in row.items():
                assert same(value, line[name]), (name, value, line[name])
    for row, line in zip(table.to_pylist(), lines(written.content), strict=True):
        for name, value in row.items():
            assert (value in (None, "")) == (line[name] == ""), (name, value, line[name])


def same(value: object, cell: str) -> bool:
    """Whether a cell of CSV says what JSON does: what is not reported is null and blank, and never 0."""
    if value is None or value == "" or cell == "":
        return value in (None, "") and cell == ""
    return float(cell) == value if isinstance(value, float) else cell == str(value)


@pytest.mark.parametrize(("value", "cell"), [(0, ""), (0.0, ""), (None, "0"), (None, "0.0"), ("", "0")])
def test_zero_is_not_what_is_not_reported(value: object, cell: str) -> None:
    assert not same(value, cell)


def test_the_form_is_that_of_the_suffix_or_of_what_is_accepted(visitor: Client) -> None:
    for accept, kind in (
        ("", "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"), (PARQUET, PARQUET),
        (f"application/json;q=0.1,{PARQUET};q=0.9", PARQUET),
    ):  # fmt: skip
        headers = {"Accept": accept} if accept else {}
        assert visitor.get("/api/v1/parties", headers=headers)["Content-Type"] == kind, accept
    assert visitor.get("/api/v1/parties.json", headers={"Accept": "text/csv"}).json()["total"]
    refused = visitor.get("/api/v1/parties", headers={"Accept": "image/png"})
    assert refused.status_code == refused.json()["error"]["status"] == 406


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_an_answer_that_stays_is_not_sent_again(visitor: Client, form: str) -> None:
    address = f"/api/v1/evidence/KOR/ILO/contributions.assessed.{form}"
    first = visitor.get(address)
    again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get(address).content == first.content, "the same bytes when it is sent from memory"


def test_the_etag_changes_with_what_is_loaded(store: Comity) -> None:
    visitor = client(store)
    before = visitor.get("/api/v1/parties")["ETag"]
    store.load(SPECIMEN)
    assert visitor.get("/api/v1/parties", headers={"If-None-Match": before}).status_code == 200


def test_evidence_has_the_digits_of_the_command_line(held: Comity, visitor: Client) -> None:
    rows = held.evidence("KOR", "ILO", "contributions.assessed", (2018, 2022))
    written = visitor.get("/api/v1/evidence/KOR/ILO/contributions.assessed.csv?years=2018-2022")
    assert [line["amount_usd"] for line in lines(written.content)] == [
        str(value) for value in rows["amount_usd"].to_pylist()
    ]
    told = visitor.get("/api/v1/evidence/KOR/ILO/contributions.assessed?years=2018-2022").json()
    assert [row["amount_usd"] for row in told["rows"]] == [float(v) for v in rows["amount_usd"].to_pylist()]
    assert told["total"] == rows.num_rows


def test_claims_have_the_contract_of_a_check_and_leave_weak_pages_out(held: Comity, visitor: Client) -> None:
    check = held.check("KOR", "ILO")
    shown = {v.claim.id for v in check.verdicts if v.claim.publishable}
    hidden = {v.claim.id for v in check.verdicts} - shown
    told = visitor.get("/api/v1/claims?partner=KOR&organisation=ILO&limit=1000").json()["rows"]
    contract = {row["claim"]: row for row in json.loads(outputs.render_check(check, "json"))}
    assert {row["claim"] for row in told} == shown
    assert not hidden & {row["claim"] for row in told}
    assert all(row == contract[row["claim"]] for row in told)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("7932600.000000"), "7932600.0"),
        (Decimal("9511772.250000"), "9511772.25"),
        (Decimal("9999999999999.990000"), "9999999999999.99"),
        (Decimal("-0.010000"), "-0.01"),
        (Decimal(12), "12"),
        (date(2022, 12, 31), '"2022-12-31"'),
        (None, "null"),
    ],
)
def test_json_has_an_amount_to_the_cent(value: object, written: str) -> None:
    assert json.dumps(plain(value)) == written


def test_text_of_publishers_stays_as_it_was_published() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "'=1"):
        assert as_csv(["note"], [[text]]) == f"note\n{text}\n".encode()


# Pages and order


@pytest.mark.parametrize("address", LISTS)
def test_pages_hold_every_row_once(visitor: Client, address: str) -> None:
    step = 7 if "evidence" in address or "sources" in address else 97
    whole = visitor.get(address + ("&" if "?" in address else "?") + "limit=1000").json()
    found: list[Any] = []
    following = address + ("&" if "?" in address else "?") + f"limit={step}"
    while following and len(found) < len(whole["rows"]):
        page = visitor.get(following).json()
        assert page["total"] == whole["total"]
        assert page["cut"] == (len(page["rows"]) < page["total"])
        found += page["rows"]
        following = page["next"]
    assert found[: len(whole["rows"])] == whole["rows"]


def test_a_cut_file_says_so(visitor: Client) -> None:
    answer = visitor.get("/api/v1/parties.csv?limit=3")
    assert len(lines(answer.content)) == 3
    assert answer["Comity-Cut"] == "true"
    assert int(answer["Comity-Total"]) > 300
    link = answer["Link"]
    assert link.endswith('; rel="next"')
    following = visitor.get(link[1 : link.index(">")])
    assert len(lines(following.content)) == 3
    assert lines(following.content) != lines(answer.content)
    assert visitor.get("/api/v1/parties.csv")["Comity-Cut"] == "false"


def test_a_cursor_holds_for_its_question_and_its_facts(store: Comity) -> None:
    visitor = client(store)
    first = visitor.get("/api/v1/parties?limit=1").json()
    store.load(SPECIMEN)
    following = visitor.get(first["next"]).json()
    assert (following["total"], following["known_at"]) == (first["total"], first["known_at"])
    cursor = first["next"].partition("cursor=")[2]
    assert visitor.get("/api/v1/parties?limit=1").json()["known_at"] > first["known_at"]
    for address in (f"/api/v1/issues?cursor={cursor}", f"/api/v1/parties?kind=state&cursor={cursor}",
                    "/api/v1/parties?cursor=AAAA", "/api/v1/parties?cursor=WzFd"):  # fmt: skip
        assert visitor.get(address).status_code == 400, address


def test_what_no_page_reaches_is_refused_with_the_reason(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never the end of a list without being its end."""
    monkeypatch.setattr("comity.web.api._asked.DEEPEST", 5)
    following, found = "/api/v1/parties?limit=4", 0
    while (page := visitor.get(following)).status_code == 200:
        told = page.json()
        found += len(told["rows"])
        assert told["next"], "there are more"
        following = told["next"]
    assert (page.status_code, found) == (400, 8)
    assert "no page begins beyond row 5" in page.json()["error"]["message"]


def test_the_years_of_a_long_figure_are_told_as_in_its_flags(visitor: Client) -> None:
    lines_ = visitor.get(
        "/api/v1/figures?partner=KOR&organisation=ILO&years=1919-2100&by=year&limit=1000"
    ).json()
    of_years = [row for row in lines_["rows"] if row["year"]]
    assert len(of_years) >= 182
    for row in of_years:
        assert all(flag.endswith(f":{row['year']}") for flag in row["flags"].split())
    assert any(row["flags"] for row in of_years)


def test_rows_are_sorted_with_blank_ones_last(visitor: Client) -> None:
    rows = visitor.get("/api/v1/parties?sort=-parent,name_en&limit=1000").json()["rows"]
    parents = [row["parent"] for row in rows]
    there = [parent for parent in parents if parent]
    assert there == sorted(there, reverse=True)
    assert parents == there + [None] * (len(parents) - len(there))
    names = [row["name_en"] for row in rows if not row["parent"]]
    assert names == sorted(names)
    values = visitor.get("/api/v1/figures?organisation=ILO&measure=contributions.total&sort=-value").json()
    amounts = [row["value"] for row in values["rows"] if row["value"] is not None]
    assert amounts == sorted(amounts, reverse=True)
    assert visitor.get("/api/v1/parties?sort=nothing").status_code == 400
    assert visitor.get("/api/v1/parties?sort=id,id").status_code == 400
    assert visitor.get("/api/v1/evidence/KOR/ILO/contributions.total?sort=nothing").status_code == 400


# Filters


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("/api/v1/parties?kind=bank", {"kind": {"bank"}}),
        ("/api/v1/parties?q=coree", {"id": {"KOR", "PRK"}}),
        ("/api/v1/parties?q=coree republique", {"id": {"KOR", "PRK"}}),
        ("/api/v1/parties?q=coree democratique", {"id": {"PRK"}}),
        ("/api/v1/parties?parent=KOR", {"parent": {"KOR"}}),
        ("/api/v1/organisations?q=ILO", {"id": {"ILO"}}),
        ("/api/v1/figures?partner=Korea&organisation=ilo&measure=standards", {"partner": {"KOR"}}),
        ("/api/v1/figures?partner=Korea, Republic of&organisation=ILO,ilo", {"partner": {"KOR"}}),
        ("/api/v1/standards/instruments?category=fundamental&on=2022-12-31", {"category": {"fundamental"}}),
        ("/api/v1/standards/ratifications?party=KR&stands=in_force", {"stands": {"in_force"}}),
        ("/api/v1/claims?verdict=stale", {"verdict": {"stale"}}),
        (
            "/api/v1/claims?measure=standards,contributions.total&limit=1000",
            {"measure": {"contributions.total", "standards.fundamental", "standards.registered"}},
        ),
        ("/api/v1/issues?source=iati", {"source": {"iati"}}),
        ("/api/v1/activities?country=LA&q=recruit*", {"activity_id": {"XM-EXAMPLE-1"}}),
        (
            "/api/v1/activities?partner=KOR&years=2021&status=implementation&sector=160",
            {"activity_id": {"XM-EXAMPLE-1"}},
        ),
        ("/api/v1/activities?partner=FRA", {"activity_id": set()}),
        ("/api/v1/activities?years=1999", {"activity_id": set()}),
        ("/api/v1/activities?status=closed", {"activity_id": set()}),
        ("/api/v1/activities?sector=720", {"activity_id": set()}),
    ],
)
def test_a_filter_leaves_what_fits(visitor: Client, address: str, fits: dict[str, set[str]]) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.content
    rows = answer.json()["rows"]
    for column, values in fits.items():
        assert {row[column] for row in rows} == values


def test_ratifications_on_a_day_make_the_measures(held: Comity, visitor: Client) -> None:
    library = held.library()
    for day in ("1995-06-30", "2021-04-19", "2021-04-20", "2022-12-31", "2024-12-31"):
        told = visitor.get(f"/api/v1/standards/ratifications?party=KOR&on={day}&limit=1000").json()["rows"]
        request = ask(library, "KOR", "ILO", int(day[:4]), date.fromisoformat(day))
        stands = [row["stands"] for row in told if row["category"] != "protocol"]
        kept = [row["category"] for row in told if row["stands"] != "registered"]
        counts = {
            "standards.in_force": stands.count("in_force"),
            "standards.not_denounced": stands.count("in_force") + stands.count("not_denounced"),
            "standards.registered": len(stands),
            "standards.protocols": len(told) - len(stands),
            **{f"standards.{name}": kept.count(name) for name in ("fundamental", "governance", "technical")},
        }
        figures = profiles.figures_of(library, [request], "standards")[request.request]
        values = {figure.measure: figure.value for figure in figures}
        existing = values.pop("standards.fundamental_existing")
        assert values == counts, day
        assert stands
        fundamental = visitor.get(f"/api/v1/standards/instruments?category=fundamental&on={day}").json()
        assert (
            len({row["instrument"] for row in fundamental["rows"] if row["kind"] == "convention"}) == existing
        )


def test_an_activity_is_told_as_published(visitor: Client) -> None:
    told = visitor.get("/api/v1/activities/XM-EXAMPLE-1").json()
    (record,) = told["records"]
    assert record["title"] == "Fair recruitment"
    assert {text["language"] for text in record["texts"]} >= {"fr", "ko"}
    assert [place["code"] for place in record["places"] if place["kind"] == "country"] == ["LA"]
    assert visitor.get("/api/v1/activities/none/of/these").status_code == 404


def test_known_at_asks_an_earlier_generation(store: Comity) -> None:
    visitor = client(store)
    before = visitor.get("/api/v1/").json()["known_at"]
    store.load(SPECIMEN)
    assert visitor.get("/api/v1/activities").json()["total"] == 1
    assert visitor.get(f"/api/v1/activities?known_at={before}").json()["total"] == 0
    assert visitor.get("/api/v1/activities?known_at=1999-01-01").status_code == 400


# What is refused


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/api/v1/parties?limit=1001", 400, "1000"),
        ("/api/v1/parties?limit=0", 400, "limit"),
        ("/api/v1/parties?limit=ten", 400, "limit"),
        ("/api/v1/parties?knid=state", 400, "knid"),
        ("/api/v1/parties?kind=state&kind=bank", 400, "2 times"),
        ("/api/v1/parties?q=" + "a" * 201, 400, "200"),
        ("/api/v1/parties?q=%00", 400, "q"),
        ("/api/v1/figures", 400, "name a partner, an organisation or both"),
        ("/api/v1/figures?organisation=ILO&measure=contributions.none", 404, "no measure"),
        ("/api/v1/figures?organisation=ILO&years=1800-1900", 400, "1919"),
        ("/api/v1/figures?organisation=ILO&years=2022-2018", 400, "backwards"),
        ("/api/v1/figures?organisation=ILO&years=1919-2100&by=year", 400, "fewer years"),
        ("/api/v1/standards/instruments?on=2999-01-01", 400, "lies after the day the facts were loaded"),
        ("/api/v1/standards/ratifications?on=2999-01-01", 400, "lies after the day the facts were loaded"),
        ("/api/v1/profiles/KOR/ILO?as_of=2022-13-99", 400, "date"),
        ("/api/v1/profiles/KOR/ILO?years=1950", 404, "nothing is known"),
        ("/api/v1/profiles/Atlantis/ILO", 404, "Atlantis"),
        ("/api/v1/profiles/KOR/KOR", 404, "no organisation"),
        ("/api/v1/evidence/KOR/ILO/contributions.none", 404, "no measure"),
        ("/api/v1/sources/nobody/files", 404, "nobody"),
        ("/api/v1/issues?source=nobody", 404, "nobody"),
        ("/api/v1/nothing", 404, "no such page"),
        ("/api/v1/parties.xlsx", 404, "no such page"),
        ("/api/nothing", 404, "no such page"),
    ],
)
def test_what_cannot_be_met_is_told_in_one_shape(
    visitor: Client, address: str, status: int, word: str
) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert told.keys() == {"error"}
    assert told["error"].keys() == {"status", "message"}
    assert told["error"]["status"] == status
    assert word in told["error"]["message"], told


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(visitor: Client, method: str) -> None:
    answer = getattr(visitor, method)("/api/v1/parties")
    assert answer.status_code == answer.json()["error"]["status"] == 405


def test_what_nobody_foresaw_is_told_without_a_word_of_it(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("/a/secret/place")

    monkeypatch.setattr("comity.web.api._answer.listed", fails)
    answer = visitor.get("/api/v1/parties?limit=37")
    assert answer.status_code == answer.json()["error"]["status"] == 500
    assert "secret" not in answer.content.decode()
