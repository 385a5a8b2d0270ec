"""Single questions to joint activities, each on a file or two of its own: whose report is shown, levels,
who is joint with whom, dates, and joins that must not double anything (R6, R14–R24, R28–R30)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from comity.api import Comity
from tests.joint import (
    FAO,
    FOR_KOICA,
    ILO,
    JAPAN,
    KOICA,
    KOREA,
    MOFA,
    WHO,
    activity,
    asked,
    country,
    figures,
    items,
    load,
    moves,
    region,
    spending,
    takes_part,
)
from tests.test_joint import BY_ILO, BY_KOICA


def test_R14_R18_places_without_shares_codes_in_any_case_and_unspecified_ones(
    store: Comity, tmp_path: Path
) -> None:
    day, part = "2019-01-01", takes_part(("1", KOICA), ("4", WHO))
    load(
        store, tmp_path / "in",
        who=[
            activity("A", WHO, part, country("ph"), country("ID "), moves("4", "100", day)),
            activity("B", WHO, part, country("998"), moves("4", "10", day)),
            activity("C", WHO, part, region("998", "50"), country("la", "50"), moves("4", "1", day)),
            activity("D", WHO, part, country("LA", "100"), region("798"), moves("4", "7", day)),
            activity("E", WHO, part, country("MM"), country("MM"), moves("4", "2", day)),
        ],
    )  # fmt: skip
    found = figures(store, organisation="WHO")
    assert spending(found["countries"]) == {
        ("LAO", None): Decimal("7.50"), ("MMR", None): Decimal(2),
    }  # fmt: skip
    assert spending(found["regions"]) == {
        (None, "not_split"): Decimal(100), ("998", None): Decimal("10.50"),
    }  # fmt: skip
    assert found["spend"].value == 120
    assert {i["code"]: i["activities"] for i in items(found["countries"])} == {
        "IDN": 1, "LAO": 2, "MMR": 1, "PHL": 1,
    }, "an activity is where it says, also without shares"  # fmt: skip
    assert found["countries"].value == 4
    shares = asked(
        store, "SELECT code, weight, flag FROM joint_shares WHERE partner = 'KOR' AND code IS NOT NULL"
    )
    weights = sorted((row["code"], row["weight"] / 1_000_000, row["flag"]) for row in shares)
    assert weights == [
        ("798", 0, "not_split"), ("998", 50, None), ("998", 100, None), ("ID", 0, "not_split"),
        ("LA", 50, None), ("LA", 100, None), ("MM", 100, None), ("PH", 0, "not_split"),
    ]  # fmt: skip
    assert found["regions"].value == 1, "798; the world (998) is no region"
    assert (found["themes"].value, found["themes"].coverage.status) == (None, "not_reported")
    (rest,) = items(found["themes"])
    assert (rest["flag"], rest["spend_usd"]) == ("not_stated", 120)


# Views


def test_R6_each_measure_is_of_the_organisations_report_if_that_has_any_else_of_the_partners(
    store: Comity, tmp_path: Path
) -> None:
    several = takes_part(("1", KOREA), ("1", JAPAN), ("4", FAO))
    load(
        store, tmp_path / "in",
        fao=[
            activity(
                "FAO-1", FAO, several, moves("4", "100", "2019-01-01"),
                moves("11", "900", "2019-01-01", provider=KOREA),
            )
        ],
        koica=[
            activity(
                "K", KOICA, takes_part(("4", FAO)),
                moves("3", "42", "2019-01-01"), moves("2", "60", "2019-01-01"),
            )
        ],
    )  # fmt: skip
    found = figures(store, organisation="FAO")
    assert found["activities"].value == 1
    assert [item["activity_id"] for item in items(found["activities"])] == ["FAO-1"]
    assert (found["spend"].value, found["commitments"].value) == (42, 900)
    assert set(found["spend"].flags) == {"view:partner", "inferred:1"}, "and nothing is said to be missing"
    assert set(found["commitments"].flags) == {"view:organisation"}
    assert {i["view"]: i["shown"] for i in items(found["spend"])} == {"partner": 1}
    assert {i["view"]: i["shown"] for i in items(found["commitments"])} == {"organisation": 1, "partner": 0}


def test_without_a_file_of_the_organisation_it_is_said(store: Comity, tmp_path: Path) -> None:
    load(store, tmp_path / "in", koica=BY_KOICA)
    found = figures(store)
    assert "no_file" in found["activities"].flags
    assert found["activities"].value == 2
    assert found["spend"].value == Decimal("116111.11")


def test_R30_money_that_the_organisation_reports_as_given_to_it(store: Comity, tmp_path: Path) -> None:
    """UNOPS reports its funders' commitments as outgoing ones to itself (41AAA-22693-001)."""
    to_it = {"provider": KOICA, "receiver": ILO}
    load(
        store, tmp_path / "in",
        ilo=[
            activity(
                "A", ILO, takes_part(("4", ILO)), moves("2", "7700", "2020-01-01", **to_it),
                moves("4", "70", "2020-01-01"),
            ),
            activity(
                "B", ILO, FOR_KOICA, moves("2", "500", "2020-01-01", **to_it),
                moves("11", "500", "2020-01-01", provider=KOICA),
                moves("3", "300", "2020-01-01", **to_it), moves("4", "30", "2020-01-01"),
            ),
        ],
    )  # fmt: skip
    found = figures(store)
    assert found["commitments"].value == 7700 + 500, "B's is reported twice, in two words"
    assert found["spend"].value == 30, "what is handed to the ILO it has not spent"
    assert "no_funder:1" in found["spend"].flags, "A names nobody as funding it"


def test_R30_spending_that_names_its_provider_is_his(store: Comity, tmp_path: Path) -> None:
    """UN Women names the donor of each expenditure."""
    several = takes_part(("1", KOICA), ("1", JAPAN), ("4", ILO))
    load(
        store, tmp_path / "in",
        ilo=[
            activity(
                "A", ILO, several, moves("4", "10", "2020-01-01", provider=KOICA),
                moves("4", "20", "2020-01-01", provider=JAPAN), moves("4", "40", "2020-01-01"),
            ),
            activity(
                "B", ILO, FOR_KOICA, moves("4", "1", "2020-01-01", provider=ILO),
                moves("4", "2", "2020-01-01", provider=JAPAN),
                moves("4", "3", "2020-01-01", provider="A fund nobody knows"),
            ),
        ],
    )  # fmt: skip
    assert figures(store)["spend"].value == 10 + 1
    assert figures(store, "JPN")["spend"].value == 20 + 2


# Levels


def test_R22_money_counts_at_the_level_where_it_lives(store: Comity, tmp_path: Path) -> None:
    """Commitments that come in live above, those that go out and spending below."""
    part = takes_part(("1", KOICA), ("4", WHO))
    load(
        store, tmp_path / "in",
        who=[
            activity(
                "W", WHO, part, moves("11", "1000", "2019-01-01", provider=KOICA),
                moves("4", "500", "2019-01-01"), level=1,
            ),
            *(
                activity(
                    f"W-{n}", WHO, part, moves("4", "200", "2019-01-01"),
                    moves("2", "1", "2019-01-01", receiver="An NGO"), level=2,
                )
                for n in (1, 2)
            ),
        ],
    )  # fmt: skip
    found = figures(store, organisation="WHO")
    assert found["commitments"].value == 1000
    assert found["spend"].value == 400
    (row,) = items(found["spend"])
    assert (row["gross_usd"], row["net_usd"], row["rows_r22"]) == (900, 400, 1)
    assert found["activities"].value == 2, "an activity and its parts are not three"
    assert "left_out:R22:1" in found["activities"].flags
    assert [item["activity_id"] for item in items(found["activities"])] == ["W-1", "W-2"]


def test_R22_an_activity_that_has_no_parts_counts(store: Comity, tmp_path: Path) -> None:
    """Where the publisher's lower levels are of other partners."""
    load(
        store, tmp_path / "in",
        ilo=[
            activity("A", ILO, FOR_KOICA, level=1),
            activity("B", ILO, takes_part(("1", JAPAN), ("4", ILO)), level=2),
        ],
    )  # fmt: skip
    assert figures(store)["activities"].value == 1


# Who is joint with whom


def pairs(store: Comity) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in asked(store, "SELECT activity_id, partner, organisation FROM joint_activities"):
        found[row["activity_id"]].add((row["partner"], row["organisation"]))
    return found


def test_who_is_joint_with_whom(store: Comity, tmp_path: Path) -> None:
    load(
        store, tmp_path / "in",
        mixed=[
            activity("accountable", KOICA, takes_part(("2", ILO))),
            activity("oversees", KOICA, takes_part(("2", ILO), ("4", "An NGO nobody knows"))),
            activity("extending", KOICA, takes_part(("3", ILO))),
            activity("receives", KOICA, moves("3", "1", "2020-01-01", receiver=ILO)),
            activity("repaid", KOICA, moves("6", "1", "2020-01-01", receiver=ILO)),
            activity("provides", ILO, moves("1", "1", "2020-01-01", provider=KOICA)),
            activity("own bank", KOREA, takes_part(("1", MOFA), ("4", "KR-GOV-021"))),
            activity("own money", WHO, takes_part(("1", ILO), ("4", ILO))),
            activity("by name", "Republic of Korea", takes_part(("4", "International Labour Office"))),
            activity("for others", JAPAN, takes_part(("1", KOICA), ("4", ILO)), secondary=True),
            activity("about it", ILO, takes_part(("1", KOICA), ("4", WHO)), secondary=True),
            activity("conflict", KOICA, "<participating-org role='4' ref='XM-DAC-41302'>"
                "<narrative>World Health Organization</narrative></participating-org>"),
            activity("not it", KOICA, takes_part(("4", "XI-IATI-EC_NEAR-2018/41302/0"))),
            activity("nobody", KOICA),
        ],
    )  # fmt: skip
    koica = {("KOR", "ILO"), ("KOR-KOICA", "ILO")}
    assert pairs(store) == {
        "accountable": koica, "extending": koica, "receives": koica, "provides": koica,
        "own money": {("ILO", "WHO")}, "by name": {("KOR", "ILO")},
        "for others": koica,
        "about it": {("KOR", "WHO"), ("KOR-KOICA", "WHO")},
    }  # fmt: skip


def test_R28_what_is_nobodys_is_told(store: Comity, tmp_path: Path) -> None:
    load(
        store, tmp_path / "in",
        ilo=[
            activity(
                "A", ILO, "<participating-org role='1' ref='KR-GOV-051'><narrative>Japan</narrative>"
                "</participating-org>", takes_part(("4", "An NGO nobody knows")),
                moves("4", "1", "2020-01-01"), moves("4", "1", "2020-01-01", currency="XDR"),
                moves("4", "1", None, currency="KRW"), currency=None,
            ),
        ],
    )  # fmt: skip
    told = asked(store, "SELECT rule, text FROM issues WHERE dataset = 'ilo'")
    texts = {(row["rule"], row["text"]) for row in told}
    assert {
        ("R28", "“KR-GOV-051” and “Japan” are not the same party; 1 place(s) kept without one"),
        ("R28", "1 organisation(s) named in 1 place(s) are in no alias table; kept without a party"),
        ("R7", "1 transaction(s) without a currency are not converted"),
        ("R8", "1 transaction(s) in XDR without a rate of their month are not converted"),
        ("R8", "1 transaction(s) without a date are not converted"),
    } <= texts


# Dates


def test_activities_without_dates_run_with_their_money_and_open_ones_until_told(
    store: Comity, tmp_path: Path
) -> None:
    money = moves("4", "1", "2019-05-01"), moves("4", "1", "2020-05-01")
    load(
        store, tmp_path / "in",
        ilo=[
            activity("undated", ILO, FOR_KOICA, *money, start=None, end=None),
            activity("open", ILO, FOR_KOICA, *money, start="2018-01-01", end=None),
            activity("ends", ILO, FOR_KOICA, *money, start=None, end="2021-01-01"),
            activity("silent", ILO, FOR_KOICA, start=None, end=None),
        ],
    )  # fmt: skip
    query = "SELECT activity_id, first_year, last_year FROM joint_activities WHERE partner = 'KOR'"
    years = {r["activity_id"]: (r["first_year"], r["last_year"]) for r in asked(store, query)}
    assert years == {
        "undated": (2019, 2020), "open": (2018, None), "ends": (2019, 2021), "silent": (None, None),
    }  # fmt: skip

    def running(year: int) -> tuple[set[str], str]:
        found = figures(store, years=year)["activities"]
        return {str(item["activity_id"]) for item in items(found)}, found.coverage.status

    assert running(2018) == ({"open", "silent"}, "complete")
    assert running(2020) == ({"undated", "open", "ends", "silent"}, "complete")
    assert running(2021) == ({"open", "ends", "silent"}, "complete")
    assert running(2022) == ({"open", "silent"}, "partial"), "nothing says that it went on so long"


def test_an_absurd_date_neither_fails_nor_fills_the_coverage(store: Comity, tmp_path: Path) -> None:
    load(
        store, tmp_path / "in",
        ilo=[
            activity(
                "A", ILO, FOR_KOICA, moves("4", "1", "0019-05-01"), start="0001-01-01", end="9999-12-31"
            )
        ],
    )  # fmt: skip
    query = "SELECT min(year) AS a, max(year) AS b FROM coverage WHERE type = 'iati.activities'"
    assert asked(store, query) == [{"a": 1900, "b": 2100}]
    assert figures(store)["activities"].value == 1


# Joining


def test_a_party_that_stands_in_two_files_does_not_double_money(store: Comity, tmp_path: Path) -> None:
    parties = asked(store, "SELECT * EXCLUDE (source, dataset, snapshot, locator) FROM parties")
    lines = [",".join(parties[0]), *(_line(row.values()) for row in parties)]
    (tmp_path / "my_parties.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store.load(tmp_path / "my_parties.csv")
    assert asked(store, "SELECT count(*) AS n FROM parties WHERE id = 'KOR'") == [{"n": 2}]
    load(store, tmp_path / "in", ilo=BY_ILO)
    where = "partner = 'JPN' AND measure = 'spend'"
    assert asked(store, f"SELECT sum(value_usd) AS usd FROM joint_transactions WHERE {where}") == [
        {"usd": Decimal(123456)}
    ]
    where = "partner = 'KOR' AND code = 'KH'"
    assert asked(store, f"SELECT count(*) AS n FROM joint_shares WHERE {where}") == [{"n": 1}]


def _line(values: Iterable[object]) -> str:
    return ",".join("" if value is None else '"' + str(value).replace('"', '""') + '"' for value in values)
