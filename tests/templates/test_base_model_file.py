"""Model files of the base layer: safe, whole, and the ones that were written."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

pytestmark = pytest.mark.usefixtures("flights_project")


def ops(name: str) -> Any:
    return import_module(f"flights.ops.{name}")


def save(path: Path, estimator: Any, card: dict[str, Any]) -> None:
    module = ops("model_file")
    module.put(path, *module.pack(estimator, card))


CARD = {"window": {}, "features": [], "key": None}


def test_a_model_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    module = ops("model_file")
    rows = pd.DataFrame({"x": ["a", "b", None], "n": [1.0, 2.0, np.nan]})
    estimator = import_module("flights.model").build({"max_iter": 3}).fit(rows, [1.0, 2.0, 3.0])
    save(tmp_path / "m" / "model.skops", estimator, CARD)
    model = module.load(tmp_path / "m" / "model.skops")
    assert list(model.estimator.predict(rows)) == list(estimator.predict(rows))
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["model.json", "model.skops"]


def test_a_type_that_is_not_trusted_is_named(tmp_path: Path) -> None:
    odd = make_pipeline(FunctionTransformer(json.dumps), DummyRegressor())
    with pytest.raises(ops("errors").UntrustedModel, match=r"json\.dumps"):
        save(tmp_path / "model.skops", odd, CARD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda model, card: model.write_bytes(b"x"), "not the file that its card describes"),
        (lambda model, card: model.unlink(), "model.skops is missing"),
        (lambda model, card: card.unlink(), "model.json is missing"),
        (lambda model, card: card.write_text("{"), "no model card"),
        (lambda model, card: card.write_text('{"format": 99}'), "newer version"),
    ],
)
def test_a_pair_that_does_not_belong_together_is_refused(
    tmp_path: Path, change: Any, said: str
) -> None:
    module = ops("model_file")
    path = tmp_path / "model.skops"
    save(path, DummyRegressor().fit([[0]], [1]), CARD)
    change(path, path.with_suffix(".json"))
    with pytest.raises(ops("errors").UntrustedModel, match=said):
        module.load(path)


def test_an_interruption_leaves_the_old_model_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ops("model_file")
    path = tmp_path / "model.skops"
    write = module.write_whole
    models = [
        DummyRegressor(strategy="constant", constant=float(n)).fit([[0]], [1]) for n in (1, 2)
    ]
    for stop in range(4):
        monkeypatch.setattr(module, "write_whole", write)
        save(path, models[0], CARD)
        calls = iter(range(10))

        def stopped(place: Path, content: bytes, calls: Any = calls, stop: int = stop) -> None:
            if next(calls) == stop:
                raise KeyboardInterrupt
            write(place, content)

        monkeypatch.setattr(module, "write_whole", stopped)
        try:
            save(path, models[1], CARD)
        except KeyboardInterrupt:
            assert stop < 3
        answer = module.load(path).estimator.predict([[0]])[0]
        assert answer == (1.0 if stop < 2 else 2.0)


def test_other_versions_of_a_library_are_noted(tmp_path: Path) -> None:
    module = ops("model_file")
    path = tmp_path / "model.skops"
    save(path, DummyRegressor().fit([[0]], [1]), CARD)
    card = json.loads(path.with_suffix(".json").read_text())
    card["versions"]["pandas"] = "0.1"
    path.with_suffix(".json").write_text(json.dumps(card))
    assert "trained with pandas 0.1" in module.load(path).notes[0]
