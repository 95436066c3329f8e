"""Term sheets: a contract in words, with who holds which risk, what is expected, and where each party stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from placeplan.contracts.base import Contract
from placeplan.incentives.risk import spread
from placeplan.plan.initiatives import SignOff
from placeplan.plan.laid import swaps
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import on_record, positions
from placeplan.stress.laboratory.measure import passes, provider_of
from placeplan.stress.laboratory.wording import cover, dates, money, more_terms, signed, wording
from placeplan.stress.laboratory.worlds import Paid, total_of
from placeplan.stress.nudges import brought
from placeplan.stress.results.contracts import Change, Has, Passes, Side, TermSheet
from placeplan.stress.say import joined, upper_first

SMALL = 5e4
"""£ a year below which nobody counts as gaining or losing."""
LITTLE, NEARLY = 0.05, 0.95
"""Of £1 of cost passed on: below the one nothing is, from the other all is."""
POSITION: Mapping[str, str] = {
    "signed": "signed",
    "objects": "refused",
    "withdrawn": "withdrew",
    "not_asked": "was not asked",
}
UNSAID = "has not signed"
NOTHING = "nothing"
OUTSIDE = "not of the place, so its money is not followed"


class Asked(NamedTuple):
    """What a sheet is made from."""

    usual: Paid
    own: Paid
    form: PaymentForm | None
    """None: the plan as it stands."""
    has: Mapping[str, Has]
    """By organisation, in this form."""
    names: Mapping[str, str]


def changed_ids(usual: Plan, own: Plan) -> frozenset[str]:
    """Contracts that a form adds or changes, or that initiatives begin and end otherwise under it."""
    before, after = ({c.id: (c, _turns(plan, c.id)) for c in plan.contracts} for plan in (usual, own))
    return frozenset(name for name, found in after.items() if before.get(name) != found)


def _turns(plan: Plan, contract: str) -> frozenset[tuple[str, str, str]]:
    """By which initiatives a contract begins or ends, and what it follows or is followed by."""
    return frozenset((i.id, old, new) for i in plan.initiatives for _, old, new in swaps(i) if contract in (old, new))


def sheet(of: Asked, c: Contract) -> TermSheet:
    """The term sheet of one contract."""
    plan, words = of.own.plan, wording(of.own.plan)
    total = total_of(c, of.own.all)
    low, high = spread(total)
    all_passes = tuple(p.model_copy(update={"held": holder(p)}) for p in passes(c, of.own))
    terms = tuple(upper_first(t) for t in (*c.says(words), *more_terms(plan, c, words)))
    return TermSheet(
        contract=c.id, about=c.about, form=of.form.name if of.form else "", changed=c.id in changed_ids(of.usual.plan, plan),
        kind=c.plainly or c.name.replace("_", " "), pays=_pays(c, of.names), cover=cover(plan, c, words),
        dates=dates(plan, c), terms=terms, expected=_expected(float(total.mean()), low, high), mean=float(total.mean()),
        low=low, high=high, by_year=tuple(zip(of.own.years, (float(y) for y in of.own.yearly[c.id]), strict=True)),
        passes=all_passes, risks=tuple(_held(of, c, p) for p in all_passes), sides=tuple(_sides(of, c)), source=c.source,
    )  # fmt: skip


def _pays(c: Contract, names: Mapping[str, str]) -> str:
    """Who pays whom."""
    if not c.pays_in():
        return f"{names[c.payer]} pays {names[c.payee]}"
    return f"{joined([names[o] for o in sorted(c.pays_in())])} pay in; {names[c.payee]} is the host"


def _expected(mean: float, low: float, high: float) -> str:
    """What is paid, and its range."""
    if money(low) == money(high):
        return f"{money(mean)} a year"
    return f"{money(mean)} a year; {money(low)} to {money(high)} in 9 of 10 futures"


def holder(p: Passes) -> Literal["who pays", "who is paid", "both", ""]:
    """Who holds one risk of a contract; blank where nothing moves."""
    if p.risk == "price":
        return "" if money(p.low) == money(p.high) else "both"
    part = p.follows if p.risk == "volume" else p.passed
    if part is None:
        return ""
    return "who is paid" if part < LITTLE else "who pays" if part >= NEARLY else "both"


def _payer(of: Asked, c: Contract) -> str:
    return "those who pay in" if c.pays_in() else of.names[c.payer]


def _held(of: Asked, c: Contract, p: Passes) -> str:
    """Who holds one risk of a contract, in words."""
    who, payer = of.names.get(provider_of(c, of.own), of.names[c.payee]), _payer(of, c)
    moved = f"{money((p.high - p.low) / 2)} a year either way"
    if p.risk == "price":
        if not p.held:
            return "Price: what is paid for the same care is the same in all futures"
        return f"Price: both. It moves the payment by {moved}: what one gains by it the other pays"
    named = {"who pays": payer, "who is paid": who, "both": "both", "": "nobody here"}[p.held]
    if p.risk == "volume":
        return f"Volume: {named}. {_following(p, payer, moved)}.{_brings(p, who, 'more care')}"
    if p.passed is None:
        return "Cost: what care costs to give is the same in all futures, or not of this place"
    return f"Cost: {named}.{_brings(p, who, 'dearer care')}"


def _following(p: Passes, payer: str, moved: str) -> str:
    """How the payment follows how much care is given."""
    if p.follows is None:
        return "Nothing is paid"
    if abs(p.follows) < LITTLE:
        return "The payment stays, whatever comes"
    if p.follows < 0:
        return f"The payment falls as more care is needed, by {_percent(-p.follows)} for 1%; it moves by {moved}"
    return f"For 1% more care the payment is {_percent(p.follows)} more; {payer} bears {moved}"


def _percent(value: float) -> str:
    """Per cent, with one digit where it says something.

    >>> _percent(0.98), _percent(0.55), _percent(9.0)
    ('1%', '0.6%', '9%')
    """
    return f"{f'{value:.1f}'.removesuffix('.0')}%"


def _brings(p: Passes, who: str, what: str) -> str:
    """What of each £1 that who is paid spends more comes back."""
    if p.passed is None or p.together is None:
        return ""
    own, every = _pence(p.passed), _pence(p.together)
    if own == every == NOTHING:
        return f" Nothing of what {what} costs {who} comes back under any contract"
    rest = "" if own == every else f" and all its contracts {every}"
    return f" Of each £1 that {what} costs {who}, this contract brings {own}{rest}"


def _pence(share: float) -> str:
    """A part of £1.

    >>> _pence(0.634), _pence(1.3), _pence(-0.15), _pence(0.0)
    ('63p', '£1.30', '15p less', 'nothing')
    """
    if abs(share) < 0.005:
        return NOTHING
    if share < 0:
        return f"{_pence(-share)} less"
    return f"{100 * share:.0f}p" if round(share, 2) < 1 else f"£{share:.2f}"


def _sides(of: Asked, c: Contract) -> list[Side]:
    """Each party: what changes for it, and what it said."""
    parties = dict.fromkeys((c.payer, c.payee, *(n for n, _ in c.parties())))
    return [_side(of, c, o) for o in parties]


def _side(of: Asked, c: Contract, organisation: str) -> Side:
    """Where one party stands."""
    pays = organisation == c.payer or organisation in c.pays_in()
    role = "host" if c.pays_in() and organisation == c.payee else "pays" if pays else "is paid"
    position, said = _said(of, c, organisation)
    has = of.has.get(organisation)
    result: Literal["pass", "amber", "fail", "shown"] = "shown"
    if has is not None:
        worse = loses(has.along)
        unsure = worse or (has.change is not None and loses(has.change))
        result = "fail" if position == "objects" or (worse and position != "signed") else "amber" if unsure else "pass"
    shown = _stands(has) if has else OUTSIDE
    return Side(
        organisation=organisation, name=of.names[organisation], role=role, shown=shown, said=said, result=result
    )


def _stands(has: Has) -> str:
    """What the form and the plan bring a party, in words."""
    by_plan = _better(has.along, "by the plan than if nothing is done", "with the plan as if nothing is done")
    if has.change is None:
        return by_plan
    own = _better(has.change, "than under the plan’s own contracts", "as under the plan’s own contracts")
    return f"{own}; {by_plan}"


def _better(change: Change, than: str, alike: str) -> str:
    """Better off, worse off, or neither, with the interval."""
    low, high = signed(change.low), signed(change.high)
    between = f" ({low} to {high})" if low != high else ""
    if gains(change):
        return f"{money(change.mean)} a year better off {than}{between}"
    if loses(change):
        return f"{money(-change.mean)} a year worse off {than}{between}"
    return f"about as well off {alike}{between}"


def gains(change: Change) -> bool:
    """Whether somebody clearly gains more than a little."""
    return change.low > 0 and change.mean >= SMALL


def loses(change: Change) -> bool:
    """Whether somebody clearly loses more than a little."""
    return change.high < 0 and change.mean <= -SMALL


def _said(of: Asked, c: Contract, organisation: str) -> tuple[str, str]:
    """The position of a party on a contract, and how it is told: of the form that has it, of the initiative that begins it, or in force."""
    if of.form is not None and c.id in changed_ids(of.usual.plan, of.own.plan):
        return _last([s for s in of.form.sign_offs if s.organisation == organisation])
    begun = brought(of.own.plan, c)
    if not begun:
        return "signed", "in force from the start"
    found = [(positions(of.own.plan, i).get(organisation, ""), i) for i in begun]
    position, i = next(((p, i) for p, i in found if p != "signed"), found[0])
    if not position:
        return "", f"{UNSAID} “{i.name}”"
    entry = on_record(of.own.plan, i, organisation, position)
    return position, f"{POSITION[position]} “{i.name}”{_when(entry['date'], entry['by'])}"


def _last(own: Sequence[SignOff]) -> tuple[str, str]:
    """The last of some entries by date."""
    if not own:
        return "", UNSAID
    last = max(enumerate(own), key=lambda n: (n[1].date or "", n[0]))[1]
    return last.position, f"{POSITION[last.position]}{_when(last.date or '', last.by or '')}"


def _when(date: str, by: str) -> str:
    """When something was said, and by whom."""
    return f"{f' on {date}' if date else ''}{f' ({by})' if by else ''}"
