"""What items and sources say of joint activities: whose report, which rates, which activity (R6, R9)."""

from __future__ import annotations

from pathlib import Path

from comity import outputs
from comity.api import Comity
from comity.outputs import _story
from tests.joint import (
    FOR_KOICA,
    ILO,
    KOICA,
    WHO,
    YEARS,
    activity,
    country,
    figures,
    items,
    load,
    moves,
    sector,
    takes_part,
)

FOR_WHO = takes_part(("1", KOICA), ("4", WHO))


def of_two_reports(store: Comity, folder: Path) -> Comity:
    """The organisation publishes activities without money; the partner money of others, one of them over."""
    return load(
        store, folder,
        who=[activity("A", WHO, FOR_WHO, country("VN"), sector("16020"))],
        koica=[
            activity(
                "K", KOICA, FOR_WHO, country("VN", "40"), country("KH", "60"), sector("15110"),
                moves("3", "1000", "2020-01-01", provider=KOICA, receiver=WHO), currency="KRW",
            )
        ],
    )  # fmt: skip


def test_R6_money_of_another_report_is_no_number_of_an_activity(store: Comity, tmp_path: Path) -> None:
    found = figures(of_two_reports(store, tmp_path / "in"), organisation="WHO")
    keys = ("code", "view", "activities", "spend_usd")
    usd = found["spend"].value
    assert usd is not None
    vnm, khm = [i["spend_usd"] for i in items(found["countries"]) if "spend_usd" in i][::-1]
    assert (vnm + khm, khm > vnm) == (usd, True)
    assert [[i.get(key) for key in keys] for i in items(found["countries"])] == [
        ["KHM", "partner", None, khm], ["VNM", "organisation", 1, None], ["VNM", "partner", None, vnm],
    ]  # fmt: skip
    assert [[i.get(key) for key in keys] for i in items(found["themes"])] == [
        ["151", "partner", None, usd], ["160", "organisation", 1, None],
    ]  # fmt: skip
    assert (found["countries"].value, found["themes"].value) == (1, 1)


def test_R6_one_report_has_one_row_for_activities_and_money(store: Comity, tmp_path: Path) -> None:
    load(
        store, tmp_path / "in",
        koica=[
            activity("K", KOICA, FOR_WHO, country("VN"),
                     moves("3", "7", "2022-01-01", provider=KOICA, receiver=WHO)),
        ],
    )  # fmt: skip
    found = figures(store, organisation="WHO", years=(2022, 2022))
    assert [(i["code"], i["activities"], i["spend_usd"], i["view"]) for i in items(found["countries"])] == [
        ("VNM", 1, 7, "partner")
    ], "by its dates it is over; its money is not"
    assert (found["countries"].value, found["activities"].value) == (1, 1)


def test_R9_what_is_converted_says_by_which_rates_and_has_them_as_a_source(
    store: Comity, tmp_path: Path
) -> None:
    of_two_reports(store, tmp_path / "in")
    found = figures(store, organisation="WHO")["spend"]
    assert "converted:KRW:fred_annual_average:1" in found.flags or (
        "converted:KRW:fred_monthly_average:1" in found.flags
    )
    (rates,) = (use for use in found.sources if use.source == "rates")
    assert (rates.rows, found.rows) == (0, 1)
    profile = store.profile("KOR", "WHO", YEARS).profile
    (note,) = (note for note in profile.sources if note.name == "rates")
    assert [digest for digest, _name, _day in note.snapshots] == [rates.snapshot]
    for format_ in ("text", "md", "html", "json"):
        assert rates.snapshot[:12] in outputs.render(profile, format_).decode(), format_
    dollars = figures(store, organisation="WHO", years=(2019, 2019))["spend"]
    assert not any(use.source == "rates" for use in dollars.sources)


def test_titles_and_countries_tell_activities_apart(store: Comity, tmp_path: Path) -> None:
    titles = (
        "<title><narrative>Jobs</narrative><narrative xml:lang='fr'>Emplois</narrative>"
        "<narrative xml:lang='ar'>A</narrative></title>"
    )
    one = activity("A", ILO, FOR_KOICA, country("VN", "50"), country("KH", "50"))
    one = one.replace("<title><narrative>A</narrative></title>", titles)
    load(store, tmp_path / "in", ilo=[one, activity("B", ILO, FOR_KOICA)])
    first, second = items(figures(store)["activities"])
    assert (first["title"], first["title_fr"], first["countries"]) == ("Jobs", "Emplois", "KHM VNM")
    assert not {"title_fr", "countries", "title_es"} & second.keys()
    assert not any(name.startswith("title_a") for name in first)


def test_results_that_nobody_publishes_are_not_reported(store: Comity, tmp_path: Path) -> None:
    result = (
        "<result type='1'><title><narrative>R</narrative></title><indicator measure='1'>"
        "<title><narrative>I</narrative></title></indicator></result>"
    )
    load(store, tmp_path / "in", ilo=[activity("A", ILO, FOR_KOICA)])
    none = figures(store)["results"]
    assert (none.value, none.coverage.status, none.flags) == (None, "not_reported", ())
    load(store, tmp_path / "in", ilo=[activity("A", ILO, FOR_KOICA, result), activity("B", ILO, FOR_KOICA)])
    some = figures(store)["results"]
    assert (some.value, some.coverage.status) == (1, "partial")
    gaps = _story.gaps(store.profile("KOR", "ILO", YEARS).profile, "en")
    assert not any("cover  only" in sentence or "cover only" in sentence for sentence in gaps)


def test_themes_of_phases_are_stated_once_each(starter_store: Comity) -> None:
    found = items(figures(starter_store)["themes"])
    names = [item["name"] for item in found]
    assert sorted(names) == sorted(set(names))
    assert {"skills", "trade", "social protection"} <= set(names)
    by_name = {item["name"]: item for item in found}
    assert by_name["trade"]["code"] == "331"
    assert by_name["skills"]["codes"] == "112 113 114"
    assert "code" not in by_name["skills"]
