"""Cohorts that overlap, as parts of a cell that don't: who belongs to which cohorts at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise, product
from typing import Any, Literal

import numpy as np

from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Overlap = Literal["nested", "independent", "disjoint"]
Atom = tuple[bool, ...]
"""Of which cohorts a part of a cell is."""


def overlap_of(plan: Plan) -> Overlap:
    """How cohorts overlap in a run: as the form of the model says, else as the plan states it."""
    form = plan.about.form.overlap
    return plan.about.overlap if form == "stated" else form


def atoms(shares: Sequence[float], overlap: Overlap) -> dict[Atom, float]:
    """Parts of a cell by the cohorts to which they belong, as ``overlap`` says; each cohort's parts sum to its share, all of them to 1.

    ``nested``: who is in the smaller cohort is in the larger, ``part = next larger share − share``; ``independent``:
    ``part = Π share or (1 − share)``; ``disjoint``: nobody is in two, as far as the shares have room (beyond 1 the
    last reach into the first again). Parts without anybody are left out.

    A tenth and three tenths of the same people:

    >>> atoms((0.1, 0.3), "nested")
    {(False, False): 0.7, (False, True): 0.2, (True, True): 0.1}
    >>> {k: round(v, 2) for k, v in atoms((0.1, 0.3), "independent").items()}
    {(False, False): 0.63, (False, True): 0.27, (True, False): 0.07, (True, True): 0.03}
    >>> atoms((0.1, 0.3), "disjoint")
    {(False, False): 0.6, (False, True): 0.3, (True, False): 0.1}
    """
    if overlap == "independent":
        every = product((False, True), repeat=len(shares))
        found = {a: float(np.prod([s if own else 1.0 - s for s, own in zip(shares, a, strict=True)])) for a in every}
    else:
        found = _on_a_line(tuple(shares), overlap)
    return {atom: found[atom] for atom in sorted(found) if found[atom] > 0.0}


def _on_a_line(shares: tuple[float, ...], overlap: Overlap) -> dict[Atom, float]:
    """The people of a cell as the points from 0 to 1: nested cohorts all begin at 0, disjoint ones each where the last ends."""
    ends = list(accumulate(shares)) if overlap == "disjoint" else list(shares)
    starts = [e - s for e, s in zip(ends, shares, strict=True)] if overlap == "disjoint" else [0.0] * len(shares)
    cuts = sorted({0.0, 1.0, *(min(max(c - n, 0.0), 1.0) for c in (*starts, *ends) for n in range(len(shares) + 1))})
    found: dict[Atom, float] = {}
    for low, high in pairwise(round(c, 12) for c in cuts):
        middle = (low + high) / 2
        own = tuple(any(a <= middle + n < b for n in range(len(shares) + 1)) for a, b in zip(starts, ends, strict=True))
        found[own] = round(found.get(own, 0.0) + high - low, 12)
    return found


@lru_cache(maxsize=100_000)
def _atoms(shares: tuple[float, ...], overlap: Overlap) -> dict[Atom, float]:
    return atoms(shares, overlap)


def parts(need: Array, overlap: Overlap) -> tuple[Mask, Array]:
    """The parts of each cell by the cohorts to which they belong.

    need: share of each cell's need by cohort, ``[sex, age, cohort]``. Returns which part is of which cohort,
    ``[cohort, atom]``, and each part's share of the cell's need, ``[sex, age, atom]``, summing to 1.
    """
    cells = [_atoms(tuple(float(x) for x in cell), overlap) for cell in need.reshape(-1, need.shape[-1])]
    every = sorted({atom for cell in cells for atom in cell})
    share = np.array([[cell.get(atom, 0.0) for atom in every] for cell in cells])
    share = share / share.sum(axis=1, keepdims=True)
    members = np.array(every, dtype=bool).reshape(len(every), need.shape[-1]).T
    return members, share.reshape(*need.shape[:-1], len(every))
