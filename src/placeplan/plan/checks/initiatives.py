"""Checks of initiatives: who, when, what they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import Organisation
from placeplan.plan.checks.about import is_year
from placeplan.plan.checks.base import check, circle, organisations, unknown
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import SAID, Initiative
from placeplan.plan.located import Item, Path
from placeplan.plan.payment_forms import PaymentForm

OF_INITIATIVES = ("uptake", "started", "contacts_prevented", "initiative_cost", "capital_charge", "cip_saving")
"""Outcomes whose entities are initiatives."""


@check("id-not-file-name")
def ids_are_file_names(draft: Draft) -> Iterator[Problem]:
    """An initiative, contract or form of payment is called as its file in the plan is."""
    items: list[Item[Initiative] | Item[Contract] | Item[PaymentForm]] = [*draft.initiatives, *draft.contracts]
    for item in (*items, *(f for f in draft.payment_forms if f.file.startswith("payment_forms/"))):
        name = item.file.rpartition("/")[2].removesuffix(".yaml")
        if item.value.id != name:
            what = f"The id is “{item.value.id}”, the file {name}.yaml."
            yield item.problem("id-not-file-name", what, f"Write id: {name}, or rename the file.", "id")


@check("unknown-organisation", "look-alike")
def people_answer_for_them(draft: Draft) -> Iterator[Problem]:
    """Owner, partners, bearer of capital and whoever signs are organisations of the plan."""
    for item in draft.initiatives:
        i = item.value
        named: list[tuple[Path, str]] = [(("owner",), i.owner)]
        named += [(("partners", n, "organisation"), p.organisation) for n, p in enumerate(i.partners)]
        named += [(("sign_offs", n, "organisation"), s.organisation) for n, s in enumerate(i.sign_offs)]
        named += [(("capital", "organisation"), i.capital.organisation)] if i.capital else []
        for at, name in named:
            yield from unknown(draft, item, "organisation", name, at)
    for form in draft.payment_forms:
        for n, s in enumerate(form.value.sign_offs):
            yield from unknown(draft, form, "organisation", s.organisation, ("sign_offs", n, "organisation"))


@check("not-said")
def nothing_is_left_open(draft: Draft) -> Iterator[Problem]:
    """Who takes part, what comes first and what is claimed is said, if only by an empty list."""
    for item in draft.initiatives:
        left = [name for name in SAID if isinstance(item.data, dict) and name not in item.data]
        if left:
            what = f"{item.value.name} does not say: {', '.join(left)}."
            yield item.warning("not-said", what, f"Write them; where there is none, {left[0]}: [].")


@check("two-roles")
def partners_have_one_role(draft: Draft) -> Iterator[Problem]:
    """Nobody is a partner twice."""
    for item in draft.initiatives:
        names = [p.organisation for p in item.value.partners]
        for n, name in enumerate(names):
            if name in names[:n]:
                what = f"{name} is a partner twice."
                yield item.problem("two-roles", what, "Keep the role that it has.", ("partners", n, "organisation"))


@check("two-positions")
def nobody_says_two_things_at_once(draft: Draft) -> Iterator[Problem]:
    """An organisation has one position on a date, so that the last can be told."""
    items: list[Item[Initiative] | Item[PaymentForm]] = [*draft.initiatives, *draft.payment_forms]
    for item in items:
        said: dict[tuple[str, str | None], str] = {}
        for n, s in enumerate(item.value.sign_offs):
            before = said.setdefault((s.organisation, s.date), s.position)
            if before != s.position:
                what = f"{s.organisation} is “{before}” and “{s.position}” on the same date ({s.date or 'none given'})."
                yield item.problem(
                    "two-positions", what, "Give the dates, or keep the one that it said.", ("sign_offs", n, "position")
                )


@check("ends-before-start", "outside-run")
def initiatives_start_in_the_run(draft: Draft) -> Iterator[Problem]:
    """An initiative starts within the run and ends after it starts."""
    run = run_months(draft)
    for item in draft.initiatives:
        i = item.value
        if i.start is None:
            continue
        if i.end and i.end < i.start:
            what = f"It ends in {i.end}, before it starts in {i.start}."
            yield item.problem("ends-before-start", what, "Mend one of the two months.", "end")
        if run and not run[0] <= i.start <= run[1]:
            what = f"It starts in {i.start}; the run goes from {run[0]} to {run[1]}."
            yield item.problem("outside-run", what, "Mend the month, or leave the initiative out.", "start")


@check("not-valid-then")
def owners_exist_at_the_start(draft: Draft) -> Iterator[Problem]:
    """The owner exists when the initiative starts."""
    for item in draft.initiatives:
        owner = organisations(draft).get(item.value.owner)
        if owner is not None and item.value.start:
            yield from not_there(item, owner, item.value.start, "owner")


def not_there(item: Item[Any], organisation: Organisation, month: str, at: str | Path) -> Iterator[Problem]:
    """A problem where an organisation does not exist in a month."""
    first, last = organisation.valid_from, organisation.valid_to
    if (first and month < first) or (last and month > last):
        when = f"from {first}" if first and month < first else f"until {last}"
        what = f"{organisation.name} ({organisation.id}) exists only {when}, not in {month}."
        yield item.problem("not-valid-then", what, "Name who is there then, or mend the dates.", at)


@check("not-valid-then")
def payers_and_payees_exist(draft: Draft) -> Iterator[Problem]:
    """Both sides of a contract, and the other partners of a pool, exist when it starts and when it ends."""
    run = run_months(draft)
    for item in draft.contracts if run else ():
        named: list[tuple[Path, str]] = [((side,), getattr(item.value, side)) for side in ("payer", "payee")]
        for side, name in (*named, *((at, name) for name, at in item.value.parties())):
            organisation = organisations(draft).get(name)
            for at, month in (("starts", item.value.starts or (run[0] if run else "")), ("ends", item.value.ends)):
                if organisation is not None and month and month != "by_initiative":
                    yield from not_there(item, organisation, month, at if getattr(item.value, at) else side)


@check("unknown-initiative", "look-alike")
def required_initiatives_are_there(draft: Draft) -> Iterator[Problem]:
    """What an initiative requires is in the plan."""
    for item in draft.initiatives:
        for n, name in enumerate(item.value.requires):
            yield from unknown(draft, item, "initiative", name, ("requires", n))


@check("circular-requires")
def nothing_waits_for_itself(draft: Draft) -> Iterator[Problem]:
    """No initiative requires itself by way of others; each circle is told once."""
    requires = {i.value.id: (*i.value.requires, *_watched(i.value)) for i in draft.initiatives}
    told: set[str] = set()
    for item in draft.initiatives:
        way = circle(item.value.id, requires)
        if way and not told & set(way):
            told |= set(way)
            named = way[1] in item.value.requires
            at: Path = ("requires", item.value.requires.index(way[1])) if named else ("trigger", "entity")
            what = f"It waits for itself: {' → '.join(way)}."
            yield item.problem("circular-requires", what, "Take one of these requirements away.", at)


def _watched(i: Initiative) -> tuple[str, ...]:
    """The initiative whose outcome a trigger watches, if it is of one."""
    return (i.trigger.entity.rpartition("/")[2],) if i.trigger and i.trigger.outcome in OF_INITIATIVES else ()


@check("unknown-assumption", "look-alike")
def initiatives_name_known_assumptions(draft: Draft) -> Iterator[Problem]:
    """Peak, delay, capital and effects name assumptions of the plan or the library."""
    for item in draft.initiatives:
        for at, quantity in _quantities(item):
            if isinstance(quantity, str):
                yield from unknown(draft, item, "assumption", quantity, at)


def _quantities(item: Item[Initiative]) -> Iterator[tuple[Path, float | str]]:
    i = item.value
    yield from ((("peak",), i.peak), (("delay",), i.delay))
    if i.capital:
        yield from ((("capital", "overrun"), i.capital.overrun), (("capital", "secured"), i.capital.secured))
    for n, effect in enumerate(i.effects):
        for name in dict.fromkeys(effect.quantities()):
            if isinstance(name, str):
                yield from ((at, name) for at in item.find_each(name, ("effects", n)))


@check("negative", "above-one")
def shares_of_initiatives_are_shares(draft: Draft) -> Iterator[Problem]:
    """Peak and secured are shares; delay and overrun are not negative."""
    for item in draft.initiatives:
        i = item.value
        limits: list[tuple[Path, float | str, float]] = [(("peak",), i.peak, 1.0), (("delay",), i.delay, 1e9)]
        if i.capital:
            limits += [
                (("capital", "secured"), i.capital.secured, 1.0),
                (("capital", "overrun"), i.capital.overrun, 1e9),
            ]
        for at, quantity, most in limits:
            if not isinstance(quantity, str):
                yield from beyond(item, at, quantity, most)


def beyond(item: Item[Any], at: Path, number: float, most: float, least: float = 0.0) -> Iterator[Problem]:
    """A problem where a number lies below ``least`` or above ``most``."""
    if number < least:
        what = f"{at[-1]} is {number:g}; it cannot be below {least:g}."
        yield item.problem("negative", what, f"Write {least:g} or more.", at)
    if number > most:
        what = f"{at[-1]} is {number:g}; a share is at most 1."
        yield item.problem("above-one", what, "Write a share between 0 and 1: 12 % is 0.12.", at)


@check("bad-year")
def claims_are_for_years(draft: Draft) -> Iterator[Problem]:
    """The year of a claim is a financial year."""
    for item in draft.initiatives:
        for n, claim in enumerate(item.value.claims):
            if claim.year and not is_year(claim.year):
                what = f"“{claim.year}” names two years that do not follow each other."
                yield item.problem("bad-year", what, "Write a financial year as 2016/17.", ("claims", n, "year"))


@check("unknown-pod", "look-alike")
def claims_are_of_known_care(draft: Draft) -> Iterator[Problem]:
    """The point of delivery that a claim is about."""
    for item in draft.initiatives:
        for n, claim in enumerate(item.value.claims):
            if claim.pod is not None:
                yield from unknown(draft, item, "pod", claim.pod, ("claims", n, "pod"))
