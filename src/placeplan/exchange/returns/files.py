"""From file to file: returns that are checked, and returns that are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from placeplan.baseline.build import build_baseline
from placeplan.core.errors import Together
from placeplan.exchange.returns.checking import Difference, differences, not_asked
from placeplan.exchange.returns.maps import ReturnMap, read_map, ready_maps
from placeplan.exchange.returns.reading import Returns, read_returns, refuse
from placeplan.exchange.returns.sheets import sheets_of
from placeplan.exchange.returns.writing import returns_of, write_books
from placeplan.futures.numbers import Futures
from placeplan.model.simulate import simulate
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan
from placeplan.plan.write import refuse_used


def check_files(
    files: Iterable[Path], maps: Iterable[Path] = (), folder: Path | None = None
) -> tuple[Returns, list[Difference], Mapping[str, tuple[str, ...]]]:
    """What some returns say, in what they differ, and what could not be asked.

    Raises:
        PlanError: with everything that could not be read, in all files.
    """
    together = Together()
    layouts = [m for file in maps for m in (together.of(read_map, file),) if m]
    read = [together.of(sheets_of, file) for file in files]
    plan = together.of(read_plan, folder) if folder else None
    together.tell()
    found = read_returns([s for sheets in read if sheets for s in sheets], [*layouts, *ready_maps().values()])
    refuse(found)
    return found, differences(found, plan), not_asked(found)


@dataclass(frozen=True)
class Choice:
    """What a user may say of returns that are written."""

    maps: tuple[Path, ...] = ()
    futures: int = 200
    seed: int = 1
    as_csv: bool = False


def write_files_of(folder: Path, out: Path, choice: Choice) -> tuple[list[str], list[str]]:
    """Write a plan's returns into a new folder: names of the files, and what they do not hold.

    Raises:
        PlanError: where the plan cannot be run, or the folder is there and not empty.
    """
    refuse_used(out)
    plan = read_plan(folder)
    maps: Mapping[str, ReturnMap] = {m.stem: read_map(m) for m in choice.maps} if choice.maps else ready_maps()
    outcomes = None
    if choice.futures:
        baseline = build_baseline(plan.tables, plan.about.start, plan.about.months)
        outcomes = simulate(plan, baseline, Futures(seed=choice.seed, count=choice.futures))
    made = returns_of(plan, maps, outcomes)
    with put_in_place(out) as aside:
        aside.mkdir()
        names = write_books(made, aside, choice.as_csv)
    return names, made.told
