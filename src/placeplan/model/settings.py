"""What share of the system's money is spent in each setting, and on prevention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from placeplan.core.tables import MoneyLine, Organisation, Setting
from placeplan.model.record import MonthMoney, Recorder
from placeplan.plan.initiatives import Initiative

SETTING: dict[str, Setting] = {
    "acute": "acute", "community": "community", "mental_health": "mental_health", "ambulance": "ambulance",
    "primary_care": "primary", "council": "social", "voluntary": "community",
}  # fmt: skip
"""Setting of an organisation by its type; the others spend on ``other``."""


def spend_share(own: Any, total: Any) -> Any:
    """Share of the system's spending: ``own / total``, 0 where nothing is spent.

    >>> float(spend_share(12.0, 48.0)), float(spend_share(0.0, 0.0))
    (0.25, 0.0)
    """
    return np.where(total > 0, own / np.where(total > 0, total, 1.0), 0.0)


class Settings:
    """Which line, organisation and initiative spends in which setting."""

    def __init__(
        self, organisations: Sequence[Organisation], lines: Sequence[MoneyLine], initiatives: Sequence[Initiative]
    ) -> None:
        self.inside = {o.id for o in organisations if o.type != "outside"}
        self.own: dict[str, Setting] = {o.id: SETTING.get(o.type, "other") for o in organisations}
        self.lines = {(r.organisation, r.line): r.setting or self.own[r.organisation] for r in lines}
        self.preventing = {i.id for i in initiatives if i.theme == "prevention"}

    def record(self, recorder: Recorder, month: MonthMoney) -> None:
        """Shares of a month: cost lines, escalation beds, unforeseen cost, initiatives (prevention by its theme), and care bought outside."""
        zero = np.zeros(recorder.count)
        spent: dict[str, Any] = dict.fromkeys(get_args(Setting), zero)
        for line, value in zip(month.lines, month.amounts, strict=True):
            if line.direction == "cost" and line.organisation in self.inside:
                of = self.lines[line.organisation, line.line]
                spent[of] = spent[of] + value
        for org in sorted(self.inside):
            spent[self.own[org]] = spent[self.own[org]] + month.escalation[org] + month.unforeseen_cost.get(org, zero)
        for entity, value in month.programmes.by_initiative.items():
            org, _, initiative = entity.rpartition("/")
            if org in self.inside:
                at: Setting = "prevention" if initiative in self.preventing else self.own[org]
                spent[at] = spent[at] + value
        for leg in (leg for legs in month.paid.values() for leg in legs):
            if leg.payer in self.inside and leg.payee not in self.inside:
                spent["other"] = spent["other"] + leg.pounds
        total = sum(spent.values(), zero)
        for setting, value in spent.items():
            recorder.put("spend_share", setting, spend_share(value, total))
