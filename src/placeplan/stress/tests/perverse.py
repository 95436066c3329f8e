"""Rules by which an organisation earns more when an outcome gets worse: found by making it worse, on the same futures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from placeplan.compare.plans import Paired, paired
from placeplan.core.tables import SYSTEM
from placeplan.model.outcomes import Outcomes
from placeplan.plan.library import with_initiatives
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import names
from placeplan.stress.earning import Earned, earned_by, last_year, reads
from placeplan.stress.nudges import STEP, Nudge, against, brought, hands, nudges
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import keep
from placeplan.stress.say import MINUS, joined, pounds
from placeplan.stress.scene import Scene

FUTURES = 100
"""Futures in which each outcome is made worse."""
LITTLE = 50_000.0
ADOPTION, OUTCOME = "adoption", "outcome"
"""Parts of a contract of quality: what is paid for taking something up, and for what came of it."""


class Pull(NamedTuple):
    """An organisation's own target that gets easier where an aim of all gets harder."""

    nudge: Nudge
    own: Promise
    aims: tuple[Promise, ...]
    """All aims of the system that get harder."""


class Found(NamedTuple):
    """What was found."""

    moved: tuple[tuple[Nudge, Paired], ...]
    """Each nudge with what it does to its outcome."""
    earned: tuple[Earned, ...]
    """The largest first."""
    pulls: tuple[Pull, ...]
    paid: Mapping[str, tuple[float, float]]
    """By contract of quality, £ in the last year for adoption and for outcomes."""
    futures: int


class Perverse(StressTest):
    """Payments that rise as outcomes fall."""

    name, title = "perverse", "Who earns more when it gets worse"
    question = "Who is paid more when things get worse? Is there a rule that does this?"
    method = (
        "One thing after the other is made worse by 1 in 100, from the first month on. There is more need of urgent, community or mental health care. Or people wait longer, "
        "or stay longer, or have fewer operations. Or they get less care at home, or fewer visits where care runs out. Each time, the plan is run again on the same futures. "
        "The test tells who is clearly paid more by a contract then, and what is left after costs. Who pays less is not counted, as that is nobody’s gain. Nor is one’s own "
        "money that comes back. It fails only if the one who is better off gives that care, or works against what got worse. A share of a loss that somebody else is paid for "
        "asks for a closer look. Deaths are not made worse by themselves. A limit that lies more than 1 in 100 away is not seen."
    )
    grounds = "When care was paid for one by one, it was growth that paid. The step of 1 in 100 is a judgement."
    source = "King’s Fund and others on payment by results"
    exactly = (
        "Each outcome is made worse by 1 in 100 from the first month on, and the plan is run again on the same futures: more need of each kind of urgent, community and mental-health care, longer delays, longer stays, fewer theatre slots, fewer packages of care, fewer contacts where care runs out."
        " Told is each organisation that a contract pays clearly more, whether it is the payee, the payer or in a pool, in the year in which it is most, with the line of the contract and what is left after costs."
        " A payer that pays less is not counted: a reward that is not paid is nobody’s gain, nor is own money that comes back from a pool."
        " It fails only where who is better off gives that care or carries an initiative against it: a share of a loss that is paid to somebody else is told, and asks for a look."
        " Deaths are not made worse by themselves: no effect acts on them. A bound that lies further than 1 in 100 away is not seen. An own target is a promise of one organisation, an aim of all one of the system."
    )
    alone = True

    def ask(self, plan: Plan) -> str:
        """There must be contracts, and something that can get worse."""
        if not plan.contracts:
            return "The plan has no contracts, so nobody is paid by a rule."
        return "" if nudges(plan) else "The plan has no urgent care and no beds, so nothing can be made worse."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The plan, and the plan with each outcome worse."""
        return (1 + len(nudges(plan))) * min(FUTURES, futures)

    def run(self, scene: Scene) -> Found:
        """Every outcome made worse, one at a time."""
        plan, every = scene.plan, nudges(scene.plan)
        whole = with_initiatives(plan, (*plan.initiatives, *(n.initiative for n in every)))
        runs = replace(scene.runs, plan=whole)
        futures = runs.first(FUTURES)
        variants = [whole.changed(initiatives=plan.initiatives)]
        variants += [whole.changed(initiatives=(*plan.initiatives, n.initiative)) for n in every]
        jobs = [Job(w, v, futures) for w, v in zip(("the plan", *(n.words for n in every)), variants, strict=True)]
        read = reads(plan, every) | runs.judged
        usual, *worse = runs.outcomes(jobs, read)
        found = [e for n, o in zip(every, worse, strict=True) for e in earned_by(plan, n, usual, o)]
        pulls = [p for n, o in zip(every, worse, strict=True) for p in _pulls(plan, n, usual, o)]
        moved = tuple((n, last_year(usual, o, n)) for n, o in zip(every, worse, strict=True))
        order = sorted(found, key=lambda e: (-e.income.difference, e.contract.id, e.nudge.id, e.organisation))
        return Found(moved, tuple(order), tuple(pulls), _quality(plan, usual), futures.count)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The largest, and how many; each contract with its size, and own targets against aims of all."""
        called = names(plan)
        better = [e for e in found.earned if _moved_to(plan, e)]
        first = next(iter((*better, *found.earned)), None)
        result: Result = "fail" if better else "amber" if found.earned or found.pulls else "pass"
        rows = (
            *(_row(plan, e, called) for e in found.earned), *(_pull(p, called) for p in found.pulls),
            *_paid(plan, found.paid), *(_moved(n, p) for n, p in found.moved),
        )  # fmt: skip
        return {
            "result": result, "figure": first.income.difference if first else 0.0, "unit": "£ a year more for an outcome that is 1 in 100 worse",
            "threshold": "nobody is paid more when an outcome gets worse (judgement)",
            "sentence": _sentence(first, called), "behind": _behind(found, better), "rows": rows, "futures": found.futures,
        }  # fmt: skip


def _pulls(plan: Plan, n: Nudge, usual: Outcomes, worse: Outcomes) -> Iterator[Pull]:
    """Own targets that get clearly easier, each with all aims of the system that get clearly harder, if any does."""
    room: dict[str, Paired] = {}
    for p in plan.promises:
        before, after = (keep(p, o, plan.about.judge_from) for o in (usual, worse))
        if before.counts and after.counts:
            room[p.id] = paired(before.margin, after.margin)
    known = [p for p in plan.promises if p.id in room]
    harder = [p for p in known if p.organisation == SYSTEM and room[p.id].high < 0]
    if harder:
        yield from (Pull(n, p, tuple(harder)) for p in known if p.organisation != SYSTEM and room[p.id].low > 0)


def _quality(plan: Plan, usual: Outcomes) -> dict[str, tuple[float, float]]:
    """What contracts that tell the two apart pay for adoption and for outcomes in the last year."""
    series, found = usual["contract_payment"], {}
    for c in plan.contracts:
        parts = {part: f"{c.id}/{part}" for part in (ADOPTION, OUTCOME) if f"{c.id}/{part}" in series.entities}
        if parts:
            sums = {part: float(series.by_year(e)[:, -1].mean()) for part, e in parts.items()}
            found[c.id] = (sums.get(ADOPTION, 0.0), sums.get(OUTCOME, 0.0))
    return found


def _amount(sum_: float) -> str:
    """Money, in pounds where it is little."""
    return pounds(sum_) if abs(sum_) >= LITTLE else f"{MINUS if sum_ < 0 else ''}£{abs(round(sum_, -2)):,.0f}"


def _moved_to(plan: Plan, e: Earned) -> bool:
    """Whether it pays somebody to let an outcome get worse: it is better off after its costs, and has a hand in it.

    A share of a loss that whoever gives the care pays to another moves who gives it the right way; the other can do nothing about it.
    """
    return e.position.low > 0 and e.organisation in hands(plan, e.nudge)


def _row(plan: Plan, e: Earned, called: Mapping[str, str]) -> StressRow:
    """One contract in a line."""
    own = e.position
    after = "nothing clear after its costs"
    if own.low > 0:
        after = f"{_amount(own.difference)} better off after its costs"
        after += "" if _moved_to(plan, e) else ", but it neither gives that care nor does anything about it"
    elif own.high < 0:
        after = f"{_amount(-own.difference)} worse off after its costs"
    parts = [
        f"{_amount(e.income.difference)} more income in {e.year} ({_amount(e.income.low)} to {_amount(e.income.high)})",
        after,
    ]
    parts += [_by_line(e)] if e.lines else []
    begun = brought(plan, e.contract)
    parts += [f"the contract is begun by {joined([i.name for i in begun])}"] if begun else []
    works = against(plan, e.nudge)
    mine = [i.name for i in works if e.organisation in i.together]
    others = [i.name for i in works if e.organisation not in i.together]
    parts += [f"works against {joined(mine)}, which it does itself"] if mine else []
    parts += [f"works against {joined(others)}"] if others else []
    return StressRow(
        what=f"{called.get(e.organisation, e.organisation)}, {e.contract.id}: {e.nudge.words}", figure=e.income.difference, threshold=0.0,
        shown="; ".join(parts), result="fail" if _moved_to(plan, e) else "amber",
    )  # fmt: skip


def _by_line(e: Earned) -> str:
    """What each line pays it more, then what others pay it less."""
    more = [f"{_amount(line.more)} by the line “{line.words}”" for line in e.lines if line.more > 0]
    fewer = [f"{_amount(-line.more)} less by “{line.words}”" for line in e.lines if line.more < 0]
    return joined([*more, *fewer])


def _pull(p: Pull, called: Mapping[str, str]) -> StressRow:
    """An own target that gets easier."""
    whose = called.get(p.own.organisation, p.own.organisation)
    return StressRow(
        what=f"Own target against all: {whose}, {p.own.name}", result="amber", promise=p.own.id,
        shown=f"gets easier with {p.nudge.words}; {joined([f'“{a.name}”' for a in p.aims])} of all get{'s' if len(p.aims) == 1 else ''} harder",
    )  # fmt: skip


def _paid(plan: Plan, paid: Mapping[str, tuple[float, float]]) -> Iterator[StressRow]:
    """Adoption and outcomes apart."""
    for c in plan.contracts:
        if c.id in paid:
            adoption, outcome = paid[c.id]
            yield StressRow(
                what=f"Paid for quality: {c.id}",
                shown=f"{_amount(adoption)} a year for taking something up, whatever comes of it; {_amount(outcome)} for what came of it",
            )


def _moved(n: Nudge, p: Paired) -> StressRow:
    """What a nudge does to its outcome."""
    change = p.difference / p.first if p.first else 0.0
    ok = p.low > 0
    shown = f"{change:+.1%} in the last year" if ok else "not clearly worse in these futures, so nothing is told of it"
    return StressRow(what=f"Made worse: {n.words}", shown=shown, result="shown" if ok else "not asked")


def _sentence(e: Earned | None, called: Mapping[str, str]) -> str:
    """The largest under which somebody is better off, else the largest."""
    if e is None:
        return "Nobody is paid more under any contract when an outcome gets worse."
    who = called.get(e.organisation, e.organisation)
    paying = [line.words for line in e.lines if line.more > 0]
    rule = f"{e.contract.id} (“{paying[0]}”)" if len(paying) == 1 else e.contract.id
    size = f"{who} is paid {_amount(e.income.difference)} more in {e.year} under {rule} for {STEP:.0%} {e.nudge.words}"
    gain = e.position.low > 0
    return f"{size}, and {'is better off for it' if gain else 'is no better off for it after its costs'}."


def _behind(found: Found, better: list[Earned]) -> str:
    """How many, and how many of them pay."""
    rules = {e.contract.id for e in found.earned}
    gain = {e.contract.id for e in better}
    own = len({p.own.id for p in found.pulls})
    return (
        f"{len(rules)} contract{'s pay' if len(rules) != 1 else ' pays'} more when an outcome gets worse; under {len(gain)} who is paid is better off after its costs, and has a hand in it."
        f" {own} own target{'s' if own != 1 else ''} of organisations {'get' if own != 1 else 'gets'} easier where an aim of all gets harder."
    )
