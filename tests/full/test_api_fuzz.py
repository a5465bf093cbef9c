"""The service of a generated project, asked by a fuzzer that knows its OpenAPI, and by worse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.full import live
from tests.full.broken_http import broken, odd
from tests.full.judging import HOST, fuzz
from tests.full.services import LIMITS, TOKEN, Served
from tests.full.trials import LARGE, Sender, Trial, bodies, kinds

pytestmark = pytest.mark.full
FUZZED = pytest.mark.skipif(
    find_spec("schemathesis") is None, reason="needs the dependency group full: make test-full"
)
PREDICT = ("POST", "/predict")
CONFIG = """
# 413 answers an array with more records than maxItems allows; schemathesis expects another status.
[checks]
negative_data_rejection.expected-statuses = [400, 401, 405, 413, 415, 422]
"""
LIVE = """
# That a tensor has the shape of its data, the datatype of its column, and is there once, are three
# rules that JSON Schema cannot tell: a body that it allows may be refused. And a model that there
# is not is told before anybody reads the body.
[[operations]]
include-path-regex = "^/v2/.*/infer$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 404, 413]
checks.negative_data_rejection.expected-statuses = [400, 401, 404, 405, 413, 415]
"""


@FUZZED
def test_it_is_what_its_openapi_says(served: Served, tmp_path: Path) -> None:
    base = f"http://{HOST}:{served.service.port}"
    assert "Tested: 3" in judged(base, tmp_path, CONFIG, 300, served.sender.headers)


@FUZZED
@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "guarded"])
def test_so_is_one_of_level_three(live_project: Path, token: str, tmp_path: Path) -> None:
    headers = (f"Authorization: Bearer {token}",) if token else ()
    with live.serving(live_project, tmp_path / "log", {"OPS_TOKEN": token}) as base:
        assert "Tested: 18" in judged(base, tmp_path, CONFIG + LIVE, 40, headers)
        lines = (tmp_path / "log").read_text().splitlines()
    assert [line for line in lines if "Traceback" in line or '"status":5' in line] == []


@pytest.fixture(scope="module")
def live_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A level-3 project with a champion, and limits that a fuzzer can reach."""
    project = live.trained(tmp_path_factory.mktemp("live"))
    live.change(project, LIMITS)
    return project


def judged(base: str, folder: Path, config: str, examples: int, headers: tuple[str, ...]) -> str:
    """What schemathesis says of the service at an address, once it has found nothing."""
    (folder / "schemathesis.toml").write_text(config, encoding="utf-8")
    program = str(Path(sys.executable).parent / "schemathesis")
    done = subprocess.run(
        [
            *(program, "run", f"{base}/openapi.json", "--url", base, "--checks", "all"),
            *("--seed", "1", "--max-examples", str(examples), "--continue-on-failure"),
            *(word for header in headers for word in ("--header", header)),
        ],
        cwd=folder,
        env={**os.environ, "NO_PROXY": HOST, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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
