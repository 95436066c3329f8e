"""Checks of beds: pools have some, keep no more than they have, and lend only to others of their site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import Activity, BedStock, Boarding, Pod, Stay
from placeplan.plan.checks.base import check, pools, unknown
from placeplan.plan.draft import Draft


@check("unknown-site", "unknown-pool", "lends-to-itself", "look-alike")
def pools_lend_to_others_of_their_site(draft: Draft) -> Iterator[Problem]:
    """Both pools of a row of boarding.csv are there, and they are two."""
    beds = pools(draft)
    for item in draft.rows("boarding", Boarding) if draft.whole("beds") else ():
        row = item.value
        wrong = list(unknown(draft, item, "site", row.site, "site"))
        yield from wrong
        there = beds.get(row.site, {})
        for column in ("pool", "to_pool") if not wrong else ():
            pool = getattr(row, column)
            if pool not in there:
                what = f"{row.site} has no {pool} beds in beds.csv (it has: {', '.join(sorted(there)) or 'none'})."
                mend = "Name a pool of the site, or add the pool to beds.csv."
                yield item.problem("unknown-pool", what, mend, column, nearest(pool, sorted(there)))
        if row.pool == row.to_pool:
            what = f"The {row.pool} beds of {row.site} would be lent to themselves."
            yield item.problem(
                "lends-to-itself", what, "Name the pool to which its patients go when it is full.", "to_pool"
            )


@check("kept-beyond-beds")
def no_more_is_kept_than_is_open(draft: Draft) -> Iterator[Problem]:
    """Beds kept for planned patients are some of those available; people ready to leave some of those in beds."""
    for item in draft.rows("beds", BedStock):
        row = item.value
        if row.ring_fenced is not None and row.ring_fenced > row.available + 1e-9:
            what = f"{row.ring_fenced:g} beds would be kept for planned patients, of {row.available:g}."
            yield item.problem("kept-beyond-beds", what, "Keep at most the beds available.", "ring_fenced")
        if row.delayed is not None and row.occupied is not None and row.delayed > row.occupied + 1e-9:
            what = f"{row.delayed:g} people ready to leave would lie in {row.occupied:g} beds occupied."
            yield item.problem("kept-beyond-beds", what, "They are some of the beds occupied.", "delayed")


def empty_pools(draft: Draft) -> frozenset[tuple[str, str]]:
    """Pools of beds.csv that never have a bed: none of their rows, and no initiative opens any, by (site, pool)."""
    opened = {
        (p.site, p.pool)
        for i in draft.initiatives
        for e in i.value.effects
        for p in e.primitives()
        if p.table == "beds" and (isinstance(p.quantity, str) or p.quantity > 0)
    }
    return frozenset((site, pool) for site, own in pools(draft).items() for pool in own if not own[pool]) - opened


@check("pool-without-beds")
def pools_have_beds(draft: Draft) -> Iterator[Problem]:
    """A pool that care is sent to has beds at some time: of its rows, or opened by an initiative."""
    if not draft.whole("beds", "stays"):
        return
    empty = empty_pools(draft)
    for item in draft.rows("stays", Stay):
        site, pool = item.value.site, item.value.pool
        if (site, pool) in empty and item.value.share:
            what = f"{item.value.pod} is sent to the {pool} beds of {site}, and there are none."
            mend = "Give the beds in beds.csv, open them by an initiative, or send the care to another pool."
            yield item.problem("pool-without-beds", what, mend, "pool")


@check("pool-without-beds")
def only_pools_have_beds(draft: Draft) -> Iterator[Problem]:
    """The only pool of a site, in which all its admissions lie without a row in stays.csv, has beds at some time."""
    if not draft.whole("beds", "stays", "pods", "activity"):
        return
    beds, empty = pools(draft), empty_pools(draft)
    uses = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    detailed = {i.value.site for i in draft.rows("stays", Stay)}
    lying = {
        i.value.site: i.value.pod for i in draft.rows("activity", Activity) if i.value.pod in uses and i.value.activity
    }
    told: set[str] = set()
    for item in draft.rows("beds", BedStock):
        site, pool = item.value.site, item.value.pool
        only = len(beds[site]) == 1 and site in lying and site not in detailed | told
        if only and (site, pool) in empty:
            told.add(site)
            what = f"{lying[site]} of {site} lies in its {pool} beds, and there are none."
            mend = "Give the beds available, open them by an initiative, or take the care to another site."
            yield item.problem("pool-without-beds", what, mend, "available")


@check("unknown-pool", "stay-goes-nowhere")
def stays_go_on_somewhere(draft: Draft) -> Iterator[Problem]:
    """The second part of a stay is in another pool of the site, the same for all care of the first, and ends there."""
    beds = pools(draft)
    onward: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = list(draft.rows("stays", Stay)) if draft.whole("beds") else []
    for item in rows:
        onward[item.value.site, item.value.pool].add(item.value.then or "")
    for item in rows:
        site, pool, then = item.value.site, item.value.pool, item.value.then
        if then is None:
            continue
        what, mend = "", "Name the pool in which all stays of this pool go on, and in which they end."
        if then not in beds.get(site, {}):
            what = f"Site {site} has no {then} beds."
            yield item.problem(
                "unknown-pool", what, "Add the pool to beds.csv, or name one of the site's pools.", "then"
            )
            continue
        if then == pool:
            what = f"Stays in the {pool} beds of {site} would go on where they are."
        elif len(onward[site, pool]) > 1:
            what = f"Some stays in the {pool} beds of {site} go on elsewhere, and others do not."
        elif onward.get((site, then), {""}) != {""}:
            what = f"Stays that go on from {pool} to {then} would go on again."
        if what:
            yield item.problem("stay-goes-nowhere", what, mend, "then")
