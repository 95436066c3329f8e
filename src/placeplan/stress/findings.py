"""What a run found: everything that the terminal, the page and later packs show, and nothing else.

`findings.json` is this class, written out. Whoever draws a picture reads it from here; nobody computes again.
Money is £ nominal unless a field says otherwise; shares and probabilities lie between 0 and 1.
"""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record, described
from placeplan.core.tables import Level
from placeplan.stress.parts import AreaResult, Fan, InitiativeResult, OrganisationResult

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


class ClaimResult(Record):
    """An initiative's claimed saving beside what the model finds, £ a year in the last year."""

    initiative: str
    name: str
    status: str
    evidence_grade: str
    claimed: float | None
    claim_text: str
    """The claim in words (activity claims have no £), "" where nothing was published."""
    found: float
    low: float
    high: float
    """10th and 90th percentile over futures."""
    reason: str
    """Main reason why they differ, a few words."""


class BridgeStep(Record):
    """One bar of the bridge from the do-nothing gap to the gap left, £ a year, mean position of the last year."""

    id: str
    name: str
    kind: Literal["start", "step", "left"]
    amount: float
    """start: the position if nothing changes; step: change; left: position with the plan (negative: a gap)."""
    claimed: float | None = None
    low: float | None = None
    high: float | None = None


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


class Beside(Record):
    """A figure beside the promises, in the last year: 10th, 50th and 90th percentile."""

    group: str
    what: str
    unit: str
    plan: tuple[float, float, float]
    do_nothing: tuple[float, float, float]
    change: Literal["better", "worse", "same", "more", "less"]
    """What the plan does to its middle; more or less where neither is better."""
    note: str = ""


class Assumed(Record):
    """An assumption as the reader sees it."""

    id: str
    about: str
    value: str
    low: str
    high: str
    unit: str
    kind: Literal["evidence", "judgement", "claim"]
    level: str
    driver: str
    source: str
    effect: Literal["large", "some", "small", "none", "not measured"] = "not measured"
    """How much the margin of the hard promises moves with it (rank correlation, over the futures run)."""


class NotModelled(Record):
    """A component or part that this run does not hold."""

    what: str
    why: str


class Reconciled(Record):
    """A published total beside the model's base year."""

    what: str
    organisation: str
    published: float
    modelled: float
    unit: str
    tolerance: float
    """Largest relative difference allowed (or points, for shares)."""
    difference: float
    ok: bool
    kind: Literal["fitted", "predicted"]
    source: str
    owner: str = ""
    """Id of the organisation."""
    of: str = ""
    """Pod, pool of beds or kind of package that it is about; of money and staff the outcome."""
    period: str = ""
    chance: float = 0.0
    """Standard error of the difference: what so few futures leave open."""


class Criterion(Record):
    """One thing that has to hold before a base year is called calibrated."""

    name: str
    ok: bool
    sentence: str
    """What was found, with the first of what is wrong."""
    limit: str
    """What is asked, in words."""
    source: str
    """Where the limit comes from."""


class Calibrated(Record):
    """Whether the base year is calibrated."""

    ok: bool
    sentence: str
    criteria: tuple[Criterion, ...]


class Component(Record):
    """A component of the model and how much it knows."""

    name: str
    level: Level


Result = Literal["pass", "amber", "fail", "shown", "not asked"]
"""``shown``: a figure without a threshold; ``not asked``: the plan does not say what is needed."""


class StressRow(Record):
    """One line of a test's table; with a figure it has a bar in the picture."""

    what: str
    figure: float | None = None
    other: float | None = None
    """The other end of its bar, where it does not begin at 0."""
    shown: str
    """The figure as people read it."""
    threshold: float | None = None
    result: Result = "shown"
    promise: str = ""
    """Id of the promise that it is about; blank: of none, or several."""


class Point(Record):
    """One point of a picture: in its table the line that begins with the same label."""

    label: str
    """A few letters: A for the plan, 1, 2, 3 for others."""
    x: float
    y: float
    low: float | None = None
    """Interval of y."""
    high: float | None = None


class Points(Record):
    """A picture of two figures against each other."""

    x: str
    """What lies across, in a few words."""
    x_unit: str
    y: str
    """What goes up."""
    y_unit: str
    points: tuple[Point, ...]


class StressFinding(Record):
    """What a test found, in three depths: the sentence, what is behind it, and how it was worked out."""

    test: str
    title: str
    question: str
    result: Result
    figure: float | None = None
    unit: str = ""
    threshold: str = ""
    """The bound in words, with its source; blank where there is none."""
    sentence: str
    behind: str = ""
    method: str
    source: str
    seed: int
    futures: int
    """How many of the run's first futures it used; 0: it reads the plan alone."""
    rows: tuple[StressRow, ...] = ()
    """The table, and the bars of the picture."""
    points: Points | None = None
    """Two figures of each against each other, where that says more than bars."""


class Findings(Record):
    """All that one run found."""

    placeplan: str
    """Version of placeplan."""
    plan: str
    place: str
    synthetic: bool
    digest: str
    """Digest of the plan, SHA-256."""
    assumption_set: str
    seed: int
    futures: int
    start: str
    years: tuple[str, ...]
    """Financial years judged, in order."""
    data_date: str
    verdict: Word
    main_word: Word | None = None
    """The word of the plan's own form alone, whoever gave its figures: what the other forms are set beside."""
    sentence: str
    """At most 25 words; the first words are the verdict."""
    under_sentence: str
    """One line: the central world first, then the natural frequency."""
    hangs_on: tuple[str, ...]
    """Conditions on which a fragile plan hangs, or data that would settle one that is withheld."""
    more_futures: int | None
    """How many futures would settle it, where the word is not settled."""
    all_hard_P: float | None
    do_minimum_all_hard_P: float | None
    strict_verdict: Word
    strict_all_hard_P: float | None
    kept_median: int
    kept_worst_tenth: int
    hard_count: int
    forms: tuple[FormResult, ...]
    """Other ways to build the model, each run on the same futures; those that cannot matter here are left out."""
    first_break: FirstBreak | None
    promises: tuple[PromiseResult, ...]
    """In the order of the grid: organisations that break first come first."""
    causes: tuple[Cause, ...]
    cause_verdict: str
    """Name of the cause, ``no single cause``, or ``the plan itself`` where it breaks even in the central world."""
    reasons: tuple[Reason, ...]
    closes: tuple[str, ...]
    """Closures and downgrades in words."""
    involvement: tuple[tuple[str, int, int], ...]
    """Who, asked, affected."""
    fans: tuple[Fan, ...]
    bridge: tuple[BridgeStep, ...]
    claims: tuple[ClaimResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    tests: tuple[StressFinding, ...] = ()
    """What each stress test found."""
    besides: tuple[Beside, ...] = ()
    """What else happens, with the plan and with nothing done."""
    assumed: tuple[Assumed, ...]
    not_modelled: tuple[NotModelled, ...]
    not_tested: tuple[NotModelled, ...]
    """Tests that were not run, and how to ask for them."""
    not_published: tuple[NotModelled, ...]
    contradictions: tuple[tuple[str, str, str], ...]
    """What, values, which is used."""
    reconciliation: tuple[Reconciled, ...]
    calibration: Calibrated | None = None
    """Whether the base year is calibrated; None: of findings made before this was told."""
    components: tuple[Component, ...]
    warnings: tuple[str, ...]
    assured_by: str
    sources: tuple[tuple[str, str], ...] = described(default=())
    """Title and licence of each source."""
    initiatives: tuple[InitiativeResult, ...] = ()
    """Each initiative in the plan's words; none: of findings made before this was told."""
    organisations: tuple[OrganisationResult, ...] = ()
    """Each organisation by year."""
    areas: tuple[AreaResult, ...] = ()
    """Each area, and what changes for its people."""
    seconds: float | None = None
    """Wall time of the run; not part of what is compared."""
