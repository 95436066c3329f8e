"""The worker: takes jobs up one by one and has the command line do them, within limits of time and memory."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from django.db import close_old_connections, transaction
from django.dispatch import Signal

from placeplan.core.errors import Problem
from placeplan.core.units import size_of
from placeplan.plan.aside import FULL
from placeplan.plan.located import problem
from placeplan.web.asked import SECRETS
from placeplan.web.errors import OUTAGE
from placeplan.web.jobs.kinds import KINDS, JobKind
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import LEASE, MOST_ATTEMPTS, end, give_back, heard_of, holds, take
from placeplan.web.secrets_in_files import without_secrets
from placeplan.web.store.folders import folder_of, read_files
from placeplan.web.store.models import Blob

Answer = TypeVar("Answer")
ended: Final = Signal()
"""Sent when a job has ended, with the job."""
LOG: Final = logging.getLogger("placeplan.web.jobs")
LOOK: Final = 1.0
"""Seconds between two looks at a job, or at an empty queue."""
LAST_LINES: Final = 200
"""Lines that are kept of what a job says."""
PATIENCE: Final = 10.0
"""Seconds that a job has to end when it is asked to."""
MOST_LINES: Final = 200_000
"""Lines that are read of what it prints."""
PATIENT: Final = LEASE.total_seconds() / 2
"""Seconds that a database may be away while a job is under way: for as long as that nobody else can have taken it up."""
BEHIND: Final = 10
"""Niceness of a job: pages are answered first."""
CANCELLED: Final = "cancelled"
STOPPED: Final = "stopped"
PROGRESS: Final = "PLACEPLAN_PROGRESS"
"""Environment of a job, by which it tells how far it is, a line of JSON each time."""


@dataclass(frozen=True)
class Limits:
    """What a job may use."""

    bytes: int = 8 * 2**30
    """Memory of each of its processes."""
    seconds: float = float("inf")
    """Time, where it is less than its kind allows."""


@dataclass
class Said:
    """What a job says while it runs, gathered by a thread."""

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    done: int = 0
    total: int = 0
    doing: str = "reading"

    def listen(self, stream: Iterable[str]) -> None:
        """Take lines until there are no more: progress is noted, anything else kept."""
        for line in stream:
            try:
                told = json.loads(line)["progress"]
                self.done, self.total, self.doing = int(told[0]), int(told[1]), str(told[2])
            except (ValueError, KeyError, TypeError, IndexError):
                self.lines.append(line.rstrip("\n"))


def _never() -> bool:
    return False


def work(folder: Path, limits: Limits | None = None, until: Callable[[], bool] = _never) -> None:
    """Do jobs until told to stop; one that is under way then is given back, and goes on from what it had finished.

    Args:
        folder: where versions are made ready and jobs write.
        limits: what a job may use.
        until: asked once a second or so whether to stop.
    """
    while not until():
        try:
            _next(folder, limits or Limits(), until)
        except OUTAGE:
            # What was under way is taken up again when its lease is over, from what it had finished.
            LOG.warning("the database does not answer", exc_info=True)
            time.sleep(LOOK)


def _next(folder: Path, limits: Limits, until: Callable[[], bool]) -> None:
    """Do the next job; where there is none, wait a little."""
    close_old_connections()
    job = take()
    if job is None:
        time.sleep(LOOK)
    elif job.attempts > MOST_ATTEMPTS:
        _end(
            job,
            State.FAILED,
            problems=[_told("It was begun several times, and its worker was lost each time.").as_dict()],
        )
    else:
        do(job, folder, limits, until)


def do(job: Job, folder: Path, limits: Limits, until: Callable[[], bool] = _never) -> None:
    """Do a job, and keep what came of it; give it back where the worker is to stop. Whatever it does, the worker goes on."""
    out = folder / "jobs" / job.digest
    came = _came(job, folder, out, limits, until)
    if came.state == State.QUEUED:
        _asked(lambda: give_back(job))
        return
    if _asked(lambda: holds(job)):  # before anybody can ask for it again: whoever takes it up then writes there
        for left in (out, _report(out)):
            shutil.rmtree(left, ignore_errors=True)
    _end(job, came.state, problems=came.problems, log=came.log)


def _asked(question: Callable[[], Answer]) -> Answer:
    """What the database answers; one that is away for a moment costs a job none of its work.

    Raises:
        OperationalError, InterfaceError: where it is away for longer.
    """
    begun = time.monotonic()
    while True:
        try:
            return question()
        except OUTAGE:
            if time.monotonic() - begun > PATIENT:
                raise
        close_old_connections()
        time.sleep(LOOK)


def _came(job: Job, folder: Path, out: Path, limits: Limits, until: Callable[[], bool]) -> Ended:
    """What comes of a job, whatever happens; raises what Django does where the database is away."""
    kind = KINDS[job.kind]
    try:
        looked_at = _asked(lambda: _looked_at(job, folder, out))
        came = _run(job, kind, kind.command(job.arguments, looked_at, out), limits, until)
        if came.state == State.DONE and kind.prints:
            _write(out / kind.keeps[0], came.said)
        if came.state == State.DONE and not _asked(lambda: _keep(job, kind, out)):
            return Ended(State.FAILED, [_told("It ended, and wrote nothing.").as_dict()], came.log)
    except OUTAGE:
        raise
    except Exception as failed:
        LOG.exception("a job failed", extra={"told": {"job": job.pk}})
        what = _no_file(failed) if isinstance(failed, OSError) else "Something went wrong in the workbench itself."
        return Ended(State.FAILED, [_told(what).as_dict()])
    return came


def _no_file(failed: OSError) -> str:
    """What is told where a file could not be written or read: whether there was no room, and nothing of where it lies."""
    if failed.errno in FULL:
        return "There was no room left on the workbench’s disk, so it was not done. Nothing half was kept."
    return "A file of the workbench could not be read or written."


def _looked_at(job: Job, folder: Path, out: Path) -> Path:
    """The folder that a job looks at: of its version, or of a report that a run wrote."""
    if "findings" not in job.arguments:
        return folder_of(job.version, folder / "versions")
    report = _report(out)
    _write(report / "findings.json", bytes(Blob.objects.get(digest=job.arguments["findings"]).data).decode())
    return report


def _report(out: Path) -> Path:
    return out.with_name(f"{out.name}-report")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Ended:
    """How the command of a job ended; where it waits its turn again, it was stopped on the way."""

    state: State
    problems: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""
    said: str = ""
    """What it printed, where it ended well."""


def _run(job: Job, kind: JobKind, command: list[str], limits: Limits, until: Callable[[], bool]) -> Ended:
    """Run a job's command to its end, or stop it where it is cancelled, takes too long or is no longer ours, or we are to stop."""
    said, out = Said(), deque[str](maxlen=MOST_LINES)
    with _begun(command, limits) as process:
        threads = [_listening(said.listen, process.stderr), _listening(out.extend, process.stdout)]
        try:
            why = _watched(job, process, said, min(kind.seconds, limits.seconds), until)
        finally:
            _stop(process)
            for thread in threads:
                thread.join(PATIENCE)
    log = "\n".join(said.lines)
    if why in (CANCELLED, STOPPED):
        return Ended(State.CANCELLED if why == CANCELLED else State.QUEUED, log=log)
    if why:
        return Ended(State.FAILED, [_told(why).as_dict()], log)
    return _told_by(process.returncode, "".join(out), log, limits)


def _begun(command: list[str], limits: Limits) -> subprocess.Popen[str]:
    """A command in a group of its own, so that all its processes end with it, and behind whoever reads pages."""
    process = subprocess.Popen(  # noqa: S603 – our own command line, with arguments that were checked
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        errors="replace", start_new_session=True, env={**without_secrets(os.environ, SECRETS), PROGRESS: "lines"},
    )  # fmt: skip
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, BEHIND)
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limits.bytes, limits.bytes))
    return process


def _listening(listen: Callable[[Iterable[str]], None], stream: IO[str] | None) -> threading.Thread:
    """A thread that takes what a stream has."""
    thread = threading.Thread(target=listen, args=(stream,), daemon=True)
    thread.start()
    return thread


def _watched(job: Job, process: subprocess.Popen[str], said: Said, seconds: float, until: Callable[[], bool]) -> str:
    """Why a command has to be stopped; blank where it ended by itself."""
    begun = heard = time.monotonic()
    ours = True
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK)
        if until():
            return STOPPED
        try:
            ours, heard = heard_of(job, said.done, said.total, said.doing), time.monotonic()
        except OUTAGE:
            if time.monotonic() - heard > PATIENT:
                raise
            close_old_connections()
        if not ours:
            return CANCELLED
        if time.monotonic() - begun > seconds:
            return f"It took longer than {seconds:,.0f} seconds, which is all that it may take. Ask for fewer futures."
    _asked(lambda: heard_of(job, said.done, said.total, said.doing))
    return ""


def _stop(process: subprocess.Popen[str]) -> None:
    """End a command and all its processes: asked first, then made to."""
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            break
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _told_by(status: int, out: str, log: str, limits: Limits) -> Ended:
    """What a command that ended by itself came to."""
    if status == 0:
        return Ended(State.DONE, log=log, said=out)
    try:
        told = json.loads(out)
        problems = told.get("problems", [])
    except (ValueError, AttributeError):
        told, problems = {}, []
    if problems:
        return Ended(State.REFUSED, problems, log)
    memory = status == -signal.SIGKILL or "MemoryError" in log or "memory" in out
    what = (
        f"It needed more than {size_of(limits.bytes)} of memory, which is all that it may have."
        if memory
        else "There was no room left on the workbench’s disk, so it was not done. Nothing half was kept."
        if os.strerror(errno.ENOSPC) in str(told)
        else "It stopped before it was done."
    )
    return Ended(State.FAILED, [_told(what).as_dict()], f"{log}\n{out[-2000:]}".strip())


def _told(what: str) -> Problem:
    return problem("", 0, "", "job-failed", what, "Try again; if it happens again, tell whoever runs this workbench.")


@transaction.atomic
def _keep(job: Job, kind: JobKind, out: Path) -> bool:
    """Keep the files that a job wrote; whether all are there without which it has failed."""
    if not all((out / path).is_file() for path in kind.keeps):
        return False
    for path, data in read_files(out).items():
        digest = hashlib.sha256(data).hexdigest()
        Blob.objects.get_or_create(digest=digest, defaults={"data": data})
        JobFile.objects.update_or_create(job=job, path=path, defaults={"blob_id": digest})
    return True


def _end(job: Job, state: State, **told: Any) -> None:
    """End a job and say so."""
    if _asked(lambda: end(job, state, **told)):
        job.state = state
        _asked(lambda: _say(job))
        LOG.info("a job ended", extra={"told": {"job": job.pk, "kind": job.kind, "state": state.value}})


def _say(job: Job) -> None:
    """Say that a job has ended; what it is told to cannot make it anything else, but is told again where the database was away."""
    for _, failed in ended.send_robust(Job, job=job):
        if isinstance(failed, OUTAGE):
            raise failed
