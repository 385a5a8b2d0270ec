"""The paths a visitor takes, in a real browser: search, read, change, look behind, take along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from comity.api import Comity
from tests import browser as browsers

PROFILE = "/cooperation/KOR/ILO/?years=2018-2022"
PAGES = (
    "/", PROFILE, "/partners/", "/partners/KOR/", "/organisations/", "/organisations/ILO/", "/countries/",
    "/countries/LAO/", "/activities/", "/standards/", "/claims/", "/sources/", "/issues/",
    "/evidence/KOR/ILO/contributions.assessed/?years=2018-2022", "/search/?q=korea", "/api/v1/docs/",
    "/compare/?organisation=ILO&partner=KOR&partner=JPN", "/cooperation/KOR/NOBODY/",
)  # fmt: skip
_PAIR = re.compile("Republic of Korea – International Labour Organization")
_COUNT_SHIFTS = """
    window.shifts = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts += entry.value))
        .observe({type: 'layout-shift', buffered: true})
"""


@pytest.fixture(scope="module")
def site(claims_store: Comity) -> Iterator[str]:
    with browsers.served(claims_store) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.opened() as found:
        yield found


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that fails the test when anything is asked of another host, or a script or style is refused."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= {urlsplit(site).netloc}, "a page asks nothing of another host"
    refused = [text for text in said if "Content Security Policy" in text]
    assert not refused


def test_from_search_to_the_rows_and_a_file(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("searchbox").last.fill("Korea ILO")
    page.get_by_role("searchbox").last.press("Enter")
    page.get_by_role("link", name=_PAIR).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Republic of Korea")
    page.get_by_label("From").fill("2018")
    page.get_by_label("To", exact=True).fill("2022")
    page.get_by_role("button", name="Show").click()
    assert "years=2018-2022" in page.url
    row = page.locator("[id='contributions.assessed']")
    expect(row).to_contain_text("44,654,249.83")
    row.get_by_role("link").first.click()
    assert "/evidence/KOR/ILO/contributions.assessed/" in page.url
    expect(page.get_by_role("main")).to_contain_text("44,654,249.83")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    waiting.value.save_as(tmp_path / "rows.csv")
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    column = lines[0].split(",").index("amount_usd")
    assert len(lines) == 6
    assert f"{sum(float(line.split(',')[column]) for line in lines[1:]):.2f}" == "44654249.83"


def test_a_link_to_share_gives_the_same_figures(page: Page) -> None:
    page.goto(PROFILE)
    before = page.locator(".figures").all_inner_texts()
    page.goto(page.locator("a.permanent").get_attribute("href") or "")
    assert page.locator(".figures").all_inner_texts() == before


@pytest.mark.parametrize(
    ("lang", "own", "word"),
    [
        ("fr", "Français", "République de Corée"),
        ("es", "Español", "República de Corea"),
        ("ko", "한국어", "대한민국"),
    ],
)
def test_the_language_is_switched_and_kept(page: Page, lang: str, own: str, word: str) -> None:
    page.goto(PROFILE)
    page.get_by_role("link", name=own).click()
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.get_by_role("heading", level=1)).to_contain_text(word)
    assert "years=2018-2022" in page.url
    page.locator(".menu a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", lang)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone_or_shifts(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(_COUNT_SHIFTS)
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, path: str) -> None:
    page.goto(path)
    found: Any = Axe().run(page).response
    problems = [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found["violations"]]
    assert not problems, json.dumps(problems, indent=1)


def test_all_works_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(PROFILE)
    expect(page.locator("figure.chart").first).to_be_visible()
    expect(page.locator("table.data").first).to_be_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto(PROFILE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#content') !== null")


def test_print_shows_the_profile_and_not_the_site(page: Page) -> None:
    page.goto(PROFILE)
    page.emulate_media(media="print")
    expect(page.locator("header.site")).to_be_hidden()
    expect(page.locator(".figures").first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
