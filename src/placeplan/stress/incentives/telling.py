"""What is told of who goes along, as even sums of money a year: who gains, who would leave, who has not signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from placeplan.incentives.rests import Sureness, leaves_in, sureness
from placeplan.incentives.terms import NoTerms
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import agreed, positions
from placeplan.stress.incentives.found import Change, Found, against_leaving, against_minimum, losses
from placeplan.stress.incentives.offer import Offer, leanings_with
from placeplan.stress.results.tests import Result
from placeplan.stress.say import MINUS, joined, pounds
from placeplan.stress.seen import called

SMALL = 5e4
"""£ a year below which a change by one initiative has no line of its own."""

OPEN = 0.05
"""Share of draws of the futures up to which, and from which on to the whole, it is settled whether one would leave."""
LEAST = 500.0
"""£ a year below which nothing has to be paid, and nobody loses."""


@dataclass(frozen=True)
class Telling:
    """What is told of one finding; money as an even sum a year."""

    plan: Plan
    found: Found
    offer: Offer

    @cached_property
    def names(self) -> Mapping[str, str]:
        """By organisation."""
        return called(self.plan)

    @cached_property
    def initiatives(self) -> Mapping[str, str]:
        """Names by id."""
        return {i.id: i.name for i in self.plan.initiatives}

    @cached_property
    def years(self) -> float:
        """What £1 in each year judged is worth at the start."""
        return float(self.found.pairs.planned.years.mean())

    @cached_property
    def by_plan(self) -> dict[str, Change]:
        """By organisation, what the plan brings it against the minimum, £ a year."""
        return {o: self.even(c) for o, c in against_minimum(self.found).items()}

    @cached_property
    def by_staying(self) -> dict[str, Change]:
        """By player, what going along brings it against leaving alone, £ a year."""
        return {o: self.even(c) for o, c in against_leaving(self.found)[0].items()}

    def even(self, c: Change) -> Change:
        """A present value as an even sum a year."""
        return Change(c.mean / self.years, c.half / self.years)

    @cached_property
    def leaners(self) -> tuple[str, ...]:
        """Players who would rather leave a plan that all others carry; whom it costs most first."""
        leans = leanings_with(self.found, np.zeros(len(self.found.players)))
        some = [p for p, lean in zip(self.found.players, leans, strict=True) if lean < 0]
        return tuple(sorted(some, key=lambda p: (self.by_staying[p].mean, p)))

    @cached_property
    def lost(self) -> dict[str, tuple[str, ...]]:
        """By organisation, the initiatives by which it clearly loses more than a little, the largest loss first."""
        found = {
            o: tuple(i for i, c in own.items() if c.mean / self.years <= -SMALL)
            for o, own in losses(self.found).items()
        }
        return {o: own for o, own in found.items() if own}

    @cached_property
    def unsigned(self) -> dict[str, tuple[str, ...]]:
        """By organisation that loses by the plan, the initiatives by which it does and which it has not signed; who loses most first."""
        said = {i.id: positions(self.plan, i) for i in self.plan.initiatives}
        found = {}
        for o, own in self.lost.items():
            missing = tuple(i for i in own if not agreed(said[i], o))
            if missing and (self.by_plan[o].loss or (o in self.by_staying and self.by_staying[o].loss)):
                found[o] = missing
        return dict(sorted(found.items(), key=lambda one: (self.by_plan[one[0]].mean, one[0])))

    @cached_property
    def bound(self) -> tuple[str, ...]:
        """Organisations that clearly lose by the plan and carry no part of it, so that they cannot leave; who loses most first."""
        some = (o for o, c in self.by_plan.items() if o not in self.found.players and c.loss and -c.mean >= LEAST)
        return tuple(sorted(some, key=lambda o: (self.by_plan[o].mean, o)))

    def of_bound(self, organisation: str) -> str:
        """What is told of one of them in place of terms."""
        return (
            f"loses {less(self.by_plan[organisation].mean)} a year by the plan; it carries no part, so it cannot leave,"
            " and no terms are asked for it"
        )

    @cached_property
    def sure(self) -> Sureness:
        """How sure it is which sets are at rest; of a game that was run."""
        assert self.found.game is not None
        return sureness(self.found.game, self.found.worlds.runs.futures.seed)

    @cached_property
    def leaving(self) -> dict[str, float]:
        """By player, in which share of draws of the futures it would rather leave a plan that all others carry."""
        p, own = self.found.pairs, [self.found.place(o) for o in self.found.players]
        money = np.array([p.planned.money[0, at] - p.alone.money[n, at] for n, at in enumerate(own)])
        kept = np.array([p.planned.kept[0, at] - p.alone.kept[n, at] for n, at in enumerate(own)])
        shares = leaves_in(money, kept, self.found.worlds.runs.futures.seed)
        return dict(zip(self.found.players, shares.tolist(), strict=True))

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Players of whom other futures might tell otherwise whether they would leave: not in nearly all draws, nor in nearly none."""
        return tuple(o for o, share in self.leaving.items() if OPEN < share < 1 - OPEN)

    def settled(self) -> str:
        """Of whom it is not settled, in a sentence; blank where it is of all."""
        each = [
            f"{self.names[o]} (would in {of_hundred(self.leaving[o])} draws of the futures)" for o in self.unsettled
        ]
        return (
            f"Whether these would leave is not settled, and more futures may tell otherwise: {joined(each)}."
            if each
            else ""
        )

    @property
    def result(self) -> Result:
        """Fails where one loses and has not signed, or no terms would keep all; asks for a look where somebody would leave."""
        if self.unsigned or (self.leaners and isinstance(self.offer.terms, NoTerms)):
            return "fail"
        return "amber" if self.leaners else "pass"


def of_hundred(share: float) -> str:
    """A share as a natural frequency.

    >>> of_hundred(0.934), of_hundred(1.0)
    ('93 of 100', '100 of 100')
    """
    return f"{100 * share:.0f} of 100"


def less(amount: float) -> str:
    """A loss without its sign, and no loss as nought."""
    return pounds(abs(amount)) if abs(amount) >= SMALL else f"£{abs(round(amount, -3)):,.0f}"


def with_sign(amount: float) -> str:
    """An amount with its sign; nought has none.

    >>> with_sign(2e6), with_sign(-3.25e6), with_sign(12e3)
    ('+£2m', '−£3.2m', '+£12,000')
    """
    sign = "" if abs(amount) < 500 else MINUS if amount < 0 else "+"
    return f"{sign}{less(amount)}"
