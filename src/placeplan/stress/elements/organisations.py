"""Each organisation as findings tell it: money, beds, staff and care by year, what the plan does to its money, whom it pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from placeplan.core.tables import Organisation, Site
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.results.elements import Fan, FanPoint, OrganisationResult, PaymentResult, Three
from placeplan.stress.say import amount, pounds
from placeplan.stress.seen import called, judged, three


class Figure(NamedTuple):
    """An outcome of an organisation that is shown by year."""

    outcome: str
    title: str
    unit: str
    limit: str = ""
    """Outcome that bounds it; blank: none does."""
    limit_name: str = ""


FIGURES: Final = (
    Figure("position", "Money left at the year’s end", "£ a year"),
    Figure("contract_income", "Money from contracts", "£ a year"),
    Figure("income", "Money from elsewhere", "£ a year"),
    Figure("contract_spend", "Money paid to others by contract", "£ a year"),
    Figure("operating_cost", "Running costs", "£ a year"),
    Figure("programme_cost", "What the plan’s changes cost it", "£ a year"),
    Figure("financing", "Interest and dividends", "£ a year"),
    Figure("occupied", "Beds in use", "beds, mean of the year", "beds_open", "Beds open"),
    Figure("staff_in_post", "Staff in post", "whole-time equivalents", "staff_funded", "Funded posts"),
    Figure("list", "People on a waiting list", "people"),
    Figure("packages_in_use", "People with care at home or in a home", "people"),
    Figure("reserves", "Money put by", "£"),
)
"""What is shown of each organisation, where the model computes it."""
NEEDED: Final = frozenset({f.outcome for f in FIGURES} | {f.limit for f in FIGURES if f.limit} | {"contract_payment"})
"""Outcomes of which these figures are made."""


def organisations(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> tuple[OrganisationResult, ...]:
    """Every organisation, in the plan's order. outcomes, nothing: the first futures with the plan and with nothing done."""
    names = called(plan)
    sites = [s for s in plan.tables["sites"] if isinstance(s, Site)]
    return tuple(
        OrganisationResult(
            id=o.id, name=o.name, type=o.type, sites=tuple((s.id, s.name) for s in sites if s.organisation == o.id),
            fans=tuple(_fans(plan, o.id, outcomes, nothing)), gain=_gain(o.id, outcomes, nothing),
            payments=tuple(_payments(plan, o.id, names, outcomes, nothing)),
        )
        for o in plan.tables["organisations"] if isinstance(o, Organisation)
    )  # fmt: skip


def _fans(plan: Plan, who: str, outcomes: Outcomes, nothing: Outcomes) -> Iterator[Fan]:
    for f in FIGURES:
        if _has(outcomes, f.outcome, who) and _has(nothing, f.outcome, who) and _any(f, who, outcomes, nothing):
            yield _fan(plan, f, who, outcomes, nothing)


def _any(f: Figure, who: str, *runs: Outcomes) -> bool:
    """Whether there is anything of it in any run: an organisation without contracts has no picture of them."""
    return any(bool((o[f.outcome].of(who) != 0).any()) for o in runs)


def _has(outcomes: Outcomes, name: str, who: str) -> bool:
    return name in outcomes.series and who in outcomes[name].entities


def _fan(plan: Plan, f: Figure, who: str, outcomes: Outcomes, nothing: Outcomes) -> Fan:
    """One figure by year; its limit is the middle of what bounds it."""
    values, other = (o[f.outcome].by_year(who) for o in (outcomes, nothing))
    limits = np.median(outcomes[f.limit].by_year(who), axis=0) if f.limit and _has(outcomes, f.limit, who) else None
    shown = judged(plan, outcomes)
    points = tuple(
        FanPoint(
            period=outcomes.years[n], plan=three(values[:, n]), do_nothing=three(other[:, n]),
            limit=None if limits is None else float(limits[n]),
        )
        for n in shown
    )  # fmt: skip
    last = points[-1]
    said = (_said(f, last.plan[1]), _said(f, last.do_nothing[1]))
    finding = f"In the middle future {said[0]} in {last.period} with the plan, {said[1]} if nothing changes."
    return Fan(
        id=f"{f.outcome}.{who}", title=f.title, unit=f.unit, finding=finding,
        limit_name=f.limit_name if limits is not None else "", points=points,
    )  # fmt: skip


def _said(f: Figure, value: float) -> str:
    """A figure in words; of what is left of money, which way it lies.

    >>> by = {f.outcome: f for f in FIGURES}
    >>> _said(by["position"], -4e6), _said(by["occupied"], 512.4)
    ('£4m short', '512 beds')
    """
    if f.outcome == "position":
        return f"{pounds(abs(value))} {'short' if value < 0 else 'left'}"
    return amount(value, f.unit)


def _gain(who: str, outcomes: Outcomes, nothing: Outcomes) -> Three | None:
    """What the plan adds to the position of the last year, future by future."""
    if not (_has(outcomes, "position", who) and _has(nothing, "position", who)):
        return None
    return three(outcomes["position"].by_year(who)[:, -1] - nothing["position"].by_year(who)[:, -1])


def _payments(
    plan: Plan, who: str, names: dict[str, str], outcomes: Outcomes, nothing: Outcomes
) -> Iterator[PaymentResult]:
    """Contracts of which it is payer or payee and under which something is paid in the last year."""
    for c in sorted(plan.contracts, key=lambda c: c.id):
        if who not in (c.payer, c.payee) or not _has(outcomes, "contract_payment", c.id):
            continue
        paid = [
            float(np.median(o["contract_payment"].by_year(c.id)[:, -1])) if _has(o, "contract_payment", c.id) else 0.0
            for o in (outcomes, nothing)
        ]
        if any(paid):
            other = c.payee if who == c.payer else c.payer
            yield PaymentResult(
                contract=c.id, about=c.about, pays=who == c.payer, other=names.get(other, other), plan=paid[0],
                do_nothing=paid[1],
            )  # fmt: skip
