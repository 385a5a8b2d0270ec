"""The validator's schemas: the verdicts of other IATI tools, and files that reach beyond themselves."""

from __future__ import annotations

import gzip
import resource
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.api import Comity
from comity.errors import FileRefused
from comity.sources import _xml
from comity.sources.iati.validator import Finding, Standard, schema, validate
from comity.validation import standard_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# A schema of our own, a hundred times smaller than the standard's and cut up in the same way.
OURS = {
    "iati-activities-schema.xsd": b"""\
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" version="2.03">
  <xsd:include schemaLocation="iati-common.xsd"/>
  <xsd:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
  <xsd:element name="iati-activities"><xsd:complexType>
    <xsd:sequence><xsd:element ref="iati-activity" maxOccurs="unbounded"/></xsd:sequence>
    <xsd:attribute name="version" type="xsd:string"/>
  </xsd:complexType></xsd:element>
</xsd:schema>""",
    "iati-common.xsd": b"""\
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" version="2.03">
  <xsd:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
  <xsd:element name="iati-activity"><xsd:complexType>
    <xsd:sequence>
      <xsd:element name="iati-identifier" type="xsd:string"/>
      <xsd:element name="value" type="xsd:decimal" minOccurs="0"/>
    </xsd:sequence>
    <xsd:attribute name="hierarchy" type="xsd:int" use="required"/>
    <xsd:attribute ref="xml:lang"/>
  </xsd:complexType></xsd:element>
</xsd:schema>""",
    "xml.xsd": b"""\
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xsd:attribute name="lang" type="xsd:language"/>
</xsd:schema>""",
}


def standard(version: str = "2.03", without: str = "") -> Standard:
    """The standard as our own schema has it."""
    files: dict[tuple[str, str, str], Callable[[], bytes]] = {
        ("schema", version, name): content.strip for name, content in OURS.items() if name != without
    }
    return Standard(files, {})


def activities(*inner: str, version: str = "2.03") -> bytes:
    return f'<iati-activities version="{version}">\n{chr(10).join(inner)}\n</iati-activities>'.encode()


def told(content: bytes) -> list[Finding]:
    return list(validate("a.xml", content, standard(), now=NOW).findings)


@pytest.fixture(scope="module")
def real(standard_store: Comity) -> Standard:
    return standard_of(standard_store)


def passes(file: Path, real: Standard, version: str) -> bool:
    """Whether a file is XML and keeps to the XSD of `version`."""
    try:
        root = _xml.parsed(file.name, file.read_bytes())
    except FileRefused:
        return False
    return not list(schema.findings(root, real.schema(version, str(root.tag))))


def test_every_file_that_should_pass_or_fail_the_schema_of_2_03_does(
    shared_data: Path, real: Standard
) -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    for verdict in ("should-pass", "should-fail"):
        for file in (shared_data / "peers" / "iati-schemas-2.03").rglob(f"**/{verdict}/**/*.xml"):
            counts[verdict, passes(file, real, "2.03")] += 1
    assert counts == {("should-pass", True): 150, ("should-fail", False): 231}


def test_the_command_agrees_on_every_file_that_should_fail_the_schema(
    shared_data: Path, real: Standard
) -> None:
    """Held against the version that the file itself shows, as `comity validate` does it."""
    agree = 0
    for file in (shared_data / "peers" / "iati-schemas-2.03").rglob("**/should-fail/**/*.xml"):
        try:
            agree += bool(validate(file.name, file.read_bytes(), real, now=NOW).count("critical"))
        except FileRefused:
            agree += 1
    assert agree == 231


def test_the_docs_list_each_file_on_which_we_knowingly_differ() -> None:
    from tests.test_validator_ruleset import WE_DIFFER_FROM_D4D, WE_DIFFER_FROM_JS, WE_DIFFER_FROM_PYIATI

    page = (Path(__file__).parents[1] / "docs" / "iati.md").read_text(encoding="utf-8")
    listed = page.partition("## Where validation knowingly differs")[2].partition("\n## ")[0]
    for differing in (WE_DIFFER, WE_DIFFER_FROM_JS, WE_DIFFER_FROM_D4D, WE_DIFFER_FROM_PYIATI):
        for name in differing:
            assert f"`{name}`" in listed, name
    rows = [line for line in listed.splitlines() if line.startswith("| `")]
    assert len(rows) == sum(
        map(len, (WE_DIFFER, WE_DIFFER_FROM_JS, WE_DIFFER_FROM_D4D, WE_DIFFER_FROM_PYIATI))
    )


@pytest.mark.parametrize(
    ("version", "sound", "broken"),
    [("1.01", 17, 14), ("1.03", 21, 14), ("1.05", 21, 14), ("2.01", 34, 153), ("2.02", 38, 177)],
)
def test_pyiatis_files_pass_and_fail_the_schema_of_their_version(
    shared_data: Path, real: Standard, version: str, sound: int, broken: int
) -> None:
    home = shared_data / "peers" / "pyiati-ssot" / version.replace(".", "-")
    for verdict, wanted in (("pass", sound), ("fail", broken)):
        files = [file for file in home.rglob("*.xml") if f"-xml-{verdict}" in str(file)]
        wrong = [file.name for file in files if passes(file, real, version) != (verdict == "pass")]
        assert (len(files), wrong) == (wanted, [])


VALID = (
    "valid_iati.xml", "valid_iati_breaks_rule.xml", "valid_iati_minimal_file.xml",
    "valid_iati_vocab_non_default.xml", "valid_iati_invalid_code_from_common.xml",
)  # fmt: skip
"""Of pyiati's files those whose names say that they are valid; rules and codes do not count for it."""


def test_pyiatis_files_are_valid_as_their_names_say(shared_data: Path, real: Standard) -> None:
    home = shared_data / "peers" / "pyiati-ssot" / "2-02"
    files = list(home.glob("*.xml"))
    assert {file.name for file in files} > set(VALID)
    assert [f.name for f in files if passes(f, real, "2.02") != f.name.startswith("valid")] == []


WE_DIFFER = {
    "valid-UTF-16BE.xml": "begins with two byte order marks; the second is a character before the XML"
}


def test_pyiatis_encodings_are_read(shared_data: Path, real: Standard) -> None:
    home = shared_data / "peers" / "pyiati-encodings-rulesets" / "dataset-encoding"
    read = {file.name: passes(file, real, "2.02") for file in home.glob("valid-*.xml")}
    assert len(read) == 3
    assert read == {name: name not in WE_DIFFER for name in read}


def test_problems_have_line_rule_activity_and_plain_words() -> None:
    broken = told(
        activities(
            '<iati-activity hierarchy="1"><iati-identifier>A-1</iati-identifier></iati-activity>',
            '<iati-activity hierarchy="one"><iati-identifier> A-2\n</iati-identifier>',
            "<value>ten\nthousand</value><extra/></iati-activity>",
            '<iati-activity lang="en">text<other/></iati-activity>',
        )
    )
    assert [(one.rule, one.line, one.activity, one.text, one.detail) for one in broken] == [
        (
            "schema:cvc-datatype-valid.1.2.1", 3, "A-2",
            "The attribute hierarchy of <iati-activity> must be of type int", "“one”",
        ),
        (
            "schema:cvc-datatype-valid.1.2.1", 5, "A-2",
            "The text of <value> must be of type decimal", "“ten thousand”",
        ),
        ("schema:cvc-complex-type.2.4", 6, "A-2", "<extra> does not belong where it stands", ""),
        (
            "schema:cvc-complex-type.3.2.1", 7, "",
            "<iati-activity> may not have the attribute lang", "",
        ),
        ("schema:cvc-complex-type.4", 7, "", "<iati-activity> lacks the attribute hierarchy", ""),
        (
            "schema:cvc-complex-type.2.3", 7, "",
            "<iati-activity> may hold elements, but no text of its own", "",
        ),
        (
            "schema:cvc-complex-type.2.4", 7, "",
            "<other> does not belong where it stands", "expected: iati-identifier",
        ),
    ]  # fmt: skip
    assert {one.severity for one in broken} == {"critical"}


def test_lines_beyond_65535_are_those_of_the_text_that_follows() -> None:
    content = activities("\n" * 70_000 + '<iati-activity hierarchy="x"/>')
    assert {one.line for one in told(content)} == {70_003}, "libxml2 keeps no other"


def test_an_element_that_is_only_called_alike_owns_nothing() -> None:
    (found,) = told(activities("<iati-activityx/>", SOUND))
    assert (found.text, found.activity) == ("<iati-activityx> does not belong where it stands", "")


@pytest.mark.parametrize("missing", list(OURS))
def test_a_schema_is_made_of_loaded_files_alone(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / missing).write_bytes(OURS[missing])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileRefused, match=r"not among the loaded files|not a schema that can be used"):
        standard(without=missing).schema("2.03", "iati-activities")


def test_a_file_cannot_name_a_schema_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "any.xsd").write_text(
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:element name="extra"/></xsd:schema>'
    )
    where = f'xsi:noNamespaceSchemaLocation="{(tmp_path / "any.xsd").as_uri()}"'
    content = activities(
        f'<extra xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {where}/>',
    )
    assert "<extra> does not belong where it stands" in {one.text for one in told(content)}


SOUND = '<iati-activity hierarchy="1"><iati-identifier>A</iati-identifier></iati-activity>'


@pytest.mark.parametrize(
    ("root", "version", "rule", "detail"),
    [
        ("<iati-activities>", "1.05", "warning", "held against 1.05"),
        ('<iati-activities version="1.00">', "1.05", "error", "“1.00”; held against 1.05"),
        ('<iati-activities version="xx"><narrative/>', "2.03", "error", "“xx”; held against 2.03"),
        ('<iati-activities version=" 2.03 ">', "2.03", "", ""),
    ],
)
def test_a_file_that_names_no_version_is_held_against_the_newest_of_its_kind(
    root: str, version: str, rule: str, detail: str
) -> None:
    content = f"{root}{SOUND}</iati-activities>".encode()
    found = validate("a.xml", content, standard(version), now=NOW)
    about = [(one.severity, one.detail) for one in found.findings if one.rule == "version"]
    assert (found.version, about) == (version, [(rule, detail)] if rule else [])


def test_a_version_whose_schema_is_not_loaded_is_refused_with_what_to_do() -> None:
    with pytest.raises(FileRefused, match=r"a\.xml: the XSDs of version 2\.01 are not loaded; get IATI-Sch"):
        validate("a.xml", activities(SOUND, version="2.01"), standard(), now=NOW)


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "a.xml: the file is empty"),
        (b" \n", "a.xml: the file is empty"),
        (b"This is not XML", "a.xml, line 1: not XML: it does not begin with a start tag"),
        (b"PK\x03\x04zip", "a.xml, line 1: not XML: it does not begin with a start tag"),
        (b"\n<?xml version='1.0'?><a/>", "a.xml, line 2: not well-formed XML: XML declaration allowed only"),
        (b"<a>\n<b>\n</a>", "a.xml, line 3: not well-formed XML: Opening and ending tag mismatch: b line 2"),
        (b"<a>\n<b>", "a.xml, line 2: not well-formed XML: Premature end of data in tag b line 2"),
        (b"<a>\xff</a>", "a.xml, line 1: not well-formed XML: "),
        (b"<a><p:b/></a>", "a.xml, line 1: not well-formed XML: Namespace prefix p on b is not defined"),
        (b"<a/>", "a.xml, line 1: not an IATI file: its root is <a>, not <iati-activities>"),
        (b"<!DOCTYPE html><html/>", "a.xml: it has a DOCTYPE"),
        (b"<iati-activities>" + b"<a>" * 10**6, "a.xml, line 1: elements are nested too deeply"),
        (f"<!DOCTYPE a [<!ENTITY e0 'ha'>{BOMB}]><a>&e9;</a>".encode(), "its entities expand without end"),
        (b"<!DOCTYPE a [<!ENTITY e 'ha'>]><a>&e;</a>", "a.xml: it has a DOCTYPE"),
        (f"<!DOCTYPE a [<!ENTITY e0 'ha'>{BOMB}]><a b='&e9;'/>".encode(), "its entities expand without end"),
        (b"<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>", "a.xml: it has a DOCTYPE"),
        (b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>", "a.xml: it has a DOCTYPE"),
        (b"<a>" + b"x" * (10**7 + 1) + b"</a>", "a.xml, line 1: a single text is longer than 10 MB"),
    ],
    ids=lambda value: value[:30].decode("latin-1") if isinstance(value, bytes) else "",
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_costs_little(content: bytes, reason: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileRefused) as refused:
        validate("a.xml", content, standard(), now=NOW)
    assert reason in str(refused.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "kilobytes"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "iso-8859-1", "utf-32"])
def test_any_encoding_that_is_declared_or_shows_is_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig").removesuffix("-le")
    inner = activities(SOUND.replace(">A<", ">é-1<"), '<iati-activity hierarchy="é"/>').decode()
    found = told(f'<?xml version="1.0" encoding="{declared}"?>\n{inner}'.encode(encoding))
    assert [one.detail for one in found] == ["“é”", "expected: iati-identifier"]


def test_a_document_that_has_been_packed_is_not_unpacked_here() -> None:
    with pytest.raises(FileRefused, match="not XML"):
        told(gzip.compress(activities(SOUND)))
