"""Reverse stress: the mildest world that breaks each hard promise, in the plan's own widths and in the library's.

``β`` is the distance of that world from the middle one, in standard deviations of independent normals behind all assumptions:
how unlucky one has to be, together, for the promise to be broken in half of the days' chances. It is negative where the middle
world breaks it: then it says how far away the nearest world is that keeps it. In library widths nobody gains by being sure of
their own figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.compare.shapley import Whole
from placeplan.core.records import Record
from placeplan.core.streams import Floats, normal_quantile
from placeplan.explore.breaking import Mildest, Point
from placeplan.explore.mildest import find_mildest
from placeplan.explore.rays import fitted
from placeplan.futures.assumptions import Assumption
from placeplan.futures.curves import normal_cdf
from placeplan.futures.sample import Futures
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.assumed import ranks
from placeplan.stress.inputs import Inputs, library_widths, own_widths
from placeplan.stress.kept import due_in, years_judged
from placeplan.stress.runner import Runs
from placeplan.stress.say import joined, lower_first, number

CHANCES = 5
"""Chances that each world meets: it breaks where the middle one of their rooms is below nothing."""
FIRST = 400
"""Worlds drawn to see which way each promise is broken, and by what."""
LEADING = 24
"""Inputs that are moved one by one; all others together, the way they push."""
WORLDS = 800
"""Worlds that the search for one promise may ask for, in one kind of width."""
RADIUS = 4.0
"""How far out is searched: beyond it lies 1 in 30,000 of a single normal."""
TOLD = 4
"""Assumptions named in a sentence."""


class Moved(Record):
    """Where one assumption stands in a world that breaks a promise."""

    assumption: str
    """Id, with the entity that draws for itself."""
    about: str
    value: float
    middle: float
    """In the plan's middle world."""
    unit: str
    deviations: float
    """How far from the middle, in its own standard deviations."""


class Breaking(Record):
    """A world that just breaks a promise, nearer than all around it (or just keeps it, where the middle world breaks it)."""

    beta: float
    room: float
    """Left to the bound, in the outcome's unit."""
    settled: bool
    """Whether no step came nearer; else worlds ran out before."""
    moved: tuple[Moved, ...]
    """Most moved first; those that hardly move are left out."""


class Search(Record):
    """What was found of one promise in one kind of width."""

    beta: float | None
    """None where no world within the radius breaks it."""
    points: tuple[Breaking, ...]
    """Nearest first, distinct by angle."""
    room: float
    """In the middle world, in the outcome's unit."""
    radius: float
    """Searched so far out."""
    inputs: int
    """Assumptions with width, each entity's own counted."""
    one_by_one: int
    """Of them, those that were moved one by one; all others only together."""
    worlds: int
    checked: int
    """Worlds drawn at random nearer than β (or than the radius), of which none breaks it."""
    share: float
    """So that at most this share of them does, with 95 % confidence."""
    least: float
    """A flat side that breaks nearer than this would have been met, with 95 % confidence."""
    gap: float
    """Standard deviations between that and β (or the radius): what may have been missed."""
    stopped: bool
    """Whether worlds ran out before the search was done."""


class Reverse(Record):
    """One hard promise."""

    promise: str
    name: str
    unit: str = ""
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

    worlds: that each search may ask for; each is run under `CHANCES` chances, the same for all.
    """
    due = _due(runs.plan)
    searched: dict[str, list[tuple[Search, str]]] = {}
    for inputs in (own_widths(runs), library_widths(runs)):
        found, known = search_all(inputs, due, worlds)
        for promise, one in zip(known, found, strict=True):
            searched.setdefault(promise.id, []).append((one, promise.name))
    rows = [Reverse(promise=key, name=s[0][1], own=s[0][0], library=s[1][0]) for key, s in searched.items()]
    rows.sort(key=lambda r: (np.inf if r.own.beta is None else r.own.beta, r.promise))
    left_out = tuple(p.name for p in runs.plan.promises if p.hard and p.id not in searched)
    total = sum(s.worlds for r in rows for s in (r.own, r.library))
    return ReverseFinding(
        promises=tuple(rows), left_out=left_out, chances=CHANCES, worlds=total, seed=runs.futures.seed
    )


def tell(finding: ReverseFinding) -> tuple[str, str, tuple[str, ...]]:
    """The finding at three depths: a sentence, how each promise stands, and how sure that is."""
    if not finding.promises:
        nothing = "No hard promise could be tested."
        return nothing, nothing, ()
    each = [_sentence(r) for r in finding.promises]
    sure = tuple(_sure(r.name, s, w) for r in finding.promises for s, w in ((r.own, "own"), (r.library, "library")))
    return each[0], " ".join(each), (*sure, *(f"Not tested: {name}." for name in finding.left_out))


def _due(plan: Plan) -> list[Promise]:
    years = years_judged(plan)
    return [p for p in plan.promises if p.hard and due_in(p, years).any()]


@dataclass(frozen=True)
class _Space:
    """Directions in which a search moves the inputs: the leading ones by themselves, the others together."""

    basis: Floats
    """Orthonormal, ``[direction, input]``."""
    first: Floats
    """Where the promise is broken first, as far as worlds at random tell, ``[direction]``."""
    leading: Whole
    """Inputs moved by themselves, ``[leading]``."""


def _space(worlds: Floats, room: Floats) -> _Space:
    """The leading inputs by the slope of the promise's room through worlds at random: of its ranks, as normal scores."""
    inputs = worlds.shape[1]
    score = normal_quantile((ranks(room) + 0.5) / len(room))
    slope = fitted(worlds - worlds.mean(axis=0), score - score.mean())
    leading = np.sort(np.argsort(-np.abs(slope), kind="stable")[:LEADING])
    basis = np.eye(inputs)[leading]
    rest = slope.copy()
    rest[leading] = 0.0
    length = float(np.linalg.norm(rest))
    if length > 0:
        basis = np.concatenate((basis, rest[None] / length))
    return _Space(basis, -(basis @ slope), leading)


def search_all(inputs: Inputs, due: Sequence[Promise], worlds: int) -> tuple[list[Search], list[Promise]]:
    """One search for each promise whose outcome is known; and these promises."""
    n = len(inputs.names)
    sample = inputs.drawn(Futures(seed=inputs.runs.futures.seed, count=max(FIRST, 2 * n)))
    rooms = inputs.room(sample, due, 1)[:, :, 0]
    known = [i for i in range(len(due)) if not np.isnan(rooms[i]).any()]
    promises = [due[i] for i in known]
    if not inputs.wide:
        middle = inputs.room(np.zeros((1, n)), due, CHANCES)
        return [_still(float(np.median(middle[i]))) for i in known], promises
    return [_search(inputs, due, i, _space(sample, rooms[i]), worlds) for i in known], promises


def _search(inputs: Inputs, due: Sequence[Promise], at: int, space: _Space, worlds: int) -> Search:
    """One search; all promises are read, so that one recording does for all."""

    def margin(some: Floats) -> Floats:
        found: Floats = np.median(inputs.room(some @ space.basis, due, CHANCES)[at], axis=1)
        return found

    seed = inputs.runs.futures.seed
    found = find_mildest(margin, len(space.basis), seed, budget=worlds, radius=RADIUS, first=space.first[None])
    points = tuple(_breaking(inputs, p, p.world @ space.basis) for p in found.points)
    return _told(found, points, len(inputs.wide), sum(inputs.names[i] in inputs.wide for i in space.leading))


def _told(found: Mildest, points: tuple[Breaking, ...], inputs: int, one_by_one: int) -> Search:
    c = found.clear
    return Search(
        beta=found.beta, points=points, room=found.middle, radius=found.radius, inputs=inputs, one_by_one=one_by_one,
        worlds=found.worlds, checked=c.checked, share=c.share, least=c.least, gap=c.gap, stopped=found.stopped,
    )  # fmt: skip


def _still(room: float) -> Search:
    """Where no assumption has any width: there is one world."""
    return Search(
        beta=None, points=(), room=room, radius=0.0, inputs=0, one_by_one=0, worlds=1, checked=0, share=1.0, least=0.0,
        gap=0.0, stopped=False,
    )  # fmt: skip


def _breaking(inputs: Inputs, point: Point, world: Floats) -> Breaking:
    """A point in natural units, most moved first."""
    there, middle = inputs.values(world[None]), inputs.values(np.zeros((1, len(world))))
    scores = {name: float(s[0]) for name, s in inputs.scores(world[None]).items() if name in inputs.wide}
    known: dict[str, Assumption] = {a.id: a for a in inputs.assumptions}
    order = sorted(scores, key=lambda name: (-abs(scores[name]), name))
    least = 0.05 * max(abs(s) for s in scores.values())
    moved = tuple(
        Moved(
            assumption=name, about=known[name.partition("@")[0]].about, value=float(there[name][0]),
            middle=float(middle[name][0]), unit=known[name.partition("@")[0]].unit, deviations=scores[name],
        )
        for name in order if abs(scores[name]) > least
    )  # fmt: skip
    return Breaking(beta=point.beta, room=point.margin, settled=point.settled, moved=moved)


def _sentence(row: Reverse) -> str:
    name, own = f"“{row.name}”", row.own
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


def _place(moved: Moved) -> str:
    """An assumption inside a sentence."""
    entity = moved.assumption.partition("@")[2]
    of = f" ({entity})" if entity else ""
    value, middle = (number(v, moved.unit) for v in (moved.value, moved.middle))
    return f"{lower_first(moved.about)}{of} at {value}, not {middle}"


def _sure(name: str, search: Search, widths: str) -> str:
    """How sure a search is, in one kind of width."""
    lead = f"“{name}”, in {'the plan’s own' if widths == 'own' else 'the library’s'} widths: "
    beta = "none found" if search.beta is None else f"β {number(search.beta, 'deviations')}"
    text = (
        f"{lead}{beta}, from {search.worlds:,} worlds of {search.inputs} inputs, {search.one_by_one} moved one by one."
    )
    if search.checked:
        text += (
            f" None of {search.checked:,} worlds drawn at random nearer than that is otherwise, so at most {search.share:.1%} of them are (95 %);"
            f" a flat side nearer than {search.least:.1f} would have been met (gap {search.gap:.1f})."
        )
    else:
        text += " Nothing was drawn at random nearer than that: what is missed is not known."
    return text + (" Worlds ran out: this is the best so far." if search.stopped else "")
