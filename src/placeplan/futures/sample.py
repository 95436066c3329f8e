"""Futures: numbered draws of every assumption, the same whatever else is drawn, in any order or batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import Protocol

import numpy as np

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.streams import Floats
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.futures.copula import correlated, uniform_of
from placeplan.futures.numbers import Design, Futures, name_of, replicate, uniform

__all__ = ["Change", "Design", "Futures", "changed", "draw", "name_of", "replicate"]


class Change(Protocol):
    """What a change of assumptions offers (`plan.scenarios.Change` does)."""

    @property
    def assumption(self) -> str:
        """Id of the assumption, or a pattern; blank where a driver is meant."""

    @property
    def driver(self) -> str:
        """Driver group, where no assumption is named."""

    @property
    def set(self) -> float | None:
        """New value."""

    @property
    def add(self) -> float | None:
        """Added to the value."""

    @property
    def scale(self) -> float | None:
        """Multiplies the value."""

    @property
    def quantile(self) -> float | None:
        """Quantile at which it is held."""


def draw(
    assumptions: Sequence[Assumption],
    correlations: Sequence[Correlation],
    changes: Sequence[Change],
    futures: Futures,
    entities: Mapping[str, Sequence[str]],
    design: Design | None = None,
    only: Collection[str] | None = None,
    threads: int = 1,
) -> dict[str, Floats]:
    """Every assumption in every future.

    A draw is keyed by (seed, id of the assumption, id of the entity, number of the future); correlated ones share
    normal scores (Gaussian copula). What is pinned, held or changed is dealt with after drawing, in that order.

    Args:
        assumptions: what is drawn; a listing's order changes nothing.
        correlations: groups that move together; members that are not among the assumptions are left out.
        changes: applied in order to each assumption whose id (or name with entity) matches.
        futures: which futures.
        entities: ids by ``per``, such as ``{"initiative": [...], "pod": [...]}``; ``plan`` needs none.
        design: uniform numbers in (0, 1) for chosen assumptions (or names with entity), ``[lane]`` each, such as points of
            Sobol'; they stand in place of the assumption's own, before correlations, and all others stay keyed.
        only: ids of the assumptions wanted; None for all. What is drawn of each hangs on nothing else.
        threads: that work out the values, each those of other assumptions; the bits do not depend on them.

    Returns:
        Values by name – the id, or ``id@entity`` where each entity draws its own – ``[lane]``, in id order.

    Raises:
        ValueError: where the correlations contradict each other, or join what cannot be joined.
        KeyError: where `entities` lacks a ``per`` that is needed.
        PlanError: where a design names what is not drawn, or has other than one number in (0, 1) for each future.

    A design that takes pay through its range, while all else stays as it is:

    >>> pay = Assumption.model_validate({
    ...     "id": "prices.pay", "about": "Pay", "unit": "share a year", "kind": "judgement", "driver": "prices", "source": "s",
    ...     "distribution": {"kind": "uniform", "low": 0.0, "high": 0.04}})
    >>> values = draw([pay], [], [], Futures(count=3), {}, design={"prices.pay": np.array([0.25, 0.5, 0.75])})
    >>> values["prices.pay"].tolist()
    [0.01, 0.02, 0.03]
    """
    known = {a.id: a for a in sorted(assumptions, key=lambda a: a.id)}
    wanted = [a for a in known.values() if only is None or a.id in only]
    if design:
        refuse(design, [name_of(a.id, e) for a in known.values() for e in ("", *_entities(a, entities))], futures.count)
    scores = correlated(known, correlations, futures, entities, design, only)
    pinned = dict(futures.pinned)

    def value(one: tuple[Assumption, str, str]) -> Floats:
        a, name, entity = one
        u = pinned.get(name, pinned.get(a.id))
        if a.driver in futures.held:
            return np.full(futures.count, a.distribution.middle)
        if u is not None:
            return a.distribution.quantile(np.full(futures.count, u))
        own = scores.get(name)
        return a.distribution.quantile(uniform(a.id, entity, futures, design) if own is None else uniform_of(own))

    each = [(a, name_of(a.id, entity), entity) for a in wanted for entity in _entities(a, entities)]
    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(value, each) if threads > 1 else map(value, each)
        drawn = {name: values for (_, name, _), values in zip(each, found, strict=True)}
    return changed(drawn, assumptions, changes)


def changed(
    drawn: Mapping[str, Floats], assumptions: Sequence[Assumption], changes: Sequence[Change]
) -> dict[str, Floats]:
    """What was drawn of some assumptions, ``[lane]`` by name, after changes that are applied in order."""
    known = {a.id: a for a in assumptions}
    return {name: _changed(values, known[name.partition("@")[0]], name, changes) for name, values in drawn.items()}


def refuse(design: Design, names: Sequence[str], count: int) -> None:
    """Raise PlanError with all that is wrong with a design."""
    known = dict.fromkeys(names)
    found = []
    for name, values in sorted(design.items()):
        numbers, mend = np.asarray(values), "Give one number above 0 and below 1 for each future."
        if name not in known:
            mend = "Use the id of an assumption of the plan, or its id, @ and an entity."
            code, what = "unknown-assumption", f"There is no assumption “{name}”."
        elif numbers.shape != (count,):
            code, what = "wrong-shape", f"It has the shape {numbers.shape}, and there are {count} futures."
        elif not ((numbers > 0.0) & (numbers < 1.0)).all():
            at = int(np.argmin((numbers > 0.0) & (numbers < 1.0)))
            code, what = "not-a-uniform", f"Its number {numbers[at]} (of future {at + 1}) is not between 0 and 1."
        else:
            continue
        near = nearest(name, known) if code == "unknown-assumption" else ""
        found.append(Problem("the design", 0, name, code, what, WHY, mend, near))
    if found:
        raise PlanError(found)


WHY = "A design says at which point of its distribution each assumption stands in each future."


def _entities(assumption: Assumption, entities: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return ("",) if assumption.per == "plan" else entities[assumption.per]


def _changed(values: Floats, assumption: Assumption, name: str, changes: Sequence[Change]) -> Floats:
    """The drawn values after every change that is meant for them."""
    for c in changes:
        by_id = c.assumption and (fnmatchcase(assumption.id, c.assumption) or fnmatchcase(name, c.assumption))
        if not (by_id or (c.driver and c.driver == assumption.driver)):
            continue
        if c.quantile is not None:
            values = assumption.distribution.quantile(np.full(values.shape, c.quantile))
        if c.set is not None:
            values = np.full(values.shape, c.set)
        if c.scale is not None:
            values = values * c.scale
        if c.add is not None:
            values = values + c.add
    return values
