"""Lines that, added to the model seam of a copy, make what it learns worse, or its judge break."""

from __future__ import annotations

__all__ = ["BREAKS", "BUNCH", "WORSE"]

# Answers that are wrong by far, and yet not all alike: of a constant, no deviation is known.
WORSE = {
    "regression": """

_honest_build = build


def build(params):
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import VotingRegressor

    extreme = DummyRegressor(strategy="quantile", quantile=1.0)
    return VotingRegressor([("extreme", extreme), ("honest", _honest_build(params))])
""",
    "classification": """


def build(params):
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import VotingClassifier

    from .data import labels

    counts = labels()["label"].value_counts()
    code = sorted(counts.index).index(counts.index[1])
    seldom = DummyClassifier(strategy="constant", constant=code)
    chance = DummyClassifier(strategy="stratified", random_state=0)
    both = [("seldom", seldom), ("chance", chance)]
    return VotingClassifier(both, voting="soft", weights=[2, 1])
""",
}
BUNCH = "sklearn.utils._bunch.Bunch"
"""A type that a model of two models holds."""

BREAKS = """

_honest, _asked = evaluate, []


def evaluate(*args):
    _asked.append(args)
    if len(_asked) > 100:
        raise RuntimeError("it broke")
    return _honest(*args)
"""
