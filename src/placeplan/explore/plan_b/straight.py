"""Where effects add up: the best design, exactly, by integer programming (HiGHS through SciPy)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from placeplan.core.streams import Floats
from placeplan.explore.plan_b.space import Designs, Space

NODES = 2_000
"""Branches looked at, at most: a limit of time would not be the same on every machine."""


def straight(space: Space, price: Floats, gain: Floats, asked: Floats) -> Designs | None:
    """The design with the least ``Σ price`` of those within the budgets with ``Σ gain ≥ asked``; ``None`` where there is none.

    Each column takes one value (``Σ_v x[lever, v] = 1``, x 0 or 1); one that does nothing without another is as planned where
    that is off. Source: Huangfu and Hall (2018) Math Prog Comput 10:119.

    Args:
        space: what may be changed.
        price: of each value of each lever, ``[lever, value]``; what lies beyond a lever's values is not read.
        gain: of each value, ``[row, lever, value]``.
        asked: least of each row, ``[row]``.

    >>> from placeplan.explore.plan_b.space import as_columns
    >>> two = Space(as_columns(["a", "b"], [0, 0], [[0, 1], [0, 1]]))
    >>> straight(two, np.array([[0.0, 3.0], [0.0, 2.0]]), np.array([[[0.0, 1.0], [0.0, 1.0]]]), np.array([1.0])).tolist()
    [0, 1]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 – slow to import

    at = np.array([(n, v) for n, size in enumerate(space.sizes) for v in range(size)], dtype=np.int64)
    lever, value = at[:, 0], at[:, 1]
    one = csr_array((np.ones(len(at)), (lever, np.arange(len(at)))), shape=(len(space.sizes), len(at)))
    rows = [LinearConstraint(one, 1.0, 1.0)]
    if len(asked):
        gained = gain[:, lever, value]
        size = _size(gained)
        least = (asked - 1e-9 * np.maximum(1.0, np.abs(asked))) / size
        rows.append(LinearConstraint(csr_array(gained / size[:, None]), least))
    if space.limits:
        use = np.array([_use(space, row)[lever, value] for row in range(len(space.limits))])
        size = _size(use)
        rows.append(LinearConstraint(csr_array(use / size[:, None]), -np.inf, np.array(space.limits) / size))
    hung = _hung(space, at)
    if hung is not None:
        rows.append(LinearConstraint(hung, -np.inf, 1.0))
    cost = price[lever, value]
    solved = milp(
        cost / max(float(np.abs(cost).max(initial=0.0)), 1e-300), integrality=np.ones(len(at)), bounds=Bounds(0, 1), constraints=rows,
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )  # fmt: skip
    if solved.x is None:
        return None
    found = space.planned.copy()
    chosen = solved.x > 0.5
    found[lever[chosen]] = value[chosen]
    return found


def _size(rows: Floats) -> Floats:
    """By which each row is divided: pounds beside counts are more than the solver's tolerances bear."""
    found: Floats = np.maximum(np.abs(rows).max(axis=1), 1e-300)
    return found


def _use(space: Space, row: int) -> Floats:
    """What each value takes of one budget, ``[lever, value]``."""
    found = np.zeros((len(space.sizes), max(space.sizes)))
    for n, column in enumerate(space.columns):
        if column.use:
            found[n, : space.sizes[n]] = column.use[row]
    return found


def _hung(space: Space, at: Designs) -> csr_array | None:
    """Rows that say: not both this column moved and the other off, ``x[this, v] + x[other, off] ≤ 1``."""
    names = {name: n for n, name in enumerate(space.names)}
    places = {(int(n), int(v)): i for i, (n, v) in enumerate(at)}
    rows = [
        csr_array((np.ones(2), ([0, 0], [places[n, v], places[names[c.under], c.off]])), shape=(1, len(at)))
        for n, c in enumerate(space.columns)
        if c.under
        for v in range(space.sizes[n])
        if v != c.planned
    ]
    return vstack(rows) if rows else None
