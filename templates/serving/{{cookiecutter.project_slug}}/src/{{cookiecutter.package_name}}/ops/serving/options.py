# ours: kept current by mlops-maturity upgrade
"""How the model is served: `[serving]` in `settings.toml`, and the token in the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InvalidSettings, Refused
from ..settings import one_of, read_part, within

TOKEN = "OPS_TOKEN"
SHORTEST_TOKEN = 16
UNSEEN = ("answer", "refuse")


@dataclass(frozen=True)
class Serving:
    """Where to listen and what to accept.

    Attributes:
        host: address to listen at; others than this machine can reach all but loopback ones.
        port: to listen at.
        workers: processes that answer.
        rows: most records in one request.
        bytes: largest body.
        unseen: what happens to a category that training did not know: `answer` or `refuse`.
        grace: seconds that open requests have when the server is asked to end.
    """

    host: str
    port: int
    workers: int
    rows: int
    bytes: int
    unseen: str
    grace: int

    @property
    def address(self) -> str:
        """Host and port as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_serving(folder: Path | None = None) -> Serving:
    """The table `[serving]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    return _checked(read_part(Serving, "serving", folder))


def with_given(
    serving: Serving, host: str | None, port: int | None, workers: int | None
) -> Serving:
    """The same, with what was given on the command line in place of the settings.

    Raises:
        InvalidSettings: names what does not fit.
    """
    given = {"host": host, "port": port, "workers": workers}
    chosen = {name: value for name, value in given.items() if value is not None}
    return _checked(replace(serving, **chosen))  # type: ignore[arg-type]


def _checked(found: Serving) -> Serving:
    within("serving.port", found.port, 1, 65535)
    within("serving.workers", found.workers, 1, 512)
    within("serving.rows", found.rows, 1, 1_000_000)
    within("serving.bytes", found.bytes, 100, 1_000_000_000)
    within("serving.grace", found.grace, 1, 3600)
    one_of("serving.unseen", found.unseen, UNSEEN)
    return found


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_token() -> str | None:
    """The token that requests must bear, from the environment; none where none is set.

    Raises:
        InvalidSettings: it is too short to be one, or cannot stand in a header.
    """
    token = os.environ.get(TOKEN)
    if not token:
        return None
    if len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable()):
        raise InvalidSettings(
            f"{TOKEN} is no token", f"at least {SHORTEST_TOKEN} printable ASCII characters"
        )
    return token


def check_reach(host: str, token: str | None) -> None:
    """Refuse to listen where others can ask, without a token.

    Raises:
        Refused: names the variable that holds the token.
    """
    if token is None and not is_loopback(host):
        raise Refused(
            f"{host} can be reached by others, and there is no token",
            f"set {TOKEN}: predictions then ask for it; or serve at 127.0.0.1",
        )
