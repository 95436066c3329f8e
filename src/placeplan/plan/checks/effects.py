"""Checks of effects, on the elementary actions into which any kind of effect compiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import OUTSIDE, AreaPeople, MoneyLine, Pod
from placeplan.effects.base import Primitive, Scope
from placeplan.plan.checks.base import bed_places, check, known, listed, pools, unknown, without_beds
from placeplan.plan.checks.initiatives import beyond
from placeplan.plan.checks.tables import active_pod
from placeplan.plan.draft import Draft, once
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Item, Path

OTHERS = ("cost", "leavers", "hires", "absence", "productivity")
"""Tables whose shares have a check of their own, or whose amounts are £."""
UNIDENTIFIED = "unidentified"
"""Cost line of a saving that nobody has found yet."""


@once
def primitives(draft: Draft) -> tuple[tuple[Item[Initiative], Path, Primitive], ...]:
    """Every elementary action, with the path of its effect."""
    return tuple(
        (item, ("effects", n), primitive)
        for item in draft.initiatives
        for n, effect in enumerate(item.value.effects)
        for primitive in effect.primitives()
    )


def scopes(draft: Draft) -> Iterator[tuple[Item[Initiative], Path, Scope]]:
    """The scope of each effect that has one."""
    for item in draft.initiatives:
        for n, effect in enumerate(item.value.effects):
            scope = getattr(effect, "scope", None)
            if isinstance(scope, Scope):
                yield item, ("effects", n, "scope"), scope


@check("unknown-area", "unknown-site", "unknown-pod", "pod-without-activity", "look-alike")
def scopes_name_what_is_there(draft: Draft) -> Iterator[Problem]:
    """Areas, sites and pods of a scope are in the plan."""
    for item, path, scope in scopes(draft):
        for kind, names in (("area", scope.areas), ("site", scope.sites)):
            for n, name in enumerate(names):
                yield from unknown(draft, item, kind, name, (*path, f"{kind}s", n))
        for n, pod in enumerate(scope.pods):
            yield from active_pod(draft, item, pod, (*path, "pods", n))


@check("unknown-organisation", "unknown-site", "unknown-pod", "pod-without-activity", "unknown-contract", "look-alike")
def effects_reach_what_is_there(draft: Draft) -> Iterator[Problem]:
    """Organisations, sites, pods and contracts of an effect are in the plan."""
    for item, path, p in primitives(draft):
        named = {"organisation": (p.organisation,), "site": (p.site, p.to_site), "contract": (p.old, p.new)}
        for kind, names in named.items():
            for name in filter(None, names):
                yield from unknown(draft, item, kind, name, item.find(name, path))
        if p.to_pod:
            yield from active_pod(draft, item, p.to_pod, (*path, "to_pod"))


@check("pod-without-beds")
def shifted_care_has_beds(draft: Draft) -> Iterator[Problem]:
    """Care that fills beds is shifted to where a pool takes it: by stays.csv, or the only pool of a site with a row for it."""
    if not draft.whole("beds", "stays", "pods", "activity"):
        return
    uses = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    has = bed_places(draft)
    for item, path, p in primitives(draft):
        if p.verb == "move" and p.to_pod in uses and p.to_site != OUTSIDE and not has(p.to_site, p.to_pod):
            yield without_beds(item, p.to_site, p.to_pod, (*path, "to_site"))


@check("age-edge", "ages-reversed")
def ages_fall_on_bands(draft: Draft) -> Iterator[Problem]:
    """The ages of a scope fall on edges of the plan's age bands."""
    bands = {i.value.age for i in draft.rows("areas", AreaPeople)}
    first = {int(b.rstrip("+").partition("-")[0]) for b in bands}
    last = {int(b.partition("-")[2]) for b in bands if "-" in b}
    for item, path, scope in scopes(draft) if draft.whole("areas") and bands else ():
        if scope.age_to is not None and scope.age_to < scope.age_from:
            what = f"age_to is {scope.age_to}, below age_from {scope.age_from}."
            yield item.problem("ages-reversed", what, "Mend one of the two ages.", (*path, "age_to"))
            continue
        if scope.age_from not in first:
            what = f"{scope.age_from} begins no age band of areas.csv."
            mend = f"Use an age at which a band begins: {', '.join(map(str, sorted(first)))}."
            yield item.problem("age-edge", what, mend, (*path, "age_from"), _closest(scope.age_from, first))
        if scope.age_to is not None and scope.age_to not in last:
            what = f"{scope.age_to} ends no age band of areas.csv."
            mend = f"Use an age at which a band ends: {', '.join(map(str, sorted(last)))}."
            yield item.problem("age-edge", what, mend, (*path, "age_to"), _closest(scope.age_to, last))


def _closest(age: int, ages: set[int]) -> str:
    return str(min(ages, key=lambda a: (abs(a - age), a))) if ages else ""


@check("above-one", "negative")
def strengths_are_shares(draft: Draft) -> Iterator[Problem]:
    """Nobody removes more than everything, or moves less than nothing."""
    for item, path, p in primitives(draft):
        numbers = [("share", p.quantity, 1.0, -1e9 if p.verb == "scale" else 0.0)] if p.table not in OTHERS else []
        if p.verb == "move":
            numbers += [("ratio", p.ratio, 1e9, 0.0), ("induced", p.induced, 1e9, 0.0)]
        for name, quantity, most, least in numbers if p.verb in ("scale", "move") else ():
            if not isinstance(quantity, str):
                yield from beyond(item, (*path, name), quantity, most, least)


@check("negative")
def payments_are_no_income(draft: Draft) -> Iterator[Problem]:
    """A saving is a positive amount."""
    for item, path, p in primitives(draft):
        if p.verb == "scale" and p.table == "cost" and not isinstance(p.quantity, str):
            yield from beyond(item, (*path, "saving", "amount"), p.quantity, 1e18)


@check("unknown-pool", "beds-below-zero")
def beds_can_open_and_close(draft: Draft) -> Iterator[Problem]:
    """Beds change in a pool of beds.csv, and no more close than are there."""
    beds = pools(draft)
    closed: dict[tuple[str, str], float] = defaultdict(float)
    for item, path, p in primitives(draft) if draft.whole("beds") else ():
        if p.table not in ("beds", "slots") or p.site not in known(draft, "site"):
            continue
        there = beds.get(p.site, {})
        if p.pool not in there:
            what = f"{p.site} has no {p.pool} beds in beds.csv (it has: {listed(there) or 'none'})."
            mend = "Name a pool of the site, or add the pool to beds.csv (0 beds where it is new)."
            yield item.problem("unknown-pool", what, mend, (*path, "pool"))
        elif p.table == "beds" and not isinstance(p.quantity, str):
            closed[p.site, p.pool] += min(p.quantity, 0.0)
            if there[p.pool] + closed[p.site, p.pool] < -1e-9:
                what = f"{-closed[p.site, p.pool]:g} {p.pool} beds of {p.site} would close; it has {there[p.pool]:g}."
                yield item.problem("beds-below-zero", what, "Close fewer beds.", (*path, "beds"))


@check("unknown-line")
def savings_have_a_line(draft: Draft) -> Iterator[Problem]:
    """A cost improvement is taken from a cost line of its organisation, or is called unidentified."""
    lines: dict[str, list[str]] = defaultdict(list)
    for row in draft.rows("money", MoneyLine):
        if row.value.direction == "cost":
            lines[row.value.organisation].append(row.value.line)
    for item, path, p in primitives(draft) if draft.whole("money") else ():
        if p.verb == "scale" and p.table == "cost" and p.line not in (*lines[p.organisation], UNIDENTIFIED):
            near = nearest(p.line, lines[p.organisation])
            what = f"{p.organisation} has no cost line “{p.line}”."
            mend = f"Write “{near}”." if near else f"Write a line of money.csv, or {UNIDENTIFIED}."
            yield item.problem("unknown-line", what, mend, item.find(p.line, path), near)
