"""An assessment with what lies around it: the layers, the clock, the repository, the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from assessment.document import Document, parse_document, read_text
from assessment.history import Entry, append, history_file, read_history
from assessment.questions import Profile, load_bank
from assessment.report.build import history_lines
from assessment.report.comparison import compare
from assessment.report.files import report_on
from assessment.report.json import MAX_BYTES, from_json
from assessment.report.model import ItemLine, LayerLine, Report
from generator.errors import InvalidChoice
from generator.git import Git, is_installed
from generator.layers import Layer, discover, templates_folder

__all__ = ["Form", "Request", "assess", "layer_lines", "remember", "rendered"]

_FILTERS = ("--get-regexp", r"^filter\.")
Form = Literal["text", "json", "markdown", "html"]
"""How a report can be printed."""


@dataclass(frozen=True)
class Request:
    """What is to be assessed.

    Attributes:
        answers: one file for each person.
        facts: of the use case.
        project: folder whose commit is noted; that of the answers, unless given.
        before: an earlier report, or earlier answers, to compare with.
        profile: whose edition of the levels.
        quick: count the quick questions only.
        anonymous: leave out who answered.
        needs_target: facts that say too little for a target level are an error.
    """

    answers: tuple[Path, ...]
    facts: Path | None = None
    project: Path | None = None
    before: Path | None = None
    profile: Profile = "course"
    quick: bool = False
    anonymous: bool = False
    needs_target: bool = True

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything that is read, the history of the answers with it."""
        history = history_file(self.answers)
        return (*self.answers, *filter(None, (self.facts, self.before)), history)


def assess(wanted: Request) -> Report:
    """The report, with its date, the commit of the answers' repository, and what came before.

    Raises:
        InvalidChoice: a file of answers is given twice, or the project is no folder.
        InvalidFile: a file cannot be read or holds something that makes no sense.
        NotJudged: the facts say too little for a target level.
    """
    if wanted.project is not None and not wanted.project.is_dir():
        raise InvalidChoice(f"{wanted.project}: there is no such folder", "give a project's folder")
    read = _report(wanted, wanted.answers)
    earlier = read_history(history_file(wanted.answers))
    _refuse_twice(wanted.answers)
    found = read.model_copy(
        update={
            "date": datetime.now().astimezone().isoformat(timespec="seconds"),
            "commit": _commit(wanted.project or wanted.answers[0].resolve().parent),
            "history": history_lines(earlier, wanted.profile),
        }
    )
    if wanted.before is None:
        return found
    compared = compare(_earlier(wanted, wanted.before), found, load_bank())
    return found.model_copy(update={"comparison": compared})


def remember(report: Report, answers: Sequence[Path]) -> Path:
    """Add the report to the history of its answers; returns the file."""
    path = history_file(answers)
    target = report.recommendation
    entry = Entry(
        date=report.date or "",
        commit=report.commit,
        tool_version=report.tool_version,
        bank=report.bank.version,
        profile=report.profile,
        quick=report.quick,
        confirmed=report.level.confirmed,
        possible=report.level.possible,
        target=target.label if target else None,
        answers={item.code: _short(item) for item in report.items},
    )
    append(path, entry)
    return path


def rendered(report: Report, form: Form) -> str:
    """The report in one of its forms."""
    module = import_module(f"assessment.report.{form}")
    text: str = getattr(module, f"to_{form}")(report)
    return text


def layer_lines(layers: Sequence[Layer]) -> tuple[LayerLine, ...]:
    """The layers as a report shows them."""
    return tuple(
        LayerLine(
            name=layer.name,
            title=layer.manifest.title,
            since=layer.manifest.since,
            makes=layer.manifest.satisfies,
        )
        for layer in layers
    )


def _report(wanted: Request, answers: Sequence[Path | Document]) -> Report:
    return report_on(
        answers,
        wanted.facts,
        tool_version=version("mlops-maturity"),
        profile=wanted.profile,
        quick=wanted.quick,
        anonymous=wanted.anonymous,
        layers=layer_lines(discover(templates_folder())),
        needs_target=wanted.needs_target,
    )


def _earlier(wanted: Request, before: Path) -> Report:
    """A report that was printed as JSON, or one on earlier answers."""
    text = read_text(before, "{, as a report in JSON does", MAX_BYTES)
    if text.lstrip().startswith("{"):
        return from_json(text, str(before))
    return _report(wanted, [parse_document(str(before), text, "[answers], then C1 = 2")])


def _refuse_twice(answers: Sequence[Path]) -> None:
    """Whoever answers counts once."""
    for number, path in enumerate(answers):
        if any(path.samefile(one) for one in answers[:number]):
            raise InvalidChoice(f"{path} is given twice", "give one file for each person")


def _short(item: ItemLine) -> int | Literal["unknown", "not applicable"]:
    if item.answer.not_applicable is not None:
        return "not applicable"
    return "unknown" if item.answer.value is None else item.answer.value


def _commit(folder: Path) -> str | None:
    """The commit that is checked out, with `+` where the tree differs from it."""
    if not is_installed() or not folder.is_dir():
        return None
    git = Git(folder, {"GIT_OPTIONAL_LOCKS": "0"})
    commit = git.try_run("rev-parse", "--short", "HEAD").stdout.decode().strip()
    # To compare files, git runs the filters that a repository names, those of a stranger too.
    if not commit or git.try_run("config", "--local", "--includes", *_FILTERS).stdout:
        return commit or None
    # `describe --dirty` would say both, and write the index.
    tracked = ("--untracked-files=no", "--ignore-submodules=all")
    changed = git.try_run("status", "--porcelain", *tracked).stdout
    return f"{commit}+" if changed else commit
