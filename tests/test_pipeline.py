"""Loading: replaced by (source, dataset, year), never counted twice, nothing half done."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

import comity
from comity import pipeline
from comity.api import Comity
from comity.errors import FileRefused, SourceNotKnown

HEADER = "government_donor,entity,rev_type,calendar_year,amount\n"
ASSESSED, EARMARKED = "Assessed contributions", "Voluntary non-core (earmarked) contributions"
UNKNOWN = "no source knows this layout; --source NAME says what one misses"
Row = tuple[str, str, str, int, str]


def ceb_file(path: Path, rows: Iterable[Row]) -> Path:
    """A file in the layout of CEB's page export."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def many(year: int, amount: str = "1.00", count: int = 150) -> list[Row]:
    """Different rows of one year that add up to `count` × `amount`."""
    offsets = [(2 * number - count + 1) * Decimal("0.01") for number in range(count)]
    return [("Japan", "FAO", EARMARKED, year, str(Decimal(amount) + offset)) for offset in offsets]


def total(store: Comity, where: str = "true") -> Decimal:
    found = store.sql(f"SELECT coalesce(sum(amount_usd), 0) AS total FROM contributions WHERE {where}")
    return Decimal(found["total"][0].as_py())


def test_a_file_becomes_rows_with_their_origin(store: Comity, tmp_path: Path) -> None:
    report = store.load(ceb_file(tmp_path / "a.csv", many(2020)))
    assert (report.changed, report.kept[0].rows, report.kept[0].years) == (True, 150, (2020,))
    row = store.sql("SELECT * FROM contributions WHERE receiver = 'FAO'").to_pylist()[0]
    assert (row["provider"], row["provider_name"], row["dataset"]) == ("JPN", "Japan", "government_donors")
    assert row["locator"].startswith("line ")
    snapshot = store.sql(f"SELECT name FROM snapshots WHERE sha256 = '{row['snapshot']}'")
    assert snapshot["name"].to_pylist() == ["a.csv"]
    raw = store.store.path / "raw" / row["snapshot"][:2] / row["snapshot"]
    assert raw.read_bytes() == (tmp_path / "a.csv").read_bytes()


def test_the_same_bytes_twice_change_nothing(store: Comity, tmp_path: Path) -> None:
    file = ceb_file(tmp_path / "a.csv", many(2020))
    first = store.load(file)
    again = store.load(file)
    assert (again.changed, again.generation) == (False, first.generation)


def test_a_one_year_file_replaces_that_year_only(store: Comity, tmp_path: Path) -> None:
    store.load(ceb_file(tmp_path / "both.csv", [*many(2019), *many(2020)]))
    store.load(ceb_file(tmp_path / "one.csv", many(2020, "5.00")))
    assert total(store, "receiver = 'FAO' AND year = 2019") == 150
    assert total(store, "receiver = 'FAO' AND year = 2020") == 750


def test_overlapping_files_of_one_load_never_count_twice(store: Comity, tmp_path: Path) -> None:
    one = ceb_file(tmp_path / "one.csv", many(2020, "5.00"))
    both = ceb_file(tmp_path / "two.csv", [*many(2019), *many(2020)])
    report = store.load(one, both)
    assert total(store, "receiver = 'FAO' AND year = 2020") == 150, "the file named last counts"
    assert report.outdone == ("2020 of government_donors stands in both; two.csv counts, not one.csv",)


def test_known_at_still_answers_from_the_older_file(store: Comity, tmp_path: Path) -> None:
    store.load(ceb_file(tmp_path / "a.csv", many(2020)))
    before = store.store.current().created_at
    store.load(ceb_file(tmp_path / "b.csv", many(2020, "5.00")))
    query = "SELECT sum(amount_usd) AS total FROM contributions WHERE receiver = 'FAO'"
    assert store.sql(query, known_at=before)["total"].to_pylist() == [Decimal(150)]
    assert store.sql(query)["total"].to_pylist() == [Decimal(750)]


def test_a_file_that_fails_its_expectations_changes_nothing(store: Comity, tmp_path: Path) -> None:
    before = store.store.current()
    short = ceb_file(tmp_path / "short.csv", many(2020, count=3))
    with pytest.raises(FileRefused, match=r"short.csv: 3 rows, where 100 to 500,000 are expected.*--partial"):
        store.load(short)
    assert store.store.current() == before
    assert store.load(short, partial=True).kept[0].rows == 3


def test_a_year_cut_to_less_than_half_is_refused(store: Comity, tmp_path: Path) -> None:
    store.load(ceb_file(tmp_path / "a.csv", many(2020, count=1000)))
    with pytest.raises(FileRefused, match="150 rows for 2020, where 1,000 are held"):
        store.load(ceb_file(tmp_path / "cut.csv", many(2020, count=150)))


def test_one_bad_file_of_several_is_left_out_with_an_issue(store: Comity, tmp_path: Path) -> None:
    good = ceb_file(tmp_path / "good.csv", many(2020))
    bad = ceb_file(tmp_path / "bad.csv", [*many(2021), ("Japan", "FAO", ASSESSED, 2021, "twelve")])
    strange = tmp_path / "strange.txt"
    strange.write_text("hello")
    report = store.load(good, bad, strange)
    assert [kept.path.name for kept in report.kept] == ["good.csv"]
    issues = store.sql("SELECT dataset, locator, text FROM issues WHERE source = 'load' ORDER BY dataset")
    assert issues.to_pylist() == [
        {"dataset": "bad.csv", "locator": "line 152", "text": "left out: “twelve” is not a number"},
        {"dataset": "strange.txt", "locator": "", "text": f"left out: {UNKNOWN}"},
    ]
    assert total(store, "year = 2021 AND receiver = 'FAO'") == 0


def test_the_issue_goes_when_the_file_is_mended(store: Comity, tmp_path: Path) -> None:
    good = ceb_file(tmp_path / "good.csv", many(2020))
    bad = ceb_file(tmp_path / "bad.csv", [*many(2021), ("Japan", "FAO", ASSESSED, 2021, "twelve")])
    store.load(good, bad)
    store.load(ceb_file(bad, many(2021)))
    assert store.sql("SELECT * FROM issues WHERE source = 'load'").num_rows == 0


def test_nothing_kept_of_several_is_an_error(store: Comity, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("hello")
    with pytest.raises(FileRefused, match="none could be kept"):
        store.load(tmp_path / "a.txt", tmp_path / "b.txt")


def test_a_truncated_gzip_is_one_clear_line(store: Comity, tmp_path: Path) -> None:
    whole = gzip.compress(ceb_file(tmp_path / "a.csv", many(2020)).read_bytes())
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileRefused, match=r"cut.csv.gz, byte \d+: the gzip ends too early"):
        store.load(cut)


def test_a_gzip_that_unpacks_to_too_much_is_refused(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LARGEST_FILE", 1024**2)
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 5 * 1024**2))
    with pytest.raises(FileRefused, match="unpacks to more than 1 MiB"):
        store.load(bomb, source="ceb")


def test_a_file_can_be_forced_on_one_source_only_if_it_fits(store: Comity, tmp_path: Path) -> None:
    file = ceb_file(tmp_path / "a.csv", many(2020))
    with pytest.raises(FileRefused, match="the nearest layout is “rates”"):
        store.load(file, source="rates")
    with pytest.raises(SourceNotKnown, match="no source called “cebb”; nearest: ceb"):
        store.load(file, source="cebb")


def test_the_starter_never_replaces_what_a_user_loaded(store: Comity, tmp_path: Path) -> None:
    store.load(ceb_file(tmp_path / "a.csv", many(2020)))
    report = pipeline.load(store.store, pipeline.starter_files(), starter=True)
    assert not report.changed
    assert total(store, "receiver = 'FAO' AND year = 2020") == 150


def test_R28_an_unknown_donor_is_an_issue_and_its_rows_stay(store: Comity, tmp_path: Path) -> None:
    rows = [*many(2020), ("Atlantis", "FAO", ASSESSED, 2020, "7.00")]
    store.load(ceb_file(tmp_path / "a.csv", rows))
    kept = store.sql("SELECT provider, amount_usd FROM contributions WHERE provider_name = 'Atlantis'")
    assert kept.to_pylist() == [{"provider": None, "amount_usd": Decimal("7.000000")}]
    issue = store.sql("SELECT rule, text FROM issues WHERE text LIKE '%Atlantis%'").to_pylist()
    assert [i["rule"] for i in issue] == ["R28"]


def test_R28_a_new_alias_gives_old_rows_their_party(store: Comity, tmp_path: Path) -> None:
    rows = [*many(2020), ("Atlantis", "FAO", ASSESSED, 2020, "7.00")]
    store.load(ceb_file(tmp_path / "a.csv", rows))
    starter = next(path for path in pipeline.starter_files() if path.name == "aliases.csv")
    mine = tmp_path / "aliases.csv"
    mine.write_text(
        starter.read_text(encoding="utf-8") + "Atlantis,name,NOR,same,,,me,a test\n", encoding="utf-8"
    )
    store.load(mine)
    assert total(store, "provider = 'NOR' AND provider_name = 'Atlantis'") == 7
    assert store.sql("SELECT * FROM issues WHERE text LIKE '%Atlantis%'").num_rows == 0


def test_a_folder_is_loaded_with_all_that_is_in_it(store: Comity, tmp_path: Path) -> None:
    inner = tmp_path / "files" / "inner"
    inner.mkdir(parents=True)
    ceb_file(tmp_path / "files" / "a.csv", many(2019))
    ceb_file(inner / "b.csv", many(2020))
    assert [kept.years for kept in store.load(tmp_path / "files").kept] == [(2019,), (2020,)]


def test_R24_the_same_row_twice_counts_once(store: Comity, tmp_path: Path) -> None:
    store.load(ceb_file(tmp_path / "twice.csv", [*many(2012), *many(2012)]))
    assert total(store, "receiver = 'FAO' AND year = 2012") == 150
    issues = store.sql("SELECT rule, text FROM issues WHERE rule = 'R24'").to_pylist()
    assert [issue["text"] for issue in issues] == [
        "the same row stands more than once; it counts once (150 rows)"
    ]


def test_the_same_bytes_under_two_names_count_once(store: Comity, tmp_path: Path) -> None:
    one = ceb_file(tmp_path / "one.csv", many(2012))
    two = ceb_file(tmp_path / "two.csv", many(2012))
    store.load(one, two)
    assert total(store, "receiver = 'FAO' AND year = 2012") == 150
    assert not store.load(one).changed


def test_own_tables_of_another_name_add_and_do_not_replace(store: Comity, tmp_path: Path) -> None:
    france = tmp_path / "ratifications-fra.csv"
    france.write_text(
        "party,organisation,instrument,registered,in_force,denounced,stated_by,confidence,note\n"
        "FRA,ILO,C087,1951-06-28,1952-06-28,,a test,high,\n"
    )
    store.load(france)
    registered = "SELECT party, count(*) AS n FROM ratifications GROUP BY party ORDER BY party"
    assert store.sql(registered).to_pylist() == [{"party": "FRA", "n": 1}, {"party": "KOR", "n": 32}]


def test_a_table_cut_short_does_not_replace_the_whole(store: Comity, tmp_path: Path) -> None:
    cut = tmp_path / "ratifications.csv"
    cut.write_text(
        "party,organisation,instrument,registered,in_force,denounced,stated_by,confidence,note\n"
        "FRA,ILO,C087,1951-06-28,1952-06-28,,a test,high,\n"
    )
    with pytest.raises(FileRefused, match="1 rows for ratifications, where 32 are held"):
        store.load(cut)


def test_wrong_columns_are_named(store: Comity, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(HEADER.replace("amount", "amuont") + "Japan,FAO,R01,2020,1\n")
    with pytest.raises(
        FileRefused, match="column amount is missing; the nearest layout is “government_donors”"
    ):
        store.load(wrong, source="ceb")


def test_utf_16_is_told(store: Comity, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER, encoding="utf-16")
    with pytest.raises(FileRefused, match="UTF-16; save the file as UTF-8"):
        store.load(tmp_path / "a.csv")


def test_the_starter_can_be_read_again_over_full_files(full_store: Comity, tmp_path: Path) -> None:
    shutil.copytree(full_store.store.path, tmp_path / "copy")
    copy = comity.open(tmp_path / "copy")
    report = pipeline.load(copy.store, pipeline.starter_files(), starter=True)
    assert (report.changed, report.refused) == (False, ())
