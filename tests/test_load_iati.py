"""IATI files come into the store piece by piece: whole or not at all, each once, several at a time."""

from __future__ import annotations

import gzip
import hashlib
import os
import pickle
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from comity import streaming
from comity.api import Comity, open_store
from comity.errors import ComityError, FileRefused, NotWritable, ReadingStopped
from comity.provenance import digest
from comity.sources import _opening
from comity.store import raw
from tests.iati import transaction
from tests.test_cli import comity

ROW = "SELECT dataset, activity_id, value FROM activities LEFT JOIN transactions USING (dataset, activity_id)"


def one(number: int, value: int = 100) -> str:
    return (
        f"<iati-activity default-currency='USD'><iati-identifier>XM-EXAMPLE-{number}</iati-identifier>"
        f"{transaction(str(value))}</iati-activity>"
    )


def write(path: Path, numbers: Iterable[int], value: int = 100, end: str = "</iati-activities>") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<iati-activities version='2.03'>{''.join(one(n, value) for n in numbers)}{end}")
    return path


def rows(store: Comity) -> list[tuple[object, ...]]:
    return sorted(tuple(row.values()) for row in store.sql(ROW).to_pylist())


def parquet_files(store: Comity) -> dict[str, int]:
    return {str(p): p.stat().st_ino for p in store.store.rows.rglob("*.parquet")}


def test_each_file_is_a_dataset_and_its_bytes_are_kept(store: Comity, tmp_path: Path) -> None:
    first, second = write(tmp_path / "in" / "a.xml", [1, 2]), tmp_path / "in" / "b.xml.gz"
    second.write_bytes(gzip.compress(write(tmp_path / "plain.xml", [3]).read_bytes()))
    report = store.load(tmp_path / "in")
    assert [(kept.dataset, dict(kept.counts)) for kept in report.kept] == [
        ("a", {"activities": 2, "transactions": 2}),
        ("b", {"activities": 1, "transactions": 1}),
    ]
    assert [row[:2] for row in rows(store)] == [
        ("a", "XM-EXAMPLE-1"), ("a", "XM-EXAMPLE-2"), ("b", "XM-EXAMPLE-3"),
    ]  # fmt: skip
    for file in (first, second):
        assert store.store.raw(digest(file.read_bytes())) == file.read_bytes()


def test_two_processes_give_the_rows_of_one(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "GROUP_BYTES", 1000)
    for name in range(6):
        write(tmp_path / "in" / f"f{name}.xml", range(10 * name, 10 * name + 9))
    other = open_store(shutil.copytree(store.store.path, tmp_path / "other"))
    seen: list[tuple[str, int, int]] = []
    store.load(tmp_path / "in", workers=2, watch=lambda *at: seen.append(at))
    other.load(tmp_path / "in")
    assert rows(store) == rows(other)
    assert len(rows(store)) == 54
    assert {total for _, _, total in seen} == {sum(p.stat().st_size for p in (tmp_path / "in").iterdir())}


def test_what_has_not_changed_is_not_read_again(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.xml", [1, 2])
    os.utime(file, (1_600_000_000, 1_600_000_000))
    before = store.load(file)
    held = parquet_files(store)
    hashed: list[object] = []

    def counting(*asked: Any) -> Any:
        hashed.append(asked)
        return true(*asked)

    true = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", counting)
    again = store.load(file)
    assert (again.changed, again.generation, again.kept[0].unchanged) == (False, before.generation, True)
    assert not hashed, "size and time are the same"
    assert dict(again.kept[0].counts) == {"activities": 2, "transactions": 2}
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert not store.load(file).changed
    assert len(hashed) == 1, "the time is another, so the bytes are compared"
    assert parquet_files(store) == held


def test_a_file_changed_a_moment_ago_is_compared_by_its_bytes(store: Comity, tmp_path: Path) -> None:
    """Its time may not show a further change: two writes can fall into one tick of the clock."""
    file = write(tmp_path / "a.xml", [1], value=100)
    now = file.stat()
    store.load(file)
    write(file, [1], value=200)
    os.utime(file, ns=(now.st_atime_ns, now.st_mtime_ns))
    assert store.load(file).changed
    assert [row[2] for row in rows(store)] == [200]


def test_a_changed_file_replaces_its_dataset_and_no_other(store: Comity, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.xml", [1, 2])
    write(tmp_path / "in" / "b.xml", [3])
    store.load(tmp_path / "in")
    write(tmp_path / "in" / "a.xml", [1, 4], value=5)
    store.load(tmp_path / "in")
    assert [(d, i, int(v)) for d, i, v in rows(store)] == [  # type: ignore[call-overload]
        ("a", "XM-EXAMPLE-1", 5), ("a", "XM-EXAMPLE-4", 5), ("b", "XM-EXAMPLE-3", 100),
    ]  # fmt: skip


def test_files_of_one_name_in_two_folders_are_two_datasets(store: Comity, tmp_path: Path) -> None:
    write(tmp_path / "in" / "x" / "activities.xml", [1])
    write(tmp_path / "in" / "y" / "activities.xml", [2])
    report = store.load(tmp_path / "in")
    assert [kept.dataset for kept in report.kept] == ["x/activities", "y/activities"]
    assert len(rows(store)) == 2


def test_of_a_broken_file_the_last_good_copy_stays(store: Comity, tmp_path: Path) -> None:
    file = write(tmp_path / "a.xml", [1, 2])
    store.load(file)
    write(file, [1, 2, 3], value=9, end="<iati-activity><title>")
    with pytest.raises(FileRefused, match=r"a.xml, line 1: it breaks off there .*say --partial"):
        store.load(file)
    other = write(tmp_path / "b.xml", [7])
    report = store.load(file, other)
    assert (len(report.refused), dict(report.left_out)["activities"]) == (1, 3)
    assert [int(v) for *_, v in rows(store)] == [100, 100, 100]  # type: ignore[call-overload]
    assert store.load(file, partial=True).changed
    assert [int(v) for d, _, v in rows(store) if d == "a"] == [9, 9, 9]  # type: ignore[call-overload]
    (told,) = store.sql("SELECT text FROM issues WHERE rule = 'xml' AND dataset = 'a'").to_pylist()
    assert "breaks off" in told["text"]


def test_of_a_file_made_to_do_harm_nothing_is_kept(store: Comity, tmp_path: Path) -> None:
    """Rows met before the harm shows are in the folder of rows, and count nowhere."""
    deep = "<a>" * 300
    bad = write(tmp_path / "in" / "bad.xml", range(5), end=f"<iati-activity>{deep}")
    good = write(tmp_path / "in" / "good.xml", [9])
    report = store.load(tmp_path / "in")
    assert ([k.path for k in report.kept], [r.name for r in report.refused]) == ([good], [bad.name])
    assert [row[0] for row in rows(store)] == ["good"]
    assert digest(bad.read_bytes()) not in {p.name for p in (store.store.path / "raw").rglob("*")}


def test_a_dataset_that_lost_most_of_its_activities_needs_a_word(store: Comity, tmp_path: Path) -> None:
    file = write(tmp_path / "a.xml", range(20))
    store.load(file)
    write(file, range(4))
    with pytest.raises(FileRefused, match=r"4 rows for a, where 20 are held; .* say --partial"):
        store.load(file)
    store.load(file, partial=True)
    assert len(rows(store)) == 4


def test_bytes_have_a_name_only_when_they_are_written_down(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave an empty file under the hash of a full one, never to be written again."""
    settled: list[tuple[Path, bool]] = []
    for number in range(3):
        write(tmp_path / "in" / f"{number}.xml", [number])

    def full(path: Path) -> None:
        settled.append((path, path.is_dir()))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(raw, "settle", full)
    with pytest.raises(NotWritable, match="No space left on device; nothing was changed"):
        store.load(tmp_path / "in")
    assert settled
    assert not [folder for _, folder in settled if folder]
    assert not [p for p in (store.store.path / "raw").rglob("*") if p.name.startswith(".")]
    for number in range(3):
        held = digest((tmp_path / "in" / f"{number}.xml").read_bytes())
        assert not (store.store.path / "raw" / held[:2] / held).exists()


def test_what_has_not_changed_is_not_even_opened_to_be_recognised(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.xml", [1])
    os.utime(file, (1_600_000_000, 1_600_000_000))
    store.load(file)
    monkeypatch.setattr(_opening, "head", None)
    assert store.load(file).kept[0].unchanged


def test_drafts_of_a_killed_load_are_removed(store: Comity, tmp_path: Path) -> None:
    (store.store.rows / ".123-abc").mkdir()
    (store.store.path / "raw" / ".123").write_text("half a file")
    store.load(write(tmp_path / "a.xml", [1]))
    assert not [*store.store.rows.glob(".*"), *(store.store.path / "raw").glob(".*")]


def test_errors_travel_between_processes() -> None:
    for error in (
        NotWritable("/x", "No space left"),
        FileRefused("a.xml", "bad", "line 3"),
        ReadingStopped(7),
    ):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes
        assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)
        assert isinstance(again, ComityError)


def _worst(peers: Path, places: Path) -> int:
    """Fifty of the files that no IATI reader can take, under names of their own."""
    names = [
        "not-xml.xml", "xml-but-not-iati.xml", "invalid_[adfns]*.xml", "malformed.xml",
        "valid_nomore*.xml", "valid_regexno*.xml", "valid_starts*.xml", "valid_sum.xml", "valid_unique.xml",
        "iati-with-xml-*.xml", "broken.xml", "iati-act-me-feedback-no-ns.xml", "iati-org-xml-errors.xml",
        "valid_not_iati.xml", "*.xlsx", "*.csv", "*.tsv", "*.json",
    ]  # fmt: skip
    found = {path.name: path for name in names for path in sorted(peers.rglob(name))}
    places.mkdir(parents=True)
    for number, path in enumerate(list(found.values())[:50]):
        shutil.copyfile(path, places / f"bad-{number:02}-{path.name}")
    return len(list(places.iterdir()))


def test_fifty_of_the_worst_files_do_not_keep_a_thousand_good_ones_out(
    store: Comity, tmp_path: Path, shared_data: Path
) -> None:
    for number in range(1000):
        write(tmp_path / "in" / f"good-{number:04}.xml", [number])
    assert _worst(shared_data / "peers", tmp_path / "in" / "bad") == 50
    ended = comity("load", str(tmp_path / "in"), store=store)
    assert ended.returncode == 0, ended.stderr
    kept = store.sql("SELECT dataset FROM activities").column("dataset").to_pylist()
    assert len([name for name in kept if name.startswith("good-")]) == 1000
    skipped = [line for line in ended.stderr.splitlines() if line.startswith("skipped")]
    assert f"{1000 + 50 - len(skipped):,} files of iati" in ended.stderr
    assert "left out" in ended.stderr
    issues = store.sql("SELECT dataset, locator, text FROM issues WHERE source = 'load'").to_pylist()
    assert len(issues) == len({issue["dataset"] for issue in issues}) == len(skipped)
    assert len(skipped) == 50
    broken = [issue for issue in issues if "breaks off" in issue["text"]]
    assert broken
    assert all(issue["locator"].startswith("line ") for issue in broken)
    assert comity("load", str(tmp_path / "in"), "--strict", store=store).returncode == 1
