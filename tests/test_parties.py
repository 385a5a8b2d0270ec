"""Whom a person means: by code, id, name or alias, in four languages; never by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import i18n, pipeline
from comity.api import Comity
from comity.errors import AmbiguousParty, PartyNotKnown
from comity.parties import Directory
from comity.rules.identity import key


@pytest.fixture(scope="module")
def parties(starter_store: Comity) -> Directory:
    return starter_store.library().directory


@pytest.mark.parametrize(
    "text",
    [
        "KOR", "KR", "kor", ' "KOR" ', "Republic of Korea", "republic  of korea", "South Korea",
        "Korea, Republic of", "République de Corée", "República de Corea", "대한민국",
    ],
)  # fmt: skip
def test_a_partner_has_many_names(text: str, parties: Directory) -> None:
    assert parties.partner(text).id == "KOR"


@pytest.mark.parametrize(
    "text",
    ["ILO", "ilo", "International Labour Organization", "Organisation internationale du Travail", "OIT"],
)
def test_an_organisation_has_many_names(text: str, parties: Directory) -> None:
    assert parties.organisation(text).id == "ILO"


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("T\ufffdrkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Taiwan (Province of China)***", "TWN"),
        ("Kosovo**", "XKX"),
        ("Refunds to donors/Miscellaneous", "GRP-REFUNDS"),
        ("GAVI, The Vaccine Alliance", "GAVI"),
        ("Gavi Alliance", "GAVI"),
        ("KOICA", "KOR-KOICA"),
    ],
)
def test_R28_spellings_of_the_real_files_are_one_party(text: str, id_: str, parties: Directory) -> None:
    assert parties.partner(text).id == id_


def test_R28_itc_is_the_trade_centre_and_un_is_not_its_department(parties: Directory) -> None:
    assert parties.organisation("ITC").name == "International Trade Centre"
    assert parties.organisation("UN").id == "UN"
    assert parties.organisation("DPO").id == parties.organisation("UN-DPO").id == "UN-DPO"


def test_every_party_is_found_by_its_name_in_every_language(parties: Directory) -> None:
    for lang in i18n.LANGUAGES:
        names = {key(i18n.party_name(party, lang)) for party in parties.parties.values()}
        assert len(names) == len(parties.parties), f"two parties of one name in {lang}"
    assert parties.partner("Norvège").id == "NOR"
    assert parties.partner("노르웨이").id == "NOR"
    assert parties.partner("Noruega").id == "NOR"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_state_has_a_name_in_every_language(lang: str, parties: Directory) -> None:
    for party in parties.parties.values():
        if party.iso2:
            assert i18n.party_name(party, lang) not in ("", party.iso2)


@pytest.mark.parametrize(
    ("id_", "lang", "name"),
    [
        ("KOR", "fr", "République de Corée"),
        ("KOR", "es", "República de Corea"),
        ("KOR", "ko", "대한민국"),
        ("PRK", "fr", "République populaire démocratique de Corée"),
        ("LAO", "fr", "République démocratique populaire lao"),
        ("TUR", "en", "Türkiye"),
        ("VNM", "es", "Viet Nam"),
        ("AUS", "ko", "호주"),
    ],
)
def test_states_go_by_the_united_nations_names(id_: str, lang: str, name: str, parties: Directory) -> None:
    assert i18n.party_name(parties.parties[id_], lang) == name


def test_a_partner_that_no_source_reports_on_is_no_organisation(parties: Directory) -> None:
    with pytest.raises(PartyNotKnown, match="no organisation called “KOR”"):
        parties.organisation("KOR")


def test_an_unknown_name_suggests_the_nearest(parties: Directory) -> None:
    with pytest.raises(
        PartyNotKnown, match=r"no partner called “Norwey”; nearest: Norway \(NOR\)"
    ) as unknown:
        parties.partner("Norwey")
    assert unknown.value.nearest[0] == ("Norway", "NOR")
    with pytest.raises(PartyNotKnown, match="nearest: International Labour Organization"):
        parties.organisation("International Labor Organisatio")
    with pytest.raises(PartyNotKnown, match="nearest: Norway"):
        parties.partner("Norvege")  # a French name without its accent


@pytest.mark.parametrize("text", ["", " ", "''", "%", "99999", "X' OR '1'='1"])
def test_what_names_nobody_is_told_in_one_line(text: str, parties: Directory) -> None:
    with pytest.raises(PartyNotKnown, match=r"^no partner called [^\n]*$"):
        parties.partner(text)


def test_a_name_of_two_parties_is_ambiguous(store: Comity, tmp_path: Path) -> None:
    starter = next(path for path in pipeline.starter_files() if path.name == "aliases.csv")
    mine = tmp_path / "aliases.csv"
    more = "The North,name,NOR,same,,,me,a test\nThe North,name,ISL,same,,,me,a test\n"
    mine.write_text(starter.read_text(encoding="utf-8") + more, encoding="utf-8")
    store.load(mine)
    parties = store.library().directory
    with pytest.raises(AmbiguousParty, match=r"called “the north”: .*Iceland \(ISL\).*; give the code"):
        parties.partner("the north")


def test_R28_a_name_judged_not_the_same_leads_nowhere(parties: Directory) -> None:
    with pytest.raises(PartyNotKnown):
        parties.partner("International Training Centre of the ILO")
    with pytest.raises(PartyNotKnown):
        parties.partner("Private donors in the Republic of Korea")
