# ours: kept current by mlops-maturity upgrade
"""`settings.toml`, read strictly: what it says is what runs."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from .errors import InvalidSettings
from .schema import KINDS, Column

T = TypeVar("T")

TASKS = ("regression", "classification")
ANSWERS = ("prediction", "score")
DIRECTIONS = ("lower", "higher")


@dataclass(frozen=True)
class Data:
    """Where rows are and what their columns mean."""

    table: str
    target: str
    schema: tuple[Column, ...]
    time: str | None = None
    key: str | None = None

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that a model may see."""
        other = {self.target, self.time, self.key}
        return tuple(column for column in self.schema if column.name not in other)

    def column(self, name: str) -> Column:
        """The column called `name`."""
        return next(column for column in self.schema if column.name == name)


@dataclass(frozen=True)
class Metric:
    """The figure that decides which of two models is better."""

    name: str
    direction: str


@dataclass(frozen=True)
class Train:
    """How a model is trained: the share of the newest rows held out, and the seed."""

    holdout: float
    seed: int


@dataclass(frozen=True)
class Drift:
    """When a column has drifted: `significance` and `effect` must both be passed."""

    significance: float
    effect: float
    rows: int


@dataclass(frozen=True)
class Settings:
    """All of `settings.toml` that base knows; other layers read their own tables."""

    root: Path
    task: str
    data: Data
    metric: Metric
    train: Train
    model: Mapping[str, Any]
    drift: Drift
    trusted: tuple[str, ...]


def root() -> Path:
    """The project's folder, by the rule of `data.py`: chosen, above this file, or the working one.

    Raises:
        InvalidSettings: none of them holds `settings.toml`.
    """
    chosen = os.environ.get("PROJECT_ROOT")
    places = [Path(chosen)] if chosen else [*Path(__file__).parents, Path.cwd()]
    for place in places:
        if (place / "settings.toml").is_file():
            return place.resolve()
    raise InvalidSettings(
        f"no settings.toml in {places[-1]}", "set PROJECT_ROOT to the project's folder"
    )


def read_settings(folder: Path | None = None) -> Settings:
    """Read and check the settings of the project in `folder`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    place = folder or root()
    raw = _raw(place)
    task = one_of("project.task", _get(raw, "project", "task", str), TASKS)
    metric = _table(Metric, raw, "metric")
    one_of("metric.direction", metric.direction, DIRECTIONS)
    train, drift = _table(Train, raw, "train"), _table(Drift, raw, "drift")
    within("train.holdout", train.holdout, 0.01, 0.9)
    within("drift.significance", drift.significance, 1e-12, 0.5)
    within("drift.effect", drift.effect, 0.0, 1.0)
    within("drift.rows", drift.rows, 10, 10**9)
    trusted = _get(raw, "files", "trusted", list) if "files" in raw else []
    if not all(isinstance(name, str) for name in trusted):
        raise InvalidSettings("files.trusted holds something else than names", "such as a.b.Type")
    model = _get(raw, "model", "", dict)
    return Settings(place, task, _data(raw), metric, train, model, drift, tuple(trusted))


def read_part(kind: type[T], name: str, folder: Path | None = None) -> T:
    """One table of the settings, as an instance of a dataclass with a field for each key.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    return _table(kind, _raw(folder or root()), name)


def one_of(key: str, value: str, allowed: Any) -> str:
    """The value, which must be one of those that are allowed.

    Raises:
        InvalidSettings: it is none of them.
    """
    if value not in allowed:
        raise InvalidSettings(f"{key} is {value!r}", f"one of: {', '.join(allowed)}")
    return value


def within(key: str, value: float, low: float, high: float) -> None:
    """Refuse a value that lies outside.

    Raises:
        InvalidSettings: names the limits.
    """
    if not low <= value <= high:
        raise InvalidSettings(f"{key} is {value}", f"it must lie between {low:g} and {high:g}")


def _raw(folder: Path) -> dict[str, Any]:
    path = folder / "settings.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{path}: {error}", "settings are TOML in UTF-8") from None


def _data(raw: Mapping[str, Any]) -> Data:
    columns = tuple(_column(entry) for entry in _get(raw, "data", "schema", list))
    known = [column.name for column in columns]
    if len(set(known)) != len(known):
        raise InvalidSettings("data.schema names a column twice", "take one of them out")
    data = _table(Data, {"data": {**raw["data"], "schema": columns}}, "data")
    for role in ("target", "time", "key"):
        name = getattr(data, role)
        if name is not None:
            one_of(f"data.{role}", name, known)
    if data.time and data.column(data.time).kind != "time":
        raise InvalidSettings("data.time is a column of another kind", 'give it kind = "time"')
    if data.key in ANSWERS:
        raise InvalidSettings(f"data.key is {data.key!r}", "that column holds the answers: rename")
    if not data.features:
        raise InvalidSettings("data.schema holds no feature", "add the columns to learn from")
    return data


def _column(entry: Any) -> Column:
    if not isinstance(entry, dict):
        raise InvalidSettings("data.schema holds an entry that is no table", SCHEMA_HINT)
    categories = entry.get("categories", [])
    if not isinstance(categories, list):
        raise InvalidSettings("data.schema holds categories that are no list", SCHEMA_HINT)
    entry = {**entry, "categories": tuple(map(str, categories))}
    column = _table(Column, {"data.schema": entry}, "data.schema")
    one_of(f"data.schema, kind of {column.name!r}", column.kind, KINDS)
    if column.categories and column.kind not in ("category", "text"):
        raise InvalidSettings(
            f"data.schema lists categories of {column.name!r}, a {column.kind}",
            'only a column of kind = "category" has them',
        )
    return column


WORDS = {
    **{"str": "a text", "int": "a whole number", "float": "a number"},
    **{"bool": "true or false", "list": "a list", "dict": "a table"},
}
SCHEMA_HINT = 'an entry reads { name = "distance", kind = "number", nullable = true }'


def _table(kind: type[T], raw: Mapping[str, Any], name: str) -> T:
    table = _get(raw, name, "", dict)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise InvalidSettings(f"{name}.{key} is no setting", hint)
    values = {}
    for key, field in known.items():
        if key in table:
            values[key] = _typed(f"{name}.{key}", table[key], str(field.type))
        elif field.default is MISSING:
            raise InvalidSettings(f"{name}.{key} is missing", f"add it to [{name}]")
    return kind(**values)


def _typed(key: str, value: Any, kind: str) -> Any:
    allowed: dict[str, tuple[type, ...]] = {
        "str": (str,),
        "str | None": (str,),
        "float": (int, float),
        "int": (int,),
        "bool": (bool,),
    }
    wanted = allowed.get(kind)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and kind != "bool")):
        raise InvalidSettings(f"{key} is {value!r}", f"it must be {WORDS[kind.split()[0]]}")
    return value


def _get(raw: Mapping[str, Any], table: str, key: str, kind: type) -> Any:
    value = raw.get(table)
    if key:
        value = value.get(key) if isinstance(value, dict) else None
    name = f"{table}.{key}" if key else table
    if not isinstance(value, kind):
        if table not in raw:
            near = difflib.get_close_matches(table, set(raw) - {table}, 1)
            hint = f"did you mean it by [{near[0]}]?" if near else "add it to settings.toml"
            raise InvalidSettings(f"the table [{table}] is missing", hint)
        problem = "is missing" if value is None else f"is {value!r}"
        raise InvalidSettings(f"{name} {problem}", f"it must be {WORDS[kind.__name__]}")
    return value
