"""Checks of contacts that run out: each door is there, has one capacity, and says what becomes of those not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import OUTSIDE, Activity, ContactCapacity, Pod, Spill, StaffGroup, WaitingList
from placeplan.plan.checks.base import check, known, listed, site_organisations, unknown
from placeplan.plan.checks.effects import primitives
from placeplan.plan.checks.tables import active_pod
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

Door = Item[ContactCapacity]


def doors(draft: Draft) -> dict[tuple[str, str], Door]:
    """Rows of contacts.csv by site and pod."""
    return {(i.value.site, i.value.pod): i for i in draft.rows("contacts", ContactCapacity)}


def active_places(draft: Draft) -> dict[tuple[str, str], float]:
    """Base-year contacts by site and pod."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in draft.rows("activity", Activity):
        found[row.value.site, row.value.pod] += row.value.activity
    return found


@check("unknown-site", "unknown-pod", "pod-without-activity", "look-alike")
def doors_are_where_care_is_given(draft: Draft) -> Iterator[Problem]:
    """Each row of contacts.csv is about care that activity.csv has at that site."""
    active = active_places(draft)
    for item in draft.rows("contacts", ContactCapacity):
        site, pod = item.value.site, item.value.pod
        wrong = [*unknown(draft, item, "site", site, "site"), *active_pod(draft, item, pod, "pod")]
        yield from wrong
        if not wrong and site == OUTSIDE:
            what, mend = "What care beyond the footprint can give is not known.", "Take the row away."
            yield item.problem("unknown-site", what, mend, "site")
        elif not wrong and draft.whole("activity") and (site, pod) not in active:
            what = f"activity.csv has no {pod} at {site}."
            mend = "Add a row for it to activity.csv (0 where it is new), or mend the site."
            yield item.problem("pod-without-activity", what, mend, "pod")


STREAMS = ("ae_majors", "ae_minors")
"""Streams of `ae_type1`."""


@check("stream-and-whole")
def streams_or_the_whole(draft: Draft) -> Iterator[Problem]:
    """A&E attendances of a site are given by stream, or as a whole."""
    active = active_places(draft)
    for row in draft.rows("activity", Activity):
        site, pod = row.value.site, row.value.pod
        if pod in STREAMS and row.value.activity and active.get((site, "ae_type1")):
            what = f"{pod} of {site} is a stream of ae_type1, which {site} has as well."
            mend = "Give the streams, or ae_type1; take the other away."
            yield row.warning("stream-and-whole", what, mend, "pod")


@check("contacts-of-beds")
def doors_fill_no_beds(draft: Draft) -> Iterator[Problem]:
    """Care that fills beds is limited by beds and theatre slots."""
    uses = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    for item in draft.rows("contacts", ContactCapacity):
        if item.value.pod in uses:
            what = f"{item.value.pod} fills beds; what can be given of it follows from beds.csv."
            yield item.problem("contacts-of-beds", what, "Take the row away.", "pod")


@check("unknown-group")
def doors_name_staff_groups(draft: Draft) -> Iterator[Problem]:
    """A door's staff group is one that staff.csv has for the site's organisation."""
    sites = site_organisations(draft)
    groups: dict[str, set[str]] = defaultdict(set)
    for row in draft.rows("staff", StaffGroup):
        groups[row.value.organisation].add(row.value.group)
    for item in draft.rows("contacts", ContactCapacity) if groups and draft.whole("staff") else ():
        owner, group = sites.get(item.value.site, ""), item.value.group
        if group and owner and group not in groups[owner]:
            near = nearest(group, sorted(groups[owner]))
            what = f"staff.csv has no group “{group}” for {owner} (it has: {listed(groups[owner]) or 'none'})."
            mend = f"Write “{near}”, or add the group to staff.csv." if near else "Add the group to staff.csv."
            yield item.problem("unknown-group", what, mend, "group", near)


@check("capacity-twice", "wte-missing")
def a_capacity_is_stated_once(draft: Draft) -> Iterator[Problem]:
    """A door's capacity is a number, or follows from staff, or from how much of it was used: one of the three."""
    for item in draft.rows("contacts", ContactCapacity):
        row = item.value
        if row.contacts_per_wte is not None and row.wte is None:
            what = "Contacts of one whole-time equivalent are given, and nothing says how many there are."
            yield item.problem("wte-missing", what, "Give wte as well.", "wte")
        of_staff = "contacts_per_wte" if row.contacts_per_wte is not None else ""
        ways = [n for n in ("capacity", of_staff, "used") if n and getattr(row, n) is not None]
        if len(ways) > 1:
            what = f"The capacity of the base year is stated by {' and by '.join(ways)}."
            yield item.problem("capacity-twice", what, f"Leave {ways[-1]} blank, or the other.", ways[-1])


@check("backlog-of-nobody")
def backlogs_belong_to_those_who_wait(draft: Draft) -> Iterator[Problem]:
    """Only where people wait can some be waiting at the start."""
    for item in draft.rows("contacts", ContactCapacity):
        if item.value.unmet != "waits" and item.value.backlog:
            what = f"{item.value.backlog:g} people wait at the start, and unmet is {item.value.unmet}."
            mend = "Write unmet: waits, or leave backlog blank; a list's people stand in lists.csv."
            yield item.problem("backlog-of-nobody", what, mend, "backlog")


@check("list-elsewhere")
def lists_and_doors_agree(draft: Draft) -> Iterator[Problem]:
    """Who is not seen stands on a list just where lists.csv has one for that care."""
    listed_ = {
        (i.value.site, pod)
        for i in draft.rows("lists", WaitingList)
        for pod in (i.value.first_pod, i.value.day_pod, i.value.overnight_pod)
    }
    for item in draft.rows("contacts", ContactCapacity) if draft.whole("lists") else ():
        site, pod, unmet = item.value.site, item.value.pod, item.value.unmet
        if unmet == "list" and (site, pod) not in listed_:
            what = f"lists.csv has no list for {pod} at {site}."
            yield item.problem("list-elsewhere", what, "Add it to lists.csv, or write unmet: waits.", "unmet")
        elif unmet != "list" and (site, pod) in listed_:
            what = f"{pod} at {site} has a waiting list, and unmet is {unmet}."
            yield item.problem("list-elsewhere", what, "Write unmet: list, or take the pod off lists.csv.", "unmet")


@check("used-above-one")
def the_base_year_was_within_capacity(draft: Draft) -> Iterator[Problem]:
    """More care given than could be given is asked about."""
    for item in draft.rows("contacts", ContactCapacity):
        if item.value.used is not None and item.value.used > 1:
            what = f"{item.value.used:.0%} of the capacity was used: more was asked for than could be given."
            mend = "Write 1 or less, unless base-year activity was met only by working beyond what can be kept up."
            yield item.warning("used-above-one", what, mend, "used")


@check("backlog-worked-down")
def backlogs_last_where_there_is_no_room(draft: Draft) -> Iterator[Problem]:
    """Where more can be given than the base year's care, the people who wait at the start are soon seen."""
    active = active_places(draft)
    used = next((float(i.value.distribution.middle) for i in draft.assumptions if i.value.id == "contacts.used"), 1.0)
    for item in draft.rows("contacts", ContactCapacity) if draft.whole("activity") else ():
        row = item.value
        usual = active.get((row.site, row.pod), 0.0) / 12.0
        most = _capacity(draft, row)
        room = (usual / used if most is None else most) - usual
        if row.unmet == "waits" and row.backlog and usual and room > 1e-9 * usual:
            months = row.backlog / room
            when = f"in about {months:,.0f} months" if months >= 1.5 else "in a month or two"
            what = (
                f"{row.backlog:,.0f} people wait at the start, and {room:,.0f} more a month can be seen than come in the "
                f"base year: nobody would wait any more {when}, or sooner, as some give up."
            )
            mend = "Write used: 1 (all of the capacity was used), or leave backlog blank; or leave both, if the queue was melting."
            yield item.warning("backlog-worked-down", what, mend, "backlog")


@check("no-way-to-spill")
def spills_have_somewhere_to_go(draft: Draft) -> Iterator[Problem]:
    """Where those not seen spill, spills.csv says where they come instead."""
    ways = {(s.value.site, s.value.pod) for s in draft.rows("spills", Spill)}
    for item in draft.rows("contacts", ContactCapacity) if draft.whole("spills") else ():
        site, pod = item.value.site, item.value.pod
        if item.value.unmet == "spills" and not ways & {(site, pod), ("", pod)}:
            what = f"Nothing says where people go who are not given {pod} at {site}."
            mend = "Add a row for it to spills.csv, or write unmet: lost or waits."
            yield item.problem("no-way-to-spill", what, mend, "unmet")


@check("unknown-door", "contacts-below-zero")
def contacts_can_open_and_close(draft: Draft) -> Iterator[Problem]:
    """Contacts change at a door of contacts.csv, and no more close than can be given."""
    there = doors(draft)
    closed: dict[tuple[str, str], float] = defaultdict(float)
    for item, path, p in primitives(draft) if draft.whole("contacts") else ():
        if p.table != "contacts" or p.site not in known(draft, "site"):
            continue
        if (p.site, p.pod) not in there:
            what = f"contacts.csv has no {p.pod} at {p.site}."
            mend = "Add a row for it to contacts.csv (capacity 0 where it is new), or name a door that is there."
            yield item.problem("unknown-door", what, mend, (*path, "pod"))
            continue
        most = _capacity(draft, there[p.site, p.pod].value)
        if most is not None and not isinstance(p.quantity, str):
            closed[p.site, p.pod] += min(p.quantity, 0.0)
            if most + closed[p.site, p.pod] < -1e-9:
                what = f"{-closed[p.site, p.pod]:g} contacts a month would close; {most:,.0f} can be given."
                yield item.problem("contacts-below-zero", what, "Close fewer contacts.", (*path, "contacts"))


def _capacity(draft: Draft, row: ContactCapacity) -> Any:
    """Contacts a month that a door can give in the base year; None where an assumption decides."""
    if row.capacity is not None:
        return row.capacity
    if row.wte is not None and row.contacts_per_wte is not None:
        return row.wte * row.contacts_per_wte
    return active_places(draft)[row.site, row.pod] / 12.0 / row.used if row.used is not None else None
