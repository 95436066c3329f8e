"""What a search asks for, future by future, so that designs can be held against each other in the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from placeplan.core.streams import Floats

WORST = 0.1
"""The tail: the worst tenth of futures."""
Kind = Literal["mean", "tail", "worst", "cost", "distance"]


@dataclass(frozen=True)
class Objective:
    """One thing to have more of, or less.

    ``mean``: of the first of its outcomes. ``tail``: mean of its worst tenth. ``worst``: mean change against plan A
    of that one of its outcomes that fares worst – the worst-hit organisation. ``cost``, ``distance``: of the design itself.
    """

    name: str
    kind: Kind
    outcomes: tuple[int, ...] = ()
    """Places among what is scored."""
    more: bool = False
    """Whether more is better."""
    step: float = 0.0
    """Least difference that matters; what lies within is a tie."""
    span: float = 0.0
    """Most by which a future can differ between two designs, where that is known: 1 for kept or broken."""

    @property
    def sign(self) -> float:
        """Turns it so that less is better."""
        return -1.0 if self.more else 1.0


def tail(values: Floats, share: float = WORST) -> Floats:
    """What each future adds to the mean of the largest ``share``: ``q + max(x − q, 0) / share``, ``[…, future]``.

    q is the ⌈share n⌉-th largest; the mean over futures is the tail's mean, exactly (conditional value at risk).
    Source: Rockafellar and Uryasev (2000) J Risk 2:21.

    >>> float(tail(np.arange(1.0, 21.0)).mean()), float(tail(np.arange(1.0, 11.0), 0.25).mean())
    (19.5, 9.2)
    """
    n = values.shape[-1]
    at = n - max(1, ceil(share * n - 1e-9))
    q = np.partition(values, at, axis=-1)[..., at : at + 1]
    found: Floats = q + np.maximum(values - q, 0.0) / share
    return found


def parts(objectives: Sequence[Objective], scores: Floats, plan: Floats, costs: Floats, distances: Floats) -> Floats:
    """What each future adds to each objective, less being better, ``[design, objective, future]``; its mean is the objective.

    Args:
        objectives: what is asked for.
        scores: outcomes of designs, ``[design, future, outcome]``.
        plan: outcomes of plan A in the same futures, ``[future, outcome]``.
        costs: of each design, ``[design]``.
        distances: of each design, ``[design]``.
    """
    found = np.empty((len(scores), len(objectives), scores.shape[1]))
    for k, o in enumerate(objectives):
        if o.kind in ("cost", "distance"):
            found[:, k] = (o.sign * (costs if o.kind == "cost" else distances))[:, None]
        elif o.kind == "worst":
            found[:, k] = _worst(o.sign * (scores - plan)[:, :, list(o.outcomes)])
        else:
            x = o.sign * scores[:, :, o.outcomes[0]]
            found[:, k] = tail(x) if o.kind == "tail" else x
    return found


def _worst(changes: Floats) -> Floats:
    """Of ``[design, future, outcome]``, the outcome with the largest mean, ``[design, future]``."""
    which = changes.mean(axis=1).argmax(axis=1)
    found: Floats = changes[np.arange(len(changes)), :, which]
    return found
