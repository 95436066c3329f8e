"""What designs came to in the futures they met, so that several searches run none of them twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from placeplan.explore.plan_b.ledger import Numbers
from placeplan.model.outcomes import Array
from placeplan.stress.levers.candidates import Candidates, Scores
from placeplan.stress.levers.levered import Designs


@dataclass
class Memory:
    """Runs designs, each in each future once."""

    candidates: Candidates
    read: Callable[[Scores], Array]
    """What is remembered of scores, ``[design, future, outcome]``."""
    _known: dict[tuple[bytes, bytes], Array] = field(default_factory=dict)

    def evaluate(self, designs: Designs, numbers: Numbers) -> Array:
        """What is read of designs ``[design, lever]`` in the futures of these numbers, ``[design, future]``."""
        return self.several({0: (designs, numbers)})[0]

    def several(self, asked: Mapping[int, tuple[Designs, Numbers]]) -> dict[int, Array]:
        """The same of several questions, in one run."""
        keys = {n: [(d.tobytes(), f.tobytes()) for d, f in zip(*_whole(*one), strict=True)] for n, one in asked.items()}
        new = {
            key: (design, numbers)
            for n, one in asked.items()
            for key, design, numbers in zip(keys[n], *_whole(*one), strict=True)
            if key not in self._known
        }
        if new:
            counts = [len(numbers) for _, numbers in new.values()]
            designs = np.repeat([design for design, _ in new.values()], counts, axis=0)
            lanes = self.candidates.lanes_of(designs, np.concatenate([numbers for _, numbers in new.values()]))
            found = self.read(Scores(*(one[None] for one in lanes)))[0]
            self._known |= dict(zip(new, np.split(found, np.cumsum(counts)[:-1]), strict=True))
        return {n: np.stack([self._known[key] for key in own]) for n, own in keys.items()}


def _whole(designs: Designs, numbers: Numbers) -> tuple[Designs, Numbers]:
    return designs.astype(np.int64), numbers.astype(np.int64)
