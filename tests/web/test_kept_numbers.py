"""Numbers of a version are found once and laid down: the same as its plan has, and found again where what lies there is no good."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.conf import settings

from fixtures.whole import whole
from placeplan.plan.folder import read_draft
from placeplan.plan.numbers.find import numbers_in
from placeplan.plan.write import write_plan
from placeplan.web.challenges import kept
from placeplan.web.challenges.kept import FOLDER, MOST, numbers_of_version
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ask
from placeplan.web.jobs.worker import ended
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder() -> Path:
    """Where numbers lie; nothing of other tests."""
    at = Path(settings.ASKED.folder) / FOLDER
    for held in at.glob("*.json"):
        held.unlink()
    return at


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """A plan with everything, two years."""
    write_plan(whole(2, 24), tmp_path / "whole")
    return bring_in("whole", "Whole", read_files(tmp_path / "whole"), "brought in")


def run_of(version: Version, state: State) -> Job:
    job = ask("test", version, {"futures": 20})
    job.state = state
    return job


def test_what_was_laid_down_is_all_that_the_plan_has(version: Version, folder: Path, tmp_path: Path) -> None:
    """Every address, value, kind of value and fact, in the same order."""
    first = numbers_of_version(version)
    assert len(list(folder.iterdir())) == 1
    again = numbers_of_version(version)
    plan = numbers_in(read_draft(tmp_path / "whole")[0])
    assert list(again.every.items()) == list(first.every.items()) == list(plan.every.items())
    assert [type(n.value) for n in again.every.values()] == [type(n.value) for n in plan.every.values()]
    assert len(again.open) > 500


def test_a_test_that_is_done_makes_them_ready_for_whoever_looks_first(version: Version, folder: Path) -> None:
    for state, ready in ((State.FAILED, 0), (State.DONE, 1)):
        ended.send_robust(Job, job=run_of(version, state))
        assert len(list(folder.glob("*.json"))) == ready
    (held,) = folder.glob("*.json")
    told = json.loads(held.read_text(encoding="utf-8"))
    at = told["fields"].index("of") + 2
    told["numbers"][0][at] = "as it lies there"
    held.write_text(json.dumps(told), encoding="utf-8")
    assert next(iter(numbers_of_version(version).every.values())).of == "as it lies there", "no plan is read for it"


@pytest.mark.parametrize("held", ["", "{}", "[]", "null", '{"fields": [], "numbers": []}', '{"fields"', "\x00"])
def test_what_cannot_be_read_is_found_again(version: Version, folder: Path, held: str) -> None:
    every = numbers_of_version(version).every
    (file,) = folder.glob("*.json")
    file.write_text(held, encoding="utf-8")
    assert numbers_of_version(version).every == every
    assert len(file.read_text(encoding="utf-8")) > 1000


def test_what_another_program_or_library_found_is_not_used(version: Version, folder: Path) -> None:
    numbers_of_version(version)
    (file,) = folder.glob("*.json")
    file.rename(folder / f"{version.digest}-{'0' * 16}.json")
    numbers_of_version(version)
    assert file.is_file()


def test_the_oldest_files_go(version: Version, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for n in range(MOST + 5):
        old = folder / f"{n}.json"
        old.write_text("{}", encoding="utf-8")
        os.utime(old, (n, n))
    numbers_of_version(version)
    assert len(list(folder.glob("*.json"))) == MOST
    assert not (folder / "5.json").exists()
    assert (folder / "6.json").exists()


def test_where_nothing_can_be_laid_down_they_are_found_each_time(version: Version, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    every = numbers_of_version(version).every
    taken = folder.parent / "taken"
    taken.write_text("a file where a folder would be", encoding="utf-8")
    monkeypatch.setattr(kept, "FOLDER", "taken")
    assert numbers_of_version(version).every == every
    taken.unlink()
