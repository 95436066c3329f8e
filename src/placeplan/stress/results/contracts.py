"""What the contract laboratory found: who is paid what in each form of payment, who bears which risk, and a term sheet for each contract."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record


class Change(Record):
    """A mean difference in the same futures, with its 95 % interval, £ a year."""

    mean: float
    low: float
    high: float


class Moves(Record):
    """How far a figure moves where one group of inputs moves alone."""

    risk: Literal["volume", "price", "cost"]
    low: float
    high: float
    """9 in 10 futures lie between, £ a year."""
    share: float
    """Variance with this group alone ÷ variance with everything; shares need not add up to 1."""


class Has(Record):
    """What one organisation has in one form of payment, £ a year, mean of the years judged."""

    organisation: str
    name: str
    surplus: float
    low: float
    high: float
    """9 in 10 futures lie between."""
    change: Change | None = None
    """Against the plan as it stands; blank for that itself."""
    along: Change
    """What the plan brings it in this form: against no initiative in the same form."""
    risks: tuple[Moves, ...]
    duties: float | None = None
    """Share of futures that keep all its own hard promises; blank where it has none."""


class Passes(Record):
    """What a contract passes on of one risk."""

    risk: Literal["volume", "price", "cost"]
    low: float
    high: float
    """Between what it pays in 9 of 10 futures where this moves alone, £ a year."""
    passed: float | None = None
    """Of each £1 more that who is paid then has to spend, what it is paid more under this contract; blank where nothing moves, or it is not of the place."""
    together: float | None = None
    """The same under all its contracts."""
    held: Literal["who pays", "who is paid", "both", ""] = ""
    """Who holds it; blank where nothing moves."""
    follows: float | None = None
    """Of volume: by how many per cent the payment is more where 1% more of all care is asked for."""


class Side(Record):
    """One party of a contract: what changes for it, and what it said."""

    organisation: str
    name: str
    role: str
    shown: str
    """Whether it gains or loses, and by how much, in words."""
    said: str
    """Its sign-off as recorded: signed, objects, has not signed; with date."""
    result: Literal["pass", "amber", "fail", "shown"]
    """``fail``: it refused, or loses by the plan and has not signed; ``amber``: it loses by the plan, or against its contracts as they are."""


class TermSheet(Record):
    """A contract in words: parties, kind, cover, dates, terms, who holds which risk, what is expected, each party's position."""

    contract: str
    about: str
    form: str
    """Name of the form of payment; blank: the plan as it stands."""
    changed: bool
    """Whether the form changes it."""
    kind: str
    pays: str
    """Who pays whom, in words."""
    cover: str
    dates: str
    terms: tuple[str, ...]
    expected: str
    """Expected payment and its range, in words."""
    mean: float
    low: float
    high: float
    """£ a year, mean of the years judged; 9 in 10 futures lie between."""
    by_year: tuple[tuple[str, float], ...]
    """£ of each financial year, mean of the futures."""
    passes: tuple[Passes, ...]
    risks: tuple[str, ...]
    """Who holds which risk, in words."""
    sides: tuple[Side, ...]
    source: str


class Earned(Record):
    """What one contact more brings who gives it, £, with 95 % intervals."""

    organisation: str
    name: str
    pod: str
    pod_name: str
    pays: Change
    """What it is paid more."""
    costs: Change
    """What it spends more, less other income."""
    leaves: Change
    """What that leaves it."""
    given: bool
    """Whether at least half of what is asked for more is given."""


class KeptIn(Record):
    """A promise in one form of payment."""

    promise: str
    name: str
    hard: bool
    share: float
    low: float
    high: float
    """Share of futures that keep it, and the 95 % interval of its change against the plan as it stands."""


class InForm(Record):
    """Everything of one form of payment."""

    id: str
    """Blank: the plan as it stands."""
    name: str
    about: str
    has: tuple[Has, ...]
    sheets: tuple[TermSheet, ...]
    earned: tuple[Earned, ...]
    promises: tuple[KeptIn, ...]


class Laboratory(Record):
    """The plan as it stands, and in other forms of payment."""

    plan: str
    place: str
    synthetic: bool
    digest: str
    years: tuple[str, ...]
    """Financial years of which figures are the mean."""
    sentence: str
    then: str
    """What to do next."""
    behind: str
    forms: tuple[InForm, ...]
    """The plan as it stands first."""
    method: str
    seed: int
    futures: int
