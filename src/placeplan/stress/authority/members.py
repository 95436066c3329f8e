"""What each member takes on in a plan, and who decides on each pool of money: lines of the test of authority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from placeplan.model.relations import counted
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import agreed, positions
from placeplan.stress.called import names
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import MANY, hundred, joined, pounds
from placeplan.stress.touched import touched

ROLES = ("lead", "follow", "step_aside")


def of_members(plan: Plan, initiatives: Sequence[Initiative]) -> Iterator[StressRow]:
    """A line for each organisation that takes part: in how many it leads, follows or steps aside, and to how many it agreed."""
    called = names(plan)
    roles = {i.id: _roles(i) for i in initiatives}
    hit = {i.id: touched(plan, i) for i in initiatives}
    said = {i.id: positions(plan, i) for i in initiatives}
    for o in sorted({o for r in roles.values() for o in r} | {o for t in hit.values() for o in t}):
        counts = [sum(r.get(o) == role for r in roles.values()) for role in ROLES]
        loses = [i for i in hit if o in hit[i]]
        signed = sum(agreed(said[i], o) for i in loses)
        against = sum(said[i].get(o) == "objects" for i in said)
        parts = [f"leads {counts[0]}, follows in {counts[1]}, steps aside in {counts[2]}"]
        parts.append(
            f"agreed to {signed} of {len(loses)} by which it pays or loses" if loses else "pays or loses by none"
        )
        if against:
            parts.append(f"objects to {against}")
        yield StressRow(what=f"Member: {called.get(o, o)}", shown="; ".join(parts))


def _roles(i: Initiative) -> dict[str, str]:
    """Everybody's role in an initiative; its owner leads where nothing else is said of it."""
    return {i.owner: "lead"} | {p.organisation: p.role for p in i.partners}


def of_pools(plan: Plan) -> Iterator[StressRow]:
    """A line for each pooled contract: which board decides on its money, whether all who pay in sit there, and what draws on it."""
    called = names(plan)
    for c in (c for c in plan.contracts if c.pays_in()):
        boards = [b for b in plan.boards if any(c.id in p.pools and p.power != "advise" for p in b.powers)]
        voting = {m.organisation for b in boards for m in b.members if m.voice == "votes"}
        away = [called.get(o, o) for o in sorted(set(c.pays_in()) - voting)]
        drawing = [i for i in plan.initiatives if i.budget_from == c.id]
        parts = [f"decided on by {joined([b.name for b in boards])}" if boards else "no board decides on its money"]
        if boards and away:
            parts.append(f"pays in and has no vote: {joined(away)}")
        if drawing:
            parts.append(
                f"{pounds(sum(i.budget or 0.0 for i in drawing))} a year of it is set aside for {joined([i.name for i in drawing])}"
            )
        ok = bool(boards) and not away
        result: Result = ("pass" if ok else "amber") if plan.boards else "shown"
        yield StressRow(what=f"Pool: {c.about}", shown="; ".join(parts), result=result)


def of_relationships(plan: Plan) -> Iterator[StressRow]:
    """A line for each assumption on how organisations have worked together: what is assumed, and what of it counts."""
    called = names(plan)
    for r in plan.relationships:
        weight, delay, leaves = (plan.middle(q) for q in (r.weight, r.delay, r.leaves))
        parts = [
            f"{called.get(r.between[0], r.between[0])} and {joined([called.get(o, o) for o in r.between[1:]])}: {r.about.rstrip('.')}"
        ]
        if r.weight == 0.0:
            parts.append("its weight is 0, so it changes nothing")
        else:
            count = f"weight {weight:g}" + ("" if isinstance(r.weight, float) else " in the middle")
            said = [f"what they do together begins {counted(weight, delay):g} months later"] if delay else []
            said += [f"one leaves it in {hundred(float(counted(weight, leaves)), MANY)} futures"] if leaves else []
            parts.append(f"{count}: {joined(said) or 'nothing follows from it'}")
        parts.append(f"assumed ({r.source})")
        yield StressRow(what=f"Assumed: {r.id}", shown="; ".join(parts))
