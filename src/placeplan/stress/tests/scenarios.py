"""Shocks as bank regulators run them: the common ones and further ones with a date, before and after management actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import names
from placeplan.stress.results.promises import ActionResult, ScenarioResult
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.batches import Job
from placeplan.stress.say import hundred, joined
from placeplan.stress.scene import Scene
from placeplan.stress.shocks.actions import acting
from placeplan.stress.shocks.further import cannot, further_jobs, scenarios_of, since
from placeplan.stress.shocks.scenarios import CALM, calm, met, shock_jobs, shown
from placeplan.stress.verdict.word import SHOCKED


class Found(NamedTuple):
    """What shocks do, and which of the further ones this plan cannot feel, with the reason."""

    without: ScenarioResult
    """The same futures without a shock."""
    shocks: tuple[ScenarioResult, ...]
    dates: dict[str, str]
    """First month by id of a further shock."""
    left_out: tuple[tuple[str, str], ...]
    futures: int


class Scenarios(StressTest):
    """Every shock beside its hurdle, with the low point."""

    name, title = "scenarios", "What shocks do"
    question = "Does each promise that decides hold when things go wrong as they can for every place? What do managers change then?"
    method = (
        "Each shock meets the same futures as the plan. First it is run as if nobody acted. Then it is run with the changes that wait for a sign. The bar is that each promise "
        "that decides holds in half of the futures. S1 to S7 decide the verdict. All others are shown. For each shock, the weakest promise that it breaks is told, or else the "
        "one that loses most. The low point is the worst of all years, not the last."
    )
    grounds = "One half is a judgement."
    source = "Bank of England stress tests (hurdles, low point, management actions)"
    exactly = (
        "Each shock is run on the same futures as the plan, first as if nobody acted, then with the initiatives that wait for a trigger."
        " The hurdle: each promise that decides holds in half of the futures. S1 to S7 decide the verdict; all others are shown."
        " Told of each is the weakest promise that it breaks, or else the one that loses most. The low point is the worst of all years, not the last."
    )
    alone = True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides."""
        return (
            "" if any(p.hard for p in plan.promises) else "There is no promise that decides, so no shock can break one."
        )

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The plan itself, and the further shocks, each on few futures."""
        return (futures + len(scenarios_of(plan)) * shown(futures)) * (2 if acting(plan) else 1)

    def run(self, scene: Scene) -> Found:
        """The plan and the common shocks on all futures, the further ones on few."""
        runs, plan = scene.runs, scene.plan
        none = Scenario(id="none", name=CALM, decides=False, source="the plan")
        asked = [
            (none, none.id, none.name, Job(CALM, plan, scene.futures)),
            *shock_jobs(runs), *further_jobs(runs, shown(scene.futures.count)),
        ]  # fmt: skip
        without, *shocks = (s.result for s in met(runs, asked, calm(runs), twice=True))
        further = scenarios_of(plan)
        left_out = tuple((f"{s.id} {s.name}", why) for s in further if (why := cannot(s, plan)))
        return Found(without, tuple(shocks), {s.id: since(s, plan) for s in further}, left_out, scene.futures.count)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """How many shocks break a promise; each with its hurdle, its low point and what managers changed."""
        if not found.without.low:
            return {
                "result": "not asked",
                "sentence": "No promise that decides is due or known, so no shock can break one.",
            }
        deciding = [s for s in found.shocks if s.decides] or list(found.shocks)
        told, fail = _Told(found.without, _promises(plan), found.dates), [s for s in deciding if not holds(s.P, s)]
        rows = [told.row(s) for s in (found.without, *found.shocks)]
        rows += [
            StressRow(what=what, shown=f"Cannot be asked: {why}", result="not asked") for what, why in found.left_out
        ]
        worst = max(deciding, key=lambda s: (len(told.broken(s)), told.fall(s, told.shown(s)), s.id))
        beside = [s for s in found.shocks if s not in deciding and told.broken(s)]
        return {
            "result": "fail" if fail else "amber" if beside else "pass", "figure": float(len(told.broken(worst))), "unit": "promises that the worst shock breaks",
            "threshold": f"each promise that decides holds in {SHOCKED:.0%} of futures under S1 to S7",
            "sentence": f"{told.head(deciding)} {told.worst(worst)}", "behind": _behind(found, beside), "rows": (*rows, *_actions(found.shocks)),
            "futures": found.futures,
        }  # fmt: skip


def holds(shares: Mapping[str, float], s: ScenarioResult) -> bool:
    """Whether every promise that decides clears the hurdle, by the share of futures that keeps each."""
    return all(shares[i] >= SHOCKED for i in s.low)


def _promises(plan: Plan) -> dict[str, str]:
    """Each promise with whose it is."""
    called = names(plan)
    return {p.id: f"“{p.name}” of {called.get(p.organisation, p.organisation)}" for p in plan.promises}


@dataclass(frozen=True)
class _Told:
    """Shocks in words, each beside the same futures without it."""

    without: ScenarioResult
    called: Mapping[str, str]
    dates: Mapping[str, str]

    def broken(self, s: ScenarioResult) -> list[str]:
        """Promises that hold in half of the futures without a shock, and in fewer under it, the weakest first."""
        found = [i for i in s.low if s.P[i] < SHOCKED <= s.without[i]]
        return sorted(found, key=lambda i: (s.P[i], i))

    def fall(self, s: ScenarioResult, promise: str) -> float:
        """What a promise loses by a shock, as a share of the futures."""
        return s.without[promise] - s.P[promise]

    def shown(self, s: ScenarioResult) -> str:
        """The weakest promise that a shock breaks, else the one that loses most, else the weakest."""
        hit = self.broken(s)
        return hit[0] if hit else max(s.low, key=lambda i: (self.fall(s, i), -s.P[i], i))

    def head(self, deciding: Sequence[ScenarioResult]) -> str:
        """How many of the shocks that decide break a promise."""
        some, every = sum(bool(self.broken(s)) for s in deciding), len(deciding)
        already = sum(self.without.P[i] < SHOCKED for i in self.without.low)
        shocks = f"{some or 'None'} of the {every} shocks that decide {'break' if some > 1 else 'breaks'}"
        if every == 1:
            shocks = f"The one shock that decides {'breaks' if some else 'does not break'}"
        of = f"{shocks} a promise"
        return f"{of} that holds without {'them' if some > 1 else 'it'}{f'; {already} fail without any shock' if already else ''}."

    def worst(self, s: ScenarioResult) -> str:
        """The worst shock with its low point."""
        i = self.shown(s)
        low, usual = s.low[i], self._short(s, s.without[i])
        return (
            f"Worst is {s.id}: {self.called[i]} holds in {hundred(s.P[i], s.futures)} futures instead of {usual};"
            f" its low point is {low.year}, in {hundred(low.P, s.futures)}."
        )

    def row(self, s: ScenarioResult) -> StressRow:
        """One shock: how many promises hold, the one that is told of, its low point, and the same before management actions."""
        i, code = self.shown(s), s.id.partition(".")[0]
        dated = f" ({self.dates[code]})" if code in self.dates else ""
        head = "The plan without a shock" if s is self.without else f"{code} {s.name}{dated}"
        usual, most = "", ""
        if s is not self.without:
            usual = f" ({self._short(s, s.without[i])} without it)"
            most = f" ({sum(s.without[k] >= SHOCKED for k in s.low)} without it)"
            head += "" if self.fall(s, i) > 0 else ", by which none loses; the weakest"
        parts = [
            f"{sum(s.P[k] >= SHOCKED for k in s.low)} of {len(s.low)} hold{most}",
            f"this one in {hundred(s.P[i], s.futures)}{usual}",
            f"low point {s.low[i].year}: {self._short(s, s.low[i].P)}",
        ]
        if s.before:
            word = "passes" if holds(s.before, s) else "fails"
            parts.append(f"if nobody acts {self._short(s, s.before[i])}, and it {word}")
        return StressRow(
            what=f"{head}: {self.called[i]}", figure=s.P[i], threshold=SHOCKED, shown="; ".join(parts),
            result="pass" if holds(s.P, s) else "fail",
        )  # fmt: skip

    @staticmethod
    def _short(s: ScenarioResult, share: float) -> str:
        return hundred(share, s.futures).removesuffix(" of 100")


def _behind(found: Found, beside: list[ScenarioResult]) -> str:
    """What the shocks that are only shown do, and whether anybody acts."""
    others = (
        f"Of those that are shown only, {len(beside)} {'breaks' if len(beside) == 1 else 'break'} a promise: {joined([s.id for s in beside])}."
        if beside
        else "None of those that are shown only breaks a promise."
    )
    acted = any(s.actions for s in found.shocks)
    idle = "The plan has no management actions (no initiative with a trigger), so before and after are the same."
    return others if acted else f"{others} {idle}"


def _actions(shocks: tuple[ScenarioResult, ...]) -> list[StressRow]:
    """What managers did under all shocks, each action once."""
    every: dict[str, list[tuple[ActionResult, int]]] = {}
    for s in shocks:
        for a in s.actions:
            every.setdefault(a.id, []).append((a, s.futures))
    return [_action([a for a, _ in of], min(n for _, n in of)) for of in every.values()]


def _action(of: list[ActionResult], futures: int) -> StressRow:
    """One action: when it fires, who decides, how long it takes, and in how many futures it began."""
    a, share = of[0], sorted(r.acted for r in of)
    took = f"{a.owner}; {a.lead_months} month{'s' if a.lead_months > 1 else ''} from the trigger to the start"
    least, most = hundred(share[0], futures), hundred(share[-1], futures)
    began = f"began in {least}" if least == most else f"began in {least} to {most}, by shock"
    return StressRow(what=f"{a.name}, if {a.trigger}", shown=f"{took}; {began}")
