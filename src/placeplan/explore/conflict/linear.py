"""Promises that cannot all hold even where all goes as well as it may: linear limits on the levers, and exact certificates.

Whoever asks writes down, for each promise, limits that the levers have to keep at the very least – with full uptake and
nothing spilled. Where no setting keeps the limits of some promises together, none keeps the promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from placeplan.explore.arrays import Floats
from placeplan.explore.conflict.problem import MOST, Setting
from placeplan.explore.conflict.subsets import Subsets, bits, members

Exact = tuple[Fraction, ...]


@dataclass(frozen=True)
class Relaxation:
    """``rows @ x ≤ limits`` for levers x between two ends; each row is one promise's, or holds always."""

    low: Setting
    high: Setting
    rows: Floats
    """``[row, lever]``."""
    limits: Floats
    """``[row]``."""
    of: tuple[str | None, ...]
    """Whose each row is; None where it holds always, as a limit on capital does."""

    def __post_init__(self) -> None:
        shape = len(self.of), len(self.low)
        if self.rows.shape != shape or self.limits.shape != shape[:1] or len(self.high) != shape[1]:
            raise ValueError("give rows [row, lever], limits [row], and whose each row is")
        if not (
            np.isfinite(self.rows).all() and np.isfinite(self.limits).all() and np.isfinite(self.low + self.high).all()
        ):
            raise ValueError("a number is missing or not finite")
        if any(a > b for a, b in zip(self.low, self.high, strict=True)):
            raise ValueError("a lever's lower end lies above its upper one")
        if len(self.promises) > MOST:
            raise ValueError(f"{len(self.promises)} promises: at most {MOST} can be looked at together")

    @property
    def promises(self) -> tuple[str, ...]:
        """By name."""
        return tuple(sorted({name for name in self.of if name is not None}))


@dataclass(frozen=True)
class RuledOut:
    """Promises whose limits no setting keeps together, and why: a sum of limits that is broken everywhere."""

    promises: tuple[str, ...]
    rows: tuple[int, ...]
    multipliers: Exact
    """What each of these rows is taken times."""
    gap: Fraction
    """By how much their sum is broken at the best setting (`gap`); more than 0."""
    smallest: bool
    """Whether the limits of the others can be kept without any one of them."""


@dataclass(frozen=True)
class Linear:
    """What the limits rule out."""

    ruled_out: tuple[RuledOut, ...]
    """Smallest first; none holds another."""
    undecided: tuple[tuple[str, ...], ...]
    """Sets whose limits can be kept, or cannot, by so little that rounding hides it."""


def gap(asked: Relaxation, rows: tuple[int, ...], multipliers: Exact) -> Fraction:
    """By how much a sum of limits is broken at the setting that breaks it least: ``min over x of (yᵀA) x − yᵀb``, in fractions.

    For y ≥ 0 all x that keep the limits have ``(yᵀA) x ≤ yᵀb``; so above 0 there is none, whatever the rounding in y
    (Farkas 1902, J reine angew Math 124:1). Doubles are fractions, so that nothing is rounded here.

    >>> gap(Relaxation((0.0,), (1.0,), np.array([[1.0], [-1.0]]), np.array([0.25, -0.5]), ("a", "b")), (0, 1), (Fraction(1),) * 2)
    Fraction(1, 4)
    """
    found = -sum((y * Fraction(float(asked.limits[r])) for r, y in zip(rows, multipliers, strict=True)), Fraction(0))
    for j, (low, high) in enumerate(zip(asked.low, asked.high, strict=True)):
        c = sum((y * Fraction(float(asked.rows[r, j])) for r, y in zip(rows, multipliers, strict=True)), Fraction(0))
        found += c * Fraction(low if c > 0 else high)
    return found


def rule_out(asked: Relaxation) -> Linear:
    """The smallest sets of promises whose limits cannot be kept together, each with a certificate in exact fractions.

    Raises:
        ValueError: where the limits that hold always cannot be kept.

    Source: the sets are those of Liffiton and others (2016), MARCO; linear programs by HiGHS.

    >>> found = rule_out(Relaxation((0.0,), (1.0,), np.array([[1.0], [-1.0]]), np.array([0.25, -0.5]), ("money", "waits")))
    >>> [(r.promises, float(r.gap) > 0, r.smallest) for r in found.ruled_out], found.undecided
    ([(('money', 'waits'), True, True)], ())
    """
    names = asked.promises
    table, proofs = Subsets(len(names)), dict[int, tuple[tuple[int, ...], Exact]]()
    if isinstance(_decide(asked, set()), tuple):
        raise ValueError("the limits that hold always cannot be kept by any setting")
    while (mask := table.next(small=False)) is not None:
        found = _decide(asked, {names[i] for i in members(mask)})
        if isinstance(found, tuple):
            core = bits(names.index(name) for r in found[0] if (name := asked.of[r]) is not None)
            proofs.setdefault(core, found)
            table.struck.append(core)
        elif found is not None:
            table.kept.append(bits(i for i, name in enumerate(names) if _kept(asked, found, {name})))
        if not isinstance(found, tuple) and not table.possible()[mask]:
            table.not_found(mask, short=True)
            table.not_proved(mask, short=True)
    possible, told = table.possible(), []
    for mask in table.conflicts():
        rows, y = proofs[mask]
        smallest = all(possible[mask & ~(1 << i)] for i in members(mask))
        told.append(RuledOut(tuple(names[i] for i in members(mask)), rows, y, gap(asked, rows, y), smallest))
    return Linear(tuple(told), tuple(tuple(names[i] for i in members(m)) for m in table.undecided()))


def _decide(asked: Relaxation, among: set[str]) -> tuple[tuple[int, ...], Exact] | Floats | None:
    """Rows and multipliers that prove that some promises' limits cannot be kept, or a setting that keeps them, or neither.

    The least t with ``A x − t s ≤ b``, s a row's size: where t > 0, the multipliers of the rows are the certificate.
    """
    rows = [r for r, name in enumerate(asked.of) if name is None or name in among]
    a, b = asked.rows[rows], asked.limits[rows]
    low, high = np.array(asked.low), np.array(asked.high)
    size = np.maximum(np.abs(a) @ np.maximum(np.abs(low), np.abs(high)) + np.abs(b), 1e-300)
    bounds = [*zip(asked.low, asked.high, strict=True), (-1.0, None)]
    scaled = np.column_stack([a / size[:, None], -np.ones(len(rows))])
    if not rows:
        return low
    found = linprog(np.eye(len(low) + 1)[-1], A_ub=scaled, b_ub=b / size, bounds=bounds, method="highs")
    if found.x is None:
        return None
    y = np.maximum(-found.ineqlin.marginals, 0.0)
    used = tuple(r for r, m in zip(rows, y, strict=True) if m > 1e-9)
    multipliers = tuple(Fraction(float(m / s)) for m, s in zip(y, size, strict=True) if m > 1e-9)
    if found.x[-1] > 0 and gap(asked, used, multipliers) > 0:
        return used, multipliers
    x: Floats = np.clip(found.x[:-1], low, high)
    return x if _kept(asked, x, among) else None


def _kept(asked: Relaxation, x: Floats, among: set[str]) -> bool:
    """Whether a setting keeps the limits of promises and those that hold always, in fractions."""
    at = [Fraction(float(v)) for v in x]
    return all(
        sum((Fraction(float(c)) * v for c, v in zip(row, at, strict=True)), Fraction(0)) <= Fraction(float(limit))
        for row, limit, name in zip(asked.rows, asked.limits, asked.of, strict=True)
        if name is None or name in among
    )
