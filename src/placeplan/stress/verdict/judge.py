"""The judgement of one plan: its word, whether library figures decide it, and the strict reading beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from placeplan.model.variants import strict
from placeplan.stress.grid.wilson import Interval, wilson
from placeplan.stress.results.promises import Word
from placeplan.stress.runs.kept import Kept, hard_ones, keep_all
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.store import Rows
from placeplan.stress.shocks.scenarios import Shock, deciding_intervals, failing, run_scenarios
from placeplan.stress.verdict.forms import Formed, run_forms
from placeplan.stress.verdict.withheld import Carried, carried, deciding, on_default, redrawn
from placeplan.stress.verdict.word import Asked, Standing, decide, ends, word_of_form


@dataclass(frozen=True)
class Verdict:
    """The word with all that it rests on."""

    word: Word
    standing: Standing
    carried: tuple[Carried, ...]
    """What library figures carry of each deciding promise."""
    forms: tuple[Formed, ...] = ()
    """The model built other ways."""

    @property
    def open(self) -> Standing:
        """The standing that more futures would have to settle: the main form's, or the first that is not settled."""
        every = (self.standing, *(f.standing for f in self.forms))
        return next((s for s in every if word_of_form(s) == "not settled"), self.standing)

    @property
    def disagreeing(self) -> tuple[Formed, ...]:
        """Forms with a settled word that is not the main form's."""
        own = word_of_form(self.standing)
        return tuple(f for f in self.forms if f.result.word not in {own, "not settled"})


def share(kept: Kept) -> Interval:
    """The share of futures that keep a promise over its own statistic."""
    return wilson(float(kept.whole.sum()), len(kept.whole))


def standing(kept: Sequence[Kept], shocks: Sequence[Shock]) -> Standing:
    """All that the word depends on."""
    unknown = sum(k.promise.hard and not k.known for k in kept)
    hard = tuple(Asked(share(k), k.promise.asks) for k in hard_ones(kept))
    return Standing(hard, deciding_intervals(shocks), unknown)


def judge(runs: Runs, kept: Sequence[Kept], shocks: Sequence[Shock]) -> Verdict:
    """The word of the plan in all forms; whether library figures decide is only asked where it could matter."""
    stands = standing(kept, shocks)
    forms = run_forms(runs, kept, stands) if stands.hard else ()
    every = [stands, *(f.standing for f in forms)]
    word = decide(every)
    if word in {"unworkable", "no promises", "withheld"}:
        return Verdict(word, stands, (), forms)
    found = carried_by_default(runs, kept, shocks)
    return Verdict(decide(every, on_defaults=any(c.withheld for c in found)), stands, found, forms)


def carried_by_default(runs: Runs, kept: Sequence[Kept], shocks: Sequence[Shock]) -> tuple[Carried, ...]:
    """What inputs on the level ``default`` carry of the margin of each hard promise that decides."""
    shocked = frozenset(p for promises in failing(shocks).values() for p in promises)
    deciders = deciding(hard_ones(kept), shocked)
    if not deciders or not on_default(runs.plan):
        return ()
    again = runs.again("what library figures carry", redrawn(runs.plan))
    other = {k.promise.id: k for k in keep_all([k.promise for k in deciders], again, runs.plan.about.judge_from)}
    return tuple(carried(k, other[k.promise.id], runs.futures.seed) for k in deciders)


@dataclass(frozen=True)
class Strict:
    """The plan with commitments only."""

    word: Word
    kept: tuple[Kept, ...]


def judge_strict(runs: Runs, verdict: Verdict, outcomes: Rows | None, kept: Sequence[Kept]) -> Strict:
    """The word if only commitments count; ``outcomes`` of that run, None where the plan holds nothing else.

    Shocks are run on it only where they could still change its word; what rests on library figures rests on them here.
    """
    if outcomes is None:
        return Strict(verdict.word, tuple(kept))
    plan = strict(runs.plan)
    own = keep_all(plan.promises, outcomes, plan.about.judge_from)
    stands = standing(own, ())
    if stands.hard and ends(stands)[1] == "workable":
        stands = standing(own, run_scenarios(replace(runs, plan=plan), only_deciding=True))
    defaults = any(c.withheld for c in verdict.carried) and bool(deciding(hard_ones(own)))
    return Strict(decide([stands], on_defaults=defaults), own)
