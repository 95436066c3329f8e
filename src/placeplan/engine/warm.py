"""Everything compiled beforehand, so that the first run of many futures need not wait for it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from placeplan.core.quantiles import binomial, exp
from placeplan.core.streams import halves, words
from placeplan.engine.compiled import one_at_a_time
from placeplan.engine.lanes import Lanes
from placeplan.engine.prune import shorten
from placeplan.engine.replay import replay
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape


@cache
def warm() -> None:
    """Compiles what is not compiled yet, by recording and replaying a few steps.

    What is compiled is kept for this version of the engine (`engine.compiled`), so it is quick the next time. Of several
    processes one compiles, and the others wait and take what it made.
    """
    with one_at_a_time():
        _few_steps()


def _few_steps() -> None:
    """Runs every kernel once."""
    tape = Tape()
    numbers: Any = Numbers(tape)
    upper, _ = halves(words(np.array([1], dtype=np.uint64), numbers, 1))
    mean = Lanes(tape, np.array([[tape.input("mean")]], dtype=np.int32))
    found = binomial(upper, mean, 0.5 + 0.0 * mean) + exp(-mean)
    program = shorten(tape, found.ids.ravel())
    replay(program.only(np.ones(1, dtype=bool)), {"mean": np.ones(1)}, np.zeros(1, dtype=np.uint64))
