"""Checks of stages: gates with their evidence, freedoms with what they are in this plan, moves, and judgements on scales."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import SYSTEM
from placeplan.plan.checks.base import check, unknown
from placeplan.plan.checks.scenarios import rule_faults
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.ladder import ladder
from placeplan.plan.library import library
from placeplan.plan.located import Item, Path
from placeplan.plan.stages import Freedom, Gate, Scale, Stage

NEEDED = {"stage": ("name", "rank", "source"), "gate": ("name", "source"), "freedom": ("name", "kind", "source")}
"""What has to be said of one that the library does not know."""


def _shared() -> tuple[Stage, ...]:
    """Stages of the library."""
    return tuple(item.value for item in library().stages)


def _gates(draft: Draft) -> Iterator[tuple[Item[Stage], Path, Gate]]:
    for item in draft.stages:
        yield from ((item, ("gates", n), gate) for n, gate in enumerate(item.value.gates))


def _freedoms(draft: Draft) -> Iterator[tuple[Item[Stage], Path, Freedom]]:
    for item in draft.stages:
        yield from ((item, ("freedoms", n), freedom) for n, freedom in enumerate(item.value.freedoms))


@check("not-in-library", "duplicate-id")
def what_the_library_does_not_know_is_said(draft: Draft) -> Iterator[Problem]:
    """A stage, gate or freedom that the library does not have says what it is, and each stands once."""
    shared = {s.id: s for s in _shared()}
    for item in draft.stages:
        stage = item.value
        unsaid = list(_left_open(item, stage, "stage", (), shared))
        yield from unsaid
        for kind in () if unsaid else ("gate", "freedom"):
            parts = getattr(stage, f"{kind}s")
            there = [p.id for p in getattr(shared.get(stage.id, Stage(id=stage.id)), f"{kind}s")]
            for n, part in enumerate(parts):
                at: Path = (f"{kind}s", n)
                yield from _left_open(item, part, kind, at, there)
                if part.id in [p.id for p in parts[:n]]:
                    what = f"“{part.id}” stands here a second time."
                    yield item.problem("duplicate-id", what, "Keep one of them, or give it another id.", (*at, "id"))


def _left_open(item: Item[Stage], part: Any, kind: str, at: Path, there: Collection[str]) -> Iterator[Problem]:
    """A problem where a part is none of the library's and does not say what the library would have said."""
    lacking = [name for name in NEEDED[kind] if not getattr(part, name)]
    if part.id in there or not lacking:
        return
    near = nearest(part.id, there)
    what = f"The library has no {kind} “{part.id}”, and this does not say: {', '.join(lacking)}."
    mend = f"Write “{near}”, or give {', '.join(lacking)}." if near else f"Give {', '.join(lacking)}, or mend the id."
    yield item.problem("not-in-library", what, mend, (*at, "id"), near)


@check("two-positions")
def stages_have_an_order(draft: Draft) -> Iterator[Problem]:
    """No two stages have one place in the order."""
    ranks = Counter(s.rank for s in ladder([i.value for i in draft.stages], _shared()))
    for item in draft.stages:
        rank = item.value.rank
        if rank is not None and ranks[rank] > 1:
            what = f"Another stage has the place {rank} in the order too."
            yield item.problem("two-positions", what, "Give each a place of its own.", "rank")


@check("gate-without-evidence", "unknown-promise")
def gates_have_evidence(draft: Draft) -> Iterator[Problem]:
    """Whether a gate is met is shown by evidence, or by a promise of the plan."""
    for item, at, gate in _gates(draft):
        if gate.met is not None and not gate.evidence:
            what = f"{gate.id} is said to be {'met' if gate.met else 'unmet'}, and nothing shows it."
            mend = "Give evidence with date and source, or take met away: then nobody has judged it."
            yield item.problem("gate-without-evidence", what, mend, (*at, "met"))
        if gate.promise is not None:
            yield from unknown(draft, item, "promise", gate.promise, (*at, "promise"))


@check("unknown-initiative", "unknown-contract", "unknown-promise", "contract-not-waiting", "outside-run", "look-alike")
def freedoms_are_of_this_plan(draft: Draft) -> Iterator[Problem]:
    """A freedom names initiatives, contracts that wait, and promises of the plan, and a month of its run."""
    waiting = {i.value.id: i.value.starts == "by_initiative" for i in draft.contracts}
    run = run_months(draft)
    for item, at, freedom in _freedoms(draft):
        for n, name in enumerate(freedom.initiatives):
            yield from unknown(draft, item, "initiative", name, (*at, "initiatives", n))
        for field in ("releases", "binds"):
            for n, name in enumerate(getattr(freedom, field)):
                yield from unknown(draft, item, "promise", name, (*at, field, n))
        for n, switch in enumerate(freedom.begins):
            for side in ("old", "new"):
                contract = getattr(switch, side)
                if contract is not None:
                    yield from unknown(draft, item, "contract", contract, (*at, "begins", n, side))
            if not waiting.get(switch.new, True):
                what = f"{switch.new} begins with the freedom {freedom.id}, and does not wait for it."
                mend = f"Write starts: by_initiative in contracts/{switch.new}.yaml."
                yield item.problem("contract-not-waiting", what, mend, (*at, "begins", n, "new"))
        if freedom.since and run and not run[0] <= freedom.since <= run[1]:
            what = f"It begins in {freedom.since}; the run goes from {run[0]} to {run[1]}."
            yield item.problem("outside-run", what, "Mend the month, or leave it out.", (*at, "since"))


@check("unknown-contract", "unknown-kind", "rule-of-nothing", "look-alike")
def rules_of_freedoms_are_of_contracts(draft: Draft) -> Iterator[Problem]:
    """A rule that a freedom replaces is one of a contract, as in a scenario."""
    for item, at, freedom in _freedoms(draft):
        for n, rule in enumerate(freedom.rules):
            yield from rule_faults(draft, item, rule, (*at, "rules", n))


@check("no-effect")
def freedoms_change_which_promises_decide(draft: Draft) -> Iterator[Problem]:
    """What is released decided before, and what is bound did not."""
    hard = {i.value.id: i.value.hard for i in draft.promises}
    for item, at, freedom in _freedoms(draft):
        for field, usual, word in (("releases", True, "decides nothing"), ("binds", False, "decides already")):
            for n, name in enumerate(getattr(freedom, field)):
                if hard.get(name, usual) != usual:
                    what = f"{name} {word} in this plan."
                    yield item.warning("no-effect", what, "Take it away here, or mend the promise.", (*at, field, n))


@check("unknown-stage", "two-positions", "look-alike")
def moves_are_to_stages(draft: Draft) -> Iterator[Problem]:
    """A move is to a stage that there is, and there is one a day."""
    first: dict[str, str] = {}
    for item in draft.moves:
        yield from unknown(draft, item, "stage", item.value.stage, "stage")
        before = first.setdefault(item.value.date, item.value.stage)
        if before != item.value.stage:
            what = f"On {item.value.date} there is a move to {before} too."
            yield item.problem("two-positions", what, "Give the right dates.", "date")


@check("unknown-organisation", "unknown-scale", "not-on-scale", "not-valid-then", "look-alike")
def judgements_are_on_a_scale(draft: Draft) -> Iterator[Problem]:
    """Somebody is judged on a scale of the library, by its levels and domains, while it is in use."""
    scales = {item.value.id: item.value for item in library().scales}
    for item in draft.assessments:
        a = item.value
        yield from unknown(draft, item, "organisation", a.of, "of", (SYSTEM,))
        scale = scales.get(a.scale)
        if scale is None:
            near = nearest(a.scale, scales)
            mend = f"Write “{near}”." if near else f"Write one of: {', '.join(scales)}."
            yield item.problem("unknown-scale", f"There is no scale “{a.scale}”.", mend, "scale", near)
            continue
        yield from _on_scale(item, scale, a)
        if not scale.valid_from <= a.date[:7] <= (scale.valid_to or "9999-99"):
            what = f"{scale.name} was in use from {scale.valid_from} to {scale.valid_to or 'today'}, not in {a.date}."
            yield item.problem("not-valid-then", what, "Mend the date, or name the scale of that time.", "date")


def _on_scale(item: Item[Any], scale: Scale, a: Any) -> Iterator[Problem]:
    """Problems of a level or domain that a scale does not have, or of somebody whom it does not judge."""
    domains = [d.id for d in scale.domains]
    for field, name, there in (("level", a.level, [v.id for v in scale.levels]), ("domain", a.domain, domains)):
        if name and name not in there:
            near = nearest(name, there)
            mend = f"Write “{near}”." if near else f"Write one of: {', '.join(there)}." if there else "Leave it blank."
            yield item.problem("not-on-scale", f"{scale.name} has no {field} “{name}”.", mend, field, near)
    if scale.of == "system" and a.of != SYSTEM:
        what = f"{scale.name} judges a system, not {a.of}."
        yield item.problem("not-on-scale", what, "Write of: system, or name another scale.", "of")
