"""From file to file: returns that are checked, and returns that are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from placeplan.core.errors import Problem, Together
from placeplan.exchange.returns.checking import Difference, differences, not_asked
from placeplan.exchange.returns.into import Changed, into_plan
from placeplan.exchange.returns.maps import ReturnMap, read_map, ready_maps
from placeplan.exchange.returns.reading import Returns, read_returns, refuse
from placeplan.exchange.returns.sheets import sheets_of
from placeplan.exchange.returns.writing import returns_of, write_books
from placeplan.futures.numbers import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan, read_plan_with_warnings
from placeplan.plan.schema import Plan
from placeplan.plan.write import refuse_used, write_plan


def check_files(
    files: Iterable[Path], maps: Iterable[Path] = (), folder: Path | None = None
) -> tuple[Returns, list[Difference], Mapping[str, tuple[str, ...]]]:
    """What some returns say, in what they differ, and what could not be asked.

    Raises:
        PlanError: with everything that could not be read, in all files.
    """
    found, _, plan = _read(files, maps, folder)
    return found, differences(found, plan), not_asked(found)


def _read(
    files: Iterable[Path], maps: Iterable[Path], folder: Path | None
) -> tuple[Returns, list[ReturnMap], Plan | None]:  # fmt: skip
    """Returns, the layouts that they were read by, and the plan beside them; all that cannot be read is told together."""
    together = Together()
    own = [m for file in maps for m in (together.of(read_map, file),) if m]
    read = [together.of(sheets_of, file) for file in files]
    plan = together.of(read_plan, folder) if folder else None
    together.tell()
    layouts = [*own, *ready_maps().values()]
    found = read_returns([s for sheets in read if sheets for s in sheets], layouts)
    refuse(found)
    return found, layouts, plan


def into_folder(
    files: Iterable[Path], folder: Path, out: Path, year: str = "", maps: Iterable[Path] = ()
) -> tuple[list[Changed], tuple[Problem, ...]]:  # fmt: skip
    """Write a plan with what returns say of a year into a new folder: what became of each table, and warnings.

    Raises:
        PlanError: where the returns, or the plan that would come of them, cannot be used; nothing is written.
    """
    refuse_used(out)
    found, layouts, plan = _read(files, maps, folder)
    assert plan is not None
    made, told = into_plan(plan, found, layouts, year or plan.about.base_year)
    with TemporaryDirectory() as scratch:
        write_plan(made, Path(scratch) / "plan")
        _, warnings = read_plan_with_warnings(Path(scratch) / "plan")
    write_plan(made, out)
    return told, (*found.problems, *warnings)


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
        baseline = baseline_of(plan)
        outcomes = simulate(plan, baseline, Futures(seed=choice.seed, count=choice.futures))
    made = returns_of(plan, maps, outcomes)
    with put_in_place(out) as aside:
        aside.mkdir()
        names = write_books(made, aside, choice.as_csv)
    return names, made.told
