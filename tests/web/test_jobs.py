"""Jobs are done once, within limits, and end in words whatever happens."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pydantic import ValidationError

from fixtures.visiting import wait_for
from placeplan.web.asked import SECRETS
from placeplan.web.jobs import worker
from placeplan.web.jobs.kinds import KINDS, JobKind, ToTest
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import MOST_ATTEMPTS, ask, cancel, end, heard_of, take
from placeplan.web.jobs.worker import Limits, do, work
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Has the jobs of kind test run a script of a test's own; ``out`` is where it writes."""
    monkeypatch.setattr(worker, "LOOK", 0.05)
    monkeypatch.setattr(worker, "PATIENCE", 2.0)

    class Scripted(JobKind):
        def command(self, asked: object, folder: Path, out: Path) -> list[str]:
            return [sys.executable, "-c", f"from pathlib import Path\nout = Path({str(out)!r})\n{self.name}"]

    def given(text: str) -> None:
        monkeypatch.setitem(KINDS, "test", Scripted(text, ToTest, lambda _: [], 30, ("findings.json",)))

    return given


def done(job: Job, folder: Path, limits: Limits | None = None) -> Job:
    taken = take()
    assert taken is not None
    do(taken, folder, limits or Limits())
    job.refresh_from_db()
    return job


def test_the_same_is_never_asked_twice(version: Version) -> None:
    first = ask("test", version, {"futures": 50})
    assert ask("test", version, {"futures": 50}) == first
    assert ask("test", version, {"futures": 51}) != first
    assert ask("test", version, {"futures": 50, "seed": 2}) != first


def test_the_same_folder_kept_twice_is_run_once(plan: Path, version: Version) -> None:
    other = bring_in("elsewhere", "Elsewhere", read_files(plan), "the same folder")
    assert ask("test", other) == ask("test", version)


@pytest.mark.parametrize(
    "asked", [{"futures": 0}, {"futures": 10**9}, {"seed": -1}, {"also": "a; rm -rf"}, {"colour": "red"}]
)
def test_what_cannot_be_asked_is_refused(version: Version, asked: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ask("test", version, asked)
    assert not Job.objects.exists()


def test_jobs_are_taken_in_turn_and_once(version: Version) -> None:
    first, second = ask("test", version, {"seed": 1}), ask("test", version, {"seed": 2})
    assert (take(), take(), take()) == (first, second, None)


def test_a_job_whose_worker_is_gone_is_taken_again(version: Version) -> None:
    job = ask("test", version)
    gone = take()
    assert gone == job
    assert take() is None
    Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    again = take()
    assert again == job
    assert again.attempts == 2
    assert not heard_of(gone, 1, 2, "late"), "a worker that was given up is told to stop"
    assert not end(gone, State.DONE), "and cannot end what another does"
    assert heard_of(again, 1, 2, "under way")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_ends(version: Version, tmp_path: Path) -> None:
    job = ask("test", version)
    for _ in range(MOST_ATTEMPTS):
        assert take() == job
        Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    looks = iter([False, True])
    work(tmp_path, until=lambda: next(looks))
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "begun several times" in job.problems[0]["what"]


def test_what_a_job_wrote_is_kept_and_its_progress_told(
    version: Version, script: Callable[[str], None], tmp_path: Path
) -> None:
    script("""
import json, sys, time
sys.stderr.write(json.dumps({"progress": [3, 10, "running futures"]}) + "\\nby the way\\n"); sys.stderr.flush()
time.sleep(0.3)
out.mkdir(parents=True); (out / "findings.json").write_text("{}")""")
    job = done(ask("test", version), tmp_path)
    assert job.state == State.DONE
    assert (job.done, job.total, job.doing) == (3, 10, "running futures")
    assert job.log == "by the way"
    assert bytes(job.files.get(path="findings.json").blob.data) == b"{}"
    assert not list((tmp_path / "jobs").glob("*")), "nothing is left behind"


def test_a_job_is_given_no_key_of_the_workbench(
    version: Version, script: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "a secret")
        monkeypatch.setenv(f"{name}_FILE", "/run/secrets/it")
    script("""
import json, os
out.mkdir(parents=True); (out / "findings.json").write_text(json.dumps(dict(os.environ)))""")
    job = done(ask("test", version), tmp_path)
    given = json.loads(bytes(job.files.get(path="findings.json").blob.data))
    assert "PATH" in given
    assert not [name for name, value in given.items() if value in ("a secret", "/run/secrets/it")]


def test_problems_of_the_plan_are_told_as_they_are(
    version: Version, script: Callable[[str], None], tmp_path: Path
) -> None:
    script("""
import json, sys
print(json.dumps({"ok": False, "problems": [{"file": "areas.csv", "row": 3, "what": "No such area."}]})); sys.exit(1)""")
    job = done(ask("test", version), tmp_path)
    assert job.state == State.REFUSED
    assert job.problems[0]["file"] == "areas.csv"


def test_a_job_that_takes_too_long_is_stopped_with_all_its_processes(
    version: Version, script: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
time.sleep(60)""")
    heard, begins = heard_of, tmp_path / "pid"

    def once_begun(job: Job, *told: Any) -> bool:
        wait_for(lambda: begins.is_file() and begins.read_text() != "")
        return heard(job, *told)

    monkeypatch.setattr(worker, "heard_of", once_begun)
    job = done(ask("test", version), tmp_path, Limits(seconds=1))
    assert job.state == State.FAILED
    assert "longer than 1 seconds" in job.problems[0]["what"]
    wait_for(lambda: gone(int(begins.read_text())))


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_stopped_gives_its_job_back_and_the_next_goes_on_from_what_was_finished(
    version: Version, script: Callable[[str], None], tmp_path: Path
) -> None:
    script(f"""
import os, time
parts = out.with_name(out.name + "-parts")
if parts.is_dir():
    out.mkdir(parents=True); (out / "findings.json").write_text("{{}}")
else:
    parts.mkdir(parents=True)
    Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
    time.sleep(60)""")
    job, begins = ask("test", version), tmp_path / "pid"
    work(tmp_path, until=lambda: begins.is_file() and begins.read_text() != "")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease) == (State.QUEUED, 0, None)
    assert gone(int(begins.read_text()))
    assert done(job, tmp_path).state == State.DONE
    assert job.attempts == 1


def gone(number: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_comes_back_late_has_no_part_in_what_was_asked_for_again(
    version: Version, script: Callable[[str], None], tmp_path: Path
) -> None:
    """One was lost; the job failed, was asked for once more and is its next worker's: the first neither tells of it, ends it nor clears it away."""
    ask("test", version)
    late = take()
    assert late is not None
    Job.objects.update(state=State.FAILED)
    ask("test", version)
    now = take()
    assert now is not None
    assert (now.pk, now.attempts) == (late.pk, late.attempts), "by its number and attempts it is the same"
    assert not heard_of(late, 1, 2, "late")
    assert not end(late, State.DONE)
    held = tmp_path / "jobs" / now.digest / "what the next has done"
    held.parent.mkdir(parents=True)
    held.touch()
    script("raise SystemExit(1)")
    do(late, tmp_path, Limits())
    assert held.is_file()
    assert heard_of(now, 1, 2, "under way")


def test_what_a_job_left_is_gone_before_anybody_can_ask_for_it_again(
    version: Version, script: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("out.mkdir(parents=True); (out / 'half').touch(); raise SystemExit(1)")
    left, ends = list[Path](), worker.end

    def ending(job: Job, state: State, **told: Any) -> bool:
        left.extend((tmp_path / "jobs").glob("*"))
        return ends(job, state, **told)

    monkeypatch.setattr(worker, "end", ending)
    assert done(ask("test", version), tmp_path).state == State.FAILED
    assert left == []


def test_a_job_that_takes_too_much_memory_says_so(
    version: Version, script: Callable[[str], None], tmp_path: Path
) -> None:
    script("held = bytearray(2 * 2**30)")
    job = done(ask("test", version), tmp_path, Limits(bytes=2**30))
    assert job.state == State.FAILED
    assert "more than 1" in job.problems[0]["what"]
    assert "memory" in job.problems[0]["what"]


def test_a_job_that_crashes_ends_in_words(version: Version, script: Callable[[str], None], tmp_path: Path) -> None:
    script("raise RuntimeError('of no use to anybody')")
    job = done(ask("test", version), tmp_path)
    assert job.state == State.FAILED
    assert [p["code"] for p in job.problems] == ["job-failed"]
    assert "RuntimeError" not in str(job.problems)
    assert "RuntimeError" in job.log


def test_a_job_that_writes_nothing_fails(version: Version, script: Callable[[str], None], tmp_path: Path) -> None:
    script("pass")
    job = done(ask("test", version), tmp_path)
    assert job.state == State.FAILED
    assert not job.files.exists()


def test_a_job_that_waits_is_cancelled_at_once(version: Version) -> None:
    job = ask("test", version)
    cancel(job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert take() is None
    assert ask("test", version).state == State.QUEUED, "and can be asked for again"


@pytest.mark.django_db(transaction=True)
def test_a_job_under_way_is_cancelled_soon(version: Version, script: Callable[[str], None], tmp_path: Path) -> None:
    script("import time; time.sleep(60)")
    job = ask("test", version)
    taken = take()
    assert taken is not None
    looked = heard_of

    def then_cancel(job: Job, *told: object) -> bool:
        cancel(job)
        return looked(job, *told)  # type: ignore[arg-type]

    worker.heard_of, kept = then_cancel, worker.heard_of  # type: ignore[assignment]
    try:
        do(taken, tmp_path, Limits())
    finally:
        worker.heard_of = kept
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert threading.active_count() < 20


@pytest.mark.large
def test_a_real_run_says_what_the_command_line_says(version: Version, plan: Path, tmp_path: Path) -> None:
    job = done(ask("test", version, {"futures": 50}), tmp_path)
    assert job.state == State.DONE, job.log
    subprocess.run([sys.executable, "-m", "placeplan.cli", "test", str(plan), "--futures", "50", "--out", str(tmp_path / "own")], check=True, capture_output=True)  # fmt: skip
    ours, own = (
        json.loads(bytes(job.files.get(path="findings.json").blob.data)),
        json.loads((tmp_path / "own/findings.json").read_text()),
    )
    ours.pop("seconds"), own.pop("seconds")
    assert ours == own
