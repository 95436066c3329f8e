"""From what an initiative claims to what the model finds of it: steps in a fixed order that sum to the difference.

Each step takes from what the steps before it have left, so that no pound is explained twice; what nothing explains is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from placeplan.model.outcomes import Outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.bridge import Bridge, LastYear, Part, claimed_pounds
from placeplan.stress.claimed.strength import middle
from placeplan.stress.scene import Scene

STEPS = ("overlap", "stranded", "late", "staffing", "price", "scheme", "rest")
"""In the order in which they are taken."""
NAMES = {
    "overlap": "Shared with other initiatives",
    "stranded": "Cost that stays",
    "late": "Late start and slow build-up",
    "staffing": "Posts not filled",
    "price": "Another’s income, no cost",
    "scheme": "What is spent on the scheme, pay of its posts apart",
    "rest": "Smaller effects, and what is not modelled",
}


def overlap(alone: float, found: float, left: float) -> float:
    """£ that others bring too: ``alone − found``, no more than is left and never below 0.

    alone: £ a year that it brings with none beside it; found: £ a year among all; left: of the claim.

    >>> overlap(8.0, 5.0, 10.0), overlap(5.0, 8.0, 10.0), overlap(30.0, 5.0, 10.0)
    (3.0, 0.0, 10.0)
    """
    return min(max(alone - found, 0.0), max(left, 0.0))


def stranded(average: float, cash: float, left: float) -> float:
    """£ of average cost that stays when care goes: ``least(average, left) − cash``, never below 0.

    average: the care that it takes away at average cost, £ a year; cash: £ a year that it brings before what it costs itself;
    left: of the claim.

    >>> stranded(9.0, 2.0, 10.0), stranded(9.0, 2.0, 6.0), stranded(0.0, 2.0, 10.0)
    (7.0, 4.0, 0.0)
    """
    return max(min(average, max(left, 0.0)) - max(cash, 0.0), 0.0)


def late(come: float, left: float) -> float:
    """£ that is not there yet: ``(1 − come) × left``.

    come: share of the way to full, apart from posts, that it has come in the last year; left: of the claim.

    >>> late(0.75, 8.0)
    2.0
    """
    return (1.0 - come) * max(left, 0.0)


def staffing(filled: float, left: float) -> float:
    """£ that wait for people: ``(1 − filled) × left``; filled: share of its own posts that are filled, where it works.

    >>> staffing(0.75, 20.0)
    5.0
    """
    return (1.0 - filled) * max(left, 0.0)


def price(payments: float, average: float, cash: float, left: float) -> float:
    """£ that one pays less and another gets less: ``least(payments, left) − most(average, cash)``, never below 0.

    payments: by which all contracts fall, £ a year; average: the care at average cost; cash: what all together gain.

    >>> price(9.0, 3.0, 2.0, 10.0), price(9.0, 3.0, 2.0, 5.0), price(0.0, 3.0, 2.0, 10.0)
    (6.0, 2.0, 0.0)
    """
    return max(min(payments, max(left, 0.0)) - max(average, cash, 0.0), 0.0)


def scheme(cost: float, left: float) -> float:
    """£ that the scheme itself costs: ``least(cost, left)``, never below 0; cost: £ a year in the last year; left: of the claim.

    >>> scheme(2.0, 10.0), scheme(12.0, 10.0), scheme(-1.0, 10.0)
    (2.0, 10.0, 0.0)
    """
    return max(min(cost, left), 0.0)


class Shortfall(NamedTuple):
    """One initiative's way from claim to model, £ a year in the last year."""

    initiative: str
    name: str
    claimed: float
    found: float
    steps: dict[str, float]
    """£ that each step takes, in order; negative where the model finds more."""


class Measured(NamedTuple):
    """What the steps of one initiative are made of, £ a year in the last year, and two shares."""

    claimed: float
    found: float
    alone: float
    average: float = 0.0
    payments: float = 0.0
    cost: float = 0.0
    come: float = 1.0
    filled: float = 1.0


def walk(m: Measured) -> dict[str, float]:
    """Every step, £ a year; they sum to ``claimed − found``.

    A claim of 10 of which 2 are found, 3 alone; care worth 6 at average cost; 1 spent on it; three quarters of the way come:

    >>> walk(Measured(10.0, 2.0, 3.0, average=6.0, cost=1.0, come=0.75))
    {'overlap': 1.0, 'stranded': 2.0, 'late': 1.75, 'staffing': 0.0, 'price': 0.0, 'scheme': 1.0, 'rest': 2.25}
    """
    steps: dict[str, float] = {}
    left = m.claimed
    cash = m.found + overlap(m.alone, m.found, left) + max(m.cost, 0.0)

    def take(step: str, amount: float) -> None:
        nonlocal left
        steps[step] = amount
        left -= amount

    take("overlap", overlap(m.alone, m.found, left))
    take("stranded", stranded(m.average, cash, left))
    take("late", late(m.come, left))
    take("staffing", staffing(m.filled, left))
    take("price", price(m.payments, m.average, cash, left))
    take("scheme", scheme(m.cost, left))
    take("rest", left - m.found)
    return steps


def shortfalls(scene: Scene) -> list[Shortfall]:
    """Every initiative that claims £ for the position, the largest claim first."""
    found = (shortfall(i, scene.plan, scene.first[0], scene.bridge, scene.alone) for i in scene.plan.initiatives)
    return sorted((s for s in found if s), key=lambda s: (-s.claimed, s.initiative))


def shortfall(
    i: Initiative, plan: Plan, outcomes: Outcomes, bridge: Bridge, alone: Mapping[str, LastYear]
) -> Shortfall | None:
    """The way of one initiative, None where it claims nothing; one that can change nothing has brought all of it by itself."""
    claimed, part, own = claimed_pounds(i), bridge.parts.get(i.id), alone.get(i.id)
    if not claimed:
        return None
    if part is None or own is None:
        return Shortfall(i.id, i.name, claimed, 0.0, {**dict.fromkeys(STEPS, 0.0), "rest": claimed})
    gain = float(part.found.mean())
    value, paid = taken_away(part)
    beside = float(part.found[: len(own.position)].mean())  # on the futures in which it was run alone
    come, filled = progress(i, outcomes, plan)
    costs = outcomes["initiative_cost"]
    cost = float(costs.by_year(i.id)[:, -1].mean()) if i.id in costs.entities else 0.0
    measured = Measured(claimed, gain, gain + float(own.position.mean()) - beside, value, paid, cost, come, filled)
    return Shortfall(i.id, i.name, claimed, gain, walk(measured))


def taken_away(part: Part) -> tuple[float, float]:
    """Care at average cost, and payments, by which an initiative makes both fewer, £ a year, mean of both orders."""
    value, paid = (
        -float((getattr(part.forward, n).mean() + getattr(part.backward, n).mean()) / 2) for n in ("value", "payments")
    )
    return value, paid


def progress(i: Initiative, outcomes: Outcomes, plan: Plan) -> tuple[float, float]:
    """How far it has come in the last year: share of its peak apart from posts, and share of its own posts filled where it works.

    ``uptake = peak × come × filled``; means over futures and the last twelve months.
    """
    uptake = outcomes["uptake"].of(i.id)[:, -12:]
    filled, works = 1.0, uptake > 0
    if "staffed" in outcomes.series and i.id in outcomes["staffed"].entities and works.any():
        filled = float(outcomes["staffed"].of(i.id)[:, -12:][works].mean())
    name = str(i.peak)
    peak = outcomes.draws.get(f"{name}@{i.id}", outcomes.draws.get(name)) if isinstance(i.peak, str) else None
    reach = np.clip(middle(plan, i.peak) if peak is None else peak[: len(uptake)], 0.0, 1.0)
    most = float(np.mean(reach)) * filled
    return (min(float(uptake.mean()) / most, 1.0) if most > 0 else 0.0), filled
