"""Joint activities in real files, against a reading of the same bytes with lxml and Decimal alone."""

from __future__ import annotations

import gzip
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from lxml import etree

import comity
from comity.api import Comity
from tests.joint import asked, figures, items

Element = etree._Element
Rates = dict[tuple[str, int, int], Decimal]
KOREA, ILO_FILE = "dportal/00-korea-kr-gov-010.xml.gz", "dportal/01-mentions-ilo.xml.gz"
UNHCR = (
    "dportal/02-mentions-korea.xml.gz",
    "dportal-snapshots/ukraine-prefiltered-2022-05-08.xml.gz",
    "dportal-snapshots/ukraine-prefiltered-2022-07-20.xml.gz",
    "real/v2/unhcr-2023.xml.gz",
)
YEARS = (2000, 2025)


@pytest.fixture(scope="module")
def real(starter_store: Comity, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store of the files that are read here, and of all rates."""
    home = tmp_path_factory.mktemp("real") / "store"
    shutil.copytree(starter_store.store.path, home)
    held = comity.open(home)
    iati = shared_data / "iati"
    held.load(*(iati / name for name in (KOREA, ILO_FILE, *UNHCR)), *_fred(shared_data))
    return held


def _fred(shared_data: Path) -> list[Path]:
    return [shared_data / "rates" / name for name in ("fred-monthly.csv.gz", "fred-annual.csv")]


# The plain reading


def activities(path: Path) -> Iterator[Element]:
    content = path.read_bytes()
    root = etree.fromstring(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
    yield from root.iter("iati-activity")


def said(element: Element | None) -> str:
    """Identifier and name of an organisation, in lower case."""
    if element is None:
        return ""
    name = " ".join(" ".join(map(str, element.itertext())).split())
    return f"{element.get('ref') or ''} | {name}".lower()


def roles(activity: Element, role: str) -> list[str]:
    wanted = {"1": ("1", "funding"), "4": ("4", "implementing")}[role]
    orgs = activity.findall("participating-org")
    return sorted({said(o) for o in orgs if (o.get("role") or "").lower() in wanted})


def monthly(shared_data: Path) -> Rates:
    """The Federal Reserve's monthly averages, units for a dollar, turned round to twelve places."""
    codes = {"Euro": "EUR", "Sweden": "SEK", "South Korea": "KRW", "Switzerland": "CHF", "Norway": "NOK"}
    found: Rates = {}
    with gzip.open(shared_data / "rates" / "fred-monthly.csv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            day, country, rate = line.strip().split(",")
            if country in codes and rate:
                turned = (1 / Decimal(rate)).quantize(Decimal("1e-12"))
                found[codes[country], int(day[:4]), int(day[5:7])] = turned
    return found


def dollars(transaction: Element, activity: Element, rates: Rates) -> Decimal:
    value = transaction.find("value")
    assert value is not None
    currency = value.get("currency") or activity.get("default-currency") or "?"
    amount = Decimal((value.text or "").strip())
    if currency != "USD":
        day = value.get("value-date") or transaction.find("transaction-date").get("iso-date")  # type: ignore[union-attr]
        amount *= rates[currency, int(str(day)[:4]), int(str(day)[5:7])]
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def type_of(transaction: Element) -> str:
    found = transaction.find("transaction-type")
    assert found is not None
    return str(found.get("code"))


def year_of(transaction: Element) -> int:
    found = transaction.find("transaction-date")
    assert found is not None
    return int(str(found.get("iso-date"))[:4])


def is_ilo(text: str) -> bool:
    return bool(re.match(r"(xm-dac-41302|41302|41144) \|", text)) or "international labour org" in text


def outflows(path: Path, reporter: str, rates: Rates) -> dict[int, Decimal]:
    """What a donor's activities disburse or spend to the ILO, by year: it is the receiver, or nobody is
    named as such and it alone implements."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for one in activities(path):
        if not re.match(reporter, said(one.find("reporting-org"))):
            continue
        alone = roles(one, "4")
        for row in one.iter("transaction"):
            receiver = said(row.find("receiver-org")).strip(" |")
            who = [said(row.find("receiver-org"))] if receiver else alone
            if len(who) == 1 and is_ilo(who[0]) and type_of(row) in ("3", "4"):
                sums[year_of(row)] += dollars(row, one, rates)
    return sums


# Held against it


@pytest.mark.parametrize(
    ("partner", "reporter", "total"),
    [("EU", "xi-iati-ec", "27586655.74"), ("SWE", "se-(0|6)", "22020803.62")],
)
def test_spending_with_the_ILO_is_that_of_a_plain_reading(
    real: Comity, shared_data: Path, partner: str, reporter: str, total: str
) -> None:
    expected = outflows(shared_data / "iati" / ILO_FILE, reporter, monthly(shared_data))
    spend = figures(real, partner, "ILO", YEARS)["spend"]
    assert {y: v for y, v in (spend.by_year or {}).items() if v is not None} == expected
    assert spend.value == sum(expected.values()) == Decimal(total)
    assert "view:partner" in spend.flags
    rows = real.evidence(partner, "ILO", "programmes.spend", YEARS).to_pylist()
    assert sum(row["amount_usd"] for row in rows) == spend.value


@pytest.mark.parametrize("partner", ["EU", "SWE", "KOR"])
def test_R16_places_and_themes_add_to_the_spending(real: Comity, partner: str) -> None:
    found = figures(real, partner, "ILO", YEARS)
    places = [i.get("spend_usd") or 0 for name in ("countries", "regions") for i in items(found[name])]
    themes = [i.get("spend_usd") or 0 for i in items(found["themes"])]
    assert sum(places) == sum(themes) == (found["spend"].value or 0)


def test_R23_R1_koreas_65_activities_are_kept_and_in_no_figure(real: Comity, shared_data: Path) -> None:
    """All are by a secondary reporter, for agencies and a bank of the same State: joint with nobody.
    Commitment, disbursement and incoming funds are mostly one amount, three times."""
    dataset = "dataset = '00-korea-kr-gov-010'"
    query = f"SELECT count(*) AS n, sum(secondary_reporter) AS s FROM activities WHERE {dataset}"
    assert asked(real, query) == [{"n": 65, "s": 65}]
    for table in ("joint_activities", "joint_transactions"):
        query = f"SELECT count(*) AS n FROM {table} WHERE {dataset} AND counted = 1"
        assert asked(real, query) == [{"n": 0}]
    rates = monthly(shared_data)
    plain: dict[str, Decimal] = defaultdict(Decimal)
    for one in activities(shared_data / "iati" / KOREA):
        for row in one.iter("transaction"):
            plain[type_of(row)] += dollars(row, one, rates)
    query = f"SELECT type, sum(value_usd) AS usd FROM transactions WHERE {dataset} GROUP BY type"
    assert {r["type"]: r["usd"] for r in asked(real, query)} == plain
    assert set(plain) == {"1", "2", "3"}
    query = f"SELECT DISTINCT provider, provider_by FROM transactions WHERE {dataset} AND type = '3'"
    stated = {(r["provider"], r["provider_by"]) for r in asked(real, query)}
    assert {by for _, by in stated} <= {"stated", "sole_funder"}
    assert all(str(party).startswith("KOR-") for party, _ in stated), "the agencies, not who reports"


def test_R6_R23_the_gross_of_a_secondary_reporter_is_not_tripled(
    store: Comity, shared_data: Path, tmp_path: Path
) -> None:
    """The same 65 activities with their implementers' place taken by the ILO: each measure has its own
    type in the gross, and nothing in the net."""
    text = gzip.decompress((shared_data / "iati" / KOREA).read_bytes()).decode()
    ilo = '<participating-org role="4" ref="XM-DAC-41302">'
    ours = re.sub(r'<participating-org[^>]*role="4"[^>]*>', ilo, text)
    ours = re.sub(rf"({ilo})\s*<narrative.*?</narrative>", r"\1", ours, flags=re.DOTALL)
    assert ours.count(ilo) >= 56
    (tmp_path / "korea.xml").write_text(ours, encoding="utf-8")
    store.load(tmp_path / "korea.xml")
    found = figures(store, "KOR", "ILO", YEARS)
    for measure, type_ in (("spend", "3"), ("commitments", "2")):
        assert found[measure].value is None
        where = f"type = '{type_}' AND receiver = 'ILO' AND provider LIKE 'KOR%'"
        (row,) = asked(store, f"SELECT sum(value_usd) AS usd FROM transactions WHERE {where}")
        assert sum(i["gross_usd"] for i in items(found[measure])) == row["usd"] > 0
        assert {i.get("net_usd") for i in items(found[measure])} == {None}
        assert {i["shown"] for i in items(found[measure])} == {0}
    (left,) = [f for f in found["activities"].flags if f.startswith("left_out:R23:")]
    assert int(left.rpartition(":")[2]) >= 56


def is_korea(text: str) -> bool:
    ref, _, name = text.partition(" | ")
    return ref in ("kr-gov-010", "kr-gov-021", "kr-gov-050", "kr-gov-051", "xm-dac-742") and not (
        ref == "kr-gov-021" and "republic" not in name
    )


def test_commitments_of_korea_to_UNHCR_are_those_of_a_plain_reading(real: Comity, shared_data: Path) -> None:
    """R22: UNHCR promises received stand at three levels, of which the lowest counts. R24: of an activity
    in several files the copy last updated counts."""
    copies: dict[str, list[tuple[str, str, Element]]] = defaultdict(list)
    for name in UNHCR:
        for one in activities(shared_data / "iati" / name):
            if said(one.find("reporting-org")).startswith("xm-dac-41121"):
                id_ = (one.findtext("iati-identifier") or "").strip().upper()
                copies[id_].append((one.get("last-updated-datetime") or "", name, one))
    newest = [max(found, key=lambda copy: copy[:2])[2] for found in copies.values()]
    every = [copy[2] for found in copies.values() for copy in found]

    def level(one: Element) -> int:
        return int(one.get("hierarchy") or 1)

    def promised(one: Element) -> list[Element]:
        return [row for row in one.iter("transaction") if type_of(row) == "11"]

    lowest = max(level(one) for one in every if promised(one))
    expected: dict[int, Decimal] = defaultdict(Decimal)
    for one in newest:
        for row in promised(one) if level(one) == lowest else ():
            if is_korea(said(row.find("provider-org"))):
                expected[year_of(row)] += dollars(row, one, {})
    found = figures(real, "KOR", "UNHCR", YEARS)["commitments"]
    assert {y: v for y, v in (found.by_year or {}).items() if v is not None} == expected
    assert found.value == sum(expected.values()) == Decimal("47459129.35")
    (listed,) = items(found)
    assert (listed["rows_r22"], listed["rows_r24"]) == (5, 6)


def test_R24_three_snapshots_of_one_file_count_once(store: Comity, shared_data: Path, tmp_path: Path) -> None:
    """The Central American Bank's files of three days. It is no party of ours, nor do organisations of
    ours receive from it: here a foundation stands for it, and a fund for those to whom it lends most."""
    names = [f"bcie-2025-12-{day}.xml.gz" for day in (12, 16, 18)]
    aliases = [("XM-DAC-46007", "iati", "GATES"), ("República de Nicaragua", "name", "GCF")]
    head = "alias,scheme,party,judgement,valid_from,valid_to,stated_by,why"
    lines = [head, *(f"{alias},{scheme},{party},same,,,a test," for alias, scheme, party in aliases)]
    (tmp_path / "stand_ins.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = shared_data / "iati" / "real" / "v2-snapshots"
    store.load(tmp_path / "stand_ins.csv", *(folder / name for name in names))
    newest: dict[str, tuple[tuple[str, str], Element]] = {}
    for name in names:
        for one in activities(folder / name):
            id_ = (one.findtext("iati-identifier") or "").strip()
            stamp = (str(one.get("last-updated-datetime"))[:19], name)
            newest[id_] = max(newest.get(id_, (("", ""), one)), (stamp, one), key=lambda copy: copy[0])
    expected = sum(
        dollars(row, one, {})
        for _, one in newest.values()
        for row in one.iter("transaction")
        if type_of(row) == "3" and said(row.find("receiver-org")).endswith("| república de nicaragua")
    )
    found = figures(store, "GATES", "GCF", (2000, 2026))
    assert found["spend"].value == expected > 0
    (listed,) = items(found["spend"])
    assert (listed["net_usd"], listed["rows_r24"]) == (expected, 637)
    assert listed["gross_usd"] > expected
    ids = "count(*) AS n, count(DISTINCT activity_id) AS d"
    (counts,) = asked(store, f"SELECT {ids} FROM joint_activities WHERE counted = 1")
    assert counts["n"] == counts["d"] == found["activities"].value
    assert "left_out:R24:19" in found["activities"].flags, "the first day's name no receiver"


def test_nobodys_money_stands_twice_in_a_pair(real: Comity) -> None:
    key = "dataset, snapshot, activity, transaction"
    for table, keys in (("joint_transactions", f"partner, organisation, {key}"), ("transactions", key)):
        (row,) = asked(real, f"SELECT count(*) AS n, count(DISTINCT ({keys})) AS d FROM {table}")
        assert row["n"] == row["d"] > 500, table


def test_R8_R9_what_is_converted_has_a_rate_and_what_is_not_a_reason(real: Comity) -> None:
    query = """
        SELECT count(*) FILTER (value_usd IS NULL AND not_converted IS NULL AND value IS NOT NULL) AS silent,
            count(*) FILTER (value_usd IS NOT NULL AND usd_per_unit IS NULL) AS odd,
            count(*) FILTER (value_usd != round(value_usd, 2)) AS fractions,
            count(*) FILTER (currency_used != 'USD' AND value_usd IS NOT NULL
                AND (rate_series IS NULL OR rate_date_by IS NULL)) AS unnamed
        FROM transactions
    """
    assert asked(real, query) == [{"silent": 0, "odd": 0, "fractions": 0, "unnamed": 0}]
