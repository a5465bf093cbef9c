# ours: kept current by mlops-maturity upgrade
"""Models from the registry: the champion answers, and its file is kept for bad days."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NoModel, UntrustedModel
from .model_file import Model, put, read, unpack
from .settings import read_part, within
from .tracking.opening import asked_once
from .tracking.place import HINT, Unreachable

if TYPE_CHECKING:
    from .settings import Settings

FIRST = "nothing was released yet; the file in models/ answers"

BEFORE = "before.skops"
"""Beside the champion's copy: the file that answered before the first release."""

PATIENCE = 5
"""Seconds that MLflow has to answer at first, where a copy of the champion can answer."""

_LAST: dict[tuple[str, ...], Model] = {}
"""The champion that was unpacked last in this process."""


@dataclass(frozen=True)
class Registry:
    """The table `[registry]`: seconds after which a service looks for another champion."""

    poll: float


def read_registry(folder: Path) -> Registry:
    """The table `[registry]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Registry, "registry", folder)
    within("registry.poll", found.poll, 0.1, 86_400)
    return found


@dataclass(frozen=True)
class RegistrySource:
    """The version with the alias `champion`; its file in `models/` is a copy, held by its digest.

    Before the first release, the file that lies there answers: one that was handed over, or that a
    project of an earlier level trained.
    """

    settings: Settings

    @property
    def poll(self) -> float:
        """Seconds after which a service looks for another champion."""
        return read_registry(self.settings.root).poll

    def load(self) -> Model:
        """The champion, from the copy where this is it; the copy alone where MLflow is down."""
        import skops.io  # noqa: F401  it looks for its types in every loaded module: before MLflow

        from .registry.versions import state

        read_registry(self.settings.root)  # what is wrong there is told before anything answers
        try:
            with asked_once(PATIENCE) if self._path.is_file() else nullcontext():
                champion = state(self.settings).champion
            if champion is not None:
                return self._champion(champion)
            model = self._copy(FIRST)
            return replace(model, notes=(*model.notes, FIRST))
        except Unreachable as error:
            trouble = f"{error}; the model is the one that was kept"
            return replace(self._copy(trouble), trouble=trouble)

    def newer(self, than: Model) -> Model | None:
        """The champion, where it is another one than `than`, by its number or its digest.

        Raises:
            Unreachable: MLflow does not answer.
        """
        from .registry.versions import state

        champion = state(self.settings).champion
        if champion is None or self._is(champion, than.card):
            return replace(than, trouble="") if than.trouble else None
        return self._champion(champion)

    def keep(self, content: bytes, card: Mapping[str, Any]) -> str:
        """Register a model that was handed over; a person promotes it."""
        from .registry.handed import register_file

        number = register_file(self.settings, content, card)
        return f"version {number}, not released yet: uv run ops promote {number}"

    @property
    def _path(self) -> Path:
        return self.settings.root / "models" / "model.skops"

    def _is(self, number: int, card: Mapping[str, Any]) -> bool:
        """Whether a card is that of a version; another registry has the same numbers."""
        from .registry.versions import SHA, version

        known = version(self.settings, number).tags.get(SHA)
        return (card.get("version"), card["sha256"]) == (str(number), known)

    def _champion(self, number: int) -> Model:
        from .registry.versions import fetch

        try:
            card, content = read(self._path)
        except UntrustedModel:
            card, content = {}, b""
        notes: tuple[str, ...] = ()
        if not (card and self._is(number, card)):
            lay = content, card
            content, card = fetch(self.settings, number)
            try:
                if lay[1] and "version" not in lay[1]:  # nobody else keeps it
                    put(self._path.with_name(BEFORE), *lay)
                put(self._path, content, card)
            except OSError as error:
                notes = (f"it could not be kept in models/: {error.strerror}",)
        model = self._unpacked(content, card, f"version {number}")
        return replace(model, notes=(*model.notes, *notes))

    def _unpacked(self, content: bytes, card: Mapping[str, Any], name: str) -> Model:
        """Bytes that are those of the card; most looks find the model that the last one did."""
        key = (str(card["sha256"]), *self.settings.trusted)
        if (found := _LAST.get(key)) is None:
            found = unpack(content, card, self.settings.trusted, name)
            _LAST.clear()
            _LAST[key] = found
        return replace(found, card=card)

    def _copy(self, why: str) -> Model:
        """The model in `models/`, which answers for the reason that is given."""
        try:
            card, content = read(self._path)
        except UntrustedModel as error:
            if self._path.with_suffix(".json").exists():
                if why != FIRST:
                    raise UntrustedModel(f"{error}; and {why.partition(';')[0]}", HINT) from None
                raise
            raise NoModel(
                f"no model answers yet: {why.partition(';')[0]}",
                "uv run ops train, then uv run ops promote" if why == FIRST else HINT,
            ) from error
        return unpack(content, card, self.settings.trusted, self._path)
