"""Which promises contradict each other: the smallest sets that no setting of the levers keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from placeplan.explore.conflict.finding import Conflict as Proved
from placeplan.explore.conflict.finding import NotFound, Shown
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import promise_name
from placeplan.stress.levers.screen import PLANNED, WORLDS
from placeplan.stress.mending.conflict import EFFORT, LEVERS, OF_SUM, SUMS, BySum, Searched, search
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import joined
from placeplan.stress.scene import Scene

NAMED = 2
"""Promises that are named in the sentence; of more it says how many."""
LISTED = 12
"""Sets that are listed, of those proved and of those not found."""


class Conflict(StressTest):
    """Promises that cannot all hold."""

    name, title = "conflict", "Promises that cannot all hold"
    question = "Are there promises that cannot all be kept, whatever is done?"
    method = (
        f"The test takes up to {LEVERS} things of the plan that can be set another way, those that matter most. They are what is done, how much, when, what closes, and how "
        "many beds, visits, care packages and posts. Money from outside is not one of them. Every setting that counts is tried. Promises contradict each other if one of them "
        "fails wherever the others may hold. It has to fail even at the setting that is best for it, in more futures than are allowed. The chance that any of these proofs is "
        "wrong is at most 1 in 20. All this rests on each thing moving each promise one way only. What is neither proved nor shown to be possible is told as not found."
    )
    source = "Liffiton and others 2016 (smallest sets); Clopper and Pearson 1934; Fréchet 1935 (sums); decision 34"
    exactly = (
        f"Up to {LEVERS} levers of the plan, those that matter most – what is done, how much of it, when, what closes, how many beds, contacts, packages and posts, but no"
        " money from outside – are set every way that counts. Promises contradict each other where one of them fails wherever the others may hold: at the setting"
        " that is best for it, in more futures than are allowed, with an error of at most 5 % for all proofs together. It rests on each lever moving each promise one"
        " way: by the model's equations where they say so, else as it did by itself, and in all runs of the search. Where what helps one promise harms another, their room is added up, weighted: where all hold that sum is"
        " not below 0, so a sum that is below 0 too often at every setting proves the same. What is neither proved nor shown to be possible is told as not found."
    )
    alone, by_itself, side_by_side, decides = True, True, True, True

    def ask(self, plan: Plan) -> str:
        """There must be promises that decide."""
        return "" if any(p.hard for p in plan.promises) else "There is no promise that decides, so nothing contradicts."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The levers by themselves, and the budget of the search."""
        return (
            min(PLANNED, futures)
            + 3 * len(plan.initiatives) * min(WORLDS, futures)
            + EFFORT.budget
            + SUMS * OF_SUM.budget
        )

    def run(self, scene: Scene) -> Searched | None:
        """The search; None where no promise that decides is due and known."""
        levers = scene.levers
        return None if levers is None else search(levers, scene.futures.seed, stop=scene.stop)

    def tell(self, plan: Plan, found: Searched | None) -> dict[str, Any]:
        """The smallest conflicts first, then what was not found."""
        if found is None:
            return {"result": "not asked", "sentence": "No promise that decides is due and known."}
        names = {p.id: promise_name(plan, p) for p in found.promises}
        got = found.found
        rows = [_proved(c, names, found) for c in got.conflicts[:LISTED]]
        rows += [_by_sum(s, names) for s in found.sums]
        rows += [_open(n, names, found) for n in got.not_found[:LISTED]]
        result = "fail" if found.proved else "pass" if got.complete else "amber"
        return {
            "result": result, "figure": float(len(found.proved)), "unit": "sets of promises", "sentence": _sentence(found, names),
            "threshold": "no set of promises is proved to fail, and none is left open", "rows": tuple(rows), "futures": found.futures,
            "behind": _behind(found, names),
        }  # fmt: skip


def _sentence(found: Searched, names: dict[str, str]) -> str:
    """The finding, in a sentence or two."""
    got = found.found
    alone = [promises[0] for promises in found.proved if len(promises) == 1]
    sets = sorted((promises for promises in found.proved if len(promises) > 1), key=len)
    said = []
    if alone:
        few = joined([names[i] for i in alone])
        which = few if len(alone) <= NAMED else f"{len(alone)} of the {len(names)} promises"
        said.append(
            f"Nothing that was tried keeps {which} as surely as asked, not even {'one by one' if len(alone) > 1 else 'alone'}."
        )
    if sets:
        first = joined([names[i] for i in sets[0]])
        more = (
            f" {len(sets) - 1} more such {'sets are' if len(sets) > 2 else 'set is'} listed." if len(sets) > 1 else ""
        )
        said.append(f"These cannot all hold: {first}. One of them has to give way.{more}")
    if not found.proved and got.complete:
        return "The promises do not contradict each other: there is a way to keep all of them."
    if not got.complete:
        kept = max((len(ids) for ids, _ in got.together), default=0)
        said.append(
            f"Whether the {'others' if said else 'promises'} can all hold was not found; at best {kept} of {len(names)} hold together."
        )
    return " ".join(said)


def _proved(c: Proved, names: dict[str, str], found: Searched) -> StressRow:
    """A conflict, with what would do without each promise."""
    at = [p.id for p in found.promises]
    best = _share(c.best, at, c.promises)
    leave = [names[i] for i, _ in c.without]
    give = f"; without {' or '.join(leave)} the rest can hold" if leave and len(c.promises) > 1 else ""
    asks = {p.id: p.asks for p in found.promises}
    ask = "" if len(c.promises) > 1 else f", {asks[c.promises[0]]:.0%} asked"
    return StressRow(
        what=f"Proved: {joined([names[i] for i in c.promises])}", figure=best, result="fail",
        shown=("" if best is None else f"at best in {best:.0%} of futures{ask}") + give,
    )  # fmt: skip


def _by_sum(s: BySum, names: dict[str, str]) -> StressRow:
    """A conflict that a sum of room proves."""
    best = None if s.proof.best is None else float(s.proof.best.p[0])
    often = (
        ""
        if best is None
        else f"; together they lack no room in {best:.0%} of futures at best, {s.sum.asks:.0%} needed"
    )
    return StressRow(
        what=f"Proved: {joined([names[i] for i in s.promises])}", figure=best, result="fail",
        shown=f"what helps one takes from another, however levers are set{often}",
    )  # fmt: skip


def _open(n: NotFound, names: dict[str, str], found: Searched) -> StressRow:
    """A set that is neither proved nor shown to hold: how near it came, and how many futures would show that it does."""
    best = _share(n.best, [p.id for p in found.promises], n.promises)
    more = f"; {n.needs:,} futures would show whether they hold" if n.needs else ""
    return StressRow(
        what=f"Not found: {joined([names[i] for i in n.promises])}", figure=best, result="amber",
        shown="nothing was run" if best is None else f"at best in {best:.0%} of futures, of the one kept least{more}",
    )  # fmt: skip


def _share(shown: Shown | None, ids: list[str], promises: Iterable[str]) -> float | None:
    """Of some promises, the share of futures that keeps the one kept least, at the setting that comes nearest."""
    return None if shown is None else min(float(shown.p[ids.index(i)]) for i in promises)


def _behind(found: Searched, names: dict[str, str]) -> str:
    """What was searched, and what the proofs rest on."""
    got = found.found
    said = [f"Looked at: {len(found.levers)} levers, {got.spent:,} runs of a future."]
    if found.by_kind:
        ways = len(found.levers) * len(found.promises)
        said.append(
            f"Which way a lever moves a promise follows from the model in {found.by_kind} of {ways} cases, else from runs."
        )
    if got.together:
        ids, shown = max(got.together, key=lambda t: len(t[0]))
        struck = [names[i] for i in names if i not in ids]
        if struck and len(struck) <= len(ids):
            said.append(
                f"Most hold together where {joined(struck)} {'are' if len(struck) > 1 else 'is'} given up ({shown.futures:,} futures)."
            )
        elif struck:
            said.append(f"At most these hold together: {joined([names[i] for i in ids])} ({shown.futures:,} futures).")
    if got.dropped:
        said.append(
            f"{len(got.dropped)} times a lever did not move a promise one way only; nothing is proved from these."
        )
    if got.stopped:
        said.append("The search ended with its budget: this is the best so far.")
    return " ".join(said)
