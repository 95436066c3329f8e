"""What an initiative's effects do, in words with amounts: read off their primitives, at the middle of each assumption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from placeplan.effects.base import Primitive
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.results.elements import ChangeResult
from placeplan.stress.say import joined, lower_first, number, pounds
from placeplan.stress.seen import beds_of, called, people, pods

ALL_CARE: Final = "all care"
LISTED: Final = 4
"""Kinds of care named one by one; more are counted."""


class Words:
    """Names of a plan's things, for sentences about its effects."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.places, self.kinds = plan, called(plan), pods(plan)
        self.contracts = {c.id: c.about for c in plan.contracts}

    def middle(self, quantity: float | str | None) -> float:
        """A number, or the middle of the assumption that it names."""
        return self.plan.middle(quantity) if quantity is not None else 0.0

    def care(self, names: tuple[str, ...]) -> str:
        """Kinds of care: emergency admissions and A&E attendances."""
        if not names:
            return ALL_CARE
        if len(names) > LISTED:
            return f"{len(names)} kinds of care"
        return joined([lower_first(self.kinds.get(n, n)) for n in names])

    def at(self, sites: tuple[str, ...]) -> str:
        """Where: of Poole Hospital; blank for everywhere."""
        return f" at {joined([self.place(s) for s in sites])}" if sites else ""

    def place(self, name: str) -> str:
        """Name of a site or organisation."""
        return self.places.get(name, name)


def changes(plan: Plan, i: Initiative, words: Words | None = None) -> tuple[ChangeResult, ...]:
    """Every effect of an initiative, in the plan's order."""
    held = words or Words(plan)
    return tuple(
        ChangeResult(
            kind=e.name, about=e.about,
            amounts=tuple(dict.fromkeys(said for p in e.primitives() if (said := amount_said(held, p)))),
        )
        for e in i.effects
    )  # fmt: skip


def amount_said(words: Words, p: Primitive) -> str:
    """One primitive in words; blank where it changes nothing."""
    if p.table == "contract":
        return f"“{words.contracts.get(p.old, p.old)}” gives way to “{words.contracts.get(p.new, p.new)}”"
    amount = words.middle(p.quantity)
    if not amount:
        return ""
    return SAYS.get((p.verb, p.table), _other)(words, p, amount)


def signed(amount: float, many: str) -> str:
    """An amount more or less.

    >>> signed(-56.0, "general beds"), signed(24.0, "posts")
    ('56 fewer general beds', '24 more posts')
    """
    return f"{number(abs(amount), '')} {'more' if amount > 0 else 'fewer'} {many}"


def _beds(w: Words, p: Primitive, amount: float) -> str:
    return f"{signed(amount, beds_of(p.pool))}{w.at((p.site,))}"


def _slots(w: Words, p: Primitive, amount: float) -> str:
    return f"{signed(amount, 'theatre slots a working day')}{w.at((p.site,))}"


def _contacts(w: Words, p: Primitive, amount: float) -> str:
    return f"room for {signed(amount, w.care((p.pod,)))} a month{w.at((p.site,))}"


def _packages(w: Words, p: Primitive, amount: float) -> str:
    return f"{signed(amount, 'packages at a time')} ({w.care((p.pod,))}), {w.place(p.organisation)}"


def _posts(w: Words, p: Primitive, amount: float) -> str:
    return f"{signed(amount, 'posts')} for {people(p.group)} at {w.place(p.organisation)}"


def _redundancies(w: Words, p: Primitive, amount: float) -> str:
    return f"{number(amount, '')} posts made redundant at {w.place(p.organisation)}"


def _cost(w: Words, p: Primitive, amount: float) -> str:
    once = " once" if p.timing == "once" and not p.months else " a year"
    line = f" ({p.line})" if p.line else ""
    who = f", {w.place(p.organisation or p.site)}" if p.organisation or p.site else ""
    if p.verb == "scale":
        return f"{pounds(amount)}{once} to be saved{line}{who}"
    lasts = f" for {p.months} months" if p.timing == "once" and p.months > 0 else ""
    return f"{'costs' if amount > 0 else 'saves'} {pounds(abs(amount))}{once}{lasts}{line}{who}"


def _fixed(w: Words, p: Primitive, amount: float) -> str:
    return f"{pounds(amount)} a year of fixed cost ends{w.at((p.site,))}"


def _demand(w: Words, p: Primitive, amount: float) -> str:
    less = "less" if amount > 0 else "more"
    return f"{number(abs(amount), 'share')} {less} of {w.care(p.scope.pods)}{w.at(p.scope.sites)}"


def _shifted(w: Words, p: Primitive, amount: float) -> str:
    to = f"{w.care((p.to_pod,))}{w.at((p.to_site,))}"
    return f"{number(amount, 'share')} of {w.care(p.scope.pods)} becomes {to}"


def _moved(w: Words, p: Primitive, amount: float) -> str:
    to = joined([w.place(s) for s, _ in p.to_sites]) if p.to_sites else ""
    where = to or f"the nearer of {joined([w.place(s) for s in p.nearest_of])}"
    return f"{'all' if amount >= 1 else number(amount, 'share')} of {w.care(p.scope.pods)}{w.at(p.scope.sites)} goes to {where}"


def _stay(w: Words, p: Primitive, amount: float) -> str:
    what = "nights in hospital" if p.table == "stay" else "days of waiting to leave hospital"
    return f"{number(abs(amount), 'share')} {'fewer' if amount > 0 else 'more'} {what}, {w.care(p.scope.pods)}{w.at(p.scope.sites)}"


STAFF: Final = {
    "leavers": ("fewer", "more", "staff who leave"),
    "hires": ("fewer", "more", "staff found"),
    "absence": ("less", "more", "absence of staff"),
    "productivity": ("less", "more", "done by each of the staff"),
}
"""What an effect on a whole staff group changes: in words where its share is taken away, where it is added, of what."""


def _staff(w: Words, p: Primitive, amount: float) -> str:
    less, more, what = STAFF[p.table]
    taken = amount * p.ratio if isinstance(p.ratio, float) else amount
    who = f", {people(p.group)}" if p.group else ""
    where = f", {w.place(p.organisation)}" if p.organisation else ""
    return f"{number(abs(amount), 'share')} {less if taken > 0 else more} {what}{who}{where}"


def _entrants(_: Words, p: Primitive, amount: float) -> str:
    return f"{signed(amount, people(p.group))} a year who look for a post"


def _other(_: Words, p: Primitive, amount: float) -> str:
    return f"{p.table.replace('_', ' ')}: {number(amount, '')}"


SAYS: Final[dict[tuple[str, str], Callable[[Words, Primitive, float], str]]] = {
    ("add", "beds"): _beds, ("add", "slots"): _slots, ("add", "contacts"): _contacts, ("add", "packages"): _packages,
    ("add", "posts"): _posts, ("add", "redundancies"): _redundancies, ("add", "cost"): _cost, ("scale", "cost"): _cost,
    ("add", "fixed_cost"): _fixed, ("scale", "demand"): _demand, ("move", "demand"): _shifted, ("move", "sites"): _moved,
    ("scale", "stay"): _stay, ("scale", "delay"): _stay, ("add", "hires"): _entrants,
    **{("scale", table): _staff for table in STAFF},
}  # fmt: skip
"""How each primitive is said, by verb and table."""
