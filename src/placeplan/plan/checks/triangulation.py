"""Triangulation: whether returns that speak of the same thing agree. Each disagreement is told with its figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import (
    OUTSIDE,
    Activity,
    BedStock,
    ContactCapacity,
    Flow,
    MoneyLine,
    Pod,
    Reconciliation,
    StaffGroup,
    Stay,
    UnitCost,
)
from placeplan.plan.agree import CONTRACT, USUAL, apart, beds_for, pay_for, places, sides_told, staff_for
from placeplan.plan.checks.base import check, listed, organisations, site_organisations
from placeplan.plan.checks.cover import pays_for_all
from placeplan.plan.checks.paid import COVERED, OF_NO_POD
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

IDLE = 0.75
"""Least share of the staff of a door that its base-year activity should keep busy."""


@check("beds-do-not-agree")
def bed_days_make_the_beds_occupied(draft: Draft) -> Iterator[Problem]:
    """Admissions × nights of everybody who uses a pool are its bed-days: occupied × days of the year."""
    if not draft.whole("activity", "stays", "beds", "pods"):
        return
    uses = {i.value.id: i.value.beds for i in draft.rows("pods", Pod)}
    came, where = _activity(draft)
    nights: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    cells: dict[tuple[str, str], list[tuple[Item[Any], str]]] = defaultdict(list)
    for stay in draft.rows("stays", Stay):
        s = stay.value
        if uses.get(s.pod, "none") != "none":
            nights[s.site, s.pool].append(None if s.nights is None else came[s.site, s.pod] * s.share * s.nights)
            cells[s.site, s.pool] += [*where[s.site, s.pod], (stay, "nights")]
    occupied, first = _occupied(draft)
    for pool, item in first.items():
        found = nights.get(pool, [])
        known = [n for n in found if n is not None]
        beds = beds_for(sum(known), 1.0)
        if found and len(known) == len(found) and abs(beds - occupied[pool]) > USUAL * max(occupied[pool], 1.0):
            what = (
                f"Admissions × nights ({places(*cells[pool])}) fill {beds:,.0f} of {pool[0]}'s {pool[1]} beds; "
                f"{occupied[pool]:,.0f} are said to be occupied ({item.place('occupied')})."
            )
            mend = "Mend nights, shares or occupied, or leave one nights blank, so that it is worked out."
            yield item.warning("beds-do-not-agree", what, mend, "occupied")


def _activity(
    draft: Draft,
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], list[tuple[Item[Any], str]]]]:
    """Care given by site and pod, and where each figure of it was written."""
    came: dict[tuple[str, str], float] = defaultdict(float)
    where: dict[tuple[str, str], list[tuple[Item[Any], str]]] = defaultdict(list)
    for row in draft.rows("activity", Activity):
        came[row.value.site, row.value.pod] += row.value.activity
        where[row.value.site, row.value.pod].append((row, "activity"))
    return came, where


def _occupied(draft: Draft) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], Item[BedStock]]]:
    """Beds occupied by site and pool, and the first row of each, where every row that holds in the first month says it."""
    occupied: dict[tuple[str, str], float] = defaultdict(float)
    first: dict[tuple[str, str], Item[BedStock]] = {}
    unsaid = set()
    for item in draft.rows("beds", BedStock):
        pool = (item.value.site, item.value.pool)
        if draft.about and item.value.valid_from and item.value.valid_from > draft.about.value.start:
            continue
        first.setdefault(pool, item)
        if item.value.occupied is None:
            unsaid.add(pool)
        occupied[pool] += item.value.occupied or 0.0
    return occupied, {pool: item for pool, item in first.items() if pool not in unsaid}


@check("pay-does-not-agree")
def staff_times_rate_is_pay(draft: Draft) -> Iterator[Problem]:
    """Staff × rate, bank and agency at their premium, is the pay line: the one a group names, or all of kind pay and agency."""
    if not draft.whole("staff", "money", "organisations"):
        return
    staff: dict[tuple[str, str], list[Item[StaffGroup]]] = defaultdict(list)
    for row in draft.rows("staff", StaffGroup):
        if not row.value.unpaid:
            staff[row.value.organisation, row.value.line].append(row)
    premium = [_middle(draft, f"staff.{kind}_premium") for kind in ("bank", "agency")]
    for (org, line), groups in staff.items():
        lines = _pay_lines(draft, org, line)
        first, paid = (lines[0] if lines else None), sum(i.value.amount for i in lines)
        if line == "" and any(
            (org, other) in staff for other in {i.value.line for i in draft.rows("staff", StaffGroup)} - {""}
        ):
            continue  # some of its pay stands on named lines, so the rest has no line of its own
        bounds = [_pay_bill(g.value, *premium) for g in groups if g.value.pay is not None]
        low, high = sum(b[0] for b in bounds), sum(b[1] for b in bounds)
        whole = len(bounds) == len(groups) and first is not None
        if whole and first is not None and not low * (1 - USUAL) <= paid <= high * (1 + USUAL):
            bill = f"£{low:,.0f}" if high - low < 1 else f"£{low:,.0f} to £{high:,.0f}"
            cells = places(*((g, at) for g in groups for at in ("in_post", "pay")))
            own = places(*((i, "amount") for i in lines))
            what = f"Staff × rate ({cells}) makes {bill} a year; {org}'s pay ({own}) is £{paid:,.0f}."
            mend = "Mend in_post, bank, agency or pay, or the line; pay includes the employer's on-costs."
            yield first.warning("pay-does-not-agree", what, mend, "amount")


def _pay_lines(draft: Draft, org: str, line: str) -> list[Item[MoneyLine]]:
    """An organisation's lines that hold the pay.

    That is the line named, else those of kind pay or agency, else one called pay.
    """
    own = [i for i in draft.rows("money", MoneyLine) if i.value.organisation == org and i.value.direction == "cost"]
    called = line or "pay"
    kinds = () if line else ("pay", "agency")
    return [i for i in own if i.value.kind in kinds] or [i for i in own if i.value.line.casefold() == called.casefold()]


def _pay_bill(group: StaffGroup, bank: float, agency: float) -> tuple[float, float]:
    """Least and most that a group can cost a year; the same where bank and agency are given, else up to every post filled.

    >>> row = StaffGroup(organisation="RBD", group="nurses", funded=110, in_post=100, pay=40000, source="made up")
    >>> _pay_bill(row, 1.0, 1.5)
    (4000000.0, 4600000.0)
    """
    pay = float(group.pay or 0.0)
    if group.bank is not None or group.agency is not None:
        bill = pay_for(pay, group.in_post, (group.bank or 0.0) * bank, (group.agency or 0.0) * agency)
        return bill, bill
    vacant = max(group.funded - group.in_post, 0.0)
    return pay_for(pay, group.in_post, 0.0, 0.0), pay_for(pay, group.in_post, 0.0, vacant * agency)


def _middle(draft: Draft, name: str) -> float:
    """The middle of an assumption, 1 where it is not there."""
    return next((float(a.value.distribution.middle) for a in draft.assumptions if a.value.id == name), 1.0)


@check("staff-do-not-agree")
def activity_over_productivity_is_staff(draft: Draft) -> Iterator[Problem]:
    """Activity ÷ contacts of one whole-time equivalent is the staff at a door; all doors of a group have no more than it has."""
    if not draft.whole("activity", "contacts", "staff", "organisations", "sites"):
        return
    came, where = _activity(draft)
    sites, at_doors = site_organisations(draft), defaultdict[tuple[str, str], float](float)
    last: dict[tuple[str, str], Item[ContactCapacity]] = {}
    for item in draft.rows("contacts", ContactCapacity):
        door = item.value
        if door.wte is None:
            continue
        group = (sites.get(door.site, door.site), door.group)
        at_doors[group] += door.wte
        last[group] = item
        asked = came[door.site, door.pod]
        needed = staff_for(asked, door.contacts_per_wte) if door.contacts_per_wte else door.wte
        if asked and not IDLE * door.wte <= needed <= (1 + USUAL) * door.wte:
            cells = places(*where[door.site, door.pod], (item, "contacts_per_wte"))
            what = (
                f"{door.pod} at {door.site} needs {needed:,.1f} staff for its base-year activity ({cells}); "
                f"{door.wte:,.1f} give it ({item.place('wte')})."
            )
            mend = "Mend wte, contacts_per_wte (a month) or the activity."
            yield item.warning("staff-do-not-agree", what, mend, "wte")
    for row_ in draft.rows("staff", StaffGroup):
        g = row_.value
        employed = g.in_post + (g.bank or 0.0) + (g.agency or 0.0)
        given = at_doors[g.organisation, g.group]
        if given > (1 + USUAL) * max(employed, g.funded if g.bank is None and g.agency is None else 0.0):
            at = last[g.organisation, g.group].place("wte"), row_.place("in_post")
            what = f"The doors of {g.organisation} have {given:,.1f} {g.group} ({at[0]}); {employed:,.1f} are at work ({at[1]})."
            yield last[g.organisation, g.group].warning("staff-do-not-agree", what, "Mend wte, or the staff.", "wte")


@check("sides-do-not-agree")
def both_sides_of_a_contract_agree(draft: Draft) -> Iterator[Problem]:
    """What the payer says of a contract and a year is what the payee says: two rows on contract_payment."""
    if not draft.whole("reconcile") or not draft.whole_elements():
        return
    sides = {i.value.id: (i.value.payer, i.value.payee) for i in draft.contracts}
    for (contract, period), by_side in sides_told(draft.rows("reconcile", Reconciliation)).items():
        both = [by_side[o] for o in sides.get(contract, tuple(sorted(by_side))) if o in by_side]
        for one, other in pairwise(both):
            a, b = one.value, other.value
            if abs(apart(a.published, b.published)) > CONTRACT:
                what = (
                    f"{contract}, {period}: {a.organisation} says {a.published:,.0f} {a.unit} ({one.place('published')}), "
                    f"{b.organisation} {b.published:,.0f} {b.unit} ({other.place('published')})."
                )
                yield one.warning(
                    "sides-do-not-agree", what, "Ask both which is agreed, and mend the other.", "published"
                )


@check("counted-beside-contract")
def contracts_are_not_lines_as_well(draft: Draft) -> Iterator[Problem]:
    """What one organisation pays another under a contract stands in no cost line of the payer nor income line of the payee."""
    if not draft.whole("money", "organisations") or not draft.whole_elements():
        return
    names = {key: o.name for key, o in organisations(draft).items()}
    for item in draft.rows("money", MoneyLine):
        line = item.value
        for c in sorted((i.value for i in draft.contracts), key=lambda c: c.id):
            other = _other_side(line, c)
            if other and _speaks_of(line.line, (c.id, other, names.get(other, other))):
                side = "pays" if line.direction == "cost" else "receives"
                what = (
                    f"“{line.line}”, £{line.amount:,.0f} a year, seems to be what {line.organisation} {side} under {c.id}, "
                    "which the model works out from the contract."
                )
                mend = "Take the line away, or leave in it only what is paid beside the contract and call it so."
                yield item.warning("counted-beside-contract", what, mend, "line")
                break


@check("beyond-unpaid")
def people_from_beyond_are_paid_for(draft: Draft) -> Iterator[Problem]:
    """Care of people from beyond the footprint is paid for from outside, or by income that no contract explains.

    Payers of the footprint pay for its own people. Income that stands in money.csv and moves with the care counts for
    everybody; income that moves with nothing counts where it is at least half of what that care costs.
    """
    read = draft.whole("activity", "flows", "money", "organisations", "sites", "unit_costs") and draft.whole_elements()
    if not draft.contracts or not read:
        return
    kinds = {name: o.type for name, o in organisations(draft).items()}
    everybody, beyond, first = _from_beyond(draft)
    sums: dict[tuple[str, str], float] = defaultdict(float)
    paid = {
        (i.value.organisation, i.value.driver) for i in draft.rows("money", MoneyLine) if i.value.direction == "income"
    }
    for line in (i.value for i in draft.rows("money", MoneyLine)):
        flat = line.direction == "income" and line.driver in OF_NO_POD
        sums[line.organisation, "flat" if flat else line.direction] += line.amount
    for c in (i.value for i in draft.contracts if kinds.get(i.value.payer) == "outside"):
        paid |= {(c.payee, "activity")} if pays_for_all(c) else set(c.pays_for())
    for org, item in first.items():
        pods = sorted(p for o, p in beyond if o == org and not paid & {(org, p), (org, "activity")})
        share = sum(beyond[org, p] for p in pods) / sum(n for (o, _), n in everybody.items() if o == org)
        cost = share * sums[org, "cost"]
        if kinds.get(org) in (None, "commissioner", "council", "outside") or sums[org, "flat"] >= COVERED * cost:
            continue
        what = (
            f"{share:.0%} of {org}'s care, about £{cost:,.0f} a year, is of people from beyond the footprint "
            f"({listed(pods)}), and nobody from outside pays for it."
        )
        mend = "Add a contract whose payer is an organisation of type outside, or the income to money.csv."
        yield item.warning("beyond-unpaid", what, mend, "area")


def _from_beyond(
    draft: Draft,
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float], dict[str, Item[Activity] | Item[Flow]]]:
    """Care by (organisation, pod), weighed by unit cost: of everybody, and of people from beyond; where each has the first."""
    costs = {i.value.pod: i.value.cost for i in draft.rows("unit_costs", UnitCost)}
    usual = sum(costs.values()) / len(costs) if costs else 1.0
    flows = {(i.value.site, i.value.pod): i for i in draft.rows("flows", Flow) if i.value.area == OUTSIDE}
    divided = {(i.value.site, i.value.pod) for i in draft.rows("flows", Flow)}
    sites = site_organisations(draft)
    everybody: dict[tuple[str, str], float] = defaultdict(float)
    beyond: dict[tuple[str, str], float] = defaultdict(float)
    first: dict[str, Item[Activity] | Item[Flow]] = {}
    for row in draft.rows("activity", Activity):
        a = row.value
        at = (sites.get(a.site, ""), a.pod)
        worth = a.activity * costs.get(a.pod, usual)
        everybody[at] += worth
        flow = flows.get((a.site, a.pod if (a.site, a.pod) in divided else "all"))
        share = float(a.area == OUTSIDE) if a.area else flow.value.share if flow else 0.0
        if at[0] and worth * share > 0:
            beyond[at] += worth * share
            first.setdefault(at[0], row if a.area or flow is None else flow)
    return everybody, beyond, first


def _other_side(line: MoneyLine, c: Contract) -> str:
    """The organisation at the other side of a contract that a line may repeat, "" where it cannot."""
    if line.direction == "cost" and line.organisation == c.payer:
        return c.payee
    return c.payer if line.direction == "income" and line.organisation == c.payee else ""


def _speaks_of(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text names one of some things in whole words.

    >>> _speaks_of("payments to RBD", ("RBD",)), _speaks_of("RBDX", ("RBD",))
    (True, False)
    """
    plain = text.casefold().replace("_", " ")
    return any(re.search(rf"\b{re.escape(name.casefold().replace('_', ' '))}\b", plain) for name in names)
