"""Rays from the middle world: how far out along a direction something breaks, and how the margin slopes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core.streams import Floats
from placeplan.explore.one_thread import in_one_thread

Margin = Callable[[Floats], Floats]
"""Room left, ``[world]``, of worlds of independent standard normals, ``[world, input]``; what breaks has none or less."""
SPREAD = np.array([-0.3, -0.06, -0.005, 0.0005, 0.01, 0.06, 0.3])
"""Where a ray is asked again, from where it seems to break, in widths of what is known."""


def crossing(inner: float, outer: float, before: float, after: float) -> float:
    """Where a margin that falls from ``m₀`` at ``r₀`` to ``m₁`` at ``r₁`` is nothing: ``r₀ + (r₁ − r₀) m₀ / (m₀ − m₁)``.

    Straight in between; radii in standard deviations, ``m₀ > 0 ≥ m₁``.

    >>> crossing(1.0, 3.0, 1.0, -3.0)
    1.5
    """
    return inner + (outer - inner) * before / (before - after)


def unit(vectors: Floats) -> Floats:
    """Vectors of length 1 along these, ``[…, input]``; where one has no length, it stays.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: Floats = vectors / np.where(length > 0, length, 1.0)
    return found


def beside(direction: Floats) -> Floats:
    """Orthonormal directions of which one is this (or its opposite) and the others stand across, near the inputs' own.

    ``H = I − 2 v vᵀ / vᵀv`` with ``v = d ± e_k`` for the largest part k of d; rows are directions, ``[input, input]``.
    Source: Householder (1958), J ACM 5:339.

    >>> beside(np.array([0.6, 0.8])).round(2).tolist()
    [[0.8, -0.6], [-0.6, -0.8]]
    """
    k = int(np.argmax(np.abs(direction)))
    v = direction.copy()
    v[k] += 1.0 if direction[k] >= 0 else -1.0
    found: Floats = np.eye(len(v)) - np.outer(v, v) * (2.0 / float(v @ v))
    return found


@dataclass(frozen=True)
class Ray:
    """What is known of one direction."""

    direction: Floats
    """Of length 1, ``[input]``."""
    radius: float
    """Where it breaks first, as far as it was asked; infinite where it does not."""
    at: float
    """The same, or where the margin is lowest."""
    low: float
    """The margin at the outer end, or the lowest."""
    inner: float = 0.0
    """Outermost radius asked that holds before it breaks."""
    before: float = 0.0
    """Margin there."""
    outer: float = 0.0
    """Innermost radius asked that breaks."""

    @property
    def order(self) -> tuple[float, float]:
        """Lower for a ray that breaks nearer; where none does, that comes nearer to it."""
        return self.radius, self.low


def ray_of(direction: Floats, radii: Floats, margins: Floats) -> Ray:
    """A ray from margins at radii that rise, ``[radius]``, of which the first holds.

    >>> ray_of(np.array([1.0]), np.array([0.0, 1.0, 2.0]), np.array([3.0, 1.0, -1.0])).radius
    1.5
    """
    broken = margins <= 0
    if not broken.any():
        low = 1 + int(np.argmin(margins[1:]))
        return Ray(direction, np.inf, float(radii[low]), float(margins[low]))
    j = int(np.argmax(broken))
    (inner, outer), (before, after) = radii[j - 1 : j + 1].tolist(), margins[j - 1 : j + 1].tolist()
    radius = crossing(inner, outer, before, after)
    return Ray(direction, radius, radius, after, inner, before, outer)


@dataclass
class Asked:
    """Asks for margins, so long as worlds are left."""

    margin: Margin
    inputs: int
    limit: int
    """Worlds that may be asked for by now."""
    sign: float = 1.0
    """−1 where the middle world breaks and one that does not is sought."""
    worlds: int = 0
    """Worlds asked for so far."""
    refused: bool = False
    """Whether any world was not asked for because none was left."""
    start: float = 0.0
    """Margin of the middle world, by sign."""
    nearest: tuple[float, Floats, float] | None = field(default=None)
    """Of all worlds asked that break: the one nearest to the middle, its distance, itself and its margin."""

    @property
    def left(self) -> int:
        """Worlds that may still be asked for."""
        return max(0, self.limit - self.worlds)

    def ask(self, worlds: Floats) -> Floats:
        """Margins, ``[world]``; infinite for those beyond the limit. Raises ValueError where they are not numbers."""
        some = worlds[: self.left]
        self.refused |= len(some) < len(worlds)
        found = np.full(len(worlds), np.inf)
        if len(some):
            told: Any = np.asarray(self.margin(some), dtype=np.float64)
            if told.shape != (len(some),) or np.isnan(told).any():
                raise ValueError(f"the margin must be one number for each of {len(some)} worlds")
            found[: len(some)] = self.sign * told
            self.worlds += len(some)
            self._remember(some, found[: len(some)])
        return found

    def _remember(self, worlds: Floats, margins: Floats) -> None:
        """Keeps the nearest world that breaks."""
        distance = np.where(margins <= 0, np.linalg.norm(worlds, axis=1), np.inf)
        i = int(np.argmin(distance))
        if distance[i] < (self.nearest[0] if self.nearest else np.inf):
            self.nearest = float(distance[i]), worlds[i].copy(), float(margins[i])

    def rays(self, directions: Floats, radii: Floats) -> list[Ray]:
        """Rays along directions ``[direction, input]``, each asked at these radii ``[radius]``.

        Directions are taken to nine places, as the libraries that solve for them differ in their last bits between machines.
        """
        directions = directions.round(9)
        worlds = directions[:, None, :] * radii[:, None]
        margins = self.ask(worlds.reshape(-1, self.inputs)).reshape(len(directions), -1)
        middle = np.full((len(directions), 1), self.start)
        out = np.concatenate(([0.0], radii))
        return [ray_of(d, out, m) for d, m in zip(directions, np.concatenate((middle, margins), axis=1), strict=True)]

    def narrow(self, ray: Ray, rounds: int, tolerance: float) -> Ray:
        """The same ray with its break between narrower ends: until its margin is this small a share of the middle world's."""
        for _ in range(rounds):
            width = ray.outer - ray.inner
            near = -ray.low <= tolerance * self.start and width <= tolerance * ray.outer
            if near or not np.isfinite(ray.radius) or self.left < len(SPREAD):
                break
            radii = ray.radius + width * SPREAD
            radii = radii[(radii > ray.inner) & (radii < ray.outer)]
            margins = self.ask(ray.direction * radii[:, None])
            ends = np.concatenate(([ray.inner], radii, [ray.outer])), np.concatenate(([ray.before], margins, [ray.low]))
            ray = ray_of(ray.direction, *ends)
        return ray

    def slope(self, ray: Ray, reach: float) -> tuple[Floats, Floats, Floats]:
        """The margin's slope where a ray breaks, ``[input]``, by pairs of worlds this far to either side; and the pairs, with margins.

        A pair of which one was not asked tells nothing.
        """
        world, across = ray.direction * ray.at, beside(ray.direction) * reach
        pairs = np.concatenate((world + across, world - across))
        margins = self.ask(pairs)
        plus, minus = np.split(margins, 2)
        known = np.isfinite(plus) & np.isfinite(minus)
        half = np.where(known, plus - np.where(known, minus, 0.0), 0.0) / (2.0 * reach * reach)
        return half @ across, pairs, margins

    def bend(self, ray: Ray, random: Floats, reach: float) -> Floats:
        """The direction across a ray in which the margin bends down most, ``[input]``, from random directions ``[direction, input]``."""
        across = unit(random - np.outer(random @ ray.direction, ray.direction))
        world = ray.direction * ray.at
        plus, minus = np.split(self.ask(np.concatenate((world + across * reach, world - across * reach))), 2)
        known = np.isfinite(plus) & np.isfinite(minus)
        return bent(across[known], plus[known] + minus[known])


@in_one_thread
def fitted(worlds: Floats, margins: Floats) -> Floats:
    """Slope of the straight line through pairs of worlds either side of one point, ``[input]``: least squares, the shortest of several.

    ``a = argmin Σ (Δm − a·Δu)²`` over the pairs' differences Δu ``[pair, input]`` and Δm ``[pair]``; pairs that are not known are left out.
    Of several surfaces Δm is ``[pair, surface]`` and the slopes ``[input, surface]``; a pair has to be known of all.

    >>> fitted(np.array([[2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]), np.array([2.0, -4.0, -2.0])).round(9).tolist()
    [1.0, -2.0]
    """
    known = np.isfinite(margins).all(axis=tuple(range(1, margins.ndim)))
    found = np.asarray(np.linalg.lstsq(worlds[known], margins[known], rcond=None)[0], dtype=np.float64)
    return found if known.any() else np.zeros((worlds.shape[1], *margins.shape[1:]))


def bent(directions: Floats, sums: Floats) -> Floats:
    """The direction along which a surface bends down most, ``[input]``: lowest eigenvector of ``Σ (s_i − s̄) dᵢ dᵢᵀ``.

    For random directions d of length 1 and sums s of the margins of pairs of worlds to either side (with ``s ≈ 2m + h² dᵀHd``) its
    expectation has the eigenvectors of H, in the same order. Source: as the spectral start of Candès, Li and Soltanolkotabi
    (2015), IEEE Trans Inf Theory 61:1985.

    >>> abs(bent(np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]), np.array([0.0, -1.0, -0.64]))).round(2).tolist()
    [0.04, 1.0]
    """
    if len(sums) == 0:
        return np.zeros(directions.shape[1])
    weighed = directions * (sums - sums.mean())[:, None]
    found: Floats = np.linalg.eigh(weighed.T @ directions)[1][:, 0]
    return found
