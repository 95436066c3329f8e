"""What a run found: everything that the terminal, the page and later packs show, and nothing else.

`findings.json` is this class, written out. Whoever draws a picture reads it from here; nobody computes again.
Money is £ nominal unless a field says otherwise; shares and probabilities lie between 0 and 1.
"""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record, described
from placeplan.stress.results.elements import AreaResult, Fan, InitiativeResult, OrganisationResult, SiteResult
from placeplan.stress.results.ground import Assumed, Calibrated, Component, Headline, NotModelled, Reconciled
from placeplan.stress.results.money import BridgeStep, ClaimResult
from placeplan.stress.results.promises import Cause, FirstBreak, FormResult, PromiseResult, Reason, ScenarioResult, Word
from placeplan.stress.results.tests import StressFinding


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
    sites: tuple[SiteResult, ...] = ()
    """Each place where care is given, and what changes there."""
    headlines: tuple[Headline, ...] = ()
    """What leads from each headline number back to the plan; none: of findings made before this was told."""
    seconds: float | None = None
    """Wall time of the run; not part of what is compared."""
