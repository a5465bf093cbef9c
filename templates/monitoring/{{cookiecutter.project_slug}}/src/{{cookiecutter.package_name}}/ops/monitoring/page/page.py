# ours: kept current by mlops-maturity upgrade
"""The whole page, and the one that asks for the token."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from . import answers, drift, happened, now
from .markup import Html, tag
from .series import series
from .style import SCRIPT, STYLE
from .words import verdict

if TYPE_CHECKING:
    from ..overview import Overview

SECONDS = 30
"""After which a browser without scripts asks again."""


def _digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(STYLE)}'; img-src data:; "
    f"script-src 'sha256-{_digest(SCRIPT)}'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load and run: its own style and its own script."""

_HATCH = tag(
    "svg",
    tag(
        "pattern",
        tag("rect", width=6, height=6, class_="hatch-ground"),
        tag("line", x1=0, y1=0, x2=0, y2=6, class_="hatch-line"),
        id="hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    ),
    width=0,
    height=0,
    aria_hidden="true",
)
"""What fills the parts of a challenger."""


def page(seen: Overview) -> str:
    """The overview as a page complete in itself."""
    found = series(seen)
    over_time = (
        (
            answers.predictions(found),
            drift.drift(found, seen),
            answers.performance(found),
            answers.quality(found),
        )
        if found
        else ()
    )
    main = tag(
        "main",
        now.head(seen),
        happened.alerts(seen) if seen.open else None,
        now.cards(seen),
        now.difference(seen.comparison),
        *over_time,
        None if seen.open else happened.alerts(seen),
        happened.story(seen),
    )
    again = tag("noscript", tag("meta", http_equiv="refresh", content=SECONDS))
    return _whole(f"{verdict(seen).said} {seen.project}", again, _HATCH, main, _script())


def login(project: str, wrong: bool) -> str:
    """The page that asks for the token; `wrong` where one was given that is none."""
    form = tag(
        "form",
        tag("p", "That token is wrong.", class_="stale", role="alert") if wrong else None,
        tag("label", "Token", for_="token"),
        tag(
            "input",
            id="token",
            name="token",
            type="password",
            autocomplete="current-password",
            required=True,
            autofocus=True,
        ),
        tag("button", "Look"),
        method="post",
    )
    about = "The page is shown to those who know the token of the service."
    head = (tag("p", f"{project} · live", class_="over"), tag("h1", "Who is there?"))
    main = tag("main", *head, tag("p", about, class_="lede"), form)
    return _whole(project, Html(""), main)


def _script() -> Html:
    return Html(f"<script>{SCRIPT}</script>")


def _whole(title: str, more: Html, *body: Html) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        more,
        Html(f"<style>{STYLE}</style>"),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', *body), lang='en')}\n"
