"""Reports for tests of their formats: an example's, one with every section, hostile ones."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.questions import load_bank
from assessment.report.comparison import compare
from assessment.report.files import report_on
from assessment.report.model import (
    DisagreementLine,
    HistoryLine,
    LayerLine,
    Report,
    VoteLine,
)
from tests.assessment.test_examples import EXAMPLES

LAYERS = (
    LayerLine(name="base", title="training and batch answers", since=0, makes=("D1@1",)),
    LayerLine(name="ci", title="tests and release by CI", since=1, makes=("C1@2", "C2@1", "C5@2")),
)
DATE, COMMIT = "2026-02-03T10:00:00+01:00", "4f2a9c1e77b0d2f1"


def example(name: str, layers: Sequence[LayerLine] = LAYERS, *, quick: bool = False) -> Report:
    """The report on a worked example, with its facts where it has some."""
    case = EXAMPLES / name
    facts = case / "facts.toml"
    report = report_on(
        [case / "answers.toml"],
        facts if facts.exists() else None,
        tool_version="0",
        layers=layers,
        quick=quick,
    )
    return report.model_copy(update={"date": DATE, "commit": COMMIT})


def everything() -> Report:
    """A report with every section."""
    before, now = example("microsoft-0"), example("forecasts")
    question = now.items[5]
    votes = (
        VoteLine(person="Ada", value=0, text="Nothing does"),
        VoteLine(person="Grace", value=3, text="The pipeline does"),
    )
    return now.model_copy(
        update={
            "raters": 2,
            "people": ("Ada", "Grace"),
            "assumed": {"regulation": ("D4", "G1")},
            "comparison": compare(before, now, load_bank()),
            "disagreements": (
                DisagreementLine(code=question.code, question=question.question, votes=votes),
            ),
            "history": (
                HistoryLine(
                    date=DATE, commit=COMMIT, quick=True, confirmed=0, possible=2, target="3+"
                ),
            ),
        }
    )


def written(text: str) -> Report:
    """The report with every section in which people wrote nothing but `text`."""
    report = everything()
    answered, skipped, *rest = report.items
    answer = answered.answer.model_copy(update={"evidence": text, "note": text})
    reason = skipped.answer.model_copy(update={"not_applicable": text, "value": None})
    items = (
        answered.model_copy(update={"answer": answer, "sources": (text,)}),
        skipped.model_copy(update={"answer": reason, "status": "not applicable"}),
        *rest,
    )
    contested = report.disagreements[0]
    votes = tuple(vote.model_copy(update={"person": text}) for vote in contested.votes)
    return report.model_copy(
        update={
            "project": text,
            "commit": text,
            "people": (text, text),
            "items": items,
            "disagreements": (contested.model_copy(update={"votes": votes}),),
        }
    )
