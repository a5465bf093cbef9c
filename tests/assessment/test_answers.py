from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.answers import Answer, parse_answers, read_answers
from assessment.document import Document
from assessment.errors import InvalidFile
from assessment.questions import load_bank
from tests.assessment.worlds import codes, nothing_but_the_tools_own_error

BANK = load_bank()


def read(folder: Path, content: str | bytes):
    path = folder / "answers.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_answers(path, BANK)


def test_every_form_of_an_answer(tmp_path):
    answers = read(
        tmp_path,
        """
        [about]
        project = "churn"
        person = "Ada"
        [answers]
        C1 = 2
        C2 = "yes"
        O2 = false
        R2 = "unknown"
        O4 = { not_applicable = "labels never come" }
        T1 = { value = 2, evidence = "src/train.py", note = "since March" }
        [answers.T2]
        value = "no"
        """,
    )
    assert (answers.project, answers.person) == ("churn", "Ada")
    assert answers.by_code == {
        "C1": Answer(2),
        "C2": Answer(1),
        "O2": Answer(0),
        "R2": Answer(),
        "O4": Answer(not_applicable="labels never come"),
        "T1": Answer(2, evidence="src/train.py", note="since March"),
        "T2": Answer(0),
    }
    assert answers.of("P1") == Answer()


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf[answers]\r\nC1 = 2\r\n").of("C1") == Answer(2)


MALFORMED = {
    "empty": ("", "the file is empty", "[answers]"),
    "blank": (" \n\t\n", "the file is empty", "[answers]"),
    "no table": ("# nothing\n", "holds no answers", "[answers]"),
    "empty table": ("[answers]\n", "holds no answers", "C1 = 2"),
    "answers are no table": ("answers = 3\n", "holds no answers", "[answers]"),
    "unknown code": (
        "[answers]\nC1 = 2\nC9 = 1\n",
        ":3: there is no question 'C9'",
        "did you mean",
    ),
    "lower case": ("[answers]\nc1 = 2\n", ":2: there is no question 'c1'", "did you mean C1?"),
    "far code": ("[answers]\nabcdef = 2\n", ":2: there is no question", "P1 to G6"),
    "out of range": ("[answers]\n\nC5 = 3\n", ":3: C5 = 3 is no answer", "from 0 to 2"),
    "negative": ("[answers]\nC5 = -1\n", ":2: C5 = -1 is no answer", "from 0 to 2"),
    "float": ("[answers]\nC5 = 1.5\n", ":2: C5 = 1.5 is no answer", "from 0 to 2"),
    "list": ("[answers]\nC5 = [1]\n", ":2: C5 = [1] is no answer", "from 0 to 2"),
    "date": ("[answers]\nC5 = 2025-01-01\n", ":2: C5 = ", "from 0 to 2"),
    "text": ("[answers]\nC5 = 'soon'\n", ":2: C5 = 'soon' is no answer", "from 0 to 2"),
    "yes to a ladder": ("[answers]\nC5 = true\n", ":2: C5 = True is no answer", "from 0 to 2"),
    "two to yes or no": ("[answers]\nC2 = 2\n", ":2: C2 = 2 is no answer", '"yes" or "no"'),
    "bare not applicable": ("[answers]\nC2 = 'n/a'\n", ":2: C2 = 'n/a'", "not_applicable"),
    "no reason": ("[answers]\nC2={not_applicable=''}\n", ":2: C2: not_applicable", "the reason"),
    "reason is no text": ("[answers]\nC2={not_applicable=true}\n", "does not fit", "the reason"),
    "both": ("[answers]\nC1={value=1,not_applicable='x'}\n", ":2: C1 needs either", "C1 = {"),
    "neither": ("[answers]\nC1 = {}\n", ":2: C1 needs either", "C1 = {"),
    "unknown field": ("[answers]\nC1={valeu=1}\n", ":2: C1: there is no 'valeu'", "mean value?"),
    "evidence is a number": ("[answers]\nC1={value=1,evidence=3}\n", ":2: C1: evidence", "a path"),
    "twice": ("[answers]\nC1 = 1\nC1 = 2\n", ":3: a key stands here for the second", "keep one"),
    "not TOML": ("[answers]\nC1 = = 1\n", ":2: this value is no TOML", "C1 = 2"),
    "unclosed": ("[answers\nC1 = 1\n", ":1: not valid TOML", "C1 = 2"),
    "before the table": ("C1 = 2\n", ":1: C1 stands before [answers]", "write [answers]"),
    "other table": ("[awnsers]\nC1 = 2\n", ":1: there is no 'awnsers'", "did you mean [answers]?"),
    "stray table": ("[x]\n[answers]\nC1 = 2\n", ":1: there is no 'x'", "[about], [answers]"),
    "about is no table": (
        "about = 3\n[answers]\nC1 = 2\n",
        ":1: a table is needed",
        "name = value",
    ),
    "about more": ("[about]\nteam='x'\n[answers]\nC1=2\n", ":2: there is no 'team'", "known"),
    "nested": ("a = " + "[" * 3000 + "]" * 3000, "nested too deeply", "C1 = 2"),
    "long number": ("[answers]\nC1 = " + "9" * 5000, "not valid TOML", "C1 = 2"),
}


@pytest.mark.parametrize(("content", "message", "hint"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_told_in_one_line_with_a_hint(tmp_path, content, message, hint):
    with pytest.raises(InvalidFile) as caught:
        read(tmp_path, content)
    error = caught.value
    assert message in error.message
    assert error.message.startswith(str(tmp_path / "answers.toml"))
    assert len(error.message.splitlines()) == 1
    assert error.hint is not None
    assert hint in error.hint
    assert error.exit_code == 2


def test_the_line_of_bytes_that_are_not_utf8_is_named(tmp_path):
    with pytest.raises(InvalidFile, match=r":2: not UTF-8 text"):
        read(tmp_path, b"[answers]\nC1 = '\xff'\n")


def test_a_huge_file_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="larger than 1 MB"):
        read(tmp_path, b"#" * 1_000_001)


def test_a_folder_a_missing_file_and_a_broken_link_are_told_apart(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    for name, message in {
        ".": "this is a folder",
        "gone": "there is no such file",
        "link": "a link to nothing",
        "nul\0": "cannot be read",
        "x" * 300: "cannot be read",
    }.items():
        with pytest.raises(InvalidFile, match=message):
            read_answers(tmp_path / name, BANK)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["value", "not_applicable", "evidence", "note"]) | st.text()
tables = st.dictionaries(codes | st.text(), values | st.dictionaries(fields, values, max_size=3))


@given(st.dictionaries(st.sampled_from(["about", "answers"]) | st.text(), values | tables))
def test_whatever_a_file_says_only_the_tools_own_error_is_raised(data):
    with nothing_but_the_tools_own_error():
        parse_answers(Document("a.toml", "", data), BANK)


@given(
    st.binary() | st.text().map(lambda text: f"[answers]\nC1 = {text}".encode("utf-8", "replace"))
)
def test_whatever_bytes_a_file_holds_only_the_tools_own_error_is_raised(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_bytes(content)
    with nothing_but_the_tools_own_error():
        read_answers(path, BANK)
