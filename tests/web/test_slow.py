"""Whoever sends slowly, half or too much, on a workbench as it is served: others are answered, and nothing half is taken for whole."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import pytest

from fixtures.serving import Served, made, served
from fixtures.visiting import SIGN_IN, Visitor
from placeplan.web.slow import BODY, HEAD
from placeplan.web.whole import MOST, Whole

MANY = 40
"""Who send half a request: more than the server has threads."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(made(tmp_path_factory.mktemp("slow"))) as found:
        yield found
        assert "Traceback" not in found.log.read_text(encoding="utf-8")


def line(real: Served) -> socket.socket:
    return socket.create_connection(("localhost", int(real.address.rpartition(":")[2])), timeout=60)


def head(length: int) -> bytes:
    return f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("half", "waits"),
    [(b"GET / HTTP/1.1\r\nHost: loc", HEAD), pytest.param(head(900) + b"username=ana", BODY, marks=pytest.mark.large)],
)
def test_others_are_answered_while_many_send_half(real: Served, half: bytes, waits: float) -> None:
    """All threads wait at first; they are free again when the time is over, for those who came after twice over."""
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(line(real)).sendall(half)
        begun = time.monotonic()
        assert Visitor(real.address).ask("/")[0] == HTTPStatus.OK
        assert time.monotonic() - begun < 2 * (waits + 5)


def test_half_a_form_is_not_taken_for_one(real: Served) -> None:
    with closing(line(real)) as there:
        there.sendall(head(900) + b"username=ana%40example.org&password=otter+lantern+quarry")
        there.shutdown(socket.SHUT_WR)
        answer = there.recv(100)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))


def test_a_hundred_megabytes_are_refused_before_they_are_sent(real: Served) -> None:
    with closing(line(real)) as there:
        there.sendall(head(100 * 10**6))
        answer = there.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert Visitor(real.address).ask("/")[0] == HTTPStatus.OK


def test_what_is_whole_is_read_as_it_was_sent() -> None:
    assert Whole(BytesIO(b"abcdef"), 4).read() == b"abcd"
    both = Whole(BytesIO(b"ab\ncd"), 5)
    assert (both.readline(), both.read(1), both.read(), both.read()) == (b"ab\n", b"c", b"d", b"")
    with pytest.raises(OSError, match="before it was whole"):
        Whole(BytesIO(b""), 1).read()


def test_a_plan_of_an_example_is_far_from_too_much(root: Path) -> None:
    sizes = [sum(p.stat().st_size for p in e.rglob("*") if p.is_file()) for e in (root / "examples").iterdir()]
    assert 3 * max(sizes) < MOST


@pytest.mark.parametrize(
    "asks",
    [b"GET / HTTP/1.1", b"GET /nowhere/ HTTP/1.1", b"GET /health/ HTTP/1.1", b"GET /api/v1/ HTTP/1.1", b"GET /static/web/web.css HTTP/1.1", b"GET / HTTP/9.9", b"NONSENSE"],
)  # fmt: skip
def test_no_answer_says_which_server_or_version_it_is(real: Served, asks: bytes) -> None:
    with closing(line(real)) as there:
        there.sendall(asks + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: there.recv(65536), b""))
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert answer.startswith(b"HTTP/1.1 ")
    assert b"\nserver:" not in head
    assert b"x-powered-by" not in head
    for name in ("gunicorn", "django", "whitenoise", "python/"):
        assert name.encode() not in head, answer
    if b"text/css" not in head:
        versions = {version(name) for name in ("gunicorn", "django", "whitenoise", "placeplan")}
        assert not [v for v in versions if v.encode() in answer], answer
