"""`comity validate`, and the source it needs: the standard is loaded like data, and held against a file."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

import comity
from comity import validation
from comity.api import Comity
from comity.errors import FileRefused
from comity.sources.iati.validator import Codelist, Standard
from comity.sources.iati.validator.codelists import uses
from comity.sources.iati_standard import SOURCE
from tests import specimens
from tests.test_cli import comity as run
from tests.test_cli import data
from tests.test_validator_schema import OURS, SOUND, activities

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# A standard of our own invention, in the layouts of the real one

RULES = """{"/iati-activities/iati-activity": {"range": {"cases": [{"paths": ["value"], "min": 0, "ruleInfo":
{"id": "12.9.9", "severity": "warning", "message": "A value must be positive."}}]}}}"""
MAPPING = """<mappings>
  <mapping><path>//iati-activity/@hierarchy</path><codelist ref="Level"/></mapping>
  <mapping><path>//@xml:lang</path><codelist ref="Tongue"/></mapping>
  <mapping><path>//iati-activity/value/text()</path><codelist ref="Absent"/></mapping>
</mappings>"""


def codelist(name: str, *codes: str, complete: int = 1, embedded: int = 1) -> str:
    items = "".join(f"<codelist-item><code>{code}</code><name/></codelist-item>" for code in codes)
    about = f'name="{name}" xml:lang="en" complete="{complete}" embedded="{embedded}"'
    return f"<codelist {about}><codelist-items>{items}</codelist-items></codelist>"


OURSELVES = {name: content.decode() for name, content in OURS.items()} | {
    "standard.json": RULES,
    "mapping.xml": MAPPING,
    "Level.xml": codelist("Level", "1", "2"),
    "Tongue.xml": codelist("Tongue", "en", complete=0, embedded=0),
}


@pytest.fixture(scope="module")
def ours(starter_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store with a standard of our own."""
    folder = tmp_path_factory.mktemp("ours")
    (folder / "2.03").mkdir()
    for name, content in OURSELVES.items():
        (folder / "2.03" / name).write_text(content)
    shutil.copytree(starter_store.store.path, folder / "store")
    held = comity.open(folder / "store")
    assert held.load(folder / "2.03").refused == ()
    return held


# The source

LAYOUT = """<codelist name="Kind" xml:lang="en" embedded="1"><codelist-items>
  <codelist-item><code>C</code><name>Commitment</name><name xml:lang="fr">Engagement</name></codelist-item>
  <codelist-item status="withdrawn"><code>2</code><category>20</category>
    <name><narrative>Two\n kinds</narrative><narrative xml:lang="fr">Deux</narrative></name></codelist-item>
</codelist-items></codelist>"""


def test_a_codelist_of_either_layout_becomes_codes_with_names() -> None:
    reading = specimens.read("1.05/Kind.xml", LAYOUT)
    assert (reading.dataset, reading.main) == ("1.05/Kind.xml", "codelists")
    rows = reading.tables["codelists"].to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("Kind", "1.05", "C", "Commitment", "Engagement", None, "active", "no", "line 2"),
        ("Kind", "1.05", "2", "Two kinds", "Deux", "20", "withdrawn", "no", "line 3"),
    ]
    (file,) = reading.tables["standard_files"].to_pylist()
    assert (file["kind"], file["version"], file["name"]) == ("codelist", "1.05", "Kind.xml")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("rulesets/2.03/standard.json", "2.03/standard.json"),
        ("IATI-Codelists-version-1.05/xml/Kind.xml", "1.05/Kind.xml"),
        ("2.03/of/1.04/a.xsd", "1.04/a.xsd"),
        ("codelists/nonembedded/Country.xml", "Country.xml"),
        ("comity-0.2.03/a/b/Country.xml", "Country.xml"),
        ("2.04.1/12.03/Country.xml", "Country.xml"),
    ],
)
def test_the_folder_says_the_version(path: str, name: str, tmp_path: Path) -> None:
    assert SOURCE.named is not None
    assert SOURCE.named(tmp_path / "x" / "y" / path) == name


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("standard.json", RULES, "standard.json: its version of the standard does not show; put it into a"),
        ("Level.xml", OURSELVES["Level.xml"], "Level.xml: its version of the standard does not show"),
        ("2.03/standard.json", RULES[:-2], "2.03/standard.json, line 2: not JSON: "),
        ("2.03/standard.json", RULES[:-1] + ', "b": 1}', "a ruleset holds context → rule → “cases”"),
        ("2.03/Level.xml", codelist("Level"), "2.03/Level.xml: the codelist holds no codes"),
        ("2.03/Level.xml", codelist("Level", ""), "column code of codelists is blank"),
        ("2.03/Level.xml", "<codelist name='L'>", "2.03/Level.xml, line 1: not well-formed XML"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_when_it_is_loaded(name: str, content: str, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        specimens.read(name, content)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        '<schema xmlns="http://www.w3.org/2001/XMLSchema"/>', '{"title": "Ruleset"}', "<mapping/>", "{}", "",
        activities(SOUND).decode(), '{"attributes": {"name": "SectorGroup"}}', "id,name\n1,2\n",
    ],
)  # fmt: skip
def test_files_that_are_not_the_standards_are_left_to_others(content: str) -> None:
    assert SOURCE not in specimens.recognising("a", content.encode())


def test_every_file_of_the_standard_is_kept_once(shared_data: Path, standard_store: Comity) -> None:
    query = "SELECT kind, count(*) AS n, count(DISTINCT dataset) AS d FROM standard_files GROUP BY ALL"
    kept = {row["kind"]: row["n"] for row in standard_store.sql(query).to_pylist() if row["n"] == row["d"]}
    assert kept == {"schema": 40, "ruleset": 5, "codelist": 80, "mapping": 2}
    same = "SELECT version FROM standard_files WHERE kind = 'ruleset' AND version < '2' ORDER BY version"
    assert standard_store.sql(same)["version"].to_pylist() == ["1.04", "1.05"], "though their bytes are equal"
    names = standard_store.sql("SELECT name_en, name_fr FROM codelists WHERE code = '11110'").to_pylist()
    assert all("ducation" in row["name_en"] and "ducation" in row["name_fr"] for row in names)


def test_loading_the_standard_again_changes_nothing(ours: Comity, tmp_path: Path) -> None:
    (tmp_path / "2.03").mkdir()
    (tmp_path / "2.03" / "standard.json").write_text(RULES)
    assert not ours.load(tmp_path / "2.03").changed


# Which version of what is used


def name_of(codelist: Codelist | None) -> str:
    assert codelist is not None
    return codelist.name


def held(*files: tuple[str, str, str], codelists: tuple[tuple[str, str], ...] = ()) -> Standard:
    content = {"ruleset": b"{}", "mapping": MAPPING.encode()}
    read: dict[tuple[str, str, str], Callable[[], bytes]] = {f: content.get(f[0], b"").strip for f in files}
    return Standard(read, {key: Codelist(f"{key[1]} {key[0]}", frozenset(), True) for key in codelists})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("1.01", "1.04"), ("1.05", "1.05"), ("2.02", "2.01"), ("2.03", "2.03"), ("2.01", "2.01")],
)
def test_the_nearest_version_with_the_same_first_digit_will_do(wanted: str, found: str) -> None:
    versions = ("1.04", "1.05", "2.01", "2.03")
    standard = held(
        *(("ruleset", version, "r.json") for version in versions),
        codelists=tuple((version, "L") for version in versions),
    )
    assert name_of(standard.codelist(wanted, "L")) == f"L {found}"
    assert len(standard.rulesets(wanted)) == 1


def test_what_holds_for_all_versions_serves_where_there_is_no_nearer() -> None:
    standard = held(codelists=(("", "L"), ("1.05", "L")))
    assert [name_of(standard.codelist(version, "L")) for version in ("1.01", "2.03")] == ["L 1.05", "L "]
    assert held(codelists=(("1.05", "L"),)).codelist("2.03", "L") is None


def test_codes_of_budget_items_go_by_the_vocabulary_around_them() -> None:
    mapping = b"""<mappings><mapping><path>//iati-activity/country-budget-items/budget-item/@code</path>
    <codelist ref="L"/><condition>@vocabulary = '1'</condition></mapping></mappings>"""
    (use,) = uses("mapping.xml", mapping)
    items = "".join(f"<country-budget-items vocabulary='{v}'><budget-item code='{v}'/></country-budget-items>"
                    for v in (1, 2))  # fmt: skip
    root = etree.fromstring(f"<iati-activities><iati-activity>{items}</iati-activity></iati-activities>")
    assert use.codes(root) == ["1"]


def test_a_mapping_that_asks_the_impossible_is_refused() -> None:
    mapping = "<mappings><mapping><path>{}</path><codelist ref='L'/></mapping></mappings>"
    with pytest.raises(FileRefused, match=r"m\.xml, line 1: “//a\[/@b” is not an XPath"):
        uses("m.xml", mapping.format("//a[/@b").encode())
    (use,) = uses("m.xml", mapping.format("//x:a/@b").encode())
    with pytest.raises(FileRefused, match=r"m\.xml: “//x:a/@b” cannot be asked: Undefined namespace prefix"):
        use.codes(etree.fromstring("<a/>"))


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("valid_iati_minimal_file", {}),
        ("valid_iati_codelist_mapping_element_text_valid_code", {}),
        ("valid_iati_valid_codes_multiple_xpaths_for_codelist", {}),
        ("valid_iati_vocab_default_implicit", {}),
        ("valid_iati_vocab_multiple_different_valid", {}),
        ("valid_iati_vocab_multiple_same_valid", {}),
        ("valid_iati_vocab_non_default", {}),
        ("valid_iati_vocab_user_defined", {}),
        ("valid_iati_vocab_user_defined_with_uri_readable_bad_code", {}),
        ("valid_iati_incomplete_codelist_code_not_present", {"codelist:Country": "warning"}),
        ("valid_iati_invalid_code_from_common", {"codelist:OrganisationType": "error"}),
        (
            "valid_iati_invalid_codes_multiple_xpaths_for_codelist_first",
            {"codelist:OrganisationType": "error"},
        ),
        ("valid_iati_vocab_multiple_same_invalid_code", {"codelist:Sector": "error"}),
    ],
)  # fmt: skip
def test_pyiatis_files_have_the_codes_they_are_named_after(
    shared_data: Path, standard_store: Comity, file: str, codes: dict[str, str]
) -> None:
    path = shared_data / "peers" / "pyiati-ssot" / "2-02" / f"{file}.xml"
    found = validation.check(path, validation.standard_of(standard_store), NOW).findings
    assert {one.rule: one.severity for one in found if one.rule.startswith("codelist:")} == codes


# The command

FILE = activities(
    *(
        '<iati-activity hierarchy="3"><iati-identifier>A-1</iati-identifier></iati-activity>'
        for _ in range(7)
    ),
    '<iati-activity hierarchy="1" xml:lang="EN"><iati-identifier>A-22</iati-identifier>',
    "<value>-5</value><value>10</value></iati-activity>",
)
REPORT = """\
a.xml.gz
IATI 2.03, 8 activities: 1 critical, 7 errors, 2 warnings
not checked: agencies in organisation identifiers: the codelist OrganisationRegistrationAgency is not loaded
not checked: codes of these codelists, which are not loaded: Absent

  critical  schema:cvc-complex-type.2.4  × 1
  <value> does not belong where it stands
    line 10  A-22

  error  codelist:Level  × 7
  The code is not in the codelist Level
    line 2  A-1  “3” in @hierarchy of <iati-activity>
    line 3  A-1  “3” in @hierarchy of <iati-activity>
    line 4  A-1  “3” in @hierarchy of <iati-activity>
    line 5  A-1  “3” in @hierarchy of <iati-activity>
    line 6  A-1  “3” in @hierarchy of <iati-activity>
    and 2 more

  warning  codelist:Tongue  × 1
  The code is not in the codelist Tongue, which is not complete
    line 9  A-22  “EN” in @xml:lang of <iati-activity>; there is “en”

  warning  ruleset:12.9.9  × 1
  A value must be positive.
    line 10  A-22  “-5”

"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(FILE))
    (tmp_path / "sound.xml").write_bytes(activities(SOUND).decode().encode("utf-16"))
    (tmp_path / "broken.xml").write_bytes(FILE[: FILE.rindex(b"</value>")])
    return "a.xml.gz"


def test_the_report_groups_problems_by_rule_worst_first(ours: Comity, file: str) -> None:
    assert data(run("validate", file, store=ours)) == REPORT
    sound = data(run("validate", "sound.xml", "--strict", store=ours)).splitlines()
    assert sound[:2] == ["sound.xml", "IATI 2.03, 1 activity: no problems found"]


def test_json_has_every_problem(ours: Comity, file: str) -> None:
    first, second = json.loads(data(run("validate", file, "sound.xml", "--format", "json", store=ours)))
    assert list(first) == ["file", "version", "root", "records", "counts", "unchecked", "findings"]
    assert (first["file"], first["version"], first["records"]) == (file, "2.03", 8)
    assert first["counts"] == {"critical": 1, "error": 7, "warning": 2}
    assert len(first["findings"]) == 10
    assert first["findings"][-1] == {
        "rule": "ruleset:12.9.9", "severity": "warning", "line": 10, "text": "A value must be positive.",
        "detail": "“-5”", "activity": "A-22",
    }  # fmt: skip
    assert (second["file"], second["findings"]) == ("sound.xml", [])


def test_zip_gzip_and_folders_are_checked_file_by_file(ours: Comity, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "in" / "deep" / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.xml", activities(SOUND))
        archive.writestr("two.xml.gz", gzip.compress(activities(SOUND)))
        archive.writestr("notes.txt", "hello")
    (tmp_path / "in" / "a.xml.gz").write_bytes(gzip.compress(activities(SOUND)))
    (tmp_path / "in" / "c.xml").write_text("")
    ended = run("validate", str(tmp_path / "in"), "--format", "json", store=ours)
    names = [row["file"].removeprefix(f"{tmp_path}/") for row in json.loads(ended.stdout)]
    assert names == ["in/a.xml.gz", "in/deep/b.zip/one.xml", "in/deep/b.zip/two.xml.gz"]
    assert ended.stderr == f"comity: {tmp_path}/in/c.xml: the file is empty\n"
    assert ended.returncode == 2
    (tmp_path / "none").mkdir()
    assert "no file in it" in run("validate", str(tmp_path / "none"), store=ours).stderr


def test_strict_fails_for_errors_and_bad_input_for_all(ours: Comity, file: str) -> None:
    strict = run("validate", file, "--strict", store=ours)
    assert (strict.returncode, strict.stderr) == (1, "")
    bad = run("validate", "broken.xml", "absent.xml", "sound.xml", "--strict", store=ours)
    assert bad.returncode == 2
    assert bad.stdout.splitlines()[0] == "sound.xml"
    assert bad.stderr.splitlines() == [
        "comity: broken.xml, line 10: not well-formed XML: Premature end of data in tag value line 10",
        "comity: absent.xml: No such file or directory",
    ]


def test_without_the_standard_one_line_says_how_to_get_it(starter_store: Comity, file: str) -> None:
    ended = run("validate", file, store=starter_store)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith("comity: the IATI standard is not loaded; get IATI-Schemas, IATI-Rulesets")
    assert ended.stderr.endswith("then say: comity load FOLDER\n")


def test_files_too_large_to_hold_are_refused_unread(
    ours: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "LARGEST_FILE", 1024**2)
    standard = validation.standard_of(ours)
    for name, content, reason in (
        ("bomb.xml", gzip.compress(b" " * 10**8), "unpacks to more than 1 MiB"),
        ("large.xml", b" " * (1024**2 + 1), "larger than 1 MiB"),
        ("short.xml", gzip.compress(FILE)[:-9], "the gzip ends too early"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused, match=reason):
            validation.check(tmp_path / name, standard, NOW)


def test_files_of_every_version_and_kind_are_held_against_their_own(
    shared_data: Path, standard_store: Comity
) -> None:
    standard = validation.standard_of(standard_store)
    versions = set()
    for path in sorted((shared_data / "iati" / "real").rglob("*.xml")):
        one = validation.check(path, standard, NOW)
        versions.add((one.version[0], one.root))
        assert one.unchecked == () or one.version < "2", path.name
    assert versions >= {("1", "iati-activities"), ("2", "iati-activities"), ("2", "iati-organisations")}
