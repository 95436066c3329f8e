"""A process that holds one plan ready, and answers line by line: what is asked on one line of JSON, what was found on the next."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import IO, Any

from placeplan.core.errors import PlanError
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.stress.runs.workplace import workplace
from placeplan.stress.sliding.ready import Ready


def hold(asked: dict[str, Any]) -> Ready:
    """A plan made ready: its folder, the assumptions wanted, and which futures."""
    plan = read_plan(asked["plan"], asked["assumption_set"])
    futures = Futures(seed=asked["seed"], count=asked["futures"])
    return Ready.of(plan, asked["wanted"], futures, workplace(1, Shelf.of_user()))


def answer(lines: Iterable[str], out: IO[str]) -> None:
    """Make ready what the first line asks for, then answer each further line, until there are no more."""
    each = iter(lines)

    def tell(**found: Any) -> None:
        out.write(f"{json.dumps(found)}\n")
        out.flush()

    try:
        ready = hold(json.loads(next(each)))
        tell(sliders=[s.model_dump(mode="json") for s in ready.sliders])
        for line in each:
            asked = json.loads(line)
            try:
                tell(answer=ready.answer(asked["set"], asked["futures"]).model_dump(mode="json"))
            except PlanError as refused:
                tell(problems=[p.as_dict() for p in refused.problems])
    except PlanError as refused:
        tell(problems=[p.as_dict() for p in refused.problems])


if __name__ == "__main__":
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no answer
    answer(sys.stdin, own)
