# ours: kept current by mlops-maturity upgrade
"""The whole way in processes of their own: data, training, serving, answers."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pandas as pd
import pytest

PATIENCE = 120
PAST_PROXIES = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def ops(part):
    """The command, in a fresh process."""
    name = part("ops").__name__

    def run(*arguments):
        return [sys.executable, "-m", name, *map(str, arguments)]

    return run


def test_data_to_training_to_serving_to_answers(ops, settings, records, tmp_path):
    for verb in (["train"], ["data", "--sample", tmp_path / "asked.csv"]):
        subprocess.run(ops(*verb), check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    subprocess.run(ops("predict", asked, answered), check=True, cwd=tmp_path)
    offline = pd.read_csv(answered, keep_default_na=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "log").open("wb")
    with log, subprocess.Popen(ops("serve", "--port", port), cwd=tmp_path, stdout=log) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health", server)
            online = _ask(f"http://127.0.0.1:{port}/predict", records)
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=PATIENCE) == 0
    figure = "score" if "score" in offline else "prediction"
    found, wanted = [one[figure] for one in online], offline[figure].tolist()
    if isinstance(wanted[0], float):
        assert found == pytest.approx(wanted, abs=1e-9)
    else:
        assert list(map(str, found)) == list(map(str, wanted))
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert {"method", "path", "status", "ms", "request_id"} <= set(lines[-1])


def test_where_others_could_ask_it_wants_a_token(ops, trained, tmp_path):
    bare = {name: value for name, value in os.environ.items() if name != "OPS_TOKEN"}
    nowhere = "192.0.2.1"  # an address that no machine has
    done = subprocess.run(ops("serve", "--host", nowhere), cwd=tmp_path, env=bare, check=False)
    assert done.returncode == 4


def _wait(address, server):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with PAST_PROXIES.open(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"no answer at {address}")


def _ask(address, records):
    body = json.dumps(records).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with PAST_PROXIES.open(request, timeout=PATIENCE) as reply:
        return json.load(reply)["answers"]
