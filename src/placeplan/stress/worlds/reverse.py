"""Reverse stress: the mildest world that breaks each hard promise, in the plan's own widths and in the library's.

``β`` is the distance of that world from the middle one, in standard deviations of independent normals behind all assumptions:
how unlucky one has to be, together, for the promise to be broken in half of the days' chances. It is negative where the middle
world breaks it: then it says how far away the nearest world is that keeps it. In library widths nobody gains by being sure of
their own figures.
"""

from __future__ import annotations

import re

import numpy as np

from placeplan.core.records import Record
from placeplan.futures.curves import normal_cdf
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.runs.kept import due_in, years_judged
from placeplan.stress.runs.runner import Runs
from placeplan.stress.say import joined, lower_first, number
from placeplan.stress.worlds.inputs import library_widths, own_widths
from placeplan.stress.worlds.mildest import SURER, WORLDS, Moved, Search, search_all

TOLD = 3
"""Assumptions named in a sentence."""


class Reverse(Record):
    """One hard promise."""

    promise: str
    name: str
    organisation: str
    """As people call it."""
    own: Search
    library: Search


class ReverseFinding(Record):
    """The mildest worlds that break the hard promises, the one nearest to breaking first."""

    promises: tuple[Reverse, ...]
    left_out: tuple[str, ...]
    """Hard promises that are not due in the years judged, or whose outcome is not known."""
    chances: int
    worlds: int
    seed: int


def as_far(beta: float) -> float:
    """Share of worlds that lie as far out in one direction: ``Φ(−β)``.

    >>> round(as_far(2.0), 3), round(as_far(-1.0), 3)
    (0.023, 0.841)
    """
    return normal_cdf(-beta)


def ask(plan: Plan) -> str:
    """Blank where there is a hard promise that is due; else what the plan does not say."""
    if not any(p.hard for p in plan.promises):
        return "There is no hard promise, so nothing can be broken."
    if not _due(plan):
        return "No hard promise is due in the years that are judged."
    return ""


def run(runs: Runs, worlds: int = WORLDS) -> ReverseFinding:
    """Searches for each hard promise, in the plan's own widths and in the library's.

    worlds: that each search may ask for; each is run under a few chances (`CHANCES`), the same for all, and what is found under
    more (`SURER`).
    """
    due, called = _due(runs.plan), names(runs.plan)
    searched: dict[str, list[Search]] = {}
    for inputs in (own_widths(runs), library_widths(runs)):
        found, known = search_all(inputs, due, worlds)
        for promise, one in zip(known, found, strict=True):
            searched.setdefault(promise.id, []).append(one)
    rows = [
        Reverse(promise=p.id, name=p.name, organisation=called.get(p.organisation, ""), own=own, library=theirs)
        for p in due if p.id in searched
        for own, theirs in [searched[p.id]]
    ]  # fmt: skip
    left_out = tuple(p.name for p in runs.plan.promises if p.hard and p.id not in searched)
    total = sum(s.worlds for r in rows for s in (r.own, r.library))
    return ReverseFinding(
        promises=tuple(sorted(rows, key=_order)), left_out=left_out, chances=SURER, worlds=total,
        seed=runs.futures.seed,
    )  # fmt: skip


def _order(row: Reverse) -> tuple[float, str]:
    """Those come first that nothing keeps, then by distance; last those that nothing breaks."""
    never = np.inf if row.own.room > 0 else -np.inf
    return never if row.own.beta is None else row.own.beta, row.promise


def tell(finding: ReverseFinding) -> tuple[str, str, tuple[str, ...]]:
    """The finding at three depths: a sentence, how each promise stands, and how sure that is."""
    if not finding.promises:
        nothing = "No hard promise could be tested."
        return nothing, nothing, ()
    each = [_sentence(r) for r in finding.promises]
    sure = tuple(_sure(_called(r), s, w) for r in finding.promises for s, w in ((r.own, "own"), (r.library, "library")))
    return each[0], " ".join(each), (*sure, *(f"Not tested: {name}." for name in finding.left_out))


def _due(plan: Plan) -> list[Promise]:
    years = years_judged(plan)
    return [p for p in plan.promises if p.hard and due_in(p, years).any()]


def _sentence(row: Reverse) -> str:
    name, own = _called(row), row.own
    if own.inputs == 0:
        return f"No assumption has any width, so {name} is {'kept' if own.room > 0 else 'broken'} in the one world that there is."
    if own.beta is None:
        kept = "breaks" if own.room > 0 else "keeps"
        return f"No world within {own.radius:g} standard deviations {kept} {name}."
    moved = own.points[0].moved[:TOLD]
    where = joined([_place(m) for m in moved]) if moved else "everything in the middle"
    if own.beta < 0:
        return f"{name} is broken in the middle world; the nearest that keeps it is {-own.beta:.1f} standard deviations away, with {where}."
    return f"The mildest world that breaks {name} is {own.beta:.1f} standard deviations away, with {where}."


def _called(row: Reverse) -> str:
    """A promise, with whose it is."""
    return f"“{row.name}”{f' ({row.organisation})' if row.organisation else ''}"


def _place(moved: Moved) -> str:
    """An assumption inside a sentence."""
    entity = moved.assumption.partition("@")[2]
    of = f" ({entity})" if entity else ""
    value, middle = (number(v, moved.unit) for v in (moved.value, moved.middle))
    about = re.split(r"[,:;(]", moved.about)[0].strip()
    return f"{lower_first(about)}{of} at {value}, not {middle}"


def _sure(name: str, search: Search, widths: str) -> str:
    """How sure a search is, in one kind of width."""
    lead = f"{name}, in {'the plan’s own' if widths == 'own' else 'the library’s'} widths: "
    beta = "none found"
    if search.points:
        p = search.points[0]
        low, here, high = (number(b, "deviations") for b in (p.low, p.beta, p.high))
        beta = f"β {here} ({low} to {high} by other days’ chances)"
    others = "all" if search.one_by_one == search.inputs else f"the {search.one_by_one} that push most"
    rest = "" if search.one_by_one == search.inputs else ", the others only together"
    text = f"{lead}{beta}, from {search.worlds:,} worlds of {search.inputs} inputs, {others} moved one by one{rest}."
    if search.checked:
        text += (
            f" None of {search.checked:,} such worlds drawn at random within {search.ball:.1f} is otherwise, so at most {search.share:.1%} of them are (95 %);"
            f" a flat side nearer than {search.least:.1f} would have been met (gap {search.gap:.1f})."
        )
    else:
        text += " Nothing was drawn at random within that: what is missed is not known."
    return text + (" Worlds ran out: this is the best so far." if search.stopped else "")
