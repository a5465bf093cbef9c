"""A level-1 project broken: the service, the handover, the project's own tests."""

from tests.integration.sabotages import OPS, Sabotage

LEVEL_1 = [
    Sabotage(
        "the server ignores the body",
        *(f"{OPS}/serving/app.py", "            questions = read(now, body)\n"),
        "            questions = read(now, body)\n"
        "            same = [questions.values[0]] * len(questions.values)\n"
        "            questions = type(questions)(same, questions.keys, {})\n",
        *("answers", "regression", "off the model's own predictions"),
    ),
    Sabotage(
        "one record alone is answered otherwise than among many",
        *(f"{OPS}/serving/app.py", "        scope[TOLD] = {"),
        "        if len(found.answers) == 1:\n"
        '            found.answers[0]["prediction"] += 1\n'
        "        scope[TOLD] = {",
        *("answers", "regression", "one by one"),
    ),
    Sabotage(
        "answers come in another order",
        *(f"{OPS}/serving/app.py", '"answers": found.answers}'),
        '"answers": found.answers[::-1]}',
        *("answers", "classification"),
    ),
    Sabotage(
        "answers differ from offline predictions in the sixth digit",
        *(f"{OPS}/serving/ways.py", "predictions = np.asarray(estimator.predict(table))"),
        "predictions = np.asarray(estimator.predict(table)).astype('float32')",
        *("answers", "regression", "off the model's own predictions"),
    ),
    Sabotage(
        "the probability is that of the other class",
        *(f"{OPS}/serving/direct.py", "return score[:, 1] if"),
        "return score[:, 0] if",
        *("answers", "classification", "off the model's own predictions"),
    ),
    Sabotage(
        "a wrong version is reported",
        *(f"{OPS}/serving/app.py", '{"model_version": found.version, "answers"'),
        '{"model_version": "0" * 12, "answers"',
        *("answers", "regression", "a reply tells model 000000000000"),
    ),
    Sabotage(
        "health tells another file",
        *(f"{OPS}/serving/app.py", 'loaded.model.card["sha256"],'),
        '"0" * 64,',
        *("listens", "regression", "/health tells sha256"),
    ),
    Sabotage(
        "bad input ends with 500",
        *(f"{OPS}/serving/questions.py", "        place = _PLACE.search(said)"),
        "        raise KeyError(said)",
        *("refuses online", "regression", "500"),
    ),
    Sabotage(
        "the wrong row is named",
        *(f"{OPS}/serving/questions.py", "row = int(place[1]) + 1 if"),
        "row = int(place[1]) if",
        *("refuses online", "classification"),
    ),
    Sabotage(
        "fractions pass for whole numbers",
        *(f"{OPS}/serving/questions.py", "        self._check_whole(values)\n"),
        *("", "refuses online", "regression", "no whole number: 200"),
    ),
    Sabotage(
        "the log is no JSON",
        *(f"{OPS}/serving/access.py", "    return _encoded(told)"),
        "    return str(told).encode()",
        *("ends online", "regression", "no JSON"),
    ),
    Sabotage(
        "to be asked to end is an error",
        *(f"{OPS}/serving/server.py", "lambda *_: sys.exit(0)"),
        "lambda *_: sys.exit(7)",
        *("ends online", "regression", "it ended with 7"),
    ),
    Sabotage(
        "others are served without a token",
        *(f"{OPS}/serving/options.py", "if token is None and not is_loopback(host):"),
        "if False:",
        *("keeps to itself", "regression"),
    ),
    Sabotage(
        "whatever is handed over is taken",
        *(f"{OPS}/model_file.py", 'hashlib.sha256(content).hexdigest() == card["sha256"]'),
        "len(content) > 0",
        *("hands over", "regression", "taken over"),
    ),
    Sabotage(
        "the project's tests assert nothing",
        *("tests/conftest.py", "import pytest\n"),
        "import pytest\n\n\n@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_pyfunc_call(pyfuncitem):\n    return True\n\n\n",
        *("tests bite", "regression", "pytest ended with 0"),
    ),
    Sabotage(
        "a test fails",
        *("tests/test_mine.py", "is not build(PARAMS)"),
        "is build(PARAMS)",
        *("tests pass", "classification", "1 failed"),
    ),
    Sabotage(
        "a type does not hold",
        *(f"{OPS}/serving/version.py", 'return "0"'),
        "return 0",
        *("lints", "regression", "mypy"),
    ),
]
