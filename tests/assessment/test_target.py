import pytest
from hypothesis import assume, given

from assessment.errors import NotJudged
from assessment.facts import Facts
from assessment.rules import load_rules
from assessment.target import recommend
from tests.assessment import worlds

# Enough of everything, nothing that asks for more: the target is level 1.
PLAIN = {
    "users": True,
    "models": 1,
    "retrain": "yearly",
    "data_change": "yearly",
    "wrong_prediction": "low",
    "label_delay_days": 1,
    "regulation": "none",
    "capacity_fte": 9,
    "hours_per_release": 100,
    "people_training": 1,
    "managed_platform": False,
    "notice_days": 1,
    "bearable_days": 9,
    "approval_required": False,
    "use": "online",
    "team": 3,
}


def target(current=0, without=(), **facts):
    given_facts = {name: one for name, one in (PLAIN | facts).items() if name not in without}
    return recommend(Facts.model_validate(given_facts), current)


@pytest.mark.parametrize(
    ("facts", "level", "rule"),
    [
        ({"users": False}, 0, "prototype"),
        ({}, 1, "users"),
        ({"retrain": "quarterly"}, 2, "retrained-quarterly"),
        ({"models": 2}, 2, "several-models"),
        ({"people_training": 2}, 2, "several-people"),
        ({"regulation": "audit"}, 2, "audit"),
        ({"retrain": 12}, 3, "retrained-monthly"),
        ({"models": 5}, 3, "many-models"),
        ({"wrong_prediction": "high"}, 3, "costly-errors"),
        ({"regulation": "high-risk"}, 3, "high-risk"),
        ({"notice_days": 10}, 3, "silent-failure"),
        ({"data_change": "weekly", "models": 10}, 4, "fast-data-many-models"),
        ({"data_change": "weekly", "retrain": 26}, 4, "fast-data-many-runs"),
    ],
)
def test_each_floor_asks_for_its_level(facts, level, rule):
    found = target(**facts)
    assert (found.target, found.need) == (level, level)
    assert found.reasons[0].level == level
    assert rule in {reason.rule for reason in found.reasons}
    assert not found.conflicts


FOUR = {"data_change": "daily", "retrain": "daily", "models": 10}


@pytest.mark.parametrize(
    ("facts", "level", "rule"),
    [
        ({"approval_required": True}, 3, "approval"),
        ({"wrong_prediction": "severe"}, 3, "approval"),
        ({"capacity_fte": 0.4}, 1, "capacity-part"),
        ({"capacity_fte": 1}, 2, "capacity-small"),
        ({"capacity_fte": 3}, 3, "capacity-team"),
        ({"capacity_fte": 0.4, "managed_platform": True}, 2, "capacity-part"),
        ({"capacity_fte": 1, "managed_platform": True}, 3, "capacity-small"),
        ({"hours_per_release": 0.01}, 2, "little-effort"),
    ],
)
def test_each_cap_is_shown_as_a_conflict_with_ways_out(facts, level, rule):
    found = target(**(FOUR | facts))
    assert (found.target, found.need) == (level, 4)
    assert [conflict.reason.rule for conflict in found.conflicts] == [rule]
    assert found.conflicts[0].options


def test_a_managed_platform_frees_a_small_team():
    assert target(**FOUR, capacity_fte=3, managed_platform=True).target == 4


def test_little_effort_does_not_speak_against_a_need_for_safety():
    assert target(hours_per_release=1, wrong_prediction="high").target == 3
    assert target(hours_per_release=1, retrain="monthly").target == 2


@pytest.mark.parametrize("delay", [60, "never"])
def test_late_labels_leave_drift_as_an_alarm(delay):
    found = target(**(FOUR | {"label_delay_days": delay}))
    assert found.target == 3
    assert "drift-alarms-only" in {note.rule for note in found.notes}


def test_approval_is_a_flag_on_level_three_only():
    assert target(approval_required=True, wrong_prediction="high").label == "3+"
    low = target(approval_required=True)
    assert (low.label, low.approval) == ("1", False)


def test_rare_training_at_a_high_cost_splits_the_target():
    found = target(wrong_prediction="high")
    assert {code: found.dimensions[code] for code in "DTRL"} == dict.fromkeys("DTRL", 2)
    assert {code: found.dimensions[code] for code in "MO"} == {"M": 3, "O": 3}


def test_every_sentence_names_its_rule_condition_and_source():
    found = target(**FOUR, capacity_fte=1, wrong_prediction="severe", regulation="audit")
    lines = [*found.reasons, *(one.reason for one in found.conflicts), *found.notes]
    assert len(lines) > 8
    for line in lines:
        assert line.rule
        assert line.condition
        assert line.source
        assert "{" not in line.sentence


def test_sentences_show_the_quantities():
    assert "trained twice a year" in target(retrain=2, wrong_prediction="high").notes[0].sentence
    assert "12 times a year" in target(retrain="monthly").reasons[0].sentence


def test_a_missing_fact_drops_its_rules_and_is_listed():
    found = target(without=["wrong_prediction", "retrain"])
    assert found.target == 1
    dropped = {one.fact: one.rules for one in found.dropped}
    assert set(dropped) == {"wrong_prediction", "retrain"}
    assert "costly-errors" in dropped["wrong_prediction"]
    assert "retrained-quarterly" in dropped["retrain"]
    assert target().dropped == ()


def test_a_fact_that_cannot_matter_is_not_asked_for():
    assert "managed_platform" not in {
        one.fact for one in target(without=["managed_platform"]).dropped
    }


def test_without_any_floor_nothing_is_recommended():
    with pytest.raises(NotJudged) as caught:
        recommend(Facts(capacity_fte=3))
    assert caught.value.exit_code == 3
    assert "users = true" in (caught.value.hint or "")


@pytest.mark.parametrize(("current", "step"), [(0, 1), (1, 2), (2, 3), (3, 3), (4, 3)])
def test_the_next_step_is_at_most_one_level(current, step):
    assert target(current, wrong_prediction="high").next_step == step


def test_codes_of_floors_and_caps_are_unique():
    rules = load_rules()
    codes = [rule.code for rule in (*rules.floor, *rules.cap)]
    assert len(set(codes)) == len(codes)


@given(worlds.facts)
def test_the_target_is_the_need_or_a_shown_conflict(facts):
    try:
        found = recommend(facts)
    except NotJudged:
        assume(False)
    lowest = min((one.reason.level for one in found.conflicts), default=found.need)
    assert found.target == min(found.need, lowest)
    assert all(level <= found.target for level in found.dimensions.values())
    assert recommend(facts) == found
