"""Checks of forms of payment: what they say of the plan's contracts, and what is wrong with the plan once one is laid over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.plan.checks import authority, circles, contracts, cover, effects, gaps, months, paid, rules, sharing
from placeplan.plan.checks.base import CHECKS, check, unknown
from placeplan.plan.checks.scenarios import rule_faults
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft, once
from placeplan.plan.laid import lay, swaps
from placeplan.plan.located import Item
from placeplan.plan.payment_forms import PaymentForm

OF_CONTRACTS = frozenset(
    module.__name__ for module in (authority, circles, contracts, cover, effects, gaps, months, paid, rules, sharing)
)
"""Modules whose checks read contracts: these are asked again of the plan with another form of payment."""
LAID = tuple(code for function, codes in CHECKS if function.__module__ in OF_CONTRACTS for code in codes)


@check("form-of-nothing")
def forms_change_something(draft: Draft) -> Iterator[Problem]:
    """A form of payment has a contract, removes one, or replaces a rule."""
    for item in draft.payment_forms:
        form = item.value
        if not (form.contracts or form.removes or form.rules):
            what = f"{form.name} changes no contract."
            yield item.problem("form-of-nothing", what, "Give contracts, removes or rules.")


@check("duplicate-id")
def forms_say_each_contract_once(draft: Draft) -> Iterator[Problem]:
    """No contract stands twice in a form, or both under contracts and under removes."""
    for item in draft.payment_forms:
        form = item.value
        ids = [c.id for c in form.contracts]
        for n, name in enumerate(ids):
            if name in ids[:n]:
                what = f"“{name}” stands here a second time."
                yield item.problem("duplicate-id", what, "Give it another id.", ("contracts", n, "id"))
        for n, name in enumerate(form.removes):
            if name in ids or name in form.removes[:n]:
                where = "under contracts too" if name in ids else "here a second time"
                what = f"“{name}” stands {where}."
                yield item.problem("duplicate-id", what, "Keep one of the two.", ("removes", n))


@check("unknown-contract", "gives-way", "look-alike")
def forms_remove_contracts_of_the_plan(draft: Draft) -> Iterator[Problem]:
    """What a form removes is there, and no initiative that goes on would end it for another contract."""
    run = run_months(draft)
    for item in draft.payment_forms:
        form = item.value
        for n, name in enumerate(form.removes):
            yield from unknown(draft, item, "contract", name, ("removes", n))
            begun = _begun_for(draft, name, form)
            if begun and (run is None or (form.start or run[0]) <= run[0]):
                who, new = begun
                what = f"Initiative {who} would end {name} and begin {new}, and {name} is not there."
                mend = f"Remove {new} in its place, or give {name} under contracts."
                yield item.problem("gives-way", what, mend, ("removes", n), new)


def _begun_for(draft: Draft, name: str, form: PaymentForm) -> tuple[str, str] | None:
    """The initiative that ends a contract, and the contract that it begins, where the form leaves that."""
    return next(((who, new) for who, old, new in _swaps(draft) if old == name and new not in form.removes), None)


@once
def _swaps(draft: Draft) -> tuple[tuple[str, str, str], ...]:
    """Each initiative that ends a contract, with that contract and the one that it begins."""
    return tuple((i.value.id, old, new) for i in draft.initiatives for _, old, new in swaps(i.value))


@check("unknown-contract", "unknown-kind", "rule-of-nothing", "look-alike")
def rules_of_forms_are_of_contracts(draft: Draft) -> Iterator[Problem]:
    """A rule that a form replaces is one of a contract, as in a scenario."""
    for item in draft.payment_forms:
        for n, rule in enumerate(item.value.rules):
            yield from rule_faults(draft, item, rule, ("rules", n))


@check("outside-run", "after-national-start")
def forms_begin_in_the_run(draft: Draft) -> Iterator[Problem]:
    """A form begins before the run ends, and here no later than for everybody."""
    run = run_months(draft)
    for item in draft.payment_forms:
        form = item.value
        for field in ("local_start", "national_start"):
            month = getattr(form, field)
            if month and run and month > run[1]:
                what = f"{month} leaves it no month of the run, {run[0]} to {run[1]}."
                yield item.problem("outside-run", what, "Mend the month, or leave it out.", field)
        if form.local_start and form.national_start and form.local_start > form.national_start:
            what = f"It is the national rule from {form.national_start}, and here it begins in {form.local_start}."
            yield item.warning("after-national-start", what, "Mend one of the two months.", "local_start")


@check(*dict.fromkeys(LAID))
def plans_hold_with_other_contracts(draft: Draft) -> Iterator[Problem]:
    """The plan with a form laid over it has no problem of contracts that the plan itself has not.

    A form that is wrong in itself is not laid: its own problems come first.
    """
    if not draft.payment_forms:
        return
    bare = replace(draft, payment_forms=())
    before = {(p.file, p.code, p.what) for p in _of_contracts(bare)}
    for item in draft.payment_forms:
        alone = replace(draft, payment_forms=(item,))
        if not any(p.severity == "error" for asked in ITSELF for p in asked(alone)):
            for p in sorted(set(_of_contracts(under(bare, item)))):
                if (p.file, p.code, p.what) in before:
                    continue
                yield p if p.file == item.file else replace(p, what=f"With {item.value.id}: {p.what}")


ITSELF = (
    forms_change_something, forms_say_each_contract_once, forms_remove_contracts_of_the_plan, rules_of_forms_are_of_contracts,
    forms_begin_in_the_run,
)  # fmt: skip


def _of_contracts(draft: Draft) -> Iterator[Problem]:
    """What the checks that read contracts find."""
    for function, _ in CHECKS:
        if function.__module__ in OF_CONTRACTS:
            yield from function(draft)


def under(draft: Draft, item: Item[PaymentForm]) -> Draft:
    """The plan as written with a form laid over it; a contract of the form stands where the form has it."""
    run = run_months(draft)
    before: Sequence[Item[Any]] = (*draft.contracts, *draft.initiatives)
    found = lay(
        item.value, [c.value for c in draft.contracts], [i.value for i in draft.initiatives], run[0] if run else ""
    )
    places: dict[str, Item[Contract]] = {c.value.id: c for c in draft.contracts}
    for n, c in enumerate(item.value.contracts):
        entry = item.data["contracts"][n] if isinstance(item.data, dict) else None
        own = Item(c, item.file, 0, item.lines, entry, ("contracts", n))
        later = next((name for name, old in found.follows.items() if old == c.id), c.id)
        places[later] = replace(own, row=own.at())
    held = {i.value.id: i for i in before if not isinstance(i.value, Contract)}
    return replace(
        draft, payment_forms=(),
        contracts=tuple(places.get(c.id, places.get(found.follows.get(c.id, ""), item)).holding(c) for c in found.contracts),
        initiatives=tuple(held[i.id].holding(i) for i in found.initiatives),
    )  # fmt: skip
