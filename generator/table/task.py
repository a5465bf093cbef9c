"""What a model of the target predicts: a number, or one of a few classes."""

from __future__ import annotations

from generator.context import Direction, Task
from generator.errors import InvalidChoice, InvalidTable
from generator.table.clean import Column
from generator.table.source import Source

__all__ = ["METRICS", "task_of"]

# Numbers with more values than this are measured, not told apart.
FEW_CLASSES = 10
MOST_CLASSES = 50
FEWEST_OF_A_CLASS = 5
# Both are defined on every holdout, whichever classes it happens to hold.
METRICS: dict[Task, tuple[str, Direction]] = {
    "regression": ("mae", "lower"),
    "classification": ("f1", "higher"),
}


def task_of(source: Source, target: Column, wished: Task | None) -> Task:
    """The task that fits the target, or the one that the user wants, if it fits.

    Raises:
        InvalidChoice: the wish does not fit the target.
        InvalidTable: there are too many classes, or one is too rare.
    """
    rarest = _rarest(source, target)
    task = wished or _inferred(target, rarest)
    if task == "regression":
        if target.kind not in ("number", "integer"):
            raise InvalidChoice(
                f"--task regression: column {target.name!r} holds no numbers",
                hint="--task classification, or another --target",
            )
        return task
    if target.kind == "number" and not target.whole:
        raise InvalidChoice(
            f"--task classification: column {target.name!r} holds fractions",
            hint="--task regression, or write the classes as words or whole numbers",
        )
    if target.distinct > MOST_CLASSES:
        numbers = target.kind in ("number", "integer")
        hint = "--task regression" if numbers else "join classes, or name another column"
        raise InvalidTable(
            f"--target: column {target.name!r} has {target.distinct:,} classes, "
            f"more than {MOST_CLASSES}",
            hint="; ".join((*target.remarks, hint)),
        )
    if rarest < FEWEST_OF_A_CLASS:
        raise InvalidTable(
            f"--target: a class of column {target.name!r} has {rarest} row{'s'[: rarest - 1]}, "
            f"fewer than {FEWEST_OF_A_CLASS}",
            hint="join it with another class, or leave its rows out",
        )
    return task


def _inferred(target: Column, rarest: int) -> Task:
    if not target.is_number or target.kind == "boolean":
        return "classification"
    if target.whole and target.distinct == 2:
        return "classification"
    few = target.distinct <= FEW_CLASSES and rarest >= FEWEST_OF_A_CLASS
    return "classification" if target.kind == "integer" and few else "regression"


def _rarest(source: Source, target: Column) -> int:
    """Rows of the rarest value."""
    y = target.cell
    return int(
        source.row(
            f"SELECT min(rows) FROM (SELECT count(*) AS rows FROM clean WHERE {y} IS NOT NULL "
            f"GROUP BY {y})"
        )[0]
    )
