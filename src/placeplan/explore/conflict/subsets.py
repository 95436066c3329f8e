"""All sets of up to a dozen promises: which can be kept together, which cannot, and which to ask about next.

A set that can be kept settles all within it, one that cannot all around it. With so few promises a table of all sets does
for what Liffiton and others (2016), Constraints 21:223 (MARCO), leave to a solver.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from placeplan.explore.arrays import Flags, Whole


def bits(members: Iterable[int]) -> int:
    """A set as a number.

    >>> bits([0, 2]), members(5)
    (5, (0, 2))
    """
    return sum(1 << i for i in set(members))


def members(mask: int) -> tuple[int, ...]:
    """Who is in the set."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def minimal(masks: Iterable[int]) -> list[int]:
    """Those that hold no other, the smallest first.

    >>> minimal([7, 3, 12, 4])
    [4, 3]
    """
    found: list[int] = []
    for mask in sorted(set(masks), key=lambda m: (m.bit_count(), m)):
        if not any(mask & f == f for f in found):
            found.append(mask)
    return found


def hitting(masks: Iterable[int]) -> list[int]:
    """The smallest sets that share a member with each of some sets.

    >>> hitting([0b011, 0b110]), hitting([])
    ([2, 5], [0])
    """
    rows = sorted(set(masks))
    every = np.arange(1 << max((m.bit_length() for m in rows), default=0))
    hits = np.ones(len(every), dtype=np.bool_)
    for mask in rows:
        hits &= (every & mask) != 0
    return minimal(np.flatnonzero(hits).tolist())


class Subsets:
    """What is known of each set; `possible` stands where both were claimed, as a setting shown says more than a proof by signs."""

    def __init__(self, promises: int) -> None:
        self.all: Whole = np.arange(1 << promises)
        self.size: Whole = np.array([m.bit_count() for m in range(1 << promises)], dtype=np.int64)
        self.kept: list[int] = []
        self.struck: list[int] = []
        self.again(anew=True)

    def again(self, *, anew: bool = False) -> None:
        """Forgets which sets were asked about in vain for want of futures, or ``anew`` of all."""
        if anew:
            self.never: Flags = np.zeros((2, len(self.all)), dtype=np.bool_)
        self.unproved, self.unfound = self.never.copy()

    def possible(self) -> Flags:
        """Sets within one that is kept."""
        found: Flags = self.all == 0
        for mask in self.kept:
            found |= (self.all & ~mask) == 0
        return found

    def proved(self) -> Flags:
        """Sets around one that is struck, of which none is possible."""
        possible, found = self.possible(), np.zeros(len(self.all), dtype=np.bool_)
        for mask in self.struck:
            if not possible[mask]:
                found |= (self.all & mask) == mask
        return found

    def open(self) -> Flags:
        """The rest."""
        return ~(self.possible() | self.proved())

    def not_proved(self, mask: int, *, short: bool) -> None:
        """No proof was found; of a set with fewer promises none would be, unless it ended for want of futures only (``short``).

        Where a box stays open because none of the promises clearly fails in it, none of fewer does.
        """
        self._in_vain(0, self.all == mask if short else (self.all & ~mask) == 0, short=short)

    def not_found(self, mask: int, *, short: bool) -> None:
        """No setting was found; of a set with more promises none would be."""
        self._in_vain(1, (self.all & mask) == mask, short=short)

    def _in_vain(self, what: int, sets: Flags, *, short: bool) -> None:
        (self.unproved, self.unfound)[what][sets] = True
        if not short:
            self.never[what][sets] = True

    def next(self, *, small: bool) -> int | None:
        """A set to ask about.

        First a conflict's own parts, so that it is known to be a smallest one; then the largest set of which a setting may yet
        be found, or the smallest that is open; None where no question is left.
        """
        left = self.open() & ~(self.unproved & self.unfound)
        if not left.any():
            return None
        for mask in self.conflicts():
            for i in members(mask):
                if left[mask & ~(1 << i)]:
                    return mask & ~(1 << i)
        hopeful = left & ~self.unfound
        if small or not hopeful.any():
            return int(np.where(left, self.size, len(self.all)).argmin())
        return int(np.where(hopeful, self.size, -1).argmax())

    def conflicts(self) -> list[int]:
        """The smallest sets proved."""
        possible = self.possible()
        return minimal(m for m in self.struck if not possible[m])

    def together(self) -> list[int]:
        """The largest sets that can be kept."""
        top = len(self.all) - 1
        return sorted(top & ~m for m in minimal(top & ~m for m in [0, *self.kept]))

    def undecided(self) -> list[int]:
        """The smallest sets of which it is not known."""
        return minimal(np.flatnonzero(self.open()).tolist())
