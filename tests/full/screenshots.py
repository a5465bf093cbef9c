"""Pictures of a report for the docs: `python -m tests.full.screenshots`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, FloatRect, sync_playwright

from assessment.report.html import to_html
from generator.assess import layer_lines
from generator.layers import discover, templates_folder
from tests.assessment.reports import example

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTH = 1200
DOCS = Path(__file__).parents[2] / "docs"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser on PATH, without a window."""
    place = shutil.which("chromium")
    if place is None:
        raise FileNotFoundError("no chromium on PATH; hint: apt-get install chromium")
    with sync_playwright() as playwright:
        # A sandbox cannot be set up as root, and these pages are our own.
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield browser
        browser.close()


def main() -> None:
    """Write docs/report-light.png and docs/report-dark.png: the page down to the blockers."""
    report = example("churn", layer_lines(discover(templates_folder())))
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "report.html"
        file.write_text(to_html(report), encoding="utf-8")
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme=scheme)
            page.goto(file.as_uri())
            last = page.get_by_role("region", name="What keeps level 1 away").bounding_box()
            assert last is not None
            top: FloatRect = {
                "x": 0,
                "y": 0,
                "width": WIDTH,
                "height": last["y"] + last["height"] + 32,
            }
            page.screenshot(path=DOCS / f"report-{scheme}.png", full_page=True, clip=top)


if __name__ == "__main__":
    main()
