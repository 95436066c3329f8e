"""Every set of twelve organisations in as many futures as the plan itself: how long that takes, and a run by itself."""

from __future__ import annotations

import time
from typing import Any

from simulate import baseline_of, peak, used

from placeplan.futures.sample import Futures
from placeplan.incentives.parts import gone_from, parts_of
from placeplan.model.recordings import Recordings
from placeplan.model.simulate import entities, simulate
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.incentives.found import FUTURES, WORK, best_replies, game_of
from placeplan.stress.incentives.replies import with_replies
from placeplan.stress.incentives.worlds import Worlds, where_gone
from placeplan.stress.runs.engines import Engine
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.spread import Spread, cores
from placeplan.stress.runs.store import Store
from placeplan.stress.runs.workplace import Workplace

OWNERS = {"door_16": "AMB1", "prevent_18": "GPS1", "save_12": "MHT1", "save_28": "MHT2", "thrift_15": "LA1"}
"""Who carries some initiatives of the made-up place in place of those who would, so that twelve have a part."""
ALONE = (0, 0b10110, 0b101101110011, 0b111111111111)
"""Sets that are run one after the other, to see what a run takes by itself."""


def place() -> Plan:
    """A made-up place of 16 organisations with every part; twelve of them carry a part of its 30 initiatives."""
    plan = with_library(make(areas=6, organisations=16, initiatives=30, detail="whole"))
    initiatives = []
    for i in plan.initiatives:
        if owner := OWNERS.get(i.id):
            own = tuple(e.model_copy(update={"organisation": owner}) if e.name == "spend" else e for e in i.effects)
            initiatives.append(i.model_copy(update={"owner": owner, "effects": own}))
        else:
            initiatives.append(i)
    return plan.changed(initiatives=tuple(initiatives))


def measure() -> dict[str, Any]:
    """The row of the table."""
    plan = place()
    parts = parts_of(plan)
    with Store() as store, Spread(Engine.named("local"), cores()) as spread:
        here = Workplace(simulate, baseline_of, entities, cores(), Recordings(many=1, threads=cores()))
        worlds = Worlds(
            Runs(plan, Futures(count=FUTURES), here, store, spread), with_replies(plan, parts.players), parts
        )
        replies, _ = best_replies(worlds, 16)  # records, too
        before, cpu, start = worlds.lanes, used(), time.perf_counter()
        game = game_of(worlds, replies, FUTURES, WORK)
        seconds, cpu, runs = time.perf_counter() - start, used() - cpu, worlds.lanes - before
    sets, players, futures = game.money.shape
    alone = by_itself(worlds, replies)
    note = (
        f"{players} players, {futures} futures each: {runs:,} runs, {cpu:.0f} s of processor time on {cores()} cores, {1e3 * cpu / runs:.2f} ms a run;"
        f" each by itself {alone:.2f} ms; {peak():.0f} MB; decision 52"
    )
    reached = f"{futures} futures, {seconds:.0f} s"
    met = futures == FUTURES and seconds <= 300
    return {"name": f"{sets:,} sets of organisations", "target": f"{FUTURES} futures, ≤ 300 s", "reached": reached, "met": met, "note": note}  # fmt: skip


def by_itself(worlds: Worlds, replies: Any) -> float:
    """Milliseconds of processor time of a run where lanes share nothing: a few sets, one after the other."""
    players = worlds.parts.players
    some = [where_gone(worlds.parts, gone_from(players, number), replies) for number in ALONE]
    start = used()
    for world in some:
        worlds.gathered([world], FUTURES, lambda had: had.parts)
    return 1e3 * (used() - start) / (len(some) * FUTURES)
