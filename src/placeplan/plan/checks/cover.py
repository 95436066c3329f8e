"""Checks of cover: in no month is a contact paid for twice, as contracts begin, end and take each other's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import Activity
from placeplan.plan.checks.base import check, listed, organisations, site_organisations
from placeplan.plan.checks.running import BY_INITIATIVE, Course, courses
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

Care = tuple[str, str]
"""Organisation and pod."""


def pays_for_all(c: Contract) -> bool:
    """Whether a contract pays for all care of its payee, whatever it is: a block or a sum a head that names no pods."""
    return c.name in ("block", "capitation") and not c.pods()


def active(draft: Draft) -> dict[Care, Item[Activity]]:
    """The first row with activity of each (organisation, pod)."""
    sites = site_organisations(draft)
    found: dict[Care, Item[Activity]] = {}
    for row in draft.rows("activity", Activity):
        organisation = sites.get(row.value.site)
        if organisation:
            found.setdefault((organisation, row.value.pod), row)
    return found


@check("contact-paid-twice", "paid-twice")
def contacts_are_paid_for_once(draft: Draft) -> Iterator[Problem]:
    """No two contracts pay one organisation for the same contacts in one month.

    Two prices for one contact are refused, and so is a sum of the same payer that names care of which it pays each contact:
    a contract in two parts is `piecewise`. Two sums for the same care, or another payer's sum beside a price, may be meant,
    and are asked about. What is paid on top of another contract (gain shares, quality, funding on a condition) pays for no contact.
    """
    kinds = {name: o.type for name, o in organisations(draft).items()}
    told: set[frozenset[str]] = set()
    for course in courses(draft):
        waiting = sorted(course.contracts, key=lambda i: i.value.starts == BY_INITIATIVE)
        for one, other in combinations(waiting, 2):
            pair = frozenset((one.value.id, other.value.id))
            months = course.together(one.value.id, other.value.id)
            if pair in told or not months or not _same_people(one.value, other.value):
                continue
            found = _paid_twice(course, one, other, months, kinds)
            if found is not None:
                told |= {pair, *_followers(course, pair)}
                yield found


def _followers(course: Course, pair: frozenset[str]) -> Iterator[frozenset[str]]:
    """The same two with one replaced by what takes its place: mending the first mends those too."""
    for s in course.made:
        if s.old in pair:
            yield pair - {s.old} | {s.new}


def _paid_twice(
    course: Course, one: Item[Contract], other: Item[Contract], months: list[str], kinds: Mapping[str, str]
) -> Problem | None:  # fmt: skip
    """The problem of two contracts that run in the same months for the same people, None where there is none."""
    begun = next((s for s in course.made if s.first == months[0] and s.new in (one.value.id, other.value.id)), None)
    here, there = (one, other) if begun is not None and begun.new == one.value.id else (other, one)
    c, d = here.value, there.value
    when = f", {course.when}" if course.when else ""
    when = f", from {months[0]} on, when {begun.by} begins it" if begun is not None else when
    mend = "Let one of the two pay for it, or part their dates or areas."
    if len({kinds.get(payer) == "outside" for payer in (c.payer, d.payer)}) > 1:
        return _all_and_some(c, d, here, there, when)  # one of them pays for people from beyond
    twice = _both(c.by_contact(), d.by_contact())
    mixed = [*_priced(c, d), *_priced(d, c)] if c.payer == d.payer else []
    some = twice or mixed or _both(c.pays_for(), d.pays_for())
    if not some:
        return _all_and_some(c, d, here, there, when)
    cares, at = listed(dict.fromkeys(pod for _, pod in some)), here.find(some[0][1])
    ways = [f"{'for each ' if some[0] in of.by_contact() else 'a sum for '}{cares}" for of in (c, d)]
    again = "" if ways[0] == ways[1] else f" {ways[1]}"
    what = f"{c.payer} pays {some[0][0]} {ways[0]} here, and {d.payer}{again} in {there.file}{when}."
    if twice:
        return here.problem("contact-paid-twice", what, mend, at)
    if mixed:
        return here.problem(
            "contact-paid-twice",
            what,
            f"{mend} A sum with a rate for each contact more or fewer is kind: piecewise.",
            at,
        )
    return here.warning("paid-twice", what, mend, at)


def _all_and_some(c: Contract, d: Contract, here: Item[Contract], there: Item[Contract], when: str) -> Problem | None:
    """The problem of a contract that names no pods, and so pays for all care of its payee, beside another that pays for some."""
    if not pays_for_all(c):
        c, d, here, there = d, c, there, here
    if not pays_for_all(c) or (c.payer, c.payee) != (d.payer, d.payee):
        return None
    care = next((pod for org, pod in d.pays_for() if org == c.payee), "")
    if not care and not pays_for_all(d):
        return None
    rest = f"{d.id} pays for {care} of it" if care else f"{d.id} does so too"
    what = f"It names no pods, so {c.payer} pays {c.payee} for all its care, and {rest}{when}."
    mend = "Name under covers what it pays for, or part their dates or areas."
    return here.warning("paid-twice", what, mend, "kind")


def _priced(sum_: Contract, by_contact: Contract) -> list[Care]:
    """Care that one contract says it covers by a sum, and of which another pays each contact."""
    covered = [(sum_.payee, pod) for pod in getattr(sum_, "covers", ())]
    return _both(tuple(covered), by_contact.by_contact())


def _both(one: tuple[Care, ...], other: tuple[Care, ...]) -> list[Care]:
    return [at for at in dict.fromkeys(one) if at in other]


def _same_people(one: Contract, other: Contract) -> bool:
    """Whether two contracts pay for people of some area both."""
    return not one.areas or not other.areas or bool(set(one.areas) & set(other.areas))
