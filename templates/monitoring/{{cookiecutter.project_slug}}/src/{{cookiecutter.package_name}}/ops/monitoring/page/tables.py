# ours: kept current by mlops-maturity upgrade
"""The figures behind a chart, for those who would rather read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .markup import Html, tag


def more(name: str, *inside: Html, summary: str = "The figures") -> Html:
    """What is shown when it is asked for; `name` is its own on the page."""
    head = tag("summary", summary, id=f"{name}-asked")
    return tag("details", head, *inside, id=name)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table that scrolls to the side by itself."""
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    body = [tag("tr", *(tag("td", one) for one in row)) for row in rows]
    inside = tag("table", tag("thead", head), tag("tbody", *body), aria_label=caption)
    return tag("div", inside, class_="scroll", tabindex=0, role="region", aria_label=caption)
