"""Checks of spills: every way leads somewhere, and what spills dies away.

If care that is not given at one door brings more and more care back to it, no month would ever end the growth: the gain of
the loop of spills must stay below 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, Pod, Spill
from placeplan.futures.distributions import Distribution
from placeplan.plan.checks.base import bed_places, check, known, unknown, without_beds
from placeplan.plan.checks.contacts import Door, doors
from placeplan.plan.checks.initiatives import beyond
from placeplan.plan.checks.tables import active_pod
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

Array = np.ndarray[Any, np.dtype[np.float64]]

Place = tuple[str, str]
SPILLING = ("spills", "waits")
"""What becomes of those not seen at doors from which they go elsewhere."""
UPPER = 0.99
"""Share of its distribution below which a coefficient is taken, so that hardly a world has a larger one."""
CLOSE = 1e-9
"""How near to 1 a gain counts as 1."""
STEPS = 500
"""Months after which only the strongest loop is left."""


@check("unknown-site", "unknown-pod", "pod-without-activity", "unknown-assumption", "negative", "look-alike")
def ways_lead_to_care(draft: Draft) -> Iterator[Problem]:
    """Doors, destinations and coefficients of spills.csv are known."""
    for item in draft.rows("spills", Spill):
        row = item.value
        for column in ("site", "to_site"):
            if getattr(row, column):
                yield from unknown(draft, item, "site", getattr(row, column), column)
        for column in ("pod", "to_pod"):
            yield from active_pod(draft, item, getattr(row, column), column)
        if isinstance(row.coefficient, str):
            yield from unknown(draft, item, "assumption", row.coefficient, "coefficient")
        else:
            yield from beyond(item, ("coefficient",), row.coefficient, 1e9)


@check("spill-of-nothing")
def ways_begin_where_care_runs_out(draft: Draft) -> Iterator[Problem]:
    """A way from a door that never runs out, or whose people are lost or on a list, changes nothing."""
    there = doors(draft)
    for item in draft.rows("spills", Spill) if draft.whole("contacts") else ():
        row = item.value
        own = [d.value for d in there.values() if d.value.pod == row.pod and row.site in ("", d.value.site)]
        if not any(d.unmet in SPILLING for d in own):
            kinds = " or ".join(sorted({d.unmet for d in own}))
            told = f"Those not seen there are {kinds}" if own else f"{row.pod} has no such row in contacts.csv"
            what = f"{told}, so nobody takes this way."
            mend = "Give the door a row in contacts.csv with unmet: spills (or waits), or take this row away."
            yield item.warning("spill-of-nothing", what, mend, "pod")


@check("spill-without-range")
def coefficients_have_a_range(draft: Draft) -> Iterator[Problem]:
    """A coefficient that is one figure is the same in the forms low and high; told once, at the first."""
    items = draft.rows("spills", Spill)
    ends = {name: np.ptp(at.quantile(np.array([0.1, 0.9]))) for name, at in _coefficients(draft)}
    single = [i for i in items if not ends.get(str(i.value.coefficient), isinstance(i.value.coefficient, str))]
    if single:
        many = f"{len(single)} of {len(items)} coefficients are" if len(items) > 1 else "The coefficient is"
        what = (
            f"{many} one figure without a range, so that the forms “low” and “high” of the model are the same for them."
        )
        mend = "Name an assumption of assumptions.yaml with its likely range; or leave it, where the figure is sure."
        yield single[0].warning("spill-without-range", what, mend, "coefficient")


@check("pod-without-beds")
def spilled_care_has_beds(draft: Draft) -> Iterator[Problem]:
    """Care that fills beds spills to where a pool takes it: by stays.csv, or the only pool of a site with a row for it."""
    if not draft.whole("beds", "stays", "pods", "activity"):
        return
    uses = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    has = bed_places(draft)
    for item, _, (site, pod), _ in _ways(draft):
        if site in known(draft, "site") - {OUTSIDE} and pod in uses and not has(site, pod):
            yield without_beds(item, site, pod, "to_pod")


def _coefficients(draft: Draft) -> Iterator[tuple[str, Distribution]]:
    """The assumptions that coefficients name."""
    named = {i.value.coefficient for i in draft.rows("spills", Spill)}
    return ((i.value.id, i.value.distribution) for i in draft.assumptions if i.value.id in named)


def _ways(draft: Draft) -> Iterator[tuple[Item[Spill], Place, Place, float]]:
    """Each way from a door to another, with the largest coefficient that is reckoned with."""
    held = {name: float(at.quantile(np.array([UPPER]))[0]) for name, at in _coefficients(draft)}
    open_: list[Door] = [d for d in doors(draft).values() if d.value.unmet in SPILLING]
    for item in draft.rows("spills", Spill):
        row = item.value
        value = held.get(row.coefficient, 0.0) if isinstance(row.coefficient, str) else row.coefficient
        for door in open_:
            if door.value.pod == row.pod and row.site in ("", door.value.site):
                to = (row.to_site or door.value.site, row.to_pod)
                yield item, (door.value.site, row.pod), to, max(value, 0.0)


@check("spill-loop")
def spills_die_away(draft: Draft) -> Iterator[Problem]:
    """The gain of the loop of spills is below 1, even where nobody is seen and each coefficient is at its 99th percentile."""
    ways = list(_ways(draft)) if draft.whole("spills", "contacts") else []
    places = sorted({place for _, one, other, _ in ways for place in (one, other)})
    gain = np.zeros((len(places), len(places)))
    for _, one, other, value in ways:
        gain[places.index(other), places.index(one)] += value
    if not places or radius(gain) < 1.0 - CLOSE:
        return
    loop = strongest_loop(gain)
    rows = [next(w[0] for w in ways if (w[1], w[2]) == (places[a], places[b])) for a, b in pairwise(loop)]
    first = min(rows, key=lambda item: item.row)
    at = rows.index(first)
    loop = [*loop[at:-1], *loop[: at + 1]]
    told = " → ".join(_named([places[n] for n in loop]))
    what = f"{told}: {returning(gain, loop):.2g} contacts come back for each one not given."
    mend = "Lower a coefficient of the loop (its 99th percentile counts), or take one of its rows away."
    yield first.problem("spill-loop", what, mend, "coefficient")


def radius(gain: Array) -> float:
    """Spectral radius: by how much spills grow from month to month in the long run, where nobody is seen.

    >>> round(radius(np.array([[0.0, 0.5], [0.5, 0.0]])), 12)
    0.5
    """
    return float(np.abs(np.linalg.eigvals(gain)).max())


def strongest_loop(gain: Array) -> list[int]:
    """Doors of a loop that keeps spills growing, the first again at the end.

    gain: ``[to, from]`` contacts at one door for each one not given at another, with a spectral radius of at least 1.
    From each door it goes on to the one from which most comes of it in the end, by powers of ``1 + gain``.
    """
    weight = np.ones(len(gain))
    for _ in range(STEPS):
        weight = weight + gain.T @ weight
        weight /= weight.max()
    path = [int(np.argmax(weight))]
    while True:
        following = int(np.argmax(gain[:, path[-1]] * weight))
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def returning(gain: Array, loop: Sequence[int]) -> float:
    """Contacts that come back to the loop's first door for each one not given there, by every way that is round.

    ``direct + there × (1 − elsewhere)⁻¹ × back``; by the loop alone where elsewhere grows by itself.

    >>> round(returning(np.array([[0.0, 0.6], [2.0, 0.0]]), [0, 1, 0]), 6)
    1.2
    """
    first, rest = loop[0], [n for n in range(len(gain)) if n != loop[0]]
    among = gain[np.ix_(rest, rest)]
    if rest and radius(among) >= 1.0 - CLOSE:
        return float(np.prod([gain[to, one] for one, to in pairwise(loop)]))
    around = gain[first, rest] @ np.linalg.solve(np.eye(len(rest)) - among, gain[rest, first]) if rest else 0.0
    return float(gain[first, first] + around)


def _named(places: Sequence[Place]) -> list[str]:
    """Doors in words: the pod alone where no other site of the loop has it."""
    sites = {pod: {s for s, p in places if p == pod} for _, pod in places}
    return [pod if len(sites[pod]) == 1 else f"{pod} at {site}" for site, pod in places]
