"""A server that nobody may ask, named where a project looks for one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SETTINGS = ("uri", "prefect")
VARIABLES = {"MLFLOW_TRACKING_URI": "", "MLFLOW_REGISTRY_URI": "", "PREFECT_API_URL": "/api"}


@contextmanager
def decoy(project: Path) -> Iterator[list[str]]:
    """A server on loopback, in this environment and in the settings; who came to it."""
    seen: list[str] = []

    class Decoy(ThreadingHTTPServer):
        def verify_request(self, request: object, client_address: object) -> bool:
            seen.append(str(client_address))  # whoever connects is seen, whatever he asks
            return False

    server = Decoy(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, place in VARIABLES.items():
                patch.setenv(name, f"{address}{place}")
            _name(project / "settings.toml", address)
            yield seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _name(path: Path, address: str) -> None:
    text = path.read_text(encoding="utf-8")
    for key in SETTINGS:
        assert text.count(f'\n{key} = ""') == ("[tracking]" in text), key
        text = text.replace(f'\n{key} = ""', f'\n{key} = "{address}"')
    path.write_text(text, encoding="utf-8")
