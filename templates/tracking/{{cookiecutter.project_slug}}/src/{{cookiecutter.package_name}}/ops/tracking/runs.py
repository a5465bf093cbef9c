# ours: kept current by mlops-maturity upgrade
"""One training run in MLflow, from its beginning to its end."""

from __future__ import annotations

import json
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model_file import TRUSTED
from .origin import packages
from .pictures import draw
from .place import PROJECT, RELEASE, Unreachable, artifacts, client, is_own

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

    from ..rows import Rows
    from ..settings import Settings
    from ..training import Trained

NEEDED = ("cloudpickle", "numpy", "pandas", "scikit-learn", "scipy", "skops")
EXAMPLES = 5
MOST_METRICS, MOST_PARAMS = 1000, 100
"""What MLflow takes at once."""

LONGEST = 500


@dataclass(frozen=True)
class Run:
    """A run that has begun."""

    settings: Settings
    run_id: str

    def tag(self, tags: Mapping[str, str]) -> None:
        """Say more of it."""
        from mlflow.entities import RunTag

        with client(self.settings) as mlflow:
            mlflow.log_batch(self.run_id, tags=[RunTag(*one) for one in tags.items()])

    def text(self, content: str, name: str) -> None:
        """Keep a text among its artifacts."""
        with client(self.settings) as mlflow:
            mlflow.log_text(self.run_id, content, name)

    def figures(self, metrics: Mapping[str, float], params: Mapping[str, Any]) -> None:
        """Keep figures and parameters."""
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        with client(self.settings) as mlflow:
            told = [Metric(_name(name), float(value), now, 0) for name, value in metrics.items()]
            for first in range(0, len(told), MOST_METRICS):
                mlflow.log_batch(self.run_id, told[first : first + MOST_METRICS])
            words = [Param(_name(name), _shown(value)) for name, value in params.items()]
            for first in range(0, len(words), MOST_PARAMS):
                mlflow.log_batch(self.run_id, params=words[first : first + MOST_PARAMS])

    def data(self, rows: Rows, digest: str, table: str) -> None:
        """Keep which rows it saw: MLflow's own entry for a data set, and no row of them."""
        from mlflow.data.pandas_dataset import from_pandas
        from mlflow.entities import DatasetInput, InputTag

        with client(self.settings) as mlflow, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = from_pandas(_usual(rows.features), source=table, digest=digest[:36])
            entity = seen._to_mlflow_entity()
            profile = {"num_rows": len(rows), "num_elements": rows.features.size}
            entity._profile = json.dumps(profile)
            tags = [InputTag("mlflow.data.context", "training")]
            mlflow.log_inputs(self.run_id, [DatasetInput(entity, tags)])

    def model(self, trained: Trained, rows: Rows, content: bytes, card: Mapping[str, Any]) -> str:
        """Keep the model: as MLflow loads it, and as the file and card that serving takes.

        Returns:
            The address of the model inside MLflow.

        Raises:
            Unreachable: MLflow kept it without a signature.
        """
        with client(self.settings) as mlflow, tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "model.skops").write_bytes(content)
            (place / "model.json").write_text(json.dumps(card, indent=2), encoding="utf-8")
            mlflow.log_artifacts(self.run_id, folder, RELEASE)
            mlflow.log_text(self.run_id, packages(), "packages.txt")
            return _log_model(self, trained, rows)

    def pictures(self, trained: Trained, rows: Rows) -> None:
        """Keep the pictures that a person looks at."""
        with client(self.settings) as mlflow, tempfile.TemporaryDirectory() as folder:
            seed = self.settings.train.seed
            draw(trained.estimator, rows, self.settings.task, seed, Path(folder))
            mlflow.log_artifacts(self.run_id, folder, "pictures")

    def end(self, status: str) -> None:
        """Say how it ended: `FINISHED`, `FAILED` or `KILLED`."""
        with client(self.settings) as mlflow:
            mlflow.set_terminated(self.run_id, status)


@contextmanager
def begun(settings: Settings, kind: str) -> Iterator[Run]:
    """A run that is marked as failed where what is done in it fails.

    Raises:
        Unreachable: MLflow does not answer.
    """
    with client(settings) as mlflow:
        experiment = experiment_id(mlflow, settings)
        run = Run(settings, mlflow.create_run(experiment, tags={"kind": kind}).info.run_id)
    try:
        yield run
    except BaseException as error:
        with suppress(Unreachable):  # what went wrong before is what counts
            run.tag({"failed": type(error).__name__})
            run.end("KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED")
        raise


def experiment_id(mlflow: MlflowClient, settings: Settings) -> str:
    """The experiment of this project, made where it is not there yet."""
    from mlflow.exceptions import MlflowException

    for last in (False, True):
        if found := mlflow.get_experiment_by_name(PROJECT):
            own = artifacts(settings) if is_own(settings) else None
            if own is not None and not found.artifact_location.startswith(own):
                raise Unreachable(
                    f"this project was moved: its runs are kept at {found.artifact_location}",
                    "move it back to train; or begin anew: take .state/ away, models/ answers on",
                )
            return str(found.experiment_id)
        try:
            location = artifacts(settings)
            return str(mlflow.create_experiment(PROJECT, artifact_location=location))
        except MlflowException:
            if last:  # the first time, another process may have made it just now
                raise
    raise AssertionError  # the second round returns or raises


def recent(settings: Settings, most: int) -> list[Any]:
    """The newest runs, newest first."""
    with client(settings) as mlflow:
        experiment = experiment_id(mlflow, settings)
        found = mlflow.search_runs([experiment], max_results=most, order_by=["start_time DESC"])
        return list(found)


def _log_model(run: Run, trained: Trained, rows: Rows) -> str:
    import mlflow
    from mlflow.models import infer_signature

    example = _usual(rows.features)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = trained.estimator.predict(example)
        with mlflow.start_run(run_id=run.run_id, log_system_metrics=False):
            info = mlflow.sklearn.log_model(
                trained.estimator,
                name="model",
                signature=infer_signature(_telling(rows.features), answers),
                input_example=example,
                # Named, for else MLflow starts an interpreter to find them out.
                pip_requirements=[f"{name}=={version(name)}" for name in NEEDED],
                serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_SKOPS,
                skops_trusted_types=[*TRUSTED, *run.settings.trusted],
            )
    if info.signature is None:
        raise Unreachable("MLflow kept the model without a signature")
    return str(info.model_uri)


def _telling(features: pd.DataFrame) -> pd.DataFrame:
    """Few rows that tell of each column what all do: its type, and whether one is missing."""
    missing = features.isna()
    places = {*range(min(EXAMPLES, len(features))), *missing.to_numpy().argmax(axis=0)}
    return features.iloc[sorted(places)]


def _usual(features: pd.DataFrame) -> pd.DataFrame:
    """One row that nobody sent: of numbers the middle, of everything else the most frequent."""
    usual = {
        name: column.median() if column.dtype.kind == "f" else column.mode().get(0)
        for name, column in features.items()
    }
    return features.head(1).assign(**usual).astype(features.dtypes)


def _name(name: str) -> str:
    """A name as MLflow takes it: letters, digits and a few signs."""
    kept = "".join(one if one.isalnum() or one in "_-. :" else "_" for one in name)
    return kept[:250] or "_"


def _shown(value: Any) -> str:
    return (value if isinstance(value, str) else json.dumps(value, default=str))[:LONGEST]
