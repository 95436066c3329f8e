"""Worlds for a pick-freeze design: two sets drawn apart, and for each group a third that takes the group from the second.

The caller draws set A and set B (placeplan: two blocks of futures, whose streams share nothing) and, for each group, the
worlds AB: the group's inputs, all of them together, as in B, all else – chance included – as in A.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.resample import Array

FEWEST = 16
"""Worlds below which no interval is tried."""


@dataclass(frozen=True)
class Runs:
    """Outcomes of a pick-freeze design; raises ``ValueError`` where they don't fit together or hold gaps.

    Each ``noise`` is the variance that chance within a world leaves in what stands beside it: the variance between the
    world's m chances, divided by m. Nothing where chance is a group like any other, or there is none.
    """

    a: Array
    """Outcomes of set A, ``[world, figure]``, each in its own unit."""
    b: Array
    """Outcomes of set B, ``[world, figure]``."""
    ab: Array
    """Outcomes with one group from B and all else from A, ``[group, world, figure]``."""
    noise_a: Array | float = 0.0
    """``[world, figure]``."""
    noise_b: Array | float = 0.0
    """``[world, figure]``."""
    noise_ab: Array | float = 0.0
    """``[group, world, figure]``."""
    noise_step: Array | float = 0.0
    """Of ``ab − a``, ``[group, world, figure]``: the sum of both where their chances are apart, less where they are shared."""

    def __post_init__(self) -> None:
        if self.a.ndim != 2 or self.a.shape != self.b.shape or self.ab.shape[1:] != self.a.shape:
            message = (
                "give a and b as [world, figure] and ab as [group, world, figure], with the same worlds and figures"
            )
            raise ValueError(f"{message}; these are {self.a.shape}, {self.b.shape} and {self.ab.shape}")
        if len(self.a) < FEWEST:
            raise ValueError(f"give at least {FEWEST} worlds: {len(self.a)} are too few for an interval")
        if not all(np.isfinite(x).all() for x in (self.a, self.b, self.ab)):
            raise ValueError(
                "some outcomes are not numbers: an index over the worlds that are left would be of other inputs"
            )


def averaged(a: Array, b: Array, ab: Array) -> Runs:
    """Outcomes as means over the chances of each world, and the variance that chance leaves in them.

    ``noise = Σ_c (y_c − ȳ)² / ((m − 1) m)`` over a world's m chances; of the step, y is ``ab − a`` chance by chance. Chance c
    of ab may be chance c of a – then what chance does to both alike cancels – or a chance of its own: the formula holds
    for both. The chances of b are its own.

    Args:
        a: ``[world, chance, figure]``.
        b: ``[world, chance, figure]``.
        ab: ``[group, world, chance, figure]``.

    >>> y = np.array([[[1.0], [3.0]]] * 16)
    >>> runs = averaged(y, y, (y + 1)[None])
    >>> float(runs.a[0, 0]), float(runs.noise_a[0, 0]), float(runs.noise_step[0, 0, 0])
    (2.0, 1.0, 0.0)
    """
    if a.shape[-2] < 2:
        raise ValueError("give at least two chances a world: the noise of one cannot be told")
    noise = (_noise(a), _noise(b), _noise(ab), _noise(ab - a))
    return Runs(a.mean(axis=-2), b.mean(axis=-2), ab.mean(axis=-2), *noise)


def _noise(outcomes: Array) -> Array:
    found: Array = outcomes.var(axis=-2, ddof=1) / outcomes.shape[-2]
    return found


def mixed(a: Array, b: Array, groups: Sequence[Sequence[int]]) -> Array:
    """Inputs of the worlds AB, ``[group, world, input]``: each group's inputs from b, the others from a.

    ``groups`` names inputs by their place in ``a[world, …, input]``.

    >>> mixed(np.zeros((1, 3)), np.ones((1, 3)), [[0], [1, 2]]).tolist()
    [[[1.0, 0.0, 0.0]], [[0.0, 1.0, 1.0]]]
    """
    found = np.repeat(a[None], len(groups), axis=0)
    for worlds, group in zip(found, groups, strict=True):
        worlds[..., list(group)] = b[..., list(group)]
    return found


def moved_together(groups: Mapping[str, Sequence[str]], tied: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Groups joined where an input of one is correlated with an input of another, each named by its parts.

    The shares of variance of two groups that move together are no shares of their own: such groups are one.
    ``tied`` names pairs of inputs. Source: Jacques, Lavergne and Devictor (2006) Reliab Eng Syst Saf 91:1126.

    >>> moved_together({"pay": ["pay"], "prices": ["cpi"], "beds": ["stay"]}, [("pay", "cpi")])
    {'pay + prices': ('pay', 'cpi'), 'beds': ('stay',)}
    """
    home = {i: g for g, inputs in groups.items() for i in inputs}
    found = {g: [g] for g in groups}
    for one, other in tied:
        if one in home and other in home and found[home[one]] is not found[home[other]]:
            joined = [g for g in groups if g in found[home[one]] or g in found[home[other]]]
            found.update(dict.fromkeys(joined, joined))
    return {" + ".join(f): tuple(i for g in f for i in groups[g]) for g, f in found.items() if f[0] == g}
