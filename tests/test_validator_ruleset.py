"""The validator's rules and codes: the verdicts of other IATI tools, and where we knowingly differ."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from comity.api import Comity
from comity.errors import FileRefused
from comity.sources.iati.validator import Finding, Standard, validate
from comity.sources.iati.validator.rules import Asked
from comity.sources.iati.validator.ruleset import Ruleset
from comity.validation import standard_of

NOW, LATER = datetime(2020, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
"""When most of these files were made, some of whose future has passed; and after the last of them."""
ASKED = Asked(
    NOW, frozenset(("GB-GOV", "XM-DAC")), frozenset(("US-EIN-941655673", "44000", "CA_ON-ONT-1597880"))
)


def broken(ruleset: object, xml: bytes | str, asked: Asked = ASKED) -> list[Finding]:
    content = xml.encode() if isinstance(xml, str) else xml
    return list(Ruleset("r.json", json.dumps(ruleset).encode()).findings(etree.fromstring(content), asked))


def case(rule: str, context: str = "//iati-activity", **values: Any) -> dict[str, Any]:
    """A ruleset of one case; keyword arguments that are Python's own words end with an underscore."""
    return {context: {rule: {"cases": [{key.removesuffix("_"): value for key, value in values.items()}]}}}


def activity(inner: str, attributes: str = "") -> str:
    return f"<iati-activities><iati-activity {attributes}>{inner}</iati-activity></iati-activities>"


# IATI's own meta-tests

RESULT = "<result>{}<indicator>{}</indicator></result>"
ACTUAL = '<result><indicator measure="{}"><period><actual {}/></period></indicator></result>'
OWNER = "<other-identifier><owner-org {}>{}</owner-org></other-identifier>"
LACKING = {
    # Files that EXPECTED.tsv names and the folder does not hold, as their names have it.
    "results_refs_good": activity(RESULT.format("<reference/>", "")),
    "results_refs_bad": activity(RESULT.format("<reference/>", "<reference/>")),
    "title_description_content": activity("<title>T</title><description>D</description>"),
    "results_indicator_period_actual_value_good": activity(ACTUAL.format(1, 'value="1"')),
    "results_indicator_period_actual_value_bad": activity(ACTUAL.format(1, "")),
    "results_indicator_period_actual_value_not_relevant": activity(ACTUAL.format(5, "")),
    "at_least_one_bad": activity(OWNER.format("", "")),
    "at_least_one_ref": activity(OWNER.format('ref="A"', "")),
    "at_least_one_narrative": activity(OWNER.format("", "<narrative/>")),
}


def test_every_meta_test_of_iatis_rulesets_comes_out_as_expected(shared_data: Path) -> None:
    home = shared_data / "peers" / "iati-rulesets-meta"
    rows = list(csv.DictReader((home / "EXPECTED.tsv").read_text().splitlines(), delimiter="\t"))
    assert len(rows) == 35
    for row in rows:
        file = home / f"{row['xml']}.xml"
        xml = file.read_bytes() if file.exists() else LACKING[row["xml"]]
        found = broken(json.loads((home / f"{row['rule']}.json").read_bytes()), xml)
        assert (found == []) == (row["expected"] == "True"), (row, found)


# IATI's validator in JavaScript

JS_RULES = """
atleast identifier activity_level 3act_good | 3act_bad act_no_id
org identifier org_level org_good | org_bad
between betweenDates between_dates good | bad
now dateNow date_now good | bad
order dateOrder date_order good same_as empty_activity | bad
order dateOrder date_order_lastupdateddatetime lastupdated_good lastupdated_same_good | lastupdated_bad
order dateOrder date_order_now now_good | now_bad
all oneOrAll one_or_all lang_good lang_good_all sector_good sector_all_good currency_good currency_all_good \
| lang_bad lang_bad_all sector_bad sector_all_bad currency_bad currency_all_bad
all oneOrAll one_or_all_org org_currency_good | org_currency_bad
all oneOrAll one_or_all_recipient_loc recip_loc_good | recip_loc_bad
id orgIdCheck X.X.13_act_id X.X.13_act_id_good X.X.13_act_id_existing_pre | X.X.13_act_id_bad
id orgIdCheck X.X.13_org_id X.X.13_org_id_good X.X.13_org_id_existing | X.X.13_org_id_bad
id orgIdCheck X.X.8_act_id X.X.8_act_id_good X.X.8_act_id_existing_pre X.X.8_act_id_existing_pre_2 \
| X.X.8_act_id_bad
id orgIdCheck X.X.8_org_id X.X.8_org_id_good X.X.8_org_id_existing | X.X.8_org_id_bad
range range range good | bad
place recipientLocation 3.6.2_recipient_loc two_trans_bad two_trans_country_good |
place recipientLocation 3.7.1_recipient_loc two_trans_bad two_trans_country_good |
place recipientLocation 3.7.2_recipient_loc two_trans_country_good | two_trans_bad
regex regexMatches regex_matches_element good emptystring | bad
regex regexMatches regex_matches_attribute good emptystring | bad
start startsWith starts_with good | bad
start startsWith 1.1.1_identifiers good other_id_good mult_other_id_good | bad other_id_bad mult_other_id_bad
start startsWith 1.1.21_identifiers_separator good | missing_separator_bad
sum strictSum strict_sum good | bad
sum strictSum sector_sum sector_sum_good | sector_sum_bad
sum strictSum recipient_sum_cond recipient_loc_country_only_good recipient_loc_with_region \
| recipient_loc_country_only_bad
sum strictSum recipient_country_region good_complex_decimals |
sum sum sum good | bad
sum sum sum_two two_good | two_bad
"""
"""Folder, ruleset, the files that keep to it | those that break it, by their names and the tests beside."""


def lines(table: str) -> Iterator[list[str]]:
    return (line.split() for line in table.replace("\\\n", "").strip().splitlines())


def test_the_rules_of_iatis_validator_come_out_as_expected(shared_data: Path) -> None:
    for _, folder, rules, *files in lines(JS_RULES):
        home = shared_data / "peers" / "js-validator-rules" / folder
        ruleset = json.loads((home / "rules" / f"{rules}.json").read_bytes())
        for file in files:
            if file != "|":
                xml = (home / "test-files" / f"{file}.xml").read_bytes()
                # One file lacks an end tag, which their parser forgives.
                found = broken(ruleset, etree.tostring(etree.fromstring(xml, etree.XMLParser(recover=True))))
                assert (found == []) == (files.index(file) < files.index("|")), (rules, file, found)


JS_FILES = {
    "atLeastOne-error-02": "4.4.1", "atLeastOne-error-04": "4.4.1", "atLeastOne-error-05": "4.3.1",
    "codelist-basic": "BudgetType", "dateNow-error": "11.1.1", "dateOrder-error": "11.1.2",
    "noMoreThanOne-error": "107.1.2", "noSpaces-error": "1.11.1", "oneOrAll-error": "4.1.1",
    "regexMatches-error": "1.3.13", "schema-errors": "cvc", "unique-startsWith-error": "1.1.3",
}  # fmt: skip
JS_MANY = {
    "act-atLeastOne-error": "6.11.1", "act-dateNow-error": "11.1.1", "act-mult-schema-errors": "cvc",
    "act-range-ifThen-error": "12.2.1", "act-regexMatches-error": "1.3.13", "act-strictSum-error": "3.4.2",
    "org-betweenDates-error": "11.3.1",
}  # fmt: skip
SOUND = [
    "js-validator-files/iati-org-no-errors.xml", "js-validator-files/iati-act-no-errors.xml",
    "d4d-validator/iati-act-no-errors.xml", "oipa-examples/iati-act-no-errors.xml",
    "iati-rulesets-xslt-testfiles/1.xml",
]  # fmt: skip
WE_DIFFER_FROM_JS = {
    "iati-act-no-errors-old-version.xml": "says 1.03 and holds elements of 2.03; they check no version 1",
    "iati-act-me-feedback-no-ns.xml": "an undeclared prefix: to us no XML, to them against the schema",
    "dateNow/bad_date_format.xml": "a date that is none is the schema's to tell, not every rule's on dates",
    "betweenDates/bad_date_format.xml": "the same",
}


@pytest.fixture(scope="module")
def real(standard_store: Comity) -> Standard:
    return standard_of(standard_store)


def rules_of(file: Path, real: Standard, severities: str = "critical error warning") -> set[str]:
    found = validate(file.name, file.read_bytes(), real, now=LATER).findings
    return {one.rule.partition(":")[2] for one in found if one.severity in severities.split()}


def test_the_files_of_iatis_validator_have_the_errors_they_are_named_after(
    shared_data: Path, real: Standard
) -> None:
    home = shared_data / "peers" / "js-validator-files"
    named = {f"iati-act-{name}": rule for name, rule in JS_FILES.items()}
    for name, rule in (named | {f"iati-multi-{name}": rule for name, rule in JS_MANY.items()}).items():
        found = rules_of(home / f"{name}.xml", real)
        assert rule in found or any(one.startswith(rule) for one in found), (name, found)
    # References to activities that no file holds are told by theirs as advice, which no ruleset asks.
    advised = [rules_of(file, real, "critical error") for file in home.glob("iati-act-identifier-exists-*")]
    assert advised == [set()] * 10


def test_files_that_others_call_free_of_errors_are(shared_data: Path, real: Standard) -> None:
    for name in SOUND:
        assert rules_of(shared_data / "peers" / name, real, "critical error") == set(), name


def test_where_we_differ_from_iatis_validator(shared_data: Path, real: Standard) -> None:
    home = shared_data / "peers"
    old, prefix, *_ = WE_DIFFER_FROM_JS
    assert "TransactionType" in rules_of(home / "js-validator-files" / old, real)
    with pytest.raises(FileRefused, match="Namespace prefix me on feedback is not defined"):
        rules_of(home / "js-validator-files" / prefix, real)
    for folder, rules in (("dateNow", "date_now"), ("betweenDates", "between_dates")):
        ruleset = json.loads((home / "js-validator-rules" / folder / f"rules/{rules}.json").read_bytes())
        xml = (home / "js-validator-rules" / folder / "test-files" / "bad_date_format.xml").read_bytes()
        assert broken(ruleset, xml) == []


# The data quality rules of Data4Development, before IATI's validator

D4D = """
5 9.101.1 7 9.103.1 9 9.105.1 10 9.106.1 16 9.113.1 18 9.12.1 19 9.13.1 22 9.18.1 23 9.19.1 24 9.2.1
30 9.22.1 31 9.23.1 34 9.26.1 37 9.29.1 39 9.30.1 45 9.36.1 48 9.39.1 50 9.40.1 51 9.41.1
55 9.45.1 56 9.46.1 57 9.47.1 60 9.5.1 62 9.51.1 64 9.53.1 66 9.55.1 67 9.57.1 71 9.60.1 72 9.61.1
73 9.62.1 74 9.63.1 75 9.65.1 77 9.67.1 79 9.69.1 81 9.70.1 82 9.71.1 83 9.72.1 86 9.75.1 87 9.76.1
88 9.77.1 89 9.78.1 90 9.79.1 93 9.81.1 94 9.82.1 101 9.89.1 103 9.90.1 105 9.92.1 106 9.93.1
107 9.94.1 108 9.97.1 109 9.98.1 123 7.8.1 126 8.6.1 133 7.5.3 140 9.96.1 160 9.95.1
"""
"""Test files that are numbered, and the rule each is to break."""
NO_RULE = """
111 1.1.2 113 3.3.1 114 3.3.2 118 1.2.2 122 7.1.1 124 8.4.1 127 1.7.2 128 108.1.1 130 4.2.1 131 6.1.4
132 6.2.5 142 7.4.4 144 8.4.2 149 6.2.4 153 6.4.1 155 7.5.1 157 7.6.2 159 8.1.2 6.1.4 6.1.4
"""
"""Rules of theirs that did not go into the standard's rulesets, which are all we ask."""
WE_DIFFER_FROM_D4D = {
    "1.xml": "breaks no rule, see above",
    "110.xml": "the number stands for two tests, and the file is of neither kind that its rules are about",
    "138.xml": "no test names it",
    "29.xml": "the mapping of 2.03 names no codelist for budget items",
    "3.4.1.xml": "the standard's rule asks regions that name a vocabulary; these do not",
    "7.9.1.xml": "the standard's rule asks for one percentage where theirs asks for all; 7.9.2 is told",
}


def pairs(table: str) -> dict[str, str]:
    words = table.split()
    return {f"{file}.xml": rule for file, rule in zip(words[::2], words[1::2], strict=True)}


def test_the_data_quality_rules_find_what_each_test_file_holds(shared_data: Path, real: Standard) -> None:
    home = shared_data / "peers"
    rows = csv.DictReader((home / "d4d-validator" / "data-quality-rules.csv").read_text().splitlines())
    of_codes = {row["ID"]: (row["Context (Xpath)"], row["Test (Xpath)"]) for row in rows}
    files = {file.name: file for file in (home / "iati-rulesets-xslt-testfiles").glob("*.xml")}
    others = pairs(NO_RULE) | WE_DIFFER_FROM_D4D
    named = {name: name.removesuffix(".xml") for name in files if name.count(".") > 1}
    expected = {name: rule for name, rule in (named | pairs(D4D)).items() if name not in others}
    assert len(expected) == 90
    assert files.keys() == expected.keys() | others.keys()
    for name, rule in expected.items():
        found = validate(name, files[name].read_bytes(), real, now=NOW).findings
        context, test = of_codes.get(rule, ("", ""))
        if code := re.search(r"codeListFail\(([@\w:-]+), '([\w-]+)'", test):
            # Two files bear the number of a rule on elements of version 1 and hold those of version 2.
            element = context.partition("[")[0].rpartition("/")[2] if name in pairs(D4D) else ""
            where = f"in {code[1]} of <{element.strip('*')}" if element else ""
            assert [one for one in found if one.rule == f"codelist:{code[2]}" and where in one.detail], name
        else:
            assert f"ruleset:{rule}" in {one.rule for one in found}, name


# pyIATI: files for rules of its own, which are written down here as the files' comments tell them

AT = "/@attribute"
PYIATI: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "invalid_atleastone": ("atleast_one", [
        {"paths": [path]} for path in ("element1", "nest/element2", f"element9{AT}", f"nest/element10{AT}")
    ]),
    "invalid_dependent": ("dependent", [
        {"paths": list(paths)} for paths in (
            ("element1", "element2"), (f"element4{AT}", f"element5{AT}"), ("nest/element7", "nest/element8"),
            (f"nest/element9{AT}", f"nest/element10{AT}"), ("element11", "element12"),
        )
    ]),
    "invalid_nomorethanone": ("no_more_than_one", [
        {"paths": list(paths)} for paths in (
            ("element1",), ("element2", "element3"), ("element5", "element6"), (f"element7{AT}",),
            ("nest/element13",), ("element15", "element16"), (f"element17{AT}", f"element18{AT}"),
        )
    ]),
    "valid_nomorethanone": ("no_more_than_one", [
        {"paths": list(paths)} for paths in (("element1",), ("element2", "element3"), (f"element7{AT}",))
    ]),
    "invalid_startswith": ("startswith", [
        {"start": start, "paths": list(paths)} for start, paths in (
            ("prefix", ("element1",)), ("prefix", ("element2", "element3")), ("prefix", (f"element5{AT}",)),
            ("prefix", ("nest/element9",)), ("prefix", ("element11",)), ("absent", ("element14",)),
        )
    ]),
    "valid_startswith": ("startswith", [
        {"start": "prefix", "paths": list(paths)} for paths in (
            ("element1", "element2", "element3"), (f"nest/element10{AT}",), ("element11",),
        )
    ]),
    "valid_regexnomatches": ("regex_no_matches", [
        {"regex": "pupp", "paths": [path]} for path in ("element1", f"element5{AT}", "element11")
    ]),
    "valid_unique": ("unique", [
        {"paths": list(paths)} for paths in (("element2", "element3"), ("nest/element9",), ("element13",))
    ]),
    "valid_sum": ("sum", [
        {"sum": total, "paths": list(paths)} for total, paths in (
            (3, ("element1",)), (-1000, ("element5", "element6")), (15.5, ("element9", "element10")),
            (1e100, ("element13", "element14")), (2997924.58, ("element17", "element18")),
            (0.3, ("element42", "element43")), (50, ("element46",)), (50, ("element37",)), (7, ("absent",)),
        )
    ]),
}  # fmt: skip
WE_DIFFER_FROM_PYIATI = {
    "invalid_format_dateorder": "dates written otherwise are the schema's to tell; the rule passes over them",
    "invalid_startswith": "of several prefixes one is enough, as IATI's later specification has it",
}


def test_pyiatis_files_keep_to_the_rules_or_break_them(shared_data: Path) -> None:
    home = shared_data / "peers" / "pyiati-encodings-rulesets" / "ruleset"
    assert {file.stem for file in home.iterdir()} == PYIATI.keys() | WE_DIFFER_FROM_PYIATI.keys()
    for name, (rule, cases) in PYIATI.items():
        for values in cases:
            found = broken(case(rule, "//root_element", **values), (home / f"{name}.xml").read_bytes())
            assert (found == []) == name.startswith("valid"), (name, values)
    dates = case("date_order", "//root_element", less="element1", more="element2")
    assert broken(dates, (home / "invalid_format_dateorder.xml").read_bytes()) == []
    several = case("startswith", "//root_element", start="multiprefix", paths=["element13"])
    assert broken(several, (home / "invalid_startswith.xml").read_bytes()) == []


# The rest in our own words

TWO = "<sector vocabulary='2' percentage='40'/><sector vocabulary='2' percentage='70'/>"
LOOP = {"foreach": "sector/@vocabulary", "subs": ["paths"], "do": {"strict_sum": {"cases": [
    {"paths": ["sector[@vocabulary = '$1']/@percentage"], "sum": 100, "condition": "sector"}
]}}}  # fmt: skip


@pytest.mark.parametrize(
    ("ruleset", "inner", "details"),
    [
        (case("only_one_of", paths=["a"], excluded=["b"]), "<a/>", []),
        (case("only_one_of", paths=["a"], excluded=["b"]), "<a/><a/>", ["2 found"]),
        (case("only_one_of", paths=["a"], excluded=["b"]), "<a/><b/>", ["1 found beside what excludes them"]),
        (case("dependent", paths=["a", "b"]), "<a/>", ["missing: b"]),
        (case("evaluates_to_true", eval="a > 1"), "<a>1</a>", [""]),
        (case("if_then", if_="a", then="b"), "<a/>", [""]),
        (case("if_then", if_="a", then="b"), "", []),
        (case("atleast_one", paths=["a"], condition="b"), "", []),
        (case("atleast_one", paths=["a"], condition="b"), "<b/>", [""]),
        (case("no_spaces", paths=["a"]), "<a> A\n</a><a>B</a>", ["“ A ”"]),
        (case("range", paths=["a"], min=0), "<a>-1</a><a>900</a><a>x</a>", ["“-1”", "“x”"]),
        (case("strict_sum", paths=["a"], sum=100), "<a>33.33333</a><a>33.33333</a><a>33.33334</a>", []),
        (case("strict_sum", paths=["a"], sum=100), "<a>50</a><a>NaN</a>", ["“NaN” is not a number"]),
        (case("strict_sum", paths=["a"], sum=100), "", ["the sum is 0"]),
        (case("unique", paths=["a"]), "<a>1</a><a>2</a><a>1</a><a>1</a>", ["“1”"]),
        (case("date_now", date="a"), "<a>2020-06-01</a><a>2020-06-02Z</a>", ["“2020-06-02Z”"]),
        (case("date_order", less="a", more="NOW"), "<a>2019-01-01</a><a>2021-01-01</a>",
         ["“2021-01-01” is after now"]),
        (case("date_order", less="a", more="b"), "<a>2020-01-01T00:00:00+05:00</a><b>2020-01-01Z</b>", []),
        (case("time_limit", start="a", end="b"),
         "<a>2019-01-01</a><b>2020-01-01</b><a>2019-01-01</a><b>2020-01-02</b>", ["366 days"]),
        (case("between_dates", date="d", start="a", end="b"),
         "<a>2019-01-01</a><d>2018-12-31</d><d>2019-06-01</d><b>2019-12-31</b>", ["“2018-12-31”"]),
        (case("startsWith", prefix=["ORG-ID-PREFIX"], paths=["a"]), "<a>XX-YY-1</a><a>GB-GOV-1</a>",
         ["“XX-YY-1”"]),
        ({"//iati-activity": {"loop": {"cases": [LOOP]}}}, TWO, ["for “2”: the sum is 110"]),
        ({"//iati-activity": {"loop": {"cases": [LOOP]}}}, '<sector vocabulary="&apos;] | //*"/>',
         ["for “'] | //*”: the sum is 0"]),
    ],
)  # fmt: skip
def test_each_rule_tells_where_it_is_broken_and_with_what(
    ruleset: Mapping[str, Any], inner: str, details: list[str]
) -> None:
    assert [one.detail for one in broken(ruleset, activity(inner))] == details


def test_a_rule_without_words_of_its_own_is_told_in_ours() -> None:
    xml = activity("\n<iati-identifier>A-1</iati-identifier><activity-date/>\n<activity-date/>")
    (found,) = broken(case("no_more_than_one", paths=["activity-date"]), xml)
    assert (found.rule, found.severity) == ("ruleset:no_more_than_one", "error")
    assert (found.line, found.activity, found.detail) == (3, "A-1", "2 found")
    assert found.text == "There must be no more than one of activity-date"


def test_agencies_are_not_asked_when_none_is_known() -> None:
    rule = case("startswith", prefix=["ORG-ID-PREFIX"], paths=["a"])
    assert broken(rule, activity("<a>XX-YY-1</a>"), Asked(NOW)) == []


@pytest.mark.parametrize(
    ("ruleset", "reason"),
    [
        (case("at_most_seven", paths=["a"]), "there is no rule called “at_most_seven”"),
        (case("unique", paths=["a["]), "“a[” is not an XPath"),
        (case("unique", context="//", paths=["a"]), "“//” is not an XPath"),
        (case("regex_matches", paths=["a"], regex="("), "the ruleset cannot be used"),
        (case("unique", paths=["nothing($here)"]), "the ruleset cannot be used"),
        ({"//a": {"unique": {}}}, "the ruleset cannot be used"),
        ([], "the ruleset cannot be used"),
    ],
)
def test_a_ruleset_that_cannot_be_asked_is_refused(ruleset: object, reason: str) -> None:
    with pytest.raises(FileRefused, match=r"^r\.json: ") as refused:
        broken(ruleset, activity("<a/>"))
    assert reason in str(refused.value)
