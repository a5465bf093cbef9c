import pytest

from assessment.confidence import confidence


@pytest.mark.parametrize(
    ("grounds", "word"),
    [
        (["executed"] * 3 + ["unknown"], "high"),
        (["structural", "declared", "bare"], "medium"),
        (["declared"] * 5, "medium"),
        (["bare"] * 5, "low"),
        ([], "low"),
    ],
)
def test_the_word_follows_what_the_answers_rest_on(grounds, word):
    assert confidence(grounds).word == word


def test_a_quick_estimate_is_never_of_high_confidence():
    assert confidence(["executed"] * 3, quick=True).word == "medium"


def test_many_inapplicable_items_lower_it():
    assert confidence(["executed"], not_applicable_share=0.34).word == "medium"
    assert confidence(["executed"], not_applicable_share=0.33).word == "high"
    assert "40% of one level's items" in confidence(["bare"], 0.4).reasons[-1]
