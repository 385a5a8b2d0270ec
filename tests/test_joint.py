"""What a partner and an organisation do together, on small files of our own, against numbers worked out by
hand: whose money it is, which rows count, and why others do not (R1–R31, R38)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from comity.api import Comity
from comity.model import Figure, Item
from comity.store import joint
from tests.test_rules_shares import part_cents

ILO, WHO, FAO, UNOPS = "XM-DAC-41302", "XM-DAC-928", "XM-DAC-41301", "XM-DAC-41AAA"
KOICA, MOFA, KOREA, JAPAN = "KR-GOV-051", "KR-GOV-050", "KR-GOV-010", "XM-DAC-701"
YEARS = (2018, 2022)


# Files


def org(tag: str, ref: str | None, **more: str) -> str:
    attributes = "".join(f" {n.replace('_', '-')}={quoteattr(v)}" for n, v in more.items())
    name = "" if ref is None or ref.isupper() or "-" in ref else f"<narrative>{escape(ref)}</narrative>"
    return f"<{tag}{'' if name or ref is None else f' ref={quoteattr(ref)}'}{attributes}>{name}</{tag}>"


def takes_part(*pairs: tuple[str, str]) -> str:
    """Participating organisations by (role, identifier or name)."""
    return "".join(org("participating-org", who, role=role) for role, who in pairs)


def moves(
    type_: str, value: str, day: str | None, inner: str = "", *,
    provider: str | None = None, receiver: str | None = None,
    currency: str | None = None, value_date: str | None = None,
) -> str:  # fmt: skip
    about = "".join(
        f" {n}={quoteattr(v)}" for n, v in (("currency", currency), ("value-date", value_date)) if v
    )
    return (
        f"<transaction><transaction-type code={quoteattr(type_)}/>"
        + (f"<transaction-date iso-date={quoteattr(day)}/>" if day else "")
        + f"<value{about}>{value}</value>"
        + "".join(org(f"{role}-org", who) for role, who in (("provider", provider), ("receiver", receiver)) if who)
        + f"{inner}</transaction>"
    )  # fmt: skip


def country(code: str, percentage: str | None = None) -> str:
    share = f" percentage={quoteattr(percentage)}" if percentage else ""
    return f"<recipient-country code={quoteattr(code)}{share}/>"


def region(code: str, percentage: str | None = None) -> str:
    return country(code, percentage).replace("recipient-country", "recipient-region")


def sector(code: str, percentage: str | None = None, vocabulary: str = "1") -> str:
    share = f" percentage={quoteattr(percentage)}" if percentage else ""
    return f"<sector vocabulary={quoteattr(vocabulary)} code={quoteattr(code)}{share}/>"


def activity(
    id_: str, reporter: str, *elements: str, secondary: bool = False, start: str | None = "2019-01-01",
    end: str | None = "2021-12-31", updated: str = "2024-01-01T00:00:00", level: int | None = None,
    currency: str | None = "USD",
) -> str:  # fmt: skip
    attributes = {
        "last-updated-datetime": updated,
        "hierarchy": None if level is None else str(level),
        "default-currency": currency,
    }
    head = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    dates = "".join(
        f"<activity-date type='{type_}' iso-date='{day}'/>"
        for type_, day in (("2", start), ("4", end)) if day
    )  # fmt: skip
    return (
        f"<iati-activity{head}><iati-identifier>{id_}</iati-identifier>"
        + org("reporting-org", reporter, **({"secondary_reporter": "1"} if secondary else {}))
        + f"<title><narrative>{id_}</narrative></title>{dates}{''.join(elements)}</iati-activity>"
    )


def load(store: Comity, folder: Path, **files: Iterable[str]) -> Comity:
    folder.mkdir(parents=True, exist_ok=True)
    for name, activities in files.items():
        text = f"<iati-activities version='2.03'>{''.join(activities)}</iati-activities>"
        (folder / f"{name}.xml").write_text(text)
    store.load(folder)
    return store


FOR_KOICA = takes_part(("1", KOICA), ("4", ILO))
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


def figures(store: Comity, partner: str = "KOR", organisation: str = "ILO", years: Any = YEARS, **more: Any) -> dict[str, Figure]:  # fmt: skip
    profile = store.profile(partner, organisation, years, **more).profile
    return {f.measure.removeprefix("programmes."): f for f in profile.family("programmes")}


def items(figure: Figure) -> list[Item]:
    return list(figure.items or ())


def transactions(store: Comity, where: str = "true") -> list[dict[str, Any]]:
    return store.sql(f"SELECT * FROM joint_transactions WHERE {where}").to_pylist()


def won(store: Comity, amount: str = "1000000000") -> Decimal:
    """Of the value's month, May 2020; the transaction is of June."""
    query = "SELECT usd_per_unit FROM rates WHERE currency = 'KRW' AND date = '2020-05-01' AND series LIKE '%monthly%'"
    (rate,) = store.sql(query)["usd_per_unit"].to_pylist()
    found: Decimal = (Decimal(amount) * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return found


IN_2019 = Decimal("100000.50") + Decimal("50000.00") + Decimal("100.00")
"""ILO-1, ILO-2 and ILO-4."""
IN_2020 = Decimal("200000.25") - Decimal("10000.10")
"""ILO-1, without the won."""


# Activities


def test_R6_R23_R24_joint_activities_by_view_and_why_some_are_left_out(both: Comity) -> None:
    rows = both.sql("SELECT * FROM joint_activities WHERE partner = 'KOR' AND organisation = 'ILO'").to_pylist()
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
    told = {(r["partner"], r["activity_id"]): (r["giver"], r["sole_funder"]) for r in both.sql(query).to_pylist()}
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
    }  # fmt: skip
    assert [use.rows for use in spend.sources] == [6]


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
    query = "SELECT value_usd, rate_date_by, rate_series FROM transactions WHERE currency = 'KRW' AND dataset = 'ilo'"
    assert both.sql(query).to_pylist() == [
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
            "rows": 6, "rows_r24": 1, "rows_not_converted": 1,
        },
        ("organisation", "ILO", "KOR"): {
            "view": "organisation", "reporter": "ILO", "giver": "KOR", "shown": 1,
            "gross_usd": Decimal("50100"), "net_usd": Decimal("50100"), "rows": 2,
        },
        ("partner", "KOR-KOICA", "KOR-KOICA"): {
            "view": "partner", "reporter": "KOR-KOICA", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("116111.11"), "net_usd": Decimal("116111.11"), "rows": 2,
        },
        ("partner", "KOR", "KOR-KOICA"): {
            "view": "partner", "reporter": "KOR", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("999"), "rows": 1, "rows_r23": 1,
        },
        ("other", None, "KOR-KOICA"): {
            "view": "other", "giver": "KOR-KOICA", "shown": 0,
            "gross_usd": Decimal("888"), "rows": 1, "rows_r23": 1,
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


def spending(figure: Figure) -> dict[tuple[str | None, str | None], Decimal]:
    listed = [i for i in items(figure) if i.get("spend_usd") is not None]
    found = {(i.get("code"), i.get("flag")): Decimal(i["spend_usd"]) for i in listed}
    assert len(found) == len(listed)
    return found


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
    assert parts == {
        ("113", None): one["113"], ("160", None): one["160"], ("151", None): Decimal("200000.25"),
        **{(code, None): part for code, part in thirds.items()},
        (None, "not_stated"): Decimal("50000.00"),
    }, "300 per cent are scaled down; the publisher's own list is left apart"  # fmt: skip
    assert sum(parts.values()) == found["spend"].value
    assert {i["code"]: i["activities"] for i in items(found["themes"]) if i.get("activities")} == {
        "111": 1, "113": 1, "121": 1, "140": 1, "151": 1, "160": 1,
    }  # fmt: skip
    assert found["themes"].value == 6


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
        fao=[activity("FAO-1", FAO, several, moves("4", "100", "2019-01-01"))],
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
    assert (found["spend"].value, found["commitments"].value) == (42, 60)
    assert set(found["spend"].flags) == {"view:partner", "inferred:1"}, "and nothing is said to be missing"
    assert {i["view"]: i["shown"] for i in items(found["spend"])} == {"partner": 1}


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
    for row in store.sql("SELECT activity_id, partner, organisation FROM joint_activities").to_pylist():
        found[row["activity_id"]].add((row["partner"], row["organisation"]))
    return found


def test_who_is_joint_with_whom(store: Comity, tmp_path: Path) -> None:
    def one(name: str, reporter: str, *elements: str, **more: Any) -> str:
        return activity(name, reporter, *elements, **more)

    load(
        store, tmp_path / "in",
        mixed=[
            one("accountable", KOICA, takes_part(("2", ILO))),
            one("oversees", KOICA, takes_part(("2", ILO), ("4", "An NGO nobody knows"))),
            one("extending", KOICA, takes_part(("3", ILO))),
            one("receives", KOICA, moves("3", "1", "2020-01-01", receiver=ILO)),
            one("repaid", KOICA, moves("6", "1", "2020-01-01", receiver=ILO)),
            one("provides", ILO, moves("1", "1", "2020-01-01", provider=KOICA)),
            one("own bank", KOREA, takes_part(("1", MOFA), ("4", "KR-GOV-021"))),
            one("by name", "Republic of Korea", takes_part(("4", "International Labour Office"))),
            one("for others", JAPAN, takes_part(("1", KOICA), ("4", ILO)), secondary=True),
            one("about it", ILO, takes_part(("1", KOICA), ("4", WHO)), secondary=True),
            one("conflict", KOICA, "<participating-org role='4' ref='XM-DAC-41302'>"
                "<narrative>World Health Organization</narrative></participating-org>"),
            one("not it", KOICA, takes_part(("4", "XI-IATI-EC_NEAR-2018/41302/0"))),
            one("nobody", KOICA),
        ],
    )  # fmt: skip
    koica = {("KOR", "ILO"), ("KOR-KOICA", "ILO")}
    assert pairs(store) == {
        "accountable": koica, "extending": koica, "receives": koica, "provides": koica,
        "by name": {("KOR", "ILO")},
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
    told = store.sql("SELECT rule, text FROM issues WHERE dataset = 'ilo'").to_pylist()
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
    years = {r["activity_id"]: (r["first_year"], r["last_year"]) for r in store.sql(query).to_pylist()}
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
        ilo=[activity("A", ILO, FOR_KOICA, moves("4", "1", "0019-05-01"), start="0001-01-01", end="9999-12-31")],
    )  # fmt: skip
    rows = store.sql("SELECT min(year) AS a, max(year) AS b FROM coverage WHERE type = 'iati.activities'")
    assert rows.to_pylist() == [{"a": 1900, "b": 2100}]
    assert figures(store)["activities"].value == 1


# Joining


def test_a_party_that_stands_in_two_files_does_not_double_money(store: Comity, tmp_path: Path) -> None:
    parties = store.sql("SELECT * EXCLUDE (source, dataset, snapshot, locator) FROM parties").to_pylist()
    lines = [",".join(parties[0]), *(_line(row.values()) for row in parties)]
    (tmp_path / "my_parties.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store.load(tmp_path / "my_parties.csv")
    assert store.sql("SELECT count(*) AS n FROM parties WHERE id = 'KOR'")["n"].to_pylist() == [2]
    load(store, tmp_path / "in", ilo=BY_ILO)
    spend = store.sql("SELECT sum(value_usd) AS usd FROM joint_transactions WHERE partner = 'JPN' AND measure = 'spend'")
    assert spend["usd"].to_pylist() == [Decimal(123456)]
    (n,) = store.sql("SELECT count(*) AS n FROM joint_shares WHERE code = 'KH' AND partner = 'KOR'")["n"].to_pylist()
    assert n == 1


def _line(values: Iterable[object]) -> str:
    return ",".join("" if value is None else '"' + str(value).replace('"', '""') + '"' for value in values)


def test_only_the_tables_of_the_contracts_are_left(both: Comity) -> None:
    names = both.sql("SELECT table_name FROM duckdb_tables()")["table_name"].to_pylist()
    assert [name for name in names if name.startswith("_")] == []
    assert {name for name, _ in joint._STEPS if not name.startswith("_")} <= set(names)


def test_each_row_leads_back_to_the_one_it_was_read_from(both: Comity) -> None:
    query = """
        SELECT count(*) AS n, count(t.locator) AS found
        FROM joint_transactions AS j LEFT JOIN transactions AS t
        ON (t.dataset, t.snapshot, t.activity, t.transaction, t.locator, t.value)
        = (j.dataset, j.snapshot, j.activity, j.transaction, j.locator, j.value)
    """
    (row,) = both.sql(query).to_pylist()
    assert row["n"] == row["found"] > 20
