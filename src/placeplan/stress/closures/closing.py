"""What a plan closes, and what has to be there first: read off its initiatives, before anything is run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from placeplan.core.tables import Activity, BedStock
from placeplan.effects.base import Primitive
from placeplan.model.uptake import month_number
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.say import lower_first
from placeplan.stress.seen import beds_of, called, pods

LARGE = 0.05
"""Share of a pool's beds above which their closing is significant; a judgement."""
MOST = 0.5
"""Share of a site's care of one kind above which its leaving is a closure there; a judgement."""
OPENS = ("beds", "contacts", "packages", "posts")
"""What an initiative can open, by table."""


PLACES = ("beds", "packages")
"""What somebody can be looked after in."""
RAMPS = ("contacts", "posts")
"""What comes with uptake; beds and packages open at once."""


class Leaving(NamedTuple):
    """Care of one kind that leaves a site."""

    site: str
    pod: str
    share: float


class Closing(NamedTuple):
    """A significant closure: an initiative that shuts beds, or takes most of some care away from a site, or says that it closes."""

    initiative: Initiative
    beds: dict[str, float]
    """Beds lost in all by pool, those that open elsewhere taken off; only where some are."""
    pools: frozenset[str]
    """``site/pool`` of each pool that loses beds."""
    leaving: tuple[Leaving, ...]

    @property
    def lost(self) -> float:
        """Beds lost in all."""
        return sum(self.beds.values())


class Receiving(NamedTuple):
    """Something that takes up what a closure leaves."""

    initiative: Initiative
    table: str
    amount: float
    place: str
    """Site or organisation."""
    of: tuple[str, str, str]
    """Pool, pod and staff group; blank where they do not apply."""
    named: bool
    """Whether the closure's own initiative opens or requires it; else it is only in the plan."""


def closings(plan: Plan) -> list[Closing]:
    """Every significant closure of a plan, in the plan's order."""
    stock: dict[str, float] = defaultdict(float)
    for row in plan.tables["beds"]:
        if isinstance(row, BedStock):
            stock[f"{row.site}/{row.pool}"] += row.available
    found = []
    for i in plan.initiatives:
        net, by_pool = defaultdict[str, float](float), defaultdict[str, float](float)
        for p in _on(i, "beds"):
            beds = plan.middle(p.quantity)
            net[p.pool] -= beds
            by_pool[f"{p.site}/{p.pool}"] -= beds
        large = frozenset(at for at, beds in by_pool.items() if beds > LARGE * stock.get(at, 0.0))
        leaving = tuple(_leaving(plan, i))
        if large or leaving or i.closes:
            lost = {
                pool: beds for pool, beds in net.items() if beds > 0 and any(at.endswith(f"/{pool}") for at in large)
            }
            found.append(Closing(i, lost, large, leaving))
    return found


def _on(i: Initiative, table: str) -> Iterator[Primitive]:
    return (p for e in i.effects for p in e.primitives() if p.table == table)


def _leaving(plan: Plan, i: Initiative) -> Iterator[Leaving]:
    """Care of which most leaves a site."""
    given = {(a.site, a.pod) for a in plan.tables["activity"] if isinstance(a, Activity) and a.activity > 0}
    for p in _on(i, "sites"):
        share = plan.middle(p.quantity)
        if share > MOST:
            yield from (
                Leaving(site, pod, share)
                for site, pod in sorted(given)
                if site in p.scope.sites and (not p.scope.pods or pod in p.scope.pods)
            )


def receiving(plan: Plan, closing: Closing) -> list[Receiving]:
    """What the closure opens itself or requires; where it names nothing, whatever of the same kind the plan opens elsewhere."""
    own = closing.initiative
    required = (i for i in plan.initiatives if i.id in own.requires)
    named = [
        *_opens(plan, own, named=True),
        *(r for i in required for r in _opens(plan, i, named=True) if _adds(plan, r)),
    ]
    if named:
        return named
    tables = {"beds", "packages"} if closing.lost else {"contacts", "beds"}
    others = (r for i in plan.initiatives if i is not own for r in _opens(plan, i, named=False))
    return [r for r in others if r.table in tables and _adds(plan, r)]


def _adds(plan: Plan, r: Receiving) -> bool:
    """Whether its initiative opens more of the kind than it closes itself: what only moves takes up nobody else's care."""
    alike = (p for p in _on(r.initiative, r.table) if (p.pool, p.pod, p.group) == r.of)
    return sum(plan.middle(p.quantity) for p in alike) > 0


def _opens(plan: Plan, i: Initiative, named: bool) -> Iterator[Receiving]:
    """What an initiative opens."""
    for table in OPENS:
        for p in _on(i, table):
            amount = plan.middle(p.quantity)
            if amount > 0:
                of = (p.pool, p.pod, p.group)
                yield Receiving(i, table, amount, p.site or p.organisation, of, named)


def in_words(plan: Plan, receives: Sequence[Receiving]) -> str:
    """What takes up the care: amounts of each kind at each place."""
    names, kinds, sums = called(plan), pods(plan), defaultdict[tuple[str, str], float](float)
    for r in receives:
        pool, pod, _ = r.of
        kind = lower_first(kinds.get(pod, pod))
        what = {
            "beds": beds_of(pool) if pool else "",
            "contacts": f"a month of {kind}",
            "packages": f"packages ({kind})",
        }
        sums[what.get(r.table, "posts"), names.get(r.place, r.place)] += r.amount
    return "; ".join(f"{amount:,.0f} {what} at {place}" for (what, place), amount in sums.items())


def places(closing: Closing, receives: Sequence[Receiving]) -> float:
    """Beds and packages that take up a closure's care; beds of the kind that it opens itself are taken off its losses already."""
    own = closing.initiative
    return sum(
        r.amount
        for r in receives
        if r.table in PLACES and not (r.initiative is own and r.table == "beds" and r.of[0] in closing.beds)
    )


def late_on_paper(closing: Closing, receives: list[Receiving], first: str) -> int | None:
    """Months by which the last of what receives comes after the closure, by the plan's own dates; None where it names none.

    What the initiative opens itself comes with it; elsewhere beds and packages open at once, contacts and teams have to be at
    full uptake. first: the run's first month.
    """
    shut = closing.initiative.start
    if shut is None:
        return None
    late = []
    for r in receives:
        if r.initiative.start is None:
            return None
        ramps = r.initiative is not closing.initiative and r.table in RAMPS
        whole = max(r.initiative.ramp_months, 1) - 1 if ramps else 0
        late.append(month_number(r.initiative.start, first) + whole - month_number(shut, first))
    return max(late, default=None)
