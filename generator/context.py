"""What the user chose for a project: checked once, then data everywhere."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from generator.errors import InvalidChoice

__all__ = [
    "TASKS",
    "Direction",
    "Kind",
    "ProjectContext",
    "Table",
    "TableColumn",
    "Task",
    "check_name",
    "choose",
    "is_printable",
]

Task = Literal["regression", "classification"]
TASKS: tuple[Task, ...] = ("regression", "classification")
Direction = Literal["lower", "higher"]
Kind = Literal["number", "integer", "boolean", "category", "text", "time"]

LONGEST_NAME = 60
NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
WINDOWS = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}


def is_printable(text: str) -> bool:
    """Whether `text` holds no control character, line end or half of a character."""
    return not any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in text)


def _printable(text: str) -> str:
    if not is_printable(text):
        raise ValueError("holds a control character")
    return text


Words = Annotated[str, Field(min_length=1), AfterValidator(_printable)]


class TableColumn(BaseModel):
    """One column of a table: its name, its kind, and whether values may be missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    kind: Kind
    nullable: bool = False


class Table(BaseModel):
    """A table of the user's own: its form, and none of its values.

    Attributes:
        path: relative to the project, or absolute where the table stays where it lies.
        target: column to predict.
        time: column that orders the rows, if any.
        key: column that names a row, if any.
        metric: figure that decides which model is better.
        direction: which way the metric is better.
        columns: what the project reads of it, in order: key, time, features, target.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Words
    target: Words
    time: Words | None = None
    key: Words | None = None
    metric: Words
    direction: Direction
    columns: tuple[TableColumn, ...]

    def view(self) -> dict[str, object]:
        """The table as templates see it, in the form of the shipped one."""
        told = self.model_dump(mode="json", exclude={"columns"})
        schema = [{**column.model_dump(), "categories": []} for column in self.columns]
        return {**told, "schema": schema}


class ProjectContext(BaseModel):
    """The choices that shape a project; kept in its record.

    Attributes:
        project_slug: name of the project and of its folder.
        package_name: import name of its package.
        task: what the model predicts.
        table: the user's own table; none for the one that ships.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_slug: str = Field(pattern=f"^{NAME.pattern}$", max_length=LONGEST_NAME)
    package_name: str = Field(pattern=r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", max_length=LONGEST_NAME)
    task: Task = "regression"
    table: Table | None = None

    def values(self) -> dict[str, object]:
        """The values that templates see under `cookiecutter`."""
        told = self.model_dump(mode="json", exclude={"table"})
        if self.table is None:
            return told
        return {**told, "_own_table": True, "_tables": {self.task: self.table.view()}}


def choose(name: str, task: Task = "regression", table: Table | None = None) -> ProjectContext:
    """The context of a project called `name`, on the shipped table or on one of the user's own.

    Raises:
        InvalidChoice: the name cannot be used; the hint says what to type instead.
    """
    check_name(name)
    package = name.replace("-", "_")
    return ProjectContext(project_slug=name, package_name=package, task=task, table=table)


def check_name(name: str) -> None:
    """Refuse a name that is no safe folder, distribution and package name at once.

    Raises:
        InvalidChoice: the reason, with a name that would do.
    """
    problem = _problem(name)
    if problem is not None:
        raise InvalidChoice(
            f"the name {_shown(name)} {problem}", hint=f"type a name such as: {_suggest(name)}"
        )


def _problem(name: str) -> str | None:
    if not name:
        return "is empty"
    if len(name) > LONGEST_NAME:
        return f"has more than {LONGEST_NAME} characters"
    if not NAME.fullmatch(name):
        return (
            "is not made of lower-case letters, digits and single hyphens or underscores, "
            "beginning with a letter"
        )
    package = name.replace("-", "_")
    if keyword.iskeyword(package):
        return "is a keyword of Python"
    if package in sys.stdlib_module_names:
        return "is a module of Python's standard library"
    if package in WINDOWS:
        return "is reserved on Windows"
    if package in _taken():
        return "is the name of a package that the project uses"
    return None


def _suggest(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = "-".join(words)[: LONGEST_NAME - 8].strip("-")
    if not slug:
        return "churn-model"
    if not slug[0].isalpha():
        slug = f"model-{slug}"
    return f"{slug}-model" if _problem(slug) else slug


def _shown(name: str) -> str:
    return ascii(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…")


@cache
def _taken() -> frozenset[str]:
    """Import names that the libraries of some level bring, one per line."""
    text = files("generator").joinpath("taken_names.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
