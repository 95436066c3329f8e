"""Checks of travel times, and of care that moves to other sites."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, Pod, Travel
from placeplan.plan.checks.base import bed_places, check, known, listed, unknown, without_beds
from placeplan.plan.checks.effects import primitives
from placeplan.plan.draft import Draft


@check("unknown-area", "unknown-site", "look-alike")
def ways_lead_from_areas_to_sites(draft: Draft) -> Iterator[Problem]:
    """Each row of travel.csv names an area and a site of the plan."""
    for item in draft.rows("travel", Travel):
        yield from unknown(draft, item, "area", item.value.area, "area")
        yield from unknown(draft, item, "site", item.value.site, "site")


@check("unknown-site", "look-alike")
def care_moves_to_sites(draft: Draft) -> Iterator[Problem]:
    """The sites to which care moves are in the plan."""
    for item, path, p in primitives(draft):
        for site in (*(s for s, _ in p.to_sites), *p.nearest_of):
            yield from unknown(draft, item, "site", site, item.find(site, path))


@check("no-travel-time")
def the_nearest_site_is_known(draft: Draft) -> Iterator[Problem]:
    """Where care moves to the nearest site, the way from each area to each of the sites is known."""
    ways = {(i.value.area, i.value.site) for i in draft.rows("travel", Travel)}
    for item, path, p in primitives(draft) if draft.whole("travel", "areas") else ():
        areas = sorted((set(p.scope.areas) or known(draft, "area")) - {OUTSIDE})
        lacking = [f"{area} to {site}" for area in areas for site in p.nearest_of if (area, site) not in ways]
        if lacking:
            what = f"travel.csv has no time for {listed(lacking)}."
            mend = "Add these rows, or say with to: which site takes which share."
            yield item.problem("no-travel-time", what, mend, (*path, "nearest_of"))


@check("pod-without-beds")
def moved_care_has_beds(draft: Draft) -> Iterator[Problem]:
    """Care that fills beds moves to where a pool takes it: by stays.csv, or the only pool of a site with a row for it."""
    if not draft.whole("beds", "stays", "pods", "activity"):
        return
    uses = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    has = bed_places(draft)
    for item, path, p in primitives(draft):
        sites = {s for s, _ in p.to_sites} | set(p.nearest_of)
        for site, pod in sorted((s, pod) for s in sites - {OUTSIDE} for pod in uses & set(p.scope.pods)):
            if not has(site, pod):
                yield without_beds(item, site, pod, path)
