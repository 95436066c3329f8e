"""What is assumed of how organisations have worked together: what they do together begins later, and one of them may leave it.

Weight 0 is usual, and then nothing is different: a relationship is an assumption that anybody may challenge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.model.dated import TOGETHER
from placeplan.model.draws import Draws
from placeplan.plan.authority import Relationship
from placeplan.plan.initiatives import Initiative


def counted(weight: Any, figure: Any) -> Any:
    """What of an assumption on a relationship counts: ``least(1, most(0, weight)) × figure``.

    weight: share of it that counts, 0 to 1; figure: months by which things begin later, or the probability that a partner
    leaves, at full weight.

    >>> float(counted(0.5, 6.0)), float(counted(0.0, 6.0))
    (3.0, 0.0)
    """
    return np.clip(weight, 0.0, 1.0) * figure


def last_together(leaves: Any, probability: Any, when: Any, months: int) -> Any:
    """Last month of what organisations do together: ``floor(when × months) − 1`` where ``leaves < probability``, else it lasts.

    leaves, when: uniform numbers of a future; probability: that a partner leaves within the run; months: of the run, each as
    likely as another. A partner who leaves in the first month leaves nothing: −1.

    >>> [float(last_together(u, 0.25, 0.5, 24)) for u in (0.2, 0.3)]
    [11.0, inf]
    """
    return np.where(leaves < probability, np.floor(when * months) - 1.0, np.inf)


def of_initiative(i: Initiative, relationships: Sequence[Relationship]) -> tuple[Relationship, ...]:
    """Assumptions that touch an initiative: those between two or more who do it; those of weight 0 are left out."""
    return tuple(r for r in relationships if r.weight != 0.0 and len(i.together & set(r.between)) > 1)


def later_by(i: Initiative, relationships: Sequence[Relationship], draws: Draws) -> Any:
    """Months by which an initiative begins later for what is assumed of those who do it, ``[future]``; None: nothing is."""
    own = [r for r in of_initiative(i, relationships) if r.delay != 0.0]
    return sum((counted(draws.of(r.weight), draws.of(r.delay)) for r in own), 0.0) if own else None


def last_of(i: Initiative, relationships: Sequence[Relationship], draws: Draws, months: int) -> Any:
    """Last month in which those who do an initiative are together, ``[future]``; None where nobody is assumed to leave.

    A partner who leaves ends all that stands on this relationship in the same month.
    """
    found: Any = None
    for r in of_initiative(i, relationships):
        if r.leaves == 0.0:
            continue
        probability = counted(draws.of(r.weight), draws.of(r.leaves))
        u, when = (draws.world_uniform("relationship", name, "delay") for name in (r.id, f"{r.id} when"))
        last = last_together(u, probability, when, months)
        if TOGETHER + r.id in draws.what_if.dated:
            last = np.where(draws.what_if.dated[TOGETHER + r.id] > 0, np.inf, last)
        found = last if found is None else np.minimum(found, last)
    return found
