"""A level-0 project broken: seam, training, batch answers, drift."""

from tests.integration.sabotages import OPS, Sabotage

LEVEL_0 = [
    Sabotage(
        "constant predictor",
        *("src/flights/model.py", '"regression": HistGradientBoostingRegressor'),
        '"regression": lambda **_: __import__("sklearn.dummy").dummy.DummyRegressor()',
        *("learns", "regression", "standard errors apart"),
    ),
    Sabotage(
        "shuffled target",
        *(f"{OPS}/training.py", "estimator.fit(rows.features, rows.labels.to_numpy())"),
        "estimator.fit(rows.features, rows.labels.sample(frac=1, random_state=1).to_numpy())",
        *("learns", "classification", "standard errors"),
    ),
    Sabotage(
        "answers do not look at the table",
        *(f"{OPS}/prediction.py", 'answers["prediction"] = predictions'),
        'answers["prediction"] = predictions[0]',
        *("serves", "regression", "off the model's own predictions"),
    ),
    Sabotage(
        "answers are rounded",
        *(f"{OPS}/prediction.py", 'answers["prediction"] = predictions'),
        'answers["prediction"] = predictions.round(3)',
        *("serves", "regression", "off the model's own predictions"),
    ),
    Sabotage(
        "answers come in another order",
        *(f"{OPS}/prediction.py", "return answers"),
        "return answers.iloc[::-1]",
        *("serves", "regression", "keys"),
    ),
    Sabotage(
        "answers of one row are lost",
        *(f"{OPS}/prediction.py", "return answers"),
        "return answers.iloc[1:]",
        *("serves", "classification"),
    ),
    Sabotage(
        "answers in Parquet are lost",
        *(f"{OPS}/tables.py", "        table.to_parquet(stream, index=False)"),
        '        table.assign(prediction=float("nan")).to_parquet(stream, index=False)',
        *("serves", "regression", "answers.parquet is off"),
    ),
    Sabotage(
        "the probabilities belong to the other class",
        *(f"{OPS}/prediction.py", 'answers["score"] = score'),
        'answers["score"] = 1 - score',
        *("serves", "classification", "off the model's own predictions"),
    ),
    Sabotage(
        "the card tells nothing",
        *(f"{OPS}/steps.py", '"metrics": dict(trained.metrics)'),
        '"metrics": {}',
        *("tells", "regression", "the card tells []"),
    ),
    Sabotage(
        "the card flatters the model",
        *(f"{OPS}/steps.py", '"metrics": dict(trained.metrics)'),
        '"metrics": {name: value * 1.01 for name, value in trained.metrics.items()}',
        *("tells", "classification", "the card says"),
    ),
    Sabotage(
        "train says done and keeps no model",
        *(f"{OPS}/source_file.py", "model_file.put(self.path, content, card)"),
        "pass",
        *("trains", "regression", "not there"),
    ),
    Sabotage(
        "a missing column is filled in",
        *(f"{OPS}/commands/predict.py", "    table = read_table(options.questions)"),
        "    table = read_table(options.questions)\n"
        '    table["carrier"] = table.get("carrier", "UA")',
        *("refuses", "regression", "ended with 0"),
    ),
    Sabotage(
        "a changed model file is loaded",
        *(f"{OPS}/model_file.py", 'hashlib.sha256(content).hexdigest() == card["sha256"]'),
        "len(content) > 0",
        *("guards", "regression"),
    ),
    Sabotage(
        "drift is always quiet",
        *(f"{OPS}/drift.py", "p_value <= limits.significance and test.effect >= limits.effect"),
        "False",
        *("detects drift", "regression", "none"),
    ),
    Sabotage(
        "drift is always loud",
        *(f"{OPS}/drift.py", "p_value <= limits.significance and test.effect >= limits.effect"),
        "True",
        *("stays quiet", "regression", "columns named"),
    ),
    Sabotage(
        "drift names another column",
        *(f"{OPS}/drift.py", "yield _numbers(column, reference, current)"),
        "yield replace(_numbers(column, reference, current), name=column.name[::-1])",
        *("detects drift", "classification", "columns named"),
    ),
    Sabotage(
        "the seam gives no labels",
        *("src/flights/data.py", '"label": rows[TARGET]'),
        '"label": None',
        *("reads", "regression", "no row with a label"),
    ),
    Sabotage(
        "the table does not fit the settings",
        *("settings.toml", 'name = "temp", kind = "number"'),
        'name = "temp", kind = "boolean"',
        *("reads", "regression", "temp"),
    ),
    Sabotage(
        "a process is left running",
        *(f"{OPS}/commands/data.py", "    settings = read_settings()"),
        "    settings = read_settings()\n"
        "    import subprocess\n\n"
        '    subprocess.Popen(["sleep", "600"], start_new_session=True)',
        *("ends", "regression", "left running: sleep"),
    ),
]
