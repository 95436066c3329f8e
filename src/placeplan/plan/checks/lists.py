"""Checks of waiting lists: that they stand somewhere, claim no more than there is, and say how long people have waited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, Activity, Pod, WaitingList
from placeplan.plan.checks.base import check, listed, unknown
from placeplan.plan.checks.tables import active_pod
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

PODS = (("first_pod", "first_share"), ("overnight_pod", "overnight_share"), ("day_pod", "day_share"))
"""Columns of a list that name a pod, and its share of it."""
DOORS = {"first_pod": "none", "overnight_pod": "elective", "day_pod": "none"}
"""How the care of each column fills beds, by `pods.csv`."""


def lists(draft: Draft) -> tuple[Item[WaitingList], ...]:
    """The rows of lists.csv."""
    return draft.rows("lists", WaitingList)


def claims(draft: Draft) -> Iterator[tuple[Item[WaitingList], str, str, float]]:
    """Every list, with each column that names a pod, the pod, and the list's share of it."""
    for item in lists(draft):
        for column, share in PODS:
            pod = getattr(item.value, column)
            if pod:
                yield item, column, pod, getattr(item.value, share)


@check("unknown-site", "unknown-pod", "pod-without-activity", "look-alike")
def lists_stand_at_sites_with_their_care(draft: Draft) -> Iterator[Problem]:
    """A list is at a site of the footprint that gives the care its people wait for."""
    refused = set()
    for item in lists(draft):
        found = list(unknown(draft, item, "site", item.value.site, "site"))
        if item.value.site == OUTSIDE:
            mend = "Name a site of the footprint, or take the row away."
            found.append(item.problem("unknown-site", "A list beyond the footprint is not modelled.", mend, "site"))
        refused |= {item.value.site} if found else set()
        yield from found
    at_site = _activity(draft)
    for item, column, pod, _ in claims(draft):
        wrong = list(active_pod(draft, item, pod, column))
        yield from wrong
        if (
            not wrong
            and draft.whole("activity")
            and item.value.site not in refused
            and not at_site[item.value.site, pod]
        ):
            what = f"{item.value.site} has no {pod} in activity.csv."
            yield item.problem(
                "pod-without-activity", what, "Add its activity there, or name a pod that it has.", column
            )


def _activity(draft: Draft) -> dict[tuple[str, str], float]:
    """Contacts of the base year by site and pod."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in draft.rows("activity", Activity):
        found[row.value.site, row.value.pod] += row.value.activity
    return found


@check("wrong-door")
def lists_wait_for_planned_care(draft: Draft) -> Iterator[Problem]:
    """Who waits for a night waits for a planned admission; who waits for anything else needs no bed."""
    doors = {i.value.id: i.value.beds for i in draft.rows("pods", Pod)}
    for item, column, pod, _ in claims(draft):
        door = doors.get(pod, DOORS[column])
        if door != DOORS[column]:
            told = {
                "none": "fills no beds",
                "elective": "fills beds as planned",
                "emergency": "fills beds as an emergency",
            }
            what = f"{pod} {told[door]}."
            mend = (
                "Name a pod that fills beds as planned."
                if column == "overnight_pod"
                else "Name a pod that fills no beds."
            )
            yield item.problem("wrong-door", what, mend, column)


@check("claimed-beyond")
def lists_share_a_pod(draft: Draft) -> Iterator[Problem]:
    """The lists of a site claim at most the whole of each of its pods."""
    members: dict[tuple[str, str], list[tuple[Item[WaitingList], str, float]]] = defaultdict(list)
    for item, column, pod, share in claims(draft):
        members[item.value.site, pod].append((item, column, share))
    for (site, pod), own in members.items():
        total = sum(share for _, _, share in own)
        if draft.whole("lists") and total > 1.0 + 1e-9:
            lines = listed(str(item.row) for item, _, _ in own)
            what = f"The lists of {site} claim {total:.4g} of its {pod} (lines {lines})."
            item, column, _ = own[-1]
            share_column = dict(PODS)[column]
            yield item.problem("claimed-beyond", what, "Mend the shares so that they sum to at most 1.", share_column)


@check("waits-cross")
def waits_fit_together(draft: Draft) -> Iterator[Problem]:
    """Nobody has waited less than 18 weeks and more than 52."""
    for item in lists(draft):
        short, long = item.value.within_18 or 0.0, item.value.over_52 or 0.0
        if short + long > 1.0 + 1e-9:
            what = f"{short:g} within 18 weeks and {long:g} over 52 weeks make {short + long:g}."
            yield item.problem("waits-cross", what, "Mend the two so that they sum to at most 1.", "over_52")


@check("admitted-unseen")
def who_is_admitted_was_seen(draft: Draft) -> Iterator[Problem]:
    """No more people of a list are admitted in a year than are first seen."""
    activity = _activity(draft)
    for item in lists(draft) if draft.whole("activity", "lists") else ():
        row = item.value
        parts = [activity[row.site, pod] * share for i, _, pod, share in claims(draft) if i is item]
        if parts[0] and sum(parts[1:]) > parts[0] * (1.0 + 1e-9):
            what = f"{sum(parts[1:]):,.0f} people of list {row.id} are admitted a year, and {parts[0]:,.0f} are first seen."
            mend = "Mend the shares; planned repeats and people from other lists are not of this one."
            yield item.problem("admitted-unseen", what, mend, "first_share")


@check("waits-not-given")
def lists_say_how_long_people_have_waited(draft: Draft) -> Iterator[Problem]:
    """Who is next is fitted to how long people have waited; where that is not given, the library's share is used."""
    for item in lists(draft):
        row = item.value
        lacks = [name for name in ("within_18", "over_52") if getattr(row, name) is None]
        if lacks:
            what = f"List {row.id} does not give {' and '.join(lacks)}."
            used = " The library's share is used, and hatched." if row.within_18 is None else ""
            yield item.warning(
                "waits-not-given", what + used, "Give the shares of those listed, from the monthly return.", lacks[0]
            )
