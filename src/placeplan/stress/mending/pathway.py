"""From plan A to a plan B: until when turning to it still works, how long its parts take, and by which sign to turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from placeplan.core.intervals import wilson_ends
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b.ledger import Stop, StoppedError, never
from placeplan.explore.plan_b.pathways import LastTurn, Turns, find_last_turn, fired, last_turn
from placeplan.model.outcomes import Array
from placeplan.plan.promises import Promise
from placeplan.stress.levers.screen import Screened
from placeplan.stress.levers.turning import Turner
from placeplan.stress.mending.plan_b import Sought
from placeplan.stress.mending.signs import Sign, Watch, choose, told, triggers, watches

FUTURES = 1000
LANES = 30_000
TOLERANCE = 0.05
"""Share of futures by which turning late may keep a promise less often than plan B does, where not even that keeps it as surely as asked: our judgement."""
GRIDS = (6, 3)
"""Months between months of turning that signs are tried on, first coarse, then fine while lanes are left."""


@dataclass(frozen=True)
class Asked:
    """A promise that turning is asked to keep."""

    promise: Promise
    share: float
    """Share of futures asked: the promise's own, or that of plan B less `TOLERANCE`."""
    plan: float
    """Share that plan A keeps."""
    turned: float
    """Share that plan B keeps."""
    gained: bool
    """Whether plan A does not keep it so."""


@dataclass(frozen=True)
class Part:
    """Something that plan B does otherwise."""

    words: str
    months: float
    """From turning until it can begin, without what it is late by."""


@dataclass(frozen=True)
class Pathway:
    """When to turn to a plan B."""

    screened: Screened
    parts: tuple[Part, ...]
    asked: tuple[Asked, ...]
    """Empty: plan B keeps none clearly more often than plan A, so that nothing is lost by not turning."""
    as_asked: bool
    """Whether plan B keeps some promise as surely as the plan asks that plan A does not."""
    last: LastTurn | None
    """None where nothing is asked, or it was stopped before plan B itself was run."""
    together: dict[int, float]
    """By month of turning, share that keeps all that is asked."""
    never: float
    """The same of plan A."""
    sign: Sign | None
    futures: int
    lanes: int
    complete: bool

    @property
    def lead(self) -> float:
        """Months that the longest part takes before it begins."""
        return max((p.months for p in self.parts), default=0.0)


@dataclass
class _Turned:
    """Months of turning that were run, within a budget."""

    turner: Turner
    lanes: int
    stop: Stop
    kept: dict[int, Array] = field(default_factory=dict)
    """By month, ``[future, promise]``."""
    spent: int = 0

    def at(self, month: int) -> Array:
        """Turned to in this month."""
        if month not in self.kept:
            self.pay()
            self.kept[month] = self.turner.kept(month)
        return self.kept[month]

    def pay(self) -> None:
        """Takes the lanes of one run; stops where there are none, or where it is told to."""
        count = len(self.turner.numbers)
        if self.stop() or self.spent + count > self.lanes:
            raise StoppedError
        self.spent += count


def of(sought: Sought, design: Sequence[int], *, futures: int = FUTURES, lanes: int = LANES, stop: Stop = never) -> Pathway:  # fmt: skip
    """When to turn to a choice of a search, on futures that the search never saw."""
    return find(sought.screened, design, first=2 * sought.front.futures, futures=futures, lanes=lanes, stop=stop)


def find(
    screened: Screened, design: Sequence[int], *, first: int = 0, futures: int = FUTURES, lanes: int = LANES, stop: Stop = never,
) -> Pathway:  # fmt: skip
    """When to turn to a plan B.

    Args:
        screened: the plan's levers.
        design: plan B, ``[lever]``.
        first: number of the first future.
        futures: all months of turning meet the same.
        lanes: months of turning times futures that may be run.
        stop: asked before each month; the best so far comes back.
    """
    turner = Turner(screened.candidates, np.asarray(design, dtype=np.int64), np.arange(first, first + futures))
    turned = _Turned(turner, lanes, stop)
    parts = tuple(
        Part(one.words[place], turner.lead(one))
        for one, place in zip(screened.levers, design, strict=True) if place != one.planned
    )  # fmt: skip
    blank = Pathway(screened, parts, (), False, None, {}, 0.0, None, futures, 0, complete=False)
    try:
        turned.pay()
        plan, seen = _plan(turner)
        asked = asked_of(screened.promises, plan, turned.at(0)) if parts else ()
    except StoppedError:
        return blank
    if not asked:
        return Pathway(screened, parts, (), False, None, {}, 0.0, None, futures, turned.spent, complete=True)
    return _found(blank, turned, plan, seen, asked)


def _found(blank: Pathway, turned: _Turned, plan: Array, seen: dict[Watch, Array], asked: tuple[Asked, ...]) -> Pathway:
    """The last month to turn in, and the sign."""
    ids = [p.id for p in blank.screened.promises]
    at = [ids.index(a.promise.id) for a in asked]
    gained = [ids.index(a.promise.id) for a in asked if a.gained]
    share = np.array([a.share for a in asked])
    sign, complete = None, True
    try:
        last = find_last_turn(lambda m: turned.at(m)[:, at], range(turned.turner.months), share)
        sign = _sign(turned, plan, seen, gained, last)
    except StoppedError:
        order, complete = sorted(turned.kept), False
        last = last_turn(order, np.array([turned.kept[m][:, at] for m in order]), share)
    together = {m: float(_all(turned.kept[m], at).mean()) for m in sorted(turned.kept)}
    return Pathway(
        blank.screened, blank.parts, asked, any(a.gained and a.share == a.promise.asks for a in asked), last, together,
        float(_all(plan, at).mean()), sign, blank.futures, turned.spent, complete,
    )  # fmt: skip


def _plan(turner: Turner) -> tuple[Array, dict[Watch, Array]]:
    """Of plan A, 1 kept or 0 broken, ``[future, promise]``, and all that can be watched, ``[future, month]``."""
    kept, seen = [], []
    every = watches(turner.candidates.promises)
    for outcomes in turner.plan():
        kept.append(turner.judged(outcomes))
        seen.append([w.of(outcomes) for w in every])
    values = (np.concatenate(one) for one in zip(*seen, strict=True))
    return np.concatenate(kept), dict(zip(every, values, strict=True))


def asked_of(promises: Sequence[Promise], plan: Array, turned: Array) -> tuple[Asked, ...]:
    """What turning is asked to keep; nothing where plan B keeps nothing more.

    What plan B keeps as surely as asked. Where plan A keeps all of that as surely too, also what plan B keeps clearly more often: so that
    its share less `TOLERANCE` is still more than the upper end of plan A's.

    plan, turned: 1 kept or 0 broken by plan A and by plan B, ``[future, promise]``.
    """
    a, b = plan.mean(axis=0), turned.mean(axis=0)
    clearly = b - TOLERANCE > wilson_ends(a, len(plan))[1]
    rows = list(zip(promises, a.tolist(), b.tolist(), clearly.tolist(), strict=True))
    own = [Asked(p, p.asks, x, y, x < p.asks) for p, x, y, _ in rows if y >= p.asks]
    if not any(one.gained for one in own):
        own += [Asked(p, y - TOLERANCE, x, y, True) for p, x, y, more in rows if y < p.asks and more]
    return tuple(own) if any(one.gained for one in own) else ()


def _sign(turned: _Turned, plan: Array, seen: dict[Watch, Array], gained: list[int], last: LastTurn) -> Sign | None:
    """The best sign in time, each future turned in its own month; None where there is no time to see one."""
    if not last.possible or len(plan) < 2:
        return None
    possible, count = last.possible, len(plan)
    for step in GRIDS:
        for month in range(0, possible, step):
            if turned.spent + 2 * count <= turned.lanes or month in turned.kept:
                turned.at(month)
    months = [m for m in sorted(turned.kept) if m <= possible]
    whole = [_all(turned.kept[m], gained) for m in months]
    turns = Turns(_all(plan, gained), np.array(months), np.array(whole))
    by_name = {watch.name: watch for watch in seen}
    among = [pair for watch, values in seen.items() for pair in triggers(watch, values[:, :possible])]
    if not among:
        return None
    enough = 1.0 if last.likely is None else float(whole[months.index(last.likely)].mean())
    trigger, values = choose(among, turns, enough)
    firing = fired(values, trigger)
    turned.pay()
    exact = turned.turner.kept(np.where(firing < 0, turned.turner.months, firing + 1))
    return told(by_name[trigger.name], trigger, values, turns, _all(exact, gained), len(among))


def _all(kept: Array, which: list[int]) -> Flags:
    """Whether all of some promises are kept, ``[future]``."""
    found: Flags = kept[:, which].min(axis=1) > 0
    return found
