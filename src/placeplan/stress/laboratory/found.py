"""The contract laboratory: the plan as it stands and in other forms of payment, run on the same futures and measured."""

from __future__ import annotations

from collections.abc import Sequence

from placeplan.contracts.base import Contract
from placeplan.plan.laid import laid
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.laboratory import say, worlds
from placeplan.stress.laboratory.measure import earned, has, promises
from placeplan.stress.laboratory.sheets import Asked, changed_ids, sheet
from placeplan.stress.laboratory.wording import called_of
from placeplan.stress.results.contracts import InForm, Laboratory
from placeplan.stress.runs.kept import years_judged
from placeplan.stress.runs.runner import Runs

METHOD = (
    "The plan and each form of payment meet the same futures; all figures are means of the years judged, £ a year as paid then, with 95% intervals of the difference."
    " Who bears what: one group of inputs moves and the others stand at their middle. Volume: need, initiatives, care outside hospital, chance of days. Price: what contracts and"
    " allocations follow. Cost: pay, prices of goods, efficiency, posts to fill. Shares of the variance need not add up, as groups work on each other, or move together. What is passed on is the slope of"
    " what is paid against what the contracts of who is paid have to meet. One contact more: need of each kind of care is raised by 1 in 100, from the first month on."
)
PLAIN = (
    "The plan and each other way of paying meet the same futures. Each figure is the mean of the years judged, in £ a year as paid then. Beside it stands how sure the "
    "difference is. Who bears what? One group of things moves, and the others stand at their middle. The groups are how much care there is, prices, and costs. Shares need "
    "not add up, as groups act on each other. What is passed on is how much more is paid if those who are paid have £1 more to meet. One visit more: the need of each kind "
    "of care is raised by 1 in 100, from the first month on."
)
"""What `METHOD` says, in plain words."""
AS_PLANNED = "As planned"


def look(runs: Runs, forms: Sequence[PaymentForm], only: Sequence[str] = ()) -> Laboratory:
    """Runs the plan in each form of payment.

    only: contracts for which term sheets are made, by id; none: all that pay anything in the years judged.
    """
    plan = runs.plan
    every = [(None, plan), *((form, laid(plan, form)) for form in forms)]
    ran = [(form, worlds.run(runs, of, plan.promises, form.name if form else AS_PLANNED)) for form, of in every]
    usual = ran[0][1]
    found = tuple(_in_form(plan, usual, own, form) for form, own in ran)
    told = say.told(plan, found)
    return Laboratory(
        plan=plan.about.name, place=plan.about.place, synthetic=plan.about.synthetic, digest=plan.digest,
        years=years_judged(plan), sentence=told.sentence, then=told.then, behind=told.behind, forms=tuple(_shown(form, only) for form in found), method=METHOD,
        seed=runs.futures.seed, futures=runs.futures.count,
    )  # fmt: skip


def foreseen(plan: Plan, forms: int, futures: int) -> int:
    """Futures that it takes, for progress."""
    return (1 + forms) * worlds.foreseen(plan, futures)


def _in_form(plan: Plan, usual: worlds.Paid, own: worlds.Paid, form: PaymentForm | None) -> InForm:
    """What was found of one form."""
    called = {**called_of(own.plan), **names(own.plan)}
    each = tuple(has(usual, own, called))
    of = Asked(usual, own, form, {h.organisation: h for h in each}, called)
    sheets = (sheet(of, c) for c in _ordered(usual.plan, own.plan))
    return InForm(
        id=form.id if form else "", name=form.name if form else AS_PLANNED, about=form.about if form else plan.about.about,
        has=each, sheets=tuple(s for s in sheets if s.mean or s.low != s.high),
        earned=tuple(earned(own, called)), promises=tuple(promises(usual, own, plan.promises, called)),
    )  # fmt: skip


def _ordered(plan: Plan, own: Plan) -> list[Contract]:
    """Contracts, those that a form changes first, then in order of id."""
    changed = changed_ids(plan, own)
    return sorted(own.contracts, key=lambda c: (c.id not in changed, c.id))


def _shown(form: InForm, only: Sequence[str]) -> InForm:
    """What was found of a form with the term sheets that are asked for: of contracts by id, and of those that follow them."""
    wanted = (
        s
        for s in form.sheets
        if not only or s.contract in only or any(s.contract.startswith(f"{o[:48]}.") for o in only)
    )
    return form.model_copy(update={"sheets": tuple(wanted)})
