"""Files made to do harm are refused, within memory bounds and before anything is looked up elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from comity.errors import FileRefused
from comity.sources import _opening as safety
from comity.sources.iati import kernel
from tests.iati import loaded, specimen

ONE = b"<iati-activity><iati-identifier>A-1</iati-identifier></iati-activity>"
SOUND = b"<iati-activities>" + ONE + b"</iati-activities>"
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY l0 "lol">'
    + b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 12))
    + b"]>"
)


def refused(content: bytes, name: str = "file.xml") -> str:
    with pytest.raises(FileRefused) as found:
        loaded(content, name)
    return str(found.value)


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE l [<!ENTITY a "b">]>',
        b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE l [<!ENTITY % a SYSTEM "http://example.org/a.dtd"> %a;]>',
        b'<!DOCTYPE l SYSTEM "a.dtd">',
        b'<!DOCTYPE l PUBLIC "-//A//B" "http://example.org/a.dtd">',
        b"<!DOCTYPE l [<!ELEMENT l ANY>]>",
        b"<!-- <x> --><?x <y> ?>\n<!DOCTYPE l [",
        LAUGHS,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_declarations_of_entities_and_references_to_other_files_are_refused(
    doctype: bytes, encoding: str
) -> None:
    head = f"<?xml version='1.0' encoding='{encoding}'?>\n"
    said = refused((head + doctype.decode() + SOUND.decode()).encode(encoding))
    assert "a document type that declares entities or refers to other files" in said
    assert "file.xml, line " in said


@pytest.mark.parametrize(
    "doctype", [b"<!DOCTYPE iati-activities>", b"<!DOCTYPE iati-activities [\n]>\n", b"<!--[>-->"]
)
def test_a_document_type_that_says_nothing_is_no_matter(doctype: bytes) -> None:
    assert loaded(doctype + SOUND).column("activities", "activity_id") == ["A-1"]


def test_a_declaration_within_a_comment_or_text_is_none() -> None:
    content = SOUND.replace(b"A-1", b"A-1<!-- <!DOCTYPE l [ --><![CDATA[<!DOCTYPE l [<!ENTITY ]]>")
    assert loaded(content).column("activities", "activity_id") == ["A-1<!DOCTYPE l [<!ENTITY"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<iati-activities>" + b"<a>" * 10**6, "Excessive depth"),
        (b"<a>" * 10**6, "Excessive depth"),
        (SOUND.replace(b"A-1", b"x" * 11_000_000), "more than 8 MiB"),
        (b"<iati-activities>" + b"<a/>" * 2_200_000, "no activity or organisation in more than 8 MiB"),
        (b"<iati-activities><iati-activity><x>" + b"<a/>" * 2_200_000, "an element of more than 8 MiB"),
        (b"<iati-activities " + b"x" * 60_000 + b"='1'/>", "Name too long"),
        (b"<!--" + b"-x" * 600_000, "no element in the first 1024 KiB"),
        (b"<!DOCTYPE " + b"x" * 1_100_000, "no element in the first 1024 KiB"),
    ],
    ids=[
        "deep",
        "deep and not IATI",
        "long text",
        "no activity",
        "large element",
        "long name",
        "prolog",
        "doctype",
    ],
)
def test_documents_that_would_exhaust_the_reader_are_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not XML"),
        (b"a,b\n1,2\n", "line 1: not XML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not XML"),
        (b"<!doctype html><html></html>", "not XML"),
        (b"<html/>", "not IATI: its first element is <html>"),
        (b"<iati-activities", "not XML"),
        (b"<?xml version='1.0' encoding='x-none'?><a/>", "the encoding “x-none” is not known"),
        (b"<?xml version='1.0' encoding='zlib'?><a/>", "the encoding “zlib” is not known"),
        (b"<?xml version='1.0' encoding='undefined'?><a/>", "the encoding “undefined” is not known"),
        (b"<?xml version='1.0' encoding='idna'?><a/>", "the encoding “idna” is not known"),
    ],
)
def test_what_is_not_iati_is_refused_in_one_line(content: bytes, reason: str) -> None:
    said = refused(content)
    assert reason in said
    assert "\n" not in said


def test_gzip_and_zip_give_the_same_rows() -> None:
    plain = specimen("v203_all_tables")
    whole = loaded(plain).tables
    assert loaded(gzip.compress(plain)).tables == whole
    tiny = b"".join(gzip.compress(plain[at : at + 1]) for at in range(len(plain)))
    assert loaded(tiny).tables == whole
    assert loaded(gzip.compress(plain[:700]) + gzip.compress(plain[700:]) + bytes(10)).tables == whole
    assert (
        loaded(zipped(**{"a/file.xml": plain, "a/README.txt": b"x", "__MACOSX/a/file.xml": b"x"})).tables
        == whole
    )


def test_packed_bytes_that_end_too_early_are_a_break_after_what_was_read() -> None:
    plain = b"<iati-activities>" + b"".join(
        ONE.replace(b"A-1", b"A-%d" % (n * 7919**3)) + b"\n" for n in range(20_000)
    )
    packed = gzip.compress(plain)
    cut, damaged = packed[:-3000], packed[:100_000] + b"\0" * 50 + packed[100_050:]
    for content, reason in ((cut, "the gzip ends too early"), (damaged, "")):
        found = loaded(content, "file.xml.gz")
        assert found.broken is not None
        assert reason in found.broken.reason
        assert len(found.tables["activities"]) > 5000
        assert found.broken.line is not None
        assert found.broken.line > len(found.tables["activities"])
    assert "not XML (the gzip ends too early" in refused(packed[:12])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped(**{"a.xml": SOUND, "b.xml": SOUND}), "a zip of 2 files; unpack it and load the folder"),
        (zipped(), "not XML"),
        (zipped(**{"a.xml": b""}), "not XML"),
        (zipped(**{"a.xml": SOUND})[:-30], "not a sound zip"),
        (zipped(**{"a.xml": SOUND}).replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0")
         .replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"), "encrypted"),
        (zipped(**{f"{n:060}": b"" for n in range(12_000)}), "a zip with too long a list of files"),
    ],
    ids=["two", "none", "empty", "cut", "encrypted", "long list"],
)  # fmt: skip
def test_a_zip_must_hold_one_file(content: bytes, reason: str) -> None:
    assert reason in refused(content, "file.zip")


PEAK = """
import io, gzip, json, resource, sys, zipfile
from comity.errors import FileRefused
from comity.sources import Break
from comity.sources.iati import kernel

def pack(name):
    held = io.BytesIO()
    archive = zipfile.ZipFile(held, "w", 8)
    with gzip.open(held, "wb") if name == "gzip" else archive.open("a.xml", "w") as file:
        file.write(b"<iati-activities>")
        for _ in range(100):
            file.write((b"<iati-activity>" + b" " * 2**16 + b"</iati-activity>") * 16)
    if name == "zip":
        archive.close()
    return held.getvalue()

def wide(number):
    yield b"<iati-activities>"
    for n in range(number):
        yield b"<w><iati-activity/>" + b"<a/>" * 1_800_000 + b"</w>"

class Stream(io.RawIOBase):
    def __init__(self, pieces): self.pieces, self.left = pieces, b""
    def read(self, size):
        while len(self.left) < size and (more := next(self.pieces, b"")):
            self.left += more
        found, self.left = self.left[:size], self.left[size:]
        return found

said = {}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, stream in {
    "gzip": io.BytesIO(pack("gzip")),
    "zip": io.BytesIO(pack("zip")),
    "large": io.BytesIO(b"<iati-activities><iati-activity><x>" + b"<a/>" * 3_000_000),
    "wide": Stream(wide(6)),
    "texts": Stream(iter([b"<iati-activities>"] + [
        b"<iati-activity><title>" + b"x" * 2**20 + b"</title></iati-activity>"] * 150)),
}.items():
    try:
        for item in kernel.read(stream, name):
            if isinstance(item, Break):
                said[name] = item.reason
            item = None
    except FileRefused as refusal:
        said[name] = str(refusal)
said["peak_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(json.dumps(said))
"""


def test_bombs_are_refused_within_memory_bounds() -> None:
    run = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    for name in ("gzip", "zip"):
        assert "unpacks to more than 200 times its size" in said[name]
    assert "an element of more than 8 MiB" in said["large"]
    assert said["peak_mb"] < 450


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped(**{"a.xml": content})])
def test_bombs_of_sound_activities_are_refused_by_their_ratio(
    pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "FREE_BYTES", 100_000)
    assert callable(pack)
    content = pack(b"<iati-activities>" + b"<iati-activity/>" * 30_000 + b"</iati-activities>")
    assert "unpacks to more than 200 times its size" in refused(content)


def test_more_than_the_largest_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "LARGEST_BYTES", 200_000)
    assert "GiB when unpacked" in refused(b"<iati-activities>" + b"<iati-activity/>" * 20_000)


def test_other_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    sheet = f'<?xml-stylesheet href="{secret}"?>'
    found = loaded(sheet.encode() + SOUND.replace(b"A-1", b"A-1" + include.encode()))
    assert "SECRET" not in str(found.tables)
    assert found.column("activities", "activity_id") == ["A-1"]


def test_the_limits_leave_room_for_real_files() -> None:
    assert safety.LARGEST_RATIO >= 200
    assert kernel.LARGEST_ELEMENT_BYTES >= 8 * 1024**2
