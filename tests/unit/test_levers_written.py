"""A changed plan that is written into a plan's files comes to the same, run by itself, as the levers that were set in the search."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from placeplan.core.errors import PlanError
from placeplan.futures.distributions import Fixed
from placeplan.futures.sample import Futures
from placeplan.model.simulate import simulate
from placeplan.plan.folder import read_draft, read_plan
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.stress.levers.candidates import Candidates
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.levered import Levered, lever
from placeplan.stress.levers.written import written
from placeplan.stress.results.tests import LeverMove
from placeplan.stress.runs.kept import columns_of, due_in, years_judged
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.workplace import workplace

COUNT = 6
SOURCE = "A search of the tests"
AT_ONCE = ("initiative.delay", "start.slip", "beds.cost")
"""Assumptions that are drawn for each initiative by its name, and one of which new elements take a part."""


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def read(files: dict[str, bytes], folder: Path) -> Plan:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return read_plan(folder)


def sure(plan: Plan, *names: str) -> Plan:
    """The plan with some assumptions held at their middle."""
    held = tuple(
        a.model_copy(update={"distribution": Fixed(value=a.distribution.middle)}) if a.id in names else a
        for a in plan.assumptions
    )
    return plan.changed(assumptions=held)


@cache
def made() -> Plan:
    """A made-up place with levers of every kind: it promises how long people wait, and care at home, too."""
    plan = make(areas=1, organisations=9, initiatives=12, months=24, detail="whole")
    more = (("within_18", "waits", {"at_least": 0.9}), ("package_capacity", "social_care", {"at_least": 1e5}))
    own = [
        Promise.model_validate(
            {"id": outcome, "name": outcome, "group": group, "outcome": outcome, "organisation": "system", "source": "made up"} | bound
        )
        for outcome, group, bound in more
    ]  # fmt: skip
    return plan.changed(promises=(*plan.promises, *own))


def candidates(plan: Plan, levered: Levered) -> Candidates:
    hard = tuple(p for p in plan.promises if p.hard and due_in(p, years_judged(plan)).any())
    return Candidates(levered, hard, Futures(seed=3, count=COUNT), workplace(1), Progress(), "trying")


def rooms(c: Candidates, plan: Plan) -> Any:
    """Room that each promise leaves, ``[future, promise]``, of a plan run by itself."""
    run = simulate(plan, c.here.build(plan), c.futures, keep=c.keep)
    every = [columns_of(p, run, plan.about.judge_from, full=False)[f"{p.id}/least"] for p in c.promises]
    return np.array(every, dtype=float).T


def move(one: Lever, place: int) -> LeverMove:
    return LeverMove(lever=one.id, step=one.steps[place], words=one.words[place])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("kept") / "plan"
    write_plan(made(), folder)
    return files_in(folder)


def by_kind(levered: Levered) -> dict[str, tuple[int, int]]:
    """Of each kind a lever and a place other than planned: of several the last, so that nothing of it is whole."""
    found = {}
    for n, one in enumerate(levered.levers):
        places = [p for p in range(len(one.steps)) if p != one.planned]
        found[one.kind] = (n, places[len(places) // 2])
    return found


class Searched(NamedTuple):
    """The plan as it is searched, and what is found of it as planned."""

    plan: Plan
    levered: Levered
    candidates: Candidates
    planned: Any


def as_searched(plan: Plan) -> Plan:
    """The plan with all held that a written change draws by itself."""
    return sure(plan, *AT_ONCE, *(a.id for a in plan.assumptions if a.id.startswith("peak")))


@pytest.fixture(scope="module")
def searched(kept: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Searched:
    plan = as_searched(read(kept, tmp_path_factory.mktemp("searched")))
    levered = lever(plan)
    c = candidates(plan, levered)
    return Searched(plan, levered, c, rooms(c, plan))


def kinds() -> list[Any]:
    """Kinds of lever; those that add to a plan are written in one way, so that one of them is a quick look."""
    quick, others = ("size", "start", "beds", "funding"), ("closes", "building", "contacts", "packages", "posts")
    return [*quick, *(pytest.param(kind, marks=pytest.mark.large) for kind in others)]


@pytest.mark.parametrize("kind", kinds())
def test_it_comes_to_what_the_search_found(
    kept: dict[str, bytes], searched: Searched, tmp_path: Path, kind: str
) -> None:
    plan, levered, c, planned = searched
    of_kind = by_kind(levered)
    assert kind in of_kind, sorted(of_kind)
    n, place = of_kind[kind]
    one = levered.levers[n]
    made_ = written(kept, plan, [move(one, place)], SOURCE)
    files = {p: d for p, d in (kept | made_.change).items() if d is not None}
    after = read(files, tmp_path)
    assert [p for p in read_draft(tmp_path)[1] if p.severity == "error"] == []
    design = levered.planned[None].copy()
    design[0, n] = place
    found = c.at(design, np.arange(COUNT)[None]).room[0]
    own = rooms(c, as_searched(after))
    assert np.allclose(own, found, rtol=1e-8, atol=1e-4), one.id
    assert not np.allclose(planned, found, rtol=1e-8, atol=1e-4) or kind in ("building", "start"), (
        "it changes something"
    )


def some(levered: Levered, kind: str) -> list[Lever]:
    return [one for one in levered.levers if one.kind == kind]


def test_what_is_not_changed_keeps_its_bytes(kept: dict[str, bytes], tmp_path: Path) -> None:
    plan = read(kept, tmp_path / "before")
    one = some(lever(plan), "start")[0]
    change = written(kept, plan, [move(one, 0 if one.planned else 1)], SOURCE).change
    (file,) = change
    before, after = kept[file].decode().splitlines(), (change[file] or b"").decode().splitlines()
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [
        n for n, line in enumerate(before) if line.startswith("start:")
    ]


RECIPE = "recipe: care_home_rushcliffe\nowner: ACU1\nstart: 2017-04\nscope: {age_from: 85}\n"


def test_a_part_of_what_hangs_on_an_assumption_is_an_assumption_of_its_own(
    kept: dict[str, bytes], tmp_path: Path
) -> None:
    files = kept | {"initiatives/homes.yaml": RECIPE.encode()}
    plan = read(files, tmp_path / "before")
    one = next(x for x in some(lever(plan), "size") if x.of == "homes")
    made_ = written(files, plan, [move(one, 1)], SOURCE)
    after = read({p: d for p, d in (files | made_.change).items() if d is not None}, tmp_path / "after")
    homes = next(i for i in after.initiatives if i.id == "homes")
    new = next(a for a in after.assumptions if a.id == homes.peak)
    own = next(a for a in plan.assumptions if a.id == "initiative.peak")
    at = np.array([0.1, 0.5, 0.9])
    assert np.allclose(new.distribution.quantile(at), own.distribution.quantile(at) / 2, rtol=1e-6)
    assert SOURCE in new.source
    (told,) = made_.told
    assert "drawn by itself" in told


def test_a_second_repair_is_written_beside_the_first(kept: dict[str, bytes], tmp_path: Path) -> None:
    plan, files = read(kept, tmp_path / "before"), dict(kept)
    for n in range(2):
        one = some(lever(plan), "beds")[0]
        change = written(files, plan, [move(one, 1)], SOURCE).change
        files = {p: d for p, d in (files | change).items() if d is not None}
        plan = read(files, tmp_path / str(n))
    own = [i.id for i in plan.initiatives if i.id.startswith("more_beds")]
    assert len(own) == len(set(own)) == 2


def test_what_waits_for_something_goes_with_it(kept: dict[str, bytes], tmp_path: Path) -> None:
    plan = read(kept, tmp_path / "before")
    second = next(i for i in plan.initiatives if i.requires)
    (first,) = second.requires
    one = next(x for x in some(lever(plan), "size") if x.of == first)
    made_ = written(kept, plan, [move(one, 0)], SOURCE)
    assert made_.change == {f"initiatives/{first}.yaml": None, f"initiatives/{second.id}.yaml": None}
    assert second.name in made_.told[0]
    after = {p: d for p, d in (kept | made_.change).items() if d is not None}
    assert len(read(after, tmp_path / "after").initiatives) == len(plan.initiatives) - 2


def test_what_the_plan_does_not_have_any_more_is_told_all_at_once(kept: dict[str, bytes], tmp_path: Path) -> None:
    plan = read(kept, tmp_path / "before")
    gone = [LeverMove(lever=f"size of {n}", step=0.0, words=f"leave out “{n}”") for n in ("home_1", "gone")]
    with pytest.raises(PlanError) as refused:
        written(kept, plan, gone, SOURCE)
    assert [p.code for p in refused.value.problems] == ["unknown-choice", "unknown-choice"]
    assert refused.value.problems[0].nearest == "size of home_11"
    assert "Search again" in refused.value.problems[0].mend


def test_amounts_that_a_recipe_makes_are_not_written(kept: dict[str, bytes], tmp_path: Path) -> None:
    """What a recipe says itself is: how many it reaches, and when it starts."""
    spends = "effects: [{kind: spend, organisation: ACU1, recurrent: 100000}]\n"
    for text, refused in ((RECIPE, False), (RECIPE + spends, True)):
        files = kept | {"initiatives/homes.yaml": text.encode()}
        plan = read(files, tmp_path / f"recipe-{refused}")
        own = {x.kind: x for x in lever(plan).levers if x.of == "homes"}
        later = written(files, plan, [move(own["start"], 0)], SOURCE).change
        assert b"start: 2016-04" in (later["initiatives/homes.yaml"] or b"")
        assert written(files, plan, [move(own["size"], 0)], SOURCE).change == {"initiatives/homes.yaml": None}
        if refused:
            with pytest.raises(PlanError) as told:
                written(files, plan, [move(own["size"], 1)], SOURCE)
            assert told.value.problems[0].file == "initiatives/homes.yaml"
        else:
            change = written(files, plan, [move(own["size"], 1)], SOURCE).change
            assert b"peak: homes.peak" in (change["initiatives/homes.yaml"] or b"")
            assert b"id: homes.peak" in (change["assumptions.yaml"] or b"")
