"""`sheet`: what it prints is valid as it stands, and whichever way its lines are filled in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from assessment.fact_questions import FactQuestion, load_fact_questions
from assessment.questions import Question, load_bank
from generator.cli import run
from tests.commands.calls import CHURN, Output, refused

BANK = load_bank()
FACTS = load_fact_questions()
MODES = pytest.mark.parametrize("flags", [(), ("--quick",)], ids=["full", "quick"])
WAITING = re.compile(r"^# (\w+) =$", re.MULTILINE)


def sheet(capfd: Output, kind: str, *flags: str) -> str:
    assert run(["sheet", kind, *flags]) == 0
    out, error = capfd.readouterr()
    assert error == ""
    return out


def filled(text: str, values: dict[str, str]) -> str:
    """The sheet, with the sign taken away from the lines that wait for these."""
    for name, value in values.items():
        line = f"# {name} ="
        assert text.splitlines().count(line) == 1
        text = text.replace(f"\n{line}\n", f"\n{line[2:]} {value}\n")
    return text


def assessed(capfd: Output, *arguments: object) -> dict[str, object]:
    assert run(["assess", *map(str, arguments), "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capfd.readouterr().out)
    return found


def options(question: Question) -> list[str]:
    """All that may stand for an answer."""
    values = [str(number) for number in range(question.best + 1)]
    values += ['"no"', '"yes"', "false", "true"] if question.kind == "yes-no" else []
    return [*values, '"unknown"', '{ not_applicable = "why" }', '{ value = 0, evidence = "a" }']


def values(fact: FactQuestion) -> list[str]:
    """All that its sheet offers for a fact."""
    return [json.dumps(value) for value, _ in fact.options]


@MODES
def test_a_blank_sheet_of_answers_holds_none(
    tmp_path: Path, capfd: Output, flags: tuple[str, ...]
) -> None:
    (tmp_path / "a.toml").write_text(sheet(capfd, "answers", *flags))
    said = refused(capfd, tmp_path, "assess", "--answers", tmp_path / "a.toml", "--record")
    assert said.endswith("a.toml: holds no answers")


@MODES
def test_a_blank_sheet_of_facts_holds_none(
    tmp_path: Path, capfd: Output, flags: tuple[str, ...]
) -> None:
    (tmp_path / "f.toml").write_text(sheet(capfd, "facts", *flags))
    given = ("--answers", CHURN / "answers.toml", "--facts", tmp_path / "f.toml")
    assert refused(capfd, tmp_path, "assess", *given).endswith("f.toml: holds no fact")


@MODES
def test_every_question_and_every_fact_waits_on_one_line(
    capfd: Output, flags: tuple[str, ...]
) -> None:
    codes = [one.code for one in BANK.asked(quick=bool(flags))]
    assert WAITING.findall(sheet(capfd, "answers", *flags)) == ["project", "person", *codes]
    names = [name for name, one in FACTS.items() if one.quick or not flags]
    assert WAITING.findall(sheet(capfd, "facts", *flags)) == names


@MODES
def test_a_sheet_with_any_option_everywhere_is_assessed(
    tmp_path: Path, capfd: Output, flags: tuple[str, ...]
) -> None:
    text, asked = sheet(capfd, "answers", *flags), BANK.asked(quick=bool(flags))
    path = tmp_path / "a.toml"
    for turn in range(max(len(options(one)) for one in asked)):
        chosen = {one.code: options(one)[turn % len(options(one))] for one in asked}
        path.write_text(filled(text, {"project": '"p"', "person": '"q"', **chosen}))
        found = assessed(capfd, *flags, "--answers", path)
        assert (found["project"], found["people"]) == ("p", ["q"])
        given = {one["code"]: one["answer"] for one in found["items"]}  # type: ignore[attr-defined]
        for code, value in tomllib.loads(path.read_text())["answers"].items():
            answer = given[code]
            if value == "unknown":
                assert (answer["value"], answer["not_applicable"]) == (None, None)
            elif isinstance(value, dict):
                assert value.items() <= answer.items()
            else:
                assert answer["value"] == {"no": 0, "yes": 1}.get(value, value)


def test_each_line_alone_is_valid(tmp_path: Path, capfd: Output) -> None:
    text = sheet(capfd, "answers")
    path = tmp_path / "a.toml"
    for code, question in BANK.questions.items():
        path.write_text(filled(text, {code: str(question.best)}))
        found = assessed(capfd, "--answers", path)
        known = [one["code"] for one in found["items"] if one["answer"]["value"] is not None]  # type: ignore[attr-defined]
        assert known == [code]


@MODES
def test_a_sheet_of_facts_is_taken_with_all_that_it_offers(
    tmp_path: Path, capfd: Output, flags: tuple[str, ...]
) -> None:
    text, path = sheet(capfd, "facts", *flags), tmp_path / "f.toml"
    asked = [one for one in FACTS.values() if one.quick or not flags]
    for turn in range(max(len(values(one)) for one in asked)):
        chosen = {one.name: (values(one) or ["1"]) for one in asked}
        path.write_text(filled(text, {name: of[turn % len(of)] for name, of in chosen.items()}))
        facts = assessed(capfd, *flags, "--answers", CHURN / "answers.toml", "--facts", path)
        stated = tomllib.loads(path.read_text())
        assert len(stated) == len(asked)
        assert stated.items() <= facts["facts"].items()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name, one in FACTS.items() if not one.options])
def test_a_fact_that_is_typed_takes_a_number(tmp_path: Path, capfd: Output, name: str) -> None:
    path = tmp_path / "f.toml"
    text = filled(sheet(capfd, "facts"), {name: "3", "users": "true"})
    path.write_text(text)
    found = assessed(capfd, "--answers", CHURN / "answers.toml", "--facts", path)
    assert found["facts"][name] == 3  # type: ignore[index]


@pytest.mark.parametrize("arguments", [(), ("reports",), ("answers", "facts")])
def test_no_other_sheet_is_printed(
    tmp_path: Path, capfd: Output, arguments: tuple[str, ...]
) -> None:
    assert refused(capfd, tmp_path, "sheet", *arguments)
