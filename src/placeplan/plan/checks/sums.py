"""Checks of figures that have to add up or fit together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from placeplan.core.errors import Problem
from placeplan.core.tables import (
    OUTSIDE,
    Activity,
    AreaPeople,
    BedStock,
    Flow,
    MoneyLine,
    Organisation,
    Pod,
    Projection,
    Season,
    Stay,
)
from placeplan.plan.checks.base import check, listed, pools
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

CLOSE = 0.005
"""How far shares may be from adding up to 1."""


@check("two-names", "two-councils")
def an_area_has_one_name(draft: Draft) -> Iterator[Problem]:
    """All rows of an area give the same name and the same council."""
    first: dict[tuple[str, str], Item[AreaPeople]] = {}
    for item in draft.rows("areas", AreaPeople):
        for column, code in (("name", "two-names"), ("council", "two-councils")):
            before = first.setdefault((item.value.area, column), item)
            mine, theirs = getattr(item.value, column), getattr(before.value, column)
            if mine != theirs:
                what = f"Area {item.value.area} has the {column} “{mine}” here and “{theirs}” in line {before.row}."
                yield item.problem(code, what, f"Write the same {column} in all rows of the area.", column)
                first[item.value.area, column] = item


def _edges(age: str) -> tuple[int, int]:
    """First and last age of a band."""
    low, _, high = age.rstrip("+").partition("-")
    return int(low), int(high) if high else 200


@check("ages-not-contiguous")
def ages_follow_each_other(draft: Draft) -> Iterator[Problem]:
    """The bands of each area and sex run from 0 without gap or overlap to an open last one."""
    for (area, sex), items in _by_area_and_sex(draft).items():
        expected = 0
        for item in sorted(items, key=lambda i: _edges(i.value.age)):
            low, high = _edges(item.value.age)
            if low != expected or high < low:
                told = (
                    "reaches backwards"
                    if high < low
                    else f"follows on age {expected - 1}"
                    if expected
                    else "is the first"
                )
                what = f"Band {item.value.age} of area {area}, sex {sex}, {told}; it should begin at {expected}."
                yield item.problem("ages-not-contiguous", what, "Let the bands follow each other from 0.", "age")
                break
            expected = high + 1
        else:
            if expected != 201:
                last = max(items, key=lambda i: _edges(i.value.age))
                what = f"The last band of area {area}, sex {sex}, is {last.value.age}; older people are missing."
                yield last.problem("ages-not-contiguous", what, "Let the last band be open, as in 90+.", "age")


def _by_area_and_sex(draft: Draft) -> dict[tuple[str, str], list[Item[AreaPeople]]]:
    found: dict[tuple[str, str], list[Item[AreaPeople]]] = defaultdict(list)
    for item in draft.rows("areas", AreaPeople) if draft.whole("areas") else ():
        if _edges(item.value.age) not in [_edges(other.value.age) for other in found[item.value.area, item.value.sex]]:
            found[item.value.area, item.value.sex].append(item)
    return found


@check("ages-differ")
def ages_are_the_same_everywhere(draft: Draft) -> Iterator[Problem]:
    """Every area has the same bands for both sexes; projections use them too."""
    by_group = _by_area_and_sex(draft)
    if not by_group:
        return
    usual = max(by_group.values(), key=len)
    bands = {i.value.age for i in usual}
    for area in sorted({area for area, _ in by_group}):
        for sex in ("F", "M"):
            items = by_group.get((area, sex), [])
            mine = {i.value.age for i in items}
            if mine != bands:
                where = items[0] if items else next(i for i in draft.rows("areas", AreaPeople) if i.value.area == area)
                lacks, more = listed(bands - mine), listed(mine - bands)
                told = "; ".join(
                    filter(None, [f"lacks {lacks}" if lacks else "", f"has {more} besides" if more else ""])
                )
                what = f"Area {area}, sex {sex}, {told}."
                yield where.problem("ages-differ", what, "Give every area and sex the same age bands.", "age")
    for row in draft.rows("population", Projection):
        if row.value.age not in bands:
            what = f"Band {row.value.age} is not one of areas.csv: {listed(bands, 30)}."
            yield row.problem("ages-differ", what, "Use the age bands of areas.csv.", "age")


@check("no-people")
def areas_have_people(draft: Draft) -> Iterator[Problem]:
    """Somebody lives in each area."""
    people: dict[str, float] = defaultdict(float)
    for item in draft.rows("areas", AreaPeople):
        people[item.value.area] += item.value.people
    for item in draft.rows("areas", AreaPeople) if draft.whole("areas") else ():
        if people.get(item.value.area) == 0.0:
            del people[item.value.area]
            what = f"Area {item.value.area} has no people at all."
            yield item.problem("no-people", what, "Give its people, or leave the area out.", "people")


@check("range-reversed")
def projections_lie_in_their_range(draft: Draft) -> Iterator[Problem]:
    """A figure lies within its range: low ≤ people ≤ high."""
    for item in draft.rows("population", Projection):
        low, people, high = item.value.low, item.value.people, item.value.high
        if (low is not None and low > people) or (high is not None and high < people):
            what = f"{people:g} people do not lie between {low} and {high}."
            yield item.problem("range-reversed", what, "Mend people, low or high.", "people")


@check("shares-not-one")
def flows_share_out_everything(draft: Draft) -> Iterator[Problem]:
    """The areas' shares of a pod at a site sum to 1."""
    if draft.whole("flows"):
        yield from _sum_to_one(
            (((i.value.pod, i.value.site), i) for i in draft.rows("flows", Flow)), "Flows of {} at {}"
        )


@check("shares-not-one")
def stays_share_out_everybody(draft: Draft) -> Iterator[Problem]:
    """The pools' shares of a pod's admissions at a site sum to 1."""
    if draft.whole("stays"):
        yield from _sum_to_one(
            (((i.value.pod, i.value.site), i) for i in draft.rows("stays", Stay)), "Stays of {} at {}"
        )


def _sum_to_one(pairs: Iterable[tuple[tuple[str, str], Item[Flow | Stay]]], told: str) -> Iterator[Problem]:
    groups: dict[tuple[str, str], list[Item[Flow | Stay]]] = defaultdict(list)
    for group, item in pairs:
        groups[group].append(item)
    for group, items in groups.items():
        total = sum(i.value.share for i in items)
        if abs(total - 1.0) > CLOSE:
            what = f"{told.format(*group)} sum to {total:.4g}, not 1 (lines {listed([str(i.row) for i in items])})."
            yield items[0].problem("shares-not-one", what, "Mend the shares so that they sum to 1.", "share")


@check("occupied-beyond-beds")
def patients_lay_in_beds(draft: Draft) -> Iterator[Problem]:
    """Beds occupied are no more than those available and those for escalation."""
    for item in draft.rows("beds", BedStock):
        occupied, available, more = item.value.occupied, item.value.available, item.value.escalation
        if occupied is not None and occupied > available + (more or 0.0) + 1e-9:
            what = f"{occupied:g} beds were occupied of {available:g} available and {more or 0:g} for escalation."
            yield item.problem(
                "occupied-beyond-beds", what, "Mend the figures, or state the escalation beds.", "occupied"
            )


@check("stay-without-bed")
def stays_are_of_bedded_care(draft: Draft) -> Iterator[Problem]:
    """Only care that uses beds has a stay."""
    uses = {i.value.id: i.value.beds for i in draft.rows("pods", Pod)}
    for item in draft.rows("stays", Stay):
        if uses.get(item.value.pod) == "none":
            what = f"{item.value.pod} uses no beds, so nobody stays."
            yield item.problem("stay-without-bed", what, "Take the row away, or mend beds in pods.csv.", "pod")


@check("pod-without-beds")
def bedded_care_has_beds(draft: Draft) -> Iterator[Problem]:
    """Admissions at a site of the footprint have a pool: by stays.csv, or the site's only one."""
    if not draft.whole("beds", "stays", "pods", "activity"):
        return
    uses = {i.value.id: i.value.beds for i in draft.rows("pods", Pod)}
    stays = {(i.value.site, i.value.pod) for i in draft.rows("stays", Stay)}
    staying = {site for site, _ in stays}
    beds = pools(draft)
    seen: set[tuple[str, str]] = set()
    for item in draft.rows("activity", Activity):
        site, pod = item.value.site, item.value.pod
        if uses.get(pod, "none") == "none" or site == OUTSIDE or (site, pod) in stays | seen or not item.value.activity:
            continue
        seen.add((site, pod))
        if not beds.get(site):
            mend = "Add the site's beds to beds.csv, or mend beds in pods.csv."
            yield item.problem("pod-without-beds", f"{pod} fills beds, and {site} has none.", mend, "site")
        elif len(beds[site]) > 1 or site in staying:
            what = f"{pod} fills beds, and nothing says which of {site}'s pools ({listed(beds[site])})."
            yield item.problem("pod-without-beds", what, f"Add a row for {site} and {pod} to stays.csv.", "pod")


@check("season-months", "season-mean")
def seasons_cover_the_year(draft: Draft) -> Iterator[Problem]:
    """A pod has all twelve months or none, and they average 1."""
    groups: dict[str, list[Item[Season]]] = defaultdict(list)
    for item in draft.rows("seasons", Season) if draft.whole("seasons") else ():
        groups[item.value.pod].append(item)
    for pod, items in groups.items():
        lacks = {str(m) for m in range(1, 13)} - {str(i.value.month) for i in items}
        mean = sum(i.value.index for i in items) / len(items)
        if lacks:
            what = f"{pod} lacks month {listed(lacks, 12)}."
            yield items[0].problem("season-months", what, "Give all twelve months.", "month")
        elif abs(mean - 1.0) > 0.05:
            what = f"The months of {pod} average {mean:.3g}, not 1."
            yield items[0].problem("season-mean", what, "Divide each index by the mean.", "index")


@check("shares-above-one", "steps-missing", "share-without-driver", "growth-and-driver")
def cost_shares_fit(draft: Draft) -> Iterator[Problem]:
    """Variable and stepped shares are at most the whole, have a driver, and steps where they are needed."""
    for item in draft.rows("money", MoneyLine):
        line = item.value
        moving = line.variable + line.stepped
        if moving > 1.0 + 1e-9:
            what = f"{line.variable:g} variable and {line.stepped:g} stepped make {moving:g}."
            yield item.problem("shares-above-one", what, "Let the two be at most 1; the rest is fixed.", "stepped")
        if line.stepped and not line.steps:
            what = f"{line.stepped:g} of “{line.line}” moves in steps, and their number is not given."
            yield item.problem("steps-missing", what, "Give the wards or teams of the base year in steps.", "steps")
        if moving and line.driver == "none":
            what = f"{moving:g} of “{line.line}” moves with a driver, and there is none."
            yield item.problem("share-without-driver", what, "Name a driver: activity, beds or a pod.", "driver")
        if line.growth and line.driver != "none":
            what = f"“{line.line}” grows by {line.growth} and with {line.driver}."
            yield item.problem("growth-and-driver", what, "Keep the driver or the growth, not both.", "growth")


@check("no-money")
def organisations_have_money(draft: Draft) -> Iterator[Problem]:
    """Every organisation of the footprint has lines in money.csv."""
    having = {i.value.organisation for i in draft.rows("money", MoneyLine)}
    for item in draft.rows("organisations", Organisation) if draft.whole("money") else ():
        if item.value.id not in having and item.value.type != "outside":
            what = f"{item.value.name} ({item.value.id}) has no line in money.csv."
            yield item.problem("no-money", what, "Add its income and cost, or leave it out of the plan.", "id")
