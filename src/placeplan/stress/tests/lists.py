"""Waiting lists: whether people are seen within 18 weeks, and whether care is cut that people are still sent for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import joined
from placeplan.stress.scene import Scene
from placeplan.stress.seen import called, gravest, judged, three

ASKED, WEAK = 0.92, 0.70
"""Share of a list within 18 weeks: what the standard asks for, and what is asked of all together in 2026/27."""
HAIR = 0.01
"""Care cut by so much more than what people are sent for counts as a cut; a judgement."""


def unmatched(referred: float, seen: float) -> float:
    """Care cut without as large a cut of what people are sent for: ``referred − seen``, changes in share against doing nothing.

    >>> round(unmatched(-0.02, -0.10), 2)  # a tenth less is done, a fiftieth fewer are sent
    0.08
    """
    return referred - seen


class Waiting(NamedTuple):
    """One list with the plan, in the years that count."""

    name: str
    within: tuple[float, float, float]
    """Share within 18 weeks in the worst year."""
    year: str
    began: float
    """Share within 18 weeks in the base year, in the middle future."""
    first: str
    """The base year."""
    grows: float
    """How the list changes from the first year to the last, share."""
    without: float
    """The same with nothing done."""
    referred: float
    """People sent, against doing nothing, share."""
    seen: float
    """People seen, the same."""

    @property
    def cut(self) -> bool:
        """Whether less is done while as many are sent, and the list is longer for it."""
        return unmatched(self.referred, self.seen) > HAIR and self.seen < 0 and self.grows > self.without

    @property
    def result(self) -> Result:
        """Fails where care is cut and referrals are not, or where few are seen in time."""
        if self.cut or self.within[1] < WEAK:
            return "fail"
        return "pass" if self.within[1] >= ASKED else "amber"


def lists_of(plan: Plan, whole: Outcomes, nothing: Outcomes) -> list[Waiting]:
    """The list of each organisation and of all, the system first and then the longest waits."""
    names, years = called(plan), judged(plan, whole)
    found = []
    for entity in (e for e in whole["within_18"].entities if "/" not in e):
        within = whole["within_18"].by_year(entity)
        at = min(years, key=lambda y: float(np.median(within[:, y])))
        change = [_change(o["list"].by_year(entity)) for o in (whole, nothing)]
        sums = [
            float(_sum(whole, name, entity, years) / _sum(nothing, name, entity, years) - 1)
            for name in ("clock_starts", "clock_stops")
        ]
        found.append(
            Waiting(
                names.get(entity, entity),
                three(within[:, at]),
                whole.years[at],
                float(np.median(within[:, 0])),
                whole.years[0],
                *change,
                *sums,
            )
        )
    return sorted(found, key=lambda w: (w.name != names[SYSTEM], w.within[1]))


def _change(by_year: Array) -> float:
    """Median over futures of the last year's list against the first's, as a share of it."""
    first = by_year[:, 0]
    return float(np.median(by_year[:, -1] / np.where(first > 0, first, 1.0) - 1))


def _sum(outcomes: Outcomes, name: str, entity: str, years: list[int]) -> float:
    """People of all futures in the years that count; 1 where there is none, so that a ratio is a ratio."""
    return float(outcomes[name].by_year(entity)[:, years].sum()) or 1.0


class Lists(StressTest):
    """T12: waiting lists feed back."""

    name, title = "lists", "Waiting lists"
    question = "Are people seen within 18 weeks, or is care cut that people are still sent for?"
    method = (
        "For each list, the test takes its worst year with the plan. How many have waited under 18 weeks? How does the list grow, with the plan and with nothing done? Are "
        "fewer people seen while as many are sent? What is not done stays on the list. It comes back as visits, emergencies and cost."
    )
    grounds = "The standard is 92% within 18 weeks, and it is asked for by 2028/29. For 2026/27, 70% is asked of all lists together. One point of cut is a judgement."
    source = "NHS England, Medium Term Planning Framework, October 2025"
    exactly = (
        "Share of each list that has waited under 18 weeks in its worst year with the plan, how the list grows with the plan and with nothing done, and whether fewer are seen while as many are"
        " sent: what is not done stays on the list and comes back as visits, emergencies and cost."
    )
    needs = frozenset({"list", "within_18", "clock_starts", "clock_stops"})

    def ask(self, plan: Plan) -> str:
        """There must be lists."""
        if plan.tables["lists"] and plan.level("lists") != "off":
            return ""
        return "The plan lists nobody who waits for planned care, so nobody can say how long they wait."

    def run(self, scene: Scene) -> tuple[list[Waiting], int]:
        """Each list in its worst year."""
        whole, nothing = scene.first
        return lists_of(scene.plan, whole, nothing), whole.count

    def tell(self, plan: Plan, found: tuple[list[Waiting], int]) -> dict[str, Any]:
        """How many are seen in time at the worst, and whose care is cut."""
        del plan
        each, futures = found
        if not each:
            return {"result": "not asked", "sentence": "No list is run in these years."}
        head, cut = each[0], [w for w in each if w.cut]
        if cut:
            worst = max(cut, key=lambda w: unmatched(w.referred, w.seen))
            second = f"{worst.name} sees {-worst.seen:.0%} fewer people, but {_sent(worst.referred)} are sent."
        else:
            second = f"The list {_grows(head.grows)}; with nothing done it {_grows(head.without)}."
        return {
            "result": gravest([w.result for w in each]), "figure": head.within[1], "unit": "share of the list under 18 weeks, worst year",
            "threshold": f"at least {ASKED:.0%}; under {WEAK:.0%} fails",
            "sentence": f"At the worst, in {head.year}, {head.within[1]:.0%} of those who wait have waited under 18 weeks; it began at {head.began:.0%}. {second}{_below(each)}",
            "rows": tuple(_row(w) for w in each), "futures": futures,
        }  # fmt: skip


def _below(each: list[Waiting]) -> str:
    """Which lists stood below the standard in the base year already, in a sentence; blank where none did."""
    lists = [w for w in (each[1:] or each) if w.began < ASKED]
    if not lists:
        return ""
    names = joined([f"{w.name} ({w.began:.1%})" for w in lists[:3]])
    more = f" and {len(lists) - 3} more" if len(lists) > 3 else ""
    return f" Already below {ASKED:.0%} in {lists[0].first}: {names}{more}."


def _grows(share: float) -> str:
    """A list's change in words.

    >>> _grows(0.5), _grows(-0.1), _grows(0.001)
    ('grows by 50%', 'shrinks by 10%', 'stays as it is')
    """
    if abs(share) < 0.005:
        return "stays as it is"
    return f"{'grows' if share > 0 else 'shrinks'} by {abs(share):.0%}"


def _sent(change: float) -> str:
    """How many are sent, in words.

    >>> _sent(0.0), _sent(-0.02), _sent(0.1)
    ('as many', '2% fewer', '10% more')
    """
    return "as many" if abs(change) < 0.005 else f"{abs(change):.0%} {'more' if change > 0 else 'fewer'}"


def _row(w: Waiting) -> StressRow:
    low, middle, high = w.within
    shown = (
        f"{middle:.0%} ({low:.0%} to {high:.0%}) in {w.year}, {w.began:.0%} in {w.first}; the list {_grows(w.grows)}, with nothing done it {_grows(w.without)};"
        f" sent {w.referred:+.1%}, seen {w.seen:+.1%}"
    ).replace("-", "−")
    return StressRow(what=w.name, figure=middle, shown=shown, threshold=ASKED, result=w.result)
