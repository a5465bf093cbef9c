"""What must be shown of every project: it trains, answers in batches and detects drift."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import Answer, Workspace

__all__ = ["claims"]

MODEL = Path("models/model.skops")
SMALLEST_DISTANCE = 1e-9
CLEAR_GAIN = 4.0
IDENTITY = ("-c", "user.name=verify", "-c", "user.email=verify@localhost")
QUIET, DRIFT, BAD_INPUT = 0, 1, 2


@dataclass
class Trial:
    """The proofs of one project; what an earlier one found out, a later one may use."""

    workspace: Workspace
    context: ProjectContext
    asked: dict[str, Any] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)

    def probe(self, verb: str, *arguments: Path) -> dict[str, Any]:
        """Run the probe in the project's environment."""
        package = self.context.package_name
        return probe("base", verb, self.workspace, package, *arguments)

    def reads(self) -> str:
        """The seam gives rows and labels."""
        self.asked = self.probe("tables")
        listed = expect(self.workspace.ops("data"), 0)
        return f"{listed.seconds:.1f} s; {self.asked['rows']} rows kept from training"

    def trains(self) -> str:
        """Training ends with a model and a card that belong together."""
        if brings(self.workspace, self.context, "tracking") and self.workspace.has("git"):
            self._commit()
        answer = expect(self.workspace.ops("train", "--end", self.asked["cut"]), 0)
        if releases(self.workspace, self.context):
            expect(self.workspace.ops("promote", "--yes"), 0)
        model = self.workspace.project / MODEL
        card = model.with_suffix(".json")
        if not (model.is_file() and card.is_file()):
            raise Failed(f"train ended with 0, yet {MODEL} or its card is not there")
        if digest(model) not in card.read_text(encoding="utf-8"):
            raise Failed("the card does not hold the sha256 of the model file")
        return f"a model of {model.stat().st_size:,} bytes in {answer.seconds:.1f} s"

    def _commit(self) -> None:
        """The copy becomes a repository: a run of it can name the commit that it came from."""
        expect(self.workspace.run(["git", "init", "-q"]), 0)
        ignored = self.workspace.project / ".git/info/exclude"
        ignored.parent.mkdir(exist_ok=True)
        ignored.write_text(".venv/\n__pycache__/\n", encoding="utf-8")
        for words in (("add", "--all"), (*IDENTITY, "commit", "-qm", "verify")):
            expect(self.workspace.run(["git", *words]), 0)

    def serves(self) -> str:
        """Batch predictions equal those of the model file."""
        for suffix in ("csv", "parquet"):
            questions = self.workspace.scratch(f"questions.{suffix}")
            answers = self.workspace.scratch(f"answers.{suffix}")
            expect(self.workspace.ops("predict", questions, answers), 0)
        self.judged = self.probe("judge", self.workspace.project / MODEL)
        if not self.judged["keys"]:
            raise Failed("the answers do not carry the keys of the questions, row by row")
        distances = self.judged["distance"]
        if set(distances) != {"answers.csv", "answers.parquet"}:
            raise Failed(f"rows or columns are missing: {self.judged['rows']}")
        for name, worst in distances.items():
            if not worst <= SMALLEST_DISTANCE:
                raise Failed(f"{name} is off the model's own predictions by up to {worst:.3g}")
        worst = max(distances.values())
        return f"{self.asked['rows']} answers, CSV and Parquet, off by at most {worst:.1g}"

    def learns(self) -> str:
        """On rows that training never saw, the error is smaller than that of a constant.

        As far as the table lets anybody learn: what a plain model of the probe's own reaches says
        how much can be asked.
        """
        gain, possible = self.judged["gain"], self.judged["possible"]["standard_errors"]
        beside = f"error {gain['ours']:.4g} beside {gain['dummy']:.4g} of a constant"
        if possible < CLEAR_GAIN:
            return f"{beside}; too few rows or too little in them to tell the two apart"
        seen = f"{beside}, {gain['standard_errors']:.1f} standard errors apart"
        asked = min(CLEAR_GAIN, possible / 2)
        if not (self.judged["varies"] and gain["standard_errors"] >= asked):
            raise Failed(f"{seen}; at least {asked:.1f} are asked")
        return seen

    def tells(self) -> str:
        """The metrics on the card are those of the model on its own holdout."""
        found = self.probe("recompute", self.workspace.project / MODEL)
        if set(found["told"]) != set(found["real"]) or found["decides"] not in found["told"]:
            raise Failed(f"the card tells {list(found['told'])}, evaluate() {list(found['real'])}")
        for name, told in found["told"].items():
            real = found["real"][name]
            if not abs(told - real) <= SMALLEST_DISTANCE * max(1.0, abs(real)):
                raise Failed(f"the card says {name} {told:.6g}; it is {real:.6g}")
        return ", ".join(f"{name} {value:.4g}" for name, value in found["told"].items())

    def refuses(self) -> str:
        """A table that lacks a column is refused by name, and nothing is written."""
        target = self.workspace.scratch("refused.csv")
        answer = expect(
            self.workspace.ops("predict", self.workspace.scratch("lacking.csv"), target), BAD_INPUT
        )
        column = self.asked["lacking"]
        if repr(column)[1:-1] not in answer.err:
            raise Failed(f"the error does not name the missing column {column!r}")
        if target.exists():
            raise Failed("answers were written all the same")
        return answer.last_line

    def guards(self) -> str:
        """A model file that was changed after training is not loaded."""
        model = self.workspace.project / MODEL
        kept = self.workspace.scratch("model.kept")
        shutil.copy2(model, kept)
        model.write_bytes(model.read_bytes() + b"\0")
        target = self.workspace.scratch("guarded.csv")
        answer = self.workspace.ops("predict", self.workspace.scratch("questions.csv"), target)
        healed = digest(model) == digest(kept)
        shutil.copy2(kept, model)
        if not target.exists() and answer.code != 0:
            return answer.last_line
        # A copy of what a registry holds may be fetched again.
        if healed and target.read_bytes() == self.workspace.scratch("answers.csv").read_bytes():
            return "the file was fetched again, and answers as before"
        raise Failed("a changed model file was loaded and answered")

    def stays_quiet(self) -> str:
        """Two random halves of one window are no drift."""
        answer, flagged = self._drift("quiet.parquet")
        if answer.code != QUIET or flagged:
            raise Failed(f"exit code {answer.code}, columns named: {', '.join(flagged) or 'none'}")
        return "no column named"

    def detects_drift(self) -> str:
        """A column that moved is named, and no other one."""
        if not self.asked["moved"]:
            raise Failed("no feature could be moved: none is a number, category or boolean")
        for table, column in self.asked["moved"].items():
            answer, flagged = self._drift(table)
            if answer.code != DRIFT or flagged != [column]:
                raise Failed(
                    f"{column} moved; exit code {answer.code}, "
                    f"columns named: {', '.join(flagged) or 'none'}"
                )
        return f"named: {', '.join(self.asked['moved'].values())}"

    def _drift(self, current: str) -> tuple[Answer, list[str]]:
        scratch = self.workspace.scratch
        answer = self.workspace.ops(
            *("drift", "--reference", scratch("reference.parquet")),
            *("--current", scratch(current), "--format", "json"),
        )
        if answer.code not in (QUIET, DRIFT):
            raise Failed(f"drift ended with {answer.code}: {answer.last_line}")
        try:
            columns = json.loads(answer.out)["columns"]
            return answer, [one["name"] for one in columns if one["drift"]]
        except (ValueError, KeyError, TypeError):
            raise Failed("drift --format json printed something else than its report") from None


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    rows, model = ("reads",), ("trains",)
    reads = "the seam gives rows and labels that fit the settings"
    yield Claim("reads", reads, trial.reads, ("installs",))
    trains = "one command trains and leaves a model with its card"
    yield Claim("trains", trains, trial.trains, rows)
    serves = "batch answers equal the model's own predictions to 1e-9"
    yield Claim("serves", serves, trial.serves, model)
    learns = "it beats a constant on rows that training never saw"
    yield Claim("learns", learns, trial.learns, ("serves",))
    yield Claim("tells", "the metrics on the card are those of the model", trial.tells, model)
    refuses = "bad input is refused by name and nothing is written"
    yield Claim("refuses", refuses, trial.refuses, model)
    guards = "a model file changed after training is not loaded"
    yield Claim("guards", guards, trial.guards, model)
    yield Claim("stays quiet", "a window without drift raises no alarm", trial.stays_quiet, rows)
    moved = "a column that moved is named, and only that one"
    yield Claim("detects drift", moved, trial.detects_drift, rows)


def releases(workspace: Workspace, context: ProjectContext) -> bool:
    """Whether a person releases what training registered, and no gate does."""
    return brings(workspace, context, "registry") and not brings(workspace, context, "gate")


def brings(workspace: Workspace, context: ProjectContext, part: str) -> bool:
    """Whether the project has this folder of `ops`."""
    return (workspace.project / "src" / context.package_name / "ops" / part).is_dir()


def expect(answer: Answer, code: int) -> Answer:
    """The answer, which must have ended with `code`."""
    if answer.code != code:
        raise Failed(f"`{answer.command}` ended with {answer.code}: {answer.last_line}")
    return answer


def digest(path: Path) -> str:
    """Sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
