"""How far runs have come."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from placeplan.compare.lanes import Tell


class HaltedError(Exception):
    """What runs beside this has failed, or was stopped."""


@dataclass
class Progress:
    """Futures run so far, of those foreseen; tests that go side by side count together."""

    tell: Tell | None = None
    total: int = 0
    done: int = 0
    halted: bool = False
    """Whether whoever runs futures is to end."""
    _lock: Lock = field(default_factory=Lock)

    def go_on(self) -> None:
        """Raise `HaltedError` where all is to end; asked now and then by what takes long and runs no futures."""
        if self.halted:
            raise HaltedError

    def add(self, futures: int, what: str) -> None:
        """Count futures that were run; the total gives way where it was foreseen too low. Raises `HaltedError` where all is to end."""
        self.go_on()
        with self._lock:
            self.done += futures
            self.total = max(self.total, self.done)
            if self.tell:
                self.tell(self.done, self.total, what)

    def spare(self, futures: int) -> None:
        """Fewer futures will be run than were foreseen, by so many."""
        with self._lock:
            self.total = max(self.total - futures, self.done)

    def finish(self) -> None:
        """All is done."""
        self.total = self.done
        if self.tell:
            self.tell(self.done, self.total, "done")
