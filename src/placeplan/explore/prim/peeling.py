"""Patient rule induction: peel a box of worlds, small step by small step.

All is done on ranks, so a stretched or bent scale of an input changes nothing but the numbers told. Ties are common, as
failures are counted: they go to the input that is stronger alone, then to the one that stands first, and to its lower end. Source: Friedman & Fisher (1999), Bump hunting in high-dimensional data, Statistics and
Computing 9, 123–143.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.prim.limits import Asked, gain, share


@dataclass(frozen=True)
class Sample:
    """Worlds to search, some perhaps drawn more than once."""

    codes: Whole
    """Rank of each world's value among the distinct values of the input, ``[input, world]``."""
    order: Whole
    """Worlds sorted by each input, one drawn twice standing twice, ``[input, drawn]``."""
    failing: Floats
    """``[world]``, in steps of 2⁻³⁰, so that any sum of them is exact in any order."""
    times: Whole
    """How often each world was drawn, ``[world]``."""
    tops: Whole
    """Highest rank of each input."""

    @property
    def base(self) -> float:
        """Share of the worlds that fail."""
        return share(float(self.failing @ self.times), float(self.times.sum()))


@dataclass(frozen=True)
class Path:
    """A trajectory: step 0 holds all worlds, each further one fewer."""

    among: Whole
    """Inputs that could be peeled, the strongest first."""
    lows: Whole
    """Lowest rank inside, ``[step, input among]``."""
    highs: Whole
    worlds: Floats
    """Worlds inside, ``[step]``."""
    failing: Floats
    """Failures inside, ``[step]``."""
    took: Floats
    """By input: failures that its peels spared, against taking worlds away at random."""


@dataclass(frozen=True)
class Region:
    """A box in ranks: the inputs limited, and the lowest and highest rank inside."""

    inputs: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]

    def each(self, codes: Whole) -> Flags:
        """Which worlds keep each limit, ``[limit, world]``."""
        rows = codes[np.array(self.inputs, dtype=np.int64)]
        kept: Flags = (rows >= np.array(self.lows)[:, None]) & (rows <= np.array(self.highs)[:, None])
        return kept

    def inside(self, codes: Whole) -> Flags:
        """Which worlds keep all limits, ``[world]``."""
        return every(self.each(codes))

    def without(self, at: int) -> Region:
        """The box with the limit in place ``at`` lifted."""
        return Region(*(part[:at] + part[at + 1 :] for part in (self.inputs, self.lows, self.highs)))

    def moved(self, at: int, end: int, rank: int, tops: Whole) -> Region:
        """The box with the lower (0) or upper (1) end of one limit moved; a limit that holds nothing back goes."""
        ends = [list(self.lows), list(self.highs)]
        ends[end][at] = rank
        if ends[0][at] <= 0 and ends[1][at] >= tops[self.inputs[at]]:
            return self.without(at)
        return Region(self.inputs, tuple(ends[0]), tuple(ends[1]))


def every(each: Flags) -> Flags:
    """Which worlds keep all of some limits; every one where there is no limit."""
    kept: Flags = np.logical_and.reduce(each, axis=0)
    return kept


def sample(codes: Whole, failing: Floats, tops: Whole) -> Sample:
    """Each world once."""
    order = np.argsort(codes, axis=1, kind="stable")
    return Sample(codes, order, failing, np.ones(codes.shape[1], dtype=np.int64), tops)


def drawn(whole: Sample, times: Whole) -> Sample:
    """The worlds of a sample, each as often as ``times[world]`` says."""
    flat = whole.order.ravel()
    order = np.repeat(flat, times[flat]).reshape(len(whole.codes), -1)
    return Sample(whole.codes, order, whole.failing, times, whole.tops)


def peel(searched: Sample, among: Whole, asked: Asked) -> Path:
    """Take away the ``asked.peel`` of worlds at one end of one input that brings most (`gain`), until ``asked.mass`` is left.

    Worlds to take are rounded up, as in the EMA workbench: both take the same until two peels bring the same.
    """
    front, ranks = _fronts(searched, among)
    least = max(1, int(np.ceil(asked.mass * front.shape[1])))
    steps = [(0, 0, front.shape[1], float(searched.failing[front[0]].sum()))]
    took = np.zeros(len(among))
    inside = np.ones(searched.codes.shape[1], dtype=np.bool_)
    while 0 < steps[-1][3] < steps[-1][2]:
        n, total = steps[-1][2:]
        peeled, lost = _peels(searched, front, ranks, int(np.ceil(asked.peel * n - 1e-9)))
        allowed = n - peeled >= least
        if not allowed.any():
            break
        brings = np.where(allowed, gain(n, total, np.where(allowed, peeled, 1), lost), -np.inf)
        i = int(brings.argmax())
        m, spent = int(peeled[i]), float(lost[i])
        took[i >> 1] += m * total / n - spent
        steps.append((i, int(ranks[i, front[i, m]]), n - m, total - spent))
        inside[front[i, :m]] = False
        front = front[inside.take(front)].reshape(len(front), -1)
    return _path(searched, among, steps, took)


def _fronts(searched: Sample, among: Whole) -> tuple[Whole, Whole]:
    """The worlds in the order in which a peel meets them, and their ranks from there: ``[2 × input + end, …]``."""
    order, codes = searched.order[among], searched.codes[among]
    front = np.stack([order, order[:, ::-1]], axis=1).reshape(-1, order.shape[1])
    ranks = np.stack([codes, searched.tops[among, None] - codes], axis=1).reshape(-1, codes.shape[1])
    return front, ranks


def _peels(searched: Sample, front: Whole, ranks: Whole, few: int) -> tuple[Whole, Floats]:
    """Worlds and failures that each peel would take: ``few`` worlds, and all that are equal to the last of them."""
    row = np.arange(len(front))[:, None]
    flat, start = ranks.ravel(), row * ranks.shape[1]
    for window in (2 * few + 8, front.shape[1]):  # ties seldom reach far
        near = front[:, :window]
        reached = flat.take(near + start)
        tied = reached <= reached[:, few - 1, None]
        if not tied[:, -1].any():
            break
    peeled = np.add.reduce(tied, axis=1, dtype=np.int64)
    sums = searched.failing.take(near).cumsum(axis=1)
    return peeled, sums[row[:, 0], peeled - 1]


def _path(searched: Sample, among: Whole, steps: Sequence[tuple[int, int, int, float]], took: Floats) -> Path:
    """The boxes of a trajectory, from what each step moved: front, rank there, worlds and failures left."""
    ends = np.zeros((len(steps), 2 * len(among)), dtype=np.int64)
    for at, (i, rank, _, _) in enumerate(steps[1:], start=1):
        ends[at:, i] = rank
    counts = np.array([s[2:] for s in steps], dtype=np.float64)
    return Path(among, ends[:, ::2], searched.tops[among] - ends[:, 1::2], counts[:, 0], counts[:, 1], took)


def strength(searched: Sample) -> Floats:
    """How unevenly failures lie along each input alone: ``max_k S_k − min_k S_k`` with ``S_k = F_k − k F / n``, ``[input]``.

    F_k failures among the k lowest worlds, equal values together, and S_0 = 0: the most failures that any interval, or all
    but an interval, holds beyond its share. Source: Kuiper (1960), Tests concerning random points on a circle.
    """
    ranks = np.take_along_axis(searched.codes, searched.order, axis=1)
    n = ranks.shape[1]
    sums = searched.failing[searched.order].cumsum(axis=1)
    beyond = sums - np.arange(1, n + 1) / n * sums[:, -1:]
    beyond[:, :-1][ranks[:, :-1] == ranks[:, 1:]] = 0.0
    spread: Floats = beyond.max(axis=1) - beyond.min(axis=1)
    return spread


def paths(searched: Sample, asked: Asked) -> list[Path]:
    """Trajectories with fewer and fewer inputs, down to one.

    Among many inputs some peel well by luck, and a box soon has a limit on each. So twice as many as may be limited are
    peeled first, the strongest alone (`strength`); then, of these, those whose peels spared most failures: as many as may
    be limited, and one fewer each time.
    """
    among = np.argsort(-strength(searched), kind="stable")[: 2 * asked.limits]
    found = [peel(searched, among, asked)]
    while len(among) > 1:
        keep = asked.limits if len(among) > asked.limits else len(among) - 1
        best = np.argsort(-found[-1].took, kind="stable")[:keep]
        among = among[np.sort(best)]
        found.append(peel(searched, among, asked))
    return found
