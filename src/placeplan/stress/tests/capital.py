"""Whether building money is there: how much is needed, who gives it, how likely, and what it costs a year afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from placeplan.model.building import Building
from placeplan.model.draws import Draws
from placeplan.model.money import capital_year_cost
from placeplan.model.outcomes import Array
from placeplan.plan.initiatives import Capital as Need
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.begun import Begun, after, begin
from placeplan.stress.called import names
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import hundred, joined, pounds
from placeplan.stress.scene import Scene

STANDARD, OTHER = 0.24, 0.51
"""Largest optimism bias of capital cost: standard and non-standard buildings (Green Book, supplementary guidance)."""
ASKED, LEAST = 0.7, 0.5
"""Share of the need that comes, as a plan's own promise asks for; and below which more is missing than comes: judgements."""


class Project(NamedTuple):
    """One initiative that is built; £ in base-year prices."""

    id: str
    name: str
    need: float
    """As the plan states it."""
    outturn: tuple[float, float, float]
    """10th, 50th and 90th percentile with the overrun that is drawn."""
    chance: float
    """That the money comes, mean of the futures."""
    source: str
    """Who is to give it; blank where nobody is named."""
    yearly: float
    """Depreciation and charge of its first year, the middle of the futures."""
    bearer: str


class Limit(NamedTuple):
    """A year's limit of building money beside what the plan would spend by its own dates, £ nominal."""

    entity: str
    year: str
    limit: float
    spent: float
    """The middle of the futures."""


class Found(NamedTuple):
    """What is known of building money."""

    projects: tuple[Project, ...]
    """The largest first."""
    comes: float
    """Share of all that is needed, with the overrun, that comes: mean of the futures."""
    limits: tuple[Limit, ...]
    peak: tuple[str, float]
    """The year in which most would be spent, by the plan's dates, and how much."""
    waiting: tuple[str, ...]
    """Names of what does not begin where no building money comes."""
    futures: int


def with_bias(need: float, bias: float) -> float:
    """What an estimate comes to with optimism bias: ``need × (1 + bias)``, £.

    >>> round(with_bias(100.0, 0.24), 1)
    124.0
    """
    return need * (1.0 + bias)


def first_year(value: Any, life_years: int, charge: Any) -> Any:
    """Depreciation and charge of a building's first year: ``value / life + value × (1 − 1 / (2 × life)) × charge``, £.

    As the model charges it (`capital_year_cost`), on what the building is worth in the middle of that year.

    >>> round(float(first_year(40.0, 40, 0.035)), 4)
    2.3825
    """
    worn, charged = capital_year_cost(value, life_years, charge, 1.0 - 0.5 / life_years)
    return worn + charged


class Capital(StressTest):
    """T09: building money."""

    name, title = "capital", "Whether there is money to build"
    question = "How much building money is needed, who gives it, and how likely is it?"
    method = (
        "For each building, the test takes the money that is needed, with the rise in cost that is drawn. It tells how likely the money is to come, and what the building "
        "costs in its first year. What is spent each year goes by the plan’s own dates. It stands beside any limit that the plan names. If no money comes, what is built does "
        "not begin. Nor does all that needs it first."
    )
    grounds = "Buildings cost more than was planned: up to 24% more for plain ones, and up to 51% for others (from memory). How much of the money has to come is a judgement."
    source = "HM Treasury, Green Book (optimism bias)"
    exactly = (
        "Each need with the overrun that is drawn; the chance that it comes; depreciation and charge of the first year, as the model charges them."
        " Spending by year is by the plan’s own dates, beside any limit that it states. What does not begin without: all that is built, and all that"
        " requires it."
    )

    def ask(self, plan: Plan) -> str:
        """Something must be built."""
        return "" if any(i.capital for i in plan.initiatives) else "No initiative says that it needs building money."

    def run(self, scene: Scene) -> Found:
        """Needs, chances and limits, from the plan and its draws."""
        plan, begun = scene.plan, begin(scene)
        built = [i for i in plan.initiatives if i.capital]
        projects = sorted((_project(i, begun.draws) for i in built), key=lambda p: (-p.need, p.id))
        by_id = {i.id: i.name for i in plan.initiatives}
        ids = [i.id for i in built]
        spent = {i.id: begun.building.spent(i, _planned(i, begun)) for i in built}
        whole = np.median(sum(spent.values()), axis=1)
        at = int(np.argmax(whole))
        return Found(
            tuple(projects), _comes(built, begun), tuple(_limits(built, begun.building, begun, spent)),
            (begun.years[at], float(whole[at])), tuple(by_id[i] for i in (*sorted(ids), *after(plan, ids))), begun.count,
        )  # fmt: skip

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """What comes of what is needed, and each project."""
        called = names(plan)
        over = [x for x in found.limits if x.spent > x.limit]
        nameless = [p for p in found.projects if not p.source]
        result = result_of(found.comes, over=bool(over), nameless=bool(nameless))
        rows = (
            *(_row(p, called) for p in found.projects), *_whole(found),
            *(_beside(x, called) for x in found.limits),
        )  # fmt: skip
        return {
            "result": result, "figure": found.comes, "unit": "share of the money needed", "sentence": _sentence(found, over),
            "threshold": f"at least {ASKED:.0%} of it comes, from a named source and within every limit; below {LEAST:.0%} it fails (judgement)",
            "behind": _behind(found, nameless), "rows": rows, "futures": found.futures,
        }  # fmt: skip


def result_of(comes: float, *, over: bool, nameless: bool) -> Result:
    """Pass, amber or fail by the share that comes, whether a limit is passed, and whether a source lacks.

    >>> result_of(0.9, over=False, nameless=False), result_of(0.9, over=False, nameless=True), result_of(0.9, over=True, nameless=False)
    ('pass', 'amber', 'fail')
    """
    if comes < LEAST or over:
        return "fail"
    return "amber" if comes < ASKED or nameless else "pass"


def _needed(i: Initiative) -> Need:
    assert i.capital is not None
    return i.capital


def _outturn(i: Initiative, draws: Draws) -> Array:
    """£ with the overrun, ``[future]``."""
    found: Array = _needed(i).need * draws.of(_needed(i).overrun, i.id) + draws.zeros()
    return found


def _chance(i: Initiative, draws: Draws) -> Array:
    """That its money comes, ``[future]``."""
    found: Array = np.clip(
        draws.of(_needed(i).secured, i.id) * draws.of("capital.available", i.id) + draws.zeros(), 0.0, 1.0
    )
    return found


def _planned(i: Initiative, begun: Begun) -> Array:
    """When it is to begin by its own date, ``[future]``; where a trigger decides, when it begins."""
    return begun.wanted[i.id] if i.trigger else begun.number(i.start or begun.months[0]) + begun.draws.zeros()


def _project(i: Initiative, draws: Draws) -> Project:
    need, value = _needed(i), _outturn(i, draws)
    low, middle, high = (float(v) for v in np.quantile(value, [0.1, 0.5, 0.9]))
    yearly = first_year(value, need.life_years, draws.of("capital.charge", i.id, need.organisation))
    return Project(
        i.id, i.name, need.need, (low, middle, high), float(_chance(i, draws).mean()), need.source_of_funds or "",
        float(np.median(yearly)), need.organisation,
    )  # fmt: skip


def _comes(built: list[Initiative], begun: Begun) -> float:
    """Share of all £ needed that comes, by chance."""
    needed = sum(float(_outturn(i, begun.draws).sum()) for i in built)
    coming = sum(float((_outturn(i, begun.draws) * _chance(i, begun.draws)).sum()) for i in built)
    return coming / needed if needed else 1.0


def _limits(built: list[Initiative], building: Building, begun: Begun, spent: Mapping[str, Array]) -> list[Limit]:
    """Each limit of each year in which something is to be spent."""
    found = []
    for entity, limits in building.limits.items():
        mine = [spent[i.id] for i in built if entity in ("system", _needed(i).organisation)]
        middle = np.median(sum(mine), axis=1) if mine else np.zeros(len(begun.years))
        found += [
            Limit(entity, year, float(limit), float(amount))
            for year, limit, amount in zip(begun.years, limits, middle, strict=True)
            if amount > 0 and np.isfinite(limit)
        ]
    return found


def _row(p: Project, called: Mapping[str, str]) -> StressRow:
    low, middle, high = p.outturn
    result: Result = "pass" if p.chance >= ASKED and p.source else "amber" if p.chance >= LEAST else "fail"
    shown = (
        f"comes in {p.chance:.0%} of futures; {pounds(p.need)} stated, {pounds(middle)} with the overrun ({pounds(low)} to {pounds(high)});"
        f" then {pounds(p.yearly)} a year for {called.get(p.bearer, p.bearer)}; from: {p.source or 'nobody named'}"
    )
    return StressRow(what=p.name, figure=p.chance, threshold=ASKED, result=result, shown=shown, initiative=p.id)


def _whole(found: Found) -> list[StressRow]:
    """All projects together, with the bias that the Treasury would add, and the cost a year."""
    need = sum(p.need for p in found.projects)
    drawn = sum(p.outturn[1] for p in found.projects)
    year, most = found.peak
    return [
        StressRow(what="All, as the plan states it", shown=pounds(need)),
        StressRow(what="All, with the overrun that is drawn", shown=f"{pounds(drawn)}, {drawn / need - 1:+.0%}" if need else pounds(0)),
        StressRow(what="All, with the Treasury’s bias for standard buildings", shown=f"{pounds(with_bias(need, STANDARD))}, +{STANDARD:.0%}"),
        StressRow(what="All, with the Treasury’s bias for other buildings", shown=f"{pounds(with_bias(need, OTHER))}, +{OTHER:.0%}"),
        StressRow(what="Depreciation and charge once all is built", shown=f"{pounds(sum(p.yearly for p in found.projects))} a year"),
        StressRow(what=f"Most in one year of the run, by the plan’s dates ({year})", shown=pounds(most)),
    ]  # fmt: skip


def _beside(x: Limit, called: Mapping[str, str]) -> StressRow:
    over = x.spent > x.limit
    return StressRow(
        what=f"Limit of {called.get(x.entity, x.entity)} in {x.year}", figure=None, result="fail" if over else "pass",
        shown=f"{pounds(x.spent)} to be spent, {pounds(x.limit)} allowed",
    )  # fmt: skip


def _sentence(found: Found, over: list[Limit]) -> str:
    drawn = sum(p.outturn[1] for p in found.projects)
    first = f"{pounds(drawn)} of building money is needed, and {found.comes:.0%} of it comes in an average future."
    if over:
        worst = max(over, key=lambda x: x.spent - x.limit)
        return f"{first} In {worst.year} {pounds(worst.spent - worst.limit)} more is to be spent than may be."
    largest = found.projects[0]
    if len(found.projects) == 1:
        return first
    return f"{first} The largest, {largest.name}, gets its money in {hundred(largest.chance, found.futures)} futures."


def _behind(found: Found, nameless: list[Project]) -> str:
    without = (
        f"Without building money {joined(list(found.waiting))} {'do' if len(found.waiting) > 1 else 'does'} not begin."
    )
    if not nameless:
        return without
    return f"Nobody is named who gives the money for {joined([p.name for p in nameless])}. {without}"
