"""The page on how a service is, in a real browser: `python -m tests.full.test_monitor_page`.

Run as a program it writes docs/monitor-light.png and docs/monitor-dark.png: a real service with a
month behind it that is made up (tests/monitor_story.py).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the dependency group full: make test-full")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.full.live import serving, trained
from tests.full.screenshots import DOCS, SCHEMES, WIDTH, chromium
from tests.integration.warm import run
from tests.monitor_story import REGISTER, Story

pytestmark = pytest.mark.full
TOKEN = "a token of a test"
SHOWN = "section:has(h2:text-is('How right the answers are'))"


@contextmanager
def monitored(folder: Path) -> Iterator[str]:
    """The address of a service behind a token, with versions, windows, alerts and traffic."""
    project, story = trained(folder), Story(datetime.now(UTC))
    register = [sys.executable, "-c", REGISTER.format(name="flights")]
    run(project, register, json.dumps(story.registered()))
    story.write(project)
    with serving(project, folder / "log", {"OPS_TOKEN": TOKEN}) as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with monitored(tmp_path_factory.mktemp("monitored")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def entered(
    browser: Browser, address: str, scheme: str = "light", width: int = WIDTH
) -> Iterator[Page]:
    """The page, after the token was given to its form."""
    viewport = {"width": width, "height": 900}
    with browser.new_context(color_scheme=scheme, viewport=viewport) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/monitor")
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Look").click()
        page.get_by_role("heading", name="Drift").wait_for()
        yield page


def test_it_loads_nothing_from_elsewhere_and_nothing_goes_wrong(
    browser: Browser, address: str
) -> None:
    with entered(browser, address) as page:
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.reload(wait_until="networkidle")
        page.evaluate("again()")
        page.wait_for_timeout(1000)
        assert asked == [f"{address}/monitor"] * 2
        assert said == []


def test_a_wrong_token_is_asked_for_again(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/monitor")
        page.get_by_label("Token").fill("another one")
        page.get_by_role("button", name="Look").click()
        assert page.get_by_role("alert").inner_text() == "That token is wrong."
        assert context.cookies() == []


def test_it_says_who_answers_and_how_it_is(browser: Browser, address: str) -> None:
    with entered(browser, address) as page:
        assert page.get_by_role("heading", level=1).inner_text() == "Everything is fine."
        assert page.get_by_text("Version 4", exact=True).is_visible()
        assert page.get_by_role("heading", name="Is version 5 better than version 4?").is_visible()
        assert page.get_by_text("Version 4 answers, by the comparison").is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, WIDTH])
def test_axe_finds_nothing_and_no_width_needs_scrolling_to_the_side(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    with entered(browser, address, scheme, width) as page:
        for asked in page.locator("summary").all():
            asked.click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_keeps_itself_current_and_the_reader_at_his_place(
    browser: Browser, address: str
) -> None:
    with entered(browser, address) as page:
        page.locator("#drift-asked").click()
        page.evaluate("scrollTo(0, 1500)")
        page.evaluate("document.querySelector('main').dataset.old = 'yes'")
        page.evaluate("again()")
        page.locator("main:not([data-old])").wait_for()
        assert page.evaluate("scrollY") == 1500
        assert page.locator("#drift").get_attribute("open") is not None
        assert page.evaluate("document.activeElement.id") == "drift-asked"


def test_a_service_that_is_gone_is_told(browser: Browser, address: str) -> None:
    with entered(browser, address) as page:
        page.route("**/monitor", lambda route: route.abort())
        page.evaluate("again()")
        page.get_by_text("The service does not answer").wait_for()
        assert page.get_by_role("heading", name="Drift").is_visible()


def test_no_text_lies_over_another(browser: Browser, address: str) -> None:
    overlapping = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
      const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent,
        t.getBoundingClientRect()]);
      return texts.flatMap(([a, r], i) => texts.slice(i + 1).filter(([b, s]) =>
        r.left < s.right && s.left < r.right && r.top + 2 < s.bottom && s.top + 2 < r.bottom)
        .map(([b]) => a + ' / ' + b)) })"""
    for width in (320, WIDTH):
        with entered(browser, address, width=width) as page:
            assert page.evaluate(overlapping) == []


def look(address: str, into: Path) -> None:
    """Write a picture of the page in each scheme, down to how right the answers are."""
    with chromium() as browser:
        for scheme in SCHEMES:
            with entered(browser, address, scheme) as page:
                last = page.locator(SHOWN).bounding_box()
                assert last is not None
                height = last["y"] + last["height"] + 24
                page.screenshot(
                    path=into / f"monitor-{scheme}.png",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": WIDTH, "height": height},
                )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, monitored(Path(place)) as found:
        look(found, DOCS)
