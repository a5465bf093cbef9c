"""Clients of the open inference protocol: Triton's and KServe's, each in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.full.clients.both import Both, ask
from tests.full.servers import HOST

pytestmark = pytest.mark.full
UV = str(Path(sys.executable).with_name("uv"))
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
