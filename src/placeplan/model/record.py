"""What one block writes down each month, and the series made of it at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.contracts.base import Leg
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.sums import rows_of
from placeplan.core.tables import OUTSIDE, SYSTEM, MoneyLine
from placeplan.model.flow import Flow
from placeplan.model.outcomes import Series
from placeplan.model.programmes import ProgrammeMonth
from placeplan.model.wards import Wards

Array = np.ndarray[Any, np.dtype[np.float64]]


def no_reserves(positions: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody uses reserves, whatever the positions."""
    del positions
    return {}


@dataclass(frozen=True)
class MonthMoney:
    """Money of one month, £ nominal, ``[future]`` each."""

    lines: tuple[MoneyLine, ...]
    amounts: list[Any]
    """By line, after efficiency and cost improvement."""
    paid: Mapping[str, tuple[Leg, ...]]
    """By contract in order of id, who pays whom."""
    programmes: ProgrammeMonth
    """What initiatives cost, build and are charged."""
    escalation: Mapping[str, Any]
    """Cost of escalation beds by organisation."""
    saved: Mapping[tuple[str, str, str], Any]
    """Cost improvement by (initiative, organisation, line)."""
    interest: Mapping[str, Any] = field(default_factory=dict)
    """Interest on cash below 0, by organisation whose cash is followed."""
    balance: Callable[[Mapping[str, Any]], Mapping[str, Any]] = no_reserves
    """From the positions before reserves to the reserves used, by organisation."""
    unforeseen_cost: Mapping[str, Any] = field(default_factory=dict)
    """Cost beyond lines and escalation beds, by organisation that departs."""
    unforeseen_income: Mapping[str, Any] = field(default_factory=dict)
    """Income that comes with it."""


class Recorder:
    """Monthly values by outcome and entity."""

    def __init__(
        self, inside: tuple[str, ...], count: int, keep: frozenset[str] | None = None,
        read: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:  # fmt: skip
        self.inside, self.count, self.only = inside, count, keep
        self.history: dict[tuple[str, str], list[Any]] = {at: [] for at in sorted(read)}
        """What the model itself reads again in later months, by (outcome, entity), whatever is kept."""
        self.read = None if keep is None else keep | {outcome for outcome, _ in read}
        self.kept: dict[tuple[str, str], list[Any]] = defaultdict(list)
        """By (outcome, entity), one value a month."""
        self.last: dict[tuple[str, str], Any] = {}

    def put(self, outcome: str, entity: str, value: Any) -> None:
        """Writes down one month of one entity, ``[future]``."""
        at = (outcome, entity)
        self.last[at] = value
        if at in self.history:
            self.history[at].append(value)
        if self.only is None or outcome in self.only:
            self.kept[at].append(value)

    def asks(self, outcomes: Iterable[str]) -> bool:
        """Whether any of some outcomes is kept, or read again by the model; else nobody need work them out."""
        return self.read is None or not self.read.isdisjoint(outcomes)

    def each(self, outcome: str, entities: Sequence[str], values: Any) -> None:
        """Writes down one month of several entities, ``[entity, future]``."""
        for entity, value in zip(entities, values, strict=True):
            self.put(outcome, entity, value)

    def latest(self, outcome: str, entity: str) -> Any:
        """What was last written down of an entity, ``[future]``, kept or not: for triggers and conditions of a month later.

        Raises `KeyError` where nothing was written down of it.
        """
        return self.last[outcome, entity]

    def care(self, care: Flow, uptake: Mapping[str, Any], started: Mapping[str, Any], number: int) -> None:
        """Demand, activity and initiatives of a month."""
        totals: dict[str, Any] = {}
        for pod, value in care.demand.items():
            self.put("demand", pod, value)
        for (site, pod), value in care.activity.items():
            if site == OUTSIDE:
                self.put("left_footprint", pod, value)
            else:
                self.put("activity", f"{site}/{pod}", value)
                totals[pod] = totals.get(pod, 0.0) + value
        for pod in sorted(totals):
            self.put("activity", f"{SYSTEM}/{pod}", totals[pod])
        for initiative, value in uptake.items():
            self.put("uptake", initiative, value)
            self.put("started", initiative, (started[initiative] <= number).astype(float))
            self.put("contacts_prevented", initiative, care.prevented.get(initiative, 0.0))
            self.put("contacts_moved", initiative, care.moved.get(initiative, 0.0))
            self.put("contacts_added", initiative, care.added.get(initiative, 0.0))

    def by_organisation(
        self, activity: Mapping[tuple[str, str], Any], sites: Mapping[str, str]
    ) -> dict[tuple[str, str], Any]:
        """Activity by (organisation, pod), contacts of the month, ``[future]``."""
        found: dict[tuple[str, str], Any] = {}
        for (site, pod), value in activity.items():
            if site in sites:
                name = (sites[site], pod)
                found[name] = found.get(name, 0.0) + value
        return found

    def beds_of_organisations(self, wards: Wards, opened: Array) -> dict[str, Any]:
        """Beds open by organisation, ``[future]``."""
        found: dict[str, Any] = {}
        for n, pool in enumerate(wards.pools):
            found[pool.organisation] = found.get(pool.organisation, 0.0) + opened[n]
        return found

    def money(self, month: MonthMoney, position: Callable[..., Any]) -> None:
        """Money of a month by organisation and system."""
        zero = np.zeros(self.count)
        sums = {k: dict.fromkeys(self.inside, zero) for k in ("income", "cost", "financing", "received", "spent")}
        for line, value in zip(month.lines, month.amounts, strict=True):
            self.put("cost_line", f"{line.organisation}/{line.line}", value)
            if line.organisation in self.inside:
                sums[line.direction][line.organisation] = sums[line.direction][line.organisation] + value
        for leg in (leg for legs in month.paid.values() for leg in legs if leg.payer != leg.payee):
            for side, org in (("received", leg.payee), ("spent", leg.payer)):
                if org in self.inside:
                    sums[side][org] = sums[side][org] + leg.pounds
        beyond = {
            "unforeseen_cost": {o: month.unforeseen_cost.get(o, zero) for o in self.inside},
            "unforeseen_income": {o: month.unforeseen_income.get(o, zero) for o in self.inside},
        }
        parts = {
            "income": {o: sums["income"][o] + beyond["unforeseen_income"][o] for o in self.inside},
            "contract_income": sums["received"],
            "contract_spend": sums["spent"],
            "operating_cost": {
                o: sums["cost"][o] + month.escalation[o] + beyond["unforeseen_cost"][o] for o in self.inside
            },
            "programme_cost": month.programmes.by_organisation,
            "financing": {
                o: sums["financing"][o] + month.programmes.charges[o] + month.interest.get(o, 0.0) for o in self.inside
            },
        }
        positions = {o: position(*(part[o] for part in parts.values())) for o in self.inside}
        for org, used in month.balance(positions).items():
            self.put("reserves_used", org, used)
            positions[org] = positions[org] + used
        by_outcome: dict[str, Mapping[str, Any]] = {
            **parts,
            **beyond,
            "escalation_cost": month.escalation,
            "capital_spend": month.programmes.capital,
            "depreciation": self._depreciation(month),
            "position": positions,
        }
        for outcome, values in by_outcome.items():
            for org in self.inside:
                self.put(outcome, org, values[org])
            self.put(outcome, SYSTEM, sum((values[o] for o in self.inside), zero))
        self._initiatives(month.programmes, month.saved)

    def _depreciation(self, month: MonthMoney) -> dict[str, Any]:
        """Depreciation by organisation, of lines of that kind and of what initiatives built: a cost that takes no cash."""
        found = dict(month.programmes.depreciation)
        for line, value in zip(month.lines, month.amounts, strict=True):
            if line.kind == "depreciation" and line.organisation in self.inside:
                found[line.organisation] = found[line.organisation] + value
        return found

    def _initiatives(self, month: ProgrammeMonth, saved: Mapping[tuple[str, str, str], Any]) -> None:
        """Cost, capital charge and cost improvement by initiative."""
        for entity, value in month.by_initiative.items():
            self.put("initiative_cost", entity, value)
        for initiative, value in month.charge_of.items():
            self.put("capital_charge", initiative, value)
        for initiative in (entity for entity in month.by_initiative if "/" not in entity):
            own = [v for (i, _, _), v in sorted(saved.items()) if i == initiative]
            self.put("cip_saving", initiative, sum(own, np.zeros(self.count)))

    @property
    def months(self) -> int:
        """Months written down so far."""
        return max(map(len, self.kept.values()), default=0)

    def series(self) -> dict[str, Series]:
        """All that was written down, ``[future, month, entity]`` by outcome."""
        found = {}
        for outcome in dict.fromkeys(name for name, _ in self.kept):
            entities = tuple(sorted(entity for name, entity in self.kept if name == outcome))
            months = len(self.kept[outcome, entities[0]])
            values = np.empty((self.count, months, len(entities)))
            for m in range(months):
                month = rows_of([self.kept[outcome, entity][m] for entity in entities], self.count)
                values[:, m] = month.T + 0.0  # −0, whose sign hangs on the machine, is told as 0
            of = OUTCOMES[outcome]
            found[outcome] = Series(values, entities, of.unit, of.yearly)
        return found
