# ours: kept current by mlops-maturity upgrade
"""Elements of a page: whatever is no element is text, and is escaped."""

from __future__ import annotations

from html import escape

UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
_SEEN = "\n\t\N{NO-BREAK SPACE}"
_EMPTY = frozenset({"circle", "input", "line", "link", "meta", "rect"})


class Html(str):
    """What is markup already."""

    __slots__ = ()


def tag(name: str, /, *inside: str | None, **attributes: object) -> Html:
    """An element.

    Args:
        name: of the element.
        inside: elements, and text that is escaped; nothing for none.
        attributes: `class_` stands for class, `aria_label` for aria-label; without those that
            are none or false.

    Example:
        >>> tag("p", "1 < 2", class_="note")
        '<p class="note">1 &lt; 2</p>'
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _EMPTY:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{joined(*inside)}</{name}>")


def joined(*parts: str | None) -> Html:
    """Elements and text one after the other."""
    return Html("".join(one if isinstance(one, Html) else _text(one) for one in parts if one))


def _text(value: object) -> str:
    """Text as markup; what cannot be seen, such as a mark that turns the direction, is shown."""
    if isinstance(value, float):
        value = f"{value:.2f}".rstrip("0").rstrip(".")
    shown = (one if one.isprintable() or one in _SEEN else UNPRINTABLE for one in str(value))
    return escape("".join(shown))
