"""What a load says: of files that are no data, of zips, of half a file, of Ctrl-C, and how it shows."""

from __future__ import annotations

import gzip
import io
import os
import pty
import re
import select
import signal
import sys
import time
import zipfile
from pathlib import Path

import pytest

from comity import streaming
from comity.api import Comity
from comity.errors import FileRefused
from comity.provenance import digest
from comity.sources import _opening
from tests.test_cli import comity
from tests.test_load_iati import one, rows, write


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def xml(number: int) -> bytes:
    return f"<iati-activities version='2.03'>{one(number)}</iati-activities>".encode()


def skipped(stderr: str) -> dict[str, str]:
    lines = (line.removeprefix("skipped").strip() for line in stderr.splitlines() if line[:7] == "skipped")
    return {name: reason for name, _, reason in (line.partition(": ") for line in lines)}


# Zips


def test_each_xml_of_a_zip_is_a_dataset_and_the_rest_is_told(store: Comity, tmp_path: Path) -> None:
    members = {
        "a.xml": xml(1), "in/b.xml.gz": gzip.compress(xml(2)), "../../evil.xml": xml(3),
        "notes.txt": b"hello", "__MACOSX/a.xml": b"x", "cut.xml": xml(4)[:-30],
    }  # fmt: skip
    file = packed(tmp_path / "pub.zip", **members)
    report = store.load(file)
    assert [kept.dataset for kept in report.kept] == ["pub/a", "pub/in/b", "pub/evil"]
    assert [row[:2] for row in rows(store)] == [
        ("pub/a", "XM-EXAMPLE-1"), ("pub/evil", "XM-EXAMPLE-3"), ("pub/in/b", "XM-EXAMPLE-2"),
    ]  # fmt: skip
    told = {r.name: r.reason for r in report.refused}
    assert told["pub.zip"] == "members that are no XML: notes.txt"
    assert "breaks off" in told["pub.zip/cut.xml"]
    assert store.store.raw(digest(file.read_bytes())) == file.read_bytes(), "the zip is what is kept, once"
    assert {p.name for p in tmp_path.iterdir()} >= {"pub.zip"}
    assert not (tmp_path.parent.parent / "evil.xml").exists()
    assert not store.load(file).changed


@pytest.mark.parametrize("workers", [1, 2])
def test_members_of_a_zip_are_read_in_several_groups(
    store: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(streaming, "GROUP_BYTES", 400)
    packed(tmp_path / "pub.zip", **{f"{n}.xml": xml(n) for n in range(8)})
    store.load(tmp_path / "pub.zip", workers=workers)
    assert len(rows(store)) == 8


def test_a_zip_of_one_xml_is_a_dataset_of_its_own_name(store: Comity, tmp_path: Path) -> None:
    report = store.load(packed(tmp_path / "pub.zip", **{"in/whatever.xml.gz": gzip.compress(xml(1))}))
    assert [kept.dataset for kept in report.kept] == ["pub"]


def test_a_zip_of_other_files_is_told_by_member(store: Comity, tmp_path: Path) -> None:
    file = packed(
        tmp_path / "pub.zip", **{"a.txt": b"hello", "b.zip": packed(tmp_path / "in.zip").read_bytes()}
    )
    with pytest.raises(
        FileRefused,
        match=r"pub\.zip: a zip of 2 files of which none can be read; the first: .*a\.txt: no source",
    ):
        store.load(file)


def test_a_zip_whose_files_overlap_is_refused(tmp_path: Path) -> None:
    """A small zip that names the same bytes a thousand times would unpack for days."""
    content = packed(tmp_path / "a.zip", **{"a.xml": xml(1), "b.xml": xml(2)}).read_bytes()
    directory = content.index(b"PK\x01\x02")
    large = bytearray(content)
    large[directory + 20 : directory + 24] = (10**6).to_bytes(4, "little")
    with pytest.raises(FileRefused, match="whose files overlap"):
        _opening.listed(io.BytesIO(bytes(large)), "a.zip")


def test_a_bomb_in_a_zip_is_refused_and_the_others_kept(store: Comity, tmp_path: Path) -> None:
    bomb = b"<iati-activities>" + b" " * 60_000_000
    report = store.load(packed(tmp_path / "pub.zip", **{"good.xml": xml(1), "bomb.xml": bomb}))
    assert [kept.dataset for kept in report.kept] == ["pub/good"]
    assert [r.name for r in report.refused] == ["pub.zip/bomb.xml"]


# What is no data


def test_what_a_file_is_instead_is_said_with_the_line(store: Comity, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    write(folder / "good.xml", [1])
    for name, content in {
        "empty.xml": "", "page.xml": "\n<!doctype html>\n<html><body>404</body></html>",
        "not.xml": "hello\nyou",
        "other.xml": "<?xml version='1.0'?>\n<!-- a -->\n<bad/>", "a.json": "{}", "deep/a.json": "{}",
    }.items():  # fmt: skip
        (folder / name).write_text(content)
    (folder / "cut.xml.gz").write_bytes(gzip.compress(b"<iati-activities/>")[:10])
    (folder / "link.xml").symlink_to(tmp_path / "nowhere")
    (folder / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.xml")
    ended = comity("load", str(folder), store=store)
    unknown = "no source knows this layout; --source NAME says what one misses"
    assert skipped(ended.stderr) == {
        "a.json": unknown, "deep/a.json": unknown,
        "cut.xml.gz": "the gzip ends too early; fetch the file again",
        "elsewhere": "a link to a folder; name it itself",
        "empty.xml": "the file is empty",
        "link.xml": "a link to nothing",
        "not.xml, line 1": "not XML: it begins with “hello you”",
        "other.xml, line 3": "XML that no source knows: its first element is <bad>",
        "page.xml, line 1": "a web page (HTML), perhaps an error message; fetch the file again",
        "pipe.xml": "not a file",
    }  # fmt: skip
    count = "SELECT count(*) AS n FROM issues WHERE source = 'load'"
    assert store.sql(count)["n"].to_pylist() == [10]
    write(folder / "deep" / "a.json", [7])
    (folder / "not.xml").write_text(f"<iati-activities>{one(9)}</iati-activities>")
    store.load(folder / "deep" / "a.json", folder / "not.xml")
    left = "SELECT dataset FROM issues WHERE source = 'load' AND dataset IN ('not.xml', 'deep/a.json')"
    assert store.sql(left).num_rows == 0, "told until the file is loaded, however it is named"


# Half a file


def test_half_a_file_that_is_kept_is_said_each_time(store: Comity, tmp_path: Path) -> None:
    file = write(tmp_path / "a.xml", [1, 2], end="<iati-activity><title>")
    os.utime(file, (1_600_000_000, 1_600_000_000))
    for asked in (("--partial",), (), ("--partial",)):
        ended = comity("load", str(file), *asked, store=store)
        assert ended.returncode == 0
        (kept,) = [line for line in ended.stderr.splitlines() if line.startswith("kept")]
        assert "iati/a, 2 activities, 2 transactions" in kept
        assert re.search(r"; line 1: the file breaks off \(.*\); what stands before is kept$", kept)


# Interrupted, and shown


def _on_a_terminal(store: Comity, folder: Path, width: int, interrupt: str = "") -> tuple[int, list[str]]:
    """Loads on a terminal `width` wide, with Ctrl-C once `interrupt` shows; gives the code and what stood
    in a line."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(COMITY_STORE=str(store.store.path), TERM="xterm", COLUMNS=str(width))
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests started in the background are deaf to it
        command = str(Path(sys.executable).with_name("comity"))
        os.execv(command, [command, "load", str(folder), "--workers", "2"])  # noqa: S606
    shown, asked, until = b"", False, time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if interrupt and not asked and interrupt.encode() in shown:
            os.write(terminal, b"\x03")
            asked = True
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown).decode("utf-8", "replace")
    return code, [line.rstrip() for line in re.split(r"[\r\n]+", plain) if line.strip()]


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for number in range(12):
        write(tmp_path / "in" / f"file-{number:02}.xml", range(10_000 * number, 10_000 * number + 6_000))
    return tmp_path / "in"


def test_ctrl_c_is_answered_with_one_line_and_changes_nothing(store: Comity, large: Path) -> None:
    before = store.store.current()
    code, lines = _on_a_terminal(store, large, 80, interrupt="reading ")
    assert (code, lines[-1]) == (130, "interrupted; nothing was changed")
    assert not [line for line in lines if "Traceback" in line or "KeyboardInterrupt" in line]
    assert store.store.current() == before
    assert store.load(large).changed


@pytest.mark.parametrize(("width", "numbers"), [(100, True), (40, False)])
def test_the_bar_names_the_file_that_is_read_and_keeps_to_its_line(
    store: Comity, large: Path, width: int, numbers: bool
) -> None:
    code, lines = _on_a_terminal(store, large, width)
    assert code == 0
    reading = [line for line in lines if "reading " in line]
    assert len({name for line in reading for name in re.findall(r"file-\d\d", line)}) > 2
    assert all(len(line) <= width for line in lines if line[:1] in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
    assert any("MB" in line for line in reading) == numbers
    assert not [line for line in lines if "?" in line and "bytes" in line]
