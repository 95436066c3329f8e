"""Assumptions that move together: a Gaussian copula on rank correlations."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.core.streams import Floats
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.futures.numbers import Design, Futures, name_of, uniform


def pearson(rank_correlation: float) -> float:
    """Correlation of the normal scores that gives a Spearman rank correlation: ``2 sin(π rank_correlation / 6)``.

    >>> round(pearson(0.5), 4), pearson(0.0)
    (0.5176, 0.0)
    """
    return 2.0 * math.sin(math.pi * rank_correlation / 6.0)


def correlated(
    known: Mapping[str, Assumption],
    correlations: Sequence[Correlation],
    futures: Futures,
    entities: Mapping[str, Sequence[str]],
    design: Design | None = None,
    wanted: Collection[str] | None = None,
) -> dict[str, Floats]:
    """Normal scores of all that is correlated, by name, ``[lane]``.

    Plan-wide members come first, then the others by id: those of one entity follow the plan-wide ones and each
    other, and two entities move together only through the plan-wide ones. With ``wanted``, groups of which none of these
    assumptions is a member are left out.
    """
    links = _links(known, correlations)
    scores: dict[str, Floats] = {}
    for group in _groups(links):
        if wanted is not None and group.isdisjoint(wanted):
            continue
        members = sorted(group, key=lambda m: (known[m].per != "plan", m))
        kinds = {known[m].per for m in members} - {"plan"}
        if len(kinds) > 1:
            raise ValueError(
                f"{', '.join(members)} cannot be correlated: one is drawn per {' and one per '.join(sorted(kinds))}"
            )
        factor = cholesky([[1.0 if a == b else links.get((a, b), 0.0) for b in members] for a in members], members)
        for entity in entities[kinds.pop()] if kinds else ("",):
            own = [
                streams.normal_quantile(uniform(m, "" if known[m].per == "plan" else entity, futures, design))
                for m in members
            ]
            for i, m in enumerate(members):
                mixed: Any = factor[i][0] * own[0]
                for j in range(1, i + 1):
                    mixed = mixed + factor[i][j] * own[j]
                scores[name_of(m, "" if known[m].per == "plan" else entity)] = mixed
    return scores


def _links(known: Mapping[str, Assumption], correlations: Sequence[Correlation]) -> dict[tuple[str, str], float]:
    """Correlation of the normal scores of each pair, both ways round."""
    links: dict[tuple[str, str], float] = {}
    for c in correlations:
        members = [m for m in c.members if m in known]
        for i, a in enumerate(members):
            for b in members[i + 1 :]:
                value = pearson(c.rank_correlation)
                if links.get((a, b), value) != value:
                    raise ValueError(f"{a} and {b} are given two different correlations")
                links[a, b] = links[b, a] = value
    return links


def _groups(links: Mapping[tuple[str, str], float]) -> list[set[str]]:
    """Sets of assumptions that hang together, in order of their first id."""
    groups: list[set[str]] = []
    for a, b in sorted(links):
        touching = [g for g in groups if a in g or b in g]
        groups = [g for g in groups if g not in touching] + [{a, b}.union(*touching)]
    return sorted(groups, key=min)


def cholesky(matrix: Sequence[Sequence[float]], names: Sequence[str] = ()) -> list[list[float]]:
    """Lower factor of a correlation matrix, in plain arithmetic; raises ``ValueError`` where there is none.

    >>> cholesky([[1.0, 0.6], [0.6, 1.0]])
    [[1.0, 0.0], [0.6, 0.8]]
    >>> cholesky([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]], ["a", "b", "c"])
    Traceback (most recent call last):
    ValueError: these correlations cannot all hold together: a, b, c
    """
    factor = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(matrix):
        for j in range(i + 1):
            rest = row[j] - sum(factor[i][k] * factor[j][k] for k in range(j))
            if i == j and rest <= 1e-12:
                raise ValueError(f"these correlations cannot all hold together: {', '.join(names)}")
            factor[i][j] = math.sqrt(rest) if i == j else rest / factor[j][j]
    return factor


def uniform_of(score: Floats) -> Floats:
    """Uniform numbers of normal scores, kept off the ends."""
    from scipy.special import ndtr  # noqa: PLC0415 – slow to import, needed only for correlated assumptions

    result: Floats = np.clip(ndtr(score), 2.0**-53, 1.0 - 2.0**-53)
    return result
