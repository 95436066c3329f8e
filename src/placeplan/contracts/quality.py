"""Quality: money for what was taken up, and money for what came of it, told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from placeplan.contracts.base import (
    At,
    Contract,
    GivenOut,
    Leg,
    Line,
    Number,
    Period,
    Price,
    Wording,
    each_sum,
    named,
    value,
)
from placeplan.contracts.measures import Condition, Measure
from placeplan.core.records import Id, Quantity, Record, described
from placeplan.core.tables import Share

ADOPTED = ("uptake", "started")
"""Outcomes that tell whether something was taken up."""


def quality_payment(base: Any, share: Any, kept: Any) -> Any:
    """One reward: ``base × share × kept``.

    base: a sum a year, or what another contract paid in the same months, £; share: the months' share of the year, or the
    share of the other payment; kept: 1 where the bound was met, else 0.
    Source: Commissioning for Quality and Innovation (CQUIN), NHS England 2016/17: up to 2.5 % of a contract's value.

    >>> quality_payment(400_000.0, 0.025, 1.0)
    10000.0
    """
    return base * share * kept


class Reward(Record):
    """Money for one thing that was taken up, or came out."""

    about: Annotated[str, Field(min_length=1)]
    """What is rewarded, in plain words."""
    pays: Literal["adoption", "outcome"]
    """``adoption``: for taking something up (uptake or start of an initiative); ``outcome``: for what came of it."""
    condition: Condition
    """The bound that has to have been met."""
    amount: Price | None = described("£ a year, base-year prices", default=None)
    share: Share | Id | None = described("share of what is paid under the contract named in `share_of`", default=None)

    @model_validator(mode="after")
    def _one_sum(self) -> Self:
        if (self.amount is None) == (self.share is None):
            raise ValueError("give amount or share, one of the two")
        if (self.pays == "adoption") != (self.condition.outcome in ADOPTED):
            raise ValueError(
                f"adoption is told by {' or '.join(ADOPTED)} of an initiative, and an outcome by anything else"
            )
        return self


class Quality(Contract, kind="quality"):
    """Pays a sum, or a share of another payment, where a bound was met; adoption and outcome are told apart."""

    plainly: ClassVar[str] = "money for quality"

    kind: Literal["quality"] = "quality"
    share_of: Id | Literal[""] = ""
    """Contract of whose payment in the same month the shares are taken; blank where all rewards are sums."""
    rewards: Annotated[tuple[Reward, ...], Field(min_length=1)]
    """What is rewarded."""

    example: ClassVar[dict[str, object]] = {
        "kind": "quality",
        "id": "acute_quality",
        "about": "2.5 % of the tariff: 1 % for a frailty team, 1.5 % for fewer full days",
        "payer": "11J",
        "payee": "RBD",
        "share_of": "acute_tariff",
        "rewards": [
            {"about": "A frailty team at the front door", "pays": "adoption", "share": 0.01,
             "condition": {"outcome": "uptake", "entity": "frailty_team", "over": "month", "at_least": 0.5}},
            {"about": "Fewer days with full wards", "pays": "outcome", "share": 0.015,
             "condition": {"outcome": "days_over_92", "entity": "RBD", "over": "quarter", "at_most": 0.5}},
        ],
        "source": "made up",
    }  # fmt: skip

    @model_validator(mode="after")
    def _shares_of_something(self) -> Self:
        if bool(self.share_of) != any(r.share is not None for r in self.rewards):
            raise ValueError("name under share_of the contract of whose payment a reward is a share, and only then")
        return self

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The sum or share of each reward."""
        return each_sum("rewards", self.rewards, "amount", "share")

    def says(self, words: Wording) -> Iterator[str]:
        """Each reward."""
        yield from (line.words for line in self.lines(words))

    def lines(self, words: Wording) -> Iterator[Line]:
        """Each reward."""
        for r in self.rewards:
            sum_ = f"{words.pounds(r.amount)} a year" if r.amount is not None else ""
            sum_ = sum_ or f"{words.share(r.share or 0.0)} of what is paid under {words.name(self.share_of)}"
            why = "taking it up" if r.pays == "adoption" else "what came of it"
            said = f"{r.about}: {sum_}, for {why}, where {r.condition.says(words)}"
            yield Line(self.payee, said)

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among sums, shares and bounds."""
        return tuple(dict.fromkeys(
            name for r in self.rewards for name in (*named(r.amount, r.share), *r.condition.bounds())
        ))  # fmt: skip

    def measures(self) -> tuple[tuple[Measure, At], ...]:
        """The condition of each reward."""
        return tuple((r.condition, ("rewards", n, "condition")) for n, r in enumerate(self.rewards))

    def shares(self) -> tuple[GivenOut, ...]:
        """Shares of the payment named under `share_of`, together."""
        total = sum(r.share for r in self.rewards if isinstance(r.share, float))
        return (GivenOut("payment", (self.share_of,), total, ("rewards",)),) if self.share_of else ()

    def rests_on(self) -> tuple[str, ...]:
        """The contract of whose payment shares are taken."""
        return (self.share_of,) if self.share_of else ()

    def legs(self, period: Period) -> tuple[Leg, ...]:
        """Sum of `quality_payment` for adoption, and for outcomes."""
        kinds = sorted({r.pays for r in self.rewards})
        return tuple(Leg(self.payer, self.payee, self._paid(kind, period), kind) for kind in kinds)

    def _paid(self, kind: str, period: Period) -> Number:
        """`quality_payment` of one sort of reward, £ in base-year prices."""
        return sum((self._reward(r, period) for r in self.rewards if r.pays == kind), 0.0)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """`quality_payment` of each reward."""
        return tuple(self._reward(r, period) for r in self.rewards)

    def _reward(self, r: Reward, period: Period) -> Number:
        """`quality_payment` of one reward, £ in base-year prices."""
        kept = r.condition.met_in(period.outcomes, period.prices)
        if r.amount is not None:
            return quality_payment(value(r.amount, period.prices), period.shares[""], kept)
        return quality_payment(period.others[self.share_of], value(r.share or 0.0, period.prices), kept)
