# ours: kept current by mlops-maturity upgrade
"""A model as two files: `model.skops`, which holds no code, and `model.json`, its card.

skops stores the structure of an estimator; a type that is not known to be harmless is loaded only
if its name stands in `TRUSTED` or in `files.trusted` in the settings. The card holds the sha256 of
the model file: a file that was changed after training is not loaded.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .errors import UntrustedModel
from .files import write_whole
from .schema import Column

FORMAT = 1
LOOKS = 3
# What the shipped estimators need beyond skops' own list.
TRUSTED = (
    "numpy.dtype",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "skops")


@dataclass(frozen=True)
class Model:
    """A loaded model.

    Attributes:
        estimator: the fitted pipeline.
        card: what was written beside it.
        notes: what a person should know, such as other versions of libraries.
        trouble: what is wrong with the place that it should have come from, while it is.
    """

    estimator: Any
    card: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    trouble: str = ""

    @cached_property
    def features(self) -> tuple[Column, ...]:
        """The columns that it takes, in order."""
        return tuple(
            Column(**{**entry, "categories": tuple(entry["categories"])})
            for entry in self.card["features"]
        )


def pack(
    estimator: Any, card: Mapping[str, Any], trusted: Sequence[str] = ()
) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a model file, and the whole card that belongs to them.

    Raises:
        UntrustedModel: the estimator holds a type that could not be loaded again.
    """
    from skops.io import dumps, get_untrusted_types

    content = dumps(estimator)
    _refuse_untrusted(get_untrusted_types(data=content), trusted, "the model file")
    digest = hashlib.sha256(content).hexdigest()
    return content, {"format": FORMAT, **card, "versions": _versions(), "sha256": digest}


def put(path: Path, content: bytes, card: Mapping[str, Any]) -> None:
    """Put a model file and the card that describes it in the place of others."""
    # The card decides: until it is replaced, the old model file is there; from then on, the new
    # one is found under its digest, whenever this ends.
    stored = _stored(path, str(card["sha256"]))
    told = json.dumps(card, indent=2, allow_nan=False).encode() + b"\n"
    write_whole(stored, content)
    write_whole(path.with_suffix(".json"), told)
    write_whole(path, content)
    for old in path.parent.glob(_stored(path, "*").name):
        old.unlink(missing_ok=True)  # another process may have cleared up


def load(path: Path, trusted: Sequence[str] = ()) -> Model:
    """Load a model that is as it was written.

    Raises:
        UntrustedModel: it is missing, damaged, changed, newer than this code, or holds a type that
            is not trusted.
    """
    card, content = read(path)
    return unpack(content, card, trusted, path)


def unpack(
    content: bytes, card: Mapping[str, Any], trusted: Sequence[str] = (), path: object = "the model"
) -> Model:
    """The model in bytes that `read` found to be those of the card.

    Raises:
        UntrustedModel: they are damaged, or hold a type that is not trusted.
    """
    from skops.io import get_untrusted_types, loads

    try:
        _refuse_untrusted(get_untrusted_types(data=content), trusted, path)
        estimator = loads(content, trusted=[*TRUSTED, *trusted])
    except UntrustedModel:
        raise
    except Exception as error:
        first = str(error).partition("\n")[0]
        raise UntrustedModel(f"{path} cannot be loaded: {first}", "train again") from None
    return Model(estimator, card, tuple(_notes(card)))


def read(path: Path) -> tuple[dict[str, Any], bytes]:
    """Card and model file that belong together; nothing of them is loaded.

    While another pair is put in their place, a second look finds it.

    Raises:
        UntrustedModel: one is missing, damaged or changed.
    """
    for left in reversed(range(LOOKS)):
        try:
            card = _card(path)
            return card, _content(path, card)
        except (UntrustedModel, FileNotFoundError):
            if not left:
                raise
    raise AssertionError  # the last look returns or raises


def _card(path: Path) -> dict[str, Any]:
    place = path.with_suffix(".json")
    if not place.is_file():
        lost = place if path.is_file() else path
        raise UntrustedModel(f"{lost} is missing", "train first: ops train; or check the path")
    try:
        card = json.loads(place.read_text(encoding="utf-8"))
        if card["format"] > FORMAT:
            raise UntrustedModel(
                f"{place} was written by a newer version of this project", "update the project"
            )
        if not re.fullmatch("[0-9a-f]{64}", card["sha256"]):
            raise ValueError("no digest")
        return dict(card)
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise UntrustedModel(f"{place} is no model card", "train again: ops train") from None


def _content(path: Path, card: Mapping[str, Any]) -> bytes:
    """The bytes that the card names: `path`, or after a crash the file stored under its digest."""
    for place in (path, _stored(path, card["sha256"])):
        if place.is_file():
            content = place.read_bytes()
            if hashlib.sha256(content).hexdigest() == card["sha256"]:
                return content
    wrong = "is not the file that its card describes" if path.is_file() else "is missing"
    raise UntrustedModel(f"{path} {wrong}", "train again: ops train")


def _refuse_untrusted(types: Sequence[str], trusted: Sequence[str], path: object) -> None:
    unknown = sorted(set(types) - {*TRUSTED, *trusted})
    if unknown:
        raise UntrustedModel(
            f"{path} would hold types that are not trusted: {', '.join(unknown)}",
            "if you know them, name them under [files] trusted in settings.toml",
        )


def _versions() -> dict[str, str]:
    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python, **{name: version(name) for name in LIBRARIES}}


def _notes(card: Mapping[str, Any]) -> list[str]:
    return [
        f"trained with {name} {card['versions'][name]}, loaded with {here}"
        for name, here in _versions().items()
        if name != "python" and card.get("versions", {}).get(name, here) != here
    ]


def _stored(path: Path, digest: str) -> Path:
    return path.with_name(f".{path.stem}-{digest[:12]}{path.suffix}")
