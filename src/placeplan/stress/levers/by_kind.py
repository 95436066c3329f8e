"""What a lever can only do one way, by its kind and the model's equations: said in one table, with the reason and where it does not hold.

What is not in the table is seen in runs. What is in it is held against runs by a test, and in each search by the runs at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.contracts.base import Contract
from placeplan.core.outcomes import BEDS, CARE, CONTACTS, MONEY, STAFF, WAITS
from placeplan.core.tables import BedStock, CapitalRow, CouncilRules, Organisation, Pathway, Pod, Stay
from placeplan.effects.base import Effect
from placeplan.plan.initiatives import Initiative
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.levers.amounts import CAPACITY, closing
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.levered import Levered

RISES, FALLS, STAYS = 1, -1, 0
"""As a lever goes up the figure never falls; never rises; is not touched."""
ENDS = np.array([1e-9, 1.0 - 1e-9])
"""Shares of a distribution below which its least and its largest values lie."""
CROWDING = (
    "occupancy", "waiting_without_bed", "waiting_at_end", "days_over_92", "days_over_100", "escalation_beds",
)  # fmt: skip
NOT_MONEY = tuple(o for o in CARE | CONTACTS | BEDS | WAITS | STAFF if not o.endswith("cost"))
OWN = ("position", "cash", "against_control_total")


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    what: str
    """Which levers, by `nature`."""
    outcomes: tuple[str, ...]
    way: int
    of: str
    """Whose figure: ``payer`` (or the system), ``pool`` of its beds, or ``any``."""
    unless: tuple[str, ...]
    """What must not be in the plan (`EXCEPT`)."""
    why: str


RULES: tuple[Rule, ...] = (
    Rule("money from outside", OWN, RISES, "payer", ("triggers", "money read"), "It is added to each month's position; interest follows cash, and who is not below a bound is paid no less."),
    Rule("only saves", OWN, RISES, "payer", ("triggers", "money read", "required"), "What is counted of a saving is `most(0, …)` and no more than the line."),
    Rule("only costs", OWN, FALLS, "payer", ("triggers", "money read", "required", "building queue"), "Its cost, depreciation and charge are taken off each month's position."),
    *(
        Rule(what, NOT_MONEY, STAYS, "any", ("triggers", "money read", "required", "building queue", "own uptake"),
             "No care, bed, wait or post looks at money.")
        for what in ("money from outside", "only saves", "only costs")
    ),
    Rule("more beds", CROWDING, FALLS, "pool", ("triggers", "shared beds", "shared posts", "stays that change"),
         "Who waits takes a bed a day sooner, so there are no more patients: `least(patients, beds) / beds` and `most(0, patients − beds)` fall with beds."),
    Rule("only closes beds", CROWDING, RISES, "pool", ("triggers", "shared beds", "stays that change", "required"),
         "The same the other way round."),
    *(
        Rule(what, ("capital_spend",), STAYS, "any", ("triggers",), "It builds nothing, and no building waits for it.")
        for what in ("money from outside", "more beds", "contacts", "packages", "posts", "closes")
    ),
    *(
        Rule(what, ("capital_spend",), RISES, "any", ("triggers", "building queue"), "What begins is built in full, and what waits for it begins if at all.")
        for what in ("size", "building")
    ),
)  # fmt: skip
"""Whatever was not thought of stands in no line: then runs decide."""


def way(levered: Levered, lever: Lever, promise: Promise) -> int | None:
    """Which way the figure of a promise goes as a lever goes up, by the table; None where it says nothing."""
    at = _Place(levered, lever, promise)
    for rule in RULES:
        if (
            rule.what in at.nature and promise.outcome in rule.outcomes and OF[rule.of](at)
            and not any(EXCEPT[name](at) for name in rule.unless)
        ):  # fmt: skip
            return rule.way
    return None


def helps(levered: Levered, lever: Lever, promise: Promise) -> int | None:
    """The same of the room left to its bound: 1 never less, −1 never more, 0 not touched; None where the table says nothing."""
    found = way(levered, lever, promise)
    if not found:
        return found
    both = promise.at_least is not None and promise.at_most is not None
    return None if both else found if promise.at_most is None else -found


@dataclass(frozen=True)
class _Place:
    """A lever and a promise in a plan."""

    levered: Levered
    lever: Lever
    promise: Promise

    @property
    def plan(self) -> Plan:
        """With the options of levers in it."""
        return self.levered.plan

    @property
    def initiative(self) -> Initiative:
        """That the lever opens, or is about."""
        name = self.lever.opens or self.lever.of
        return next(i for i in self.plan.initiatives if i.id == name)

    @property
    def own(self) -> Iterator[Initiative]:
        """The plan's initiatives without those of levers."""
        return (i for i in self.plan.initiatives if i.id not in self.levered.options)

    def number(self, amount: object) -> float | None:
        """What stands behind an amount, if it is a number."""
        base = self.levered.bases.get(amount) if isinstance(amount, str) else None
        found = base.quantity if base else amount
        return float(found) if isinstance(found, float | int) else None

    def numbers(self, effect: Effect, *fields: str) -> list[float | None]:
        """The same of some fields of an effect."""
        return [self.number(getattr(effect, f)) for f in fields]

    @property
    def nature(self) -> set[str]:
        """What the lever is, as far as the table tells levers apart."""
        kind = self.lever.kind
        if kind == "size":
            effects = self.initiative.effects
            found = {what for what, test in ONLY.items() if effects and all(test(self, e) for e in effects)}
            return found | {"size"}
        return {{"funding": "money from outside", "beds": "more beds"}.get(kind, kind)}

    @property
    def payers(self) -> set[str]:
        """Who pays or saves, or owns what is built."""
        i = self.initiative
        found = {str(getattr(e, "organisation", "")) for e in i.effects if e.name == "spend"}
        return found | ({i.capital.organisation} if i.capital else set())

    @property
    def pools(self) -> set[tuple[str, str]]:
        """Pools whose beds it changes."""
        return {(str(e.site), str(e.pool)) for e in _of(self.initiative, "resize") if e.pool}


def _of(i: Initiative, kind: str) -> list[Any]:
    return [e for e in i.effects if e.name == kind]


def _only_saves(at: _Place, e: Effect) -> bool:
    saving = getattr(e, "saving", None)
    if e.name != "spend" or saving is None or at.initiative.capital:
        return False
    amount = at.number(saving.amount)
    shares = [a.distribution for a in at.plan.assumptions if a.id == f"cip.{saving.maturity}"]
    if any((d.quantile(ENDS) < 0).any() for d in shares):
        return False
    return at.numbers(e, "recurrent", "once") == [0.0, 0.0] and amount is not None and amount >= 0


def _only_costs(at: _Place, e: Effect) -> bool:
    if e.name != "spend" or getattr(e, "saving", None):
        return False
    return all(a is not None and a >= 0 for a in at.numbers(e, "recurrent", "once"))


def _only_closes_beds(at: _Place, e: Effect) -> bool:
    if e.name != "resize":
        return False
    plain = e.model_copy(update=dict(zip(CAPACITY, at.numbers(e, *CAPACITY), strict=True)))
    return closing(plain) and all(getattr(plain, f) == 0 for f in CAPACITY if f != "beds")


ONLY: dict[str, Callable[[_Place, Effect], bool]] = {
    "only saves": _only_saves, "only costs": _only_costs, "only closes beds": _only_closes_beds,
}  # fmt: skip
OF: dict[str, Callable[[_Place], bool]] = {
    "any": lambda _: True,
    "payer": lambda at: not at.promise.entity and (
        at.promise.organisation == "system" or at.promise.organisation in at.payers
    ),
    "pool": lambda at: at.promise.entity in {f"{site}/{pool}" for site, pool in at.pools} or (
        not at.promise.entity and _one_pool(at)
    ),
}  # fmt: skip


def _one_pool(at: _Place) -> bool:
    """Whether the place has one pool of beds, so that everybody's figure is that pool's."""
    pools = {(r.site, r.pool) for r in at.plan.tables["beds"]}  # type: ignore[attr-defined]
    return len(pools) == 1 and pools == at.pools


def _shared_beds(at: _Place) -> bool:
    """Whether planned patients, other pools' patients or people who step down take beds too, or beds are counted by day."""
    elective = {p.id for p in at.plan.tables["pods"] if isinstance(p, Pod) and p.beds == "elective"}
    active = {r.pod for r in at.plan.tables["activity"]}  # type: ignore[attr-defined]
    stays = (r for r in at.plan.tables.get("stays", ()) if isinstance(r, Stay))
    ways_out = (r for r in at.plan.tables.get("pathways", ()) if isinstance(r, Pathway))
    return (
        bool(elective & active) or bool(at.plan.tables.get("boarding"))
        or any(isinstance(r, BedStock) and r.count == "daytime" for r in at.plan.tables["beds"])
        or any(r.then for r in stays) or any(r.to_pool for r in ways_out)
    )  # fmt: skip


def _looks_at_money(at: _Place, c: Contract) -> bool:
    """Whether a contract pays by anybody's money, other than more from outside to who is not below its own bound."""
    condition: Any = getattr(c, "condition", None)
    payers = {o.id for o in at.plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "outside"}
    if c.name == "conditional_funding" and condition and c.payer in payers:
        by_own = (condition.outcome, condition.entity, condition.at_most) == ("position", c.payee, None)
        return not by_own and condition.outcome in MONEY
    return any(r.outcome in MONEY for r in c.outcomes())


def _shared_posts(at: _Place) -> bool:
    """Whether its posts take people from something on which the pool hangs."""
    others = any(_of(i, "employ") for i in at.own)
    hangs = any(at.plan.tables.get(t) for t in ("spills", "packages"))
    return bool(_of(at.initiative, "employ")) and (others or hangs)


EXCEPT: dict[str, Callable[[_Place], bool]] = {
    "triggers": lambda at: any(i.trigger for i in at.plan.initiatives),
    "required": lambda at: any(at.initiative.id in i.requires for i in at.plan.initiatives),
    "money read": lambda at: any(_looks_at_money(at, c) for c in at.plan.contracts)
    or bool(at.payers & {r.council for r in at.plan.tables.get("councils", ()) if isinstance(r, CouncilRules)}),
    "own uptake": lambda at: at.promise.outcome in {"uptake", "started", "staffed"},
    "building queue": lambda at: any(
        r.kind == "limit" for r in at.plan.tables.get("capital", ()) if isinstance(r, CapitalRow)
    ),
    "shared beds": _shared_beds,
    "shared posts": _shared_posts,
    "stays that change": lambda at: at.plan.about.form.stays != "steady",
}  # fmt: skip
