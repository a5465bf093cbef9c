"""What can go wrong with a request for predictions, from the bytes of a valid body."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DRAWN = 1500
JSON = "application/json"
VALUES = [
    *("1e400", "-1e400", "-0", "-0.0", "1e-400", "NaN", "-Infinity", "Infinity", "01", "1.", ".5"),
    *("+1", "0x10", "1_000", "null", "true", "tru", "[]", "{}", "[1]", '{"a": 1}', '""', "'a'"),
    *("9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "1e16"),
    *("9007199254740991.5", "18446744073709551616", "0.5", "1.0", "1e0", "1e39", "1e308", "1e309"),
    *("1" + "0" * 308, "1" * 400, "1" * 5000, "0." + "1" * 5000, '"' + "a" * 100_000 + '"'),
    *(r'"\ud800"', r'"\udc00"', r'"\ud83d\ude00"', r'"\u0000"', r'"\x"', '"\0"', '"\ufeff"'),
    *('"1"', '"2013-10-01"', '"2013-10-01T08:00:00Z"', '"2013-13-45T99:00:00Z"', '"\ud800"'),
    *("[" * 5000, "[" * 200 + "]" * 200, '{"a":' * 5000),
]
JUNK = [
    *(b"", b" ", b"\n\t", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"null"),
    *(b"[]", b"{}", b"[[]]", b"[{}]", b"[null]", b"[,]", b"3", b'"text"', b"NaN", b"/**/", b","),
    *(b"[" * 200_000, b'{"a":' * 100_000, b"\x80" * 999, b"[{}," * 100_000),
]
KINDS = {
    **dict.fromkeys((JSON, "APPLICATION/JSON", f"{JSON}; charset=utf-8", f"{JSON};;="), 200),
    **dict.fromkeys(("", ";", "*/*", "text/plain", "\xff", "application/jsonx", "json"), 415),
    **dict.fromkeys(("multipart/form-data; boundary=x", f"{JSON}, text/plain", f"{JSON}+x"), 415),
}
LARGE = b" " * 20_000_000
CODES = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig")


@dataclass(frozen=True)
class Trial:
    """What is sent over one connection.

    Attributes:
        name: for a person.
        sent: every byte of it.
        body: of its only request, where that is well-formed and says to be JSON.
        wanted: the statuses of the replies, in order; none where several are right.
        hangs_up: whether the sender goes before it is answered.
        is_broken: whether the server may say so in plain text, or nothing.
    """

    name: str
    sent: bytes
    body: bytes | None = None
    wanted: tuple[int, ...] | None = None
    hangs_up: bool = False
    is_broken: bool = False


@dataclass(frozen=True)
class Sender:
    """Somebody who asks for predictions with the same valid record.

    Attributes:
        valid: the record, as JSON.
        headers: that every request of theirs has.
    """

    valid: bytes
    headers: tuple[str, ...] = ()

    def head(self, *headers: str, last: bool = True) -> bytes:
        """All before the body; nothing in it tells how long that is."""
        lines = ["POST /predict HTTP/1.1", "Host: localhost", *self.headers, *headers]
        return "\r\n".join([*lines, *(["Connection: close"] * last), "", ""]).encode("latin-1")

    def request(self, body: bytes, kind: str = JSON, *, last: bool = True) -> bytes:
        """A whole request."""
        length = f"Content-Length: {len(body)}"
        return self.head(f"Content-Type: {kind}", length, last=last) + body


def bodies(sender: Sender, seed: int = 1) -> Iterator[Trial]:
    """The valid body changed by value, cut, in another encoding or mutated by chance; and junk."""
    valid = sender.valid
    found = {"valid": valid, "in an array": _many(valid, 1), "much": LARGE}
    found |= {f"{count} records": _many(valid, count) for count in (2, 5, 6, 5000)}
    found |= {f"only {_shown(junk)}": junk for junk in JUNK}
    found |= {f"{_shown(junk)} before": junk[:999] + valid for junk in JUNK}
    found |= {f"{_shown(junk)} behind": valid + junk[:999] for junk in JUNK}
    found |= {f"in {code}": valid.decode().encode(code) for code in CODES}
    found |= {f"cut at {end}": valid[:end] for end in range(len(valid))}
    found |= dict(_valued(json.loads(valid)))
    chance = random.Random(seed)
    found |= {f"mutation {number}": _mutated(valid, chance) for number in range(DRAWN)}
    for name, body in found.items():
        yield Trial(name, sender.request(body), body)


def kinds(sender: Sender) -> Iterator[Trial]:
    """The valid body under other types of content."""
    for kind, status in KINDS.items():
        yield Trial(f"type {kind!r}", sender.request(sender.valid, kind), wanted=(status,))
    yield Trial("much of another type", sender.request(LARGE, "text/csv"), wanted=(415,))
    length = f"Content-Length: {len(sender.valid)}"
    yield Trial("no type", sender.head(length) + sender.valid, wanted=(415,))


def _many(record: bytes, count: int) -> bytes:
    return b"[" + b",".join([record] * count) + b"]"


def _shown(junk: bytes) -> str:
    return f"{junk[:12]!r} of {len(junk)}"


def _valued(record: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Every field in turn, and some that there are not, with every value; missing; and twice."""
    told = {name: json.dumps(value) for name, value in record.items()}
    for name in [*told, "no such field", "", "\0"]:
        for value in VALUES:
            yield f"{name!r} is {value[:24]!r} of {len(value)}", _object({**told, name: value})
    for name, value in told.items():
        others = {other: told[other] for other in told if other != name}
        yield f"{name!r} is missing", _object(others)
        yield f"{name!r} twice", _object(told)[:-1] + f",{json.dumps(name)}:{value}}}".encode()


def _object(told: dict[str, str]) -> bytes:
    inside = ",".join(f"{json.dumps(name)}:{value}" for name, value in told.items())
    return f"{{{inside}}}".encode("utf-8", "surrogatepass")


def _mutated(valid: bytes, chance: random.Random) -> bytes:
    """One to three changes: a bit, a part lost or repeated, a value, junk or bytes put in."""
    body = bytearray(valid)
    for _ in range(chance.randint(1, 3)):
        start, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        change = chance.randrange(6)
        if change == 0 and start < len(body):
            body[start] ^= 1 << chance.randrange(8)
        elif change == 1:
            del body[start : min(end, start + 8)]
        elif change == 2:
            body[start:start] = body[start:end]
        elif change == 3:
            body[start:start] = chance.choice(VALUES)[:64].encode("utf-8", "surrogatepass")
        elif change == 4:
            body[start:end] = chance.choice(JUNK)[:64]
        else:
            body[start:start] = chance.randbytes(chance.randint(1, 4))
    return bytes(body)
