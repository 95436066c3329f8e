"""Who loses by going along: each organisation's surplus with the plan and without, who would leave, and on what terms none would."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.incentives.parts import parts_of
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.incentives.drawn import along, every_set
from placeplan.stress.incentives.found import FUTURES, WORK, Found, look
from placeplan.stress.incentives.offer import CAP, SURE, Offer, offer_of
from placeplan.stress.incentives.told import told
from placeplan.stress.scene import Scene


class Seen(NamedTuple):
    """What was found, and the terms."""

    found: Found
    offer: Offer
    futures: int


class Incentives(StressTest):
    """Incentives: who gains, who loses, who would leave."""

    name, title = "incentives", "Who loses by going along"
    question = "Who is better off alone, who loses and has not signed, and what would keep all?"
    method = (
        "Each one in turn leaves the plan. Its own changes go back to the least that it must do, and what hangs on them fails. Then it does what pays it best of a short list. "
        "It keeps what it has. Or it takes 2% more of the patients that it is paid for one by one. Or it puts nothing into shared budgets. Or it gives 5% fewer care packages. "
        "Each mix of those who stay and leave meets the same futures. What the law asks of each one counts first. Then comes the money that is left over all years, where "
        "later years count for less. The payments told are the smallest that make it pay each one to go along."
    )
    grounds = "The sizes on the list are judgements. Money counts for 3.5% less with each year (from memory). The cap is 2.5% of income, as for the quality payments of 2016/17."
    source = "Nash 1950; Shapley 1953; Schmeidler 1969; Green Book; CQUIN 2016/17; decision 48"
    exactly = (
        "Each organisation in turn leaves: its own actions go back to what they are if the minimum is done, what hangs on them fails, and it does what pays it best of a list: keep what it has; 2 % more of the"
        " patients it is paid for by the contact; nothing into pooled budgets; 5 % fewer packages (sizes are judgements). All sets of them meet the same futures. Own statutory duty counts first,"
        " then the surplus of all years of the run, discounted at 3.5 % a year in real terms (Green Book, recalled). Payments are the smallest that make going along each one’s best reply."
    )
    alone, by_itself, on_first_page = True, True, True
    takes = frozenset({"orders"})

    def __init__(
        self, sure: float = SURE, cap: float = CAP, futures: int = FUTURES, work: float = WORK, orders: int = 0
    ) -> None:
        self.sure, self.cap, self.futures, self.work, self.orders = sure, cap, futures, work, orders

    def ask(self, plan: Plan) -> str:
        """Two organisations at least must carry a part."""
        if len(parts_of(plan).players) < 2:
            return (
                "Fewer than two organisations of the place carry a part of the plan, so nobody could leave the others."
            )
        return ""

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Replies, pairs, initiatives and sets; of sets it may turn out to be fewer, and none are run of many organisations."""
        players, count = len(parts_of(plan).players), min(futures, self.futures)
        some = count * along(players, self.orders) if self.orders else 0
        sets = count << players if every_set(players, self.orders) else some
        return count * (4 * players + 2) + 2 * len(plan.initiatives) * min(count, 64) + sets

    def run(self, scene: Scene) -> Seen:
        """The plan without each, every set, and the terms."""
        found = look(scene.runs, futures=self.futures, work=self.work, orders=self.orders)
        return Seen(found, offer_of(scene.plan, found, self.sure, self.cap), min(scene.futures.count, self.futures))

    def tell(self, plan: Plan, found: Seen) -> dict[str, Any]:
        """Who loses and has not signed, who would leave, and what would keep them."""
        return told(plan, found.found, found.offer) | {"futures": found.futures}
