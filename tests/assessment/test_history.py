import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.errors import InvalidFile
from assessment.history import Entry, append, history_file, read_history
from assessment.questions import PROFILES
from assessment.report.build import history_lines
from tests.assessment.worlds import codes

FIRST = Entry(
    date="2026-02-03T10:00:00+01:00",
    commit="4f2a9c1+",
    tool_version="0.1",
    bank="1.0",
    profile="course",
    quick=False,
    confirmed=1,
    possible=2,
    target="3+",
    answers={"C1": 2, "C2": "unknown", "D1": "not applicable"},
)
SECOND = FIRST.model_copy(update={"commit": None, "confirmed": 2, "target": None})
words = st.text(st.characters(min_codepoint=33, max_codepoint=126))
entries = st.builds(
    Entry,
    date=words,
    commit=st.none() | words,
    tool_version=words,
    bank=words,
    profile=st.sampled_from(PROFILES),
    quick=st.booleans(),
    confirmed=st.integers(0, 4),
    possible=st.integers(0, 4),
    target=st.none() | words,
    answers=st.dictionaries(
        codes, st.integers(0, 4) | st.sampled_from(["unknown", "not applicable"])
    ),
)


def kept(folder, *lines):
    """A history of these lines; each ends with a newline."""
    path = folder / "answers.history.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def line(**changes):
    return json.dumps({**FIRST.model_dump(), **changes})


def test_it_lies_beside_the_answers(tmp_path):
    ada, grace = tmp_path / "ada.toml", tmp_path / "other" / "grace.toml"
    assert history_file([ada]) == tmp_path / "ada.history.jsonl"
    assert history_file([ada, grace]) == tmp_path / "team.history.jsonl"


def test_where_there_is_no_file_there_is_no_history(tmp_path):
    assert read_history(tmp_path / "gone.jsonl") == ()


def test_an_empty_file_is_a_history_without_an_entry(tmp_path):
    path = kept(tmp_path)
    assert read_history(path) == ()
    append(path, FIRST)
    assert read_history(path) == (FIRST,)


def test_an_entry_is_one_line_of_json(tmp_path):
    path = tmp_path / "h.jsonl"
    append(path, FIRST)
    append(path, SECOND)
    text = path.read_text()
    assert text.endswith("\n")
    assert [json.loads(one) for one in text.splitlines()] == [
        FIRST.model_dump(),
        SECOND.model_dump(),
    ]


@settings(max_examples=30)
@given(st.lists(entries, max_size=4))
def test_what_is_added_is_read_again_oldest_first(tmp_path_factory, added):
    path = tmp_path_factory.getbasetemp() / "drawn.jsonl"
    path.unlink(missing_ok=True)
    for entry in added:
        append(path, entry)
    assert read_history(path) == tuple(added)


@pytest.mark.parametrize("before", [b"", b"\n", b"{}\n", b'{"date": "20', b"\xff\xfe\n", b"a\r\n"])
def test_what_stood_there_is_never_touched(tmp_path, before):
    path = tmp_path / "h.jsonl"
    path.write_bytes(before)
    append(path, FIRST)
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.splitlines()[-1] == FIRST.model_dump_json().encode()


def test_a_line_that_was_cut_short_stays_by_itself(tmp_path):
    path = kept(tmp_path, line())
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    append(path, SECOND)
    with pytest.raises(InvalidFile, match=r"answers\.history\.jsonl:2: no entry"):
        read_history(path)
    lines = path.read_text().splitlines()
    assert read_history(kept(tmp_path, lines[0], lines[2])) == (FIRST, SECOND)


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "x", "{", "[]", "3", "null", '"text"', "{}", line()[:-1], line() + line()),
        *(line(more=1), line(profile="other"), line(confirmed="high"), line(confirmed=None)),
        *(line(date=None), line(answers={"C1": "yes"}), line(answers=None), line(quick=7)),
    ],
)
def test_a_damaged_line_is_named_with_its_number(tmp_path, damaged):
    path = kept(tmp_path, line(), line(), damaged, line())
    with pytest.raises(InvalidFile) as caught:
        read_history(path)
    assert caught.value.message == f"{path}:3: no entry of a history"
    assert caught.value.hint == "remove the line; the others stay"


def test_windows_lines_are_read(tmp_path):
    path = tmp_path / "h.jsonl"
    path.write_bytes(f"{line()}\r\n{line()}\r\n".encode())
    assert read_history(path) == (FIRST, FIRST)


def test_what_is_no_text_or_no_file_is_told(tmp_path):
    with pytest.raises(InvalidFile, match="this is a folder"):
        read_history(tmp_path)
    path = kept(tmp_path, line())
    path.write_bytes(path.read_bytes() + b"\xff\n")
    with pytest.raises(InvalidFile, match=r":2: not UTF-8 text"):
        read_history(path)


def test_a_report_shows_when_and_what_came_out():
    shown = history_lines([FIRST, SECOND], FIRST.profile)
    assert [one.confirmed for one in shown] == [1, 2]
    assert (shown[0].date, shown[0].commit) == (FIRST.date, "4f2a9c1+")
    assert (shown[0].possible, shown[0].target, shown[0].quick) == (2, "3+", False)


def test_a_long_history_is_read(tmp_path):
    path = kept(tmp_path, *[line()] * 8000)
    assert path.stat().st_size > 1_000_000
    assert len(read_history(path)) == 8000
