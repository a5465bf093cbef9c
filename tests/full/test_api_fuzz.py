"""The service of a generated project, asked by a fuzzer that knows its OpenAPI, and by worse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.full.broken_http import broken, odd
from tests.full.judging import HOST, fuzz
from tests.full.services import Served
from tests.full.trials import LARGE, Sender, Trial, bodies, kinds

pytestmark = pytest.mark.full
PREDICT = ("POST", "/predict")
CONFIG = """
# 413 answers an array with more records than maxItems allows; schemathesis expects another status.
[checks]
negative_data_rejection.expected-statuses = [400, 401, 405, 413, 415, 422]
"""


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="needs the dependency group full")
def test_it_is_what_its_openapi_says(served: Served, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    base = f"http://{HOST}:{served.service.port}"
    program = str(Path(sys.executable).parent / "schemathesis")
    headers = [word for header in served.sender.headers for word in ("--header", header)]
    options = ["--checks", "all", "--seed", "1", "--max-examples", "300", "--continue-on-failure"]
    done = subprocess.run(
        [program, "run", f"{base}/openapi.json", "--url", base, *options, *headers],
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": HOST, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 3" in done.stdout


def test_bodies_of_every_kind_get_a_documented_answer(served: Served) -> None:
    before = served.listeners()
    assert served.fuzzed(bodies, kinds) == []
    assert served.listeners() == before != []


def test_odd_http_is_answered_and_broken_http_is_no_danger(served: Served) -> None:
    before = served.listeners()
    assert served.fuzzed(odd, broken) == []
    assert served.listeners() == before != []


@pytest.mark.parametrize("served", ["guarded"], indirect=True)
def test_without_the_token_even_much_is_answered(served: Served) -> None:
    stranger = Sender(served.sender.valid)
    sent = {"a record": stranger.request(stranger.valid), "much": stranger.request(LARGE)}
    trials = [Trial(name, request, wanted=(401,)) for name, request in sent.items()]
    port, described = served.service.port, served.described
    assert fuzz(port, described, served.sender, trials) == []


def test_the_log_holds_a_line_for_each_request_and_no_traceback(served: Served) -> None:
    served.fuzzed(kinds, broken)
    lines = [json.loads(line) for line in served.service.log]
    documented = served.described["paths"]["/predict"]["post"]["responses"]
    asked = {line["status"] for line in lines if (line["method"], line["path"]) == PREDICT}
    assert asked <= set(map(int, documented))
    assert [line for line in served.service.talk if "Traceback" in line or "ERROR" in line] == []
