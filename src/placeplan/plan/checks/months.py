"""Checks of months: a contract has begun before another takes its place, ends after it begins, and pays in the run."""

from __future__ import annotations

import math
from collections.abc import Iterator

from placeplan.contracts.base import Contract
from placeplan.core.calendar import financial_year, month_index, month_of, year_start
from placeplan.core.errors import Problem
from placeplan.plan.checks.base import check
from placeplan.plan.checks.effects import primitives
from placeplan.plan.checks.running import BY_INITIATIVE, LAST, Swap, swaps
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft


@check("replaces-itself")
def contracts_give_way_to_others(draft: Draft) -> Iterator[Problem]:
    """A contract takes the place of another, not of itself."""
    for item, path, p in primitives(draft):
        if p.table == "contract" and p.old == p.new:
            what, mend = f"{p.old} takes its own place.", "Name the contract that begins, or take the effect away."
            yield item.problem("replaces-itself", what, mend, (*path, "new"))
    for stage in draft.stages:
        for n, freedom in enumerate(stage.value.freedoms):
            for m, switch in enumerate(freedom.begins):
                if switch.old == switch.new:
                    what = f"{switch.old} takes its own place."
                    mend = "Name the contract that begins, or leave old out."
                    yield stage.problem("replaces-itself", what, mend, ("freedoms", n, "begins", m, "new"))


@check("replaced-before-start")
def contracts_begin_before_they_give_way(draft: Draft) -> Iterator[Problem]:
    """What an initiative ends has begun by then."""
    contracts = {i.value.id: i.value for i in draft.contracts}
    planned = tuple(swaps(draft))
    for s in planned:
        begins = _begins(contracts[s.old], planned)
        if begins is not None and begins > s.first and s.old != s.new:
            what = f"It ends {s.old} in {s.first}, which begins in {begins} only."
            yield s.item.problem("replaced-before-start", what, "Mend one of the two months.", (*s.at, "old"))


def _begins(c: Contract, planned: tuple[Swap, ...]) -> str | None:
    """First month of a contract by its dates and by dated initiatives; None where only something else could begin it."""
    if c.starts != BY_INITIATIVE:
        return c.starts or ""
    return min((s.first for s in planned if s.new == c.id), default=None)


@check("ends-before-start")
def waiting_contracts_end_after_they_begin(draft: Draft) -> Iterator[Problem]:
    """What an initiative begins has not ended by then."""
    planned = tuple(swaps(draft))
    for item in draft.contracts:
        by = min((s for s in planned if s.new == item.value.id), key=lambda s: s.first, default=None)
        if by is not None and item.value.starts == BY_INITIATIVE and (item.value.ends or LAST) < by.first:
            what = f"It ends in {item.value.ends}, before {by.by} begins it in {by.first}."
            yield item.problem("ends-before-start", what, "Mend one of the two months.", "ends")


@check("outside-run", "fades-before-end")
def funding_fades_in_the_run(draft: Draft) -> Iterator[Problem]:
    """Funding that fades still pays in the run, and does not end later than it has faded away."""
    run = run_months(draft)
    for item in draft.contracts:
        c, taper = item.value, getattr(item.value, "taper", 0.0)
        if run is None or not taper or c.starts == BY_INITIATIVE:
            continue
        last = last_paid(c.starts or run[0], taper)
        if last < run[0]:
            what = f"It has faded to nothing after {last}, before the run begins in {run[0]}."
            yield item.problem("outside-run", what, "Mend the taper or the start, or take the contract away.", "taper")
        elif c.ends and last < c.ends:
            what = f"It ends in {c.ends}, and has faded to nothing after {last}."
            yield item.warning("fades-before-end", what, f"Write ends: {last}, or a smaller taper.", "ends")


def last_paid(starts: str, taper: float) -> str:
    """Last month that fading funding pays: March of the last financial year in which ``taper × years < 1``.

    >>> last_paid("2016-10", 0.5), last_paid("2016-04", 1.0), last_paid("2016-04", 0.3)
    ('2018-03', '2017-03', '2020-03')
    """
    years = math.ceil(1.0 / taper - 1e-9)
    return month_of(month_index(year_start(financial_year(starts))) + 12 * years - 1)
