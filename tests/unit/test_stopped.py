"""A test of a plan that is stopped, killed, or finds the disk full: no half report, and the same command goes on."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, field_serializer

from fixtures.batches import FULL, FUTURES, PLAN, Job, bits
from fixtures.broken_plans import SHORT, write
from fixtures.runs import runs_of
from placeplan.cli.stopping import stoppable
from placeplan.stress.runs.runner import Runs

COMMAND = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from placeplan.cli import main; sys.argv[0] = 'placeplan'; main()"


Narrow = tuple[Path, dict[str, Any], Callable[[], None]]


@pytest.fixture
def narrow(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Narrow]:
    """A folder on a disk that will be full: its place, how to begin a process that meets it, and how to make room.

    A small file system of its own where this user may make one; else a limit on how much a file may hold.
    """
    place = tmp_path / "narrow"
    place.mkdir()
    mount = shutil.which("mount")
    small = ["-t", "tmpfs", "-o", f"size={getattr(request, 'param', 24)}k", "tmpfs", str(place)]
    if mount and subprocess.run([mount, *small], check=False, capture_output=True).returncode == 0:
        yield place, {}, lambda: _more(mount, place)
        subprocess.run(["umount", str(place)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    least = (2500, before[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, least)
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, least)}
    yield place, limited, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _more(mount: str, place: Path) -> None:
    subprocess.run([mount, "-o", "remount,size=32m", str(place)], check=True)


SOME = replace(FUTURES, count=7)
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test that runs in the background ignores it
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from pathlib import Path
from fixtures.batches import FULL, FUTURES, PLAN, Job
from fixtures.runs import runs_of
some = replace(FUTURES, count=7)
runs = runs_of(PLAN, some, Path(sys.argv[2]), batch=1)
with runs.store:
    runs.side_by_side([Job("plan", PLAN, some)], FULL)
"""
"""A run of 7 batches of one future."""


@pytest.fixture(scope="module")
def undivided() -> list[dict[str, bytes]]:
    """The bits of the same futures in one batch."""
    return bits(runs_of(PLAN, SOME).side_by_side([JOB], FULL))


JOB = Job("plan", PLAN, SOME)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_finished_batches_outlive_a_process_that_is_ended(
    how: signal.Signals, tmp_path: Path, undivided: list[dict[str, bytes]]
) -> None:
    """The small twin of the tests below: what was finished is used again, and all comes to the same bits."""
    folder = tmp_path / "run-parts"
    words = [sys.executable, "-c", RUN, str(Path(__file__).resolve().parents[1]), str(folder)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    once_some_are_finished(process, tmp_path / "run", 3)
    process.send_signal(how)
    process.communicate(timeout=60)
    left = len(parts_of(tmp_path / "run"))
    assert 3 <= left < 7, "it was ended in the middle"
    again = runs_of(PLAN, SOME, folder, batch=1)
    assert _run(again) == undivided
    assert again.store.again == left
    assert not folder.exists()


def test_parts_that_find_no_room_leave_nothing_half_written(narrow: Narrow, undivided: list[dict[str, bytes]]) -> None:
    """A real full disk: what was finished is kept, and with more room the run goes on from it."""
    place, _, make_room = narrow
    runs = runs_of(PLAN, SOME, place / "run-parts", batch=1)
    with pytest.raises(OSError, match="found no room; make some, or run fewer futures"):
        _run(runs)
    left = parts_of(place / "run")
    assert 0 < len(left) < 7
    make_room()
    again = runs_of(PLAN, SOME, place / "run-parts", batch=1)
    assert _run(again) == undivided
    assert again.store.again == len(left)


def _run(runs: Runs) -> list[dict[str, bytes]]:
    with runs.store:
        return bits(runs.side_by_side([JOB], FULL))


def _in_a_callback() -> None:
    """Python tells what a callback of compiled code raises, and forgets it."""
    ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()


def _in_a_finaliser() -> None:
    class Gone:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    Gone()


def _in_a_serialiser() -> None:
    """Pydantic makes an error of its own of it."""

    class Written(BaseModel):
        figure: int = 1

        @field_serializer("figure")
        def write(self, figure: int) -> int:
            signal.raise_signal(signal.SIGINT)
            return figure

    Written().model_dump()


def _in_a_path() -> None:
    """NumPy asks a path for its text, and goes on although that failed."""

    class Somewhere:
        def __fspath__(self) -> str:
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt as stopped:
                raise SystemError from stopped
            return ""

    np.fromfile(Somewhere())


@pytest.mark.parametrize("where", [_in_a_callback, _in_a_finaliser, _in_a_serialiser, _in_a_path])
def test_ctrl_c_is_never_lost_nor_taken_for_an_error(
    where: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    before, told = signal.getsignal(signal.SIGINT), sys.unraisablehook
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test that runs in the background ignores it

    def run() -> None:
        with stoppable():
            where()
            time.sleep(20)

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run()
    assert time.monotonic() < begun + 15, "the sleep was ended too"
    assert capfd.readouterr().err == ""
    assert sys.unraisablehook is told
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_that_another_thread_is_handed_ends_what_the_main_one_waits_for() -> None:
    """The system hands a signal to any thread; the main one may be waiting for what a worker holds."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    over = threading.Event()
    worker = threading.Thread(target=over.wait, args=(60,))
    worker.start()

    def wait() -> None:
        with stoppable():
            threading.Timer(0.2, lambda: signal.pthread_kill(worker.ident or 0, signal.SIGINT)).start()
            over.wait(20)

    try:
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            wait()
        assert time.monotonic() < begun + 15, "the wait was ended too"
        with stoppable():
            time.sleep(0.3)  # a Ctrl-C is sent on once: none comes later
    finally:
        over.set()
        worker.join()
        signal.signal(signal.SIGINT, before)


def test_what_failed_by_itself_is_told_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), stoppable():
        _ = 1 / 0


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return write(dict(SHORT), tmp_path / "plan")


def begin(plan: Path, out: Path, **given: Any) -> subprocess.Popen[str]:
    """The command of a user, in a process of its own."""
    words = [sys.executable, "-c", COMMAND, "test", str(plan), "--futures", "20", "--out", str(out)]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **given
    )


def parts_of(out: Path) -> list[str]:
    folder = out.with_name(f"{out.name}-parts")
    return sorted(p.name for p in folder.iterdir() if p.suffix == ".part") if folder.is_dir() else []


def once_some_are_finished(process: subprocess.Popen[str], out: Path, number: int) -> None:
    """Waits until a few batches have been written."""
    until = time.monotonic() + 120
    while len(parts_of(out)) < number:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < until
        time.sleep(0.02)


def found(out: Path) -> dict[str, Any]:
    findings: dict[str, Any] = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    return {name: value for name, value in findings.items() if name != "seconds"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is found by a run that nobody stops."""
    place = tmp_path_factory.mktemp("undisturbed")
    process = begin(write(dict(SHORT), place / "plan"), place / "out")
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    assert "used again" not in told
    assert sorted(p.name for p in place.iterdir()) == ["out", "plan"], "no parts stay after a success"
    return found(place / "out")


@pytest.mark.large
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_run_that_is_ended_goes_on_from_its_finished_batches(
    how: signal.Signals, plan: Path, undisturbed: dict[str, Any]
) -> None:
    out = plan.parent / "out"
    process = begin(plan, out)
    once_some_are_finished(process, out, 4)
    os.killpg(process.pid, how)
    _, told = process.communicate(timeout=60)
    left = parts_of(out)
    assert len(left) >= 4
    assert not out.exists(), "no half report"
    if how == signal.SIGINT:
        assert process.returncode == 130, told
        assert "finished batches are kept in" in told
        assert "Traceback" not in told
    again = begin(plan, out)
    _, told = again.communicate(timeout=300)
    assert again.returncode == 0, told
    used = int(told.split(" batches that an earlier call had finished")[0].split()[-1])
    assert used == len(left) - 2, "all but those of the plan and of nothing done, whose first futures are held whole"
    assert found(out) == undisturbed
    assert sorted(p.name for p in plan.parent.iterdir()) == ["out", "plan"]


def test_where_not_even_one_batch_had_room_nothing_is_said_to_be_kept(plan: Path) -> None:
    """A limit on how much a file may hold: met at the first part, where the disk seemed to have room for all."""
    least = (200, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    process = begin(plan, plan.parent / "out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, least))
    _, told = process.communicate(timeout=300)
    said = " ".join(told.split())
    assert process.returncode == 1, told
    assert "Nothing was written." in said
    assert "found no room" in said
    assert "kept" not in said


@pytest.mark.large
@pytest.mark.parametrize("narrow", [96], indirect=True)
def test_a_full_disk_is_told_and_what_was_finished_is_kept(
    narrow: Narrow, plan: Path, undisturbed: dict[str, Any]
) -> None:
    place, given, make_room = narrow
    out = place / "out"
    process = begin(plan, out, **given)
    _, told = process.communicate(timeout=300)
    said = " ".join(told.split())
    assert process.returncode == 1, told
    assert "Traceback" not in told
    assert "no room" in said
    assert not out.exists(), "no half report"
    left = parts_of(out)
    assert f"No report was written. {len(left)} finished batches are kept in {out}-parts" in said
    assert "the same command goes on from there" in said
    make_room()
    again = begin(plan, out)
    _, told = again.communicate(timeout=300)
    assert again.returncode == 0, told
    assert len(left) > 2
    assert f"{len(left) - 2} batches that an earlier call had finished" in told
    assert found(out) == undisturbed
