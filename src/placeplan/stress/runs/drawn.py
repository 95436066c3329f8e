"""What a plan draws in all futures, one assumption at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.workplace import Workplace


class Drawn(Mapping[str, Array]):
    """Drawn values by name, ``[future]``; where there are many futures, drawn again from their keys when they are asked for."""

    def __init__(self, here: Workplace, plan: Plan, futures: Futures, few: int, names: tuple[str, ...]) -> None:
        self.here, self.plan, self.futures, self.few, self.names = here, plan, futures, few, dict.fromkeys(names)
        self.last: tuple[frozenset[str] | None, dict[str, Array]] = frozenset(), {}

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise KeyError(name)
        own = None if self.futures.count <= self.few else frozenset({name.partition("@")[0]})
        if self.last[0] != own:
            self.last = own, self.here.draws(self.plan, Job("", self.plan, self.futures), own)
        return self.last[1][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
