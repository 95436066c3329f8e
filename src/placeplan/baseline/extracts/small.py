"""Small numbers do not leave: below a least count nothing is shown, and what is shown is rounded, as NHS England does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 7
"""Fewest people of which a figure is shown."""
ROUND = 5
"""Counts are rounded to the nearest multiple of it."""


@dataclass(frozen=True)
class Small:
    """The rule for small numbers. Source: NHS England, hospital episode statistics, disclosure control."""

    least: int = LEAST
    to: int = ROUND

    def hides(self, people: int) -> bool:
        """Whether a count is too small to show; nobody is shown, as nobody can be found in it.

        >>> [Small().hides(n) for n in (0, 1, 6, 7)]
        [False, True, True, False]
        """
        return 0 < people < self.least

    def shown(self, count: int) -> int:
        """A count as it is shown: ``to × floor(count / to + ½)``.

        >>> [Small().shown(n) for n in (7, 8, 12, 13)]
        [5, 10, 10, 15]
        """
        return (2 * count + self.to) // (2 * self.to) * self.to

    def digits(self, number: int) -> int:
        """Digits after the point of a mean of so many, so few that many totals would give it: ``10^−digits ≥ to / number``; 3 at most.

        With more of them, number and total could be worked out from the mean, and what else is rounded with them.

        >>> [Small().digits(n) for n in (7, 49, 50, 499, 500, 5000, 10**6)]
        [0, 0, 1, 1, 2, 3, 3]
        """
        return 3 if self.to == 1 else max(0, min(3, math.floor(math.log10(number / self.to))))


def joined(counts: Sequence[int], small: Small) -> list[tuple[int, int]]:
    """Neighbouring ages joined until none is too small: first and last position of each group; none where all are too few.

    >>> joined([0, 3, 2, 9, 40, 4], Small())
    [(0, 0), (1, 3), (4, 5)]
    >>> joined([1, 2], Small())
    []
    """
    groups: list[tuple[int, int]] = []
    first, total = 0, 0
    for position, count in enumerate(counts):
        total += count
        if not small.hides(total):
            groups.append((first, position))
            first, total = position + 1, 0
    if total:
        while groups and small.hides(total):
            start, _ = groups.pop()
            total += sum(counts[start:first])
            first = start
        if small.hides(total):
            return []
        groups.append((first, len(counts) - 1))
    return groups
