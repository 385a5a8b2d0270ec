"""The first page, partners and organisations: the digits of the profiles, and what is not reported."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from comity import i18n
from comity.api import Comity
from comity.provenance import stamp
from tests.joint import FOR_KOICA, ILO, KOICA, activity, load, takes_part
from tests.web import client

YEARS = "years=2018-2022"


@pytest.fixture(scope="module")
def web(starter_store: Comity) -> Client:
    return client(starter_store)


def text(web: Client, address: str, status: int = 200) -> str:
    """The text of a page as a reader sees it, entities resolved; scripts of any kind would fail here."""
    answer = web.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    page: str = answer.content.decode()
    assert "<script" not in page
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)
    return unescape(page)


def row(page: str, name: str) -> str:
    """The rows of tables that a name heads, without tags."""
    found = re.findall(rf"<th scope=\"row\"[^>]*>(?:<a [^>]*>)?\s*{re.escape(name)}.*?</tr>", page, re.DOTALL)
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", " | ".join(found)).split())


def test_first_page_says_what_it_is_and_shows_the_largest_partnership_with_unit_and_source(
    web: Client,
) -> None:
    page = text(web, f"/?{YEARS}")
    assert page.count("<h1>") == 1
    assert "in US dollars" in page
    assert "Source: UN System Chief Executives Board" in page
    assert "The largest partnership is that of the United States of America with the International" in page
    assert 'href="/cooperation/USA/ILO/?years=2018-2022"' in page


def test_first_page_lists_statements_that_were_right_on_an_earlier_day(web: Client) -> None:
    page = text(web, "/")
    assert "Conventions registered at any time: stated 29, computed 32" in page
    assert "Newest file taken" in page


def test_amounts_of_a_partner_have_the_digits_of_the_profile(web: Client, starter_store: Comity) -> None:
    profile = starter_store.profile("KOR", "ILO", (2018, 2022))
    shown = row(text(web, f"/partners/KOR/?{YEARS}"), "International Labour Organization")
    for name in ("total", "assessed", "voluntary_core", "voluntary_non_core"):
        figure = profile.profile.get(f"contributions.{name}")
        assert figure
        assert isinstance(figure.value, Decimal)
        assert i18n.usd(figure.value, "en") in shown
    assert "64,168,520.11" in shown


def test_amounts_of_an_organisation_have_the_digits_of_the_profile_in_every_language(
    web: Client, starter_store: Comity
) -> None:
    figure = starter_store.profile("KOR", "ILO", (2018, 2022)).profile.get("contributions.assessed")
    assert figure
    assert isinstance(figure.value, Decimal)
    for lang in i18n.LANGUAGES:
        page = text(web, f"/organisations/ILO/?{YEARS}&lang={lang}")
        assert i18n.usd(figure.value, lang) in page


def test_shares_are_parts_of_the_total_that_is_shown(web: Client) -> None:
    shown = row(text(web, f"/partners/KOR/?{YEARS}"), "International Labour Organization")
    assert "69.6 %" in shown  # (44.65 assessed + 0.0 voluntary core) of 64.17
    assert "30.4 %" in shown


def test_years_are_drawn_and_stand_in_a_table(web: Client, starter_store: Comity) -> None:
    page = text(web, f"/partners/KOR/?{YEARS}")
    by_year = starter_store.profile("KOR", "ILO", (2018, 2022)).profile.get("contributions.total")
    assert by_year
    for year, amount in (by_year.by_year or {}).items():
        assert f'<th scope="col" class="n">{year}</th>' in page
        assert i18n.usd(amount, "en") in row(page, "International Labour Organization")
    assert 'role="img" aria-labelledby="by-organisation-0-title by-organisation-0-desc"' in page
    assert "All charts have one scale" in page


def test_what_is_not_reported_is_never_zero(web: Client) -> None:
    page = text(web, "/partners/KOR/?years=1950-1951")
    assert "That is not reported, and not zero." in page
    assert "0.00" not in page
    page = text(web, "/organisations/FAO/")  # the starter tables have CEB's rows on the ILO alone
    assert "That is not reported, and not zero." in page
    assert "not reported" in row(text(web, "/organisations/"), "World Food Programme")


def test_partner_page_says_who_it_is_and_what_belongs_to_it(web: Client) -> None:
    page = text(web, f"/partners/KOR/?{YEARS}")
    assert "KR-GOV-010" in page
    assert 'href="/partners/KOR-MOEL/?years=2018-2022"' in page
    assert "Member since" in row(page, "Member since")
    assert "1991" in row(page, "Member since")
    assert "Priority sectors, as stated" in page
    assert "Core partner countries, as stated" in page


def test_claims_lead_to_the_profile_that_explains_them(web: Client) -> None:
    page = text(web, "/organisations/ILO/")
    assert 'href="/cooperation/KOR/ILO/?years=2018-2022#claims"' in page


def test_claims_and_lists_lead_to_what_was_known_then(web: Client, starter_store: Comity) -> None:
    known = quote(stamp(starter_store.store.current().created_at), safe="")
    page = text(web, f"/organisations/ILO/?known_at={known}")
    assert f'href="/cooperation/KOR/ILO/?years=2018-2022&known_at={known}#claims"' in page
    for address in ("/", "/partners/KOR/", "/organisations/ILO/", "/countries/LAO/", "/partners/?q=zzzz"):
        page = text(web, f"{address}{'&' if '?' in address else '?'}known_at={known}")
        main = page[page.index("<main") : page.index("</main")]
        lost = [at for at in re.findall(r'href="(/(?:claims|activities|standards|search)/[^"]*)"', main)
                if f"known_at={known}" not in at]  # fmt: skip
        assert not lost, address


def test_an_amount_is_partial_where_the_profile_says_so(web: Client, starter_store: Comity) -> None:
    for years in ((2021, 2022), (2018, 2022)):
        figure = starter_store.profile("KOR", "ILO", years).profile.get("contributions.total")
        assert figure
        assert figure.coverage.status == "partial", "one of the types is not reported"
        words = f"{i18n.usd(Decimal(figure.value or 0), 'en')} partial"
        asked = f"years={years[0]}-{years[1]}"
        assert words in row(text(web, f"/partners/KOR/?{asked}"), "International Labour Organization")
        assert words in row(text(web, f"/organisations/ILO/?{asked}"), "Republic of Korea")
        assert words in row(text(web, f"/partners/?{asked}&q=KOR"), "Republic of Korea"), "as their sum"
        complete = starter_store.profile("KOR", "ILO", years).profile.get("contributions.assessed")
        assert complete
        assert complete.coverage.status == "complete"
        shown = i18n.usd(Decimal(complete.value or 0), "en")
        assert f"{shown} partial" not in row(text(web, f"/partners/KOR/?{asked}"), "International Labour")


def test_what_is_not_reported_comes_after_every_amount() -> None:
    from comity.web.pages import _amounts

    given = [None, Decimal(-3), Decimal(0), Decimal("-0.5"), Decimal(7)]
    assert sorted(given, key=_amounts.largest_first) == [Decimal(7), 0, Decimal("-0.5"), Decimal(-3), None]


def test_any_name_leads_to_the_one_address(web: Client) -> None:
    answer = web.get("/partners/Korea/?years=2018-2022&lang=ko")
    assert (answer.status_code, answer["Location"]) == (302, "/partners/KOR/?years=2018-2022&lang=ko")
    assert web.get("/organisations/International Labour Organization/").status_code == 302
    assert web.get("/partners/ALL/").status_code == 302


def test_lists_are_cut_into_pages_that_carry_on_what_was_asked(web: Client) -> None:
    first, second = (text(web, f"/partners/?kind=states&{YEARS}&page={page}") for page in (1, 2))
    assert "Page 1 of" in first
    assert 'href="/partners/?kind=states&years=2018-2022&page=2"' in first
    names = [
        set(re.findall(r'<th scope="row"><a href="/partners/([A-Z]+)/', page)) for page in (first, second)
    ]
    assert len(names[0]) == 50
    assert not names[0] & names[1]
    assert web.get("/partners/?kind=states&page=99").status_code == 400


def test_partners_are_found_by_kind_and_by_a_part_of_a_name_in_any_language(web: Client) -> None:
    assert 'href="/partners/KOR/' in text(web, "/partners/?q=대한")
    assert 'href="/partners/KOR/' not in text(web, "/partners/?kind=banks")
    assert web.get("/partners/?kind=nothing").status_code == 400


def test_years_that_would_be_too_many_are_refused_with_a_reason(web: Client) -> None:
    assert "lists add up at most 20 years" in text(web, "/partners/?years=1950-2024", 400)
    assert "run backwards" in text(web, "/organisations/ILO/?years=2022-2018", 400)


def test_lists_add_up_figures_and_organisations_have_their_revenue(full_store: Comity) -> None:
    web, years = client(full_store), (2018, 2022)
    page = text(web, f"/partners/KOR/?{YEARS}")
    ranked = page[page.index("Contributions by organisation, 2018") :]
    shown = re.findall(
        r'<th scope="row"><a href="/cooperation/KOR/([^/]+)/.*?<td class="n">([\d,.]+)', ranked, re.DOTALL
    )
    amounts = {organisation: Decimal(amount.replace(",", "")) for organisation, amount in shown}
    assert len(amounts) == 45
    for organisation in ("ILO", "WFP", "UNOPS"):
        figure = full_store.profile("KOR", organisation, years).profile.get("contributions.total")
        assert figure
        assert i18n.usd(Decimal(figure.value or 0), "en") == i18n.usd(amounts[organisation], "en")
    total = i18n.usd(sum(amounts.values(), Decimal(0)), "en")
    assert total in row(page, "All of them: 45")
    assert total in row(text(web, f"/partners/?{YEARS}&q=KOR"), "Republic of Korea")
    revenue = full_store.profile("ALL", "ILO", years).profile.get("revenue.total")
    assert revenue
    assert i18n.usd(Decimal(revenue.value or 0), "en") in row(
        text(web, f"/organisations/?{YEARS}"), "International Labour Organization"
    )


def test_what_is_reported_for_others_alone_is_named_and_leads_nowhere(store: Comity, tmp_path: Path) -> None:
    """R23: a secondary reporter's activities do not count, so that a profile would have nothing to show."""
    some = [
        activity(f"{ILO}-1", ILO, FOR_KOICA),
        activity("XX-1", "XX", takes_part(("1", KOICA), ("4", "XM-DAC-41301")), secondary=True),
    ]
    asked = client(load(store, tmp_path, some=some))
    page = asked.get("/partners/KOR/").content.decode()
    assert "Organisations that activities name with it: 2." in page
    found = re.findall(r'href="(/cooperation/KOR/[^"]+#programmes)"', page)
    assert found == ["/cooperation/KOR/ILO/?years=2019-2021#programmes"]
    assert asked.get(found[0]).status_code == 200
