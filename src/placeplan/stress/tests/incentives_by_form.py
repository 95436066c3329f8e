"""Who loses by going along under each form of payment: the same plan, the same futures, other contracts."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.incentives.by_form import Asked, InForm, under_each
from placeplan.stress.incentives.by_form_told import told
from placeplan.stress.incentives.found import FUTURES, WORK
from placeplan.stress.incentives.offer import CAP, SURE
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives import Incentives


class Seen(NamedTuple):
    """What was found under each form."""

    each: tuple[InForm, ...]
    futures: int


class IncentivesByForm(StressTest):
    """Incentives under the plan's own contracts and under each other form of payment, side by side."""

    name, title = "incentives_by_form", "Who loses by going along, by form of payment"
    question = "In which way of paying for care would all go along? What would it take to keep them in the others?"
    method = (
        "Each way of paying for care is laid over the plan. Then the test asks again who gains and who loses by going along. Who can leave, how, and the futures stay the "
        "same. To lose means that one would do better by leaving. What the law asks of each one counts first, and then money. To keep all, those who lose would have to be "
        "paid so much."
    )
    source = f"{Incentives.source}; decisions 51 and 55"
    exactly = (
        "Each form of payment is laid over the plan, and who gains and loses by going along is asked again: the same organisations, the same ways of leaving, the same futures (see: who loses by going along)."
        " To lose by going along is to do better by leaving, one’s own statutory duty first, then money. To keep all takes what those who lose would have to be paid."
    )
    alone, by_itself = True, True
    takes = Incentives.takes

    def __init__(
        self, forms: tuple[PaymentForm, ...] = (), sure: float = SURE, cap: float = CAP, futures: int = FUTURES,
        work: float = WORK, orders: int = 0,
    ) -> None:  # fmt: skip
        self.forms, self.asked = forms, Asked(sure, cap, futures, work, orders)

    def ask(self, plan: Plan) -> str:
        """There must be another form of payment, and two organisations at least that could leave each other."""
        if not self._forms(plan):
            return "The plan has no other form of payment (payment_forms/*.yaml)."
        return self._one.ask(plan)

    def foreseen(self, plan: Plan, futures: int) -> int:
        """As many as without forms, for each."""
        return (1 + len(self._forms(plan))) * self._one.foreseen(plan, futures)

    def run(self, scene: Scene) -> Seen:
        """The plan as it stands, and under each form."""
        each = tuple(under_each(scene.runs, self._forms(scene.plan), self.asked))
        return Seen(each, min(scene.futures.count, self.asked.futures))

    def tell(self, plan: Plan, found: Seen) -> dict[str, Any]:
        """How many lose by going along under each form, and what it takes to keep them."""
        del plan
        return told(found.each) | {"futures": found.futures}

    def _forms(self, plan: Plan) -> tuple[PaymentForm, ...]:
        """Forms that were asked for; else those of the plan."""
        return self.forms or plan.payment_forms

    @property
    def _one(self) -> Incentives:
        """The same question under one form."""
        a = self.asked
        return Incentives(a.sure, a.cap, a.futures, a.work, a.orders)
