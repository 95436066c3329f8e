"""A plan's months, recorded once for futures that are not yet known, and replayed for any that are.

The model's own code is what is recorded: it meets arrays that write down what is done to them (`engine.lanes`) in place of
NumPy's, so that there is one model and two ways to run it, which give the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.outcomes import OUTCOMES
from placeplan.engine.lanes import Lanes, ids_of
from placeplan.engine.operations import KINDS, Op
from placeplan.engine.prune import Program, shorten
from placeplan.engine.replay import in_blocks, laid_out
from placeplan.engine.sharing import Sharing
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.engine.warm import warm
from placeplan.model.draws import CHANCE, Draws, WhatIf
from placeplan.model.outcomes import Series
from placeplan.model.record import Recorder
from placeplan.model.run import Run
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]
OFF, TURNED = "off ", "turned "
"""What is otherwise (`WhatIf`) is an input by its part and name: where an initiative never begins; where a switch is turned."""
TRUTHS = frozenset({"off", "turned"})
"""Parts that say where, not how much."""


class Way(NamedTuple):
    """One way in which what is recorded is run."""

    held: bool = False
    """Whether chance is held at its expectation."""
    turned: tuple[str, ...] = ()
    """Turns of the form's switches that futures may have (`core.forms.turn`)."""

    @classmethod
    def of(cls, draws: Draws) -> Way:
        """The way in which these futures are run."""
        return cls(draws.expected, tuple(draws.what_if.turned))

    def draws(self, draws: Draws) -> Draws:
        """The same draws run in this way, with no switch turned in any of these futures."""
        turned: dict[str, Any] = {name: np.zeros(draws.count, dtype=bool) for name in self.turned}
        return replace(draws.with_chance(held=self.held), what_if=replace(draws.what_if, turned=turned))


class Unknown(Draws):
    """Draws of futures that are not yet known: one lane that stands for any number of them."""

    tape: Tape
    known: Draws
    asked: dict[tuple[str, float], bool]

    def __init__(self, tape: Tape, known: Draws) -> None:
        def row(name: str, truth: bool = False) -> Any:
            return Lanes(tape, np.array([tape.input(name)], dtype=np.int32), truth)

        one = replace(known.futures, count=1, first=0, ids=None, held=known.futures.held - {CHANCE})
        what_if = WhatIf(**{
            part: {name: row(f"{part} {name}", part in TRUTHS) for name in given}
            for part, given in known.what_if.parts.items()
        })  # fmt: skip
        super().__init__(one, {name: row(name) for name in known.values}, what_if)
        for name, value in (("tape", tape), ("known", known), ("asked", {})):
            object.__setattr__(self, name, value)

    @property
    def numbers(self) -> Any:
        """Numbers of the futures, of which words will be drawn."""
        return Numbers(self.tape)

    def zeros(self, *shape: int) -> Any:
        """Zeros ``[…, future]`` whose entries will be set."""
        return Lanes(self.tape, np.full((*shape, 1), self.tape.constant(0.0), dtype=np.int32))

    def ever_not(self, quantity: str, usual: float) -> bool:
        """Whether an assumption stands at another value than the usual one in any future that it is recorded for."""
        found = self.asked[quantity, usual] = self.known.ever_not(quantity, usual)
        return found


@dataclass(frozen=True)
class Recording:
    """What a plan's months do, and what they write down."""

    program: Program
    written: tuple[tuple[str, tuple[str, ...]], ...]
    """Outcomes with their entities; of each, all entities month by month."""
    months: int
    asked: Mapping[tuple[str, float], bool]
    """What the model asked of all futures while it was recorded, with the answers: it holds for futures that answer alike."""

    @cached_property
    def reads(self) -> frozenset[str]:
        """Inputs on which anything that is written down hangs: assumptions by name, and `OFF` with an initiative's id."""
        code, inputs = self.program.code, self.program.inputs
        read = np.unique(code[code[:, 0] == KINDS * Op.INPUT, 2])
        asked = {name for quantity, _ in self.asked for name in inputs if name.partition("@")[0] == quantity}
        return frozenset(inputs[n] for n in read) | asked

    @cached_property
    def sharing(self) -> Sharing:
        """Finds what lanes share, so that it is run once for them."""
        return Sharing(self.program)

    @classmethod
    def of(cls, program: Program, told: Any) -> Recording:
        """A recording of a program and what was `told` of it."""
        written = tuple((outcome, tuple(entities)) for outcome, entities in told["written"])
        asked = {(quantity, usual): answer for quantity, usual, answer in told["asked"]}
        return cls(program, written, told["months"], asked)

    def told(self) -> dict[str, Any]:
        """All but its program, as plain data."""
        asked = [(*question, answer) for question, answer in self.asked.items()]
        return {"written": self.written, "months": self.months, "asked": asked}

    def part(self, keep: frozenset[str] | None, months: int) -> Recording:
        """Some of what is written down, of the first months alone, with all that it hangs on; None: every outcome."""
        wanted = [
            np.repeat(np.arange(self.months) < months, len(entities)) & (keep is None or name in keep)
            for name, entities in self.written
        ]
        written = tuple(w for w in self.written if keep is None or w[0] in keep)
        return replace(self, program=self.program.only(np.concatenate(wanted)), written=written, months=months)

    def holds_for(self, draws: Draws) -> bool:
        """Whether these futures can be replayed."""
        return all(draws.ever_not(*question) == answer for question, answer in self.asked.items())

    def work(self, draws: Draws) -> float:
        """What replaying known futures takes, in operations of a tile (`engine.sharing.UNIT`)."""
        given = laid_out(self.program, inputs_of(draws), draws.count)
        return self.sharing.cheapest(given, draws.numbers)[1]

    def series(self, draws: Draws, threads: int = 1) -> dict[str, Series]:
        """Outcomes of known futures, ``[future, month, entity]``; they do not depend on the threads."""
        if not self.written:
            return {}
        sizes = [self.months * len(entities) for _, entities in self.written]
        found = in_blocks(self.program, inputs_of(draws), draws.numbers, sizes, threads, self.sharing)
        series = {}
        for (outcome, entities), values in zip(self.written, found, strict=True):
            of, shape = OUTCOMES[outcome], (draws.count, self.months, len(entities))
            series[outcome] = Series(values.reshape(shape), entities, of.unit, of.yearly)
        return series


def inputs_of(draws: Draws) -> dict[str, Any]:
    """All that a recording may read of futures, ``[future]`` by name."""
    parts = draws.what_if.parts.items()
    return draws.values | {f"{part} {name}": values for part, given in parts for name, values in given.items()}


def record(
    plan: Plan, baseline: Baseline, known: Draws, keep: frozenset[str] | None = None, until: int | None = None
) -> Recording:
    """Records the months of a plan.

    known: draws of the run that it is recorded for; only what the model asks of all futures at once is read of them, and
    whether chance is held.
    """
    return record_ways(plan, baseline, known, keep, until, (Way.of(known),), threads=1)[0]


def record_ways(
    plan: Plan,
    baseline: Baseline,
    known: Draws,
    keep: frozenset[str] | None,
    until: int | None,
    ways: Sequence[Way],
    *,
    threads: int,
) -> list[Recording]:
    """Records the months of a plan once, for several ways in which they will be run."""
    tape = Tape()
    turned = tuple(dict.fromkeys(name for way in ways for name in way.turned))
    draws = Unknown(tape, Way(held=False, turned=turned).draws(known))
    run = Run(plan, baseline, draws, keep)
    months = until or len(baseline.months)
    for number in range(months):
        run.month(number)
    written = _written(run.recorder)
    steps = [
        _step(tape, run.recorder.kept[outcome, entity][month])
        for outcome, entities in written
        for month in range(months)
        for entity in entities
    ]
    code = tape.code()
    warm(wait=False)

    def in_way(way: Way) -> Recording:
        never = frozenset(TURNED + name for name in turned if name not in way.turned)
        program = shorten(tape, steps, expected=way.held, never=never, code=code)
        return Recording(program, written, months, draws.asked)

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(in_way, ways))
    warm()
    return found


def _written(recorder: Recorder) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Outcomes in the order in which they were first written down, entities in order of id."""
    found: dict[str, list[str]] = {}
    for outcome, entity in recorder.kept:
        found.setdefault(outcome, []).append(entity)
    return tuple((outcome, tuple(sorted(entities))) for outcome, entities in found.items())


def _step(tape: Tape, value: Any) -> int:
    """The step of one value."""
    found = ids_of(tape, value)
    return found if isinstance(found, int) else int(found.item())
