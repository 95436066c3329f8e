"""What lanes have in common is run once: the bits are those of each lane run by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from fixtures.places import baseline_of, place
from placeplan.core.quantiles import binomial
from placeplan.core.streams import halves, key, words
from placeplan.engine.lanes import Lanes
from placeplan.engine.levels import MANY, divide
from placeplan.engine.loop import LANES
from placeplan.engine.operations import AS_IT_IS, HANDED, KINDS, STORE, Op
from placeplan.engine.prune import Program, shorten
from placeplan.engine.replay import replay
from placeplan.engine.sharing import Shared, Sharing, cheapest, differing, tiles, together
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.recording import Recording, record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import entities

FUTURES, TIMES = 2 * LANES - 56, 3


@dataclass
class Forced(Sharing):
    """Shares by levels that are given, whatever it spares."""

    level: Any = field(default=None)

    def of(self, given: Any, futures: Any) -> Shared:
        return self.at(self.level, given, futures)


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
    program, sharing = recording.program, recording.sharing
    light = sharing.hefts < 0.03 * sharing.hefts.max()
    moving = [name for name, little in zip(program.inputs, light, strict=True) if little and name in recording.reads]
    assert moving
    every = {name: v * (1.0 + 0.01 * (np.arange(len(v)) % 5)) if name in moving else v for name, v in given.items()}
    alone = replay(program, every, numbers, threads)
    shared = sharing.of(table(program, every), numbers)
    assert shared is not None
    assert len(shared.lanes[0]) == FUTURES
    assert len(shared.levels[-1].program.code) < len(program.code) / 2
    assert replay(program, every, numbers, threads, sharing).tobytes() == alone.tobytes()
    assert len(np.unique(alone, axis=1).T) > FUTURES  # the money does move them


@pytest.mark.parametrize("seed", range(4))
def test_sets_of_initiatives_share_what_none_of_their_differences_reaches(seed: int) -> None:
    """Made-up places, every set of seven initiatives in the same futures: the bits are those of each run by itself, and work is spared."""
    plan = place(seed + 5, months=36, initiatives=10)
    baseline, few = baseline_of(plan), Futures(seed=seed, count=8)
    values = draw(plan.assumptions, plan.correlations, (), few, entities(plan, baseline))
    draws = stoppable(plan, Draws(few, values))
    recording = record(plan, baseline, draws, frozenset({"position", "occupancy", "waiting_without_bed"}))
    sets = list(product((False, True), repeat=7))
    given = {name: np.tile(v, len(sets)) for name, v in draws.values.items()}
    given |= {f"lost {name}": np.tile(share, len(sets)) for name, share in draws.what_if.lost.items()}
    some = list(draws.what_if.off)[seed % 4 :][:7]
    for name in draws.what_if.off:
        off = [name in some and s[some.index(name)] for s in sets]
        given[f"off {name}"] = np.repeat(off, few.count)
    numbers = np.tile(few.numbers(), len(sets))
    shared = recording.sharing.of(table(recording.program, given), numbers)
    assert shared is not None
    ran = sum(len(level.program.code) * len(own) for level, own in zip(shared.levels, shared.lanes, strict=True))
    assert ran < 0.9 * len(recording.program.code) * len(numbers)
    alone = replay(recording.program, given, numbers)
    assert replay(recording.program, given, numbers, 2, recording.sharing).tobytes() == alone.tobytes()
    assert len(np.unique(alone, axis=1).T) > 4 * few.count  # sets do differ


def dice_of(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def table(program: Program, given: dict[str, Any]) -> Any:
    return np.array([given[name] for name in program.inputs], dtype=np.float64)


@pytest.mark.parametrize("seed", range(12))
def test_a_program_in_any_levels_has_the_bits_of_the_whole(seed: int) -> None:
    """Programs of random steps, inputs at random levels, lanes with few values: rows that are used again are not mixed up."""
    dice = dice_of(seed)
    names = [f"x{n}" for n in range(6)]
    program = shorten(*random_tape(dice, names))
    lanes = int(dice.integers(200, 700))
    numbers = np.sort(dice.integers(0, 60, lanes)).astype(np.uint64)[dice.permutation(lanes)]
    given = {name: dice.choice([-0.0, 0.0, 0.25, 0.5, 1.0], lanes) for name in names}
    level = dice.integers(0, 5, len(program.inputs))
    forced = Forced(program, level=level)
    alone = replay(program, given, numbers)
    for threads in (1, 2):
        assert replay(program, given, numbers, threads, forced).tobytes() == alone.tobytes()
    levels = divide(program, level)
    stores = program.code[:, 0] // KINDS == STORE
    whole = [own.program.code[:, 0] // KINDS == STORE for own in levels]
    handed = [own.program.code[:, 0] == KINDS * STORE + AS_IT_IS for own in levels]
    assert sum(map(np.count_nonzero, whole)) - sum(own.left for own in levels) == stores.sum() == program.outputs
    counted = sum(np.count_nonzero(MANY[own.program.code[:, 0] // KINDS] == 5) for own in levels)
    assert counted == np.count_nonzero(MANY[program.code[:, 0] // KINDS] == 5)  # none is drawn twice
    for n, own in enumerate(levels):
        kinds = own.program.code[:, 0]
        over = own.program.code[kinds == KINDS * Op.INPUT + HANDED]
        assert (over[:, 3] < n).all()
        assert np.count_nonzero(handed[n]) == own.left


def random_tape(dice: np.random.Generator, names: list[str]) -> tuple[Tape, Any]:
    """A recording of some hundred random steps on these inputs, with what is asked of it."""
    tape = Tape()
    numbers: Any = Numbers(tape)
    found: list[Any] = [Lanes(tape, np.array([[tape.input(name)]], dtype=np.int32)) for name in names]
    found.append(found[0] * 0.0 - 0.0)
    for step in range(160):
        a, b, c = (
            found[-1 - int(n)] if dice.random() < 0.6 else found[int(n)] for n in dice.integers(0, len(found), 3)
        )
        kind = int(dice.integers(0, 8))
        if kind == 0:
            stream = np.array([key(1, "step", str(step))], dtype=np.uint64)
            upper, _ = halves(words(stream, numbers, step))
            share = np.minimum(np.maximum(b, 0.0), 1.0)
            found.append(binomial(upper, np.floor(np.minimum(np.maximum(a, 0.0), 50.0)), share))
        elif kind == 1:
            found.append(np.where(a > b, c, a * 0.5))
        elif kind == 2:
            found.append(np.where(a <= 0.25, 3.0, b))
        elif kind == 3:
            found.append(np.minimum(a, b) - 0.5 * c)
        elif kind == 4:
            found.append(1.0 / (np.maximum(a, b) + (2.0 + step)))
        elif kind == 5:
            found.append(-a)
        else:
            found.append(np.maximum(np.minimum(a + b * 0.75, 90.0), -90.0))
    asked = [found[int(n)] for n in dice.choice(len(found), 40, replace=False)]
    return tape, np.concatenate([np.asarray(f.ids).ravel() for f in asked])


def test_what_is_handed_on_keeps_its_sign_and_rows_used_again_are_not_mixed_up() -> None:
    """−0 stays −0: its inverse says so. Rows hold one value after another, read at either level, and constants fill rows of both."""
    tape = Tape()
    numbers: Any = Numbers(tape)
    upper, _ = halves(words(np.array([key(1, "a", "b")], dtype=np.uint64), numbers, 1))
    heavy, light = (Lanes(tape, np.array([[tape.input(name)]], dtype=np.int32)) for name in ("heavy", "light"))
    count = binomial(upper, np.floor(heavy * 9.0), 0.25 + 0.0 * heavy)
    found = [count, 1.0 / (-0.0 * (count + 1.0)), 1.0 / (-0.0 * (count + 1.0) * (light + 1.0)), heavy + light]
    for step in range(8):
        found.append(np.where(found[-1] > step, found[-1] - light, count + heavy * step))
        found.append(found[-2] * 0.5 + heavy)
    program = shorten(tape, np.concatenate([f.ids.ravel() for f in found]))
    forced = Forced(program, level=np.array([name == "light" for name in program.inputs]))
    numbers_of = np.repeat(np.arange(300, dtype=np.uint64), 2)
    given = {"heavy": np.repeat(np.arange(300) * 0.37 % 1.0, 2), "light": np.arange(600) * 0.71 % 1.0}
    alone = replay(program, given, numbers_of)
    assert replay(program, given, numbers_of, 2, forced).tobytes() == alone.tobytes()
    assert np.isneginf(alone[1:3]).all()


def test_kinds_are_the_lanes_that_share_all_bits_in_the_order_of_those_before() -> None:
    """0 and −0 are told apart, as a program may."""
    future = np.array([0, 0, 0, 1, 1, 0])
    given = np.array([[0.0, -0.0, 0.0, 1.0, 1.0, 0.0], [2.0, 2.0, 3.0, 2.0, 2.0, 2.0], [5.0, 5.0, 5.0, 6.0, 6.0, 5.0]])
    assert differing(given, future).tolist() == [0, 1]
    one = together(future, given[:1])
    assert sorted(set(one[:3])) == [0, 1]
    assert one[0] == one[2] == one[5] != one[1]
    assert one[3] == one[4] == 2
    assert len(set(together(one, given[1:2]))) == 4
    assert_array_equal(together(one, given[:0]), one)


def test_the_cheapest_levels_are_those_that_looking_at_all_would_find() -> None:
    """No extra cost of a level, whole tiles: each way to cut six ranks is tried."""
    dice = dice_of(2)
    for _ in range(20):
        work = dice.integers(1, 9, 6) * 1e6
        lanes = LANES * np.cumprod([1, *dice.integers(1, 3, 5)])
        _, cost = cheapest(work, np.zeros((6, 6)), lanes)
        each = []
        for cut in product((False, True), repeat=5):
            ends = [n for n in range(6) if n == 5 or cut[n]]
            own = np.split(work, [n + 1 for n in ends[:-1]])
            each.append(sum(w.sum() * tiles(lanes[e], lanes[e] / LANES) for w, e in zip(own, ends, strict=True)))
        assert min(each) <= cost <= 1.01 * min(each)


def test_lanes_that_share_nothing_are_run_as_they_are() -> None:
    """Each future once: the program is not even looked at."""
    recording, given, numbers = recorded()
    _, first = np.unique(numbers, return_index=True)
    once = {name: v[first] for name, v in given.items()}
    sharing = Sharing(recording.program)
    assert sharing.of(table(recording.program, once), numbers[first]) is None
    assert "hefts" not in vars(sharing)
