"""What a search for plan B tells: its choices with intervals, plan A beside them, and how the search went."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.intervals import Z95
from placeplan.core.streams import Floats
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.racing import reach
from placeplan.explore.plan_b.space import Designs
from placeplan.explore.plan_b.sureness import ends


@dataclass(frozen=True)
class Choice:
    """One design and what it comes to, in the units and the direction of the objectives."""

    design: tuple[int, ...]
    """Places of values, in the caller's order of levers."""
    value: Floats
    """``[objective]``."""
    low: Floats
    high: Floats
    """Ends of its 95 % interval, ``[objective]``."""
    change: Floats
    """Less plan A in the same futures, ``[objective]``."""
    change_low: Floats
    change_high: Floats
    searched: Floats
    """On the futures of the search, ``[objective]``."""
    beaten: bool
    """Whether another choice clearly beats it on the futures of these figures."""


@dataclass(frozen=True)
class Front:
    """What a search found."""

    choices: tuple[Choice, ...]
    """In order of design."""
    planned: Choice | None
    """Plan A; none where the search was stopped before it was run."""
    optimism: Floats
    """Mean by which the search flattered its choices, ``[objective]``: above 0 they are worse on fresh futures."""
    futures: int
    """Futures of the figures."""
    fresh: bool
    """Whether the search never saw them."""
    complete: bool
    """Whether it came to its end; else this is the best so far."""
    whole: bool
    """Whether every design was run, not a choice of them."""
    designs: int
    """Designs run in more than one future."""
    lanes: int
    beaten: int
    """Dropped by the race as clearly beaten."""
    crowded_out: int
    """Left behind because only so many could go on."""
    errors: tuple[tuple[str, float, float], ...]
    """Of the guess at each objective: name, root mean squared error on designs left out, and share of variance explained."""


def choice(
    design: Designs, mine: Floats, plan: Floats, searched: Floats, sign: Floats, span: Floats, *, beaten: bool
) -> Choice:
    """What is told of one design, from what each future adds to it and to plan A, ``[objective, future]``."""
    value, low, high = ends(sign[:, None] * mine, span)
    difference = sign[:, None] * (mine - plan)
    n = difference.shape[1]
    change, half = difference.mean(axis=1), reach(difference.var(axis=1), span, n, Z95)
    half = np.where((difference == 0).all(axis=1) & (span == 0), 0.0, half)
    return Choice(
        tuple(map(int, design)), value, low, high, change, change - half, change + half, sign * searched, beaten
    )


def told(front: Front, levers: Places, objectives: Places) -> Front:
    """The same in the caller's order of levers and objectives."""

    def turned(c: Choice) -> Choice:
        by = {
            f: getattr(c, f)[objectives]
            for f in ("value", "low", "high", "change", "change_low", "change_high", "searched")
        }
        return replace(c, design=tuple(np.array(c.design)[levers].tolist()), **by)

    choices = tuple(sorted(map(turned, front.choices), key=lambda c: c.design))
    planned = turned(front.planned) if front.planned else None
    return replace(front, choices=choices, planned=planned, optimism=front.optimism[objectives])
