"""What a search for the mildest world found, and what worlds drawn at random say beside it: how much of the ball inside may break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from placeplan.core.streams import Floats

SURE = 0.95
"""How sure it is."""


def importance(world: Floats) -> Floats:
    """How much of the way each input goes: ``uᵢ² / ‖u‖²``, ``[input]``; the parts sum to 1.

    >>> importance(np.array([3.0, -4.0])).round(2).tolist()
    [0.36, 0.64]
    """
    found: Floats = world**2 / max(float(world @ world), 1e-300)
    return found


def ceiling(checked: int, sure: float = SURE) -> float:
    """Largest share of worlds that may break where none of k drawn at random did: ``1 − (1 − c)^(1/k)`` (about 3/k for c = 0.95).

    Source: Clopper and Pearson (1934), Biometrika 26:404, for none of k.

    >>> round(ceiling(299), 4), ceiling(0)
    (0.01, 1.0)
    """
    return 1.0 - (1.0 - sure) ** (1.0 / checked) if checked else 1.0


def flat_beyond(share: float, inputs: int) -> float:
    """Distance of a plane that cuts this share off a ball of radius 1 in n dimensions: ``x`` with ``½ I(1 − x²; (n + 1)/2, ½) = share``.

    I is the regularised incomplete beta function (Li 2011, Asian J Math Stat 4:66). 0 where the share is a half or more.

    >>> round(flat_beyond(0.25, 1), 3), round(flat_beyond(0.01, 60), 3), flat_beyond(0.5, 3)
    (0.5, 0.293, 0.0)
    """
    if share >= 0.5:
        return 0.0
    return float(np.sqrt(max(0.0, 1.0 - betaincinv((inputs + 1) / 2, 0.5, 2.0 * share))))


@dataclass(frozen=True)
class Clear:
    """What worlds drawn at random inside a ball around the middle world say: none of them breaks."""

    radius: float
    """Of the ball: as far as the nearest point found, or as far as was searched."""
    checked: int
    """Worlds drawn, alike all over the ball."""
    share: float
    """Largest share of the ball that may break, with 95 % confidence (`ceiling`)."""
    least: float
    """A flat side that breaks nearer than this would have been met, with 95 % confidence (`flat_beyond`)."""

    @property
    def gap(self) -> float:
        """Standard deviations between that and the radius: what the search may have missed."""
        return self.radius - self.least


def clear(radius: float, checked: int, inputs: int) -> Clear:
    """What so many worlds say of a ball of this radius in n dimensions.

    >>> clear(2.0, 299, 2).gap < 0.15 < 1.4 < clear(2.0, 299, 60).gap
    True
    """
    share = ceiling(checked)
    return Clear(radius, checked, share, radius * flat_beyond(share, inputs))


@dataclass(frozen=True)
class Point:
    """A world that just breaks it (or just does not, where the middle world does), nearer than all around it."""

    world: Floats
    """``[input]``, in standard deviations."""
    beta: float
    """Distance from the middle world; negative where that breaks already."""
    margin: float
    """Its margin, as asked for."""
    settled: bool
    """Whether no step came nearer; else the search stopped before."""


@dataclass(frozen=True)
class Mildest:
    """What a search found."""

    points: tuple[Point, ...]
    """Nearest first, far apart by angle; none where nothing breaks within the radius searched."""
    middle: float
    """Margin of the middle world."""
    radius: float
    """Searched so far out, in standard deviations."""
    clear: Clear
    worlds: int
    """Worlds asked for."""
    stopped: bool
    """Whether it ran out of worlds before it was done: this is the best so far."""

    @property
    def beta(self) -> float | None:
        """Distance of the nearest point; negative where the middle world breaks; None where none was found."""
        return self.points[0].beta if self.points else None
