"""Checks of assumptions: that whoever draws one for itself is somebody for whom the model asks."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np

from placeplan.core.errors import Problem
from placeplan.core.tables import MoneyLine, Spill
from placeplan.plan.checks.base import check
from placeplan.plan.draft import Draft

ASKED_FOR: tuple[tuple[str, frozenset[str]], ...] = (
    ("growth.*", frozenset({"pod"})),
    ("departure.provider", frozenset({"organisation"})),
    ("departure.cost", frozenset({"organisation"})),
    ("departure.income", frozenset({"organisation"})),
    ("departure.*", frozenset({"pod"})),
    ("shock.size", frozenset({"pod"})),
    ("need.unmet.*", frozenset({"pod"})),
    ("winter.emergency", frozenset({"pod"})),
    ("initiative.*", frozenset({"initiative"})),
    ("start.slip", frozenset({"initiative"})),
    ("cip.*", frozenset({"initiative"})),
    ("capital.charge", frozenset({"initiative", "organisation"})),
    ("capital.*", frozenset({"initiative"})),
    ("prices.*", frozenset({"organisation"})),
    ("efficiency.background", frozenset({"organisation"})),
    ("finance.interest", frozenset({"organisation"})),
    ("care.follow", frozenset({"organisation"})),
    ("care.discharge_first", frozenset({"organisation"})),
    ("care.fee_elasticity", frozenset({"organisation"})),
    ("care.runs_out", frozenset({"organisation"})),
    ("beds.cost", frozenset({"site", "organisation"})),
    ("beds.escalation_premium", frozenset({"site", "organisation"})),
    ("beds.escalation", frozenset({"site"})),
    ("staff.leave*", frozenset({"organisation"})),
    ("staff.absence*", frozenset({"organisation"})),
    ("staff.join*", frozenset({"organisation"})),
    ("staff.hire_months*", frozenset({"organisation"})),
    ("staff.cover*", frozenset({"organisation"})),
    ("staff.cap*", frozenset({"organisation"})),
    ("staff.agency_share*", frozenset({"organisation"})),
    ("staff.*_premium*", frozenset({"organisation"})),
    ("staff.redundancy_cost", frozenset({"initiative"})),
    ("list.removals", frozenset({"organisation"})),
    ("list.urgent", frozenset({"organisation"})),
    ("elective.slots", frozenset({"site"})),
    ("stay.short_*", frozenset({"site"})),
    ("stay.delay_share", frozenset({"site"})),
    ("stay.deaths", frozenset({"site"})),
    ("stay.pressure*", frozenset({"site"})),
    ("delay.deaths_*", frozenset({"site"})),
    ("boarding.longer", frozenset({"site"})),
    ("beds.daytime", frozenset({"site"})),
    ("contacts.*", frozenset({"pod", "organisation"})),
)
"""For whom the model asks for its own assumptions; those that are not listed it draws once for the plan."""


@check("wrong-per")
def draws_are_asked_for(draft: Draft) -> Iterator[Problem]:
    """Each assumption is drawn for whom it is read: an initiative, a pod, a site, an organisation, or the plan."""
    read = _readers(draft)
    for item in draft.assumptions:
        name, per = item.value.id, item.value.per
        if per == "plan" or not item.own:
            continue
        known = next((who for pattern, who in ASKED_FOR if fnmatchcase(name, pattern)), None)
        places = [*read.get(name, []), *([known] if known else [])]
        if places and all(per in who for who in places):
            continue
        allowed = frozenset.intersection(*places) if places else frozenset()
        choices = " or ".join(["plan", *sorted(allowed)])
        what = f"{name} is drawn for each {per}, and the model reads it for {choices}."
        yield item.problem("wrong-per", what, f"Write per: {choices}.", "per")


DEAREST = 2.0
"""Most times its price that a contact above the baseline is paid: care to catch up on waiting lists was paid 1.2 times its price in
2021/22 (Elective Recovery Fund; recalled)."""


@check("share-above-one", "above-one")
def shares_are_no_percentages(draft: Draft) -> Iterator[Problem]:
    """A share that is likely to lie above 1 – of an assumption of the plan's own, or of a price – is asked about."""
    for item in draft.assumptions:
        a = item.value
        high = float(a.distribution.quantile(np.array([0.9]))[0]) if item.own and a.unit.startswith("share") else 0.0
        if high > 1:
            what = f"{a.id} is a share, and lies above {high:.3g} in 1 of 10 futures."
            yield item.warning("share-above-one", what, "Write a share: 12 % is 0.12.", "distribution")
    for contract in draft.contracts:
        for name, most in (("rate_below", 1.0), ("rate_above", DEAREST)):
            rate = getattr(contract.value, name, 0.0)
            if rate > most:
                what = f"{name} is {rate:g} times the price of a contact; {most:g} is the most."
                yield contract.problem("above-one", what, "Write a share of the price: 70 % is 0.7.", name)
            elif rate > 1:
                what = f"{name} is {rate:g} times the price of a contact."
                yield contract.warning("share-above-one", what, "Write a share of the price: 70 % is 0.7.", name)


def _readers(draft: Draft) -> dict[str, list[frozenset[str]]]:
    """For whom initiatives, contracts and money lines ask for the assumptions that they name."""
    found: dict[str, list[frozenset[str]]] = {}
    for initiative in (i.value for i in draft.initiatives):
        capital = (initiative.capital.secured, initiative.capital.overrun) if initiative.capital else ()
        own = [initiative.peak, initiative.delay, *capital, *(q for e in initiative.effects for q in e.quantities())]
        for quantity in own:
            if isinstance(quantity, str):
                found.setdefault(quantity, []).append(frozenset({"initiative"}))
    contracts = [q for c in draft.contracts for q in (*c.value.quantities(), c.value.uplift)]
    lines = [q for line in draft.rows("money", MoneyLine) for q in (line.value.inflator, line.value.growth)]
    for name in (*contracts, *lines):
        found.setdefault(name, []).append(frozenset({"organisation"}))
    for spill in draft.rows("spills", Spill):
        if isinstance(spill.value.coefficient, str):
            found.setdefault(spill.value.coefficient, []).append(frozenset())
    return found
