"""Checks of cohorts: that they name what is there, and that their shares can overlap as the plan says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import AreaPeople, Cohort, CohortNeed, Component, Shared, age_edges, cohort_shares
from placeplan.plan.checks.base import check, listed, unknown
from placeplan.plan.checks.effects import scopes
from placeplan.plan.checks.tables import active_pod
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

MOST_APART = 10
"""Most cohorts that effects may name: where they overlap by chance, each doubles the groups of people."""
SLACK = 1e-9
Cell = tuple[str, str, str]
"""Area, sex, age."""


def _rows(draft: Draft) -> tuple[Item[Cohort] | Item[CohortNeed], ...]:
    return (*draft.rows("cohorts", Cohort), *draft.rows("cohort_need", CohortNeed))


@check("unknown-area", "unknown-cohort", "unknown-pod", "pod-without-activity", "look-alike")
def cohorts_name_what_is_there(draft: Draft) -> Iterator[Problem]:
    """Rows of cohorts name areas, pods and cohorts of the plan; so do the scopes of effects."""
    for item in _rows(draft):
        if item.value.area:
            yield from unknown(draft, item, "area", item.value.area, "area")
    for need in draft.rows("cohort_need", CohortNeed):
        yield from unknown(draft, need, "cohort", need.value.cohort, "cohort")
        yield from active_pod(draft, need, need.value.pod, "pod")
    for initiative, path, scope in scopes(draft):
        for n, name in enumerate(scope.cohorts):
            yield from unknown(draft, initiative, "cohort", name, (*path, "cohorts", n))


@check("age-edge")
def cohorts_fall_on_bands(draft: Draft) -> Iterator[Problem]:
    """The ages of a row of cohorts fall on edges of the plan's age bands."""
    bands = {i.value.age for i in draft.rows("areas", AreaPeople)}
    first, last = ({age_edges(b)[n] for b in bands} for n in (0, 1))
    for item in _rows(draft) if bands and draft.whole("areas") else ():
        age = item.value.age
        if age is not None and (age_edges(age)[0] not in first or age_edges(age)[1] not in last):
            near = nearest(age, sorted(bands))
            what = f"{age} does not begin and end where age bands of areas.csv do."
            mend = f"Begin at one of {', '.join(map(str, sorted(first)))}, and end where a band ends."
            yield item.problem("age-edge", what, mend, "age", near)


@check("cohort-rows-overlap")
def one_row_holds_for_a_cell(draft: Draft) -> Iterator[Problem]:
    """No two rows of a cohort that name the same area and sex (and pod) have ages that cross."""
    seen: dict[tuple[str, ...], list[Item[Cohort] | Item[CohortNeed]]] = {}
    for item in _rows(draft):
        row: Shared = item.value
        before = seen.setdefault((row.cohort, getattr(row, "pod", ""), row.area, row.sex), [])
        for other in before:
            if _crosses(row.age, other.value.age):
                what = f"Ages {row.age} cross those of line {other.row}, {other.value.age}, of the same people."
                yield item.problem("cohort-rows-overlap", what, "Let the ages follow each other, or lie within.", "age")
        before.append(item)


def _crosses(one: str | None, other: str | None) -> bool:
    """Whether two bands overlap and neither lies within the other."""
    if one is None or other is None:
        return False
    (a, b), (c, d) = age_edges(one), age_edges(other)
    return a < c <= b < d or c < a <= d < b


@check("need-without-people", "cohorts-above-one", "cohorts-not-nested")
def shares_of_cohorts_fit_together(draft: Draft) -> Iterator[Problem]:
    """In each cell a cohort with need has people, and the shares can overlap as the plan says; the first misfit is told."""
    items = draft.rows("cohorts", Cohort)
    if not items or draft.about is None or not draft.whole("cohorts", "cohort_need", "areas", "activity"):
        return
    names = sorted({i.value.cohort for i in items})
    own = {name: [i.value for i in items if i.value.cohort == name] for name in names}
    needs = [i.value for i in draft.rows("cohort_need", CohortNeed)]
    told: set[tuple[str, ...]] = set()
    for pod in sorted({"", *(n.pod for n in needs)}):
        of_pod = {name: [n for n in needs if (n.cohort, n.pod) == (name, pod)] for name in names}
        for cell in _cells(draft):
            of = {name: cohort_shares(own[name], of_pod[name], *cell) for name in names}
            for code, who, what, mend in _misfits(of, draft.about.value.overlap, _where(cell, pod)):
                if (code, *who) not in told:
                    told.add((code, *who))
                    item = next(i for i in items if i.value.cohort == who[-1])
                    yield item.problem(code, what, mend, "need" if code != "cohorts-above-one" else "people")


def _cells(draft: Draft) -> list[Cell]:
    return sorted({(i.value.area, i.value.sex, i.value.age) for i in draft.rows("areas", AreaPeople)})


def _where(cell: Cell, pod: str) -> str:
    return f"in area {cell[0]}, sex {cell[1]}, ages {cell[2]}{f', for {pod}' if pod else ''}"


def _misfits(
    of: dict[str, tuple[float, float]], overlap: str, where: str
) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Code, cohorts, what is wrong and how to mend it, of the shares (people, need) of one cell."""
    for name, (people, need) in of.items():
        if need > 0 and not people:
            yield "need-without-people", (name,), f"{name} has need and no people {where}.", "Give its share of people."
    sums = [sum(s[n] for s in of.values()) for n in (0, 1)]
    if overlap == "disjoint" and max(sums) > 1 + SLACK:
        what = f"Cohorts that share no people make up {max(sums):.0%} of all {where}."
        yield "cohorts-above-one", (list(of)[-1],), what, "Lower a share, or say in plan.yaml how they overlap."
    for (one, a), (other, b) in combinations(of.items(), 2) if overlap == "nested" else ():
        (small, inner), (large, outer) = sorted(((one, a), (other, b)), key=lambda x: x[1])
        if inner[0] < outer[0] and inner[1] > outer[1] + SLACK:
            what = f"{small} lies within {large} and has more need than it {where}."
            mend = f"Give {large} at least the need of {small}, or say in plan.yaml how they overlap."
            yield "cohorts-not-nested", (large, small), what, mend


@check("people-not-read")
def need_goes_before_people(draft: Draft) -> Iterator[Problem]:
    """Where a row gives a cohort's need, the model never reads its share of people; told once, at the first."""
    both = [i for i in draft.rows("cohorts", Cohort) if i.value.need is not None and i.value.need != i.value.people]
    if both:
        rows = f"{len(both)} rows give" if len(both) > 1 else "This row gives"
        what = (
            f"{rows} both people and need. The model goes by need alone; people is only checked, and changes no result."
        )
        mend = (
            "Leave it so if need is the figure that you mean; else leave need blank, and it is taken to be as people."
        )
        yield both[0].warning("people-not-read", what, mend, "people")


@check("too-many-cohorts")
def cohorts_can_be_told_apart(draft: Draft) -> Iterator[Problem]:
    """Effects name so few cohorts that each form of overlap can be computed."""
    named: dict[str, tuple[Item[object], tuple[str | int, ...]]] = {}
    for item, path, scope in scopes(draft):
        for n, name in enumerate(scope.cohorts):
            named.setdefault(name, (item, (*path, "cohorts", n)))
    if len(named) > MOST_APART:
        item_, at = list(named.values())[MOST_APART]
        what = f"Effects name {len(named)} cohorts: {listed(named, 20)}."
        yield item_.problem("too-many-cohorts", what, f"Put some together; at most {MOST_APART} can be named.", at)


@check("two-quintiles")
def an_area_has_one_quintile(draft: Draft) -> Iterator[Problem]:
    """All rows of an area give the same deprivation quintile."""
    first: dict[str, Item[AreaPeople]] = {}
    for item in draft.rows("areas", AreaPeople):
        before = first.setdefault(item.value.area, item)
        if item.value.quintile != before.value.quintile:
            mine, theirs = (x.value.quintile or "none" for x in (item, before))
            what = f"Area {item.value.area} has quintile {mine} here and {theirs} in line {before.row}."
            yield item.problem("two-quintiles", what, "Write the same quintile in all rows of the area.", "quintile")
            first[item.value.area] = item


@check("quintile-missing")
def quintiles_are_given_for_all(draft: Draft) -> Iterator[Problem]:
    """Either every area states its quintile, or none does."""
    rows = draft.rows("areas", AreaPeople) if draft.whole("areas") else ()
    lacking = {i.value.area: i for i in rows if i.value.quintile is None}
    if 0 < len(lacking) < len({i.value.area for i in rows}):
        item = next(iter(lacking.values()))
        what = f"Some areas state their deprivation quintile; {listed(lacking)} {'does' if len(lacking) == 1 else 'do'} not."
        yield item.warning("quintile-missing", what, "Give it for every area.", "quintile")


@check("unknown-area", "look-alike", "ages-not-contiguous", "two-projections", "births-of-men")
def components_make_a_projection(draft: Draft) -> Iterator[Problem]:
    """Rates of births, deaths and moves stand for all ages of both sexes, in the place of a projection."""
    items = draft.rows("components", Component)
    if items and draft.tables.get("population"):
        what = "Both population.csv and components.csv say how people change."
        yield items[0].problem("two-projections", what, "Take one of the two files away.", "area")
    for item in items:
        if item.value.area:
            yield from unknown(draft, item, "area", item.value.area, "area")
        if item.value.sex == "M" and item.value.births:
            yield item.problem("births-of-men", "Births are given for men.", "Give them on the women's row.", "births")
    for area in sorted({i.value.area for i in items}) if draft.whole("components") else ():
        for sex in ("F", "M"):
            own = [i for i in items if i.value.area == area and i.value.sex in (sex, "all")]
            expected = 0
            for item in sorted(own, key=lambda i: age_edges(i.value.age)):
                first, last = age_edges(item.value.age)
                if first != expected:
                    break
                expected = last + 1
            if expected != 201:
                where = own[-1] if own else next(i for i in items if i.value.area == area)
                what = f"For sex {sex}{f' of area {area}' if area else ''} the ages do not run on at {expected}."
                yield where.problem(
                    "ages-not-contiguous", what, "Let the bands follow each other from 0 to an open one.", "age"
                )
