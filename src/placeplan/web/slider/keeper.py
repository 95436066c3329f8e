"""Who keeps plans ready for all web processes: a few of them, each as long as it is asked for, and only so much at once.

It answers on a socket of this machine, one line of JSON for one line of JSON.
"""

from __future__ import annotations

import json
import logging
import shutil
import socketserver
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from placeplan.plan.aside import put_in_place
from placeplan.stress.runs.spread import cores
from placeplan.web.slider.held import ROOM, GoneError, Held

LOG: Final = logging.getLogger("placeplan.web.slider")
ADDRESS: Final = "sliders"
"""File in the workbench's folder that says where the socket is: its own path may be longer than a socket's name may be."""
LONGEST: Final = 64 * 1024
"""Bytes of a question."""


@dataclass(frozen=True)
class Limits:
    """How much is done for sliders."""

    plans: int = 3
    """Plans that are held ready at once."""
    idle: float = 600.0
    """Seconds after which a plan that nobody asks for is let go."""
    bytes: int = ROOM
    """Memory of each."""
    at_once: int = max(1, cores() // 2)
    """Answers that are worked out at once, so that runs have the other cores."""
    waiting: int = 12
    """Questions that may wait for their turn; the others are told that it is busy."""
    a_minute: int = 90
    """Answers that are worked out for one visitor in a minute."""
    wait: float = 0.8
    """Seconds that a question waits for a plan to be ready before it is told that it is under way."""


@dataclass
class Keeper:
    """Keeps plans ready, and asks them."""

    limits: Limits = field(default_factory=Limits)
    held: dict[str, Held] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Semaphore = field(init=False)
    _room: threading.Semaphore = field(init=False)
    _visits: dict[str, deque[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turn = threading.Semaphore(self.limits.at_once)
        self._room = threading.Semaphore(self.limits.at_once + self.limits.waiting)

    def ask(self, plan: Mapping[str, Any], values: Mapping[str, float], futures: int, visitor: str) -> dict[str, Any]:
        """The sliders of a plan and what becomes of it with these values.

        ``state``: ``done``, ``refused`` (with problems), ``preparing``, ``busy``, ``too many`` (of this visitor), or ``failed``.
        """
        for _ in range(2):  # a process that was lost is begun once more
            held = self._of(plan)
            try:
                return self._asked(held, values, futures, visitor)
            except GoneError:
                LOG.warning("a process that held a plan ready has ended", extra={"told": {"plan": plan["plan"]}})
                self._forget(held)
        return {"state": "failed"}

    def _asked(self, held: Held, values: Mapping[str, float], futures: int, visitor: str) -> dict[str, Any]:
        made = held.made(self.limits.wait)
        if made is None:
            return {"state": "preparing"}
        if "sliders" not in made:
            return {"state": "refused", **made}
        known = {"sliders": made["sliders"]}
        found = held.remembered(values, futures)
        if found is None:
            if not self._may(visitor):
                return {"state": "too many", **known}
            if not self._room.acquire(blocking=False):
                return {"state": "busy", **known}
            try:
                with self._turn:
                    found = held.answer(values, futures)
            finally:
                self._room.release()
        return {"state": "done" if "answer" in found else "refused", **known, **found}

    def _of(self, plan: Mapping[str, Any]) -> Held:
        """The process that holds a plan ready, begun where there is none; the one asked for longest ago gives way."""
        key = json.dumps(plan, sort_keys=True)
        with self._lock:
            held = self.held.get(key)
            if held is None:
                while len(self.held) >= self.limits.plans:
                    self.held.pop(min(self.held, key=lambda k: self.held[k].used)).end()
                held = self.held[key] = Held(plan, self.limits.bytes)
            held.used = time.monotonic()
            return held

    def _forget(self, held: Held) -> None:
        with self._lock:
            for key in [k for k, h in self.held.items() if h is held]:
                del self.held[key]
        held.end()

    def _may(self, visitor: str) -> bool:
        """Whether a visitor may ask for one more answer; who they are is forgotten after a minute."""
        now = time.monotonic()
        with self._lock:
            for name in [n for n, times in self._visits.items() if times[-1] < now - 60]:
                del self._visits[name]
            times = self._visits.setdefault(visitor, deque())
            while times and times[0] < now - 60:
                times.popleft()
            if len(times) >= self.limits.a_minute:
                return False
            times.append(now)
            return True

    def let_go(self) -> None:
        """End what nobody asked for."""
        with self._lock:
            late = [k for k, h in self.held.items() if h.used < time.monotonic() - self.limits.idle]
            gone = [self.held.pop(k) for k in late]
        for held in gone:
            held.end()

    def end(self) -> None:
        """End all."""
        with self._lock:
            gone = [self.held.pop(k) for k in list(self.held)]
        for held in gone:
            held.end()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128
    keeper: Keeper


class _Line(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 10

    def handle(self) -> None:
        line = self.rfile.readline(LONGEST + 1)
        try:
            asked: Any = json.loads(line) if len(line) <= LONGEST else {}
            found = self.server.keeper.ask(asked["plan"], asked["set"], asked["futures"], asked["visitor"])
        except (ValueError, TypeError, KeyError):
            found = {"state": "failed"}
        self.wfile.write(f"{json.dumps(found)}\n".encode())


def keep(folder: Path, until: Callable[[], bool], limits: Limits | None = None) -> None:
    """Answer until told to stop; folder: of the workbench."""
    own = Path(tempfile.mkdtemp(prefix="placeplan-"))
    keeper = Keeper(limits or Limits())
    try:
        with _Server(str(own / "socket"), _Line) as server:
            server.keeper = keeper
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
            with put_in_place(folder / ADDRESS) as aside:
                aside.write_text(str(own / "socket"), encoding="utf-8")
            while not until():
                time.sleep(0.5)
                keeper.let_go()
            server.shutdown()
    finally:
        keeper.end()
        _leave(folder / ADDRESS, own / "socket")
        shutil.rmtree(own, ignore_errors=True)


def _leave(address: Path, own: Path) -> None:
    """Take the address away, unless a keeper that began meanwhile has put its own there."""
    with suppress(FileNotFoundError):
        if address.read_text(encoding="utf-8") == str(own):
            address.unlink()
