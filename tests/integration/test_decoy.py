"""Addresses in the environment and in the settings: verify asks none of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from generator.verify import verify
from tests.integration.conftest import Make

pytestmark = pytest.mark.project


@pytest.fixture
def decoy() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and every request that it saw."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("proof", ["registers", pytest.param("", marks=pytest.mark.full)])
def test_no_address_of_the_owner_is_asked(
    make: Make,
    environments: Path,
    decoy: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    proof: str,
) -> None:
    """Not by this proof, nor by all of them."""
    address, seen = decoy
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", address)
    monkeypatch.setenv("PREFECT_API_URL", f"{address}/api")
    project = make(2, "regression")
    path = project / "settings.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('uri = ""', f'uri = "{address}"'),
        ('prefect = ""', f'prefect = "{address}"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    verdict = verify(project, environments=environments, only=[proof] if proof else [])
    assert verdict.failures == (), verdict
    assert (proof or "orchestrates") in {one.name for one in verdict.proofs}
    assert seen == []
