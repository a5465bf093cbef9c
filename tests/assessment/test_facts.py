import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.document import Document
from assessment.errors import InvalidFile
from assessment.facts import Facts, parse_facts, read_facts
from tests.assessment.test_answers import values
from tests.assessment.worlds import nothing_but_the_tools_own_error


def read(folder, text):
    path = folder / "facts.toml"
    path.write_text(text, encoding="utf-8")
    return read_facts(path)


def test_facts_become_quantities(tmp_path):
    facts = read(
        tmp_path,
        """
        users = true
        models = 3
        retrain = "quarterly"
        data_change = 2
        hours_per_release = 1.5
        label_delay_days = "never"
        wrong_prediction = "high"
        approval_required = false
        """,
    )
    assert facts.quantities() == {
        "users": 1.0,
        "models": 3.0,
        "retrains": 4.0,
        "retrain_interval": 91.25,
        "data_interval": 182.5,
        "hours_per_release": 1.5,
        "manual_hours": 18.0,
        "label_delay": math.inf,
        "wrong_prediction": 2.0,
        "approval_required": 0.0,
        "approval": 0.0,
    }
    assert "team" in facts.missing()


def test_what_is_never_done_has_no_end_of_its_interval():
    assert Facts(retrain="never").quantities()["retrain_interval"] == math.inf


def test_approval_stays_open_until_both_of_its_facts_say_no():
    assert "approval" not in Facts(wrong_prediction="low").quantities()
    assert Facts(wrong_prediction="severe").quantities()["approval"] == 1
    assert Facts(approval_required=True).quantities()["approval"] == 1


MALFORMED = {
    "empty": ("", "the file is empty", "users = true"),
    "comment": ("# later\n", "holds no fact", "users = true"),
    "unknown": ("users=true\nmodel = 3\n", ":2: there is no 'model' here", "did you mean models?"),
    "far": ("xyzzy = 3\n", ":1: there is no 'xyzzy'", "known: users, models"),
    "word": ("\nretrain = 'sometimes'\n", ":2: retrain = 'sometimes'", "quarterly"),
    "yes": ("users = 'yes'\n", ":1: users = 'yes' does not fit", "true or false"),
    "one for true": ("users = 1\n", ":1: users = 1 does not fit", "true or false"),
    "true for one": ("models = true\n", ":1: models = True does not fit", "number of models"),
    "negative": ("models = -1\n", ":1: models = -1 does not fit", "number of models"),
    "infinite": ("capacity_fte = inf\n", ":1: capacity_fte = inf does not fit", "full-time"),
    "not a number": ("retrain = nan\n", ":1: retrain = nan does not fit", "times a year"),
    "huge": ("models = 1" + "0" * 400, ":1: models = 1000", "number of models"),
    "table": ("[use]\na = 1\n", ":1: use = {'a': 1} does not fit", "online, batch"),
    "twice": ("users = true\nusers = false\n", ":2: a key stands here for the second", "keep one"),
}


@pytest.mark.parametrize(("content", "message", "hint"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_told_in_one_line_with_a_hint(tmp_path, content, message, hint):
    with pytest.raises(InvalidFile) as caught:
        read(tmp_path, content)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert len(caught.value.message.splitlines()) == 1


@given(st.dictionaries(st.sampled_from(list(Facts.model_fields)) | st.text(), values))
def test_whatever_a_file_says_only_the_tools_own_error_is_raised(data):
    with nothing_but_the_tools_own_error():
        parse_facts(Document("f.toml", "", data)).quantities()
