"""Processes of ours beside the server: begun anew where one ends by itself, so that runs and sliders do not wait until somebody notices."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence
from typing import Final

LOG: Final = logging.getLogger("placeplan.web.beside")
FIRST: Final = 1.0
"""Seconds until one that ended is begun anew; twice as long each time that it ends soon again."""
LONGEST: Final = 60.0
"""At most so long; one that lived for longer than this is well."""


class Beside:
    """One process, for as long as the server answers."""

    def __init__(self, command: Sequence[str], now: float) -> None:
        self.command = list(command)
        self.pause = FIRST
        self._due: float | None = None
        self._begin(now)

    def _begin(self, now: float) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603 – ourselves
        self.begun = now

    def mind(self, now: float) -> None:
        """Begin it anew where it ended and its pause is over. now: seconds on a clock that only goes forward."""
        if self.process.poll() is None:
            return
        if self._due is None:
            self.pause = FIRST if now - self.begun > LONGEST else min(2 * self.pause, LONGEST)
            self._due = now + self.pause
            LOG.warning("%s ended by itself; it begins anew in %.0f seconds", self.command[-1], self.pause)
        elif now >= self._due:
            self._due = None
            self._begin(now)

    def end(self) -> None:
        """End it, and wait until it has."""
        self.process.terminate()
        self.process.wait()
