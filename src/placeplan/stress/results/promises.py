"""What findings say of promises: how surely each is kept by year, where the plan breaks first and why, and the same under shocks and in other forms."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record, described
from placeplan.core.tables import Level

Word = Literal["workable", "fragile", "unworkable", "not settled", "withheld", "no promises"]


State = Literal["kept", "close", "short", "fail", "not_due", "no_data"]
"""State of a cell, judged against what the promise asks for: interval above, across, below with P ≥ ½, below with P < ½."""


class Probability(Record):
    """A share of futures with its Wilson interval."""

    p: float
    low: float
    high: float
    state: State


class Cell(Record):
    """One promise in one financial year; `probability` is None where it is not due or not known."""

    year: str
    probability: Probability | None
    state: State
    first_break: bool = False


class GoesWith(Record):
    """An assumption with which a promise's margin moves over the futures: they go together, which is no proof of a cause."""

    assumption: str
    about: str
    harder: Literal["higher", "lower"]
    """Whether the promise is harder to keep where the assumption is higher, or lower."""
    rho: float
    """Rank correlation of the assumption with the margin."""


class PromiseResult(Record):
    """One row of the grid."""

    id: str
    name: str
    group: str
    organisation: str
    """Organisation id, or ``system``."""
    organisation_name: str
    hard: bool
    asks: float
    bound: str
    """The bound in words: at most £0, at least 0.92."""
    statistic: str
    level: Level
    """Level of detail of what the row rests on; ``default`` is hatched, ``off`` is no data."""
    P: float | None
    low: float | None
    high: float | None
    state: State
    do_minimum_P: float | None
    by_year: tuple[Cell, ...]
    room: str = ""
    """How much is left to the bound in the middle future where it is nearest, in words: £3m to spare, £12m short."""
    mildest: str = ""
    """How far the mildest world that breaks it lies from the middle one, where that was looked for."""
    note: str = ""
    source: str = ""
    """Where the promise was made."""
    fact: str = ""
    """What the middle future brings in the year in which it is kept least often, and what it allows."""
    goes_with: tuple[GoesWith, ...] = ()
    """What makes it harder, the strongest first; none where chance alone could do as much."""


class FirstBreak(Record):
    """Where the plan breaks first, most often."""

    promise: str
    organisation: str
    organisation_name: str
    promise_name: str
    year: str
    month: str
    """Commonest month of that break, ``2018-03``."""
    share: float
    """Of the futures that break, the share whose first break is this one."""
    cause: str
    """A clause with two things and a relation, for the sentence: admissions grow faster than beds open."""
    headline: str
    """One or two sentences for the callout."""
    next: tuple[tuple[str, str, float], ...]
    """The next two: promise id, year, share."""


class Cause(Record):
    """A driver group's share of the break, by Shapley."""

    driver: str
    name: str
    share: float
    low: float
    high: float


class Reason(Record):
    """One of the (up to three) reasons under the grid."""

    heading: str
    text: str
    of: str
    """In how many futures, in words: In 54 of 100 futures; 69 break."""


class ActionResult(Record):
    """A management action under a shock: an initiative that waits for a trigger."""

    id: str
    name: str
    trigger: str
    """When it fires, in words."""
    lead_months: int
    """From firing to the start."""
    owner: str
    """Name of the organisation that watches and decides."""
    acted: float
    """Share of futures in which it began within the run."""


class LowPoint(Record):
    """Of all years in which a promise is due, the one in which it is kept in the fewest futures."""

    year: str
    P: float


class ScenarioResult(Record):
    """The hard promises under a common shock, with management actions; without them beside it where the plan has any."""

    id: str
    name: str
    decides: bool
    worst_promise: str
    worst_P: float | None
    all_hard_P: float | None
    futures: int = 0
    """How many futures were run under it; 0: as many as of the plan."""
    P: dict[str, float]
    """By promise id."""
    not_reached: tuple[str, ...]
    without: dict[str, float] = described(default={})
    """The same without the shock, in the same futures."""
    before: dict[str, float] = described(default={})
    """The same without management actions; nothing where the plan has none."""
    low: dict[str, LowPoint] = described(default={})
    """By hard promise id, the worst of all years in which it is due."""
    actions: tuple[ActionResult, ...] = ()
    """What managers did."""


class FormResult(Record):
    """The plan's word where the model is built another way."""

    name: str
    """The switch that is turned: spills high."""
    about: str
    """The same as a condition: much of the care not given at one door spills to another."""
    word: Word
    futures: int
    """In how many futures it was run."""
    P: dict[str, float]
    """By hard promise id."""
    changes_most: str
    """Hard promise whose share of futures changes most."""
    change: float
    """By how much, as a share."""
