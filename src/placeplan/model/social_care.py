"""Social care in a run: packages, the ways out of hospital, and the councils that pay; off where the plan gives no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity.beds import BedCounts
from placeplan.core.tables import MoneyLine
from placeplan.core.tables.packages import CouncilRules
from placeplan.model.care_costs import CareCosts, record_exits
from placeplan.model.care_untouched import CareUntouched
from placeplan.model.compile import NamedPrimitives
from placeplan.model.councils import Councils
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow
from placeplan.model.money import Ledger
from placeplan.model.packages import Packages
from placeplan.model.programmes import Programmes
from placeplan.model.record import Recorder
from placeplan.model.wards import Exits, Wards
from placeplan.model.workforce import Workforce
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


class SocialCare:
    """What councils owe, for one block of futures; each step does nothing where its table is not given."""

    def __init__(
        self, plan: Plan, baseline: Baseline, draws: Draws, workforce: Workforce, effects: NamedPrimitives
    ) -> None:
        self.draws, self.effects = draws, effects
        self.councils = Councils(tuple(r for r in plan.tables["councils"] if isinstance(r, CouncilRules)), draws)
        given = plan.tables["packages"] and plan.level("packages") != "off"
        self.packages = Packages(plan, baseline, draws, workforce, self.councils) if given else None
        self.costs: CareCosts | None = None
        self.untouched: CareUntouched | None = None

    @property
    def exits(self) -> Exits | None:
        """What people who are ready to leave wait for; None where no pathways are given."""
        return self.packages if self.packages and self.packages.ways.routes else None

    def books(self, ledger: Ledger, lines: Sequence[MoneyLine], usual: tuple[Ledger, Workforce] | None = None) -> None:
        """Opens the councils' books on the ledger of the run; usual: ledger and staff as they would be without initiatives."""
        if not self.packages:
            return
        self.untouched = CareUntouched(self.packages, usual[1]) if usual else None
        beside = [(usual[0], self.untouched)] if usual and self.untouched else []
        self.costs = CareCosts(self.packages, [(ledger, self.packages), *beside], lines)

    def begin(self, number: int, care: Flow, programmes: Programmes) -> None:
        """A month begins, after the care asked for is known: decisions are felt, packages are offered."""
        self.councils.begin()
        if self.packages:
            self.packages.offer(number, care, self._added(number, programmes))
        if self.untouched:
            self.untouched.begin(number, care)

    def _added(self, number: int, programmes: Programmes) -> dict[tuple[str, str], Any]:
        """Packages that initiatives opened (negative: closed) so far by (council, kind), ``[future]``."""
        found: dict[tuple[str, str], Any] = {}
        for initiative, p in self.effects:
            at = (p.organisation, p.pod)
            more = programmes.added(initiative, programmes.amount(initiative, p), number)
            found[at] = found.get(at, 0.0) + more
        return found

    def settle(self, counts: BedCounts, wards: Wards, opened: Array, recorder: Recorder) -> None:
        """The days in beds are over: who started, who waits, what lines of money follow."""
        if not self.packages or not self.costs or wards.state is None:
            return
        self.packages.settle(counts, wards.state, opened)
        if self.untouched:
            self.untouched.settle()
        self.costs.drive()
        self.costs.record(recorder)
        if self.exits:
            record_exits(self.packages, wards.state.delayed, recorder)

    def balance(self, positions: Mapping[str, Any]) -> dict[str, Any]:
        """Reserves that councils use this month, £ by council, ``[future]``."""
        return self.councils.balance(positions)

    def end(self, number: int, recorder: Recorder) -> None:
        """The month's money is known: councils keep their books, and decide at a quarter's end."""
        self.councils.record(recorder)
        if self.costs:
            self.costs.end(number, self.councils)
