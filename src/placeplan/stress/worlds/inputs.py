"""A plan's assumptions as independent standard normals, and worlds of them run: in the plan's own widths, or the library's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.core.streams import normal_quantile
from placeplan.futures.assumptions import Assumption
from placeplan.futures.copula import correlated, uniform_of
from placeplan.futures.numbers import uniform
from placeplan.futures.sample import Futures, draw, name_of
from placeplan.model.outcomes import Array
from placeplan.plan.library import library
from placeplan.plan.promises import Promise
from placeplan.stress.runs.kept import HAIR, columns_of
from placeplan.stress.runs.runner import Runs

ENDS = np.array([1e-9, 1.0 - 1e-9])
"""Quantiles between which a value stays that is moved from one distribution to another."""


def moved(value: Array, own: float, theirs: float, low: float, high: float) -> Array:
    """A value of the library's distribution around the plan's own median: ``x + m_own − m_library``, kept between low and high.

    In the assumption's unit; low and high are the ends of what either distribution reaches.

    >>> moved(np.array([0.01, 0.05]), 0.0, 0.02, -0.005, 0.06).round(3).tolist()
    [-0.005, 0.03]
    """
    found: Array = np.clip(value + (own - theirs), low, high)
    return found


@dataclass(frozen=True)
class Inputs:
    """Assumptions of a plan as independent normals, one input for each and for each entity that draws for itself."""

    runs: Runs
    assumptions: tuple[Assumption, ...]
    """All of the plan's, with the widths that count."""
    own: Mapping[str, Assumption]
    """Those of which the width is the library's, as the plan has them."""
    names: tuple[str, ...]
    """Name of each input, ``[input]``: those with width, and what moves together with them."""
    wide: tuple[str, ...]
    """Names of those with width."""
    entities: Mapping[str, Sequence[str]]

    def values(self, worlds: Array) -> dict[str, Array]:
        """Value of every assumption, ``[world]`` by name, in worlds of independent standard normals ``[world, input]``.

        Normals of assumptions that move together are mixed as in any draw (Gaussian copula).
        """
        futures = Futures(seed=self.runs.futures.seed, count=len(worlds))
        design = dict(zip(self.names, uniform_of(worlds.T), strict=True))
        drawn = draw(self.assumptions, self.runs.plan.correlations, (), futures, self.entities, design)
        known = {a.id: a for a in self.assumptions}
        return {name: self._around(values, known[name.partition("@")[0]]) for name, values in drawn.items()}

    def _around(self, values: Array, theirs: Assumption) -> Array:
        """Values around the plan's own median, where only their width is the library's."""
        own = self.own.get(theirs.id)
        if own is None:
            return values
        ends = np.concatenate((own.distribution.quantile(ENDS), theirs.distribution.quantile(ENDS)))
        low, high = float(ends.min()), float(ends.max())
        return moved(values, own.distribution.middle, theirs.distribution.middle, low, high)

    def scores(self, worlds: Array) -> dict[str, Array]:
        """How many standard deviations each input itself stands from its middle, ``[world]`` by name: mixed where they move together."""
        futures = Futures(seed=self.runs.futures.seed, count=len(worlds))
        design = dict(zip(self.names, uniform_of(worlds.T), strict=True))
        known = {a.id: a for a in sorted(self.assumptions, key=lambda a: a.id)}
        mixed = correlated(known, self.runs.plan.correlations, futures, self.entities, design)
        return {n: mixed.get(n, worlds[:, i]) for i, n in enumerate(self.names)}

    def drawn(self, futures: Futures) -> Array:
        """The normals that stand behind futures as they are drawn from their keys, ``[future, input]``."""
        found: Array = np.empty((futures.count, len(self.names)))
        for i, name in enumerate(self.names):
            key, _, entity = name.partition("@")
            found[:, i] = normal_quantile(uniform(key, entity, futures))
        return found

    def room(self, worlds: Array, promises: Sequence[Promise], chances: int) -> Array:
        """Room left to each promise, ``[promise, world, chance]``, where all worlds meet the same chances; below 0 where it is broken.

        NaN where it is not due or the model has no such outcome.
        """
        numbers = replace(self.runs.futures, count=chances, ids=None).numbers()
        each = max(1, WIDE // chances)
        parts = [
            self._some(w, np.repeat(np.arange(len(w)), chances), np.tile(numbers, len(w)), promises)
            for w in (worlds[i : i + each] for i in range(0, len(worlds), each))
        ]
        return np.concatenate(parts, axis=1).reshape(len(promises), len(worlds), chances)

    def paired(self, worlds: Array, promises: Sequence[Promise]) -> Array:
        """The same, ``[promise, world]``, where each world meets a chance of its own, as futures do."""
        numbers = replace(self.runs.futures, count=len(worlds), ids=None).numbers()
        cuts = range(0, len(worlds), WIDE)
        parts = [
            self._some(w, np.arange(len(w)), numbers[i : i + WIDE], promises)
            for i, w in ((i, worlds[i : i + WIDE]) for i in cuts)
        ]
        return np.concatenate(parts, axis=1)

    def _some(self, worlds: Array, at: Any, numbers: Any, promises: Sequence[Promise]) -> Array:
        """Room, ``[promise, lane]``, as many as fit into one call: in each lane a world, by its place, and a future's number.

        Beside them run two worlds in which everything is moved, so that one recording holds for all calls.
        """
        runs, here, count = self.runs, self.runs.here, len(worlds)
        beside = np.array([[1.0], [-1.0]]) * np.ones(len(self.names))
        at = np.concatenate((at, [count, count + 1]))
        ids = (*numbers.tolist(), 0, 0)
        values = self.values(np.concatenate((worlds, beside)))
        found = here.simulate(
            runs.plan, here.baseline(runs.plan), replace(runs.futures, ids=ids, count=len(ids), first=0), (), here.threads,
            draws={name: v[at] for name, v in values.items()},
            keep=frozenset(p.outcome for p in promises), recordings=here.recordings,
        )  # fmt: skip
        runs.progress.add(found.count, "the mildest world")
        read = [columns_of(p, found, runs.plan.about.judge_from, full=False) for p in promises]
        least = [r[f"{p.id}/least"][:-2] + slack(p) for p, r in zip(promises, read, strict=True)]
        return np.array(least).reshape(len(promises), len(ids) - 2)


def slack(promise: Promise) -> float:
    """By how little a bound may be missed and still count as met, in the outcome's unit (`kept.HAIR`), and as much again."""
    bounds: list[Any] = [b for b in (promise.at_least, promise.at_most) if b is not None]
    sizes = [abs(float(v)) for b in bounds for v in (b.values() if isinstance(b, dict) else (b,))]
    return 2.0 * HAIR * max(1.0, *sizes)


def own_widths(runs: Runs) -> Inputs:
    """A plan's assumptions in its own widths."""
    return _inputs(runs, runs.plan.assumptions, {})


def library_widths(runs: Runs) -> Inputs:
    """The same around the plan's own medians in the library's widths, where it has any: also what the plan takes as certain."""
    theirs = {item.value.id: item.value for item in library().assumptions}
    own = {a.id: a for a in runs.plan.assumptions if a.id in theirs and a.distribution != theirs[a.id].distribution}
    wide = tuple(
        a.model_copy(update={"distribution": theirs[a.id].distribution}) if a.id in own else a
        for a in runs.plan.assumptions
    )
    return _inputs(runs, wide, own)


def _inputs(runs: Runs, assumptions: tuple[Assumption, ...], own: Mapping[str, Assumption]) -> Inputs:
    entities = runs.here.entities(runs.plan, runs.baseline(runs.plan))
    known = {a.id: a for a in sorted(assumptions, key=lambda a: a.id)}
    live = {key for key, a in known.items() if not a.fixed}
    some = partners(live, [c.members for c in runs.plan.correlations])
    each = {key: ("",) if a.per == "plan" else tuple(entities[a.per]) for key, a in known.items()}
    names = tuple(name_of(key, e) for key in known if key in some for e in each[key])
    wide = tuple(name for name in names if name.partition("@")[0] in live)
    return Inputs(runs, assumptions, own, names, wide, entities)


def partners(live: Collection[str], groups: Sequence[Collection[str]]) -> set[str]:
    """All that hangs together with some of these: a partner that has no width still has a part in the normals of the others.

    >>> sorted(partners({"a"}, [("b", "c"), ("a", "b"), ("d", "e")]))
    ['a', 'b', 'c']
    """
    found = set(live)
    while more := {m for g in groups if not found.isdisjoint(g) for m in g} - found:
        found |= more
    return found
