"""Who goes along under several forms of payment: the same plan on the same futures, with the contracts of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from placeplan.plan.laid import laid
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.found import Change, change, look
from placeplan.stress.incentives.offer import offer_of
from placeplan.stress.incentives.telling import Telling
from placeplan.stress.runs.runner import Runs
from placeplan.stress.say import lower_first

OWN = "the plan’s own contracts"


@dataclass(frozen=True)
class Asked:
    """How going along is looked at, alike under every form."""

    sure: float
    cap: float
    futures: int
    work: float
    """Operations of a tile that running all sets may take, under all forms together."""
    orders: int


@dataclass(frozen=True)
class InForm:
    """The plan under one form of payment."""

    form: PaymentForm | None
    """None: as the plan has it."""
    t: Telling

    @property
    def name(self) -> str:
        """The form inside a sentence."""
        return lower_first(self.form.name) if self.form else OWN

    @property
    def id(self) -> str:
        """Of the form; blank: as the plan has it."""
        return self.form.id if self.form else ""

    @property
    def never(self) -> tuple[str, ...]:
        """Players whom no payment brings along."""
        return tuple(p for p, least in zip(self.t.found.players, self.t.offer.least, strict=True) if np.isposinf(least))

    @property
    def cost(self) -> float:
        """£ a year that all who lose by going along have to be paid to stay, but for those whom no payment brings along.

        The smallest payments move just as much, where there are any.
        """
        least = self.t.offer.least
        return float(least[np.isfinite(least) & (least > 0)].sum())


def under_each(runs: Runs, forms: Sequence[PaymentForm], asked: Asked) -> Iterator[InForm]:
    """The plan as it stands, then under each form; each in the first futures of the run, so that all meet the same.

    What is drawn of the world hangs on seed, name and future alone, so no contract changes it.
    """
    plans: list[tuple[PaymentForm | None, Plan]] = [(None, runs.plan), *((f, laid(runs.plan, f)) for f in forms)]
    for form, plan in plans:
        own = runs if form is None else replace(runs, plan=plan)
        found = look(own, futures=asked.futures, work=asked.work / len(plans), orders=asked.orders)
        yield InForm(form, Telling(plan, found, offer_of(plan, found, asked.sure, asked.cap)))


def by_itself(usual: InForm, other: InForm, organisation: str) -> Change:
    """What a form brings an organisation where all go along, against the plan's own contracts, £ a year, in the same futures."""
    at = usual.t.found.place(organisation)
    before, after = (of.t.found.pairs.planned.money[0, at] for of in (usual, other))
    return usual.t.even(change(after - before))
