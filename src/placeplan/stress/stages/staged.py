"""A plan at another stage: with the freedoms of that stage and of those below it, and without those of the stages above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.calendar import month_index, month_of
from placeplan.core.tables import SYSTEM, Organisation
from placeplan.model.outcomes import Outcomes
from placeplan.plan.ladder import ladder
from placeplan.plan.laid import ends_too, not_again
from placeplan.plan.library import library
from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Freedom, Stage, Switch
from placeplan.stress.shocks.further import switched

MONEY, BEDS, WAITING = "position", "occupancy", "waiting_without_bed"


def stages_of(plan: Plan) -> tuple[Stage, ...]:
    """The stages that a plan may stand at, the lowest first."""
    return ladder(plan.stages, [item.value for item in library().stages])


def freedoms_at(stages: Sequence[Stage], stage: Stage) -> tuple[Freedom, ...]:
    """Freedoms of a stage and of those below it."""
    return tuple(f for s in stages if (s.rank or 0) <= (stage.rank or 0) for f in s.freedoms)


def beyond(stages: Sequence[Stage], stage: Stage) -> dict[str, str]:
    """Initiatives that use a freedom of a stage above, each with the first such stage."""
    above = [s for s in stages if (s.rank or 0) > (stage.rank or 0)]
    return {i: s.id for s in reversed(above) for f in s.freedoms for i in f.initiatives}


def at_stage(plan: Plan, stages: Sequence[Stage], stage: Stage) -> Plan:
    """The plan as it would be at a stage; the plan itself where none of its freedoms is anything in it.

    Initiatives that use a freedom of a stage above do not happen. Contracts begin and end, rules of payment are replaced,
    and promises decide or decide no more, as the freedoms of this stage and of those below it say.
    """
    gone, freedoms = beyond(stages, stage), freedoms_at(stages, stage)
    initiatives = tuple(i for i in plan.initiatives if i.id not in gone)
    found = plan if len(initiatives) == len(plan.initiatives) else plan.changed(initiatives=initiatives)
    for freedom in freedoms:
        found = _with(found, freedom)
    return _deciding(found, freedoms)


def _with(plan: Plan, freedom: Freedom) -> Plan:
    """The plan with the contracts and rules of a freedom."""
    since = freedom.since or plan.about.start
    for switch in freedom.begins:
        plan = _begun(plan, switch, since)
    if not freedom.rules:
        return plan
    rules = Scenario(
        id=freedom.id[:12], name=freedom.id, decides=False, since=since, rules=freedom.rules, source=freedom.id
    )
    return switched(plan, rules)


def _begun(plan: Plan, switch: Switch, since: str) -> Plan:
    """The plan in which one contract begins in a month and the one that it replaces ends the month before."""
    before = month_of(month_index(since) - 1)
    contracts: list[Contract] = []
    for c in plan.contracts:
        if c.id == switch.new:
            contracts.append(c.model_copy(update={"starts": since}))
        elif c.id != switch.old:
            contracts.append(c)
        elif (c.starts or plan.about.start) < since:
            contracts.append(c.model_copy(update={"ends": min(before, c.ends or before)}))
    again = {switch.old: switch.new} if switch.old else {}
    initiatives = tuple(not_again(ends_too(i, again), switch.new) for i in plan.initiatives)
    return plan.changed(contracts=tuple(contracts), initiatives=initiatives)


def _deciding(plan: Plan, freedoms: Sequence[Freedom]) -> Plan:
    """The plan in which released promises are aims and bound aims decide."""
    hard = {name: False for f in freedoms for name in f.releases} | {n: True for f in freedoms for n in f.binds}
    if all(hard.get(p.id, p.hard) == p.hard for p in plan.promises):
        return plan
    return plan.changed(promises=tuple(p.model_copy(update={"hard": hard.get(p.id, p.hard)}) for p in plan.promises))


@dataclass(frozen=True)
class LastYear:
    """Reads figures of the last year, by outcome and entity."""

    wanted: tuple[tuple[str, str], ...]

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes read."""
        return frozenset(name for name, _ in self.wanted)

    def columns(self, outcomes: Outcomes) -> dict[str, Any]:
        """``[future]`` by `column`."""
        return {column(name, entity): outcomes[name].by_year(entity)[:, -1] for name, entity in self.wanted}

    def bytes(self, years: int) -> int:
        """Bytes that it takes for each future."""
        del years
        return 8 * len(self.wanted)


def column(name: str, entity: str) -> str:
    """The column of an outcome of an entity."""
    return f"stage/{name}/{entity}"


def read_of(plan: Plan) -> LastYear:
    """Positions of everybody and of the system, and full beds and patients without one where the plan has beds."""
    inside = (o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type != "outside")
    money = [(MONEY, entity) for entity in (SYSTEM, *inside)]
    return LastYear((*money, *((name, SYSTEM) for name in (BEDS, WAITING) if plan.tables["beds"])))
