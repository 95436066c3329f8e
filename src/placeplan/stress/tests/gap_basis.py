"""What a gap is a gap of: a year or all years together, the NHS alone or councils' care with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import Organisation
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import in_pounds
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

COUNCIL = "council"


class Found(NamedTuple):
    """Position with nothing done, £, mean over the futures."""

    nhs_last: float
    care_last: float
    nhs_all: float
    care_all: float
    years: int
    futures: int


def basis_lacking(unit: str, words: str) -> tuple[str, ...]:
    """What a claimed gap does not say of itself: over which time, and whose it is.

    >>> basis_lacking("£ a year", "The NHS is short of £229m"), basis_lacking("£", "a gap of £712m")
    ((), ('whether it is of one year or of all together', 'whether councils’ care is in it'))
    """
    text = f"{unit} {words}".casefold()
    time = any(w in text for w in ("a year", "annual", "cumulative", "over five years", "in all"))
    whose = any(w in text for w in ("nhs", "care", "council", "health"))
    return (
        *(() if time else ("whether it is of one year or of all together",)),
        *(() if whose else ("whether councils’ care is in it",)),
    )  # fmt: skip


class GapBasis(StressTest):
    """T17: whether the gap says what it is."""

    name, title = "gap-basis", "What the gap is of"
    question = "Does the plan say whether its gap is of a year or of all years, of the NHS or with councils’ care?"
    method = (
        "The test reads what is claimed for the plan as a whole. Then the model works out the same gap in each way in which it could be meant. That is the mean over the "
        "futures, with nothing done."
    )
    grounds = "Birmingham’s £712m of 2016 was of all years together. Staffordshire’s £542m had social care in it, and £286m of it was of the NHS."
    source = "National Health Executive, October 2016 (Birmingham); BBC and Express & Star, December 2016, and NHS Support Federation, 2017 (Staffordshire)"
    exactly = "Reads what is claimed for the plan as a whole; the same gap on every basis is the position with nothing done, mean over the futures."
    needs = frozenset({"position"})

    def run(self, scene: Scene) -> Found:
        """The gap on four bases."""
        nothing = scene.first[1]
        position = nothing["position"]
        kinds = {o.id: o.type for o in scene.plan.tables["organisations"] if isinstance(o, Organisation)}
        none = np.zeros(len(nothing.years))
        nhs, care = (
            sum((position.by_year(o).mean(axis=0) for o, kind in kinds.items() if o in position.entities and (kind == COUNCIL) == council), none)
            for council in (False, True)
        )  # fmt: skip
        return Found(float(nhs[-1]), float(care[-1]), float(nhs.sum()), float(care.sum()), len(none), nothing.count)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """What is not said, and the gap on every basis."""
        claims = [c for c in plan.about.claims if in_pounds(c)]
        each = [set(basis_lacking(c.unit or "", c.what)) for c in claims]
        lacking = sorted(set.intersection(*each)) if each else []
        rows = tuple(
            StressRow(what=what, figure=-value, shown=pounds(-value))
            for what, value in (
                ("NHS, last year", found.nhs_last), ("NHS and councils, last year", found.nhs_last + found.care_last),
                (f"NHS, {found.years} years together", found.nhs_all),
                (f"NHS and councils, {found.years} years together", found.nhs_all + found.care_all),
            )
        )  # fmt: skip
        common = {"rows": rows, "futures": found.futures, "threshold": "says whose it is, and over which time"}
        spread = f"On other bases the same gap is {pounds(min(r.figure or 0.0 for r in rows))} to {pounds(max(r.figure or 0.0 for r in rows))}."
        if not claims:
            return {**common, "result": "fail", "sentence": f"The plan states no gap in £. {spread}"}
        if lacking:
            return {**common, "result": "fail", "sentence": f"The plan does not say {' or '.join(lacking)}. {spread}"}
        return {**common, "result": "pass", "sentence": f"The plan says what its gap is of. {spread}"}
