"""A level-2 project broken: runs, versions, releases, the pipeline."""

from tests.integration.sabotages import OPS, Sabotage

LEVEL_2 = [
    Sabotage(
        "the run logs no digest of the data",
        *(f"{OPS}/pipeline/pipeline.py", ', "data_sha256": trained.data_sha256}'),
        *("}", "tracks", "regression", "digest of its rows"),
    ),
    Sabotage(
        "the run flatters the model",
        *(f"{OPS}/pipeline/pipeline.py", "run.figures({**trained.metrics, **work.extra}"),
        "run.figures({**{k: v * 1.01 for k, v in trained.metrics.items()}, **work.extra}",
        *("tracks", "classification", "the run tells"),
    ),
    Sabotage(
        "the run logs no dummy",
        *(f"{OPS}/pipeline/pipeline.py", 'f"baseline_{name}": value'),
        *('f"other_{name}": value', "tracks", "regression", "dummy's"),
    ),
    Sabotage(
        "no picture is kept",
        *(f"{OPS}/tracking/runs.py", "            draw(trained.estimator,"),
        "            (lambda *words: None)(trained.estimator,",
        *("tracks", "classification", "lacks pictures/"),
    ),
    Sabotage(
        "another model is logged than is served",
        *(f"{OPS}/tracking/runs.py", "                trained.estimator,\n                name="),
        "                __import__('sklearn.dummy').dummy.DummyRegressor().fit(\n"
        "                    rows.features, rows.labels\n                ),\n                name=",
        *("tracks", "regression", "off the model file"),
    ),
    Sabotage(
        "the run names no commit",
        *(f"{OPS}/tracking/origin.py", '_git(root, "rev-parse", "HEAD") or told'),
        *("told", "names the commit", "regression", "commit None"),
    ),
    Sabotage(
        "training registers nothing",
        *(f"{OPS}/registry/versions.py", "        made = mlflow.create_model_version("),
        '        made = mlflow.get_model_version(PROJECT, "1") if 1 else '
        "mlflow.create_model_version(",
        *("trains", "regression", "ended with"),
    ),
    Sabotage(
        "training releases by itself",
        *(f"{OPS}/registry/versions.py", "set_registered_model_alias(PROJECT, CHALLENGER, "),
        "set_registered_model_alias(PROJECT, CHAMPION, ",
        *("trains", "regression", "answers already"),
    ),
    Sabotage(
        "a version does not know its rows",
        *(f"{OPS}/registry/versions.py", "run_id, dict(tags)"),
        'run_id, {k: v for k, v in tags.items() if k != "window"}',
        *("registers", "regression", "does not tell window"),
    ),
    Sabotage(
        "the alias is not moved",
        *(f"{OPS}/registry/release.py", "        if there.aliases.get(CHALLENGER) == number:"),
        "        if there.champion:\n"
        "            mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(there.champion))\n"
        "        if there.aliases.get(CHALLENGER) == number:",
        *("promotes", "regression", "after promote the alias champion names"),
    ),
    Sabotage(
        "the server keeps the old version",
        *(f"{OPS}/serving/current.py", "                self.now = newer"),
        *("                pass", "promotes", "regression", "the server answers with version"),
    ),
    Sabotage(
        "the server tells the new version and answers with the old one",
        *(f"{OPS}/serving/current.py", "        return Now(loaded, reader, described)"),
        '        if hasattr(self, "now"):\n'
        "            from dataclasses import replace\n\n"
        "            loaded = replace(self.now.loaded, version=loaded.version)\n"
        "            loaded.model.estimator.steps[-1][1].__class__.predict = (\n"
        "                lambda self, rows, honest=loaded.model.estimator.steps[-1][1]\n"
        "                .__class__.predict: honest(self, rows) + 1\n            )\n"
        "        return Now(loaded, reader, described)",
        *("promotes", "regression", "off the promoted model"),
    ),
    Sabotage(
        "a rollback goes nowhere",
        *(f"{OPS}/registry/release.py", "    number = before(state(settings))"),
        *(
            "    number = state(settings).champion or 0",
            "promotes",
            "regression",
            "after rollback the alias",
        ),
    ),
    Sabotage(
        "a server needs MLflow to start",
        *(f"{OPS}/source_registry.py", "        except Unreachable as error:\n            trouble"),
        "        except Unreachable as error:\n            raise\n            trouble",
        *("survives", "regression", "gave no answer"),
    ),
    Sabotage(
        "a server does not say that MLflow is down",
        *(f"{OPS}/serving/app.py", '"notes": notes}'),
        *('"notes": []}', "survives", "regression", "does not say that MLflow is down"),
    ),
    Sabotage(
        "a changed version is released",
        *(f"{OPS}/registry/versions.py", "    if not digest == card.get"),
        *("    if 0 and not digest == card.get", "guards versions", "regression", "was released"),
    ),
    Sabotage(
        "a version whose checks failed is released",
        *(f"{OPS}/registry/release.py", "    if found.failed:"),
        *("    if 0 and found.failed:", "guards versions", "regression", "checks failed"),
    ),
    Sabotage(
        "a version whose checks nobody knows is released",
        *(f"{OPS}/registry/versions.py", "if checks else [ANY]"),
        *("if checks else []", "guards versions", "regression", "checks nobody knows"),
    ),
    Sabotage(
        "the run tells other parameters",
        *(f"{OPS}/pipeline/pipeline.py", "work.params | {"),
        *("dict.fromkeys(work.params, 1) | {", "tracks", "regression", "the run tells learning"),
    ),
    Sabotage(
        "nothing is ever due",
        *(f"{OPS}/pipeline/flow.py", "        schedule=schedule,"),
        *("        schedule=None,", "orchestrates", "regression", "Prefect tells no cron"),
    ),
    Sabotage(
        "the server is told values of rows",
        *(f"{OPS}/pipeline/flow.py", 'raise StepFailed(f"{step.name}: {type(error).__name__}")'),
        *("raise StepFailed(str(error))", "keeps rows to itself", "regression", "Prefect was told"),
    ),
    Sabotage(
        "validation always passes",
        *(f"{OPS}/pipeline/validation.py", "            return tuple(_found("),
        *("            return () and tuple(_found(", "validates", "regression"),
        "the report does not name 'carrier'",
    ),
    Sabotage(
        "rows that repeat are never told",
        *(f"{OPS}/pipeline/validation.py", "    if data.time:  # without one"),
        *("    if 0 and data.time:  # without one", "validates", "regression"),
        "the report does not name 'repeat an earlier row'",
    ),
    Sabotage(
        "the report names nothing",
        *(f"{OPS}/pipeline/pipeline.py", r"nothing was trained\n\n{text}"),
        *("nothing was trained", "validates", "regression", "the report does not name"),
    ),
    Sabotage(
        "Prefect is never asked",
        *(f"{OPS}/pipeline/runner.py", "    if api is None:"),
        *("    if True:", "orchestrates", "regression", "flow runs: none"),
    ),
    Sabotage(
        "a step is hidden from Prefect",
        *(f"{OPS}/pipeline/flow.py", "                name=step.name,"),
        *('                name="step",', "orchestrates", "regression", "Prefect tells of no task"),
    ),
    Sabotage(
        "what was trained again is not what is compared",
        *(f"{OPS}/pipeline/reproduction.py", "    return Reproduction(found.metrics, card["),
        '    card["metrics"] = {k: v * 1.001 for k, v in card["metrics"].items()}\n'
        "    return Reproduction(found.metrics, card[",
        *("reproduces", "regression", "ended with 1"),
    ),
    Sabotage(
        "training draws without a seed",
        *(f"{OPS}/training.py", '"random_state": settings.train.seed'),
        '"random_state": None, "early_stopping": True',
        *("reproduces", "regression", "ended with 1"),
    ),
]
