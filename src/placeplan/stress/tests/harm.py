"""Harm that goes with delay: deaths that studies find beside long waits for a bed, with the plan and with nothing done."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.seen import judged, three

ENDS = ("deaths_from_delay_low", "deaths_from_delay_high")
FEW = 1.0
"""Deaths in all years below which the plan is told to change nothing."""


class Found(NamedTuple):
    """Deaths that go with delay in the years that count, ``[future]``, low and high end."""

    plan: tuple[Array, Array]
    nothing: tuple[Array, Array]
    years: int

    @property
    def more(self) -> tuple[float, float]:
        """Further deaths with the plan, median over futures, low and high end."""
        low, high = (float(np.median(a - b)) for a, b in zip(self.plan, self.nothing, strict=True))
        return low, high


def deaths_of(plan: Plan, whole: Outcomes, nothing: Outcomes) -> Found:
    """Deaths that go with delay, summed over the years that count."""
    years = judged(plan, whole)
    low, high = ([o[name].by_year(SYSTEM)[:, years].sum(axis=1) for o in (whole, nothing)] for name in ENDS)
    return Found((low[0], high[0]), (low[1], high[1]), len(years))


class Harm(StressTest):
    """T13: delay and harm."""

    name, title = "harm", "Harm that goes with waiting for a bed"
    question = "Do more people die beside longer waits for a bed?"
    method = (
        "The test counts patients who wait for a bed over midnight. One study tells how many more people die within 30 days of such a wait. It is one for 82 patients who wait "
        "longer than 6 to 8 hours. The test takes from half of that to half as many again. This is a link, and not a proof. What makes people wait also says how ill they are, "
        "and how full the hospital is. It is shown. It is never an aim, and judges nothing. Ambulances that wait at the door are not followed."
    )
    grounds = "That it may be half as many or half as many again is a judgement."
    source = "Jones and others, Emergency Medicine Journal 2022, 39:168"
    exactly = (
        "Patients who wait for a bed over a midnight, times the further deaths within 30 days that go with a delay of 6 to 8 hours or more: from half of to one and a half times one for 82."
        " It is an association in one study; what delays people also says how ill they are and how full the hospital is. It is shown, never aimed at, and judges nothing."
        " Ambulances that wait at the door are not followed."
    )
    needs = frozenset(ENDS)

    def ask(self, plan: Plan) -> str:
        """There must be beds to wait for."""
        return "" if plan.tables["beds"] else "The plan lists no beds, so nobody can say who waits for one."

    def run(self, scene: Scene) -> Found | None:
        """Deaths with the plan and with nothing done; None where the model has none."""
        whole, nothing = scene.first
        known = all(name in o.series for o in (whole, nothing) for name in ENDS)
        return deaths_of(scene.plan, whole, nothing) if known else None

    def tell(self, plan: Plan, found: Found | None) -> dict[str, Any]:
        """The change, with its interval; no result."""
        del plan
        if found is None:
            return {"result": "not asked", "sentence": "Nobody waits for a bed in this model of the place."}
        span = "1 year" if found.years == 1 else f"{found.years} years"
        apart = [a - b for a, b in zip(found.plan, found.nothing, strict=True)]
        rows = [
            StressRow(what=f"{who}, {end} end", figure=three(values)[1], shown=_range(values))
            for who, both in (("With the plan", found.plan), ("With nothing done", found.nothing))
            for end, values in zip(("low", "high"), both, strict=True)
        ]
        rows += [
            StressRow(what=f"Change, {e} end", figure=three(v)[1], shown=_range(v))
            for e, v in zip(("low", "high"), apart, strict=True)
        ]
        return {
            "result": "shown", "figure": found.more[1], "unit": f"deaths that go with delay over {span}, high end, against doing nothing",
            "threshold": "none: any that are added have to be told", "sentence": f"{_told(found.more, apart[1], span)} What causes what is not known.",
            "rows": tuple(rows), "futures": len(found.plan[0]),
        }  # fmt: skip


def _told(more: tuple[float, float], high: Array, span: str) -> str:
    """The change of all years in words, with the middle 80 % of futures at its high end.

    >>> _told((-8.0, -23.0), np.array([-300.0, -23.0, 200.0]), "4 years")
    'Over 4 years, 8 to 23 fewer deaths go with waiting for a bed than with nothing done; it may be 245 fewer or 155 more.'
    """
    first, _, last = three(high)
    about = " to ".join(dict.fromkeys(f"{v:,.0f}" for v in sorted((abs(more[0]), abs(more[1])))))
    if max(abs(first), abs(last)) < FEW:
        return f"The plan changes hardly any of the deaths that go with waiting for a bed, over {span}."
    middle = f"{about} {_word(more[1])}" if abs(more[1]) >= FEW else "about as many"
    than = "than" if abs(more[1]) >= FEW else "as"
    ends = " or ".join(
        dict.fromkeys(f"{abs(v):,.0f} {_word(v)}" if abs(v) >= 0.5 else "as many" for v in (first, last))
    )
    return f"Over {span}, {middle} deaths go with waiting for a bed {than} with nothing done; it may be {ends}."


def _word(change: float) -> str:
    return "more" if change > 0 else "fewer"


def _range(values: Array) -> str:
    """Deaths with the middle 80 % of futures."""
    low, middle, high = (f"{v:,.0f}".replace("-", "−") for v in three(values))
    return f"{middle} ({low} to {high})"
