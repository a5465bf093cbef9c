from assessment.errors import InvalidFile, MaturityError, NotJudged


def test_an_error_is_its_message_and_keeps_hint_and_exit_code():
    error = InvalidFile("a.toml:3: no", "write yes")
    assert (str(error), error.message, error.hint, error.exit_code) == (
        "a.toml:3: no",
        "a.toml:3: no",
        "write yes",
        2,
    )
    assert isinstance(error, MaturityError)


def test_too_little_to_judge_ends_with_three():
    assert NotJudged("too little").exit_code == 3
