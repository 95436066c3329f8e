"""Gates with their evidence, freedoms with what they are in a plan, and judgements on scales: lines of the test of stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from placeplan.core.tables import SYSTEM
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Freedom, Gate, Stage
from placeplan.stress.called import names
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import joined

State = Literal["met", "unmet", "not judged"]
RESULTS: Mapping[State, Result] = {"met": "pass", "unmet": "fail", "not judged": "amber"}


def state_of(gate: Gate, kept: Mapping[str, float], plan: Plan) -> State:
    """Whether a gate is met: by its promise, kept as surely as it asks, or else by what its evidence is said to show.

    kept: share of futures that keep each promise.
    """
    if gate.promise is not None:
        asks = next((p.asks for p in plan.promises if p.id == gate.promise), 1.0)
        return "not judged" if gate.promise not in kept else "met" if kept[gate.promise] >= asks else "unmet"
    return "not judged" if gate.met is None else "met" if gate.met else "unmet"


def of_gates(stage: Stage, kept: Mapping[str, float], plan: Plan) -> Iterator[StressRow]:
    """A line for each gate of a stage."""
    for gate in stage.gates:
        state = state_of(gate, kept, plan)
        parts: list[str] = [state if state != "not judged" else "nobody has judged it"]
        if gate.promise is not None and gate.promise in kept:
            parts.append(f"its promise is kept in {kept[gate.promise]:.0%} of futures")
        parts += [f"{e.what.rstrip('.')} ({e.date}; {e.source})" for e in gate.evidence]
        parts.append(f"asked by: {gate.source}{f' ({gate.check})' if gate.check else ''}")
        yield StressRow(what=f"Gate of {stage.name}: {gate.name}", shown="; ".join(parts), result=RESULTS[state])


def of_freedoms(stage: Stage, plan: Plan) -> Iterator[StressRow]:
    """A line for each freedom of a stage: what it is in this plan."""
    for freedom in stage.freedoms:
        parts = [*_uses(freedom, plan)] or ["nothing in this plan uses it, so its effect is not known"]
        parts += [freedom.about.rstrip(".")] if freedom.about else []
        parts.append(f"{freedom.source}{f' ({freedom.check})' if freedom.check else ''}")
        yield StressRow(what=f"Freedom of {stage.name}: {freedom.name}", shown="; ".join(parts))


def _uses(freedom: Freedom, plan: Plan) -> Iterator[str]:
    """What a freedom is in a plan, in words."""
    initiatives = {i.id: i.name for i in plan.initiatives}
    promises = {p.id: f"“{p.name}” of {names(plan).get(p.organisation, p.organisation)}" for p in plan.promises}
    if freedom.initiatives:
        yield f"used by {joined([initiatives.get(i, i) for i in freedom.initiatives])}"
    for switch in freedom.begins:
        yield f"{switch.new} begins{f' in place of {switch.old}' if switch.old else ''}"
    if freedom.rules:
        yield f"other rules in {joined([r.contract or f'contracts of kind {r.kind}' for r in freedom.rules])}"
    for verb, some in (("decides no more", freedom.releases), ("decides instead", freedom.binds)):
        if some:
            yield f"{verb.replace('decides', 'decide') if len(some) > 1 else verb}: {joined([promises.get(p, p) for p in some])}"


def of_assessments(plan: Plan) -> Iterator[StressRow]:
    """A line for each judgement on a scale, in order of date: words, never money."""
    scales = {item.value.id: item.value for item in library().scales}
    called = names(plan) | {SYSTEM: plan.about.place}
    for a in sorted(plan.assessments, key=lambda a: (a.date, a.id)):
        scale = scales.get(a.scale)
        if scale is None:
            continue
        level = next((v.name for v in scale.levels if v.id == a.level), a.level)
        domain = next((d.name for d in scale.domains if d.id == a.domain), "overall")
        shown = f"{level} ({domain}), {a.date}, by {a.by}; {a.evidence.rstrip('.')}; {a.source}"
        yield StressRow(what=f"Judged: {called.get(a.of, a.of)} on {scale.name}", shown=shown)
