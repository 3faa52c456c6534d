"""The report in a real browser: nothing is fetched, nothing overflows, everyone can read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import samples
from harness.report import render
from promised import lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
every_sample = pytest.mark.parametrize("name", sorted(samples.ALL))

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        lacking("playwright is not installed: pip install 'worksample[dev]'")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        except Error as problem:
            why = problem.message.splitlines()[0]
            lacking(f"Chromium did not start ({why}); get one: playwright install chromium")
        yield launched
        launched.close()


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Any:
    """Opens a sample's report; what the page asked for or complained of must be nothing."""

    @contextmanager
    def show(name: str, **options: Any) -> Iterator[Page]:
        file = tmp_path / f"{name}.html"
        file.write_text(render(samples.ALL[name]()), encoding="utf-8")
        context = browser.new_context(reduced_motion="reduce", **options)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        yield page
        context.close()
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert asked.count(file.as_uri()) == len([url for url in asked if "file:" in url])
        assert complaints == []

    return show


@every_sample
def test_axe_finds_nothing_in_light_and_dark_with_everything_open(shown: Any, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with shown(name, viewport={"width": 1280, "height": 900}) as page:
        page.evaluate(OPEN_ALL)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options={"runOnly": WCAG})
            assert results.response["passes"], "axe looked at nothing"
            assert results.violations_count == 0, results.generate_report()


@every_sample
def test_the_page_never_scrolls_sideways(shown: Any, name: str) -> None:
    with shown(name) as page:
        for width in (320, 390, 800, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(OVERFLOW) <= 0, f"at {width} px"
        page.evaluate(OPEN_ALL)
        for width in (320, 390, 800, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(OVERFLOW) <= 0, f"at {width} px, everything open"


def test_everything_is_there_without_javascript(shown: Any) -> None:
    with shown("typical", java_script_enabled=False) as page:
        for heading in ("Passed", "What to do next", "Tests", "Diff", "Test strength", "Lint"):
            assert page.get_by_role("heading", name=heading).first.is_visible()
        page.get_by_text("Varied headers are part of the key").click()
        assert page.get_by_text("must not share a response").is_visible()
        page.get_by_text("Show the author's solution").click()
        assert page.get_by_text("The bug behind the bug").is_visible()


def test_a_link_from_the_advice_opens_the_place_it_leads_to(shown: Any) -> None:
    with shown("typical", viewport={"width": 390, "height": 800}) as page:
        page.get_by_role("link", name=f"Reach line {samples.NOT_RUN}").click()
        line = page.locator(f"[id='src/cachebox/store.py:{samples.NOT_RUN}']")
        assert line.bounding_box()["y"] < 800
        assert page.evaluate("document.querySelector(':target').id").endswith(str(samples.NOT_RUN))


def test_the_keyboard_reaches_links_groups_and_scrolling_boxes_visibly(shown: Any) -> None:
    with shown("typical") as page:
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.tagName"))
            assert page.evaluate(OUTLINE) == "solid"
        assert {"A", "SUMMARY", "DIV"} <= seen


def test_closed_groups_are_printed(shown: Any) -> None:
    with shown("typical") as page:
        asked = page.get_by_text("must not share a response")
        assert not asked.is_visible()
        page.emulate_media(media="print")
        assert asked.is_visible()


def test_a_dark_screen_prints_on_white(shown: Any) -> None:
    with shown("typical", color_scheme="dark") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) != "rgb(255, 255, 255)"
        page.emulate_media(media="print")
        assert page.evaluate(paper) == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
