"""What lanes have in common is run once: the bits are those of each lane run by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fixtures.places import baseline_of, place
from placeplan.core.quantiles import binomial
from placeplan.core.streams import halves as halves_of
from placeplan.core.streams import key, words
from placeplan.engine.halves import LIGHT, MANY, Halves, counted, divided, halves
from placeplan.engine.lanes import Lanes
from placeplan.engine.loop import LANES
from placeplan.engine.operations import AS_IT_IS, KINDS, STORE
from placeplan.engine.prune import Program, shorten
from placeplan.engine.replay import _shared, replay
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.recording import Recording, record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import entities

FUTURES, TIMES = 2 * LANES - 56, 3


def recorded() -> tuple[Recording, dict[str, Any], Any]:
    """A made-up place, what each future gives it ``[lane]`` by name, and the number of each lane's future: each comes three times."""
    plan = place(3)
    baseline, few = baseline_of(plan), Futures(seed=3, count=FUTURES)
    values = draw(plan.assumptions, plan.correlations, (), few, entities(plan, baseline))
    draws = stoppable(plan, Draws(few, values))
    recording = record(plan, baseline, draws, frozenset({"position", "occupancy"}))
    given = draws.values | {f"off {name}": never for name, never in draws.what_if.off.items()}
    given |= {f"lost {name}": share for name, share in draws.what_if.lost.items()}
    order = np.argsort(np.tile(np.arange(FUTURES) * 7 % FUTURES, TIMES), kind="stable")[::-1]
    numbers = np.tile(few.numbers(), TIMES)[order]
    return recording, {name: np.tile(v, TIMES)[order] for name, v in given.items()}, numbers


@pytest.mark.parametrize("threads", [1, 2])
def test_lanes_that_differ_in_money_alone_share_the_rest(threads: int) -> None:
    """Position and occupancy of a made-up place, where each future is met three times with other money."""
    recording, given, numbers = recorded()
    program, both = recording.program, recording.halves
    light = [name for n, name in enumerate(program.inputs) if n not in set(both.heavy.tolist())]
    moving = [name for name in light if name in recording.reads]
    assert moving
    assert len(both.second.code) < len(program.code) / 2
    every = {name: v * (1.0 + 0.01 * (np.arange(len(v)) % 5)) if name in moving else v for name, v in given.items()}
    alone = replay(program, every, numbers, threads)
    table = np.array([every[name] for name in program.inputs], dtype=np.float64)
    shared = _shared(table, numbers, lambda: both)
    assert shared is not None
    assert len(shared[1]) == FUTURES
    assert replay(program, every, numbers, threads, lambda: both).tobytes() == alone.tobytes()
    assert len(np.unique(alone, axis=1).T) > FUTURES  # the money does move them


def test_what_a_count_hangs_on_is_never_light() -> None:
    """Each input of the second half moves no count, and little in all."""
    recording, _, _ = recorded()
    program, both = recording.program, recording.halves
    hang = counted(program.code, program.rows, len(program.inputs), MANY)
    assert hang.any()
    assert set(np.flatnonzero(hang)) <= set(both.heavy.tolist())
    assert 0.0 < LIGHT < 0.5
    stores = program.code[:, 0] // KINDS == STORE
    assert (both.second.code[:, 0] // KINDS == STORE).sum() == stores.sum()
    assert (both.first.code[:, 0] % KINDS == AS_IT_IS)[both.first.code[:, 0] // KINDS == STORE].all()


def divide(program: Program, light: list[str]) -> Halves:
    """A program in halves, some inputs being of the second alone."""
    flags = np.array([name in light for name in program.inputs])
    first, second, handed = divided(program.code, program.rows, flags, MANY)
    return Halves(
        replace(program, code=first, outputs=int(handed)), replace(program, code=second), np.flatnonzero(~flags)
    )


def test_what_is_handed_on_keeps_its_sign_and_rows_used_again_are_not_mixed_up() -> None:
    """−0 stays −0: its inverse says so. Rows hold one value after another, read by either half, and constants fill rows of both."""
    tape = Tape()
    numbers: Any = Numbers(tape)
    upper, _ = halves_of(words(np.array([key(1, "a", "b")], dtype=np.uint64), numbers, 1))
    heavy, light = (Lanes(tape, np.array([[tape.input(name)]], dtype=np.int32)) for name in ("heavy", "light"))
    count = binomial(upper, np.floor(heavy * 9.0), 0.25 + 0.0 * heavy)
    found = [count, 1.0 / (-0.0 * (count + 1.0)), 1.0 / (-0.0 * (count + 1.0) * (light + 1.0)), heavy + light]
    for step in range(8):
        found.append(np.where(found[-1] > step, found[-1] - light, count + heavy * step))
        found.append(found[-2] * 0.5 + heavy)
    program = shorten(tape, np.concatenate([f.ids.ravel() for f in found]))
    both = divide(program, ["light"])
    assert both.first.outputs > 1
    numbers_of = np.repeat(np.arange(300, dtype=np.uint64), 2)
    given = {"heavy": np.repeat(np.arange(300) * 0.37 % 1.0, 2), "light": np.arange(600) * 0.71 % 1.0}
    alone = replay(program, given, numbers_of)
    assert replay(program, given, numbers_of, 2, lambda: both).tobytes() == alone.tobytes()
    assert np.isneginf(alone[1:3]).all()


def test_lanes_that_share_nothing_are_run_as_they_are() -> None:
    """Each future once: halves are not even asked for."""
    recording, given, numbers = recorded()
    once = {name: v[:200] for name, v in given.items()}
    _, first = np.unique(numbers[:200], return_index=True)
    once = {name: v[first] for name, v in once.items()}
    asked: list[int] = []

    def halving() -> Halves:
        asked.append(1)
        return halves(recording.program)

    replay(recording.program, once, numbers[:200][first], 1, halving)
    assert not asked
