"""Plans that are opened on one machine, and the command line of the workbench."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings

from placeplan.cli.workbench import serving
from placeplan.core.errors import PlanError
from placeplan.web.jobs.kinds import FIX
from placeplan.web.jobs.models import Job
from placeplan.web.starting import _collect, _keep_to_ourselves, open_plan
from placeplan.web.store.models import Place
from placeplan.web.turns import one_at_a_time

pytestmark = pytest.mark.django_db


def test_a_plan_that_is_opened_is_tested_once_and_then_with_what_would_fix_it(plan: Path) -> None:
    first = open_plan(plan, 50)
    assert open_plan(plan, 50) == first
    assert first.slug == "mill-vale"
    assert first.shown_as_draft
    assert [(j.arguments["futures"], j.arguments["also"]) for j in Job.objects.order_by("made")] == [
        (50, ""),
        (50, FIX),
    ]


def test_a_folder_that_changed_is_another_version(plan: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(plan, tmp_path / "mill-vale")
    place = open_plan(folder, 50)
    (folder / "note.yaml").write_text("", encoding="utf-8")
    (folder / "note.yaml").unlink()
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    (folder / "plan.yaml").write_text(f"# written again\n{text}", encoding="utf-8")
    open_plan(folder, 50)
    assert place.versions.count() == 2
    assert Job.objects.count() == 4


def test_a_plan_with_problems_is_told_and_not_brought_in(plan: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(plan, tmp_path / "mill-vale")
    (folder / "areas.csv").write_text("nonsense", encoding="utf-8")
    with pytest.raises(PlanError):
        open_plan(folder, 50)
    assert not Place.objects.exists()


def test_a_folder_is_not_opened_where_others_reach_the_workbench(plan: Path, settings: Settings) -> None:
    settings.ASKED = replace(settings.ASKED, hosts=("plan.example.org",))
    with pytest.raises(PlanError) as told:
        open_plan(plan, 50)
    assert [p.code for p in told.value.problems] == ["not-alone"]


def test_without_the_extra_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "NEEDS", ("django", "no_such_module"))
    with pytest.raises(PlanError) as told:
        serving.set_up(None)
    (problem,) = told.value.problems
    assert problem.code == "web-not-installed"
    assert "no_such_module" in problem.what


def test_what_is_served_as_it_lies_is_laid_ready_once_and_again_where_it_changed(
    settings: Settings, tmp_path: Path
) -> None:
    """A worker that starts while the server answers takes no file from under it."""
    own, root = tmp_path / "own", tmp_path / "served"
    own.mkdir()
    (own / "one.css").write_text("a {}", encoding="utf-8")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [own], root
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    _collect(tmp_path)
    first = {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}
    assert any(p.name.startswith("one.") for p in first)
    _collect(tmp_path)
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == first
    (own / "two.css").write_text("b {}", encoding="utf-8")
    _collect(tmp_path)
    assert (root / "two.css").is_file()
    (root / "staticfiles.json").unlink()
    _collect(tmp_path)
    assert (root / "staticfiles.json").is_file()


def test_copies_of_what_is_kept_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Also those that lay there before, and what SQLite lays beside its file."""
    (tmp_path / "versions").mkdir(mode=0o755)
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    old.touch(mode=0o644)
    for file in (old, new):
        _keep_to_ourselves(tmp_path, {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)})
    _keep_to_ourselves(tmp_path, {"ENGINE": "django.db.backends.postgresql", "NAME": "plans"})
    with closing(sqlite3.connect(new)) as there:
        there.execute("PRAGMA journal_mode=WAL")
        there.execute("CREATE TABLE kept (x)")
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir() if p.name != "static"}
    assert modes == {
        "versions": 0o700, "jobs": 0o700, "numbers": 0o700, "old.sqlite3": 0o600, "new.sqlite3": 0o600, "new.sqlite3-wal": 0o600, "new.sqlite3-shm": 0o600,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shared", [True, False])
def test_what_starts_at_once_goes_in_one_after_the_other(tmp_path: Path, shared: bool) -> None:
    """By the folder where it is shared, else by the database where that is a PostgreSQL."""
    if not shared and connections["default"].vendor != "postgresql":
        pytest.skip("SQLite is for those who share a folder")
    inside: list[int] = []
    most = []

    def start(n: int) -> None:
        folder = tmp_path if shared else tmp_path / str(n)
        folder.mkdir(exist_ok=True)
        with one_at_a_time(folder):
            inside.append(n)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(n)
        connections.close_all()

    threads = [threading.Thread(target=start, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4
