"""A plan's base year beside what was published of it: one run, and everything that a reconciliation page tells."""

from __future__ import annotations

from placeplan import __version__
from placeplan.compare.lanes import Tell
from placeplan.core.records import Record
from placeplan.core.tables import Pod
from placeplan.futures.sample import Futures
from placeplan.model.draws import Draws
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.variants import do_minimum, do_nothing
from placeplan.plan.schema import Plan
from placeplan.stress.base_year import calibration
from placeplan.stress.base_year.fitted import Fit, fits
from placeplan.stress.base_year.holdout import Holdout, criterion, holdout, rows_of
from placeplan.stress.base_year.imputed import Imputed, imputed
from placeplan.stress.base_year.reconcile import reconcile
from placeplan.stress.called import names
from placeplan.stress.results.ground import Calibrated, Reconciled
from placeplan.stress.room import refuse_too_large
from placeplan.stress.runs.workplace import workplace


class Calibration(Record):
    """What a base year was fitted to, how near it comes, what was filled in, and whether it is calibrated."""

    placeplan: str
    plan: str
    place: str
    synthetic: bool
    digest: str
    base_year: str
    data_date: str
    seed: int
    futures: int
    calibrated: Calibrated
    published: tuple[Reconciled, ...]
    """Totals of the base year."""
    own: tuple[Reconciled, ...]
    """What the plan's own tables say, by organisation and pod."""
    fitted: tuple[Fit, ...]
    imputed: tuple[Imputed, ...]
    pods: dict[str, str]
    """Kinds of care in words, by id."""
    held: Holdout | None = None


def calibrate(
    plan: Plan, futures: int = 200, seed: int = 1, year: str = "", progress: Tell | None = None
) -> Calibration:  # fmt: skip
    """Runs the base year with nothing done, and until ``year``, if one is given, with what is committed.

    Args:
        plan: the plan, with reconcile.csv.
        futures: how many futures.
        seed: seed of all draws.
        year: financial year that was kept back.
        progress: told what is done.

    Raises:
        PlanError: where nothing was published of the year, or it is not in the run.
    """
    say = progress or _silent
    if year:
        rows_of(plan, year)
    refuse_too_large(plan, workplace(), futures)
    some = Futures(seed=seed, count=futures)
    steps = 2 if year else 1
    say(0, steps, "the base year")
    baseline = baseline_of(plan, 12)
    idle = do_nothing(plan)
    nothing = simulate(idle, baseline, some)
    found, held = calibration.calibration(plan, nothing, baseline), None
    called = names(plan)
    published = reconcile(calibration.base_rows(plan), nothing, baseline, called)
    if year:
        say(1, steps, f"until {year}")
        held = _held(plan, year, some)
        found = calibration.told((*found.criteria, criterion(held)), published)
    say(steps, steps, "done")
    about = plan.about
    return Calibration(
        placeplan=__version__, plan=about.name, place=about.place, synthetic=about.synthetic, digest=plan.digest,
        base_year=about.base_year, data_date=about.data_date, seed=seed, futures=futures, calibrated=found,
        published=published,
        own=calibration.small(reconcile(calibration.own_rows(plan), nothing, baseline, called)),
        fitted=fits(plan, baseline, Draws(some, dict(nothing.draws))), imputed=imputed(plan), held=held,
        pods={r.id: r.name for r in plan.tables["pods"] if isinstance(r, Pod)},
    )  # fmt: skip


def _silent(done: int, total: int, what: str) -> None:
    """Nobody asks how far it is."""


def _held(plan: Plan, year: str, futures: Futures) -> Holdout:
    months = 12 * (int(year[:4]) - int(plan.about.start[:4]) + 1)
    until = plan.changed(about=plan.about.model_copy(update={"months": months}))
    baseline = baseline_of(plan, months)
    return holdout(plan, year, simulate(do_minimum(until), baseline, futures))
