"""Gain share: a measured variance from a baseline is worth something, and payer and payee divide it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from placeplan.contracts.base import (
    At,
    Contract,
    Fault,
    GivenOut,
    Line,
    Number,
    Period,
    Price,
    Wording,
    named,
    value,
)
from placeplan.contracts.measures import Measure
from placeplan.core.records import Quantity, described
from placeplan.core.tables import NonNegative, Share


def variance_worth(measured: Any, baseline: Any, unit_value: Any, better: Any = -1.0) -> Any:
    """What a variance is worth: ``better × (measured − baseline) × unit_value``; positive is a gain.

    measured, baseline: in the same unit and months; unit_value: £ a unit; better: 1 where more is better, −1 where less is.

    >>> variance_worth(950.0, 1000.0, 2000.0)
    100000.0
    """
    return better * (measured - baseline) * unit_value


def gain_payment(worth: Any, trigger: Any, share_gain: Any, share_loss: Any, floor: Any, cap: Any) -> Any:
    """What the payer pays the payee of a gain (negative: the payee pays of a loss).

    ``least(cap, most(floor, share_gain × most(0, worth − trigger) − share_loss × most(0, −worth − trigger)))``

    worth, trigger, floor, cap: £ of the same months; shares: of what lies beyond the trigger. Numbers or arrays ``[future]``.
    Source: NHS England and Monitor, Local payment example: multilateral gain/loss sharing, 2014.

    >>> [float(gain_payment(w, 10.0, 0.5, 0.25, -8.0, 40.0)) for w in (-100.0, -30.0, 5.0, 50.0, 200.0)]
    [-8.0, -5.0, 0.0, 20.0, 40.0]
    """
    shared = share_gain * np.maximum(worth - trigger, 0.0) - share_loss * np.maximum(-worth - trigger, 0.0)
    return np.minimum(np.maximum(shared, floor), cap)


class GainShare(Contract, kind="gain_share"):
    """Divides what a variance from a baseline is worth: of a pod's contacts this year, or of an outcome of a time that is over."""

    plainly: ClassVar[str] = "a share of what is gained or lost against a baseline"

    kind: Literal["gain_share"] = "gain_share"
    pod: str = ""
    """Pod whose contacts at the payee are measured; or give an outcome."""
    measure: Measure | None = None
    """Outcome that is measured, as it was last month, quarter or year; before that is known nothing is shared."""
    baseline: Quantity = described("contacts a year, or the outcome's unit (a year, where it is summed)")
    value: Price = described("£ a contact, or a unit of the outcome")
    better: Literal["lower", "higher"] = "lower"
    """Whether less or more of it is the gain."""
    trigger: NonNegative = described("£ a year from which a gain or a loss is shared", default=0.0)
    share_gain: Share = described("share of the gain that the payee is paid", default=0.5)
    share_loss: Share = described("share of the loss that the payee pays", default=0.0)
    floor: float | None = described("£ a year, at least; negative: the most that the payee may pay", default=None)
    cap: float | None = described("£ a year, at most", default=None)
    settles: Literal["month", "year"] = "year"
    """``year``: trigger, floor and cap are the year's, so that months of gain and of loss make up for each other."""

    example: ClassVar[dict[str, object]] = {
        "kind": "gain_share",
        "id": "fewer_emergencies",
        "about": "Half of what fewer emergencies are worth, up to two million pounds",
        "payer": "11J",
        "payee": "RBD",
        "pod": "emergency_admission",
        "baseline": 20000,
        "value": 2100,
        "trigger": 200000,
        "cap": 2000000,
        "floor": 0,
        "source": "made up",
    }

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if bool(self.pod) == (self.measure is not None):
            raise ValueError("give pod or measure, one of the two")
        return self

    def pods(self) -> tuple[str, ...]:
        """The pod that is measured."""
        return (self.pod,) if self.pod else ()

    def pays_for(self) -> tuple[tuple[str, str], ...]:
        """Nothing: the care itself is paid for under another contract."""
        return ()

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """What a contact, or a unit of the outcome, is worth."""
        return ((self.value, ("value",)),)

    def says(self, words: Wording) -> Iterator[str]:
        """What is measured, what it is worth, and how that is divided."""
        what = words.name(self.pod) if self.measure is None else self.measure.says(words)
        side = "below" if self.better == "lower" else "above"
        yield f"{what}: each one {side} {words.number(self.baseline)} is worth {words.pounds(self.value)}"
        lost = words.share(self.share_loss) if self.share_loss and self.floor != 0 else "nothing"
        yield f"{words.share(self.share_gain)} of a gain is paid on; {lost} of a loss is paid back"
        if self.trigger:
            yield f"The first {words.pounds(self.trigger)} a year is not shared"
        if self.cap is not None:
            yield f"At most {words.pounds(self.cap)} a year is paid on"
        if self.floor:
            yield f"At most {words.pounds(-self.floor)} a year is paid back"

    def lines(self, words: Wording) -> Iterator[Line]:
        """The payee's share of a gain, and the payer's of a loss."""
        what = words.name(self.pod) if self.measure is None else self.measure.says(words)
        gain, loss = ("below", "above") if self.better == "lower" else ("above", "below")
        for to, share, side in ((self.payee, self.share_gain, gain), (self.payer, self.share_loss, loss)):
            each = (
                f"{words.share(share)} of {words.pounds(self.value)} for each one {side} {words.number(self.baseline)}"
            )
            yield Line(to, f"{what}: {each}")

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among baseline and value."""
        return named(self.baseline, self.value)

    def measures(self) -> tuple[tuple[Measure, At], ...]:
        """The outcome that is measured."""
        return ((self.measure, ("measure",)),) if self.measure else ()

    def shares(self) -> tuple[GivenOut, ...]:
        """Shares of gain and loss; a gain is one where the same payer measures the same at the same value."""
        measured = self.measure.reading if self.measure else (self.payee, self.pod)
        what = (self.payer, measured, self.value, self.better)
        gain = GivenOut("gain", what, self.share_gain, ("share_gain",), bool(self.pod))
        return gain, GivenOut("loss", what, self.share_loss, ("share_loss",), bool(self.pod))

    def faults(self) -> Iterator[Fault]:
        """Bounds lie on either side of nought, contacts are not below it, and something is shared."""
        yield from super().faults()
        if self.pod and isinstance(self.baseline, float) and self.baseline < 0:
            yield Fault("negative", f"baseline is {self.baseline:g} contacts.", "Write 0 or more.", ("baseline",))
        if not self.share_gain and not self.share_loss:
            what, mend = "It shares neither gain nor loss.", "Give share_gain or share_loss, or take the contract away."
            yield Fault("no-effect", what, mend, ("share_gain",), asked=True)
        for at, beyond in (("floor", (self.floor or 0.0) > 0), ("cap", (self.cap or 0.0) < 0)):
            if beyond:
                what = f"By its {at} the {'payee is paid' if at == 'floor' else 'payee pays'} where there is no gain at all."
                yield Fault("pays-without-gain", what, f"Mend the sign of {at}, or leave it out.", (at,), asked=True)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """The payee's share of a gain, and the payer's of a loss."""
        shared = self.payment(period)
        return np.maximum(shared, 0.0), np.maximum(-shared, 0.0)

    def payment(self, period: Period) -> Number:
        """`gain_payment` of `variance_worth`, £ in base-year prices, ``[future]``."""
        share = period.shares[self.pod or ""]
        bound = (-np.inf if self.floor is None else self.floor, np.inf if self.cap is None else self.cap)
        floor, cap = (b if np.isinf(b) else b * share for b in bound)
        return gain_payment(
            self._worth(period, share), self.trigger * share, self.share_gain, self.share_loss, floor, cap
        )

    def _worth(self, period: Period, share: Number) -> Number:
        """`variance_worth` in the period, £."""
        baseline, unit = value(self.baseline, period.prices), value(self.value, period.prices)
        better = 1.0 if self.better == "higher" else -1.0
        if self.measure is None:
            return variance_worth(period.activity[self.pod], baseline * share, unit, better)
        if self.measure.reading not in period.outcomes:
            return 0.0 * share
        return variance_worth(period.outcomes[self.measure.reading], baseline, unit, better) * share
