"""What every contract has: a payer, a payee, dates, and a rule from (activity, outcomes, calendar) to payment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, StringConstraints

from placeplan.contracts.measures import Measure, Reading
from placeplan.contracts.plans import PlannedActivity
from placeplan.core.kinds import Kind
from placeplan.core.records import Id, Quantity
from placeplan.core.tables import Month

Array = np.ndarray[Any, np.dtype[np.float64]]
Number = Any
"""A number, or an array ``[future]``."""
At = tuple[str | int, ...]
"""Where in a contract's file something is written: field names and positions in lists."""


class Leg(NamedTuple):
    """One payment between two organisations; what one pays the other receives."""

    payer: str
    payee: str
    pounds: Number
    """£, ``[future]``; negative: it flows back."""
    part: str = ""
    """Which part of the contract it is, where a contract has several."""


class GivenOut(NamedTuple):
    """A share of something of which all contracts together cannot give out more than the whole."""

    of: Literal["payment", "gain", "loss", "cost"]
    what: tuple[object, ...]
    """What tells it from others of its sort."""
    share: float
    at: At
    by_area: bool = False
    """Whether it is of the people of the contract's own areas."""


class Fault(NamedTuple):
    """Something in a contract's own fields that does not hold together; a check of the plan tells it."""

    code: str
    what: str
    mend: str
    at: At
    nearest: str = ""
    asked: bool = False
    """A question, which does not keep the plan from being run."""


class Line(NamedTuple):
    """One thing for which a contract pays somebody."""

    to: str
    """Organisation that is paid."""
    words: str


@dataclass(frozen=True)
class Period:
    """What a contract is settled on: one month, or the financial year so far. Arrays are ``[future]``."""

    activity: Mapping[str, Number] = field(default_factory=dict)
    """Contacts by the names of `Contract.counts`, of the payer's people."""
    prices: Mapping[str, Number] = field(default_factory=dict)
    """Drawn value of each assumption that the contract names."""
    shares: Mapping[str, Number] = field(default_factory=dict)
    """``""``: share of the year's days; by name: share of the base year's activity that falls in these months."""
    heads: Number = 0.0
    """Weighted heads of the contract's areas × share of the year's days."""
    outcomes: Mapping[Reading, Number] = field(default_factory=dict)
    """What was read of times that are over; a reading that is not here is not known yet."""
    others: Mapping[str, Number] = field(default_factory=dict)
    """£ paid in these months under the contracts on which this one rests, in this contract's base-year prices."""
    years: Number = 0.0
    """Whole years since it began."""
    month: int = 1
    """Month of the financial year at the end of the period, 1 April to 12 March."""
    index: Number = 1.0
    """Prices of this contract against the base year."""
    last_year: Period | None = None
    """The financial year before, whole; None in the first."""


class Wording(NamedTuple):
    """How a term sheet writes amounts and names."""

    amount: Callable[[Quantity, str], str]
    """A number, or the assumption that gives it, in a unit: ``£``, ``%``, or nothing."""
    name: Callable[[str], str]
    """An organisation, a pod, an initiative or a contract by its id; what else is measured in plain words."""

    def pounds(self, quantity: Quantity) -> str:
        """£."""
        return self.amount(quantity, "£")

    def share(self, quantity: Quantity) -> str:
        """A share, in per cent."""
        return self.amount(quantity, "%")

    def number(self, quantity: Quantity) -> str:
        """A bare number."""
        return self.amount(quantity, "")


class Contract(Kind, family="contract"):
    """Base of the ways in which one organisation pays another, month by month."""

    plainly: ClassVar[str] = ""
    """What kind of contract it is, in a few plain words."""

    weighs_heads: ClassVar[bool] = False
    """Whether the rule reads weighted heads."""
    looks_back: ClassVar[bool] = False
    """Whether the rule reads the financial year before."""

    id: Id
    about: Annotated[str, StringConstraints(min_length=1)]
    """What is paid for, in plain words."""
    payer: Id
    """Organisation that pays."""
    payee: Id
    """Organisation that is paid."""
    areas: tuple[Id, ...] = ()
    """Areas of residence for whose people it pays; blank: all of the footprint. A payer from outside pays for others."""
    starts: Month | Literal["by_initiative"] | None = None
    """First month; blank: from the start; ``by_initiative``: when a recontract effect says so."""
    ends: Month | None = None
    """Last month; blank: to the end."""
    uplift: str = ""
    """Assumption that gives the yearly change of its prices; blank: none."""
    settles: Literal["month", "year"] = "month"
    """``month``: each month by itself; ``year``: the rule on the year so far, less what was paid of it."""
    activity_plan: tuple[PlannedActivity, ...] = ()
    """Contacts that were agreed, by pod; what is asked beyond them is not given. Blank: no limit."""
    source: Annotated[str, StringConstraints(min_length=1)]
    level: Literal["default", "published", "local"] = "local"
    note: str = ""

    def pods(self) -> tuple[str, ...]:
        """Pods of the payee whose activity the rule reads."""
        return ()

    def counts(self) -> Mapping[str, tuple[str, str]]:
        """Activity that the rule reads: name → (organisation, pod)."""
        return {pod: (self.payee, pod) for pod in self.pods()}

    def pays_for(self) -> tuple[tuple[str, str], ...]:
        """(organisation, pod) whose care this contract pays for."""
        return tuple(self.counts().values())

    def by_contact(self) -> tuple[tuple[str, str], ...]:
        """Of that, (organisation, pod) of which it pays each contact by a price; nothing where it pays a sum."""
        return ()

    def quantities(self) -> tuple[str, ...]:
        """Assumption ids on which the payment rests."""
        return ()

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """Prices and sums that it pays, each with where it is written; one of nought would be a slip."""
        return ()

    def capped(self) -> tuple[float, float, Quantity] | None:
        """The most that is paid in a year, £, the contacts that were agreed and the price of each; None where nothing is capped so."""
        return None

    def assumptions(self) -> tuple[str, ...]:
        """Every assumption id that it names: of its rule, its uplift and its activity plan."""
        return (*self.quantities(), *named(self.uplift or None, *(p.growth for p in self.activity_plan)))

    def measures(self) -> tuple[tuple[Measure, At], ...]:
        """What the rule measures, each with where it is written."""
        return ()

    def outcomes(self) -> tuple[Reading, ...]:
        """Outcomes that the rule reads, each of a time that is over; they are kept for it whatever else is kept."""
        return tuple(dict.fromkeys(m.reading for m, _ in self.measures()))

    def rests_on(self) -> tuple[str, ...]:
        """Contracts of whose payments of the same month this one is a share."""
        return ()

    def parties(self) -> tuple[tuple[str, At], ...]:
        """Organisations beside payer and payee, each with where it is written."""
        return ()

    def lines(self, words: Wording) -> Iterator[Line]:
        """What it pays for, one by one; nothing where it cannot be told apart, and the contract goes by its own name."""
        del words
        yield from ()

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """What each of `lines` pays for a period, £ in base-year prices, ``[future]``, in their order."""
        del period
        return ()

    def spends_on(self, organisation: str) -> tuple[str, ...]:
        """Parts by which a pool pays an organisation for something; nothing where the contract pools no money."""
        del organisation
        return ()

    def stake(self, organisation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parts by which an organisation gets back from a pool, and by which it pays in; none where no money is pooled."""
        del organisation
        return (), ()

    def pays_in(self) -> Mapping[str, Quantity]:
        """£ a year that each pays into a pool; nothing where the contract pools no money."""
        return {}

    def gets(self) -> Mapping[str, float]:
        """£ a year that each gets out of a pool less what it pays in; nothing where the contract pools no money."""
        return {}

    def shares(self) -> tuple[GivenOut, ...]:
        """Shares that it gives out, or counts, of what other contracts may give out too."""
        return ()

    def faults(self) -> Iterator[Fault]:
        """What does not hold together; here: a floor above a cap."""
        floor, cap = getattr(self, "floor", None), getattr(self, "cap", None)
        if floor is not None and cap is not None and floor > cap:
            what = f"The floor is {_pounds(floor)}, above the cap of {_pounds(cap)}."
            yield Fault("bounds-cross", what, "Mend one of the two.", ("floor",))

    def parts(self, organisation: str, side: str) -> tuple[str, ...]:
        """Parts of which an organisation is the ``payer`` or the ``payee``, where a contract has more than two partners."""
        return ()

    def says(self, words: Wording) -> Iterator[str]:
        """What it pays, in short sentences for a term sheet; here: each field of its own as it stands."""
        del words
        for field_name in type(self).model_fields:
            said = getattr(self, field_name)
            if field_name not in {*Contract.model_fields, "kind"} and said not in (None, "", (), {}):
                yield f"{field_name.replace('_', ' ')}: {said}"

    def payment(self, period: Period) -> Number:
        """Payment for a period in base-year prices, £, ``[future]``."""
        raise TypeError(f"{type(self).__name__} is not a kind of contract")

    def legs(self, period: Period) -> tuple[Leg, ...]:
        """Who pays whom for a period, in base-year prices; always the same legs in the same order."""
        return (Leg(self.payer, self.payee, self.payment(period)),)

    def total(self, legs: Iterable[Leg]) -> Number:
        """What the contract pays altogether, £, ``[future]``."""
        return sum((leg.pounds for leg in legs), 0.0)

    def held(self, legs: Iterable[Leg]) -> Number | None:
        """What of a month's payments stays in a pool, £, ``[future]``; None where there is no pool."""
        return None


def _pounds(amount: float) -> str:
    """An amount in whole pounds, its minus in front: -£500,000."""
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.0f}"


Price = Annotated[float, Field(ge=0)] | Id
"""£ a contact, or the assumption that gives it."""


def value(quantity: Quantity, prices: Mapping[str, Number]) -> Number:
    """A number as it stands, or the drawn value of the assumption it names."""
    return prices[quantity] if isinstance(quantity, str) else quantity


def each_sum(at: str, items: Sequence[Any], *sides: str) -> tuple[tuple[Quantity, At], ...]:
    """Of several things that a contract pays for, each sum that is given, with where it is written; at: their field."""
    return tuple(
        (q, (at, n, side)) for n, item in enumerate(items) for side in sides if (q := getattr(item, side)) is not None
    )


def named(*quantities: Quantity | None) -> tuple[str, ...]:
    """The assumption ids among some quantities."""
    return tuple(q for q in quantities if isinstance(q, str))
