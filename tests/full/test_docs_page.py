"""The page that a generated service shows of itself, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="needs the dependency group full: make test-full")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.full.screenshots import SCHEMES, chromium
from tests.full.services import TOKEN, Served

pytestmark = pytest.mark.full
NEEDS_TOKEN = "securitySchemes"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=SCHEMES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(color_scheme=request.param) as context:
        yield context.new_page()


def base(served: Served) -> str:
    return f"http://127.0.0.1:{served.service.port}"


def ask(page: Page) -> str:
    answer = page.locator("output")
    answer.evaluate("place => place.textContent = ''")
    page.get_by_role("button", name="Ask").click()
    answer.filter(has_text="{").wait_for()
    return answer.inner_text()


def test_it_loads_nothing_from_elsewhere_and_nothing_goes_wrong(page: Page, served: Served) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{base(served)}/docs", wait_until="networkidle")
    assert asked == [f"{base(served)}/docs"]
    assert said == []


def test_its_example_is_answered(page: Page, served: Served) -> None:
    page.goto(f"{base(served)}/docs")
    if NEEDS_TOKEN in served.described["components"]:
        assert ask(page).startswith("401")
        page.get_by_label("Token").fill(TOKEN)
    told = ask(page)
    assert told.startswith("200")
    assert '"prediction"' in told


def test_it_names_every_field(page: Page, served: Served) -> None:
    page.goto(f"{base(served)}/docs")
    fields = page.locator("table").first.locator("td:first-child").all_inner_texts()
    assert fields == list(served.described["components"]["schemas"]["Record"]["properties"])


def test_axe_finds_no_serious_violation(page: Page, served: Served) -> None:
    page.goto(f"{base(served)}/docs")
    found = Axe().run(page).response["violations"]
    grave = [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == []


@pytest.mark.parametrize("width", [320, 1200])
def test_no_width_needs_scrolling_to_the_side(browser: Browser, served: Served, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{base(served)}/docs")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
