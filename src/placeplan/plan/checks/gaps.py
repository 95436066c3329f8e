"""Checks of gaps: care that contracts pay for is paid for in every month, as contracts begin, end and take each other's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.calendar import month_index, month_of
from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, MoneyLine
from placeplan.plan.checks.base import check, known, listed, organisations
from placeplan.plan.checks.cover import Care, active, pays_for_all
from placeplan.plan.checks.running import FIRST, LAST, Course, courses
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, Path


@dataclass(frozen=True)
class Gap:
    """Months in which nothing pays for some care that is paid for in others."""

    care: Care
    first: str
    last: str
    before: str
    """The month before; blank where its provider has none."""
    ends: bool
    """Whether something pays for it again."""


@dataclass(frozen=True)
class Told:
    """A gap in words; ``{cares}`` stands for what is not paid for."""

    item: Item[Any]
    at: str | Path
    what: str
    mend: str


@check("unpaid")
def care_is_paid_for_throughout(draft: Draft) -> Iterator[Problem]:
    """Care that contracts pay for in some month is paid for in every month, as long as its provider is there.

    So it does not lose its payer where one contract takes the place of another, nor where nothing of the plan happens. Care with
    which a line of income moves is not asked about.
    """
    if not draft.whole("activity", "money", "organisations", "areas"):
        return
    seen: set[Care] = set()
    for course in courses(draft):
        found: dict[tuple[str, str], tuple[Told, list[str]]] = {}
        for gap in _gaps(draft, course):
            if gap.care not in seen:
                seen.add(gap.care)
                told = _told(course, gap)
                found.setdefault((told.item.file, told.what), (told, []))[1].append(gap.care[1])
        for told, cares in found.values():
            yield told.item.warning("unpaid", told.what.replace("{cares}", listed(cares)), told.mend, told.at)


def _gaps(draft: Draft, course: Course) -> Iterator[Gap]:
    """The first gap of all care that is paid for in some month of the run but not in all of its provider's."""
    there = organisations(draft)
    lines = {
        (i.value.organisation, i.value.driver) for i in draft.rows("money", MoneyLine) if i.value.direction == "income"
    }
    for at, row in active(draft).items():
        if not row.value.activity or lines & {at, (at[0], "activity")}:
            continue
        lives = [m for m in course.run if (there[at[0]].valid_from or FIRST) <= m <= (there[at[0]].valid_to or LAST)]
        paid = _paid(draft, course, at)
        most = frozenset[str]().union(*paid.values())
        bare = [not most <= paid.get(m, frozenset()) for m in lives]
        if most and any(bare):
            first = bare.index(True)
            last = next((n - 1 for n in range(first, len(bare)) if not bare[n]), len(bare) - 1)
            yield Gap(at, lives[first], lives[last], lives[first - 1] if first else "", last < len(bare) - 1)


def _payers(course: Course, at: Care) -> list[Item[Contract]]:
    """Contracts that pay for some care."""
    return [
        i for i in course.contracts if at in i.value.pays_for() or (pays_for_all(i.value) and i.value.payee == at[0])
    ]


def _paid(draft: Draft, course: Course, at: Care) -> dict[str, frozenset[str]]:
    """By month, the areas for whose people contracts pay for some care; payers from outside pay for people from beyond."""
    kinds = organisations(draft)
    every = known(draft, "area") - {OUTSIDE}
    found: dict[str, frozenset[str]] = {}
    for c in (i.value for i in _payers(course, at)):
        if c.payer in kinds and kinds[c.payer].type != "outside":
            for m in course.months[c.id]:
                found[m] = found.get(m, frozenset()) | (frozenset(c.areas) or every)
    return found


def _told(course: Course, gap: Gap) -> Told:
    """What opens a gap: a contract that took another's place and pays for less, one that ended, or one that starts late."""
    org, own = gap.care[0], _payers(course, gap.care)
    when = f", {course.when}" if course.when else ""
    until = f" until {month_of(month_index(gap.last) + 1)}" if gap.ends else ""
    if not gap.before:
        return _late(course, gap, own, when)
    paid = [i for i in own if gap.before in course.months[i.value.id]]
    for s in course.made:
        if s.first == gap.first and s.old in {i.value.id for i in paid}:
            what = (
                f"{s.new} takes the place of {s.old} in {s.first}, and does not pay {org} for {{cares}}{until}{when}."
            )
            mend = f"Let {s.new} pay for it too, or let another contract begin with it."
            return Told(s.item, (*s.at, "new"), what, mend)
    last = max(paid, key=lambda i: (i.value.ends == gap.before, i.value.id))
    if last.value.ends == gap.before:
        what = f"It ends in {gap.before}, and nothing pays {org} for {{cares}} after it{until}{when}."
        follows = "Give a later end, or a contract that follows it."
        mend = "Leave its end out: what takes its place ends it." if "nothing" in course.when else follows
        return Told(last, "ends", what, mend)
    over = next((s for s in course.made if s.last == gap.before and s.new == last.value.id), None)
    if over is not None:
        what = (
            f"It ends in {gap.before}, and with it {over.new}; nothing pays {org} for {{cares}} after it{until}{when}."
        )
        return Told(over.item, "end", what, "Give a later end, or the contract that follows.")
    what = f"It runs no more after {gap.before}, and nothing pays {org} for {{cares}} then{until}{when}."
    return Told(
        last, "payer", what, "Let another contract follow it, or mend the months in which both sides are there."
    )


def _late(course: Course, gap: Gap, own: list[Item[Contract]], when: str) -> Told:
    """A gap from the first month on: told at the contract that pays first, or at what begins it."""
    first = min(
        (i for i in own if course.months[i.value.id]), key=lambda i: (min(course.months[i.value.id]), i.value.id)
    )
    starts, org = min(course.months[first.value.id]), gap.care[0]
    begun = next((s for s in course.made if s.new == first.value.id and s.first == starts), None)
    what = f"nothing pays {org} for {{cares}} before it{when}."
    mend = "Give an earlier start, or the contract that came before."
    if begun is not None:
        return Told(begun.item, (*begun.at, "new"), f"It begins {begun.new} in {starts}, and {what}", mend)
    return Told(first, "starts", f"It starts in {starts}, and {what}", mend)
