"""Further shocks, dated: what happens from a month on, as runs of the plan or of one with other contracts. They decide nothing."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from placeplan.contracts.base import Contract
from placeplan.core.tables import Organisation
from placeplan.model.compile import closures
from placeplan.model.dated import ENDS, FASTER, FASTER_FROM, HALT_FROM, HALT_MONTHS, HELD_FROM, usual
from placeplan.model.variants import without_owner
from placeplan.plan.laid import ends_too, ruled
from placeplan.plan.library import library
from placeplan.plan.scenarios import EACH, Scenario, month_of_run, named_month
from placeplan.plan.schema import Plan, yearly_rates
from placeplan.stress.called import names
from placeplan.stress.runs.batches import Job, Named
from placeplan.stress.runs.runner import Runs

Asked = tuple[Scenario, str, str, Job]
"""A shock, its id (with the partner's where each takes its turn), its name, and its run."""


def scenarios_of(plan: Plan) -> tuple[Scenario, ...]:
    """Further shocks in order of id: the plan's own, and those of the library that it does not replace."""
    own = {s.id: s for s in plan.scenarios}
    shared = (item.value for item in library().further if item.value.id not in own)
    return tuple(sorted((s for s in (*own.values(), *shared) if s.further), key=lambda s: s.id))


def month_of(scenario: Scenario, plan: Plan) -> int:
    """Number of its first month, counted from the run's."""
    return month_of_run(scenario.since or 0, plan.about.start)


def since(scenario: Scenario, plan: Plan) -> str:
    """Its first month."""
    return named_month(month_of(scenario, plan), plan.about.start)


def first_step(month: int) -> int:
    """Yearly step of prices from which a rate changes: ``most(1, ⌈month / 12⌉)``, as prices rise each April.

    >>> [first_step(month) for month in (0, 12, 13, 24)]
    [1, 1, 2, 2]
    """
    return max(1, -(-month // 12))


def owners(plan: Plan) -> tuple[str, ...]:
    """Who could leave: organisations of the place that own an initiative, in order of id."""
    there = (o for o in plan.tables["organisations"] if isinstance(o, Organisation))
    return tuple(sorted({i.owner for i in plan.initiatives} - {o.id for o in there if o.type == "outside"}))


def cannot(scenario: Scenario, plan: Plan) -> str:
    """Blank where a shock can be felt by this plan; else why not."""
    lacking = {
        "it comes after the run’s last month": month_of(scenario, plan) >= plan.about.months,
        "nobody owns an initiative": bool(scenario.leaves) and not owners(plan),
        "no initiative closes anything": scenario.closures_held and not closures(plan),
        "no initiative has a date": scenario.halt and not any(i.start for i in plan.initiatives),
        "nothing in this plan grows by what it changes": bool(scenario.changes) and not _faster(scenario, plan),
        "no contract has the rule that it replaces": bool(scenario.rules) and switched(plan, scenario) is plan,
    }
    return next((why for why, so in lacking.items() if so), "")


def _faster(scenario: Scenario, plan: Plan) -> dict[str, float]:
    """Points by which each yearly rate changes."""
    found: dict[str, float] = {}
    rates = yearly_rates(plan.tables.get("money", ()), plan.contracts)
    for a in plan.assumptions:
        points = [
            c.add
            for c in scenario.changes
            if c.add and (c.driver == a.driver if c.driver else fnmatchcase(a.id, c.assumption))
        ]
        if points and a.id in rates:
            found[a.id] = sum(points)
    return found


def dated(scenario: Scenario, plan: Plan, partner: str = "") -> Named:
    """What is otherwise from its month on, by name."""
    month, found = float(month_of(scenario, plan)), dict[str, float]()
    if scenario.halt and scenario.until is not None:
        found |= {HALT_FROM: month, HALT_MONTHS: month_of_run(scenario.until, plan.about.start) - month}
    if scenario.closures_held:
        found[HELD_FROM] = month
    for rate, points in _faster(scenario, plan).items():
        found |= {FASTER + rate: points, FASTER_FROM + rate: float(first_step(int(month)))}
    return tuple((found | {ENDS + i.id: month - 1 for i in plan.initiatives if i.owner == partner}).items())


def switched(plan: Plan, scenario: Scenario) -> Plan:
    """The plan in which contracts whose rule is replaced end with the month before, and others like them begin."""
    month = month_of(scenario, plan)
    first, last = since(scenario, plan), named_month(month - 1, plan.about.start)
    shared = {n for c in plan.contracts for n in c.rests_on()}
    contracts: list[Contract] = []
    again: dict[str, str] = {}
    for c in plan.contracts:
        rule = next((r for r in scenario.rules if c.id == r.contract or getattr(c, "kind", "") == r.kind), None)
        over = c.starts == "by_initiative" or (c.ends and c.ends < first)
        if rule is None or over or c.id in shared:
            contracts.append(c)
            continue
        new = ruled(c, rule).model_copy(
            update={"id": f"{c.id[:48]}.{scenario.id}", "starts": max(first, c.starts or first)}
        )
        again[c.id] = new.id
        begun = month > 0 and (c.starts or plan.about.start) < first
        contracts += [c.model_copy(update={"ends": last}), new] if begun else [new]
    if not again:
        return plan
    return plan.changed(contracts=tuple(contracts), initiatives=tuple(ends_too(i, again) for i in plan.initiatives))


def further_jobs(runs: Runs, count: int) -> list[Asked]:
    """Every further shock that this plan can feel, in order of id, on the first ``count`` futures; partners each in turn."""
    plan, called = runs.plan, names(runs.plan)
    found: list[Asked] = []
    for s in scenarios_of(plan):
        if cannot(s, plan):
            continue
        partners = () if not s.leaves else owners(plan) if s.leaves == EACH else (s.leaves,)
        for partner in partners or ("",):
            gone = bool(partner) and month_of(s, plan) <= 0
            of = without_owner(plan, partner) if gone else switched(plan, s) if s.rules else plan
            job = Job(s.name, of, runs.first(count), (), (), () if gone else dated(s, plan, partner))
            name = f"{called.get(partner, partner)} leaves" if partner else s.name
            found.append((s, f"{s.id}.{partner}" if s.leaves == EACH else s.id, name, job))
    every = sorted({name for *_, job in found for name, _ in job.dated})
    return [(s, key, name, _of_all(job, every)) for s, key, name, job in found]


def _of_all(job: Job, names: list[str]) -> Job:
    """A run that says what stands under every name, so that one recording does for all."""
    own = dict(job.dated)
    return replace(job, dated=tuple((n, own.get(n, usual(n))) for n in names)) if own else job
