"""Where partners stay together: among worlds in which some of what moves them is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.model.dated import TOGETHER
from placeplan.model.outcomes import Array
from placeplan.model.relations import counted
from placeplan.plan.schema import Plan


def kept_together(
    plan: Plan, live: Sequence[frozenset[str]], central: Mapping[str, Array], count: int
) -> dict[str, Any]:
    """By relationship from which a partner may leave: where nobody does, ``[coalition × future]``.

    That is without delay, where it is likelier than not that all stay.
    """

    def middle(quantity: float | str) -> float:
        return float(central[quantity][0]) if isinstance(quantity, str) else quantity

    still = np.repeat(["delay" not in s for s in live], count).astype(float)
    may = (r for r in plan.relationships if r.weight != 0.0 and r.leaves != 0.0)
    return {TOGETHER + r.id: still for r in may if counted(middle(r.weight), middle(r.leaves)) <= 0.5}
