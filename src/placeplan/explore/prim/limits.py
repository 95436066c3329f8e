"""Boxes in the space of inputs, and what is measured of them: mass, coverage, density, and how sure each limit is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Asked:
    """What is asked of a box, and how hard to look."""

    coverage: float = 0.7
    """Share of all failures that a box should hold."""
    density: float = 0.7
    """Share of a box's worlds that should fail, at least; see `dense_enough`."""
    limits: int = 4
    """Inputs that a box may limit, at most."""
    boxes: int = 3
    """Boxes, at most."""
    peel: float = 0.1
    """Share of a box's worlds taken away in one step, as in Bryant & Lempert (2010)."""
    mass: float = 0.05
    """Share of the worlds that a box keeps, at least."""
    level: float = 0.05
    """An end with a larger quasi-p-value is opened again, where the box does not lose what is asked by it."""
    luck: float = 0.01
    """A box that shuffled failures match more often than this is not taken for real."""
    resamples: int = 100
    shuffles: int = 99

    def __post_init__(self) -> None:
        shares = (self.coverage, self.density, self.peel, self.mass, self.level, self.luck)
        if not all(0 < s < 1 for s in shares):
            raise ValueError("coverage, density, peel, mass, level and luck lie between 0 and 1")
        if min(self.limits, self.boxes, self.shuffles) < 1 or self.resamples < 0:
            raise ValueError("ask for at least one limit, one box and one shuffle")


@dataclass(frozen=True)
class Limit:
    """One input held between two ends, both inside; an end that is ``None`` is open."""

    name: str
    low: float | None
    high: float | None
    quasi_p: float
    """See `quasi_p`; without limit of the number of inputs tried, so only small values say anything."""


@dataclass(frozen=True)
class Step:
    """One box of a trajectory: ends by input, and its measures among the worlds searched."""

    ends: tuple[tuple[str, float | None, float | None], ...]
    mass: float
    coverage: float
    density: float


@dataclass(frozen=True)
class Steady:
    """How often an input is limited when the worlds are drawn anew, and the 10 % and 90 % quantile of each end."""

    name: str
    share: float
    low: tuple[float, float] | None
    high: tuple[float, float] | None


@dataclass(frozen=True)
class Again:
    """The search done again on worlds drawn anew with replacement."""

    times: int
    inputs: tuple[Steady, ...]
    """The most often limited first."""
    coverage: tuple[float, float, float]
    """10 %, 50 % and 90 % quantile, each box measured on the worlds that it was not found on."""
    density: tuple[float, float, float]
    """The same; where the worlds fail by chance alone it is the share of all worlds that fail."""


@dataclass(frozen=True)
class Box:
    """Worlds within all limits. Measures are over all worlds, also those that an earlier box holds."""

    limits: tuple[Limit, ...]
    worlds: int
    mass: float
    coverage: float
    density: float
    adds: float
    """Share of all failures that this box holds and no earlier one does."""
    chance: float
    """How often the same search finds as much where failures are shuffled among the worlds."""
    steps: tuple[Step, ...]
    """The trajectory on which it was found, from all worlds on."""
    again: Again | None
    """``None`` where the box is not taken for real, or no resamples were asked for."""


@dataclass(frozen=True)
class Discovery:
    """What was found: boxes in order, and what all worlds look like."""

    worlds: int
    base: float
    """Share of all worlds that fail."""
    boxes: tuple[Box, ...]
    coverage: float
    """Share of all failures that lie in any of the boxes."""
    density: float
    """Share of the worlds in any of the boxes that fail; ``base`` where there is none."""
    refused: Box | None
    """The next box, which was not taken, as shuffled failures give as much too often."""


def share(part: float, whole: float) -> float:
    """``part / whole``, 0 of nothing: mass of worlds, coverage of failures, density of a box.

    >>> share(3.0, 4.0), share(0.0, 0.0)
    (0.75, 0.0)
    """
    return float(part / whole) if whole > 0 else 0.0


def quasi_p(worlds: float, failing: float, without: float) -> float:
    """How likely a box would be at least as dense if its limit on one input meant nothing.

    ``P(K ≥ failing) = I_without(failing, worlds − failing + 1)`` for K binomial of ``worlds``, where ``without`` is the
    density of the box with that limit lifted; by the incomplete beta function I it also takes failures that are shares.
    It knows nothing of how many limits were tried, hence quasi. Source: Bryant & Lempert (2010), Thinking inside the box,
    Technological Forecasting and Social Change 77, 34–49.

    >>> round(quasi_p(3, 3, 0.5), 12), quasi_p(3, 0, 0.5)
    (0.125, 1.0)
    """
    if failing <= 0 or without >= 1:
        return 1.0
    return float(special.betainc(failing, worlds - failing + 1, without))


def gain(worlds: Any, failing: Any, peeled: Any, failing_peeled: Any) -> Any:
    """What a peel brings: ``((F − f) / (n − m) − F / n) / (m / n)``, the rise of density by share of the worlds given up.

    n worlds in the box, F failures among them, m worlds peeled and f failures among those. Dividing by the share given up
    keeps an input of few values, which must give up many worlds at once, from being taken too early (the lenient
    objective). Source: Friedman & Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9,
    section 14.1.

    >>> gain(8.0, 2.0, 4.0, 0.0)  # from 2 of 8 to 2 of 4, for half of the worlds
    0.5
    """
    return ((failing - failing_peeled) / (worlds - peeled) - failing / worlds) / (peeled / worlds)


def dense_enough(asked: float, base: float) -> float:
    """The density a box should reach: ``max(asked, (1 + base) / 2)``, at least half of the way from all worlds to certainty.

    >>> dense_enough(0.7, 0.1), dense_enough(0.7, 0.8)
    (0.7, 0.9)
    """
    return max(asked, (1.0 + base) / 2.0)


def reach(coverage: Any, density: Any, base: float, asked: Asked) -> Any:
    """How far a box comes to what is asked, 1 where it has both.

    ``min(1, coverage / asked, (density − base) / (asked − base))``: all worlds together, as dense as the base, have nothing.

    >>> asked = Asked(coverage=0.5, density=0.75)
    >>> float(reach(0.25, 0.75, 0.25, asked)), float(reach(1.0, 0.25, 0.25, asked))
    (0.5, 0.0)
    """
    wanted = dense_enough(asked.density, base)
    return np.minimum(1.0, np.minimum(coverage / asked.coverage, (density - base) / (wanted - base)))


def balance(coverage: Any, density: Any) -> Any:
    """Harmonic mean of coverage and density, ``2 c d / (c + d)``.

    >>> round(float(balance(0.5, 1.0)), 4)
    0.6667
    """
    return 2.0 * coverage * density / np.maximum(coverage + density, 1e-300)
