"""Futures: numbered draws of every assumption, the same whatever else is drawn, in any order or batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

import numpy as np

from placeplan.core.streams import Floats
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.futures.copula import correlated, uniform_of
from placeplan.futures.numbers import Futures, name_of, replicate, uniform

__all__ = ["Change", "Futures", "draw", "name_of", "replicate"]


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

    Returns:
        Values by name – the id, or ``id@entity`` where each entity draws its own – ``[lane]``, in id order.

    Raises:
        ValueError: where the correlations contradict each other, or join what cannot be joined.
        KeyError: where `entities` lacks a ``per`` that is needed.
    """
    known = {a.id: a for a in sorted(assumptions, key=lambda a: a.id)}
    scores = correlated(known, correlations, futures, entities)
    pinned = dict(futures.pinned)
    drawn: dict[str, Floats] = {}
    for a in known.values():
        for entity in _entities(a, entities):
            name = name_of(a.id, entity)
            u = pinned.get(name, pinned.get(a.id))
            if a.driver in futures.held:
                values = np.full(futures.count, a.distribution.middle)
            elif u is not None:
                values = a.distribution.quantile(np.full(futures.count, u))
            else:
                own = scores.get(name)
                values = a.distribution.quantile(uniform(a.id, entity, futures) if own is None else uniform_of(own))
            drawn[name] = _changed(values, a, name, changes)
    return drawn


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
