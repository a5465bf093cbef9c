"""Who may see the page on how a service is: a program with the token, a browser that gave it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.templates.monitor_page import Part, heading

TOKEN = "a token of a test"


class Guard:
    """What the page wants of the service."""

    def __init__(self, live: Part, token: str | None) -> None:
        self._fault, self._token = live("serving.faults").Unanswerable, token
        self.current = SimpleNamespace(now=SimpleNamespace(loaded=SimpleNamespace(version="4")))

    def check_token(self, scope: Any) -> None:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if given != f"Bearer {self._token}".encode():
            raise self._fault(401, "the token is missing or wrong")


@pytest.fixture
def browser(live: Part, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A browser at a page that is behind a token."""
    monkeypatch.setenv("OPS_TOKEN", TOKEN)
    monkeypatch.setenv("OPS_ALONE", "1")
    desk = SimpleNamespace(settings=live("settings").read_settings(project))
    routes = live("serving.monitor").routes(Guard(live, TOKEN), desk)
    with TestClient(Starlette(routes=routes), follow_redirects=False) as client:
        yield client


def test_a_browser_gives_the_token_once(browser: TestClient) -> None:
    assert browser.get("/monitor").status_code == 401
    entered = browser.post("/monitor", data={"token": TOKEN})
    assert (entered.status_code, entered.headers["location"]) == (303, "monitor")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    assert heading(browser.get("/monitor").text) == "Nothing is known yet."


def test_a_program_gives_it_as_everywhere(browser: TestClient) -> None:
    found = browser.get("/monitor", headers={"Authorization": f"Bearer {TOKEN}"})
    assert found.status_code == 200
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("given", ["", "wrong", "ü" * 20, TOKEN + "x"])
def test_a_wrong_token_opens_nothing(browser: TestClient, given: str) -> None:
    found = browser.post("/monitor?next=//elsewhere.example", data={"token": given})
    assert found.status_code == 401
    assert "location" not in found.headers
    assert "set-cookie" not in found.headers


def test_a_body_that_is_no_form_opens_nothing(browser: TestClient) -> None:
    assert browser.post("/monitor", content=b"\xff\x00").status_code == 401
    assert browser.post("/monitor", content=b"token=" + b"x" * 5000).status_code == 413


def test_a_cookie_ends_and_cannot_be_made_up(live: Part, browser: TestClient) -> None:
    seal, soon, past = live("serving.monitor").seal, int(time.time()) + 60, int(time.time()) - 1
    good = f"{soon}.{seal(TOKEN, soon)}"
    asked = {
        good: 200,
        f"{past}.{seal(TOKEN, past)}": 401,
        f"{soon + 1}.{seal(TOKEN, soon)}": 401,
        f"+{good}": 401,
        f"{soon}.{seal('another token of a test', soon)}": 401,
        f"{soon}.": 401,
        "x": 401,
    }
    for cookie, status in asked.items():
        browser.cookies.clear()
        browser.cookies.set("monitor", cookie)
        assert browser.get("/monitor").status_code == status, cookie


def test_a_slow_registry_is_waited_for_a_moment_only(
    live: Part, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live("serving.monitor"), "PATIENCE", 0.01)
    monkeypatch.setattr(live("serving.monitor"), "ask_registry", lambda settings: time.sleep(0.5))
    found = browser.get("/monitor", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "MLflow has not answered yet" in found.text
