import pytest

from assessment.facts import Facts
from assessment.gates import Gate, assumed, gates, inapplicable, required
from assessment.questions import load_bank

BANK = load_bank()


def known(**facts):
    return Facts.model_validate(facts).quantities()


def of(code, profile="course", **facts):
    return [
        (gate.option, gate.level) for gate in gates(BANK.questions[code], profile, known(**facts))
    ]


@pytest.mark.parametrize(
    ("code", "profile", "facts", "expected"),
    [
        ("D1", "course", {}, [(2, 2), (3, 3)]),
        ("D1", "microsoft", {}, [(1, 1), (2, 2), (3, 3)]),
        ("O3", "course", {}, [(2, 3), (4, 4)]),
        ("O3", "microsoft", {}, [(4, 4)]),
        ("P1", "course", {}, [(2, 2)]),
        ("P3", "course", {}, []),
        ("M2", "course", {}, [(2, 3), (3, 4)]),
        ("M2", "course", {"use": "online"}, [(3, 3), (3, 4)]),
        ("M2", "course", {"use": "batch"}, [(2, 3)]),
        ("D4", "course", {}, []),
        ("D4", "course", {"regulation": "audit"}, [(1, 1)]),
        ("G1", "course", {"regulation": "audit"}, [(2, 1)]),
        ("G4", "course", {"regulation": "high-risk"}, [(1, 2)]),
        ("G5", "course", {"regulation": "audit"}, [(1, 2)]),
        ("G5", "course", {"regulation": "none"}, []),
        ("F1", "course", {}, [(4, 4)]),
        ("F1", "course", {"approval_required": True}, [(3, 4)]),
        ("F1", "course", {"wrong_prediction": "severe"}, [(3, 4)]),
    ],
)
def test_what_the_levels_require_depends_on_profile_and_facts(code, profile, facts, expected):
    assert of(code, profile, **facts) == expected


@pytest.mark.parametrize(
    ("facts", "gone"),
    [
        ({"team": 1}, "P1"),
        ({"label_delay_days": "never"}, "O4"),
        (
            {"use": "library"},
            "R1 R2 R3 R4 C1 C2 C3 C4 C5 C6 M1 M2 M3 M4 O1 O2 O3 O4 O5 F1 F2 F3 F4",
        ),
        ({"team": 2, "use": "batch", "label_delay_days": 5}, ""),
    ],
)
def test_facts_take_items_away(facts, gone):
    found = [
        code
        for code, one in BANK.questions.items()
        if inapplicable(one, known(**facts)) is not None
    ]
    assert found == gone.split()


def test_required_items_of_a_level_include_those_below():
    assert required(BANK, 0) == {}
    assert required(BANK, 1) == {"R3": 1, "C1": 2, "C2": 1, "C5": 2, "G3": 1}
    for level in range(1, 5):
        below, here = required(BANK, level - 1), required(BANK, level)
        assert all(here[code] >= option for code, option in below.items())
        assert here != below


def test_every_level_requires_something_that_a_repository_can_show():
    for level in range(1, 5):
        shown = [
            code
            for code, option in required(BANK, level).items()
            if BANK.questions[code].visible == "repository"
            and required(BANK, level - 1).get(code, 0) < option
        ]
        assert len(shown) >= 4


def test_missing_facts_that_would_change_a_gate_are_named():
    found = assumed(BANK.questions.values(), "course")
    assert found["regulation"] == ("D4", "G1", "G4", "G5")
    assert found["team"] == ("P1",)
    everything = known(
        team=3,
        regulation="none",
        use="batch",
        label_delay_days=3,
        wrong_prediction="low",
        approval_required=False,
    )
    assert assumed(BANK.questions.values(), "course", everything) == {}


def test_a_gate_is_passed_from_its_option_on():
    assert [Gate(level=2, option=2).passed(value) for value in range(4)] == [
        False,
        False,
        True,
        True,
    ]
