"""The mildest world that breaks something: the nearest points to the middle world where a margin runs out.

Inputs are independent standard normals, so that the distance ``β = min ‖u‖`` says how rare a world it takes, in standard
deviations, in any units. The margin is a black box that is asked for many worlds at once. The search is the first step of
first-order reliability: from a point on the surface where the margin is nothing, go on along the margin's own slope
(Hasofer and Lind 1974, J Eng Mech 100:111; Rackwitz and Fiessler 1978, Comput Struct 9:489), here from ray to ray, so that
each step comes nearer; then from other sides, to find other such points (as Der Kiureghian and Dakessian 1998, Struct Saf
20:37). Nothing can be proved of a black box: what worlds at random inside the ball say is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from placeplan.core import streams
from placeplan.core.streams import Floats
from placeplan.explore.mildest.breaking import Clear, Mildest, Point, clear
from placeplan.explore.mildest.rays import Asked, Margin, Ray, fitted, unit
from placeplan.explore.one_thread import in_one_thread

APART = 30.0
"""Degrees between directions of points that count as two."""
STEPS = 30
"""Steps from one start, at most."""
REACH = (0.5, 0.1)
"""Standard deviations to either side over which the slope is taken: finer where that leads no nearer, and then by how it bends."""
BLEND = np.array([0.3, 0.7, 1.0, 1.6])
"""How far to turn towards the slope: all are tried."""
NEAR = np.array([0.6, 0.8, 0.9, 0.97, 1.0])
"""Where rays are asked beside one that breaks, in its radius."""
FAR = np.arange(1, 9) / 8
"""Where other rays are asked, in the largest radius."""
ROUNDS = 4
"""Times that the ball is checked, at most: again where a world in it broke."""
NEARER = 1e-4
"""A step that comes nearer by a smaller share than this does not."""


@in_one_thread
def find_mildest(
    margin: Margin, inputs: int, seed: int = 1, *, budget: int = 2000, radius: float = 4.0, points: int = 3,
    first: Floats | None = None, tolerance: float = 1e-3,
) -> Mildest:  # fmt: skip
    """The nearest points to the middle world, u = 0, where the margin is nothing: ``β = min ‖u‖``.

    Args:
        margin: room left, ``[world]``, of worlds ``[world, input]`` of independent standard normals; it breaks at or below 0.
        inputs: how many inputs there are.
        seed: seed of what is drawn: the same seed finds the same.
        budget: worlds that may be asked for, in all; a fifth of them check the ball.
        radius: how far out to search, in standard deviations.
        points: points to look for.
        first: directions in which the margin falls, to begin with, ``[direction, input]``: such as worlds run before tell.
        tolerance: the margin of a point is nothing to this share of the middle world's, its distance to this share of itself,
            unless the margin jumps.

    Raises:
        ValueError: where there is no input, no world to ask for, or a margin is not a number.

    >>> found = find_mildest(lambda u: 5.0 - u @ np.array([3.0, 4.0]), 2)
    >>> round(found.beta, 3), found.points[0].world.round(3).tolist(), len(found.points), found.stopped
    (1.0, [0.6, 0.8], 1, False)
    """
    if inputs < 1 or budget < 1:
        raise ValueError("a search needs at least one input and one world")
    asked = Asked(margin, inputs, budget)
    middle = float(asked.ask(np.zeros((1, inputs)))[0])
    asked.sign, asked.start = 1.0 if middle > 0 else -1.0, abs(middle)
    asked.nearest = None
    if middle == 0:
        here = Point(np.zeros(inputs), 0.0, 0.0, settled=True)
        return Mildest((here,), 0.0, radius, Clear(0.0, 0, 1.0, 0.0), 1, stopped=False)
    search = _Search(asked, seed, radius, points, tolerance)
    return search.run(budget, first)


@dataclass
class _Search:
    asked: Asked
    seed: int
    radius: float
    points: int
    tolerance: float
    found: list[tuple[Ray, bool]] = field(default_factory=list)
    """Rays that break, with whether no step came nearer."""

    def run(self, budget: int, first: Floats | None) -> Mildest:
        """Search, check the ball, search again from what the check found, and tell."""
        asked, checks, spare = self.asked, budget // 5, budget // 10
        asked.limit = budget - checks - spare
        given = np.zeros((0, asked.inputs)) if first is None else np.atleast_2d(np.asarray(first, dtype=float))
        starts = asked.sign * unit(given)
        unfinished = False
        for n, direction in enumerate(chain(starts, self._starts())):
            unfinished = n > 0 and asked.left <= 2 * asked.inputs
            if unfinished or len(self.found) >= 2 * self.points:
                break
            self._descend(direction)
        checked = 0
        for step in range(ROUNDS):
            asked.limit = budget
            checked = self._check(min(checks, asked.left), step)
            nearer = self._nearer()
            if nearer is None:
                break
            # What was checked chose the new ball, so only worlds drawn afterwards may speak for it.
            checked, asked.limit = 0, budget - spare
            self._descend(nearer.direction)
        return self._told(checked, stopped=unfinished or asked.refused)

    def _nearest(self) -> float:
        """Distance of the nearest break on a ray."""
        return min((r.outer for r, _ in self.found), default=np.inf)

    def _nearer(self) -> Ray | None:
        """The ray to the nearest world asked that breaks, where that is nearer than what was found by enough to count."""
        if self.asked.nearest is None:
            return None
        far, world, low = self.asked.nearest
        nearer = far <= self.radius and far < self._nearest() * (1.0 - self.tolerance)
        return Ray(unit(world), far, far, low, outer=far) if nearer else None

    def _normals(self, what: str, count: int, step: int = 0) -> Floats:
        """Independent standard normals, ``[count, input]``, keyed by what they are for."""
        keys = streams.keys(self.seed, f"mildest {what}", [str(i) for i in range(self.asked.inputs)])
        words = streams.words(keys, np.arange(count, dtype=np.uint64), step)
        return streams.normal_quantile(streams.uniform(words)).T

    def _starts(self) -> Iterator[Floats]:
        """Directions to start along: down the slope over the whole radius, worlds that break, and away from what was found."""
        asked = self.asked
        axes = np.eye(asked.inputs)[: asked.inputs if 8 * asked.inputs <= asked.left else 0]
        random = unit(self._normals("directions", max(4, asked.left // 16)))
        slope, broken = self._fan(np.zeros(asked.inputs), np.concatenate((axes, random)))
        yield unit(-slope)
        for direction in broken:
            if not self._known(direction):
                yield direction
        for ray in [r for r, _ in self.found]:
            if not self._known(-ray.direction):
                yield -ray.direction
        for step in range(self.points):
            yield from self._away(step)

    def _fan(self, centre: Floats, directions: Floats) -> tuple[Floats, Floats]:
        """Pairs of worlds to either side of one: the slope through them, and the directions of a few that break, far apart."""
        out = self.radius * directions
        worlds = np.concatenate((centre + out, centre - out))
        margins = self.asked.ask(worlds)
        plus, minus = np.split(margins, 2)
        known = np.isfinite(plus) & np.isfinite(minus)
        slope = fitted(2.0 * out[known], plus[known] - minus[known])
        broken: list[Floats] = []
        for i in np.argsort(margins, kind="stable"):
            direction = unit(worlds[i])
            if margins[i] > 0 or len(broken) >= self.points:
                break
            if all(_angle(direction, b) >= 2 * APART for b in broken):
                broken.append(direction)
        return slope, np.array(broken).reshape(-1, self.asked.inputs)

    def _away(self, step: int) -> Iterator[Floats]:
        """Directions across those found, from a world on their far side, where the margin that they use up is back."""
        asked, found = self.asked, np.array([r.direction for r, _ in self.found])
        if not 0 < len(found) < asked.inputs:
            return
        basis = np.linalg.qr(found.T)[0]
        random = self._normals("away", max(4, min(2 * asked.inputs, asked.left // 4)), step)
        across = unit(random - (random @ basis) @ basis.T)
        slope, broken = self._fan(unit(found.sum(axis=0)) * (-self.radius / 2), across)
        slope -= basis @ (basis.T @ slope)
        yield from (d for d in (unit(-slope), *broken) if not self._known(d))

    def _known(self, direction: Floats) -> bool:
        """Whether a direction is one that was found."""
        return any(_angle(direction, r.direction) < APART for r, _ in self.found)

    def _descend(self, direction: Floats) -> None:
        """From a direction to the nearest break around it; nothing where it leads to one that was found, or to none."""
        asked, settled, way = self.asked, False, 0
        best = asked.narrow(asked.rays(direction[None], self.radius * FAR)[0], 1, self.tolerance)
        for step in range(STEPS):
            tries = self._turned(best, REACH[way]) if way < len(REACH) else self._bent(best, step)
            broken = np.isfinite(best.radius)
            rays = asked.rays(tries, best.radius * NEAR if broken else self.radius * FAR)
            new = asked.narrow(min(rays, key=lambda r: r.order), 1, self.tolerance)
            if _nearer(new, best, asked.start):
                best, way = new, way % len(REACH)
                if self._joins(best):
                    return
            elif way < len(REACH):
                way += 1
            else:
                settled = asked.left > 0
                break
        if np.isfinite(best.radius) and best.outer <= self.radius:
            self._keep(asked.narrow(best, 6, self.tolerance), settled=settled)

    def _turned(self, ray: Ray, reach: float) -> Floats:
        """Directions to try beside a ray: turned towards the slope, and to the side where a pair of worlds shows that it breaks nearer."""
        slope, pairs, margins = self.asked.slope(ray, reach)
        turned = ray.direction + BLEND[:, None] * (unit(-slope) - ray.direction)
        fall = max(-float(slope @ ray.direction), 1e-300)
        far = np.linalg.norm(pairs, axis=1)
        side = unit(pairs[int(np.argmin(np.where(np.isfinite(margins), far + margins / fall, np.inf)))])
        sides = ray.direction + np.array([[1.0], [3.0]]) * (side - ray.direction)
        return unit(np.concatenate((turned, sides)))

    def _bent(self, ray: Ray, step: int) -> Floats:
        """Directions to try beside a ray: to either side along which the surface bends towards the middle world most."""
        n = self.asked.inputs
        side = self.asked.bend(ray, self._normals("bend", 2 * n, step), 2.0 * REACH[0])
        return unit(ray.direction + np.outer([-1.0, -0.5, -0.2, 0.2, 0.5, 1.0], side))

    def _joins(self, ray: Ray) -> bool:
        """Whether a ray comes close to one that was found, and is no nearer."""
        return any(_angle(ray.direction, r.direction) < APART / 3 and ray.radius >= r.radius for r, _ in self.found)

    def _keep(self, ray: Ray, *, settled: bool) -> None:
        """Keeps a ray; of those that are one by angle, the nearest."""
        same = [f for f in self.found if _angle(f[0].direction, ray.direction) < APART]
        if all(ray.radius < f[0].radius for f in same):
            self.found = [f for f in self.found if all(f is not s for s in same)] + [(ray, settled)]

    def _check(self, count: int, step: int) -> int:
        """Asks for worlds at random inside the ball that the nearest break leaves; how many."""
        n = self.asked.inputs
        ball = min(self._nearest(), self.radius)
        key = np.array([streams.key(self.seed, "mildest", "distance")], dtype=np.uint64)
        u = streams.uniform(streams.words(key, np.arange(count, dtype=np.uint64), step)[0])
        directions = unit(self._normals("ball", count, step))
        return int(np.isfinite(self.asked.ask(directions * (ball * u ** (1.0 / n))[:, None])).sum())

    def _told(self, checked: int, *, stopped: bool) -> Mildest:
        """What was found: the nearest point, and others from which no step came nearer."""
        asked = self.asked
        rays = sorted(self.found, key=lambda f: f[0].outer)
        nearer = self._nearer()
        rays = [(nearer, False), *rays] if nearer else rays
        points = tuple(
            Point(r.direction * r.outer, asked.sign * r.outer, asked.sign * r.low, settled=s)
            for n, (r, s) in enumerate(rays)
            if n == 0 or (s and _angle(r.direction, rays[0][0].direction) >= APART)
        )
        inside = min((abs(p.beta) for p in points), default=self.radius)
        none = clear(min(inside, asked.nearest[0] if asked.nearest else np.inf), checked, asked.inputs)
        middle = asked.sign * asked.start
        return Mildest(points[: self.points], middle, self.radius, none, asked.worlds, stopped)


def _angle(one: Floats, other: Floats) -> float:
    """Degrees between two directions."""
    return float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))


def _nearer(new: Ray, old: Ray, start: float) -> bool:
    """Whether a ray breaks nearer, or comes nearer to breaking, by enough to count."""
    if np.isfinite(old.radius):
        return new.radius < old.radius * (1.0 - NEARER)
    return bool(np.isfinite(new.radius)) or new.low < old.low - NEARER * start
