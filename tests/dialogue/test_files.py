"""What an interview makes of its files, and of what others do to them meanwhile."""

from __future__ import annotations

from pathlib import Path

from assessment.questions import load_bank
from tests.dialogue.kept import KEPT, SETTLED, answers, facts, stated
from tests.terminal import ENTER, FOOT, Terminal


def test_facts_that_give_no_target_still_count(tmp_path: Path) -> None:
    path = stated(tmp_path, 'use = "library"\nteam = 1\n')
    with Terminal(tmp_path, "assess", "--quick", "--facts", path) as terminal:
        terminal.to_summary("s")
        terminal.type("d1", ENTER)
        terminal.wait("D1  How does")
        terminal.type("2")
        terminal.wait("D1  2")
        terminal.wait("q to stop: *$|q to stop: *\n")
        terminal.type(ENTER)
        assert terminal.end() == 0
        assert "no target level" in terminal.text
        assert "use is not known" not in terminal.text
        assert "--facts" in terminal.text


def test_what_somebody_writes_meanwhile_stays(tmp_path: Path) -> None:
    path = stated(tmp_path)
    kept = tmp_path / KEPT / "answers.toml"
    with Terminal(tmp_path, "assess", "--quick", "--facts", path) as terminal:
        terminal.at(1)
        terminal.type("1")
        terminal.at(2)
        kept.write_text(kept.read_text().replace("P1 = 1", "P1 = 3 # we talked about it"))
        terminal.type("2")
        terminal.at(3)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": 3, "D1": 2}
    assert "# we talked about it" in kept.read_text()


def test_what_was_skipped_is_open_and_asked_again(tmp_path: Path) -> None:
    path = stated(tmp_path)
    with Terminal(tmp_path, "assess", "--quick", "--facts", path) as terminal:
        terminal.at(1)
        terminal.type("s")
        terminal.at(2)
        terminal.type("2")
        terminal.at(3)
        terminal.type("q")
        terminal.end()
    with Terminal(tmp_path, "assess", "--quick", "--facts", path, "--resume") as terminal:
        assert "P1  How does" in terminal.at(1)
        terminal.type("1")
        assert "T1  " in terminal.at(2)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": 1, "D1": 2}


def test_evidence_is_there_to_be_edited(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", stated(tmp_path)) as terminal:
        terminal.at(1)
        terminal.type("e")
        terminal.wait("evidence .path")
        terminal.type("docs/team.md", ENTER)
        terminal.wait("evidence: docs/team.md")
        terminal.type("e")
        terminal.wait(r"(?s)person\): docs.*person\): docs/team.md")
        terminal.type("#owners", ENTER)
        terminal.wait("evidence: docs/team.md#owners")
        terminal.type("1")
        terminal.at(2)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": {"value": 1, "evidence": "docs/team.md#owners"}}


def test_a_value_that_is_no_option_is_shown_and_enter_keeps_it(tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / "facts.toml").write_text("users = true\nmodels = 1\nretrain = 6\n")
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.type(ENTER)
        terminal.at(2)
        terminal.type(ENTER)
        shown = terminal.at(3)
        assert "How often does the model" in shown
        assert "in a file: retrain = 6" in shown
        terminal.type(ENTER)
        terminal.at(4)
        terminal.type("q")
        terminal.end()
    assert facts(tmp_path) == {"users": True, "models": 1, "retrain": 6}


def test_questions_that_another_fact_brings_are_asked(tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / "facts.toml").write_text(SETTLED.replace("online", "library"))
    with Terminal(tmp_path, "assess", "--full", "--resume") as terminal:
        terminal.to_summary()
        assert "C1" not in answers(tmp_path)
        terminal.type("use", ENTER)
        terminal.wait("How are the predictions used")
        terminal.type("0")
        for question in load_bank().asked():
            if question.dimension in "CRMOF":
                terminal.wait(rf"(?s)\n{question.code}  .*{FOOT}")
                terminal.type("1")
        terminal.wait(rf"(?s){question.code}  1 .*q to stop: *$")
        terminal.type(ENTER)
        assert terminal.end() == 0
    assert list(answers(tmp_path)) == list(load_bank().questions)


def test_what_is_wrong_elsewhere_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    for flags in (["--compare", "gone.json"], ["--facts", "gone.toml"], ["--output", "."]):
        with Terminal(tmp_path, "assess", "--quick", *flags) as terminal:
            assert terminal.end() == 2
            assert "1 of" not in terminal.text


def test_a_broken_file_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    path = tmp_path / KEPT / "answers.toml"
    path.write_text("[answers]\nC1 = 99\n")
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        assert terminal.end() == 2
        assert "answers.toml:2: C1 = 99 is no answer" in terminal.text
    assert path.read_text() == "[answers]\nC1 = 99\n"
