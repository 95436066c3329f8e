"""Searches that go abreast: what all of them ask for next is asked for at once, as few calls take less time than many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import Generic, TypeVar

from placeplan.explore.one_thread import in_one_thread

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Found = TypeVar("Found")


class StoppedError(Exception):
    """Another search failed, or whoever answers did."""


@in_one_thread
def abreast(
    every: Callable[[dict[int, Asked]], dict[int, Answer]],
    searches: Sequence[Callable[[Callable[[Asked], Answer]], Found]],
) -> list[Found]:
    """What each search finds, where each is handed somebody of its own to ask.

    Answers hang on nothing but what is asked, so that neither do the searches on each other. The caller's own thread answers.

    Args:
        every: answers by number of the search, to what each asks.
        searches: what looks for something by asking.

    >>> abreast(lambda asked: {n: x + n for n, x in asked.items()}, [lambda ask: ask(1) * 10] * 2)
    [10, 20]
    """
    gate: _Gate[Asked, Answer] = _Gate(len(searches))

    def one(number: int) -> Found:
        try:
            return searches[number](lambda asked: gate.ask(number, asked))
        except BaseException:
            gate.stop()
            raise
        finally:
            gate.leave()

    with ThreadPoolExecutor(max(1, len(searches))) as pool:
        running = [pool.submit(one, number) for number in range(len(searches))]
        try:
            while asked := gate.asked():
                gate.answer(every(asked))
        except BaseException:
            gate.stop()
            raise
        failed = [e for e in (r.exception() for r in running) if e and not isinstance(e, StoppedError)]
        if failed:
            raise failed[0]
        return [r.result() for r in running]


class _Gate(Generic[Asked, Answer]):
    """Where searches wait for their answers."""

    def __init__(self, searches: int) -> None:
        self.changed = Condition()
        self.going = searches
        self.questions: dict[int, Asked] = {}
        self.answers: dict[int, Answer] = {}
        self.stopped = False

    def ask(self, number: int, asked: Asked) -> Answer:
        """Waits for the answer to one question."""
        with self.changed:
            self.questions[number] = asked
            self.changed.notify_all()
            self.changed.wait_for(lambda: number in self.answers or self.stopped)
            if self.stopped:
                raise StoppedError
            return self.answers.pop(number)

    def asked(self) -> dict[int, Asked]:
        """All questions, by number, once every search that still goes on has one; none where all have ended."""
        with self.changed:
            self.changed.wait_for(lambda: self.stopped or len(self.questions) == self.going)
            return {} if self.stopped else dict(sorted(self.questions.items()))

    def answer(self, answers: dict[int, Answer]) -> None:
        """Hands the answers out."""
        with self.changed:
            self.questions.clear()
            self.answers.update(answers)
            self.changed.notify_all()

    def leave(self) -> None:
        """One search has ended."""
        with self.changed:
            self.going -= 1
            self.changed.notify_all()

    def stop(self) -> None:
        """Nobody is answered any more."""
        with self.changed:
            self.stopped = True
            self.changed.notify_all()
