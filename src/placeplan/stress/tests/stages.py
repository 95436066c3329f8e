"""At which stage a place stands, which gates are met, and what its plan would be at another stage: run on the same futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from placeplan.compare.plans import paired
from placeplan.model.outcomes import Array
from placeplan.plan.ladder import stands_at
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Stage
from placeplan.stress.base import StressTest
from placeplan.stress.called import names
from placeplan.stress.results.promises import Word
from placeplan.stress.results.tests import Result
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import Judging, Kept, hard_ones, keep_all
from placeplan.stress.runs.store import Rows
from placeplan.stress.scene import Scene
from placeplan.stress.shocks.scenarios import run_scenarios
from placeplan.stress.stages.stage_rows import of_assessments, of_freedoms, of_gates, state_of
from placeplan.stress.stages.stage_told import PLANNED, At, Found, behind, money, promises, row, sentence
from placeplan.stress.stages.staged import MONEY, LastYear, at_stage, beyond, column, read_of, stages_of
from placeplan.stress.verdict import forms
from placeplan.stress.verdict.judge import judge

Figures = Mapping[tuple[str, str], Array]


class Stages(StressTest):
    """Gates, freedoms, and the plan at each stage."""

    name, title = "stages", "What another stage would change"
    question = "Which gates are met, and what would the plan be if the place moved up, stayed or stepped down?"
    method = (
        "The plan is run at each stage, on the same futures. Changes that need the freedom of a later stage do not happen. Contracts, rules and the promises that decide are "
        "as that stage and those below it say. The word is the whole verdict, as for the plan itself. A proof that promises contradict each other counts for the plan as it "
        "stands alone. Levels on scales are shown, but no money follows from them."
    )
    grounds = "Each row of the library says if it was read or is from memory."
    source = "NHS England, Next Steps, March 2017, and what came after it; library, stages.yaml and scales.yaml"
    exactly = (
        "At each stage the plan is run on the same futures: initiatives that use a freedom of a stage above do not happen; contracts, rules and which promises decide are as the"
        " freedoms of that stage and of those below it say. The word is the whole verdict, as the plan’s own: with the shocks that decide, other forms of the model, and what library figures carry; a conflict that is proved counts for the plan as it stands alone. Levels of scales are shown, and no money follows from them."
    )
    alone = True

    def ask(self, plan: Plan) -> str:
        """The plan must say something of stages."""
        return "" if plan.stages or plan.moves else "The plan says nothing of stages (stages.yaml)."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The plan as it stands, and at each stage a verdict of its own."""
        stages = stages_of(plan)
        others = {at_stage(plan, stages, s).digest for s in stages} - {plan.digest}
        shocks = sum(s.decides for s in plan.scenarios if not s.further)
        return (1 + len(stages)) * futures + len(others) * ((1 + shocks) * futures + forms.foreseen(plan, futures))

    def run(self, scene: Scene) -> Found:
        """The plan as it stands and at each stage, on all futures."""
        plan, stages = scene.plan, stages_of(scene.plan)
        now, last = stands_at(plan.moves, stages), read_of(plan)
        variants = [plan, *(at_stage(plan, stages, s) for s in stages)]
        ran = _ran(scene, variants, last)
        words = _words(scene, variants, ran)
        usual = _figures(ran[0], last)
        alike = _alike(variants, (PLANNED, *(s.name for s in stages)))
        planned, *each = (
            _at(
                s, words[of.digest], keep_all(of.promises, rows, of.about.judge_from), usual, _figures(rows, last), same
            )
            for s, of, rows, same in zip((now, *stages), variants, ran, alike, strict=True)
        )
        every = keep_all(plan.promises, ran[0], plan.about.judge_from)
        shares = {k.promise.id: float(k.whole.mean()) for k in every if k.counts}
        return Found(planned, tuple(each), shares, beyond(stages, now), scene.futures.count)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """Where the place stands, which gates are met, and what each stage changes."""
        stages = stages_of(plan)
        now = found.planned.stage
        gates = [state_of(g, found.kept, plan) for s in stages if (s.rank or 0) <= (now.rank or 0) for g in s.gates]
        met = sum(state == "met" for state in gates)
        result: Result = "fail" if found.unlawful else "pass" if met == len(gates) else "amber"
        called = names(plan)
        rows = [row(found, a) for a in (found.planned, *found.each)]
        details = [r for a in found.each if not a.same for r in (*promises(plan, found, a, called), *money(a, called))]
        of_stages = [r for s in stages for r in (*of_gates(s, found.kept, plan), *of_freedoms(s, plan))]
        return {
            "result": result, "figure": met / len(gates) if gates else None, "unit": "share of the gates up to its stage that are met",
            "threshold": "all gates up to its stage are met, and nothing uses a freedom of a stage above (judgement)",
            "sentence": sentence(plan, found, met, len(gates)), "behind": behind(plan, found), "futures": found.futures,
            "rows": (*rows, *details, *of_stages, *of_assessments(plan)),
        }  # fmt: skip


def _ran(scene: Scene, variants: Sequence[Plan], last: LastYear) -> list[Rows]:
    """Runs of variants of a plan; those that differ in nothing but which promises decide are run once."""
    plan = scene.plan
    bare = [v.changed(promises=plan.promises) for v in variants]
    distinct = {v.digest: v for v in bare}
    jobs = [Job("the plan" if d == plan.digest else "another stage", v, scene.futures) for d, v in distinct.items()]
    found = scene.runs.apart(jobs, (Judging(plan.promises, plan.about.judge_from), last))
    ran = dict(zip(distinct, found, strict=True))
    return [ran[v.digest] for v in bare]


def _alike(variants: Sequence[Plan], names: Sequence[str]) -> list[str]:
    """Of each variant, the name of the first one before it that is the same; blank where none is."""
    first: dict[str, str] = {}
    found = []
    for variant, name in zip(variants, names, strict=True):
        found.append(first.get(variant.digest, ""))
        first.setdefault(variant.digest, name)
    return found


def _figures(rows: Rows, read: LastYear) -> Figures:
    """Figures of the last year that a run has, ``[future]``."""
    return {(name, entity): rows.of(column(name, entity)) for name, entity in read.wanted}


def _words(scene: Scene, variants: Sequence[Plan], ran: Sequence[Rows]) -> dict[str, Word]:
    """The word of each variant by its digest, all that decides counted: of the plan as it stands, its own."""
    found = {scene.plan.digest: scene.ran.verdict.word}
    for variant, rows in zip(variants, ran, strict=True):
        if variant.digest not in found:
            runs, kept = replace(scene.runs, plan=variant), keep_all(variant.promises, rows, variant.about.judge_from)
            shocks = run_scenarios(runs, kept, only_deciding=True) if hard_ones(kept) else ()
            found[variant.digest] = judge(runs, kept, shocks).word
    return found


def _at(stage: Stage, word: Word, kept: Sequence[Kept], usual: Figures, own: Figures, same: str) -> At:
    """What the plan comes to at a stage, beside the plan as it stands."""
    hard = hard_ones(kept)
    shares = {k.promise.id: float(k.whole.mean()) for k in hard}
    short = tuple(k.promise.id for k in hard if shares[k.promise.id] < k.promise.asks)
    every = float(np.all([k.whole == 1 for k in hard], axis=0).mean()) if hard else 1.0
    both = {at: paired(usual[at], own[at]) for at in usual}
    positions = {entity: p for (name, entity), p in both.items() if name == MONEY}
    beds = {name: p for (name, _), p in both.items() if name != MONEY}
    return At(stage, word, shares, short, every, same, positions, beds)
