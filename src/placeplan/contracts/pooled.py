"""Pooled: several contributors, one host, agreed purposes, and a balance that goes back: no pound twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from placeplan.contracts.base import (
    At,
    Contract,
    Fault,
    Leg,
    Line,
    Number,
    Period,
    Price,
    Wording,
    each_sum,
    named,
    value,
)
from placeplan.contracts.measures import Condition, Measure
from placeplan.core.errors import nearest
from placeplan.core.records import Id, Quantity, Record, described
from placeplan.core.tables import Share

YEAR_END = 12
EXACT = 1e-6
"""How far shares that sum to 1 may lie off."""


def pool_balance(contributed: Any, spent: Any) -> Any:
    """What is left in a pool: ``contributed − spent``, £; negative: more was spent than paid in.

    Source: NHS Act 2006, section 75, and its regulations (SI 2000/617, pooled funds); Better Care Fund planning guidance.

    >>> pool_balance(100.0, 88.0)
    12.0
    """
    return contributed - spent


def given_back(balance: Any, share: Any, least: Any = -np.inf) -> Any:
    """One contributor's part of the balance: ``most(least, balance) × share``; negative: it pays more.

    least: 0 where the host bears what is overspent.

    >>> [float(given_back(b, 0.25, 0.0)) for b in (12.0, -12.0)]
    [3.0, 0.0]
    """
    return np.maximum(balance, least) * share


class Purpose(Record):
    """Something on which the pool is spent: a sum a year, or a price for each contact."""

    to: Id
    """Organisation that is paid from the pool; the host itself is a purpose like others."""
    about: Annotated[str, Field(min_length=1)]
    """What it is spent on, in plain words."""
    amount: Price | None = described("£ a year, base-year prices", default=None)
    pod: str = ""
    """Pod paid for by the contact, in place of a sum."""
    price: Price | None = described("£ a contact", default=None)
    condition: Condition | None = None
    """Spent only where this was met; what is not spent stays in the balance."""

    @model_validator(mode="after")
    def _one_sum(self) -> Self:
        if (self.amount is None) != bool(self.pod) or bool(self.pod) != (self.price is not None):
            raise ValueError("give amount, or pod with its price")
        return self


class Pooled(Contract, kind="pooled"):
    """A pooled budget (section 75, Better Care Fund): paid in by contributors, held by the payee, spent on purposes.

    What is paid in = what is spent + the balance, which goes back to the contributors at the year's end (`settles: year`)
    or each month. The payee is the host; the payer is one of the contributors.
    """

    kind: Literal["pooled"] = "pooled"
    contributors: dict[Id, Price] = described("£ a year that each pays in, base-year prices", min_length=1)
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    """On what it is spent."""
    balance: dict[Id, Share] = described(
        "share of the balance by contributor; blank: as they pay in", default_factory=dict
    )
    overspend: Literal["shared", "host"] = "shared"
    """Who bears what is spent beyond what was paid in: the contributors, as the balance, or the host."""
    by_law: bool = False
    """Whether law has each pay in, so that who leaves a plan pays all the same."""
    settles: Literal["month", "year"] = "year"
    """When the balance goes back: in March, or each month."""

    example: ClassVar[dict[str, object]] = {
        "kind": "pooled",
        "id": "better_care",
        "about": "Better Care Fund",
        "payer": "11J",
        "payee": "E10000009",
        "contributors": {"11J": 50000000, "E10000009": 6000000},
        "purposes": [
            {"to": "E10000009", "about": "Protecting social care", "amount": 30000000},
            {"to": "RDY", "about": "Rehabilitation at home", "amount": 23000000},
            {"to": "RDY", "about": "Paid for fewer emergencies", "amount": 3000000,
             "condition": {"outcome": "activity", "entity": "system/emergency_admission", "at_most": 84000}},
        ],
        "source": "made up",
    }  # fmt: skip

    plainly: ClassVar[str] = "one fund that several pay into (section 75)"

    def says(self, words: Wording) -> Iterator[str]:
        """Who pays in, on what it is spent, and what becomes of the balance."""
        for name, sum_ in sorted(self.contributors.items()):
            yield f"{words.name(name)} pays in {words.pounds(sum_)} a year{', as the law asks' if self.by_law else ''}"
        yield from (f"{words.name(line.to)} is paid {line.words}" for line in self.lines(words))
        rest = "by those who pay in" if self.overspend == "shared" else f"by {words.name(self.payee)}"
        yield f"What is left goes back to those who pay in; what is spent beyond is borne {rest}"

    def lines(self, words: Wording) -> Iterator[Line]:
        """Each purpose."""
        for p in self.purposes:
            each = f"{words.pounds(p.price or 0.0)} for each of: {words.name(p.pod)}"
            each = f"{words.pounds(p.amount)} a year" if p.amount is not None else each
            only = f", only where {p.condition.says(words)}" if p.condition else ""
            yield Line(p.to, f"{each}, for: {p.about}{only}")

    def spends_on(self, organisation: str) -> tuple[str, ...]:
        """Its purposes, of the host as of others."""
        return (f"out/{organisation}",) if any(p.to == organisation for p in self.purposes) else ()

    def stake(self, organisation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What comes back to a contributor, and what it pays in, of the host as of others."""
        shares = self.balance or self.contributors
        back = (f"back/{organisation}",) if organisation in shares else ()
        return back, (f"in/{organisation}",) if organisation in self.contributors else ()

    def parties(self) -> tuple[tuple[str, At], ...]:
        """Contributors, those who share the balance, and those paid from the pool."""
        paying = tuple((name, ("contributors", name)) for name in self.contributors)
        sharing = tuple((name, ("balance", name)) for name in self.balance)
        return (*paying, *sharing, *((p.to, ("purposes", n, "to")) for n, p in enumerate(self.purposes)))

    def pays_in(self) -> Mapping[str, Price]:
        """What each contributor pays in."""
        return self.contributors

    def gets(self) -> Mapping[str, float]:
        """£ a year that each gets out less what it pays in; 1 or −1 where it has one side only.

        Whose two sides cannot be compared, as a price or an assumption is one of them, is left out.

        >>> both = [{"to": "11J", "about": "health", "amount": 26.0}, {"to": "RDY", "about": "care", "amount": 30.0}]
        >>> Pooled.parse(Pooled.example | {"contributors": {"11J": 50.0, "E10000009": 6.0}, "purposes": both}).gets()
        {'11J': -24.0, 'E10000009': -1.0, 'RDY': 1.0}
        """
        found: dict[str, float] = {}
        for org in sorted({*self.contributors, *(p.to for p in self.purposes)}):
            out = [p.amount for p in self.purposes if p.to == org]
            paid = self.contributors.get(org)
            if not out or paid is None:
                found[org] = 1.0 if out else -1.0
            elif isinstance(paid, float) and all(isinstance(a, float) for a in out):
                found[org] = sum(a for a in out if isinstance(a, float)) - paid
        return found

    def faults(self) -> Iterator[Fault]:
        """The payer pays in, the balance is shared whole among contributors, and the sums a year fit."""
        if self.payer not in self.contributors:
            near = nearest(self.payer, self.contributors) or min(self.contributors)
            what, mend = f"{self.payer} is the payer, and pays nothing in.", f"Add it to contributors, or write {near}."
            yield Fault("payer-not-contributing", what, mend, ("payer",), near)
        strangers = sorted(set(self.balance) - set(self.contributors))
        if self.balance and (strangers or abs(sum(self.balance.values()) - 1.0) > EXACT):
            what = f"The shares of the balance sum to {sum(self.balance.values()):g}."
            what = f"{strangers[0]} shares the balance, and pays nothing in." if strangers else what
            mend = "Mend the shares so that those of the contributors sum to 1."
            yield Fault("balance-not-shared", what, mend, ("balance",))
        paid = [v for v in self.contributors.values() if not isinstance(v, str)]
        if len(paid) == len(self.contributors) and not sum(paid):
            what, mend = "Nobody pays anything in.", "Write what each contributor pays in a year, in £."
            yield Fault("price-of-zero", what, mend, ("contributors",))
        care = [(p.to, p.pod) for p in self.purposes]
        for n, (to, pod) in enumerate(care):
            if pod and (to, pod) in care[:n]:
                what = f"{to} is paid for each {pod} by another purpose too."
                yield Fault("contact-paid-twice", what, "Keep one of the two.", ("purposes", n, "pod"))
        spent = sum(p.amount for p in self.purposes if p.amount is not None and not isinstance(p.amount, str))
        if len(paid) == len(self.contributors) and 0 < sum(paid) * (1 + EXACT) < spent:
            what = f"£{spent:,.0f} a year is to be spent, and £{sum(paid):,.0f} is paid in."
            mend = "Spend less, or pay more in; the same pound is not there twice."
            yield Fault("pool-too-small", what, mend, ("purposes",), asked=True)

    def pods(self) -> tuple[str, ...]:
        """Pods paid for by the contact."""
        return tuple(sorted({p.pod for p in self.purposes if p.pod}))

    def counts(self) -> Mapping[str, tuple[str, str]]:
        """Contacts of each purpose that is paid by the contact: ``organisation/pod``."""
        return {f"{p.to}/{p.pod}": (p.to, p.pod) for p in self.purposes if p.pod}

    def by_contact(self) -> tuple[tuple[str, str], ...]:
        """Contacts of the purposes that have a price."""
        return self.pays_for()

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The sum or price of each purpose."""
        return each_sum("purposes", self.purposes, "amount", "price")

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among contributions, purposes and their conditions."""
        names = [*named(*(self.contributors[c] for c in sorted(self.contributors)))]
        for p in self.purposes:
            names += [*named(p.amount, p.price), *(p.condition.bounds() if p.condition else ())]
        return tuple(dict.fromkeys(names))

    def measures(self) -> tuple[tuple[Measure, At], ...]:
        """The conditions of purposes."""
        return tuple((p.condition, ("purposes", n, "condition")) for n, p in enumerate(self.purposes) if p.condition)

    def legs(self, period: Period) -> tuple[Leg, ...]:
        """Contributions ``in/…``, spending ``out/…``, and the balance ``back/…``, £ in base-year prices."""
        paid = {c: value(self.contributors[c], period.prices) for c in sorted(self.contributors)}
        contributed: Number = sum(paid.values()) * period.shares[""]
        spent = {org: self._spent(org, period) for org in sorted({p.to for p in self.purposes})}
        balance = pool_balance(contributed, sum(spent.values()))
        due = 1.0 if self.settles == "month" or period.month == YEAR_END else 0.0
        least = 0.0 if self.overspend == "host" else -np.inf
        every = sum(paid.values())
        shares = self.balance or {c: paid[c] / np.where(every > 0, every, 1.0) for c in paid}
        borne = (Leg(self.payee, self.payee, np.minimum(balance, 0.0) * due, "borne/host"),)
        return (
            *(Leg(c, self.payee, paid[c] * period.shares[""], f"in/{c}") for c in paid),
            *(Leg(self.payee, org, spent[org], f"out/{org}") for org in spent),
            *(Leg(self.payee, c, given_back(balance, shares[c], least) * due, f"back/{c}") for c in sorted(shares)),
            *(borne if self.overspend == "host" else ()),
        )

    def _spent(self, org: str, period: Period) -> Number:
        """What the pool spends on one organisation, £ in base-year prices."""
        return sum((self._purpose(p, period) for p in self.purposes if p.to == org), 0.0)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """What is spent on each purpose."""
        return tuple(self._purpose(p, period) for p in self.purposes)

    def _purpose(self, p: Purpose, period: Period) -> Number:
        """What the pool spends on one purpose, £ in base-year prices."""
        kept = p.condition.met_in(period.outcomes, period.prices) if p.condition else 1.0
        if p.amount is not None:
            return value(p.amount, period.prices) * period.shares[""] * kept
        return value(p.price or 0.0, period.prices) * period.activity[f"{p.to}/{p.pod}"] * kept

    def parts(self, organisation: str, side: str) -> tuple[str, ...]:
        """Contributions in, spending out and balances back of one partner; nobody pays itself."""
        into = [f"in/{c}" for c in sorted(self.contributors)]
        out = [f"out/{org}" for org in sorted({p.to for p in self.purposes})]
        out += [f"back/{c}" for c in sorted(self.balance or self.contributors)]
        at_host, others = (into, out) if side == "payee" else (out, into)
        if organisation == self.payee:
            return tuple(p for p in at_host if p.partition("/")[2] != self.payee)
        return tuple(p for p in others if p.partition("/")[2] == organisation)

    def total(self, legs: Iterable[Leg]) -> Number:
        """What contributors pay in."""
        return sum((leg.pounds for leg in legs if leg.part.startswith("in/")), 0.0)

    def held(self, legs: Iterable[Leg]) -> Number | None:
        """What comes in less what goes out and back."""
        return sum((leg.pounds if leg.part.startswith("in/") else -leg.pounds for leg in legs), 0.0)
