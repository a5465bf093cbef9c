# ours: kept current by mlops-maturity upgrade
"""The model card as a page for people: use, limits, data, figures (Mitchell et al., 2019)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .settings import read_part, within

if TYPE_CHECKING:
    from .handover import Check
    from .model_file import Model

UNSAID = "say "
"""How the words begin that wait to be replaced."""


@dataclass(frozen=True)
class Handover:
    """What only people know of a model, and what they bear.

    Attributes:
        use: what the model is for.
        limits: where it must not be used.
        owner: who answers for it.
        loss: share by which the deciding metric may be worse on the sample than on the card.
    """

    use: str
    limits: str
    owner: str
    loss: float

    @property
    def unsaid(self) -> list[str]:
        """What nobody has filled in."""
        said = {"use": self.use, "limits": self.limits, "owner": self.owner}
        return [name for name, text in said.items() if not text or text.startswith(UNSAID)]


def read_handover(folder: Path | None = None) -> Handover:
    """The table `[handover]` of the settings.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Handover, "handover", folder)
    within("handover.loss", found.loss, 0, 10)
    return found


def page(title: str, model: Model, people: Handover, looked_at: Sequence[Check]) -> str:
    """The page as Markdown."""
    card = model.card
    window, rows = card["window"], card["rows"]
    lines = [
        f"# Model card: {title}",
        "",
        "Made by `ops handover`; use, limits and owner stand in `settings.toml`, `[handover]`.",
        "",
        f"- **Predicts**: {_code(card['target'])}, {card['task']}{_classes(model)}",
        f"- **Use**: {_plain(people.use)}",
        f"- **Limits**: {_plain(people.limits)}",
        f"- **Owner**: {_plain(people.owner)}",
        f"- **Version**: `{card['sha256'][:12]}`, trained {card['created']}",
        f"- **Data**: {rows['learnt']:,} rows from {window['start']} to before {window['end']}, "
        f"judged on {rows['held_out']:,} later ones; digest `{card['data_sha256'][:12]}`",
        f"- **Features**: {', '.join(_code(column.name) for column in model.features)}",
        f"- **Parameters**: {_code(json.dumps(card['params']))}, seed {card['seed']}",
        "",
        *_figures(model),
        "",
        "| checked at the handover | seen |",
        "|--|--|",
        *(f"| {one.name} | {_plain(one.seen)} |" for one in looked_at),
    ]
    return "\n".join(lines) + "\n"


def _classes(model: Model) -> str:
    classes = getattr(model.estimator, "classes_", ())
    return f": {', '.join(_code(str(one)) for one in classes)}" if len(classes) else ""


def _figures(model: Model) -> Iterator[str]:
    card = model.card
    yield f"| metric ({card['metric']['name']} decides) | model | dummy |"
    yield "|--|--|--|"
    for name, value in card["metrics"].items():
        dummy = card["baseline"].get(name)
        yield f"| {name} | {value:.4g} | {'' if dummy is None else f'{dummy:.4g}'} |"


def _code(text: str) -> str:
    """The text as code: between more ticks than stand together in it."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    whole = text.replace("\n", " ").replace("\r", " ").replace("|", "\\|")
    return f"{ticks}{whole}{ticks}"


def _plain(text: str) -> str:
    """The text on one line that fits a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
