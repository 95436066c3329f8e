"""One plan held ready by a process of its own: begun, asked, and ended."""

from __future__ import annotations

import json
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from placeplan.web.asked import SECRETS
from placeplan.web.secrets_in_files import without_secrets

ROOM: Final = 3 * 2**30
"""Bytes that such a process may take."""
PATIENCE: Final = 20.0
"""Seconds after which an answer is given up."""
REMEMBERED: Final = 500
"""Answers that are kept of one plan."""
COMMAND: Final = (sys.executable, "-m", "placeplan.web.slider.child")


class GoneError(Exception):
    """The process has ended, or did not answer."""


@dataclass
class Held:
    """A process that holds a plan ready; it may be asked by many threads, and answers one after the other."""

    asked: Mapping[str, Any]
    room: int = ROOM
    used: float = field(default_factory=time.monotonic)
    """When it was last asked."""
    process: subprocess.Popen[str] = field(init=False)
    _listener: threading.Thread = field(init=False, repr=False)
    _lines: queue.Queue[str] = field(default_factory=queue.Queue, repr=False)
    _known: OrderedDict[str, dict[str, Any]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _told: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 – ourselves
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
            env=without_secrets(os.environ, SECRETS),
        )  # fmt: skip
        with suppress(ProcessLookupError):
            resource.prlimit(self.process.pid, resource.RLIMIT_DATA, (self.room, self.room))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        with suppress(OSError):
            self._say(dict(self.asked))

    def made(self, seconds: float) -> dict[str, Any] | None:
        """What it told when it was ready: its sliders, or problems; None where it still needs time.

        Raises:
            GoneError: where it ended before.
        """
        with self._lock:
            if self._told is None:
                self._told = self._next(seconds)
            return self._told

    def remembered(self, values: Mapping[str, float], futures: int) -> dict[str, Any] | None:
        """An answer that was given before."""
        return self._known.get(_key(values, futures))

    def answer(self, values: Mapping[str, float], futures: int) -> dict[str, Any]:
        """What becomes of the promises with these values.

        Raises:
            GoneError: where the process ends or does not answer; it is of no use then.
        """
        with self._lock:
            key = _key(values, futures)
            found = self._known.get(key)
            if found is None:
                try:
                    self._say({"set": dict(values), "futures": futures})
                except OSError as ended:
                    raise GoneError from ended
                found = self._next(PATIENCE)
                if found is None:
                    self.end()
                    raise GoneError
                self._known[key] = found
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return found

    def end(self) -> None:
        """End the process and all that it began."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):  # what it did not read any more
            assert self.process.stdin is not None
            self.process.stdin.close()
        self._listener.join(PATIENCE)

    def _say(self, told: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(told)}\n")
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self._lines.put(line)
        self._lines.put("")  # it has ended

    def _next(self, seconds: float) -> dict[str, Any] | None:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if not line:
            self._lines.put("")
            raise GoneError
        found: dict[str, Any] = json.loads(line)
        return found


def _key(values: Mapping[str, float], futures: int) -> str:
    return json.dumps([sorted(values.items()), futures])
