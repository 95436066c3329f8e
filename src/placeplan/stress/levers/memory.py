"""What designs came to in the futures they met, so that several searches run none of them twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.model.outcomes import Array
from placeplan.stress.levers.candidates import Candidates, Scores
from placeplan.stress.levers.levered import Designs


@dataclass
class Memory:
    """Runs designs, each in each future once."""

    candidates: Candidates
    read: Callable[[Scores], Array]
    """What is remembered of scores, ``[design, future, outcome]``."""
    _known: dict[tuple[bytes, int, int], Array] = field(default_factory=dict)

    def evaluate(self, designs: Designs, first: int, count: int) -> Array:
        """What is read of designs ``[design, lever]`` in the futures ``first … first + count − 1``."""
        keys = [(d.astype(np.int64).tobytes(), first, count) for d in designs]
        new = [n for n, key in enumerate(keys) if key not in self._known]
        if new:
            found: Any = self.read(self.candidates.run(designs[new], first, count))
            self._known |= {keys[n]: found[i] for i, n in enumerate(new)}
        return np.stack([self._known[key] for key in keys])
