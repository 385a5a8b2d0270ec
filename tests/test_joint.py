"""What a partner and an organisation do together, on small files of our own, against numbers worked out by
hand: whose money it is, which rows count, and why others do not (R1–R31, R38)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from comity.api import Comity
from comity.store import joint
from tests.joint import (
    FOR_KOICA,
    ILO,
    JAPAN,
    KOICA,
    KOREA,
    MOFA,
    WHO,
    YEARS,
    activity,
    asked,
    country,
    figures,
    items,
    load,
    moves,
    region,
    sector,
    spending,
    takes_part,
)
from tests.test_rules_shares import part_cents

LAOS = (
    FOR_KOICA,
    country("KH", "60"), country("LA", "30"),
    sector("16020", "50"), sector("11330", "50"), sector("1-1", "100", "99"),
    moves("11", "1000000", "2019-03-01", provider=KOICA),
    moves("1", "600000", "2019-04-01", provider=KOICA),
    moves("2", "150000", "2019-05-01", receiver="An NGO nobody knows"),
    moves("4", "100000.50", "2019-06-30"),
    moves("3", "200000.25", "2020-02-01", country("VN") + sector("15110"), receiver="An NGO nobody knows"),
    moves("4", "1000000000", "2020-06-20", currency="KRW", value_date="2020-05-15"),
    moves("4", "-10000.10", "2020-12-31"),
    moves("4", "5000", "2021-05-01", currency="XDR"),
    moves("4", "777", None),
)  # fmt: skip
"""An activity that KOICA alone funds: money in two currencies and one without a rate, a refund, an undated
row; two countries that make 90 per cent, and a payment with a place and a sector of its own."""

BY_ILO = (
    activity("ILO-1", ILO, *LAOS),
    activity(
        "ILO-2", ILO, takes_part(("1", KOICA), ("1", MOFA), ("4", ILO)),
        country("KE", "40"), region("298", "60"),
        moves("11", "30000", "2019-02-01", provider=KOICA),
        moves("11", "20000", "2019-02-01", provider=MOFA),
        moves("11", "5000", "2020-02-01"),  # from nobody in particular, and so from the State
        moves("4", "50000", "2019-08-01"),
    ),
    activity(
        "ILO-3", ILO, takes_part(("1", KOREA), ("1", JAPAN), ("4", ILO)), country("PH"), country("ID"),
        moves("11", "70000", "2019-02-01", provider=KOREA),
        moves("11", "30000", "2019-02-01", provider=JAPAN),
        moves("11", "1000", "2019-02-01"),
        moves("4", "90000", "2019-09-01"),
    ),
    activity(
        "ILO-4", ILO, takes_part(("1", "Republic of Korea"), ("4", ILO)),
        *(sector(code, "100") for code in ("11110", "12110", "14010")),
        moves("4", "100", "2019-09-01"),
    ),
    activity("ILO-5", ILO, takes_part(("1", JAPAN), ("4", ILO)), moves("4", "123456", "2019-09-01")),
)  # fmt: skip
BY_KOICA = (
    activity(
        "KOICA-1", KOICA, takes_part(("1", KOICA), ("4", ILO)), country("MM"),
        moves("2", "222222.22", "2018-04-01", receiver=ILO),
        moves("3", "111111.11", "2018-05-01", receiver=ILO),
        moves("3", "5000", "2019-05-01"),
        moves("3", "8000", "2019-05-01", receiver="Somebody else"),
        start="2018-01-01",
    ),
    activity(
        "KOICA-2", KOICA, takes_part(("4", ILO), ("4", WHO)), moves("3", "6000", "2019-05-01"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def both(module_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """Files by the ILO, by KOICA, by others for them, and an older copy of one of the ILO's activities."""
    return load(
        module_store,
        tmp_path_factory.mktemp("joint"),
        ilo=BY_ILO,
        koica=BY_KOICA,
        korea=[
            activity(
                "KOICA-1-again", KOREA, takes_part(("1", KOICA), ("4", ILO)),
                moves("3", "999", "2019-05-01", provider=KOICA, receiver=ILO),
                moves("2", "999", "2019-05-01", provider=KOICA, receiver=ILO),
                moves("1", "999", "2019-05-01", provider=KOICA, receiver=ILO),
                secondary=True,
            )
        ],
        others=[
            activity(
                "FTS-1", "XM-OCHA-FTS", takes_part(("1", KOICA), ("4", ILO)),
                moves("3", "888", "2019-05-01"), secondary=True,
            ),
            activity(
                "NGO-1", "XX-AN-NGO", takes_part(("1", KOICA), ("4", ILO)), moves("3", "777", "2019-05-01")
            ),
        ],
        old=[
            activity(
                "ilo-1 ", ILO, FOR_KOICA, country("TH"),
                moves("4", "4444.44", "2019-06-30"), moves("11", "3333.33", "2019-06-30", provider=KOICA),
                updated="2023-12-31T23:59:59", start="2017-01-01",
            )
        ],
    )  # fmt: skip


def transactions(store: Comity, where: str) -> list[dict[str, Any]]:
    return asked(store, f"SELECT * FROM joint_transactions WHERE {where}")


def won(store: Comity, amount: str = "1000000000") -> Decimal:
    """Of the value's month, May 2020; the transaction is of June."""
    month = "currency = 'KRW' AND date = '2020-05-01' AND series = 'fred_monthly_average'"
    (row,) = asked(store, f"SELECT usd_per_unit FROM rates WHERE {month}")
    found: Decimal = (Decimal(amount) * row["usd_per_unit"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return found


IN_2019 = Decimal("100000.50") + Decimal("50000.00") + Decimal("100.00")
"""ILO-1, ILO-2 and ILO-4."""
IN_2020 = Decimal("200000.25") - Decimal("10000.10")
"""ILO-1, without the won."""


# Activities


def test_R6_R23_R24_joint_activities_by_view_and_why_some_are_left_out(both: Comity) -> None:
    rows = asked(both, "SELECT * FROM joint_activities WHERE partner = 'KOR' AND organisation = 'ILO'")
    told = {(r["dataset"], r["activity_id"]): (r["view"], r["left_out"], r["counted"]) for r in rows}
    assert len(told) == len(rows)
    assert told == {
        ("ilo", "ILO-1"): ("organisation", None, 1),
        ("ilo", "ILO-2"): ("organisation", None, 1),
        ("ilo", "ILO-3"): ("organisation", None, 1),
        ("ilo", "ILO-4"): ("organisation", None, 1),
        ("old", "ilo-1"): ("organisation", "R24", 0),
        ("koica", "KOICA-1"): ("partner", None, 0),
        ("koica", "KOICA-2"): ("partner", None, 0),
        ("korea", "KOICA-1-again"): ("partner", "R23", 0),
        ("others", "FTS-1"): ("other", "R23", 0),
        ("others", "NGO-1"): ("other", "R23", 0),
    }


def test_R30_who_gives_is_the_agency_and_of_several_the_State(both: Comity) -> None:
    query = "SELECT partner, activity_id, giver, sole_funder FROM joint_activities WHERE dataset = 'ilo'"
    told = {(r["partner"], r["activity_id"]): (r["giver"], r["sole_funder"]) for r in asked(both, query)}
    assert told == {
        ("KOR", "ILO-1"): ("KOR-KOICA", 1), ("KOR-KOICA", "ILO-1"): ("KOR-KOICA", 1),
        ("KOR", "ILO-2"): ("KOR", 1),
        ("KOR-KOICA", "ILO-2"): ("KOR-KOICA", 0), ("KOR-MOFA", "ILO-2"): ("KOR-MOFA", 0),
        ("KOR", "ILO-3"): ("KOR", 0), ("JPN", "ILO-3"): ("JPN", 0),
        ("KOR", "ILO-4"): ("KOR", 1), ("JPN", "ILO-5"): ("JPN", 1),
    }  # fmt: skip


def test_the_activities_of_a_profile(both: Comity) -> None:
    found = figures(both)["activities"]
    assert found.value == 4
    assert [item["activity_id"] for item in items(found)] == ["ILO-1", "ILO-2", "ILO-3", "ILO-4"]
    assert {item["on_date"] for item in items(found)} == {"ended"}
    assert (found.coverage.status, found.coverage.years) == ("partial", (2019, 2020, 2021))
    assert set(found.flags) == {
        "ended:4", "left_out:R23:3", "left_out:R24:1", "left_out:other_view:2", "view:organisation",
    }  # fmt: skip


def test_an_activity_counts_in_the_years_it_runs_and_in_no_other(both: Comity) -> None:
    assert figures(both, years=2019)["activities"].value == 4
    assert figures(both, years=(2021, 2030))["activities"].value == 4
    for years in ((2010, 2016), (2022, 2024)):
        found = figures(both, years=years)["activities"]
        assert (found.value, found.coverage.status) == (None, "not_reported"), "never zero (R38)"


def test_an_activity_runs_to_its_last_day(both: Comity) -> None:
    for day, state in (
        (date(2018, 12, 31), "planned"), (date(2019, 1, 1), "current"), (date(2021, 12, 31), "current"),
        (date(2022, 1, 1), "ended"),
    ):  # fmt: skip
        found = figures(both, as_of=day)["activities"]
        assert {item["on_date"] for item in items(found)} == {state}, day
        assert f"{state}:4" in found.flags


# Money: whose it is, and what counts


def test_R1_R30_the_rows_of_the_organisations_report(both: Comity) -> None:
    rows = transactions(both, "partner = 'KOR' AND organisation = 'ILO' AND dataset = 'ilo'")
    told = Counter((r["activity_id"], r["measure"], r["type"], r["attributed_by"], r["giver"]) for r in rows)
    assert told == {
        ("ILO-1", "commitments", "11", "stated", "KOR-KOICA"): 1,
        ("ILO-1", "incoming", "1", "stated", "KOR-KOICA"): 1,
        ("ILO-1", "spend", "3", "sole_funder", "KOR-KOICA"): 1,
        ("ILO-1", "spend", "4", "sole_funder", "KOR-KOICA"): 5,
        ("ILO-2", "commitments", "11", "stated", "KOR-KOICA"): 1,
        ("ILO-2", "commitments", "11", "stated", "KOR-MOFA"): 1,
        ("ILO-2", "commitments", "11", "sole_funder", "KOR"): 1,
        ("ILO-2", "spend", "4", "sole_funder", "KOR"): 1,
        ("ILO-3", "commitments", "11", "stated", "KOR"): 1,
        ("ILO-4", "spend", "4", "sole_funder", "KOR"): 1,
    }, "what the ILO promises to others is no commitment of Korea's"
    assert {row["counted"] for row in rows} == {1}


def test_R30_the_rows_of_the_partners_report(both: Comity) -> None:
    rows = transactions(both, "partner = 'KOR' AND organisation = 'ILO' AND dataset = 'koica'")
    told = {(str(r["value"]), r["measure"], r["attributed_by"], r["counted"]) for r in rows}
    assert told == {
        ("222222.220000", "commitments", "reporting_org", 0),
        ("111111.110000", "spend", "reporting_org", 0),
        ("5000.000000", "spend", "reporting_org", 0),
    }, "not what is for somebody else, nor what one of two implementers receives"


def test_R6_R7_R8_R9_spending_is_that_of_the_organisations_report(both: Comity) -> None:
    spend = figures(both)["spend"]
    expected = {2018: None, 2019: IN_2019, 2020: IN_2020 + won(both), 2021: None, 2022: None}
    assert spend.by_year == expected
    assert spend.value == IN_2019 + IN_2020 + won(both), "and nothing of what KOICA reports on top"
    assert (spend.coverage.status, spend.coverage.years) == ("partial", (2019, 2020))
    assert set(spend.flags) == {
        "view:organisation", "not_converted:XDR:1", "inferred:7", "undated:1", "several_funders:1",
        "converted:KRW:fred_monthly_average:1",
    }  # fmt: skip
    assert [(use.source, use.rows) for use in spend.sources] == [("iati", 6), ("rates", 0)]


def test_R8_a_year_in_which_nothing_is_converted_is_not_reported_and_not_zero(both: Comity) -> None:
    spend = figures(both, years=2021)["spend"]
    assert (spend.value, spend.by_year, spend.coverage.status) == (None, {2021: None}, "not_reported")
    assert "not_converted:XDR:1" in spend.flags


def test_R38_a_year_without_a_row_is_not_reported(both: Comity) -> None:
    for measure in ("spend", "commitments"):
        found = figures(both, years=(2022, 2024))[measure]
        assert found.value is None
        assert set((found.by_year or {}).values()) == {None}


def test_R8_the_rate_is_that_of_the_values_month(both: Comity) -> None:
    columns, where = "value_usd, rate_date_by, rate_series", "currency = 'KRW' AND dataset = 'ilo'"
    assert asked(both, f"SELECT {columns} FROM transactions WHERE {where}") == [
        {"value_usd": won(both), "rate_date_by": "value_date", "rate_series": "fred_monthly_average"}
    ]


def test_R1_commitments_are_apart_from_spending(both: Comity) -> None:
    found = figures(both)["commitments"]
    assert found.by_year == {
        2018: None, 2019: Decimal(1_000_000 + 30_000 + 20_000 + 70_000), 2020: Decimal(5_000),
        2021: None, 2022: None,
    }  # fmt: skip
    assert set(found.flags) == {"view:organisation", "inferred:1"}


@pytest.mark.parametrize("measure", ["spend", "commitments"])
def test_evidence_adds_to_the_figure_to_the_cent(both: Comity, measure: str) -> None:
    for partner in ("KOR", "KOR-KOICA", "JPN"):
        found = figures(both, partner)[measure]
        rows = both.evidence(partner, "ILO", f"programmes.{measure}", YEARS).to_pylist()
        by_year: dict[int, Decimal] = defaultdict(Decimal)
        for row in rows:
            assert row["amount_usd"] == row["amount_usd"].quantize(Decimal("0.01")), "whole cents"
            by_year[row["year"]] += row["amount_usd"]
        assert by_year == {y: v for y, v in (found.by_year or {}).items() if v is not None}
        assert sum(by_year.values()) == (found.value or 0)


def test_R26_gross_and_net_of_each_view_with_the_rows_removed(both: Comity) -> None:
    found = {(i["view"], i.get("reporter"), i["giver"]): i for i in items(figures(both)["spend"])}
    ours = Decimal("290000.65") + won(both)
    assert found == {
        ("organisation", "ILO", "KOR-KOICA"): {
            "view": "organisation", "reporter": "ILO", "giver": "KOR-KOICA", "shown": 1,
            "gross_usd": ours + Decimal("4444.44"), "net_usd": ours,
            "rows": 6, "rows_net": 4, "rows_r24": 1, "rows_not_converted": 1,
        },
        ("organisation", "ILO", "KOR"): {
            "view": "organisation", "reporter": "ILO", "giver": "KOR", "shown": 1,
            "gross_usd": Decimal("50100"), "net_usd": Decimal("50100"), "rows": 2, "rows_net": 2,
        },
        ("partner", "KOR-KOICA", "KOR-KOICA"): {
            "view": "partner", "reporter": "KOR-KOICA", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("116111.11"), "net_usd": Decimal("116111.11"), "rows": 2, "rows_net": 2,
        },
        ("partner", "KOR", "KOR-KOICA"): {
            "view": "partner", "reporter": "KOR", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("999"), "rows": 1, "rows_net": 0, "rows_r23": 1,
        },
        ("other", None, "KOR-KOICA"): {
            "view": "other", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("888"), "rows": 1, "rows_net": 0, "rows_r23": 1,
        },
    }, "types are never added, and what an NGO we do not know passes on is not Korea's"  # fmt: skip


# A State and its agencies


def test_a_State_is_the_sum_of_its_agencies_and_of_itself_without_doubling(both: Comity) -> None:
    def total(partner: str, measure: str) -> Decimal:
        return Decimal(figures(both, partner)[measure].value or 0)

    assert total("KOR-KOICA", "commitments") == 1_030_000
    assert total("KOR-MOFA", "commitments") == 20_000
    assert total("KOR", "commitments") == 1_030_000 + 20_000 + 75_000, "75,000 name the State itself"
    rows = transactions(both, "organisation = 'ILO' AND counted = 1 AND measure = 'commitments'")
    keys = Counter((r["partner"], r["dataset"], r["activity"], r["transaction"]) for r in rows)
    assert set(keys.values()) == {1}


def test_an_agency_alone_has_only_what_it_alone_funds(both: Comity) -> None:
    found = figures(both, "KOR-KOICA")
    assert found["spend"].value == Decimal("290000.65") + won(both), "ILO-1, and not ILO-2 with the Ministry"
    assert found["activities"].value == 2
    assert "several_funders:1" in found["spend"].flags
    assert figures(both, "KOR-MOFA")["spend"].value is None


def test_another_State_is_apart(both: Comity) -> None:
    found = figures(both, "JPN")
    assert (found["spend"].value, found["commitments"].value) == (Decimal("123456"), Decimal("30000"))


# Places and themes


def shared(*values: Decimal, weights: dict[str | None, int]) -> dict[str | None, Decimal]:
    """The sum of the parts of each value, worked out in fractions."""
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for value in values:
        parts = part_cents(int(value * 100), [(w, code, None) for code, w in weights.items()])
        for code, part in zip(weights, parts, strict=True):
            sums[code] += Decimal(part) / 100
    return sums


def test_R12_R13_R15_places_by_hand_and_adding_to_the_spending_exactly(both: Comity) -> None:
    found = figures(both)
    here, regions = spending(found["countries"]), spending(found["regions"])
    one = shared(
        Decimal("100000.50"), Decimal("-10000.10"), won(both), weights={"KHM": 60, "LAO": 30, None: 10}
    )
    assert here == {
        ("KHM", None): one["KHM"], ("LAO", None): one["LAO"], ("VNM", None): Decimal("200000.25"),
        ("KEN", None): Decimal("20000.00"),
    }  # fmt: skip
    assert regions == {
        ("298", None): Decimal("30000.00"), (None, "unallocated"): one[None],
        (None, "not_stated"): Decimal("100.00"),
    }  # fmt: skip
    assert sum(here.values()) + sum(regions.values()) == found["spend"].value


def test_programme_countries_are_those_of_counted_activities(both: Comity) -> None:
    found = figures(both)
    published = {i["code"]: i["activities"] for i in items(found["countries"]) if i["source"] == "iati"}
    assert published == {"KHM": 1, "LAO": 1, "VNM": 1, "KEN": 1, "PHL": 1, "IDN": 1}, "TH is the copy's"
    assert [i.get("code") for i in items(found["regions"]) if i.get("activities")] == ["298"]


def test_R13_R15_themes_by_hand_and_adding_to_the_spending_exactly(both: Comity) -> None:
    found = figures(both)
    parts = spending(found["themes"])
    one = shared(Decimal("100000.50"), Decimal("-10000.10"), won(both), weights={"113": 1, "160": 1})
    thirds = shared(Decimal("100"), weights={"111": 1, "121": 1, "140": 1})
    assert thirds == {"111": Decimal("33.34"), "121": Decimal("33.33"), "140": Decimal("33.33")}
    expected: dict[tuple[str | None, str | None], Decimal] = {
        (code, None): part for code, part in (one | thirds | {"151": Decimal("200000.25")}).items()
    }
    assert parts == expected | {(None, "not_stated"): Decimal("50000.00")}, (
        "300 per cent are scaled down; the publisher's own list is left apart"
    )
    assert sum(parts.values()) == found["spend"].value
    assert {i["code"]: i["activities"] for i in items(found["themes"]) if i.get("activities")} == {
        "111": 1, "113": 1, "121": 1, "140": 1, "151": 1, "160": 1,
    }  # fmt: skip
    assert found["themes"].value == 6


def test_only_the_tables_of_the_contracts_are_left(both: Comity) -> None:
    names = [row["table_name"] for row in asked(both, "SELECT table_name FROM duckdb_tables()")]
    assert [name for name in names if name.startswith("_")] == []
    assert {name for name, _ in joint._STEPS if not name.startswith("_")} <= set(names)


def test_each_row_leads_back_to_the_one_it_was_read_from(both: Comity) -> None:
    query = """
        SELECT count(*) AS n, count(t.locator) AS found
        FROM joint_transactions AS j LEFT JOIN transactions AS t
        ON (t.dataset, t.snapshot, t.activity, t.transaction, t.locator, t.value)
        = (j.dataset, j.snapshot, j.activity, j.transaction, j.locator, j.value)
    """
    (row,) = asked(both, query)
    assert row["n"] == row["found"] > 20
