# ours: kept current by mlops-maturity upgrade
"""One loop at a time acts: whoever holds the lease, until it ends, dies, or lets it run out."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from ..errors import Refused
from ..files import write_whole
from .turns import folder

if TYPE_CHECKING:
    from ..settings import Settings

FILE, MARK = "lease.json", "lease.mark"


@dataclass(frozen=True)
class Holder:
    """Who holds it.

    Attributes:
        token: of this hold.
        pid: of the process.
        host: that it runs on.
        until: seconds since the epoch, by the real clock.
        boot: of the system in which it has locked the mark; nothing where it has not, as where a
            process that was halted has it still.
    """

    token: str
    pid: int
    host: str
    until: float
    boot: str = ""

    def lives(self, free: bool) -> bool:
        """Whether it may still act: not run out, and not known to be dead.

        Args:
            free: whether nobody has locked the mark. The system unlocks that of a process that
                died, in whichever container it was; another system's locks need not be seen here.
        """
        return self.until > time.time() and not (free and self.boot and self.boot == boot())


class Lease:
    """A hold, to be made longer before each write."""

    def __init__(self, place: Path, seconds: float) -> None:
        self._place, self.seconds = place, seconds
        self._token, self._mark = secrets.token_hex(8), -1

    def take(self) -> None:
        """Take it.

        Raises:
            Refused: another loop holds it.
        """
        with _alone(self._place):
            holder, free = _holder(self._place), self._locked()
            if holder is not None and holder.token != self._token and holder.lives(free):
                self._unlock()
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
            self._locked()
            self._write()

    def keep(self, ended: Event) -> None:
        """Renew it until it has ended, or was lost: a training may take longer than it lasts."""
        while not ended.wait(self.seconds / 3):
            try:
                self.renew()
            except OSError:  # such as a full disk: it may have room at the next time
                continue
            except Refused:
                return

    def give_back(self) -> None:
        """Let others have it."""
        with _alone(self._place):
            holder = _holder(self._place)
            if holder is not None and holder.token == self._token:
                (self._place / FILE).unlink()
            self._unlock()

    def _locked(self) -> bool:
        """Lock the mark, for as long as this process lives; whether nobody else has locked it."""
        if self._mark < 0:
            self._mark = os.open(self._place / MARK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            flock(self._mark, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            self._unlock()
            return False
        return True

    def _unlock(self) -> None:
        if self._mark >= 0:
            os.close(self._mark)
        self._mark = -1

    def _write(self) -> None:
        until = time.time() + self.seconds
        where = boot() if self._mark >= 0 else ""
        told = Holder(self._token, os.getpid(), socket.gethostname(), until, where)
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


def boot() -> str:
    """What is the same in all containers of one running system; nothing where it is not known."""
    if sys.platform != "linux":
        return socket.gethostname()
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _holder(place: Path) -> Holder | None:
    with suppress(FileNotFoundError, TypeError, ValueError):
        return Holder(**json.loads((place / FILE).read_text(encoding="utf-8")))
    return None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "lease.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield
