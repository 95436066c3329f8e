"""What a search for repairs is asked and tells: changed plans with what they cost, how far they move the plan, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.streams import Floats
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.repairing import Grade


@dataclass(frozen=True)
class Ask:
    """A promise that is to be kept."""

    name: str
    outcome: int
    """Place, among what is scored, of kept (1) or broken (0)."""
    p: float
    """Share of futures asked."""


@dataclass(frozen=True)
class Undone:
    """A repair with one part undone or made smaller: it does no more, or less surely."""

    design: tuple[int, ...]
    kept: Floats
    """``[ask]``, on futures of the search."""
    futures: int


@dataclass(frozen=True)
class Repair:
    """A changed plan."""

    design: tuple[int, ...]
    """Places of values, in the caller's order of levers."""
    cost: float
    distance: float
    kept: Floats
    """Share of futures that keep each promise asked, ``[ask]``."""
    low: Floats
    high: Floats
    """Ends of the 95 % intervals, ``[ask]``."""
    grade: Grade
    """`SURE`, `LIKELY` or `BROKEN` on these futures."""
    searched: Floats
    """The shares on the futures of the search, ``[ask]``."""
    irreducible: bool | None
    """Whether every part of it was found to be needed; none where the search ended before that was known."""
    undone: tuple[Undone, ...] = ()


@dataclass(frozen=True)
class Repairs:
    """What a search found."""

    planned: Repair | None
    """Plan A; none where the search was stopped before it was run."""
    repairs: tuple[Repair, ...]
    """None beats another in cost and distance, as surely; cheapest first."""
    nearest: Repair | None
    """Where there is no repair: the design that lacks least."""
    withdrawn: int
    """Designs that did on the futures of the search and did not on fresh ones."""
    futures: int
    fresh: bool
    complete: bool
    """Whether it came to its end; else this is the best so far."""
    whole: bool
    """Whether every design was run, not a choice of them."""
    designs: int
    lanes: int


def turned(found: Repairs, levers: Places, asks: Places) -> Repairs:
    """The same in the caller's order of levers and promises."""

    def design(d: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(np.array(d)[levers].tolist())

    def one(r: Repair | None) -> Repair | None:
        if r is None:
            return None
        parts_ = tuple(replace(u, design=design(u.design), kept=u.kept[asks]) for u in r.undone)
        by = {f: getattr(r, f)[asks] for f in ("kept", "low", "high", "searched")}
        return replace(r, design=design(r.design), undone=parts_, **by)

    told = tuple(r for r in map(one, found.repairs) if r)
    return replace(found, planned=one(found.planned), repairs=told, nearest=one(found.nearest))
