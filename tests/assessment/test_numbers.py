"""The numbers of the model, written out once more: a slip of the pen in the data is seen here."""

from typing import get_args

import pytest

from assessment.confidence import Ground, confidence
from assessment.facts import Facts
from assessment.gates import gates, supports
from assessment.questions import load_bank
from assessment.target import recommend

BANK = load_bank()
# Option @ level of each gate; behind a comma, when it holds.
GATES = {
    "P1": "2@2",
    "D1": "1@1,microsoft 2@2 3@3",
    "D2": "2@3 3@4",
    "D3": "2@3",
    "D4": "1@1,audit",
    "T1": "2@2 3@3",
    "R1": "2@2 3@3 4@4",
    "R2": "2@2",
    "R3": "1@1 2@2",
    "R4": "2@3 3@4",
    "L1": "2@2 3@4",
    "L2": "2@2 3@3 4@4",
    "L3": "2@3",
    "C1": "2@1 3@3",
    "C2": "1@1",
    "C3": "2@2 3@3",
    "C4": "2@3 3@4",
    "C5": "2@1",
    "M1": "2@2 3@3 4@4",
    "M2": "2@3 3@3,online 3@4,online",
    "M3": "2@3 3@4",
    "M4": "1@3",
    "O1": "2@3",
    "O2": "1@3",
    "O3": "2@3,course 4@4",
    "O4": "2@4",
    "F1": "3@4 4@4",
    "F2": "1@4",
    "F3": "2@4",
    "G1": "2@1,audit",
    "G2": "2@3",
    "G3": "1@1",
    "G4": "1@2,audit",
    "G5": "1@2,audit",
}
SUPPORTS = {
    "P1": "3@3 4@4",
    "P2": "1@2",
    "P3": "1@1 2@3",
    "P4": "2@2",
    "D3": "2@2",
    "D4": "1@2",
    "T2": "1@2",
    "T3": "2@3",
    "L3": "2@2",
    "C6": "1@3",
    "O5": "1@3",
    "F4": "1@3",
    "G1": "2@2",
    "G4": "1@3",
    "G6": "1@3",
}
WORLDS = {
    "microsoft": ("microsoft", {"use": "batch"}),
    "course": ("course", {"use": "batch"}),
    "audit": ("course", {"use": "batch", "regulation": "audit"}),
    "online": ("course", {"use": "online"}),
}
# A use case in which nothing asks for more than level 0, and nothing stands against level 4.
CALM = {
    "users": False,
    "models": 1,
    "people_training": 1,
    "retrain": 1,
    "data_change": 1,
    "wrong_prediction": "low",
    "label_delay_days": 0,
    "regulation": "none",
    "capacity_fte": 10,
    "hours_per_release": 1000,
    "managed_platform": False,
    "notice_days": 1,
    "bearable_days": 1,
    "approval_required": False,
    "use": "online",
}
FAST = {"data_change": 365 / 7.1, "label_delay_days": 1}
COSTLY = {"wrong_prediction": "high"}


def written(found):
    return {f"{one.option}@{one.level}" for one in found}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("code", BANK.questions)
def test_a_gate_stands_where_the_model_says(code, world):
    profile, facts = WORLDS[world]
    known = Facts.model_validate(facts).quantities()
    wanted = {}
    for mark in GATES.get(code, "").split():
        gate, _, only = mark.partition(",")
        if only in ("", world, profile):
            option, level = gate.split("@")
            wanted[level] = max(option, wanted.get(level, ""))
    assert written(gates(BANK.questions[code], profile, known)) == {
        f"{option}@{level}" for level, option in wanted.items()
    }


@pytest.mark.parametrize("code", BANK.questions)
def test_what_supports_a_level_is_what_the_model_says(code):
    found = written(supports(BANK.questions[code], "course"))
    assert found == set(SUPPORTS.get(code, "").split())


@pytest.mark.parametrize(
    ("facts", "below", "above"),
    [
        ({"users": False}, 0, None),
        ({"users": True}, 1, {"users": False}),
        ({"retrain": 4}, 2, {"retrain": 3.9}),
        ({"models": 2}, 2, {"models": 1}),
        ({"people_training": 2}, 2, {"people_training": 1}),
        ({"regulation": "audit"}, 2, {"regulation": "none"}),
        ({"retrain": 12}, 3, {"retrain": 11.9}),
        ({"models": 5}, 3, {"models": 4}),
        ({"wrong_prediction": "high"}, 3, {"wrong_prediction": "medium"}),
        ({"regulation": "high-risk"}, 3, {"regulation": "audit"}),
        ({"notice_days": 1.1}, 3, {"notice_days": 1}),
        ({**FAST, "models": 10}, 4, {**FAST, "models": 9}),
        ({**FAST, "retrain": 26}, 4, {**FAST, "retrain": 25}),
        ({**FAST, "models": 10}, 4, {**FAST, "models": 10, "data_change": 365 / 7.2}),
    ],
)
def test_a_floor_begins_at_its_number_and_not_before(facts, below, above):
    assert recommend(Facts.model_validate({**CALM, **facts})).need == below
    if above is not None:
        assert recommend(Facts.model_validate({**CALM, **above})).need < below


@pytest.mark.parametrize(
    ("facts", "target", "other", "without"),
    [
        ({**COSTLY, "capacity_fte": 0.49}, 1, {**COSTLY, "capacity_fte": 0.5}, 2),
        ({**COSTLY, "capacity_fte": 1.9}, 2, {**COSTLY, "capacity_fte": 2}, 3),
        ({**FAST, "models": 10, "capacity_fte": 3.9}, 3, {**FAST, "models": 10}, 4),
        (
            {**COSTLY, "capacity_fte": 1, "managed_platform": True},
            3,
            {**COSTLY, "capacity_fte": 1},
            2,
        ),
        (
            {"retrain": 13, "hours_per_release": 3},
            2,
            {"retrain": 13, "hours_per_release": 40 / 13},
            3,
        ),
        ({**COSTLY, "hours_per_release": 0.1}, 3, CALM, 0),
    ],
)
def test_a_cap_ends_at_its_number(facts, target, other, without):
    assert recommend(Facts.model_validate({**CALM, **facts})).target == target
    assert recommend(Facts.model_validate({**CALM, **other})).target == without


def test_what_is_never_trained_again_needs_no_level_4():
    facts = {**CALM, **FAST, "models": 12, "retrain": "never"}
    assert recommend(Facts.model_validate(facts)).need == 3


def test_the_weights_of_grounds_and_the_words_for_them():
    assert {ground: confidence([ground]).weight for ground in get_args(Ground)} == {
        "executed": 1.0,
        "structural": 1.0,
        "declared": 0.7,
        "bare": 0.4,
        "unknown": 0.0,
    }
    mixed = ["structural", "declared", "declared", "declared"]
    assert confidence(mixed).word == "high"
    assert confidence([*mixed, "declared", "declared", "bare"]).word == "medium"
    assert confidence(["declared", "bare", "bare"]).word == "medium"
    assert confidence(["declared", "bare", "bare", "bare"]).word == "low"


def test_people_who_lie_far_apart_lower_the_word_by_one():
    assert confidence(["structural"] * 4, contested=1).word == "medium"
    assert confidence(["declared"] * 4, contested=1).word == "low"


def test_many_items_that_do_not_apply_and_the_quick_mode_allow_no_more_than_medium():
    assert confidence(["structural"] * 4, 1 / 3).word == "high"
    assert confidence(["structural"] * 4, 0.34).word == "medium"
    assert confidence(["structural"] * 4, quick=True).word == "medium"
