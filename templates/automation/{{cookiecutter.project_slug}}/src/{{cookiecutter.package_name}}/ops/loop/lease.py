# ours: kept current by mlops-maturity upgrade
"""One loop at a time acts: whoever holds the lease, until it ends, dies, or lets it run out."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from ..errors import Refused
from ..files import write_whole
from .turns import folder

if TYPE_CHECKING:
    from ..settings import Settings

FILE = "lease.json"


@dataclass(frozen=True)
class Holder:
    """Who holds it.

    Attributes:
        token: of this hold.
        pid: of the process.
        host: that it runs on.
        until: seconds since the epoch, by the real clock.
    """

    token: str
    pid: int
    host: str
    until: float

    @property
    def lives(self) -> bool:
        """Whether it may still act: not run out, and not known to be dead."""
        if self.until <= time.time():
            return False
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


class Lease:
    """A hold, to be made longer before each write."""

    def __init__(self, place: Path, seconds: float) -> None:
        self._place, self.seconds = place, seconds
        self._token = secrets.token_hex(8)

    def take(self) -> None:
        """Take it.

        Raises:
            Refused: another loop holds it.
        """
        with _alone(self._place):
            holder = _holder(self._place)
            if holder is not None and holder.token != self._token and holder.lives:
                raise Refused(
                    f"another loop acts: process {holder.pid} on {holder.host}",
                    "one at a time: end it, or wait until its lease has run out",
                )
            self._write()

    def renew(self) -> None:
        """Go on holding it.

        Raises:
            Refused: it ran out, and another loop has taken it.
        """
        with _alone(self._place):
            holder = _holder(self._place)
            if holder is None or holder.token != self._token:
                raise Refused("the lease ran out, and another loop acts", "it goes on from here")
            self._write()

    def keep(self, ended: Event) -> None:
        """Renew it until it has ended, or was lost: a training may take longer than it lasts."""
        while not ended.wait(self.seconds / 3):
            try:
                self.renew()
            except (OSError, Refused):
                return

    def give_back(self) -> None:
        """Let others have it."""
        with _alone(self._place):
            holder = _holder(self._place)
            if holder is not None and holder.token == self._token:
                (self._place / FILE).unlink()

    def _write(self) -> None:
        until = time.time() + self.seconds
        told = Holder(self._token, os.getpid(), socket.gethostname(), until)
        write_whole(self._place / FILE, json.dumps(asdict(told)).encode())


@contextmanager
def held(settings: Settings, seconds: float) -> Iterator[Lease]:
    """The lease, as long as the block runs; a thread keeps it from running out meanwhile.

    Raises:
        Refused: another loop holds it.
    """
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True)
    lease = Lease(place, seconds)
    lease.take()
    ended = Event()
    Thread(target=lease.keep, args=(ended,), daemon=True).start()
    try:
        yield lease
    finally:
        ended.set()
        lease.give_back()


def _holder(place: Path) -> Holder | None:
    try:
        return Holder(**json.loads((place / FILE).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "lease.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield
