import math

import pytest

from assessment.conditions import judge, parse_condition


@pytest.mark.parametrize(
    ("text", "known", "holds"),
    [
        ("models >= 2", {"models": 2.0}, True),
        ("models >= 2", {"models": 1.0}, False),
        ("models >= 2", {}, None),
        ("wrong_prediction >= high", {"wrong_prediction": 3.0}, True),
        ("regulation != none", {"regulation": 0.0}, False),
        ("use == batch", {"use": 1.0}, True),
        ("users == no", {"users": 0.0}, True),
        ("label_delay == never", {"label_delay": math.inf}, True),
        ("label_delay > retrain_interval", {"label_delay": 60.0, "retrain_interval": 7.0}, True),
        ("label_delay > retrain_interval", {"label_delay": 60.0}, None),
    ],
)
def test_a_condition_holds_fails_or_stays_open(text, known, holds):
    assert parse_condition(text).holds(known) is holds


@pytest.mark.parametrize("text", ["", "models", "models >= many", "modles >= 2", "models => 2"])
def test_a_malformed_condition_is_refused(text):
    with pytest.raises(ValueError, match=r"no condition|could not convert"):
        parse_condition(text)


def test_a_condition_names_the_facts_that_it_needs():
    condition = parse_condition("manual_hours < 40")
    assert condition.facts() == ("models", "retrain", "hours_per_release")


def test_one_false_condition_decides_even_where_another_is_open():
    conditions = [parse_condition("models >= 2"), parse_condition("users == yes")]
    assert judge(conditions, {"users": 0.0}).holds is False
    assert judge(conditions, {"users": 1.0}).missing == (conditions[0],)
    assert judge(conditions, {"users": 1.0, "models": 3.0}).holds is True
