"""Everything compiled beforehand, so that the first run of many futures need not wait for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.core.quantiles import binomial, exp
from placeplan.core.streams import halves, words
from placeplan.engine.lanes import Lanes
from placeplan.engine.prune import shorten
from placeplan.engine.replay import replay
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape


def warm() -> None:
    """Compiles what is not compiled yet, by recording and replaying a few steps.

    What is compiled is kept for this version of the engine (`engine.compiled`), so it is quick the next time.
    """
    tape = Tape()
    numbers: Any = Numbers(tape)
    upper, _ = halves(words(np.array([1], dtype=np.uint64), numbers, 1))
    mean = Lanes(tape, np.array([[tape.input("mean")]], dtype=np.int32))
    found = binomial(upper, mean, 0.5 + 0.0 * mean) + exp(-mean)
    replay(shorten(tape, found.ids.ravel()), {"mean": np.ones(1)}, np.zeros(1, dtype=np.uint64))
