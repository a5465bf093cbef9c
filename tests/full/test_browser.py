"""The HTML report in a real browser."""

import re

import pytest

pytest.importorskip("playwright", reason="needs the dependency group full: make test-full")
from axe_playwright_python.sync_playwright import Axe

from assessment.report.html import to_html
from tests.assessment.reports import everything, example, written
from tests.full.screenshots import SCHEMES, chromium

pytestmark = pytest.mark.full

REPORTS = {
    "everything": everything,
    "interval": lambda: example("recommender"),
    "approval": lambda: example("credit"),
    "no facts": lambda: example("microsoft-1"),
    "quick": lambda: example("churn", quick=True),
    "hostile": lambda: written('"><img src=//x.example onerror=alert(1)>' + "word" * 200),
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(params=REPORTS)
def file(request, tmp_path):
    place = tmp_path / "report.html"
    place.write_text(to_html(REPORTS[request.param]()), encoding="utf-8")
    return place.as_uri()


@pytest.fixture
def visit(browser, file):
    """Open the report: `visit(color_scheme="dark")`."""
    contexts = []

    def opened(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(file)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(browser, file, scheme):
    asked, said = [], []
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file, wait_until="networkidle")
    assert asked == [file]
    assert said == []


def test_level_and_first_blocker_can_be_seen(browser, tmp_path):
    place = tmp_path / "report.html"
    place.write_text(to_html(example("churn")), encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(place.as_uri())
        assert page.get_by_role("heading", level=1).inner_text().startswith("churn stands at level")
        assert page.get_by_role("img", name="Levels reached in each dimension").is_visible()
        blockers = page.get_by_role("region", name="What keeps level 1 away")
        first = blockers.get_by_role("listitem").first
        assert first.get_by_text("Does a failing test stop the merge or the release?").is_visible()
        assert first.get_by_text("Let the release job depend on the tests").is_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_serious_violation(visit, scheme):
    page = visit(color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert grave == []


@pytest.mark.parametrize("width", [320, 768, 1200])
def test_no_width_needs_scrolling_to_the_side(visit, width):
    page = visit(viewport={"width": width, "height": 800}, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_with_everything_unfolded(visit):
    page = visit()
    last = page.locator(".items dl.facts").last
    assert not last.is_visible()
    page.emulate_media(media="print")
    assert last.is_visible()


def test_it_prints_as_pdf(visit):
    made = visit().pdf(format="A4")
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", made)) > 1
