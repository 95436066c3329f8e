"""One test of a plan, from a plan to everything found: runs, verdict, cause, bridge, claims, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from placeplan import __version__
from placeplan.compare.lanes import Tell
from placeplan.core.errors import Problem, Together
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.recording import Way
from placeplan.model.simulate import simulate
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.schema import Plan
from placeplan.stress import besides, limits
from placeplan.stress.base import NOTHING, StressTest, chosen, needs_of, not_tested
from placeplan.stress.base_year.calibration import calibration
from placeplan.stress.base_year.reconcile import lost, reconcile
from placeplan.stress.bridge import Bridge, LastYear, acting
from placeplan.stress.called import names
from placeplan.stress.claimed.claims import compare_claims
from placeplan.stress.elements.areas import areas
from placeplan.stress.elements.initiatives import initiatives
from placeplan.stress.elements.organisations import organisations
from placeplan.stress.elements.places import sites
from placeplan.stress.findings import Findings
from placeplan.stress.grid.assumed import list_assumed, worst_hard
from placeplan.stress.grid.rows import build_rows
from placeplan.stress.headlines import headlines
from placeplan.stress.results.ground import NotModelled
from placeplan.stress.results.money import bridge_futures
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.room import refuse_too_large, refuse_too_many
from placeplan.stress.runs.batches import BATCH
from placeplan.stress.runs.engines import LOCAL, Engine
from placeplan.stress.runs.kept import all_hard, hard_ones, judged
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.spread import Spread, cores
from placeplan.stress.runs.store import Store
from placeplan.stress.runs.workplace import Simulate, workplace
from placeplan.stress.scene import Ran, Scene
from placeplan.stress.shocks.actions import acting as acting_on
from placeplan.stress.shocks.scenarios import providers, shown
from placeplan.stress.side_by_side import find_all
from placeplan.stress.verdict import causes as why
from placeplan.stress.verdict import forms
from placeplan.stress.verdict.reasons import find_reasons
from placeplan.stress.verdict.tell import Story, clause_of, first_break, hangs_on, tell, under
from placeplan.stress.verdict.word import futures_needed, word_of_form


def run_plan(
    folder: str | Path,
    futures: int = 1000,
    seed: int = 1,
    assumption_set: str = "",
    progress: Tell | None = None,
    threads: int | None = None,
    engine: str = LOCAL,
    store: Store | None = None,
) -> Findings:
    """Read a plan's folder and test it; raises ``PlanError`` with every problem where it cannot be read."""
    plan, problems = read_plan_with_warnings(folder, assumption_set)
    return told_with(test_plan(plan, futures, seed, threads, progress, engine=engine, store=store), problems)


def told_with(found: Findings, problems: Sequence[Problem]) -> Findings:
    """What was found, with what should be asked about the plan."""
    told = tuple(f"{p.where}: {p.what}" for p in problems)
    return found.model_copy(update={"warnings": (*told, *found.warnings)})


def test_plan(  # noqa: PLR0913 – all that a run can be asked for, each by name
    plan: Plan,
    futures: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    progress: Tell | None = None,
    *,
    most_futures: int = 0,
    model: Simulate = simulate,
    engine: str = LOCAL,
    store: Store | None = None,
    batch: int = BATCH,
    shelf: Shelf | None = None,
    also: str = "",
    given: Mapping[str, int] = NOTHING,
) -> Findings:
    """Test a plan on the same futures as doing nothing, doing the minimum, and its commitments alone.

    Args:
        plan: the plan with its promises, scenarios and assumptions.
        futures: how many futures; below 1,000 percentages are told to the nearest 5.
        seed: seed of every draw.
        threads: cores of this machine (all where it is None); nothing depends on it.
        progress: told the futures done, those foreseen and what is run.
        most_futures: where the verdict is not settled and this many would settle it, they are run.
        model: the model's door; another one in tests, with one thread.
        engine: who runs batches besides this process: ``local``, or machines by ``dask://…``, ``ray://…``, ``spark``.
        store: where finished batches are kept until a success, so that a run that was stopped goes on from there; None: in
            a temporary folder.
        batch: futures in a batch.
        shelf: where what was recorded of a plan stays for the next run of any plan of its shape; None: nowhere.
        also: stress tests that take long, by name with commas between, or ``all``: they are run too.
        given: what is set otherwise than usual for tests that take it (`base.StressTest.takes`): ``orders``.

    Returns:
        Everything found.

    Raises:
        PlanError: where so many futures or months find no room, nobody answers as the engine, or workers end again and again.
        OSError: where the disk is full.
    """
    while True:
        started = perf_counter()
        refused = Together()
        refused.of(refuse_too_many, plan, futures, store.folder if store else None)
        named = refused.of(Engine.named, engine) or Engine()
        refused.tell()
        with begun(plan, futures, seed, threads, progress, named, store, shelf, batch, model) as runs:
            found = _tested(runs, chosen(also=also, given=given), started)
        more = found.more_futures or 0
        if found.verdict != "not settled" or not more or futures + more > most_futures:
            runs.progress.finish()
            return found
        futures += more


test_plan.__test__ = False  # type: ignore[attr-defined] # to pytest: no test


@contextmanager
def begun(
    plan: Plan, futures: int, seed: int, threads: int | None, progress: Tell | None, engine: Engine,
    store: Store | None = None, shelf: Shelf | None = None, batch: int = BATCH, model: Simulate = simulate,
) -> Iterator[Runs]:  # fmt: skip
    """Runs of a plan, with whoever runs them, until they are closed; raises PlanError where the plan is too large."""
    count = threads or cores()
    with store or Store() as kept, Spread(engine, count) as spread:
        here = replace(workplace(count, shelf), simulate=model)
        here.recordings.many = 1
        refuse_too_large(plan, here, futures)
        yield Runs(plan, Futures(seed=seed, count=futures), here, kept, spread, Progress(progress), batch)


def _tested(runs: Runs, tests: Sequence[StressTest], started: float) -> Findings:
    """All that is asked of a plan in one go."""
    plan, futures = runs.plan, runs.futures.count
    runs.here.recordings.foresee(plan, Way(held=True))  # the central world, the bridge, causes
    runs.progress.total = foreseen(plan, futures) + sum(t.foreseen(plan, futures) for t in tests)
    runs.progress.add(0, "getting ready")
    scene = Scene(runs, needs_of(tests))
    _ = scene.begun  # one recording for all that follows
    told = find_all(tests, scene, lambda: (scene.ran, scene.bridge, scene.cause))
    ran = scene.ran
    if any(t.decides and f.result == "fail" for t, f in zip(tests, told, strict=True)):
        ran = replace(ran, verdict=replace(ran.verdict, word="unworkable"))
    return _findings(runs, ran, scene.cause, scene.bridge, scene.alone, told, perf_counter() - started)


def ask_tests(
    plan: Plan,
    tests: Sequence[StressTest],
    futures: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    progress: Tell | None = None,
    engine: str = LOCAL,
    shelf: Shelf | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[StressFinding, ...]:
    """What some stress tests find (`base.chosen`); nothing is run that they do not need.

    stop: asked by searches before they go on; once true they tell the best so far. The rest as for `test_plan`.
    """
    refuse_too_many(plan, futures, None)
    with begun(plan, futures, seed, threads, progress, Engine.named(engine), shelf=shelf) as runs:
        runs.progress.total = sum(t.foreseen(plan, futures) for t in tests)
        if not all(t.by_itself for t in tests):
            runs.progress.total += foreseen(plan, futures)
        scene = Scene(runs, needs_of(tests), stop)
        told = find_all(tests, scene)
    runs.progress.finish()
    return told


def foreseen(plan: Plan, futures: int) -> int:
    """Futures to be run in all: an estimate for progress."""
    shocks = sum(
        (futures if s.decides else shown(futures)) * (len(providers(plan)) if s.provider_fails else 1)
        for s in plan.scenarios
        if not s.further
    ) * (2 if acting_on(plan) else 1)
    bridge = (3 + 2 * max(len(acting(plan)) - 1, 0)) * bridge_futures(futures)
    used = why.most_used(futures)
    return 5 * futures + 2 + shocks + forms.foreseen(plan, futures) + bridge + used * (1 << why.most_players(futures))


def _findings(
    runs: Runs,
    ran: Ran,
    cause: why.Found | None,
    bridge: Bridge,
    alone: Mapping[str, LastYear],
    told: tuple[StressFinding, ...],
    seconds: float,
) -> Findings:
    """Everything found, as the terminal and the page show it."""
    plan, futures = runs.plan, runs.futures.count
    verdict = ran.verdict
    story = Story(plan, futures, ran.plan, ran.kept, ran.breaks, ran.shocks, verdict, cause, names(plan))
    together = all_hard(ran.kept, futures)
    counted = np.zeros(futures)
    for k in hard_ones(ran.kept):
        counted += k.whole
    unsettled = verdict.word == "not settled"
    claims = compare_claims(plan, ran.plan, bridge, alone)
    hard = bool(hard_ones(ran.kept))
    far = {r.promise: r.shown for t in told if t.test == "reverse" for r in t.rows if r.promise}
    places = areas(plan, runs.baseline(plan))
    rows = build_rows(
        plan, ran.plan, ran.kept, ran.kept_minimum, ran.breaks, {c.promise for c in verdict.carried if c.withheld}
    )
    return Findings(
        placeplan=__version__, plan=plan.about.name, place=plan.about.place, synthetic=plan.about.synthetic,
        digest=plan.digest, assumption_set=plan.assumption_set, seed=runs.futures.seed, futures=futures,
        start=plan.about.start, years=_years(ran.plan, plan), data_date=plan.about.data_date,
        verdict=verdict.word, main_word=word_of_form(verdict.standing), sentence=tell(story), under_sentence=under(story, ran.central), hangs_on=hangs_on(story),
        more_futures=futures_needed(verdict.open, futures) if unsettled else None,
        all_hard_P=float(together.mean()) if hard else None,
        do_minimum_all_hard_P=float(all_hard(ran.kept_minimum, futures).mean()) if hard else None,
        strict_verdict=ran.strict.word,
        strict_all_hard_P=float(all_hard(ran.strict.kept, futures).mean()) if hard else None,
        kept_median=int(np.floor(np.median(counted))), kept_worst_tenth=int(np.floor(np.quantile(counted, 0.1))),
        hard_count=len(hard_ones(ran.kept)), forms=tuple(f.result for f in verdict.forms), first_break=first_break(story),
        promises=tuple(r.model_copy(update={"mildest": far[r.id]}) if r.id in far else r for r in rows),
        causes=cause.causes if cause else (), cause_verdict=_named(cause),
        reasons=find_reasons(ran.kept, ran.breaks, clause_of(story), ran.plan, bridge, claims, story.called, futures),
        closes=limits.closes(plan),
        involvement=limits.asked(plan), fans=ran.fans, bridge=bridge.steps,
        claims=claims, scenarios=tuple(s.result for s in ran.shocks), tests=told,
        besides=besides.list_besides(plan, ran.plan, ran.nothing),
        assumed=list_assumed(plan.assumptions, ran.plan, worst_hard(hard_ones(ran.kept))),
        not_modelled=limits.not_modelled(plan), not_tested=not_tested(told),
        not_published=tuple(NotModelled(what=n.what, why=n.reason) for n in plan.about.not_published),
        contradictions=tuple((c.what, c.values, c.used) for c in plan.about.contradictions),
        reconciliation=reconcile(plan.tables.get("reconcile", ()), ran.nothing, runs.baseline(plan), names(plan)),
        calibration=calibration(plan, ran.nothing, runs.baseline(plan)),
        components=limits.components(plan, ran.plan.draws),
        warnings=(
            *limits.warnings(plan, ran.kept, futures), *lost(plan, ran.nothing, runs.baseline(plan)),
            *limits.unfitted(plan, runs.baseline(plan)), *limits.of_the_first(futures, ran.plan.count),
        ),
        assured_by=plan.about.assured_by, sources=tuple((s.title, s.licence) for s in plan.sources), seconds=seconds,
        initiatives=initiatives(plan, ran.plan, runs.baseline(plan), places), organisations=organisations(plan, ran.plan, ran.nothing),
        areas=places, sites=sites(plan, runs.baseline(plan)), headlines=headlines(plan, ran.fans, bridge.steps),
    )  # fmt: skip


def _years(outcomes: Outcomes, plan: Plan) -> tuple[str, ...]:
    """Financial years judged."""
    return tuple(outcomes.years[i] for i in judged(outcomes.years, plan.about.judge_from))


def _named(cause: why.Found | None) -> str:
    """The cause as people say it."""
    return why.NAMES.get(cause.verdict, cause.verdict) if cause else ""
