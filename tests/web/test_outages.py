"""What happens where the database or the disk fails: a clear page that asks nothing of them, nothing lost, and work goes on by itself."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from placeplan.web.accounts.people import add, give
from placeplan.web.jobs import worker
from placeplan.web.jobs.kinds import KINDS, JobKind, ToTest
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ask, take
from placeplan.web.jobs.worker import Limits, do, work
from placeplan.web.store.models import Version

PAGES = ("/", "/mill-vale/", "/drafts/", "/drafts/mill-vale/main/", "/health/metrics")


@contextmanager
def away(times: float = float("inf"), after: int = 0) -> Iterator[list[str]]:
    """The database answers so many questions, then none so many times; all that it is asked."""
    asked = list[str]()

    def lose(execute: Callable[..., Any], *given: Any) -> Any:
        asked.append(given[0])
        if after < len(asked) <= after + times:
            raise OperationalError("the connection is closed")
        return execute(*given)

    with connection.execute_wrapper(lose):
        yield asked


@pytest.fixture
def ana(version: Version) -> Client:
    user = add("ana@example.org", "Ana")
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    client = Client(raise_request_exception=False)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_so_and_comes_back_by_itself(ana: Client, path: str) -> None:
    with away():
        answer = ana.get(path)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    text = answer.content.decode()
    assert "cannot reach what it keeps" in text
    assert "Traceback" not in text
    assert "OperationalError" not in text
    assert int(answer["Retry-After"]) > 0
    assert ana.get(path).status_code == HTTPStatus.OK


@pytest.mark.django_db
def test_health_tells_whoever_watches(version: Version) -> None:
    with away():
        answer = Client().get("/health/")
    assert (answer.status_code, answer.json()["well"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False)


@pytest.mark.django_db
def test_a_full_disk_is_told_on_the_page(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/private")

    monkeypatch.setattr("placeplan.web.workbench.drafts.folder_of", full)
    monkeypatch.setattr("placeplan.web.workbench.drafts._problems", full)
    answer = ana.get("/drafts/mill-vale/main/")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "no room left" in answer.content.decode()
    assert "/somewhere/private" not in answer.content.decode()


class Scripted(JobKind):
    """A job whose command is a script of a test's own."""

    def command(self, asked: object, folder: Path, out: Path) -> list[str]:
        return [sys.executable, "-c", self.title, str(out)]


def script(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(worker, "LOOK", 0.05)
    monkeypatch.setitem(KINDS, "test", Scripted("test", ToTest, lambda _: [], 30, ("findings.json",), text))


WRITES = """
import sys, time
from pathlib import Path
time.sleep(0.5)
out = Path(sys.argv[1]); out.mkdir(parents=True, exist_ok=True); (out / "findings.json").write_text("{}")"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_database_that_is_away(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(monkeypatch, WRITES)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    job = ask("test", version)
    first = iter([False])
    with away(1):
        work(tmp_path, until=lambda: next(first, True) and Job.objects.filter(state=State.DONE).exists())
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_done_in_one_attempt_whatever_question_a_database_is_lost_at(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """It is away for two questions: the first, or the second, and so on to the last that is asked about a job, by whoever waits for its end."""
    script(monkeypatch, WRITES.replace("0.5", "0.1"))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    told = set[int]()

    def tell(job: Job, **_given: object) -> None:
        assert Version.objects.exists()
        told.add(job.pk)

    worker.ended.connect(tell, weak=False)
    request.addfinalizer(lambda: worker.ended.disconnect(tell))
    at, last = 0, False
    while not last:
        job = ask("test", version, {"seed": at})
        taken = take()
        assert taken is not None
        with away(2, at) as asked:
            do(taken, tmp_path, Limits())
        job.refresh_from_db()
        assert (job.state, job.attempts) == (State.DONE, 1), asked[at]
        assert [f.path for f in job.files.all()] == ["findings.json"]
        assert job.pk in told
        at, last = at + 1, len(asked) <= at
    assert at > 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [0, 4])
def test_a_database_that_is_away_for_long_ends_no_job_and_cancels_none(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    script(monkeypatch, WRITES)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "PATIENT", 0.2)
    job, taken = ask("test", version), take()
    assert taken is not None
    with away(after=after), pytest.raises(OperationalError):
        do(taken, tmp_path, Limits())
    job.refresh_from_db()
    assert (job.state, job.attempts, job.to_cancel) == (State.RUNNING, 1, False)
    Job.objects.update(lease="2000-01-01T00:00Z")
    again = take()
    assert again is not None
    do(again, tmp_path, Limits())
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, 2)


@pytest.mark.django_db
def test_a_job_that_finds_no_room_says_so_and_can_be_asked_again(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = '{"ok": false, "message": "x: No space left on device: it found no room; make some, or write elsewhere."}'
    script(monkeypatch, f"print({told!r}); raise SystemExit(1)")
    ask("test", version)
    taken = take()
    assert taken is not None
    do(taken, tmp_path, Limits())
    job = Job.objects.get()
    assert job.state == State.FAILED
    assert "no room left" in job.problems[0]["what"]
    script(monkeypatch, WRITES)
    assert ask("test", version).state == State.QUEUED
    again = take()
    assert again is not None
    do(again, tmp_path, Limits())
    job.refresh_from_db()
    assert job.state == State.DONE
