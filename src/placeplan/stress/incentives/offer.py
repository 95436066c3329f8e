"""Payments under which everybody would go along, checked by asking each again; or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placeplan.core.tables import MoneyLine
from placeplan.incentives.replies import leaning, mean_and_half
from placeplan.incentives.terms import (
    NoTerms,
    Terms,
    all_by,
    enough,
    needed,
    share_bounds,
    smallest_shares,
    smallest_transfers,
    sure_by,
)
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.found import Found

SURE = 0.8
"""Probability with which going along is to be at least as good as leaving, for each by itself, unless another is asked for."""
CAP = 0.025
"""Share of its turnover that one may pay or be paid at most, unless another is asked for. Commissioning for Quality and
Innovation was at most 2.5 % of a contract's value (NHS England, 2016/17)."""


@dataclass(frozen=True)
class Offer:
    """Terms for the players in order, and what they rest on."""

    sure: float
    caps: Array
    """£ a year, ``[player]``."""
    needs: Array
    """What each has to be paid for going along to be at least as good as leaving, £ a year, ``[player, future]``."""
    least: Array
    """The least that each has to be paid (negative: could give), £ a year, ``[player]``."""
    terms: Terms | NoTerms
    kept_by: Array
    """Share of futures in which each goes along under the terms (without terms: without any), ``[player]``."""
    all_at_once: float
    """Share of futures in which all go along at once under the terms (without terms: without any)."""
    still_leave: tuple[str, ...]
    """Players whose best reply would be to leave for all that; asked again with what they are paid."""
    shares: Terms | NoTerms
    """Shares of what all gain together that would do the same, within the same caps."""
    shares_at_once: float
    """Share of futures in which all go along at once under those shares."""
    shares_leave: tuple[str, ...]
    """Players whose best reply would be to leave for all those shares."""
    gains: Array
    """What all have more together than if everybody left, £ a year, ``[future]``."""


def turnover(plan: Plan) -> dict[str, float]:
    """£ that each organisation takes in or spends in the base year by its money lines, whichever is more."""
    found: dict[str, dict[str, float]] = {}
    for r in plan.tables["money"]:
        if isinstance(r, MoneyLine) and r.direction in {"income", "cost"}:
            own = found.setdefault(r.organisation, {})
            own[r.direction] = own.get(r.direction, 0.0) + r.amount
    return {o: max(own.values()) for o, own in found.items()}


def offer_of(plan: Plan, found: Found, sure: float = SURE, cap: float = CAP) -> Offer:
    """The smallest payments, or the proof that there are none within the caps."""
    whole = turnover(plan)
    caps = np.array([cap * whole.get(p, 0.0) for p in found.players])
    needs, mean = needs_of(found), _on_average(found)
    least = np.maximum(enough(needs, sure), mean)
    terms = smallest_transfers(least, caps)
    pay = terms.pay if isinstance(terms, Terms) else np.zeros(len(caps))
    p = found.pairs
    joint = (p.planned.money[0] - p.fortress.money[0]).sum(axis=0)
    gains = joint / p.planned.years
    bounds = share_bounds(mean, float(joint.mean() / p.planned.years.mean()), float(np.abs(gains).max()), caps)
    shares = smallest_shares(needs, gains, sure, bounds)
    shared = shares.pay[:, None] * gains if isinstance(shares, Terms) else np.zeros((len(caps), 1))
    return Offer(
        sure, caps, needs, least, terms, sure_by(needs, pay), all_by(needs, pay), leavers_with(found, pay),
        shares, all_by(needs, shared), leavers_with(found, shared), gains,
    )  # fmt: skip


def needs_of(found: Found) -> Array:
    """`needed` of each player in each future, £ a year, ``[player, future]``."""
    p, at = found.pairs, [found.place(o) for o in found.players]
    each = range(len(at))
    gain = np.array([p.planned.money[0, at[n]] - p.alone.money[n, at[n]] for n in each])
    kept = np.array([p.alone.kept[n, at[n]] for n in each])
    rows: Array = needed(gain, p.planned.years, kept, p.planned.room[0, at], p.planned.other[0, at])
    return rows


def _on_average(found: Found) -> Array:
    """What brings each along where money decides on average, £ a year; −∞ where its duties decide for going along anyway."""
    p, rows = found.pairs, []
    for n, o in enumerate(found.players):
        at = found.place(o)
        mean, half = mean_and_half(p.planned.kept[0, at] - p.alone.kept[n, at])
        gain = (p.planned.money[0, at] - p.alone.money[n, at]).mean()
        rows.append(-np.inf if mean > half else -gain / p.planned.years.mean())
    return np.array(rows)


def leanings_with(found: Found, pay: Array) -> Array:
    """Whether each would go along (1), leave (−1), or does not mind, where it is paid so much a year for going along, ``[player]``.

    pay: £ a year, ``[player]``, or ``[player, future]`` where it is another in each future.
    """
    p, rows = found.pairs, []
    for n, o in enumerate(found.players):
        at = found.place(o)
        money = p.planned.money[0, at] + pay[n] * p.planned.years - p.alone.money[n, at]
        enough_room = p.planned.room[0, at] + pay[n] >= -1e-6
        kept = np.where(enough_room & (p.planned.other[0, at] > 0), 1.0, 0.0) - p.alone.kept[n, at]
        rows.append(float(leaning(mean_and_half(kept), _plain(float(money.mean()), p.planned.money[0, at]))))
    return np.array(rows)


def leavers_with(found: Found, pay: Array) -> tuple[str, ...]:
    """Players whose best reply is to leave where they are paid so much a year for going along, as `leanings_with`."""
    return tuple(p for p, lean in zip(found.players, leanings_with(found, pay), strict=True) if lean < 0)


def _plain(difference: float, size: Array) -> float:
    """A difference, or nought where it is rounding."""
    return 0.0 if abs(difference) <= 1e-9 * float(np.abs(size).max(initial=1.0)) + 1e-3 else difference
