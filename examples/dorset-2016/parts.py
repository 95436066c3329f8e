"""What each part of the model changes in Dorset's figures: one part at a time left out, on the same futures.

python examples/dorset-2016/parts.py [--futures 1000]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from placeplan.baseline.build import Baseline
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import WhatIf
from placeplan.model.outcomes import Outcomes
from placeplan.model.recordings import Recordings
from placeplan.model.simulate import baseline_of, entities, simulate
from placeplan.model.variants import do_nothing
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.stress.runs.kept import keep

HERE = Path(__file__).parent
HELD = (
    ("beds_rbd", "beds_rd3", "beds_rdz"),
    ("balance_dorset_council", "balance_bournemouth_council", "balance_poole_council"),
    ("waits_system",),
)
"""Promises whose share of futures is told, by column."""
JUDGED = frozenset({"position", "waiting_without_bed", "within_18"})


def without(plan: Plan, *tables: str) -> Plan:
    """The plan without some tables; posts of initiatives go with staff."""
    plan = plan.changed(tables={**plan.tables, **dict.fromkeys(tables, ())})
    if "staff" not in tables:
        return plan
    every = (
        i.model_copy(update={"effects": tuple(e for e in i.effects if e.kind != "employ")}) for i in plan.initiatives
    )
    return plan.changed(initiatives=tuple(every))


def not_kept(plan: Plan) -> Plan:
    """The plan whose planned patients have no beds or theatre slots of their own."""
    beds = tuple(r.model_copy(update={"ring_fenced": None, "slots": None}) for r in plan.tables["beds"])
    return plan.changed(tables={**plan.tables, "beds": beds})


def no_conditions(plan: Plan) -> Plan:
    """The plan without money that hangs on conditions."""
    return plan.changed(contracts=tuple(c for c in plan.contracts if c.kind != "conditional_funding"))


PARTS: dict[str, Callable[[Plan], Plan]] = {
    "nothing": lambda plan: plan,
    "packages, ways out, councils' rules": lambda plan: without(plan, "packages", "pathways", "councils"),
    "beds and theatre slots kept for planned patients": not_kept,
    "contacts that run out": lambda plan: without(plan, "contacts", "spills"),
    "lists": lambda plan: without(plan, "lists"),
    "staff": lambda plan: without(plan, "staff", "labour"),
    "conditions of the national fund": no_conditions,
}


def everything(plan: Plan) -> Plan:
    """The plan without any of these."""
    for part in PARTS.values():
        plan = part(plan)
    return plan


def gap(outcomes: Outcomes, whose: frozenset[str]) -> Any:
    """What some organisations are short by in the last year, £m, ``[future]``."""
    position = outcomes["position"]
    return -sum(position.by_year(e)[:, -1] for e in position.entities if e in whose) / 1e6


def told(values: Any, ends: bool) -> str:
    """Median, and what eight futures of ten lie between."""
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return f"£{middle:.0f}m" + (f" ({low:.0f} to {high:.0f})" if ends else "")


def drawn_by(plan: Plan, baseline: Baseline, futures: Futures) -> Any:
    """What a variant draws; doing nothing has assumptions of its own."""
    return draw(plan.assumptions, plan.correlations, (), futures, entities(plan, baseline))


def row(plan: Plan, futures: int) -> list[str]:
    """The figures of one variant."""
    baseline = baseline_of(plan)
    made, some = Recordings(), Futures(count=futures)
    never = {i.id: np.ones(futures, dtype=bool) for i in plan.initiatives}
    variants = ((plan, {}), (plan.changed(assumptions=do_nothing(plan).assumptions), never))
    whole, nothing = (
        simulate(
            plan, baseline, some, draws=drawn_by(v, baseline, some), keep=JUDGED, recordings=made, what_if=WhatIf(off)
        )
        for v, off in variants
    )
    councils = frozenset(o.id for o in plan.tables["organisations"] if o.type == "council")
    nhs = frozenset(whole["position"].entities) - councils - {"system"}
    cells = [told(gap(nothing, nhs), True), told(gap(nothing, councils), False), told(gap(whole, nhs), False)]
    for names in HELD:
        promises = [p for p in plan.promises if p.id in names and p.outcome in whole.series]
        shares = [
            keep(p, whole, plan.about.judge_from).whole.mean()
            for p in sorted(promises, key=lambda p: names.index(p.id))
        ]
        cells.append(", ".join(f"{share:.0%}" for share in shares) or "not modelled")
    return cells


def main() -> None:
    """Every variant, as a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=1000, help="futures of each run")
    futures = parser.parse_args().futures
    plan = read_plan(HERE)
    table = Table(
        "left out",
        "NHS gap, nothing done",
        "social care's",
        "NHS gap, the plan",
        "a bed",
        "councils",
        "92 % in 18 weeks",
    )
    for name, part in {**PARTS, "all of these": everything}.items():
        table.add_row(name, *row(part(plan), futures))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
