"""Terms on which going along is everyone's best reply: the smallest transfers or gain shares, or the proof that none do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.explore.arrays import Flags, Floats
from placeplan.incentives.linear import Impossible, Programme, solve

BY_ROUNDING = 1e-9


def needed(gain: Any, years: Any, kept_by_leaving: Any, room: Any, other_duties: Any) -> Any:
    """What a player has to be paid in a future for going along to be at least as good as leaving: its duty first, then money.

    ``least(by_duty, by_money)`` where it would break its duty by leaving, else ``most(by_duty, by_money)``;
    ``by_money = −gain / years``; ``by_duty = −room``, or never where a duty that no money mends is broken.

    gain: £ by which going along is better, present value; years: what £1 in each year of the run is worth now; kept_by_leaving:
    1 where it keeps its duties by leaving; room: £ a year left to its duties on money where it goes along (below 0: broken);
    other_duties: 1 where it keeps those on anything else. Returns £ a year, negative: what it could give; numbers or arrays.

    >>> [round(float(needed(-10.0, 5.0, *at)), 6) for at in ((1, 3.0, 1), (1, -4.0, 1), (0, -1.0, 1), (1, 3.0, 0))]
    [2.0, 4.0, 1.0, inf]
    """
    by_money = -gain / years
    by_duty = np.where(other_duties > 0, -room, np.inf)
    return np.where(kept_by_leaving > 0, np.maximum(by_duty, by_money), np.minimum(by_duty, by_money))


def enough(needs: Floats, sure: float) -> Floats:
    """The least payment that suffices with a probability: the smallest ``t`` with ``P(need ≤ t) ≥ sure``, ``[player]``.

    needs: £ a year, ``[player, future]``; ``inf`` where none suffices; sure: the probability.

    >>> enough(np.array([[1.0, 4.0, 2.0, 3.0]]), 0.75).tolist()
    [3.0]
    """
    count = needs.shape[1]
    at = max(int(np.ceil(sure * count - BY_ROUNDING)) - 1, 0)
    found: Floats = np.sort(needs, axis=1)[:, at]
    return found


def sure_by(needs: Floats, pay: Floats) -> Floats:
    """Share of futures in which each goes along for what it is paid: ``P(need ≤ pay)``, ``[player]``.

    needs: £ a year, ``[player, future]``; pay: £ a year, ``[player]``, or ``[player, future]``.

    >>> sure_by(np.array([[1.0, 4.0, 2.0, 3.0]]), np.array([3.0])).tolist()
    [0.75]
    """
    found: Floats = _met(needs, pay).mean(axis=1)
    return found


def all_by(needs: Floats, pay: Floats) -> float:
    """Share of futures in which all go along at once for what they are paid: ``P(need_i ≤ pay_i for every i)``.

    At most the least of `sure_by`, and far less where different futures keep different ones away. needs, pay: as there.

    >>> all_by(np.array([[1.0, 9.0, 1.0, 1.0], [9.0, 2.0, 2.0, 2.0]]), np.array([1.0, 2.0]))
    0.5
    """
    return float(_met(needs, pay).all(axis=0).mean())


def _met(needs: Floats, pay: Floats) -> Flags:
    """Where one is paid what it needs, but for rounding, ``[player, future]``."""
    paid = pay.reshape(len(needs), -1)
    found: Flags = needs <= paid + BY_ROUNDING * np.maximum(1.0, np.abs(paid))
    return found


@dataclass(frozen=True)
class Terms:
    """Payments between players, or shares of what all gain together, under which each would go along."""

    pay: Floats
    """What each is paid (negative: pays), ``[player]``; they sum to nought."""

    @property
    def moved(self) -> float:
        """How much changes hands."""
        return float(np.maximum(self.pay, 0.0).sum())


@dataclass(frozen=True)
class NoTerms:
    """That there are no such payments, and why."""

    never: tuple[int, ...] = ()
    """Players whom no payment brings along surely enough: a duty that is not about money would be broken."""
    beyond_cap: tuple[int, ...] = ()
    """Players who need more than the most that one may be paid."""
    short: float = 0.0
    """What those who need more need beyond what the others could give."""
    programme: Programme | None = None
    proof: Impossible | None = None
    """What is asked, and weights under which it contradicts itself; None where somebody would not go along for any payment."""


def smallest_transfers(least: Floats, caps: Floats) -> Terms | NoTerms:
    """The smallest payments under which going along is each one's best reply.

    ``least Σ |t_i| / 2`` where ``Σ t_i = 0``, ``t_i ≥ least_i`` and ``|t_i| ≤ cap_i``; whether there are any is decided by a
    linear programme, and that there are none is proved by its weights.

    least: what each has to be paid (negative: what it could give), £ a year (`enough`); caps: the most that each may pay or
    be paid, £ a year; both ``[player]``.

    Two gain 10 each by going along, and the one between them loses 4:

    >>> terms = smallest_transfers(np.array([-10.0, 4.0, -10.0]), np.full(3, 8.0))
    >>> terms.pay.tolist(), terms.moved
    ([-2.0, 4.0, -2.0], 4.0)
    """
    never = tuple(int(i) for i in np.flatnonzero(np.isposinf(least)))
    if never:
        return NoTerms(never)
    low = np.maximum(least, -caps)
    programme = within(low, caps)
    found = solve(programme)
    if not isinstance(found, Impossible):
        return Terms(evened(low, caps))
    beyond = tuple(int(i) for i in np.flatnonzero(low > caps))
    return NoTerms((), beyond, max(float(np.minimum(low, caps).sum()), 0.0), programme, found)


def within(low: Floats, high: Floats) -> Programme:
    """``least Σ |x_i| / 2`` where ``Σ x_i = 0`` and ``low_i ≤ x_i ≤ high_i``; unknowns: each ``x_i``, then its part above nought."""
    n = len(low)
    one, none = np.eye(n), np.zeros((n, n))
    at_most = np.block([[-one, none], [one, none], [one, -one], [none, -one]])
    whole, part = np.ones(n), np.zeros(n)
    return Programme(
        np.concatenate((part, whole)), at_most, np.concatenate((-low, high, np.zeros(2 * n))),
        np.concatenate((whole, part))[None], np.zeros(1),
    )  # fmt: skip


def evened(low: Floats, high: Floats) -> Floats:
    """Of all smallest payments that sum to nought, those in which all who could give more, or be given more, do so alike.

    Who must be paid gets what it must and no more, or who must pay pays that; the others make up for it, each by the same share
    of what it could. So no order of players decides.

    >>> evened(np.array([-10.0, 4.0, -30.0]), np.array([8.0, 8.0, 8.0])).tolist()
    [-1.0, 4.0, -3.0]
    """
    must = np.clip(0.0, low, high)
    total = must.sum()
    room = must - low if total > 0 else must - high
    whole = room.sum()
    found: Floats = must - room * (total / whole if whole else 0.0)
    return found


def share_bounds(mean_needs: Floats, mean_gain: float, most: float, caps: Floats) -> Floats:
    """Shares between which each goes along on average, and is paid and pays no more than its cap in any future, ``[player, 2]``.

    ``share × mean_gain ≥ mean_need`` and ``|share| × most ≤ cap``, between −1 and 1; the first above the second where there are none.

    mean_needs: £ a year, ``[player]``, −∞ where money does not decide; mean_gain: £ a year that all have more together, mean over
    futures; most: the same in the future in which it is furthest from nought; caps: £ a year, ``[player]``.

    >>> share_bounds(np.array([1.0, -np.inf, 9.0]), 4.0, 5.0, np.array([2.0, 2.0, 9.0])).tolist()
    [[0.25, 0.4], [-0.4, 0.4], [2.25, 1.0]]
    """
    high = np.minimum(1.0, np.divide(caps, most, out=np.ones(len(caps)), where=most > 0))
    low = -high
    if mean_gain > 0:
        low = np.maximum(low, mean_needs / mean_gain)
    elif mean_gain < 0:
        high = np.minimum(high, mean_needs / mean_gain)
    else:
        low = np.where(mean_needs > 0, np.inf, low)
    return np.stack((low, high), axis=1)


def share_needed(needs: Floats, gains: Floats, sure: float, between: tuple[float, float]) -> tuple[float, float] | None:
    """Shares of the joint gain between which one goes along surely enough: of all such ranges the one nearest to nought.

    Where all together lose, a share is a part of the loss, so that more is not always better. None where no share within its
    bounds does. needs, gains: £ a year, ``[future]``; between: the least and the largest share allowed.

    >>> share_needed(np.array([1.0, 2.0]), np.array([4.0, 4.0]), 1.0, (-1.0, 1.0))
    (0.5, 1.0)
    """
    lowest, highest = between
    if lowest > highest:
        return None
    turns = np.divide(needs, gains, out=np.full(len(needs), np.nan), where=(gains != 0.0) & np.isfinite(needs))
    marks = np.unique(np.clip(np.concatenate((turns[np.isfinite(turns)], [lowest, 0.0, highest])), lowest, highest))
    tried = np.sort(np.concatenate((marks, (marks[1:] + marks[:-1]) / 2)))
    good = sure_by(np.broadcast_to(needs, (len(tried), len(needs))), tried[:, None] * gains) >= sure - BY_ROUNDING
    if not good.any():
        return None
    nearest = int(np.flatnonzero(good)[np.argmin(np.abs(tried[good]))])
    gaps = np.flatnonzero(~good)
    low, high = gaps[gaps < nearest].max(initial=-1) + 1, gaps[gaps > nearest].min(initial=len(good)) - 1
    low, high = low + low % 2, high - high % 2  # what lies between two turns holds up to them
    return (float(tried[low]), float(tried[high])) if low <= high else None


def smallest_shares(needs: Floats, gains: Floats, sure: float, between: Floats) -> Terms | NoTerms:
    """The smallest shares of the joint gain under which each goes along surely enough.

    ``least Σ |s_i| / 2`` where ``Σ s_i = 0`` and each ``s_i`` lies in its range (`share_needed`). Where all together lose in some
    futures, one may have other ranges further from nought, which are not tried.

    needs: £ a year, ``[player, future]``; gains: £ a year that all have more together than if everybody left, ``[future]``;
    sure: the probability; between: what each may have at least and at most (`share_bounds`), ``[player, 2]``.

    >>> whole = np.array([[-1.0, 1.0]] * 2)
    >>> smallest_shares(np.array([[-10.0], [4.0]]), np.array([6.0]), 1.0, whole).pay.round(6).tolist()
    [-0.666667, 0.666667]
    """
    ranges = [share_needed(own, gains, sure, (b[0], b[1])) for own, b in zip(needs, between.tolist(), strict=True)]
    never = tuple(i for i, r in enumerate(ranges) if r is None)
    if never:
        return NoTerms(never)
    low, high = np.array(ranges, dtype=float).T
    programme = within(low, high)
    found = solve(programme)
    if isinstance(found, Impossible):
        return NoTerms((), (), float(np.maximum(low.sum(), -high.sum())), programme, found)
    return Terms(evened(low, high))
