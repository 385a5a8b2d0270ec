"""The IATI kernel: files of every version into the contracts' columns, however they are cut."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from benchmarks.iati.generate import Totals, generate

from comity.sources import SHARED, Batch, Break, arrow_type
from comity.sources import _opening as safety
from comity.sources.iati import kernel
from comity.sources.iati.shapes import SHAPES
from comity.tables import Table, contracts, iati
from tests.iati import Loaded, activity, loaded, specimen, transaction


@pytest.fixture(scope="module")
def version_2() -> Loaded:
    return loaded(specimen("v203_all_tables"))


@pytest.fixture(scope="module")
def version_1() -> Loaded:
    return loaded(specimen("v105_letters_and_words"))


def test_every_table_of_iati_has_a_shape_and_rows_in_the_specimens(version_2: Loaded) -> None:
    named = {table.name for table in vars(iati).values() if isinstance(table, Table)}
    organisations = loaded(specimen("organisation_budgets"))
    assert named == set(SHAPES) == set(version_2.tables) | set(organisations.tables)


@pytest.mark.parametrize("name", ["v203_all_tables", "organisation_budgets", "many_problems"])
def test_batches_have_the_columns_and_types_of_their_contract(name: str) -> None:
    for batch in kernel.read(io.BytesIO(specimen(name)), name):
        if isinstance(batch, Batch):
            columns = [c for c in contracts()[batch.table].stored if c.name not in SHARED]
            assert batch.rows.schema == pa.schema([(c.name, arrow_type(c.kind)) for c in columns])
            for column in columns:
                values = batch.rows[column.name]
                assert not (column.required and values.null_count), column.name
                assert not column.one_of or {*values.to_pylist()} <= {*column.one_of}


def test_an_activity_keeps_what_its_publisher_says_and_no_contacts(version_2: Loaded) -> None:
    row = version_2.only("activities")
    assert row["activity_id"] == "XM-EXAMPLE-1", "space around text is layout"
    assert (row["reporting_org"], row["reporting_org_name"]) == ("XM-EXAMPLE", "Example Organization")
    assert (row["title"], row["status"], row["humanitarian"], row["hierarchy"]) == (
        "Fair recruitment",
        "2",
        1,
        2,
    )
    assert (row["default_aid_type"], row["default_earmarking_category"]) == ("B03", "3")
    assert (row["default_currency"], row["secondary_reporter"], row["capital_spend_percentage"]) == (
        "EUR",
        0,
        12.5,
    )
    assert "Somebody" not in str(version_2.tables)
    assert "somebody@" not in str(version_2.tables)


def test_a_transaction_keeps_its_own_value_references_and_classes(version_2: Loaded) -> None:
    first, second = version_2.tables["transactions"]
    assert first["value"] == Decimal("1234567.890001")
    assert (first["date"], first["value_date"]) == (date(2020, 3, 4), date(2020, 3, 5))
    assert (first["provider_ref"], first["provider_name"], first["provider_type"]) == (
        "KR-GOV-051",
        "KOICA",
        "10",
    )
    assert (first["provider_activity_id"], first["receiver_activity_id"]) == ("KR-GOV-051-7", "XM-EXAMPLE-1")
    assert (first["type"], first["aid_type"], first["earmarking_category"]) == ("11", "B031", "4")
    assert (first["humanitarian"], first["description"], first["ref"]) == (0, "First tranche", "T1")
    assert second["value"] == Decimal("-0.01"), "R3: a negative amount stays one"
    assert "value_usd" not in second, "worked out when the tables are joined"


def test_R7_a_value_without_a_currency_has_none_beside_the_activitys_default(version_2: Loaded) -> None:
    assert version_2.column("transactions", "currency") == ["USD", None]
    assert version_2.column("activities", "default_currency") == ["EUR"]


def test_R12_a_transactions_own_sectors_and_places_stand_in_tables_of_their_own(version_2: Loaded) -> None:
    sectors = version_2.tables["transaction_sectors"]
    assert [(s["transaction"], s["vocabulary"], s["code"]) for s in sectors] == [
        (1, "1", "16020"),
        (1, "2", "160"),
    ]
    places = version_2.tables["transaction_places"]
    assert [(p["transaction"], p["kind"], p["vocabulary"], p["code"]) for p in places] == [
        (1, "country", None, "LA"),
        (2, "region", "1", "789"),
    ]


def test_R32_a_blank_significance_is_not_0(version_2: Loaded) -> None:
    assert version_2.column("policy_markers", "significance") == ["2", None]


def test_places_are_countries_regions_and_locations_with_coordinates(version_2: Loaded) -> None:
    rows = version_2.tables["activity_places"]
    assert [(r["kind"], r["code"], r["percentage"]) for r in rows] == [
        ("country", "LA", 60.5),
        ("region", "789", 39.5),
        ("location", "1651944", None),
    ]
    assert (rows[2]["latitude"], rows[2]["longitude"], rows[2]["name"]) == (17.9667, 102.6, "Vientiane")


def test_texts_are_kept_in_every_language_and_only_if_they_say_something(version_2: Loaded) -> None:
    rows = version_2.tables["narratives"]
    assert [(r["kind"], r["type"], r["language"], r["text"]) for r in rows] == [
        ("title", None, "en", "Fair recruitment"),
        ("title", None, "fr", "Recrutement équitable"),
        ("description", "2", "ko", "공정한 채용"),
    ]


def test_targets_and_actual_values_are_rows_with_their_dimensions(version_2: Loaded) -> None:
    rows = version_2.tables["indicator_periods"]
    assert [(r["kind"], r["value_published"], r["dimension"]) for r in rows] == [
        ("target", "40", None),
        ("actual", "12", "sex: women; age: 18+"),
        ("actual", "9", "sex: men"),
    ]
    assert {r["period_end"] for r in rows} == {date(2020, 12, 31)}
    assert version_2.only("indicators")["baseline_date"] == date(2019, 12, 31)


def test_locators_name_the_element_and_its_line(version_2: Loaded) -> None:
    assert version_2.column("transactions", "locator") == [
        "activity 1, transaction 1, line 68",
        "activity 1, transaction 2, line 89",
    ]
    assert version_2.tables["indicator_periods"][2]["locator"] == (
        "activity 1, result 1, indicator 1, period 1, line 121"
    )


def test_lines_are_right_beyond_65535() -> None:
    content = activity(
        "\n" * 70_000 + "<tag code='1'/>\n<tag code='2'/>\n\n" + transaction("1") + "\n<sector/>\n"
    )
    found = loaded(content)
    assert found.column("tags", "locator") == ["activity 1, line 70001", "activity 1, line 70002"]
    assert found.column("transactions", "locator") == ["activity 1, transaction 1, line 70004"]
    assert found.column("activity_sectors", "locator") == ["activity 1, line 70005"]


def test_version_1_has_letters_and_words_for_the_same_codes(version_1: Loaded) -> None:
    rows = version_1.tables["transactions"]
    assert [(r["type"], r["type_published"]) for r in rows] == [("1", "IF"), ("3", "Disbursement")]
    assert [(r["value"], r["currency"]) for r in rows] == [(Decimal(1000), "KRW"), (Decimal("250.5"), None)]
    assert version_1.column("transactions", "date") == [date(2011, 5, 1), date(2011, 6, 1)]
    assert version_1.column("participating_orgs", "role") == ["1", "4"]
    assert version_1.column("activity_sectors", "vocabulary") == ["1", "99"]
    assert version_1.column("activity_sectors", "vocabulary_published") == ["DAC", "RO"]
    assert version_1.column("activity_dates", "type") == ["1", "4"]
    assert (version_1.only("budgets")["type"], version_1.only("results")["type"]) == ("2", "1")
    assert (version_1.only("activities")["status"], version_1.only("activities")["title"]) == (
        "2",
        "Labour inspection",
    )
    assert version_1.only("activity_places")["latitude"] == 17.9667


def test_version_1_gives_elements_in_any_order_the_identifier_late(version_1: Loaded) -> None:
    assert {row["activity_id"] for rows in version_1.tables.values() for row in rows} == {"XM-EXAMPLE-2"}


@pytest.mark.parametrize("stated", [b"2.03", b"1.00", b"", b"abc", None])
def test_the_content_decides_not_the_version_that_a_file_states(
    version_1: Loaded, stated: bytes | None
) -> None:
    version = b"" if stated is None else b' version="%s"' % stated
    found = loaded(specimen("v105_letters_and_words").replace(b' version="1.05"', version))
    for rows in (found.tables["activities"], version_1.tables["activities"]):
        rows[0].pop("version", None)
    assert found.tables == version_1.tables


@pytest.mark.parametrize(
    ("code", "meaning"), [("C", "2"), ("e", "4"), ("QP", "8"), ("CG", "10"), ("13", "13"), ("14", None)]
)
def test_transaction_types_of_both_versions(code: str, meaning: str | None) -> None:
    row = loaded(activity(transaction("1", type_=code))).only("transactions")
    assert (row["type"], row["type_published"]) == (meaning, code)


def test_namespaces_of_others_are_passed_over_and_text_is_whole() -> None:
    found = loaded(specimen("namespaces_and_comments"))
    assert found.only("activities")["activity_id"] == "XM-EXAMPLE-1"
    assert found.only("transactions")["value"] == 100


def test_activities_are_found_within_another_document() -> None:
    found = loaded(specimen("answer_of_a_datastore"))
    assert found.column("activities", "activity_id") == ["A-1", "A-2"]
    assert found.column("activities", "version") == ["1.03", None]
    assert found.only("results")["title"] == "First"


def test_R21_organisation_files_give_totals_of_each_kind() -> None:
    rows = loaded(specimen("organisation_budgets")).tables["organisation_budgets"]
    assert [(r["kind"], r["code"], r["value"], r["currency"]) for r in rows] == [
        ("total_budget", None, Decimal(3_000_000), "EUR"),
        ("recipient_org_budget", "XM-DAC-41302", Decimal(10), None),
        ("recipient_country_budget", "LA", Decimal("20.5"), None),
        ("recipient_region_budget", "789", Decimal(30), None),
        ("total_expenditure", None, Decimal(2_900_000), None),
    ]
    assert {(r["organisation_id"], r["default_currency"]) for r in rows} == {("XM-EXAMPLE", "USD")}


def test_what_stands_before_a_break_is_read_and_the_break_is_told() -> None:
    found = loaded(specimen("broken_in_the_third_activity"))
    assert found.column("activities", "activity_id") == ["XM-EXAMPLE-1", "XM-EXAMPLE-2"]
    assert len(found.tables["transactions"]) == 1
    assert found.broken == Break(13, "Opening and ending tag mismatch: title line 12 and iati-activity")


def test_a_sound_file_has_no_issues(version_2: Loaded) -> None:
    assert version_2.issues == []
    assert version_2.broken is None


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Totals]:
    path = tmp_path_factory.mktemp("iati") / "generated.xml"
    totals = generate(path, 2_000_000, seed=1)
    return path.read_bytes(), totals


def test_a_load_reproduces_the_totals_of_a_generated_file(generated: tuple[bytes, Totals]) -> None:
    content, totals = generated
    found = loaded(content)
    sums: dict[str, Decimal] = {}
    for row in found.tables["transactions"]:
        sums[row["type"]] = sums.get(row["type"], Decimal(0)) + row["value"]
    assert {table: len(rows) for table, rows in found.tables.items()} == dict(totals.rows)
    assert sums == totals.value_by_type
    assert {issue.rule for issue in found.issues} == {"R28"}, "some organisations have no identifier"


def test_rows_do_not_depend_on_where_the_bytes_are_cut(
    generated: tuple[bytes, Totals], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = generated[0][:300_000].rpartition(b"<iati-activity ")[0] + b"</iati-activities>"
    whole = loaded(content)
    monkeypatch.setattr(safety, "CHUNK_BYTES", 701)
    monkeypatch.setattr(kernel, "_LARGE_BYTES", 2000)
    monkeypatch.setattr(kernel, "BATCH_BYTES", 5000)
    parts = loaded(content, batch_rows=7)
    assert parts.tables == whole.tables
    assert parts.told() == whole.told()
    assert len(parts.batches) > 10 * len(whole.batches)


def test_an_activity_of_any_size_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LARGEST_ELEMENT_BYTES", kernel._LARGE_BYTES + 2 * safety.CHUNK_BYTES)
    number = 25_000
    found = loaded(activity(transaction("0.01") * number), batch_rows=1000)
    assert sum(rows for table, rows in found.batches if table == "transactions") == number
    assert sum(found.column("transactions", "value")) == Decimal("0.01") * number
    assert {*found.column("transactions", "activity_id")} == {"XM-EXAMPLE-1"}
    assert len(found.batches) > 3
    assert found.issues == []


def test_importing_the_package_does_not_import_the_parser() -> None:
    code = "import sys, comity.sources.iati; print({'lxml', 'pyarrow'} & {*sys.modules})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_no_specimen_says_more_than_its_name() -> None:
    for path in Path(__file__).with_name("specimens").glob("iati_*.xml"):
        assert re.fullmatch(r"iati_[a-z0-9_]+\.xml", path.name)
        assert path.stat().st_size < 8000
