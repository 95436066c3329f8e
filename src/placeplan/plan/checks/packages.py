"""Checks of packages, of the ways out of hospital, and of how councils balance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import Activity, ContactCapacity, CouncilRules, MoneyLine, Package, Pathway, StaffGroup
from placeplan.core.tables.packages import INSTRUMENTS
from placeplan.plan.checks.base import check, known, listed, organisations, pools, unknown
from placeplan.plan.checks.beds import empty_pools
from placeplan.plan.checks.effects import primitives
from placeplan.plan.checks.tables import library_pods
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

WEEKS = 365.25 / 7
ROOM = 0.005
"""Least share of packages in use by which the capacity should be greater."""


def _packages(draft: Draft) -> tuple[Item[Package], ...]:
    return draft.rows("packages", Package)


@check("unknown-organisation", "not-a-council", "unknown-pod", "look-alike")
def packages_name_what_is_there(draft: Draft) -> Iterator[Problem]:
    """Packages and rules belong to councils; a package and what a pathway needs is a known kind of care."""
    kinds = {name: o.type for name, o in organisations(draft).items()}
    rows: list[Item[Any]] = [*_packages(draft), *draft.rows("councils", CouncilRules)]
    for item in rows:
        name = item.value.council
        yield from unknown(draft, item, "organisation", name, "council")
        if kinds.get(name, "council") != "council":
            what = f"“{name}” is of type {kinds[name]}, not a council."
            yield item.problem("not-a-council", what, "Name the council, or mend its type.", "council")
    needing: list[Item[Any]] = [*_packages(draft), *(i for i in draft.rows("pathways", Pathway) if i.value.kind)]
    for item in needing:
        yield from unknown(draft, item, "pod", item.value.kind, "kind", library_pods())


@check("unknown-site", "unknown-pool", "look-alike")
def pathways_leave_and_reach_beds(draft: Draft) -> Iterator[Problem]:
    """A pathway leaves a pool that has beds, and may lead to another that has some."""
    beds = pools(draft)
    for item in draft.rows("pathways", Pathway):
        row = item.value
        for site, pool, at in (
            (row.site, row.pool, ("site", "pool")),
            (row.to_site, row.to_pool, ("to_site", "to_pool")),
        ):
            if not site and not pool:
                continue
            wrong = list(unknown(draft, item, "site", site, at[0]))
            yield from wrong
            there = beds.get(site, {})
            if not wrong and draft.whole("beds") and pool not in there:
                what = f"{site} has no {pool or 'such'} beds in beds.csv (it has: {listed(there) or 'none'})."
                yield item.problem(
                    "unknown-pool", what, "Name a pool of the site, or add its beds.", at[1], nearest(pool, there)
                )


@check("pathway-without-care")
def pathways_lead_somewhere(draft: Draft) -> Iterator[Problem]:
    """Pathway 0 needs nothing; each other one needs a kind of package, or a bed elsewhere."""
    for item in draft.rows("pathways", Pathway):
        row = item.value
        if row.pathway == "0" and (row.kind or row.to_site):
            what, mend = (
                "Pathway 0 leads home without new care, and this row names some.",
                "Leave kind and to_site blank.",
            )
            yield item.problem("pathway-without-care", what, mend, "kind" if row.kind else "to_site")
        elif row.pathway != "0" and bool(row.kind) == bool(row.to_site):
            given = "both a package and a bed" if row.kind else "neither a package nor a bed"
            what = f"Pathway {row.pathway} names {given}."
            yield item.problem("pathway-without-care", what, "Give kind, or to_site and to_pool.", "kind")


@check("pathway-without-capacity")
def pathways_have_capacity(draft: Draft) -> Iterator[Problem]:
    """The kind of package that a pathway needs is given somewhere, and the pool that it leads to has beds."""
    given = {i.value.kind for i in _packages(draft) if i.value.capacity > 0}
    for item in draft.rows("pathways", Pathway) if draft.whole("packages") else ():
        kind = item.value.kind
        if kind and item.value.share > 0 and kind not in given:
            near = nearest(kind, given)
            what = f"People need {kind} to leave, and packages.csv gives none of it."
            mend = f"Write “{near}”, or add its packages." if near else "Add its packages, with those in use."
            yield item.problem("pathway-without-capacity", what, mend, "kind", near)
    empty = empty_pools(draft) if draft.whole("beds") else frozenset()
    for item in draft.rows("pathways", Pathway):
        to = (item.value.to_site, item.value.to_pool)
        if to in empty and item.value.share > 0:
            what = f"People need the {to[1]} beds of {to[0]} to leave, and there are none."
            mend = "Give the beds in beds.csv, open them by an initiative, or name another pool."
            yield item.problem("pathway-without-capacity", what, mend, "to_pool")


@check("pathway-without-capacity")
def each_council_has_capacity(draft: Draft) -> Iterator[Problem]:
    """A council that gives a kind of package which people need to leave can give some of it at some time."""
    needed = {i.value.kind for i in draft.rows("pathways", Pathway) if i.value.share > 0}
    total: dict[tuple[str, str], float] = defaultdict(float)
    for item in _packages(draft):
        total[item.value.council, item.value.kind] += item.value.capacity
    somewhere = {kind for (_, kind), capacity in total.items() if capacity}
    opened = {
        (p.organisation, p.pod)
        for _, _, p in primitives(draft)
        if p.table == "packages" and (isinstance(p.quantity, str) or p.quantity > 0)
    }
    short = {at for at in total if not total[at] and at[1] in needed & somewhere} - opened
    for item in _packages(draft) if draft.whole("packages") else ():
        at = (item.value.council, item.value.kind)
        if at in short:
            short -= {at}
            what = f"People of {at[0]} need {at[1]} to leave hospital, and none of it can be given."
            mend = (
                "Give its capacity, open some by an initiative, or take the row away: then they are never short of it."
            )
            yield item.problem("pathway-without-capacity", what, mend, "capacity")


@check("shares-not-one")
def pathways_sum_to_one(draft: Draft) -> Iterator[Problem]:
    """The pathways of a pool sum to 1."""
    groups: dict[tuple[str, str], list[Item[Pathway]]] = defaultdict(list)
    for item in draft.rows("pathways", Pathway) if draft.whole("pathways") else ():
        groups[item.value.site, item.value.pool].append(item)
    for (site, pool), items in groups.items():
        total = math.fsum(i.value.share for i in items)
        if abs(total - 1.0) > 1e-6:
            what = f"The ways out of the {pool} beds of {site} sum to {total:.4g}."
            yield items[0].problem(
                "shares-not-one", what, "Let the shares of a pool sum to 1, pathway 0 included.", "share"
            )


@check("limited-twice")
def packages_are_no_doors(draft: Draft) -> Iterator[Problem]:
    """What packages in use allow is limited by them alone, not by contacts as well."""
    doors = {(i.value.site, i.value.pod) for i in draft.rows("contacts", ContactCapacity)}
    for item in _packages(draft):
        council, kind = item.value.council, item.value.kind
        if (council, kind) in doors:
            what = f"contacts.csv limits {kind} of {council} as well."
            yield item.problem("limited-twice", what, "Take its row out of contacts.csv, or its packages away.", "kind")


@check("unknown-choice")
def councils_balance_by_known_means(draft: Draft) -> Iterator[Problem]:
    """What gives when a council is short is one of four words, each once."""
    for item in draft.rows("councils", CouncilRules):
        order = item.value.order
        for word in order:
            if word not in INSTRUMENTS:
                near = nearest(word, INSTRUMENTS)
                what = f"“{word}” is nothing that a council can balance by."
                mend = f"Write words of {', '.join(INSTRUMENTS)}, apart by a space."
                yield item.problem("unknown-choice", what, mend, "balances_by", near)
        if len(set(order)) < len(order):
            what = "A word stands twice."
            yield item.problem(
                "unknown-choice", what, "Write each word once, in the order in which they give.", "balances_by"
            )


@check("unknown-package", "packages-below-zero")
def packages_can_open_and_close(draft: Draft) -> Iterator[Problem]:
    """Packages change where a council gives some of that kind, and no more close than are there."""
    rows = {(i.value.council, i.value.kind): i.value.capacity for i in _packages(draft) if i.value.funder == "public"}
    closed: dict[tuple[str, str], float] = defaultdict(float)
    for item, path, p in primitives(draft) if draft.whole("packages") else ():
        at = (p.organisation, p.pod)
        if p.table != "packages" or p.organisation not in known(draft, "organisation"):
            continue
        if at not in rows:
            there = [kind for council, kind in rows if council == p.organisation]
            what = f"{p.organisation} gives no public packages of {p.pod} (it gives: {listed(there) or 'none'})."
            mend = "Name a kind that it gives, or add a row to packages.csv (0 where it is new)."
            yield item.problem("unknown-package", what, mend, (*path, "pod"), nearest(p.pod, there))
        elif not isinstance(p.quantity, str):
            closed[at] += min(p.quantity, 0.0)
            if rows[at] + closed[at] < -1e-9:
                what = f"{-closed[at]:g} packages of {p.pod} would close at {p.organisation}; it has {rows[at]:g}."
                yield item.problem("packages-below-zero", what, "Close fewer packages.", (*path, "packages"))


@check("unknown-group")
def packages_name_staff_groups(draft: Draft) -> Iterator[Problem]:
    """A package's staff group is one that staff.csv has for the council."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in draft.rows("staff", StaffGroup):
        groups[row.value.organisation].add(row.value.group)
    for item in _packages(draft) if groups and draft.whole("staff") else ():
        council, group = item.value.council, item.value.group
        if group and group not in groups[council]:
            near = nearest(group, sorted(groups[council]))
            what = f"staff.csv has no group “{group}” for {council} (it has: {listed(groups[council]) or 'none'})."
            mend = (
                f"Write “{near}”, or add the group to staff.csv."
                if near
                else "Add the group to staff.csv, or leave it blank."
            )
            yield item.problem("unknown-group", what, mend, "group", near)


@check("packages-full")
def packages_have_room(draft: Draft) -> Iterator[Problem]:
    """Packages in use leave some room for the ups and downs of a month."""
    for item in _packages(draft):
        row = item.value
        if row.in_use > 0 and row.capacity < row.in_use * (1.0 + ROOM):
            what = f"{row.in_use:g} packages of {row.kind} are in use, of {row.capacity:g} that can be given."
            mend = "Give the packages that providers could take on at the start, those free included."
            yield item.warning("packages-full", what, mend, "capacity")


@check("packages-do-not-grow", "packages-unlike-activity")
def packages_move_with_activity(draft: Draft) -> Iterator[Problem]:
    """What is asked for of a kind moves with its activity at the council, which counts the same packages in weeks."""
    weeks: dict[tuple[str, str], float] = defaultdict(float)
    for row in draft.rows("activity", Activity):
        weeks[row.value.site, row.value.pod] += row.value.activity
    use: dict[tuple[str, str], list[Item[Package]]] = defaultdict(list)
    for item in _packages(draft) if draft.whole("activity", "packages") else ():
        use[item.value.council, item.value.kind].append(item)
    needed = {i.value.kind for i in draft.rows("pathways", Pathway)}
    for at, items in use.items():
        total, public = (
            WEEKS * sum(i.value.in_use for i in items if i.value.funder in who)
            for who in (("public", "self"), ("public",))
        )
        if not weeks.get(at):
            if at[1] not in needed and total:
                what = f"{at[1]} of {at[0]} has no row in activity.csv, so that need for it stays as it is."
                yield items[0].warning(
                    "packages-do-not-grow", what, "Add its weeks of the base year to activity.csv.", "kind"
                )
        elif total and all(abs(weeks[at] / w - 1.0) > 0.1 for w in (total, public) if w):
            what = f"activity.csv has {weeks[at]:,.0f} weeks of {at[1]} at {at[0]}; its packages come to {total:,.0f}."
            yield items[0].warning(
                "packages-unlike-activity", what, "Mend one of the two, or say in note why.", "in_use"
            )


@check("packages-unpaid")
def packages_are_paid_for(draft: Draft) -> Iterator[Problem]:
    """A council that pays fees, or balances by what its packages cost, has a cost line that moves with them."""
    lines = {(i.value.organisation, i.value.driver) for i in draft.rows("money", MoneyLine) if i.value.variable}
    kinds = defaultdict(set)
    for item in _packages(draft):
        kinds[item.value.council].add(item.value.kind)
    paying: list[Item[Any]] = [i for i in _packages(draft) if i.value.fee]
    paying += [i for i in draft.rows("councils", CouncilRules) if set(i.value.order) - {"reserves"}]
    told: set[str] = set()
    for item in paying if draft.whole("money") else ():
        council = item.value.council
        driven = any((council, name) in lines for name in ("packages", *kinds[council]))
        if not driven and council not in told:
            told.add(council)
            what = f"No cost of {council} moves with its packages."
            mend = "Give the line that pays for them in money.csv the driver packages and its variable share."
            yield item.warning("packages-unpaid", what, mend, "council")
