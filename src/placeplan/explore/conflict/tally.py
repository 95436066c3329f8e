"""What has been run so far: each setting on the first futures, more of them where it matters, and never the same run twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Flags, Floats
from placeplan.explore.conflict.problem import Problem, Run, Setting
from placeplan.explore.conflict.shares import at_least, at_most

RESERVE = 4
"""Part of the budget that a search leaves for trying its proofs, and for telling them once more."""


@dataclass(frozen=True)
class Effort:
    """How hard to look."""

    budget: int = 15_000
    """Future-runs: one setting on one future is one."""
    looks: tuple[int, ...] = (32, 128, 512, 2048)
    """Futures after which a setting is looked at."""
    sure: float = 0.95
    """How sure a proof is."""
    paths: int = 2
    """Walks from one corner to the opposite one, a lever at a time, to see what each lever does."""

    def __post_init__(self) -> None:
        if self.budget < 0 or self.paths < 1 or not 0.0 < self.sure < 1.0:
            raise ValueError("a budget is not negative, there is at least one path, and sure lies between 0 and 1")
        if not self.looks or self.looks[0] < 1 or any(b <= a for a, b in zip(self.looks, self.looks[1:], strict=False)):
            raise ValueError("looks are ascending numbers of futures")

    def level(self, promises: int) -> float:
        """How often one bound may err: ``(1 − sure) / (promises × looks)``.

        Where a setting x keeps some promises, a box that holds x is struck only if, at one of the looks, one of these
        promises is kept at x itself in fewer futures than its bound allows: at its best corner it is kept in no fewer. So
        however many boxes a proof has, and however they were chosen, it is wrong only if one of so many bounds at one x is.

        >>> round(Effort().level(4), 6)
        0.003125
        """
        return (1.0 - self.sure) / (promises * len(self.looks))


class SpentError(Exception):
    """No more may be run: the share of the budget, the budget, or the patience of whoever asked is at an end."""


@dataclass(frozen=True)
class Seen:
    """A setting on the futures that it was run on."""

    kept: Flags
    """``[future, promise]``."""
    p: Floats
    """Share kept, ``[promise]``."""
    low: Floats
    """No less than this (`at_least`)."""
    high: Floats
    """No more than this (`at_most`)."""

    @property
    def futures(self) -> int:
        """How many."""
        return len(self.kept)


class Tally:
    """Runs, and what they cost."""

    def __init__(self, problem: Problem, run: Run, effort: Effort, stop: Callable[[], bool]) -> None:
        self.problem, self.effort = problem, effort
        self.level = effort.level(max(1, len(problem.promises)))
        self.spent = 0
        self.limit = effort.budget
        self.stopped = False
        """Whether whoever asked stopped it."""
        self.empty = False
        """Whether the budget had no room for what was to be run next."""
        self.reserve, self.released = 0, False
        """Kept for trying proofs, and for telling them once more on fresh futures."""
        self.known: dict[Setting, Seen] = {}
        self._run, self._stop = run, stop
        self._fresh = effort.looks[-1]
        self._moved = np.zeros((len(problem.promises), len(problem.levers)))
        self._moves = np.zeros(len(problem.levers))

    def see(self, settings: Sequence[Setting], look: int = 0) -> list[Seen]:
        """Settings, each on at least the futures of a look."""
        wanted = self.effort.looks[look]
        short: dict[int, list[Setting]] = {}
        for setting in dict.fromkeys(settings):
            have = self.known[setting].futures if setting in self.known else 0
            if have < wanted:
                short.setdefault(have, []).append(setting)
        for have, few in sorted(short.items()):
            kept = self._ask(few, have, wanted)
            for setting, new in zip(few, kept, strict=True):
                self.known[setting] = self._seen(np.concatenate([self.known[setting].kept, new]) if have else new)
        return [self.known[s] for s in settings]

    def fresh(self, settings: Sequence[Setting], futures: int) -> list[Seen]:
        """Settings on futures that nothing was run on before."""
        kept = self._ask(settings, self._fresh, self._fresh + futures)
        self._fresh += futures
        return [self._seen(k) for k in kept]

    def allow(self, runs: int) -> None:
        """Lets so many more future-runs be spent, as far as the budget goes."""
        self.limit = self.spent + runs

    def hold(self) -> None:
        """Keeps a part of the budget for what has to be told once more; what was already released stays so."""
        if not self.released:
            self.reserve = self.effort.budget // RESERVE
        self.empty = False

    def release(self) -> None:
        """Lets all that is left of the budget be spent."""
        self.reserve, self.empty, self.released = 0, False, True
        self.limit = self.effort.budget

    def look(self, setting: Setting) -> int:
        """The last look that a setting had."""
        return self.effort.looks.index(self.known[setting].futures)

    def learn(self, j: int, far: float, one: Seen, other: Seen) -> None:
        """What moving lever j so far, as a share of its width, did to each promise."""
        self._moved[:, j] += np.abs(one.p - other.p) / far
        self._moves[j] += 1.0

    def effects(self) -> Floats:
        """How much of P a lever moved on average, over its whole width, ``[promise, lever]``."""
        found: Floats = self._moved / np.maximum(self._moves, 1.0)
        return found

    def _ask(self, settings: Sequence[Setting], first: int, end: int) -> Flags:
        cost = len(settings) * (end - first)
        self.stopped = self.stopped or self._stop()
        self.empty = self.empty or self.spent + cost > self.effort.budget - self.reserve
        if self.stopped or self.empty or self.spent + cost > self.limit:
            raise SpentError
        self.spent += cost
        kept = np.asarray(self._run(np.array(settings, dtype=np.float64), np.arange(first, end)), dtype=np.bool_)
        if kept.shape != (len(settings), end - first, len(self.problem.promises)):
            raise ValueError(f"a run gives [setting, future, promise], not {kept.shape}")
        return kept

    def _seen(self, kept: Flags) -> Seen:
        count, n = kept.sum(axis=0).astype(np.float64), len(kept)
        return Seen(kept, count / n, at_least(count, n, self.level), at_most(count, n, self.level))
