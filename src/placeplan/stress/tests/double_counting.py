"""Whether the same care, night or pound is saved twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import MoneyLine
from placeplan.effects.combine import keep
from placeplan.effects.spend import Spend
from placeplan.plan.benchmarks import comparators
from placeplan.plan.schema import Plan
from placeplan.stress.alone import FUTURES
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import Bridge, LastYear, acting, claimed_pounds
from placeplan.stress.called import names
from placeplan.stress.claimed.shortfall import price, taken_away
from placeplan.stress.claimed.strength import care_effects, middle
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

SOME, MUCH = 0.05, 0.20
"""Overlap as a share of what is added up: from which it is told, and from which it fails; a judgement."""
ORDER: tuple[Result, ...] = ("shown", "pass", "amber", "fail")


class Twice(NamedTuple):
    """One way to count twice."""

    what: str
    share: float | None
    """Part of what is added up that is there once only; None where there is nothing to add up."""
    shown: str
    result: Result


def overlap(alone: float, joint: float) -> float:
    """Part of a sum of parts that is not there when all act together: ``1 − joint / Σ alone``; 0 where nothing is added up.

    Two schemes of 10 and 20 % on the same 1,000 admissions add up to 300 and avoid 280:

    >>> round(overlap(300.0, 280.0), 4)
    0.0667
    """
    return max(0.0, 1.0 - joint / alone) if alone > 0 else 0.0


def nights_twice(avoided: float, shortened: float) -> float:
    """Share of bed-days that is both avoided and shortened: ``avoided × shortened``.

    avoided: share of stays that do not happen; shortened: share of each stay taken away.

    >>> round(nights_twice(0.1, 0.2), 4)
    0.02
    """
    return avoided * shortened


def same_care(bridge: Bridge, alone: Mapping[str, LastYear]) -> Iterator[Twice]:
    """£ and admissions that each initiative brings alone, summed over those that bring any, against what they bring together."""
    ways: tuple[tuple[str, str, float, Callable[[float], str]], ...] = (
        ("money", "position", 1.0, pounds), ("admissions", "admissions", -1.0, lambda v: f"{v:,.0f} a year"),
    )  # fmt: skip
    for what, field, sign, told in ways:
        own = {i: sign * float(getattr(gain, field).mean()) for i, gain in alone.items()}
        parts = [i for i, gain in own.items() if gain > 0]
        among = [
            sign * getattr(order, field)[:FUTURES].mean()
            for i in parts
            for order in (bridge.parts[i].forward, bridge.parts[i].backward)
        ]
        added, joint = sum(own[i] for i in parts), float(sum(among)) / 2
        if added > 0:
            share = overlap(added, joint)
            shown = f"{told(added)} added up one by one, {told(joint)} together"
            yield Twice(f"Initiatives on the same care: {what}", share, shown, result_of(share))


def same_nights(plan: Plan) -> Iterator[Twice]:
    """Stays shortened of admissions that other effects avoid, by point of delivery, as if all were about the same people."""
    avoided: dict[str, list[float]] = defaultdict(list)
    shorter: dict[str, list[float]] = defaultdict(list)
    for e in care_effects(plan):
        if e.acts_on == "delay":
            continue
        reach = min(max(middle(plan, e.initiative.peak), 0.0), 1.0)
        for pod in e.pods:
            (avoided if e.acts_on == "demand" else shorter)[pod].append(max(middle(plan, e.share), 0.0) * reach)
    for pod in sorted(avoided.keys() & shorter.keys()):
        a, s = (1.0 - float(keep(shares[pod])) for shares in (avoided, shorter))
        twice = nights_twice(a, s)
        if a + s > 0:
            share = twice / (a + s)
            yield Twice(
                f"Nights shortened of stays avoided: {pod}",
                share,
                f"{twice:.2%} of bed-days, of {a + s:.1%} added up",
                result_of(share),
            )


def same_pound(plan: Plan) -> Iterator[Twice]:
    """Cost lines from which more than one programme takes, or background efficiency too."""
    called = names(plan)
    lines = {
        (r.organisation, r.line): r for r in plan.tables["money"] if isinstance(r, MoneyLine) and r.direction == "cost"
    }
    takers: dict[tuple[str, str], list[float]] = defaultdict(list)
    for i in plan.initiatives:
        for e in i.effects:
            if isinstance(e, Spend) and e.saving and (e.organisation, e.saving.line) in lines:
                takers[e.organisation, e.saving.line].append(middle(plan, e.saving.amount))
    for (organisation, line), amounts in sorted(takers.items()):
        row = lines[organisation, line]
        if len(amounts) == 1 and not row.efficiency:
            continue
        others = sum(amounts) - max(amounts)
        result: Result = "fail" if sum(amounts) > row.amount else "amber"
        also = " and background efficiency" if row.efficiency else ""
        shown = f"{len(amounts)} saving{'s' if len(amounts) > 1 else ''}{also} take from {pounds(row.amount)}: {pounds(sum(amounts))}"
        yield Twice(
            f"The same budget: {called.get(organisation, organisation)}, {line}",
            others / sum(amounts) if sum(amounts) else 0.0,
            shown,
            result,
        )


def price_as_saving(plan: Plan, bridge: Bridge) -> Iterator[Twice]:
    """Claims that book what payers pay less, where that is another’s income and no cost falls by as much."""
    claimed = booked = 0.0
    for i in plan.initiatives:
        part, own = bridge.parts.get(i.id), claimed_pounds(i)
        if own and part:
            claimed += own
            value, paid = taken_away(part)
            booked += price(paid, value, float(part.found.mean()), own)
    if claimed > 0:
        share = booked / claimed
        yield Twice(
            "One’s lower income booked as all’s saving",
            share,
            f"{pounds(booked)} of {pounds(claimed)} claimed",
            result_of(share),
        )


def twice_mitigated(plan: Plan) -> Iterator[Twice]:
    """Growth of which schemes already took their part, with schemes that take it again."""
    growth = {
        a.id.removeprefix("growth."): a.distribution.middle for a in plan.assumptions if a.id.startswith("growth.")
    }
    avoided = {pod for e in care_effects(plan) if e.acts_on == "demand" and middle(plan, e.share) > 0 for pod in e.pods}
    known = [(c.growth, c.central, pod) for c in comparators() for pod in c.pods.split()]
    for pod in sorted(avoided & growth.keys()):
        found = [next((v for g, v, p in known if (g, p) == (kind, pod)), None) for kind in ("net", "gross")]
        net, gross = found
        if net is None or gross is None:
            continue
        again = already_net(growth[pod], net, gross)
        shown = f"growth of {growth[pod]:.1%} a year beyond people and age; England’s was {gross:.2%} before schemes and {net:.2%} after them"
        yield Twice(f"Growth that schemes have slowed already: {pod}", None, shown, "amber" if again > 0.5 else "pass")


def already_net(growth: float, net: float, gross: float) -> float:
    """How far a growth is one that schemes have slowed: ``(gross − growth) / (gross − net)``, between 0 (not at all) and 1.

    >>> round(already_net(0.0116, -0.0014, 0.0217), 2), already_net(-0.01, -0.0014, 0.0217)
    (0.44, 1.0)
    """
    return float(np.clip((gross - growth) / (gross - net), 0.0, 1.0))


class DoubleCounting(StressTest):
    """T05: double counting."""

    name, title = "double-counting", "What is counted twice"
    question = "Is the same care, night or pound saved twice?"
    method = (
        "Each change is run by itself, with what it waits for, on the same futures. What each of them brings is added up. The sum is set against what all bring together. Four "
        "more things are looked at. Are nights saved of stays that do not happen any more? Do several savings take from one budget? Does one claim to pay less what another "
        "gets less? Is growth slowed that was slowed before? The model itself counts each of these once."
    )
    grounds = "In 2016 nobody could say how much of London’s savings were counted twice. The limits of 5% and 20% are judgements."
    source = "Hobro and Wyatt, Strategy Unit, 2023 (growth)"
    exactly = (
        "What each initiative brings by itself (with what it waits for), added up, against what they bring together on the same futures; nights shortened of stays that are avoided;"
        " budgets from which several savings take; claims of what one pays less and another gets less; growth that is already slowed by schemes. The model itself counts each once."
    )

    def ask(self, plan: Plan) -> str:
        """There must be an initiative."""
        return (
            ""
            if any(i.effects for i in plan.initiatives)
            else "No initiative has an effect, so nothing can be counted twice."
        )

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Each initiative alone, and with what it waits for."""
        return (2 * len(acting(plan)) + 1) * min(FUTURES, futures)

    def run(self, scene: Scene) -> tuple[list[Twice], int]:
        """Each way to count twice that can be asked of this plan."""
        plan, bridge = scene.plan, scene.bridge
        found = [
            *same_care(bridge, scene.alone),
            *same_nights(plan),
            *same_pound(plan),
            *price_as_saving(plan, bridge),
            *twice_mitigated(plan),
        ]
        return found, len(bridge.whole)

    def tell(self, plan: Plan, found: tuple[list[Twice], int]) -> dict[str, Any]:
        """The worst, and all others."""
        del plan
        each, futures = found
        common = {
            "unit": "share of what is added up",
            "threshold": f"below {SOME:.0%}; above {MUCH:.0%} fails",
            "futures": futures,
        }
        if not each:
            return {**common, "result": "pass", "sentence": "No two initiatives touch the same care or budget."}
        rows = tuple(
            StressRow(what=t.what, figure=t.share, threshold=SOME, result=t.result, shown=t.shown) for t in each
        )
        worst = max(each, key=lambda t: (ORDER.index(t.result), t.share or 0.0))
        if worst.result == "pass":
            sentence = f"Little is counted twice: at most {worst.share or 0.0:.0%} of what is added up."
        else:
            sentence = f"{worst.what}: {worst.shown}."
        return {**common, "result": worst.result, "figure": worst.share, "sentence": sentence, "rows": rows}


def result_of(share: float) -> Result:
    """Pass, amber or fail by the part that is counted twice.

    >>> result_of(0.01), result_of(0.1), result_of(0.3)
    ('pass', 'amber', 'fail')
    """
    return "pass" if share < SOME else "amber" if share <= MUCH else "fail"
