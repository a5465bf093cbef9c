"""Clients that others wrote, and what MLflow's own server answers to the same bodies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.full.live import own, run, serving, trained
from tests.full.servers import HOST, free_port, started
from tests.integration.test_release_faults import words

pytestmark = pytest.mark.full
JSON = "application/json"
UV = str(Path(sys.executable).with_name("uv"))


@dataclass(frozen=True)
class Both:
    """Our service and MLflow's, with the same version.

    Attributes:
        ours: address of the service.
        theirs: address of `mlflow models serve`.
        rows: features of some rows.
    """

    ours: str
    theirs: str
    rows: pd.DataFrame


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("clients")
    project = trained(folder)
    told = run(project, words("releases", "--format", "json"))
    assert json.loads(told)["versions"][0]["alias"] == ["champion"]
    rows = pd.read_parquet(project / "data/flights.parquet")
    rows = rows.drop(columns=["flight_id", "time", "air_time"]).dropna().tail(20)
    assert len(rows) == 20
    port = free_port()
    command = [
        *("env", "-C", str(project), sys.executable, "-m", "mlflow", "models", "serve"),
        *("--model-uri", "models:/flights@champion", "--env-manager", "local"),
        *("--host", HOST, "--port", str(port), "--workers", "1"),
    ]
    database = f"sqlite:///{project / '.state/mlflow.db'}"
    more = {
        **own(project),
        "MLFLOW_TRACKING_URI": database,
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    theirs = f"http://{HOST}:{port}"
    with (
        serving(project, folder / "ours.log", {}) as ours,
        started(command, folder / "theirs.log", more, f"{theirs}/ping"),
    ):
        yield Both(ours, theirs, rows)


def ask(
    address: str, body: bytes | None, kind: str = JSON, path: str = "/invocations"
) -> tuple[int, Any]:
    """Status, and what the body of the answer says."""
    asked = urllib.request.Request(address + path, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, json.loads(answer.read().strip() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None


def split(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rows.to_json(orient="split"))
    return {"dataframe_split": found}


def records(rows: pd.DataFrame) -> dict[str, Any]:
    return {"dataframe_records": json.loads(rows.to_json(orient="records"))}


def without(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    return rows.drop(columns=[column])


def one(rows: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """The rows with another value in the first of them."""
    changed = rows.astype({column: object}).reset_index(drop=True)
    changed.loc[0, column] = value
    return changed


GOOD = {
    "split": split,
    "records": records,
    "one row": lambda rows: records(rows.head(1)),
    "columns in another order": lambda rows: split(rows[rows.columns[::-1]]),
    "a column too many": lambda rows: split(rows.assign(colour="red")),
    "whole numbers": lambda rows: records(rows.assign(distance=rows["distance"].astype(int))),
    "a value is missing": lambda rows: records(one(rows, "temp", None)),
    "an unknown category": lambda rows: records(one(rows, "carrier", "ZZ")),
}
BAD = {
    "a column is missing": lambda rows: split(without(rows, "distance")),
    "a text for a number": lambda rows: records(one(rows, "distance", "far")),
    "no table": lambda rows: {"rows": []},
    "two tables": lambda rows: {**split(rows), **records(rows)},
    "records that are none": lambda rows: {"dataframe_records": 5},
    "an array": lambda rows: [1, 2],
    "a row that is too short": lambda rows: {
        "dataframe_split": {"columns": [*rows.columns], "data": [[1, 2]]}
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_it_answers_what_mlflow_answers(both: Both, name: str) -> None:
    body = json.dumps(GOOD[name](both.rows)).encode()
    ours, theirs = ask(both.ours, body), ask(both.theirs, body)
    assert ours[0] == theirs[0] == 200
    assert ours[1].keys() == theirs[1].keys()
    assert ours[1]["predictions"] == pytest.approx(theirs[1]["predictions"], rel=1e-12)


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_what_mlflow_refuses_with_the_same_status(both: Both, name: str) -> None:
    body = json.dumps(BAD[name](both.rows)).encode()
    assert ask(both.ours, body)[0] == ask(both.theirs, body)[0] == 400


@pytest.mark.parametrize(
    ("body", "kind"), [(b"{", JSON), (b"", JSON), (b"\xff", JSON), (b"<a/>", "text/xml")]
)
def test_what_is_no_json_gets_the_same_status(both: Both, body: bytes, kind: str) -> None:
    assert ask(both.ours, body, kind)[0] == ask(both.theirs, body, kind)[0]


def test_ping_is_answered_alike_and_no_table_can_be_fetched(both: Both) -> None:
    for path in ("/ping", "/invocations"):
        found = [ask(address, None, path=path)[0] for address in (both.ours, both.theirs)]
        assert found[0] == found[1], path


@pytest.mark.filterwarnings("ignore:.*type hint:UserWarning")
def test_mlflows_scoring_client_is_understood(both: Both) -> None:
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    found = [
        ScoringServerClient(HOST, int(address.rpartition(":")[2])).invoke(both.rows)
        for address in (both.ours, both.theirs)
    ]
    ours, theirs = (one.get_predictions()[0] for one in found)
    assert ours.tolist() == pytest.approx(theirs.tolist(), rel=1e-12)


def test_prometheus_scrapes_it(both: Both, tmp_path: Path) -> None:
    body = json.dumps(records(both.rows)).encode()
    assert ask(both.ours, body)[0] == 200
    with prometheus(both.ours, tmp_path) as address:
        wanted = {
            'up{job="flights"}': 1.0,
            'ops_requests_total{route="/invocations", status="200", version="1"}': 1.0,
            'ops_model_info{variant="champion", version="1"}': 1.0,
            'ops_request_duration_seconds_count{route="/invocations", status="200"}': 1.0,
        }
        for query, least in wanted.items():
            assert value(address, query) >= least, query


@contextmanager
def prometheus(scraped: str, folder: Path) -> Iterator[str]:
    """A server of Prometheus that scrapes an address each second; gives its own."""
    target = scraped.partition("//")[2]
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "flights", "static_configs": [{"targets": [target]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML, too
    address = f"{HOST}:{free_port()}"
    command = [
        *("prometheus", f"--config.file={folder / 'prometheus.yml'}"),
        *(f"--storage.tsdb.path={folder / 'series'}", f"--web.listen-address={address}"),
    ]
    with started(command, folder / "prometheus.log", {}, f"http://{address}/-/ready"):
        yield f"http://{address}"


def value(prometheus: str, query: str, within: float = 30.0) -> float:
    """The value of a series, as soon as there is one."""
    path = f"/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = ask(prometheus, None, path=path)[1]["data"]["result"]
        if found:
            return float(found[0]["value"][1])
        time.sleep(0.3)
    raise AssertionError(f"no series for {query}")


TRITON = """
import json, sys
import numpy as np
import tritonclient.http as triton
told = json.load(sys.stdin)
client = triton.InferenceServerClient(told["at"])
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("flights")
inputs = []
for one in client.get_model_metadata("flights")["inputs"]:
    values = [row[one["name"]] for row in told["rows"]]
    kind = np.object_ if one["datatype"] == "BYTES" else triton.triton_to_np_dtype(one["datatype"])
    made = triton.InferInput(one["name"], [len(values)], one["datatype"])
    made.set_data_from_numpy(np.array(values, dtype=kind), binary_data=False)
    inputs.append(made)
wanted = [triton.InferRequestedOutput("prediction", binary_data=False)]
found = client.infer("flights", inputs, outputs=wanted)
print(json.dumps(found.as_numpy("prediction").ravel().tolist()))
try:
    client.infer("flights", inputs[1:], outputs=wanted)
except triton.InferenceServerException as error:
    print(error.status())
"""
KSERVE = """
import asyncio, json, sys
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
told = json.load(sys.stdin)
async def main():
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
    base = "http://" + told["at"]
    assert await client.is_server_live(base) and await client.is_server_ready(base)
    assert await client.is_model_ready(base, "flights")
    inputs = [
        InferInput(one["name"], [len(told["rows"])], one["datatype"],
                   [row[one["name"]] for row in told["rows"]])
        for one in told["inputs"]
    ]
    found = await client.infer(base, InferRequest("flights", inputs), model_name="flights")
    print(json.dumps(list(found.outputs[0].data)))
    try:
        await client.infer(base, InferRequest("flights", inputs[1:]), model_name="flights")
    except Exception as error:
        print(error.response.status_code)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("package", "program"),
    [("tritonclient[http]==2.73.0", TRITON), ("kserve==0.21.0", KSERVE)],
    ids=["triton", "kserve"],
)
def test_clients_of_the_open_inference_protocol_are_understood(
    both: Both, package: str, program: str, tmp_path: Path
) -> None:
    rows = json.loads(both.rows.to_json(orient="records"))
    inputs = ask(both.ours, None, path="/v2/models/flights")[1]["inputs"]
    told = json.dumps({"at": both.ours.partition("//")[2], "rows": rows, "inputs": inputs})
    done = subprocess.run(
        [python_with(package, tmp_path), "-c", program],
        input=told,
        env={**os.environ, "NO_PROXY": HOST},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.strip().splitlines()[-2:]
    answers = ask(both.ours, json.dumps({"dataframe_records": rows}).encode())[1]["predictions"]
    assert json.loads(first) == pytest.approx(answers, rel=1e-12)
    assert second == "400"


def python_with(package: str, folder: Path) -> str:
    """An interpreter of its own: some clients want other versions than we do."""
    place = folder / "client"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, place], check=True)
    python = str(place / "bin/python")
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, package], check=True)
    return python
