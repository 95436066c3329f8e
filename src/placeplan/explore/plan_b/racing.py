"""Which of many designs are among the best: more futures for those left, and out goes only what is beaten clear of chance.

Each design meets the same futures, and differences are judged, not scores. With how sure: docs/decisions/0035-own-search-for-plan-b.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from placeplan.core.streams import Floats
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b.objectives import Objective
from placeplan.explore.plan_b.pareto import Places

WRONG = 0.05
"""Chance, at most, that a race drops a design that none beats, by a verdict on differences."""


def reach(variance: Floats, span: Floats, futures: int, z: float) -> Floats:
    """How far a mean difference may lie above the one seen: ``(s + √(s² + 4 z² v/n)) / 2`` with ``s = z² b/n``.

    v is the variance seen in n futures; what was not yet seen may add up to b in a future, so that nothing is sure after a few
    that agree. It solves ``x² = z² (v + b x)/n``, Wilson's way of asking: which truth would make what was seen rare.
    With b = 0 it is ``z √(v/n)``. Source: Wilson (1927) J Am Stat Assoc 22:209, with the variance of what can differ by b.

    >>> [round(float(reach(np.array(v), np.array(b), 100, 2.0)), 3) for v, b in ((0.25, 0.0), (0.0, 1.0), (0.25, 1.0))]
    [0.1, 0.04, 0.122]
    """
    s = z * z * span / futures
    found: Floats = (s + np.sqrt(s * s + 4.0 * z * z * variance / futures)) / 2.0
    return found


def spans(objectives: Sequence[Objective]) -> tuple[Floats, Floats]:
    """Step and span of each objective, ``[objective]``; designs' own cost and distance are known."""
    return np.array([o.step for o in objectives]), np.array([o.span for o in objectives])


def beats(parts: Floats, step: Floats, span: Floats, z: float) -> Flags:
    """Whether each design clearly beats each other, ``[design, other]``.

    It does where it is surely not worse by more than a step in anything, and surely better by more than a step in something:
    the upper ends of all its differences, and of one, say so. To be beaten wrongly a design must be judged wrongly in the
    very objective in which it is better, so that the chance is that of one judgement, however many objectives there are.
    Source: Berger (1982) Technometrics 24:295.

    Args:
        parts: what each future adds, ``[design, objective, future]`` (`objectives.parts`).
        step: least difference that matters, ``[objective]``.
        span: most by which one future can differ, ``[objective]``; 0 where not known.
        z: standard errors that are clear.
    """
    n = parts.shape[2]
    found = np.zeros((len(parts), len(parts)), dtype=bool)
    for d, other in enumerate(parts):
        difference = parts - other
        mean = difference.mean(axis=2)
        variance = difference.var(axis=2) * (n / (n - 1)) if n > 1 else np.full(mean.shape, np.inf)
        upper = mean + reach(variance, span, n, z)
        found[:, d] = (upper <= step).all(axis=1) & (upper < -step).any(axis=1)
    return found


def survivors(parts: Floats, step: Floats, span: Floats, z: float) -> Flags:
    """Which designs none that is left clearly beats, ``[design]``; the worst looked at first."""
    clear = beats(parts, step, span, z)
    found = np.ones(len(parts), dtype=bool)
    values = parts.mean(axis=2)
    for d in pareto.best(values, len(values))[::-1]:
        found[d] = not (clear[:, d] & found).any()
    return found


@dataclass(frozen=True)
class Race:
    """How a race went."""

    left: Places
    """Places of the designs left, ``[design]``."""
    beaten: int
    """Dropped because another is clearly better."""
    crowded_out: int
    """Dropped because only so many could go on: those that looked worst, with no proof."""


def race(
    ask: Callable[[Places, int], Floats],
    designs: int,
    ladder: Sequence[int],
    most: Sequence[int],
    objectives: Sequence[Objective],
    wrong: float = WRONG,
) -> Race:
    """The designs that stand after so many futures.

    Args:
        ask: what the futures ``0 … n − 1`` add to the objectives of designs at these places, ``[design, objective, future]``.
        designs: number of them.
        ladder: futures at each stage, rising.
        most: designs that may enter each stage.
        objectives: what is asked for.
        wrong: chance that a given design that none beats is dropped as beaten; divided over stages and rivals (Bonferroni).
    """
    left = np.arange(designs, dtype=np.int64)
    beaten = crowded = 0
    step, span = spans(objectives)
    for futures, room in zip(ladder, most, strict=True):
        if len(left) > room:
            crowded += len(left) - room
            values = pareto.boxed(ask(left, before(ladder, futures)).mean(axis=2), step)
            left = np.sort(left[pareto.best(values, room)])
        if len(left) < 2:
            continue
        z = float(-ndtri(wrong / (len(ladder) * (designs - 1))))
        stay = survivors(ask(left, futures), step, span, z)
        beaten += int((~stay).sum())
        left = left[stay]
    return Race(left, beaten, crowded)


def before(ladder: Sequence[int], futures: int) -> int:
    """Futures at the stage before this one; at the first stage its own.

    >>> before((32, 200, 1000), 200), before((32, 200, 1000), 32)
    (32, 32)
    """
    return max((n for n in ladder if n < futures), default=futures)
