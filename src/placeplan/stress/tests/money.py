"""Money of each organisation: who keeps to what was agreed, who gains by the plan and who pays for it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM, ControlTotal, Organisation
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import Bridge
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.runs.kept import bound_by_year
from placeplan.stress.say import joined, pounds
from placeplan.stress.scene import Scene
from placeplan.stress.seen import called, gravest, judged, three

NEAR = 0.01
"""Share of what it spends by which an organisation may fall short without failing; a judgement."""
WORST = 0.04
"""Share of its income by which a whole system of 2016/17 was short of what was agreed (HSJ, April 2017)."""
PENNY = 1.0
"""£ by which the organisations together may differ from the system."""


def shortfall(position: float, agreed: float, spending: float) -> float:
    """How far a position lies below what was agreed, as a share of what is spent: ``(agreed − position) / spending``.

    All £ a year; negative where it lies above.

    >>> shortfall(-4e6, -1e6, 300e6)
    0.01
    """
    return (agreed - position) / spending


class Purse(NamedTuple):
    """One organisation in its worst year, £ a year, median over futures."""

    id: str
    name: str
    year: str
    position: float
    agreed: float
    stated: bool
    """Whether the plan says what was agreed or promised; else breaking even stands for it."""
    spending: float
    chance: float
    """Share of futures that keep to it in that year."""
    gain: float
    """Against doing nothing, last year."""
    pays_for: tuple[str, ...]
    """Initiatives whose cost falls on it."""

    @property
    def short(self) -> float:
        """As a share of what it spends."""
        return shortfall(self.position, self.agreed, self.spending)

    @property
    def result(self) -> Result:
        """Fails where it is short by more than a hundredth of what it spends."""
        return "pass" if self.short <= 0 else "amber" if self.short <= NEAR else "fail"


def purses_of(plan: Plan, whole: Outcomes, nothing: Outcomes) -> list[Purse]:
    """Each organisation and the system in its worst year, the shortest first; the system leads."""
    names, years, pays = called(plan), judged(plan, whole), payers(plan)
    agreed = agreed_by(plan, whole.years)
    found = []
    for entity in whole["position"].entities:
        position, cost = whole["position"].by_year(entity), whole["operating_cost"].by_year(entity)
        spent = [float(np.median(cost[:, y])) for y in years]
        if min(spent) <= 0:
            continue
        limits = [agreed.get((entity, whole.years[y]), 0.0) for y in years]
        middle = [float(np.median(position[:, y])) for y in years]
        n = max(range(len(years)), key=lambda k: shortfall(middle[k], limits[k], spent[k]))
        year = whole.years[years[n]]
        gain = float(np.median(position[:, -1] - nothing["position"].by_year(entity)[:, -1]))
        chance = float((position[:, years[n]] >= limits[n] - PENNY).mean())
        found.append(
            Purse(entity, names.get(entity, entity), year, middle[n], limits[n], (entity, year) in agreed, spent[n], chance, gain, pays.get(entity, ()))
        )  # fmt: skip
    return sorted(found, key=lambda p: (p.id != SYSTEM, -p.short))


def agreed_by(plan: Plan, years: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """Positions that were agreed, by organisation and year: control totals, else what is promised of the position."""
    found: dict[tuple[str, str], float] = {}
    for p in sorted(
        (p for p in plan.promises if p.outcome == "position" and p.at_least is not None), key=lambda p: p.hard
    ):
        for year, limit in zip(years, bound_by_year(p.at_least, years, np.nan), strict=True):
            if np.isfinite(limit):
                found[p.organisation, year] = float(limit)
    totals = (c for c in plan.tables["control_totals"] if isinstance(c, ControlTotal))
    return found | {(c.organisation, c.year): c.position for c in totals}


def payers(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Names of the initiatives whose cost falls on each organisation: posts, money spent, building."""
    found: dict[str, dict[str, None]] = {}
    for i in plan.initiatives:
        spends = [
            p.organisation
            for e in i.effects
            for p in e.primitives()
            if p.verb == "add" and p.table in ("cost", "posts")
        ]
        for org in (*spends, *([i.capital.organisation] if i.capital else [])):
            found.setdefault(org, {})[i.name] = None
    return {org: tuple(names) for org, names in found.items() if org}


class Bearing(NamedTuple):
    """Who pays for one initiative, and what it brings to all together, £ a year in the last year."""

    name: str
    payers: tuple[str, ...]
    gain: tuple[float, float, float]
    """10th, 50th and 90th percentile over futures."""


def bearings(plan: Plan, bridge: Bridge) -> list[Bearing]:
    """Initiatives with a payer, those that bring least first."""
    names, pays = called(plan), payers(plan)
    found = [
        Bearing(i.name, tuple(names.get(o, o) for o, own in pays.items() if i.name in own), three(part.found))
        for i in plan.initiatives
        if (part := bridge.parts.get(i.id)) is not None and any(i.name in own for own in pays.values())
    ]
    return sorted(found, key=lambda b: b.gain[1])


def left_over(outcomes: Outcomes, organisations: frozenset[str]) -> float:
    """Largest difference, £, between the system's position and the sum of its organisations', over futures and years."""
    position = outcomes["position"]
    parts = sum((position.by_year(e) for e in position.entities if e in organisations), 0.0)
    return float(np.abs(position.by_year(SYSTEM) - parts).max())


class Found(NamedTuple):
    """Purses, who pays for what, and the £ by which the parts differ from the whole."""

    purses: list[Purse]
    borne: list[Bearing]
    rest: float
    futures: int


class Money(StressTest):
    """T16: money by organisation and for the system."""

    name, title = "money", "Money of each organisation"
    question = "Does each organisation keep to what was agreed, and who gains and who pays?"
    method = (
        "The test takes the money of each one in its worst year, with the plan. It sets this against what was agreed with it. If nothing was, it takes what was promised, or "
        "else to break even. The gap is told as a share of what it spends. Beside it stands what it gains against doing nothing, in the last year. So do the changes that it "
        "pays for, and what each of these brings to all. All of them together have to be the whole system, to the pound."
    )
    grounds = "To break even in each year is what is asked of all. In 2016/17, Staffordshire as a whole was short by almost 4% of its income. One hundredth is a judgement."
    source = "HSJ, April 2017 (Staffordshire)"
    exactly = (
        "Each organisation’s position in its worst year against the control total of control_totals.csv, else what is promised of it, else breaking even, as a share of what it spends;"
        " what it gains against doing nothing in the last year; which initiatives it pays for, and what each of these brings to all together (the bridge). All organisations together have to be the system, to the pound."
    )
    needs = frozenset({"position", "operating_cost"})

    def run(self, scene: Scene) -> Found:
        """Each purse, each initiative with a payer, and what the parts leave over."""
        whole, nothing = scene.first
        inside = frozenset(o.id for o in scene.plan.tables["organisations"] if isinstance(o, Organisation))
        purses = purses_of(scene.plan, whole, nothing)
        return Found(purses, bearings(scene.plan, scene.bridge), left_over(whole, inside), whole.count)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """Who is shortest, and who pays without gaining."""
        del plan
        each, borne, rest, futures = found
        if not each:
            return {"result": "not asked", "sentence": "Nobody’s spending is known."}
        own = [p for p in each if p.id != SYSTEM] or each
        worst = max(own, key=lambda p: p.short)
        losers = [p for p in own if p.gain < 0 and p.pays_for]
        short = [p for p in own if p.short > 0]
        if short:
            aim = "what was agreed" if worst.stated else "breaking even"
            head = f"{worst.name} is {worst.short:.1%} of its spending short of {aim} in {worst.year}."
            head += f" {len(short)} of {len(own)} fall short." if len(short) > 1 else ""
        else:
            head = "In the middle future every organisation keeps to what was agreed."
        tail = f" {_pays(losers)}" if losers and len(short) <= 1 else ""
        books: Result = "pass" if rest <= PENNY else "fail"
        row = StressRow(
            what="All organisations less the system",
            figure=None,
            shown=f"£{rest:,.2f} at most, in any year",
            result=books,
        )
        return {
            "result": gravest([*(p.result for p in each), books]), "figure": worst.short, "unit": "share of spending, worst year",
            "threshold": f"nothing short; more than {NEAR:.0%} of spending fails. Where nothing is stated, breaking even counts as agreed",
            "sentence": head + tail, "behind": _pays(losers), "rows": (*(_row(p) for p in each), *(_paid(b) for b in borne), row), "futures": futures,
        }  # fmt: skip


def _pays(losers: list[Purse]) -> str:
    """Who pays for initiatives and is worse off for the plan."""
    if not losers:
        return ""
    worst = min(losers, key=lambda p: p.gain)
    return f"{worst.name} pays for {len(worst.pays_for)} {'initiative' if len(worst.pays_for) == 1 else 'initiatives'} and is {pounds(-worst.gain)} a year worse off than with nothing done."


def _paid(b: Bearing) -> StressRow:
    low, middle, high = (pounds(v) for v in b.gain)
    return StressRow(
        what=f"{b.name}: who pays",
        shown=f"{joined(list(b.payers))}; to all together it brings {middle} a year ({low} to {high})",
    )


def _row(p: Purse) -> StressRow:
    limit = f"agreed {pounds(p.agreed)}" if p.stated else "break even"
    gain = f"{'gains' if p.gain >= 0 else 'loses'} {pounds(abs(p.gain))} a year by the plan"
    pays = f"; pays for {len(p.pays_for)} of its initiatives" if p.pays_for else ""
    shown = f"{pounds(p.position)} in {p.year} ({limit}), kept in {p.chance:.0%} of futures; {gain}{pays}"
    return StressRow(what=p.name, figure=p.short, shown=shown, threshold=NEAR, result=p.result)
