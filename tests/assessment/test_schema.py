import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assessment.document import shipped
from assessment.errors import InvalidFile
from assessment.history import Entry
from assessment.report.build import history_lines
from assessment.report.comparison import compare
from assessment.report.files import report_on
from assessment.report.html import to_html
from assessment.report.json import from_json, json_schema, to_json
from assessment.report.markdown import to_markdown
from assessment.report.model import Report
from assessment.report.text import to_text
from tests.assessment.reports import COMMIT, DATE, LAYERS, everything, example, written
from tests.assessment.test_examples import ASSESSED, TARGETED, name
from tests.assessment.worlds import BANK, nothing_but_the_tools_own_error

SCHEMA = json.loads(json_schema())
VALIDATOR = Draft202012Validator(SCHEMA)
WHOLE = json.loads(to_json(everything()))


def faults(report):
    """What the schema says against a report or its data."""
    data = json.loads(to_json(report)) if isinstance(report, Report) else report
    return [f"{one.json_path}: {one.message}" for one in VALIDATOR.iter_errors(data)]


def test_the_schema_that_ships_is_that_of_the_model():
    made = Report.model_json_schema(mode="serialization")
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    assert shipped("report/schema.json").decode() == f"{json.dumps(made, indent=2)}\n"


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", ASSESSED, ids=name)
def test_the_report_of_an_example_keeps_to_the_schema(case):
    answers, facts = case / "answers.toml", case / "facts.toml"
    for known in {None, facts if case in TARGETED else None}:
        for quick in (False, True):
            report = report_on([answers], known, tool_version="0", quick=quick, layers=LAYERS)
            assert faults(report) == []
            assert from_json(to_json(report), "r.json") == report


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_report_of_a_team_keeps_to_the_schema(anonymous):
    files = [case / "answers.toml" for case in ASSESSED]
    report = report_on(files, tool_version="0", anonymous=anonymous)
    assert report.disagreements
    assert faults(report) == []
    assert from_json(to_json(report), "r.json") == report


def test_a_report_that_looks_back_keeps_to_the_schema():
    entry = Entry(
        date=DATE,
        commit=COMMIT,
        tool_version="0",
        bank="1.0",
        profile="course",
        quick=False,
        confirmed=0,
        possible=1,
        target=None,
        answers={"C1": 2},
    )
    before, now = example("microsoft-0"), example("recommender")
    report = now.model_copy(
        update={
            "history": history_lines([entry], entry.profile),
            "comparison": compare(before, now, BANK),
        }
    )
    assert report.comparison.moves
    assert faults(report) == []
    assert from_json(to_json(report), "r.json") == report


@pytest.mark.parametrize("report", [everything(), written('"<\\\u2028😀')], ids=["all", "odd text"])
def test_every_section_keeps_to_the_schema_and_comes_back(report):
    assert [name for name, value in report if not value] == ["quick"]
    assert faults(report) == []
    assert from_json(to_json(report), "r.json") == report


def places(data, path=()):
    """Places in a report, as keys and indices; of a list, in its first part."""
    children = data.items() if isinstance(data, dict) else enumerate(data[:1])
    for key, value in children:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def changed(path, change):
    """The data of a report, with `change` done to the container and key at a place."""
    data = json.loads(json.dumps(WHOLE))
    container = data
    for key in path[:-1]:
        container = container[key]
    change(container, path[-1])
    return data


WRONG = {
    "of another type": (("level", "confirmed"), "two"),
    "no such word": (("confidence", "word"), "perhaps"),
    "no such profile": (("profile",), "other"),
    "no such status": (("items", 0, "status"), "fine"),
    "no such fact": (("facts", "retrain"), "sometimes"),
    "of another version": (("schema_version",), 2),
    "nothing": (("items",), None),
    "a text for a list": (("blockers",), "C1"),
    "no such cause": (("comparison", "changes", 0, "cause"), "weather"),
    "negative": (("facts", "models"), -1),
}


@pytest.mark.parametrize(("path", "value"), WRONG.values(), ids=WRONG)
def test_a_wrong_field_is_refused_by_the_schema_and_by_the_reader(path, value):
    data = changed(path, lambda container, key: container.__setitem__(key, value))
    assert faults(data)
    with pytest.raises(InvalidFile):
        from_json(json.dumps(data), "r.json")


@pytest.mark.parametrize("path", [("more",), ("level", "more"), ("items", 0, "more\nlines")])
def test_a_field_too_many_is_refused_and_named_in_one_line(path):
    data = changed(path, lambda container, key: container.__setitem__(key, 1))
    assert faults(data)
    with pytest.raises(InvalidFile, match=r"^r\.json: .*more.*: extra inputs") as caught:
        from_json(json.dumps(data), "r.json")
    assert len(caught.value.message.splitlines()) == 1


@pytest.mark.parametrize("path", [("tool_version",), ("level", "name"), ("items", 3, "answer")])
def test_a_field_too_few_is_refused_and_named(path):
    data = changed(path, lambda container, key: container.pop(key))
    assert faults(data)
    with pytest.raises(InvalidFile, match=f"r.json: {'.'.join(map(str, path))}: field required"):
        from_json(json.dumps(data), "r.json")


@pytest.mark.parametrize("version", [0, 2, "1", "two\nlines", [1], {"a": 1}, 10**30])
def test_a_report_of_another_version_is_refused_with_the_version_that_is_read(version):
    text = json.dumps({**WHOLE, "schema_version": version})
    with pytest.raises(InvalidFile, match="this tool reads version 1") as caught:
        from_json(text, "r.json")
    assert len(caught.value.message.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.json:1: not valid JSON"),
        ("{\n\n'a'", "r.json:3: not valid JSON"),
        (json.dumps(WHOLE, indent=2)[:-9], "not valid JSON"),
        ("[" * 100_000, "r.json: not valid JSON"),
        ("9" * 5000, "r.json: not valid JSON"),
        ("null", "r.json: no report"),
        ("[1]", "r.json: no report"),
        ("{}", "r.json: no report"),
        ('{"schema_version": null}', "r.json: no report"),
        ('{"schema_version": 1}', "r.json: tool_version: field required"),
        (json.dumps({**WHOLE, "project": "\ud800"}), "r.json: text: invalid JSON"),
    ],
)
def test_what_is_no_report_is_refused(text, message):
    with pytest.raises(InvalidFile) as caught:
        from_json(text, "r.json")
    assert message in caught.value.message
    assert caught.value.hint == "give a file that assess --format json wrote"


junk = (
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.text(max_size=5)
    | st.just([])
    | st.just({})
)


@settings(max_examples=200)
@given(st.sampled_from(list(places(WHOLE))), junk)
def test_whatever_is_broken_in_a_report_it_is_refused_or_can_be_shown(path, value):
    data = changed(path, lambda container, key: container.__setitem__(key, value))
    with nothing_but_the_tools_own_error():
        report = from_json(json.dumps(data), "r.json")
        for shown in (to_text, to_markdown, to_html, to_json):
            assert shown(report)
        assert compare(report, everything(), BANK)


@pytest.mark.parametrize("show", [to_text, to_markdown, to_html])
def test_codes_that_nothing_here_knows_are_shown_as_they_are(show):
    data = json.loads(to_json(example("credit")))
    data["recommendation"]["notes"][0]["dimensions"] = ["Z"]
    data["blockers"].append("Z9")
    assert "Z:" in show(from_json(json.dumps(data), "r.json"))
