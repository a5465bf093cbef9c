"""Requests that arrive together: one call of the model, and each its own answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin

Part = Callable[[str], ModuleType]
FEATURES = [{"name": "x", "kind": "number", "nullable": False, "categories": []}]
BAD = -1.0


class Counting(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Answers with the double, counts its calls, and takes no negative number."""

    def fit(self, table: Any, target: Any) -> Counting:
        self.calls_: list[int] = []
        return self

    def predict(self, table: Any) -> np.ndarray:
        found = np.asarray(table, dtype=float).reshape(len(table), -1)[:, 0]
        self.calls_.append(len(found))
        if (found < 0).any():
            raise ValueError("a number below zero")
        return found * 2


def loaded(live: Part, version: str = "1") -> Any:
    estimator = Counting().fit(pd.DataFrame({"x": [1.0]}), [1.0])
    card = {"features": FEATURES, "version": version}
    found = live("serving.answering").Loaded(
        live("model_file").Model(estimator, card), version, "", None
    )
    estimator.calls_.clear()
    return found


def questions(live: Part, values: Sequence[float], keys: Any = None, unseen: Any = ()) -> Any:
    return live("serving.questions").Questions([(one,) for one in values], keys, dict(unseen))


def together(live: Part, asked: Sequence[tuple[Any, Any]], most_rows: int = 512) -> list[Any]:
    """What requests are answered that arrive in one turn; errors stand in their place."""

    batching = live("serving.batching")
    parts = [batching.Part(*one, "request") for one in asked]

    async def run() -> None:
        batches = batching.Batches(lambda parts: None, most_rows)
        await asyncio.gather(*(batches.ask(part) for part in parts))

    asyncio.run(run())
    return [part.answers if part.error is None else part.error for part in parts]


def test_requests_of_one_turn_are_one_call_of_the_model(live: Part) -> None:
    model = loaded(live)
    found = together(live, [(model, questions(live, [1.0 * n, 2.0 * n])) for n in range(16)])
    assert model.model.estimator.calls_ == [32]
    assert found == [[{"prediction": 2.0 * n}, {"prediction": 4.0 * n}] for n in range(16)]


def test_no_more_rows_than_allowed_are_put_together(live: Part) -> None:
    model = loaded(live)
    together(live, [(model, questions(live, [1.0] * count)) for count in (3, 3, 3, 20, 1)], 6)
    assert model.model.estimator.calls_ == [6, 3, 20, 1]


def test_a_bad_row_fails_its_own_sender_only(live: Part) -> None:
    model = loaded(live)
    found = together(
        live, [(model, questions(live, values)) for values in ([1.0], [3.0, BAD], [2.0])]
    )
    assert (found[0], found[2]) == ([{"prediction": 2.0}], [{"prediction": 4.0}])
    assert isinstance(found[1], live("serving.faults").Unanswerable)
    assert found[1].row == 2


def test_keys_and_unseen_columns_stay_with_their_records(live: Part) -> None:
    model = loaded(live)
    found = together(
        live,
        [
            (model, questions(live, [1.0], ["a"])),
            (model, questions(live, [2.0, 3.0], ["b", "c"], [(1, ["x"])])),
        ],
    )
    assert found == [
        [{"prediction": 2.0, "key": "a"}],
        [{"prediction": 4.0, "key": "b"}, {"prediction": 6.0, "key": "c", "unseen": ["x"]}],
    ]


def test_two_versions_answer_apart(live: Part) -> None:
    one, other = loaded(live, "1"), loaded(live, "2")
    together(live, [(model, questions(live, [1.0])) for model in (one, other, one)])
    assert (one.model.estimator.calls_, other.model.estimator.calls_) == ([2], [1])


def test_a_sender_who_has_gone_holds_up_nobody(live: Part) -> None:
    model = loaded(live)

    batching = live("serving.batching")
    parts = [batching.Part(model, questions(live, [n]), "request") for n in (1.0, 2.0)]

    async def run() -> None:
        gone, stays = map(batching.Batches(lambda parts: None).ask, parts)
        gone.cancel()
        await stays

    asyncio.run(run())
    assert parts[1].answers == [{"prediction": 4.0}]


@pytest.mark.parametrize("turns", [1, 3])
def test_a_request_alone_waits_for_no_other(live: Part, turns: int) -> None:
    model, batching = loaded(live), live("serving.batching")

    async def run() -> None:
        batches = batching.Batches(lambda parts: None)
        for _ in range(turns):
            await batches.ask(batching.Part(model, questions(live, [1.0]), "request"))

    asyncio.run(run())
    assert model.model.estimator.calls_ == [1] * turns


def test_what_was_answered_is_handed_on_before_anybody_is_told(live: Part) -> None:
    model, batching, order = loaded(live), live("serving.batching"), []
    parts = [batching.Part(model, questions(live, [one]), "request") for one in (1.0, BAD)]

    async def asked(batches: Any, part: Any) -> None:
        await batches.ask(part)
        order.append("told")

    async def run() -> None:
        batches = batching.Batches(lambda done: order.append([one.error is None for one in done]))
        await asyncio.gather(*(asked(batches, part) for part in parts))

    asyncio.run(run())
    assert order == [[True, False], "told", "told"]


def test_who_is_handed_it_and_fails_leaves_nobody_waiting(
    live: Part, capsys: pytest.CaptureFixture[str]
) -> None:
    batching = live("serving.batching")
    part = batching.Part(loaded(live), questions(live, [1.0]), "request")

    async def run() -> None:
        await batching.Batches(lambda done: 1 / 0).ask(part)

    asyncio.run(run())
    assert part.answers == [{"prediction": 2.0}]
    assert "ZeroDivisionError" in capsys.readouterr().err


requests = st.lists(
    st.lists(st.sampled_from([1.0, 2.5, 7.0, BAD]), min_size=1, max_size=5), min_size=1, max_size=8
)


@settings(max_examples=60, deadline=None)
@given(asked=requests, most_rows=st.integers(1, 12))
def test_together_or_alone_the_answers_are_the_same(
    live: Part, asked: list[list[float]], most_rows: int
) -> None:
    model = loaded(live)
    found = together(live, [(model, questions(live, values)) for values in asked], most_rows)
    for values, told in zip(asked, found, strict=True):
        if BAD in values:
            assert told.row == values.index(BAD) + 1
        else:
            assert told == [{"prediction": 2 * value} for value in values]
