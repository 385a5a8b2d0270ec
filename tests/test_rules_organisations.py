"""Which party a publisher means, and who gives and receives where nobody is named (R28–R31)."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis
import pytest

from comity.api import Comity
from comity.rules import joint, organisations
from comity.rules.organisations import Organisations
from tests.test_rules_shares import ask, rows_of, spark_sql

_PARTIES = ("id", "name_en", "iati_id", "iso2", "iso3", "parent")


# R28, R29: who is meant


@pytest.fixture(scope="module")
def who(starter_store: Comity) -> Organisations:
    """The parties and aliases that ship."""
    parties = starter_store.sql(f"SELECT {', '.join(_PARTIES)} FROM parties").to_pylist()
    aliases = starter_store.sql("SELECT alias, scheme, party FROM aliases WHERE judgement = 'same'")
    return Organisations(parties, aliases.to_pylist())


@pytest.mark.parametrize(
    "ref", ["KR-GOV-051", "kr-gov-051", '"KR-GOV-051"', "  KR-GOV-051\t", "“kr-gov-051” ", "«KR-GOV-051»"]
)
def test_R28_identifiers_are_unquoted_trimmed_and_of_any_case(who: Organisations, ref: str) -> None:
    assert who.resolve(ref, None) == ("KOR-KOICA", "ref")


def test_R28_a_name_serves_where_the_identifier_is_unknown_or_absent(who: Organisations) -> None:
    assert who.resolve(None, " republic  of KOREA ") == ("KOR", "name")
    assert who.resolve("XX-UNHEARD-OF", "Republic of Korea") == ("KOR", "name")
    assert who.resolve("KR-GOV-050", "a name nobody knows") == ("KOR-MOFA", "ref")


def test_R28_identifier_and_name_may_agree(who: Organisations) -> None:
    assert who.resolve("XM-DAC-41302", "International Labour Organization (ILO)") == ("ILO", "both")


def test_R28_strangers_are_nobody_and_unknown_ones_too(who: Organisations) -> None:
    assert who.resolve("XM-DAC-41302", "Republic of Korea") == (None, "conflict")
    assert who.resolve("XX-UNHEARD-OF", "a name nobody knows") == (None, "unknown")
    assert who.resolve(None, None) == who.resolve("", "") == (None, "unknown")


def test_R28_a_State_and_an_agency_of_it_or_two_of_them_are_the_State(who: Organisations) -> None:
    """KR-GOV-021 is the Export-Import Bank's; UNHCR writes it for the State, IOM for KOICA."""
    assert who.resolve("KR-GOV-021", "Republic of Korea") == ("KOR", "both")
    assert who.resolve("KR-GOV-010", "KOICA") == ("KOR", "both")
    assert who.resolve("KR-GOV-021", "KOICA") == ("KOR", "both")
    assert who.resolve("KR-GOV-051", "Japan") == (None, "conflict"), "but not another State"


def test_R28_an_agencys_own_names_and_what_is_called_after_a_State(who: Organisations) -> None:
    assert who.resolve(None, "Private donors in the Republic of Korea")[0] != "KOR"
    assert who.resolve(None, "KOR") == (None, "unknown"), "a code is no name"


@pytest.mark.parametrize("ref", ["XM-DAC-41302", "xm-dac-41302 ", "41302", "41144"])
def test_R29_identifiers_and_channel_codes_of_the_ILO(who: Organisations, ref: str) -> None:
    assert who.resolve(ref, None) == ("ILO", "ref")


@pytest.mark.parametrize(
    "ref", ["XI-IATI-EC_NEAR-2018/41302/0", "XM-DAC-413020", "XM-DAC-41302-1", "DAC-41302X"]
)
def test_R29_digits_within_another_identifier_are_not_the_ILO(who: Organisations, ref: str) -> None:
    assert who.resolve(ref, None) == (None, "unknown")


def test_R28_an_ambiguous_name_is_nobody() -> None:
    parties = [dict.fromkeys(_PARTIES) | {"id": id_, "name_en": "Ministry of Labour"} for id_ in ("A", "B")]
    assert Organisations(parties, []).resolve(None, "Ministry of Labour") == (None, "unknown")


# R30: who gives and who receives


TRANSACTIONS = ibis.table(
    {
        "type": "string", "secondary_reporter": "int32", "names_provider": "boolean",
        "stated_provider": "string", "names_receiver": "boolean", "stated_receiver": "string",
        "reporter": "string", "funder": "string", "implementer": "string",
    },
    name="transactions",
)  # fmt: skip
_OF_ACTIVITY = {"secondary_reporter": 0, "reporter": "REP", "funder": "FUN", "implementer": "IMP"}


@cache
def attributed() -> Any:
    return organisations.attributed(TRANSACTIONS)


def flow(
    type_: str | None, provider: str | None = None, receiver: str | None = None, **activity: Any
) -> tuple[Any, ...]:
    """(provider, by, receiver, by). “?” is somebody who is named and whom we do not know."""
    row = _OF_ACTIVITY | activity | {"type": type_}
    for role, party in (("provider", provider), ("receiver", receiver)):
        row |= {f"names_{role}": party is not None, f"stated_{role}": None if party == "?" else party}
    (found,) = ask(attributed(), transactions=[row])
    return tuple(found[name] for name in ("provider", "provider_by", "receiver", "receiver_by"))


ALL_TYPES = [str(n) for n in range(1, 14)]


@pytest.mark.parametrize("type_", [*ALL_TYPES, None])
def test_R30_who_is_named_counts(type_: str | None) -> None:
    assert flow(type_, "A", "B") == ("A", "stated", "B", "stated")


@pytest.mark.parametrize("type_", ALL_TYPES)
@pytest.mark.parametrize("secondary", [0, 1, None])
def test_R30_a_stranger_who_is_named_is_not_replaced_by_a_guess(type_: str, secondary: int | None) -> None:
    assert flow(type_, "?", "?", secondary_reporter=secondary) == (None, None, None, None)


@pytest.mark.parametrize("type_", ["2", "3", "4", "7", "8", "10", "12"])
def test_R30_what_goes_out_is_from_who_reports_for_the_only_implementer(type_: str) -> None:
    assert flow(type_) == ("REP", "reporting_org", "IMP", "sole_implementer")
    assert flow(type_, secondary_reporter=None)[:2] == ("REP", "reporting_org")
    assert flow(type_, implementer=None) == ("REP", "reporting_org", None, None)


@pytest.mark.parametrize("type_", ["1", "11", "13"])
def test_R30_what_comes_in_is_from_the_only_funder_for_who_reports(type_: str) -> None:
    assert flow(type_) == ("FUN", "sole_funder", "REP", "reporting_org")
    assert flow(type_, funder=None) == (None, None, "REP", "reporting_org")


@pytest.mark.parametrize("type_", ["5", "6", "9", None])
def test_R30_R4_of_repayments_and_sales_nobody_can_say_who_gives(type_: str | None) -> None:
    assert flow(type_) == (None, None, None, None)


@pytest.mark.parametrize("type_", ["1", "2", "3", "4", "11"])
def test_R30_R23_who_reports_for_others_is_no_party_to_it(type_: str) -> None:
    expected = ("FUN", "sole_funder", "IMP", "sole_implementer")
    assert flow(type_, secondary_reporter=1) == expected
    assert flow(type_, secondary_reporter=1, funder=None, implementer=None) == (None, None, None, None)


def test_R30_of_a_reporter_we_do_not_know_the_funder_is_not_the_giver() -> None:
    """What an NGO passes on is the NGO's outflow, not once more its donor's."""
    assert flow("3", reporter=None) == (None, None, "IMP", "sole_implementer")
    assert flow("1", reporter=None) == ("FUN", "sole_funder", None, None)


def test_R30_each_side_is_decided_by_itself() -> None:
    assert flow("3", provider="A") == ("A", "stated", "IMP", "sole_implementer")
    assert flow("3", receiver="B") == ("REP", "reporting_org", "B", "stated")
    assert flow("3", provider="?", receiver="B") == (None, None, "B", "stated")


# R30: the only one in a role


_KEYS = {"dataset": "string", "snapshot": "string", "activity": "int32"}
PARTIES = ibis.table({**_KEYS, "party": "string", "role": "string"}, name="parties")
NAMED = ibis.table(
    {**_KEYS, "role": "string", "party": "string", "state": "string", "who": "string"}, name="named"
)
_STATES = {"KOICA": "KOR", "MOFA": "KOR"}


@cache
def roles() -> Any:
    return joint.roles(PARTIES, NAMED)


def only(*named: tuple[str, str], reporter: str | None = "ILO") -> tuple[Any, ...]:
    """(reporter, funders, funder, implementer) of an activity with (role, party); “?…” are strangers."""
    key = ("d", "s", 1)
    parties = [(*key, reporter, "reporting")] if reporter else []
    known = [(role, None if who.startswith("?") else who, who) for role, who in named]
    rows = [(*key, role, party, _STATES.get(party or "", party), who) for role, party, who in known]
    (found,) = ask(
        roles(), parties=rows_of(PARTIES.columns, *parties), named=rows_of(NAMED.columns, *rows)
    )  # fmt: skip
    return tuple(found[name] for name in ("reporter", "funders", "funder", "implementer"))


def test_R30_the_only_funder_and_the_only_implementer() -> None:
    assert only(("1", "KOICA"), ("4", "ILO")) == ("ILO", 1, "KOICA", "ILO")
    assert only(("1", "KOICA"), ("1", "KOICA")) == ("ILO", 1, "KOICA", None), "named twice, it is one"
    assert only(("2", "KOICA"), ("3", "MOFA")) == ("ILO", 0, None, None), "other roles are not these"


def test_R30_of_several_nobody_is_the_only_one() -> None:
    assert only(("1", "KOICA"), ("1", "JPN"), ("4", "ILO"), ("4", "WHO")) == ("ILO", 2, None, None)
    assert only(("1", "KOICA"), ("1", "?a fund"), ("4", "ILO"), ("4", "?an NGO")) == ("ILO", 2, None, None)
    assert only(("1", "?a fund"), ("4", "?an NGO")) == ("ILO", 1, None, None), "the only one is a stranger"


def test_R30_several_ministries_of_one_State_are_the_State() -> None:
    assert only(("1", "KOICA"), ("1", "MOFA"))[1:3] == (2, "KOR")
    assert only(("1", "KOR"), ("1", "MOFA"))[1:3] == (2, "KOR")
    assert only(("1", "KOICA"), ("1", "MOFA"), ("1", "?x"))[1:3] == (3, None)
    assert only(("1", "KOICA"), ("1", "MOFA"), ("1", "JPN"))[1:3] == (3, None)


def test_R30_an_activity_that_names_nobody_still_has_who_reports() -> None:
    assert only() == ("ILO", 0, None, None)
    assert only(("1", "KOICA"), reporter=None) == (None, 1, "KOICA", None)


# R31: the transaction's classes


def test_R31_the_transaction_overrides_the_activity() -> None:
    names = organisations.CLASSES
    table = ibis.table({n: "string" for c in names for n in (c, f"default_{c}")}, name="rows")
    row: dict[str, str | None] = dict.fromkeys(table.columns)
    row |= {"flow_type": "10", "default_flow_type": "20", "default_finance_type": "110", "aid_type": "B03"}
    (found,) = ask(organisations.overridden(table), rows=[row])
    assert [found[name] for name in names] == ["10", "110", "B03", None]


def test_it_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    spark_sql(attributed(), monkeypatch)
    spark_sql(roles(), monkeypatch)
