"""Care at home and in homes: who waits for it, how many beds that costs, and who pays for the wait."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM, Package, Pathway
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene
from placeplan.stress.seen import called, judged, pods, three

MOST = 0.10
"""Share of beds that people ready to leave may fill; a judgement."""
HAIR = 0.0005
"""A rise by less than a twentieth of a point is none."""
LEAST = 6
"""Kinds of care shown: those least met."""
YEAR, WEEKS = 365.25, 365.25 / 7


def weekly_cost(parts: list[tuple[float, float]]) -> float:
    """What the care that people wait for costs a council a week: ``Σ share × cost / Σ share``, £.

    parts: share of those who leave, and £ a week less what they pay themselves, by way out that needs care.

    >>> weekly_cost([(0.15, 180.0), (0.05, 500.0)])
    260.0
    """
    shares = sum(share for share, _ in parts)
    return sum(share * cost for share, cost in parts) / shares if shares else 0.0


class Met(NamedTuple):
    """One kind of care of one council in the last year, means over futures."""

    name: str
    given: float
    waiting: float

    @property
    def share(self) -> float:
        """Of those who need it, who have it."""
        return self.given / (self.given + self.waiting)


class Found(NamedTuple):
    """Beds lost and care waited for."""

    years: tuple[str, ...]
    lost: Array
    """Share of beds open with people who are ready to leave, ``[future, year]``, of the years that count."""
    beds: Array
    """Such beds in the worst year, ``[future]``."""
    met: tuple[Met, ...]
    bed_day: float
    """£ a day that a bed costs the hospital; 0 where nobody says."""
    care_week: float
    """£ a week that the care waited for costs a council; 0 where nobody says."""

    @property
    def by_year(self) -> list[float]:
        """The share lost in each year, in the middle future."""
        return [float(v) for v in np.median(self.lost, axis=0)]


def result_of(by_year: list[float]) -> Result:
    """Fails above a tenth of the beds, or where the share rises in every year; amber where it ends higher than it began.

    >>> result_of([0.05, 0.04]), result_of([0.04, 0.06, 0.05]), result_of([0.04, 0.05, 0.06]), result_of([0.2, 0.1])
    ('pass', 'amber', 'fail', 'fail')
    """
    steps = np.diff(by_year)
    rises = len(steps) > 1 and bool((steps > HAIR).all())
    if max(by_year) > MOST or rises:
        return "fail"
    return "amber" if by_year[-1] > by_year[0] + HAIR else "pass"


def care_of(plan: Plan, outcomes: Outcomes) -> Found:
    """Beds lost by year, care met, and what a wait costs each party."""
    years = judged(plan, outcomes)
    delayed, opened = (outcomes[name].by_year(SYSTEM)[:, years] for name in ("delayed_beds", "beds_open"))
    lost = delayed / np.where(opened > 0, opened, 1.0)
    worst = int(np.median(lost, axis=0).argmax())
    kept = tuple(outcomes.years[y] for y in years)
    return Found(kept, lost, delayed[:, worst], _met(plan, outcomes), plan.middle("beds.cost"), _week(plan))


def _met(plan: Plan, outcomes: Outcomes) -> tuple[Met, ...]:
    """Care that councils arrange, by kind, the least met first."""
    if "packages_in_use" not in outcomes.series:
        return ()
    names, kinds, found = called(plan), pods(plan), []
    for row in (r for r in plan.tables["packages"] if isinstance(r, Package)):
        if row.id in outcomes["packages_in_use"].entities:
            given, waiting = (
                float(outcomes[o].by_year(row.id)[:, -1].mean()) for o in ("packages_in_use", "waiting_for_package")
            )
            who = "" if row.funder == "public" else ", paid by people themselves"
            if given + waiting > 0:
                name = f"{names.get(row.council, row.council)}, {kinds.get(row.kind, row.kind).lower()}{who}"
                found.append(Met(name, given, waiting))
    return tuple(sorted(found, key=lambda m: m.share))


def _week(plan: Plan) -> float:
    """£ a week of the care that those leaving hospital need, by pathway, less what they pay themselves."""
    by_kind: dict[str, list[tuple[float, float]]] = {}
    for p in (r for r in plan.tables["packages"] if isinstance(r, Package)):
        if p.funder == "public":
            by_kind.setdefault(p.kind, []).append((p.capacity, p.fee - p.charge))
    needs = [r for r in plan.tables["pathways"] if isinstance(r, Pathway) and r.kind in by_kind]
    return weekly_cost([(r.share, weekly_cost(by_kind[r.kind])) for r in needs])


class Care(StressTest):
    """T11: social care and beds."""

    name, title = "care", "Care at home and the beds it frees"
    question = "How many beds are lost to people who could leave, and who pays for that?"
    method = (
        "Some people are ready to leave hospital and have no care to go to. The test counts the beds they fill, year by year, with the plan. It sets the care that is given "
        "against those who need it, by council and by kind, in the last year. A day in a bed is set against a week of the care that would let people leave. What people pay "
        "for that themselves is taken off."
    )
    grounds = "On 13 March 2022, 12.9% of acute beds held people who had no reason to be there. A tenth of the beds as a limit, and a rise in every year, are judgements."
    source = "Health Foundation, Improving hospital discharge in England, 2022"
    exactly = (
        "Beds of people who are ready to leave as a share of beds open, by year with the plan; care given against those who need it, by council and kind, in the last year;"
        " a bed-day at its cost on a general ward beside a week of the care that people leaving need, less what they pay themselves, by the stated ways out of hospital."
    )
    needs = frozenset({"delayed_beds", "beds_open", "packages_in_use", "waiting_for_package"})

    def ask(self, plan: Plan) -> str:
        """There must be beds to leave."""
        return "" if plan.tables["beds"] else "The plan lists no beds, so nobody can say who waits to leave one."

    def run(self, scene: Scene) -> tuple[Found, int]:
        """Beds lost, care met, cost to each party."""
        outcomes = scene.first[0]
        return care_of(scene.plan, outcomes), outcomes.count

    def tell(self, plan: Plan, found: tuple[Found, int]) -> dict[str, Any]:
        """Beds lost in the worst year, and what they cost."""
        del plan
        f, futures = found
        by_year = f.by_year
        worst, share = f.years[by_year.index(max(by_year))], max(by_year)
        cost = float(np.median(f.beds)) * YEAR * f.bed_day
        head = f"In {worst}, {share:.1%} of beds hold people who could leave"
        sentence = f"{head}, at {pounds(cost)} a year to the hospitals." if f.bed_day else f"{head}."
        first = f" It was {by_year[0]:.1%} in {f.years[0]}." if share > by_year[0] + HAIR else ""
        return {
            "result": result_of(by_year), "figure": share, "unit": "share of beds open, worst year",
            "threshold": f"at most {MOST:.0%}, and not higher every year", "sentence": sentence + first,
            "behind": _behind(f), "rows": tuple(_rows(f)), "futures": futures,
        }  # fmt: skip


def _behind(f: Found) -> str:
    """What a week of waiting costs each party."""
    if not (f.bed_day and f.care_week):
        return "What the care waited for costs is not stated." if f.bed_day else ""
    bed = 7 * f.bed_day
    who = (
        "The hospital bears the wait, the council the care"
        if bed > f.care_week
        else "The care costs more than the wait"
    )
    least = f" {f.met[0].name}: {f.met[0].share:.0%} of those who need it have it." if f.met else ""
    return f"A week in a bed costs a hospital £{bed:,.0f}; a week of the care waited for costs a council £{f.care_week:,.0f}. {who}.{least}"


def _rows(f: Found) -> list[StressRow]:
    rows = []
    for n, (year, middle) in enumerate(zip(f.years, f.by_year, strict=True)):
        low, _, high = three(f.lost[:, n])
        result: Result = "fail" if middle > MOST else "pass"
        shown = f"{middle:.1%} ({low:.1%} to {high:.1%})"
        rows.append(StressRow(what=f"Beds lost, {year}", figure=middle, shown=shown, threshold=MOST, result=result))
    if f.bed_day:
        rows.append(
            StressRow(what="The hospitals’ cost of these beds", shown=f"{_cost(f.beds * YEAR * f.bed_day)} a year")
        )
    if f.care_week:
        rows.append(
            StressRow(
                what="The councils’ cost of the care instead", shown=f"{_cost(f.beds * WEEKS * f.care_week)} a year"
            )
        )
    for m in f.met[:LEAST]:
        shown = f"{m.share:.0%} of those who need it have it: {m.given:,.0f} at a time; {m.waiting:,.0f} wait"
        rows.append(StressRow(what=m.name, shown=shown))
    return rows


def _cost(values: Array) -> str:
    """Money with the middle 80 % of futures."""
    low, middle, high = three(values)
    return f"{pounds(middle)} ({pounds(low)} to {pounds(high)})"
