"""Adaptive pathways: until when turning to plan B still works, and by which sign to turn.

Of runs made elsewhere, on the same futures for every month of turning; numbers in, numbers out. Source for the shape –
signposts, triggers, tipping points: Haasnoot, Kwakkel, Walker and ter Maat (2013) Glob Environ Change 23:485.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core.intervals import Z95, wilson_ends
from placeplan.core.streams import Floats
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b.pareto import Places

EvaluateAt = Callable[[int], Floats]
"""1 kept or 0 broken, ``[future, ask]``, where plan B is turned to in this month; the futures are the same for every month."""
NEVER = -1


@dataclass(frozen=True)
class LastTurn:
    """Until when turning keeps what is asked."""

    months: tuple[int, ...]
    """Months of turning that were run, in order."""
    kept: Floats
    """Share that keeps each promise, ``[month, ask]``."""
    low: Floats
    high: Floats
    """Ends of the 95 % intervals, ``[month, ask]``."""
    sure: int | None
    """Last month with every lower end at or above what is asked, it and every month run before; none: not even the first."""
    likely: int | None
    """The same of the shares themselves."""
    possible: int | None
    """The same of the upper ends: after this month it is clear that it comes too late."""
    again: tuple[int, ...]
    """Months run after ``likely`` whose shares are what is asked all the same: chance, or a window that opens again."""
    between: tuple[int, int] | None
    """Where ``likely`` may lie really: from it to the month before the first that was run and failed; none where all work."""


def last_turn(months: Sequence[int], kept: Floats, asked: Floats) -> LastTurn:
    """What months of turning come to.

    Args:
        months: of turning, rising.
        kept: 1 kept or 0 broken, ``[month, future, ask]``.
        asked: share of futures asked, ``[ask]``.
    """
    share = kept.mean(axis=1)
    low, high = wilson_ends(share, kept.shape[1])
    likely = _until(months, share, asked)
    does = (share >= asked).all(axis=1)
    again = tuple(m for m, d in zip(months, does, strict=True) if d and likely is not None and m > likely)
    again = again if likely is not None else tuple(m for m, d in zip(months, does, strict=True) if d)
    failed = [m for m, d in zip(months, does, strict=True) if not d]
    between = (likely, failed[0] - 1) if failed and likely is not None else None
    return LastTurn(
        tuple(months), share, low, high, _until(months, low, asked), likely, _until(months, high, asked), again, between
    )


def _until(months: Sequence[int], values: Floats, asked: Floats) -> int | None:
    """Last month up to which all values are at least what is asked."""
    does: Flags = np.asarray((values >= asked).all(axis=1))
    count = int(does.argmin()) if not does.all() else len(does)
    return months[count - 1] if count else None


def find_last_turn(evaluate_at: EvaluateAt, months: Sequence[int], asked: Floats, coarse: int = 12) -> LastTurn:
    """The same with few months run: every ``coarse``-th, the last, and by halves what lies where each end falls.

    Finer months are run around the last that works for sure, likely and possibly, so that each of the three is known to the month
    where shares only fall as turning comes later; elsewhere ``between`` and ``again`` say what was seen.

    >>> def falls(month):
    ...     return (np.arange(100) < 100 - 2 * month)[:, None].astype(float)
    >>> found = find_last_turn(falls, range(48), np.array([0.7]))
    >>> found.sure, found.likely, found.possible, len(found.months) < 20
    (10, 15, 19, True)
    """
    runs = {m: evaluate_at(m) for m in sorted({*months[::coarse], months[-1]})}
    while True:
        order = sorted(runs)
        found = last_turn(order, np.array([runs[m] for m in order]), asked)
        new = {_middle(months, order, last) for last in (found.sure, found.likely, found.possible)} - {None}
        if not new:
            return found
        runs |= {m: evaluate_at(m) for m in sorted(m for m in new if m is not None)}


def _middle(months: Sequence[int], run: Sequence[int], last: int | None) -> int | None:
    """The month halfway between the last that works and the next that was run; none where nothing lies between."""
    low = months[0] - 1 if last is None else last
    after = [m for m in run if m > low]
    inside = [m for m in months if after and low < m < after[0]]
    return inside[len(inside) // 2] if inside else None


@dataclass(frozen=True)
class Trigger:
    """A sign by which to turn: something that is watched lies beyond a bound for some months running."""

    name: str
    bound: float
    above: bool
    """Whether more than the bound is the sign; else less."""
    months: int = 1


def fired(watched: Floats, trigger: Trigger) -> Places:
    """Month in which a trigger fires, ``[future]``, from what is watched ``[future, month]``; `NEVER` where it does not.

    >>> fired(np.array([[1.0, 3.0, 1.0, 3.0, 3.0], [0.0, 0.0, 0.0, 0.0, 3.0]]), Trigger("x", 2.0, True, 2)).tolist()
    [4, -1]
    """
    beyond = watched > trigger.bound if trigger.above else watched < trigger.bound
    running = np.zeros(len(watched), dtype=np.int64)
    found = np.full(len(watched), NEVER, dtype=np.int64)
    for month in range(watched.shape[1]):
        running = np.where(beyond[:, month], running + 1, 0)
        found = np.where((found == NEVER) & (running >= trigger.months), month, found)
    return found


@dataclass(frozen=True)
class Turns:
    """What becomes of each future with plan A, and where plan B is turned to in some month; all promises asked together."""

    plan: Flags
    """Whether plan A keeps them, ``[future]``."""
    months: Places
    """Months of turning that were run, rising, ``[turn]``."""
    turned: Flags
    """Whether they are kept where plan B is turned to then, ``[turn, future]``."""

    def after(self, firing: Places, lead: int) -> Flags:
        """Whether they are kept by who turns once a trigger has fired, ``[future]``.

        Seen at the end of month t, plan B is turned to in month ``t + 1 + lead``, or in the next month that was run; after the
        last of them it comes too late and plan A stays.
        """
        turn = np.searchsorted(self.months, firing + 1 + lead)
        late = (firing == NEVER) | (turn >= len(self.months))
        at = np.minimum(turn, len(self.months) - 1)
        found: Flags = np.where(late, self.plan, self.turned[at, np.arange(len(self.plan))])
        return found

    def only(self, futures: Places) -> Turns:
        """The same in some futures."""
        return Turns(self.plan[futures], self.months, self.turned[:, futures])


@dataclass(frozen=True)
class Share:
    """A share of futures, or a difference of two, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Rule:
    """What a trigger does; shares of futures."""

    trigger: Trigger
    kept: Share
    """All is kept by who turns when it fires."""
    more_than_plan: Share
    """Less the share that keeps all with plan A, in the same futures."""
    more_than_at_once: Share
    """Less the share where plan B is turned to in the first month run."""
    fires: Share
    needless: Share
    """It fires, and plan A would have kept all."""
    spoiled: Share
    """Of these, those that break because of it (as a share of all futures)."""
    missed: Share
    """It does not fire, and plan A breaks."""
    late: Share
    """It fires, plan A breaks, and plan B as turned to breaks too."""
    saved: Share
    """It fires, plan A breaks, and plan B as turned to keeps all."""
    regret: Share
    """All could have been kept, by plan A or by turning in another month, and is not."""
    month: float | None
    """Middle month of firing; none where it never fires."""
    futures: int


def judge(trigger: Trigger, watched: Floats, turns: Turns, lead: int) -> Rule:
    """What a trigger does in some futures.

    Args:
        trigger: the sign.
        watched: outcome that it looks at, with plan A, ``[future, month]``.
        turns: what becomes of the same futures.
        lead: months from deciding to turning.
    """
    firing = fired(watched, trigger)
    kept, fires, plan = turns.after(firing, lead), firing != NEVER, turns.plan
    could = plan | turns.turned.any(axis=0)
    return Rule(
        trigger, _share(kept), _less(kept, plan), _less(kept, turns.turned[0]), _share(fires), _share(fires & plan),
        _share(fires & plan & ~kept), _share(~fires & ~plan), _share(fires & ~plan & ~kept), _share(fires & ~plan & kept),
        _share(could & ~kept), float(np.median(firing[fires])) if fires.any() else None, len(plan),
    )  # fmt: skip


def _share(flags: Flags) -> Share:
    low, high = wilson_ends(flags.mean(), len(flags))
    return Share(float(flags.mean()), float(low), float(high))


def _less(mine: Flags, theirs: Flags) -> Share:
    """Difference of two shares of the same futures, each discordant cell with a half added.

    ``(b − c ± z √(b + c − (b − c)²/n)) / n``, b and c and n with ½, ½ and 2 more.
    Source: Agresti and Min (2005) Stat Med 24:729.

    >>> [round(v, 3) for v in vars(_less(np.arange(100) < 60, np.arange(100) < 50)).values()]
    [0.1, 0.037, 0.159]
    """
    n = len(mine) + 2.0
    b, c = (float((x & ~y).sum()) + 0.5 for x, y in ((mine, theirs), (theirs, mine)))
    half = Z95 * np.sqrt(b + c - (b - c) ** 2 / n)
    return Share(float(mine.mean() - theirs.mean()), float((b - c - half) / n), float((b - c + half) / n))


def candidates(name: str, watched: Floats, months: Sequence[int] = (1, 3, 6), parts: int = 19) -> tuple[Trigger, ...]:
    """Triggers on something watched ``[future, month]``: bounds at even quantiles of it, above and below, each for so many months.

    >>> len(candidates("occupancy", np.arange(100.0).reshape(10, 10), (1, 3), 4))
    16
    """
    bounds = np.unique(np.quantile(watched, np.arange(1, parts + 1) / (parts + 1)))
    return tuple(Trigger(name, float(b), above, k) for b in bounds for above in (True, False) for k in months)


@dataclass(frozen=True)
class Chosen:
    """The best of several triggers."""

    rule: Rule
    """On futures on which it was not chosen."""
    chosen_on: Rule
    """On those on which it was."""
    tried: int


def best_trigger(among: Sequence[tuple[Trigger, Floats]], turns: Turns, lead: int) -> Chosen:
    """The trigger by which most futures keep all; of equals the one that fires least needlessly, then least, then by name.

    Chosen on every other future, told on those between, so that luck in choosing is not told as skill.

    Args:
        among: each trigger with what it watches, ``[future, month]``.
        turns: what becomes of the futures.
        lead: months from deciding to turning.

    Raises:
        ValueError: no trigger to choose from, or fewer than two futures.
    """
    if not among or len(turns.plan) < 2:
        raise ValueError(f"a trigger is chosen among some and on futures; there are {len(among)} and {len(turns.plan)}")
    on, off = (np.arange(first, len(turns.plan), 2) for first in (0, 1))
    chosen = turns.only(on)
    rules = [judge(t, watched[on], chosen, lead) for t, watched in among]
    best = min(range(len(rules)), key=lambda n: _standing(rules[n]))
    trigger, watched = among[best]
    return Chosen(judge(trigger, watched[off], turns.only(off), lead), rules[best], len(among))


def _standing(rule: Rule) -> tuple[float, float, float, str, float, bool, int]:
    t = rule.trigger
    return (-rule.kept.value, rule.needless.value, rule.fires.value, t.name, t.bound, t.above, t.months)
