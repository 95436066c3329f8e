"""Small areas made to add up to their parents: iterative proportional fitting.

Source: Deming and Stephan, On a least squares adjustment of a sampled frequency table when the expected marginal totals
are known, Annals of Mathematical Statistics 11 (1940).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Groups = np.ndarray[Any, np.dtype[np.int64]]

CLOSE = 1e-12
"""A total counts as met where what stands there differs by less than this share of it."""
MOST_SWEEPS = 2000


@dataclass(frozen=True)
class Margin:
    """Totals of groups of cells that share none."""

    groups: Groups
    """Which total each cell belongs to, the shape of people; −1: none."""
    totals: Array
    """``[group]``."""


@dataclass(frozen=True)
class Raked:
    """People that meet their totals, and how far from it the worst stayed."""

    people: Array
    worst: float
    """The largest difference, as a share of its total (people, where the total is below 1)."""
    margin: int
    group: int
    """Which total that is."""


def scaled(people: Any, total: Any, found: Any) -> Any:
    """People made to add up to a total: ``people × total / found``, with nobody where there was nobody.

    found: what the people of the total's group add up to.

    >>> float(scaled(30.0, 110.0, 100.0))
    33.0
    """
    return np.where(found > 0, people * (total / np.where(found > 0, found, 1.0)), people)


def sums(people: Array, margin: Margin) -> Array:
    """What the people of each group add up to, ``[group]``."""
    inside = margin.groups >= 0
    found: Array = np.bincount(margin.groups[inside], people[inside], len(margin.totals)).astype(np.float64)
    return found


def rake(people: Array, margins: Sequence[Margin]) -> Raked:
    """People scaled to one margin after the other until all are met; the last one is met exactly.

    Nobody appears where there was nobody, no cell falls below 0, and where all totals are met already nothing changes. Where
    margins contradict each other, or nobody is there to be scaled, the worst stays away from 0.
    """
    now = people
    state = _worst(now, margins)
    for _ in range(MOST_SWEEPS):
        if state[0] <= CLOSE:
            break
        before, now = now, _sweep(now, margins)
        state = _worst(now, margins)
        if np.array_equal(before, now):
            break
    return Raked(now, *state)


def _sweep(people: Array, margins: Sequence[Margin]) -> Array:
    now = people
    for margin in margins:
        found, at = sums(now, margin), np.maximum(margin.groups, 0)
        met = scaled(now, margin.totals[at], found[at])
        now = np.where(margin.groups >= 0, met, now)
    return now


def _worst(people: Array, margins: Sequence[Margin]) -> tuple[float, int, int]:
    """The largest difference from a total, and where it is; a total of fewer than one counts as one."""
    found = (0.0, 0, 0)
    for n, margin in enumerate(margins):
        off = np.abs(sums(people, margin) - margin.totals) / np.maximum(margin.totals, 1.0)
        if len(off) and off.max() > found[0]:
            found = (float(off.max()), n, int(off.argmax()))
    return found
