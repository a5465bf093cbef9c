"""Somebody who asks a service for predictions all the time, and remembers every answer."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

HOST = "127.0.0.1"
WHOLE = 2**40


class Load:
    """Requests with one record each, on some connections at once, as long as it is entered.

    Attributes:
        answers: by the id of the request, what was answered with 200.
        versions: that answered, in order, each once until another one did.
        refused: other statuses.
        broken: requests whose connection broke before the answer was there.
    """

    def __init__(self, port: int, rows: Sequence[Mapping[str, Any]], connections: int = 4) -> None:
        self._port, self._rows, self._ended = port, rows, threading.Event()
        self._numbers = itertools.count(WHOLE)
        self._threads = [threading.Thread(target=self._ask) for _ in range(connections)]
        self.answers: dict[str, float] = {}
        self.versions: list[str] = []
        self.refused: list[int] = []
        self.broken = 0

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=60)
        while not self._ended.is_set():
            number = next(self._numbers)
            row = {**self._rows[number % len(self._rows)], "flight_id": number}
            try:
                status, name, told = post(connection, row)
            except (OSError, http.client.HTTPException):
                self.broken += 1
                connection.close()
                self._ended.wait(0.05)
                continue
            if status != 200:
                self.refused.append(status)
                continue
            (answer,) = told["answers"]
            self.answers[name] = answer["prediction"]
            if self.versions[-1:] != [told["model_version"]]:
                self.versions.append(told["model_version"])
        connection.close()


def post(
    connection: http.client.HTTPConnection, row: Mapping[str, Any]
) -> tuple[int, str, dict[str, Any]]:
    """Status, id of the request and body of the answer to one record."""
    headers = {"content-type": "application/json"}
    connection.request("POST", "/predict", json.dumps(row).encode(), headers)
    answer = connection.getresponse()
    return answer.status, str(answer.getheader("x-request-id")), json.loads(answer.read())


def ask(port: int, row: Mapping[str, Any]) -> tuple[int, str, dict[str, Any]]:
    """The same, on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        return post(connection, row)
    finally:
        connection.close()
