"""Linear programmes: the least cost, or the proof that nothing meets all that is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Floats

CLOSE = 1e-9
"""How far a bound may be missed by rounding, of the largest number in the programme."""


@dataclass(frozen=True)
class Programme:
    """``least cost · x`` where ``at_most x ≤ limits`` and ``equal x = totals``; nothing else bounds ``x``."""

    cost: Floats
    at_most: Floats
    """``[row, unknown]``."""
    limits: Floats
    equal: Floats
    totals: Floats

    @property
    def largest(self) -> float:
        """The largest number that it names, at least 1."""
        return max(1.0, *(float(np.abs(a).max()) for a in (self.limits, self.totals) if a.size))


@dataclass(frozen=True)
class Solved:
    """The least, and what one more of each limit would save."""

    at: Floats
    """``x``."""
    least: float
    saved: Floats
    """By row of `Programme.at_most`, at most 0: what the least changes by for one more of its limit."""


@dataclass(frozen=True)
class Impossible:
    """A proof that nothing meets all: weights under which what is asked contradicts itself (Farkas).

    ``Σ weight × row = 0`` for every unknown, and ``Σ weight × limit < 0``: no ``x`` can make 0 less than 0.
    """

    limits: Floats
    """Weights of the rows of `Programme.at_most`, none below 0."""
    totals: Floats
    """Weights of the rows of `Programme.equal`, of either sign."""

    def by(self, of: Programme) -> float:
        """By how much what is asked contradicts itself: ``−Σ weight × limit``; above 0 it is a proof."""
        return float(-(self.limits @ of.limits) - self.totals @ of.totals)

    def holds(self, of: Programme) -> bool:
        """Whether it is a proof, checked by multiplication and not by whoever found it."""
        left = self.limits @ of.at_most + self.totals @ of.equal
        weight = max(1e-300, float(np.abs(self.limits).sum() + np.abs(self.totals).sum()))
        return bool(
            (self.limits >= 0).all()
            and np.abs(left).max(initial=0.0) <= CLOSE * weight
            and self.by(of) > CLOSE * weight * of.largest
        )


def solve(of: Programme) -> Solved | Impossible:
    """The least, or the proof that there is none.

    Scaled by its largest limit, so that pounds and pence serve alike. Raises ``ArithmeticError`` where the least has no
    bound, or rounding decides whether there is one. Source: HiGHS (Huangfu and Hall 2018), by SciPy.

    >>> free = np.zeros((0, 1)), np.zeros(0)
    >>> solve(Programme(np.ones(1), np.array([[-1.0]]), np.array([-3.0]), *free)).at.tolist()
    [3.0]
    >>> no = Programme(np.ones(1), np.array([[-1.0], [1.0]]), np.array([-3.0, 2.0]), *free)
    >>> proof = solve(no)
    >>> proof.holds(no), proof.limits.tolist()
    (True, [1.0, 1.0])
    """
    from scipy.optimize import linprog  # noqa: PLC0415 – slow to import

    scale = of.largest
    found = linprog(
        of.cost, of.at_most, of.limits / scale, of.equal, of.totals / scale, bounds=(None, None), method="highs",
    )  # fmt: skip
    if found.status == 0:
        return Solved(found.x * scale, float(found.fun) * scale, np.asarray(found.ineqlin.marginals))
    if found.status != 2:
        raise ArithmeticError(f"the programme could not be solved: {found.message}")
    proof = _farkas(of, scale)
    if not proof.holds(of):
        raise ArithmeticError("rounding decides whether all that is asked can be met")
    return proof


def _farkas(of: Programme, scale: float) -> Impossible:
    """Weights whose contradiction is largest, the weights between −1 and 1."""
    from scipy.optimize import linprog  # noqa: PLC0415 – slow to import

    rows, totals = len(of.limits), len(of.totals)
    weights = np.concatenate((of.at_most, of.equal)).T
    found = linprog(
        np.concatenate((of.limits, of.totals)) / scale, A_eq=weights, b_eq=np.zeros(len(weights)),
        bounds=[(0.0, 1.0)] * rows + [(-1.0, 1.0)] * totals, method="highs",
    )  # fmt: skip
    if found.status != 0:
        raise ArithmeticError(f"the proof could not be found: {found.message}")
    return Impossible(np.maximum(found.x[:rows], 0.0), found.x[rows:])
