"""Whether a run has room: on the disk for what is kept of each future, and in memory; told before anything is begun."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from placeplan.core.errors import PlanError
from placeplan.core.units import size_of
from placeplan.engine.lanes import NotRecordableError
from placeplan.futures.sample import Futures
from placeplan.model.draws import Draws
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import BATCH, Job
from placeplan.stress.runs.kept import Judging, years_judged
from placeplan.stress.runs.workplace import Workplace
from placeplan.stress.shocks.scenarios import providers
from placeplan.stress.verdict import forms

IN_MEMORY = 400
"""Bytes that a future takes in memory besides the margin of each promise: a few columns at a time, and where each future breaks."""
A_MARGIN = 8
"""Bytes of a promise's margin, which are held of all promises at once."""
A_STEP = 500
"""Bytes that recording takes at most for each step that is left of it in the end, with programs for chance drawn and held and for
turned switches made side by side; measured on Dorset (390 to 460) and a made-up place (400)."""
A_FIGURE = 16
"""Bytes of a figure: as it is found and as it is told."""
ASKED = 20_000
"""Rows of activity times months from which a plan is asked: Dorset has 3,900, and takes 0.6 GB."""
PICTURES = 640
"""Bytes of a future of which pictures are drawn: years of money, quarters of beds and admissions."""


def bytes_a_future(plan: Plan) -> int:
    """Bytes that finished batches keep of each future, at most: the plan in full, all other runs in short."""
    years = len(years_judged(plan))
    judging = [Judging(plan.promises, plan.about.judge_from, full=full).bytes(years) for full in (True, False)]
    decide = sum(len(providers(plan)) if s.provider_fails else 1 for s in plan.scenarios if s.decides)
    runs = 3 + 2 * decide + len(forms.variants(plan))
    return judging[0] + 2 * PICTURES + runs * judging[1]


def refuse_too_many(plan: Plan, futures: int, folder: Path | None) -> None:
    """Raise PlanError where so many futures have no room on the disk or in memory, with what they would need."""
    if futures < 1:
        what = f"{futures} futures cannot be run."
        raise PlanError([problem("--futures", 0, "", "too-few-futures", what, "Run at least one.")])
    place = folder.absolute() if folder else Path(tempfile.gettempdir())
    place = next(p for p in (place, *place.parents) if p.exists())
    needed, free = futures * bytes_a_future(plan), shutil.disk_usage(place).free
    taken, fit = [], []
    if needed > free:
        taken.append(f"{size_of(needed)} on the disk, and “{place}” has {size_of(free)}")
        fit.append(free / bytes_a_future(plan))
    memory, each = memory_left(), IN_MEMORY + A_MARGIN * len(plan.promises)
    if memory is not None and futures * each > memory:
        taken.append(f"{size_of(futures * each)} of memory, and {size_of(memory)} are left")
        fit.append(memory / each)
    if taken:
        most = int(min(fit) * 0.9)
        most = most // 1000 * 1000 or most
        what = f"{futures:,} futures take about {'; and '.join(taken)}."
        mend = f"Run at most {most:,} futures, or make room." if most else "Make room."
        raise PlanError([problem("--futures", 0, "", "too-many-futures", what, mend)])


def refuse_too_large(plan: Plan, here: Workplace, futures: int, held: int = BATCH, *, recorded: bool = True) -> None:
    """Raise PlanError where the months of a plan would not fit into memory: how large they are, and what to do.

    held: futures of which all outcomes are held at once; recorded: whether its months are recorded, with doing nothing beside
    it, or only stepped. What they take is foreseen from the first month, which is recorded alone. A small plan of few futures
    is not asked.
    """
    lanes, months = min(futures, held), plan.about.months
    rows = len(plan.tables["activity"]) * months * max(1.0, lanes / BATCH)
    memory = memory_left()
    if rows < ASKED or memory is None:
        return
    steps, outputs = first_month(plan, here)
    parts = {
        "what its months do": steps * months * A_STEP if recorded else 0,
        "its outcomes": outputs * months * lanes * A_FIGURE * (2 if recorded else 1),
    }
    if sum(parts.values()) <= memory:
        return
    spare = memory - parts["what its months do"]
    if lanes > BATCH and spare > 0:
        most = int(spare / sum(parts.values()) * lanes)
        what = (
            f"{futures:,} futures take about {size_of(parts['its outcomes'])} of memory, and {size_of(spare)} are left."
        )
        mend = f"Run at most {most // 100 * 100 or most:,} futures."
        raise PlanError([problem("--futures", 0, "", "too-many-futures", what, mend)])
    told = " and ".join(f"{size_of(size)} for {name}" for name, size in parts.items())
    what = f"This plan takes about {size_of(sum(parts.values()))} of memory – {told} – and {size_of(memory)} are left."
    mend = (
        f"Its {len(plan.tables['activity']):,} rows of activity.csv and {months} months make it so large: join areas, sites or"
        " points of delivery, run fewer months, or use a machine with more memory."
    )
    raise PlanError([problem("plan.yaml", 0, "months", "plan-too-large", what, mend)])


def first_month(plan: Plan, here: Workplace) -> tuple[int, int]:
    """Steps of the first month's recording, and figures that it writes down for each future."""
    few = Job("", plan, Futures(count=1))
    draws = stoppable(plan, Draws(few.futures, here.draws(plan, few)))
    try:
        program = record(plan, here.baseline(plan), draws, until=1).program
    except NotRecordableError:
        return 0, 0
    return len(program.code), program.outputs


def memory_left() -> int | None:
    """Bytes of memory that this process may still take; None where the system does not say."""
    found = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")]
        groups = [Path("/sys/fs/cgroup") / name for name in ("memory.max", "memory.current")]
        most, used = (path.read_text(encoding="ascii").strip() for path in groups)
        found += [] if most == "max" else [int(most) - int(used)]
    except (OSError, ValueError):
        if not found and hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=None)
