"""The contract laboratory by itself, without the runs of a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from placeplan.compare.lanes import Tell
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.found import foreseen, look
from placeplan.stress.results.contracts import Laboratory
from placeplan.stress.room import refuse_too_large, refuse_too_many
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.spread import Spread, cores
from placeplan.stress.runs.store import Store
from placeplan.stress.runs.workplace import workplace


def laboratory(
    plan: Plan,
    forms: Sequence[PaymentForm] = (),
    only: Sequence[str] = (),
    futures: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Tell | None = None,
    shelf: Shelf | None = None,
) -> Laboratory:
    """The plan as it stands and in other forms of payment, on the same futures.

    Args:
        plan: the plan.
        forms: laid over it one by one.
        only: contracts of which term sheets are made, by id; none: all.
        futures: how many, the same for all.
        seed: seed of every draw.
        threads: cores to use; nothing depends on it.
        progress: told futures done, futures in all and what is run.
        shelf: where what was recorded of a plan stays for the next run; None: nowhere.

    Raises:
        PlanError: where so many futures or months find no room.
    """
    count = threads or cores()
    with Store() as kept, Spread(workers=1) as spread:
        here = workplace(count, shelf)
        refuse_too_many(plan, futures, None)
        refuse_too_large(plan, here, futures)
        runs = Runs(plan, Futures(seed=seed, count=futures), here, kept, spread, Progress(progress))
        runs.progress.total = foreseen(plan, len(forms), futures)
        found = look(runs, forms, only)
    runs.progress.finish()
    return found
