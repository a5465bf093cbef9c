"""Requests for predictions that are odd or broken as HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from tests.full.trials import JSON, Sender, Trial

TYPE = f"Content-Type: {JSON}"
CHUNKED = "Transfer-Encoding: chunked"
STRANGERS = {
    "bytes of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "zeros": b"\0" * 10_000,
    "line ends": b"\r\n" * 10_000,
    "no version": b"POST /predict\r\n\r\n",
    "a version to come": b"POST /predict HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "a method in small letters": b"post /predict HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes in the path": b"POST /pr\xff\xfedict HTTP/1.1\r\nHost: localhost\r\n\r\n",
}
LENGTHS = ("-1", "-0", "+10", "0x10", "1e3", "ten", "1 1", "", "9" * 30, "184467440737095516160")
ODD_LINES = {
    "no colon": "no colon here",
    "a blank before the colon": "X-Odd : 1",
    "no name": ": 1",
    "a zero byte": "X-Odd: \0",
    "a line end alone": "X-Odd: 1\rX-Other: 2",
    "a folded line": "X-Odd: 1\r\n 2",
    "two lengths": "Content-Length: 1\r\nContent-Length: 2",
    "both ways to tell the length": f"Content-Length: 5\r\n{CHUNKED}",
    "an unknown coding": "Transfer-Encoding: unheard-of",
}
CHUNKS = {
    "a size in words": b"ten\r\n",
    "a negative size": b"-1\r\nx\r\n0\r\n\r\n",
    "a size beyond all": b"f" * 30 + b"\r\nx",
    "no line end behind": b"1\r\n{x0\r\n\r\n",
}


def odd(sender: Sender) -> Iterator[Trial]:
    """Unusual and right: it is answered as any other request."""
    valid, length = sender.valid, f"Content-Length: {len(sender.valid)}"
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in valid)
    whole = b"%x;name=value\r\n%s\r\n" % (len(valid), valid)
    chunked = sender.head(TYPE, CHUNKED)
    sent = {
        "chunks of a byte": chunked + pieces + b"0\r\n\r\n",
        "a chunk with an extension, and a trailer": chunked + whole + b"0\r\nX-After: 1\r\n\r\n",
        "asked to go on": sender.head(TYPE, length, "Expect: 100-continue") + valid,
        "a query": sender.request(valid).replace(b"/predict", b"/predict?a=%ff&b", 1),
        "the whole address": sender.request(valid).replace(b"/", b"http://localhost/", 1),
        "a header of other bytes": sender.head(TYPE, length, "X-Odd: \xff\xfe") + valid,
        "an id of other bytes": sender.head(TYPE, length, "X-Request-ID: \xe4") + valid,
        "an upgrade": sender.head(TYPE, length, "Upgrade: h2c") + valid,
    }
    for name, request in sent.items():
        yield Trial(name, request, wanted=(200,))
    many = sender.request(valid, last=False) * 20
    yield Trial("one behind the other", many + sender.request(valid), wanted=(200,) * 21)
    mixed = sender.request(b"[", last=False) + sender.request(valid, "text/plain", last=False)
    yield Trial("good behind bad", mixed + sender.request(valid), wanted=(400, 415, 200))
    for how, headers in (("no length", (TYPE,)), ("a length of 0", (TYPE, "Content-Length: 0"))):
        yield Trial(how, sender.head(*headers), wanted=(400,))


def broken(sender: Sender) -> Iterator[Trial]:
    """No HTTP, or none that is whole: it is refused or left, and nothing is predicted."""
    valid, request = sender.valid, sender.request(sender.valid)
    for name, sent in STRANGERS.items():
        yield Trial(name, sent, hangs_up=True, is_broken=True)
    for end in range(0, len(request), 7):
        yield Trial(f"cut at {end}", request[:end], hangs_up=True, is_broken=True)
    for length in LENGTHS:
        sent = sender.head(TYPE, f"Content-Length: {length}") + valid
        yield Trial(f"length {length!r}", sent, hangs_up=True, is_broken=True)
    for name, line in ODD_LINES.items():
        sent = sender.head(TYPE, line) + valid
        yield Trial(f"a header with {name}", sent, hangs_up=True, is_broken=True)
    for name, chunk in CHUNKS.items():
        sent = sender.head(TYPE, CHUNKED) + chunk
        yield Trial(f"a chunk with {name}", sent, hangs_up=True, is_broken=True)
    short = sender.head(TYPE, "Content-Length: 9", last=False) + valid
    yield Trial("a length that is too short", short, is_broken=True)
