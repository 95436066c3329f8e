"""What happens where processes are killed, there is no room, or somebody sends too much, on a workbench as it is served.

Nothing is lost, nothing half is kept, and whoever asks gets a clear page.
"""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import pytest

from fixtures.serving import Served, command_of, environment, made, numbers, served
from fixtures.visiting import SIGN_IN, Visitor, refused, wait_for

ROOM = 20 * 2**10
"""Bytes of a file that a full disk still takes: a log has room, a change of the database has not."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbench in which runs wait."""
    return made(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def real(kept: Path) -> Iterator[Served]:
    """The same for all: each leaves it as it was."""
    with served(kept) as found:
        yield found
        told = found.log.read_text(encoding="utf-8")
    assert "@example.org" not in told
    assert "Ana" not in told


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database, from beside."""
    with closing(sqlite3.connect(folder / "placeplan.sqlite3", timeout=30, isolation_level=None)) as there:
        yield there


def found(folder: Path, query: str) -> list[tuple[object, ...]]:
    with database(folder) as there:
        return there.execute(query).fetchall()


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker beside, as on a machine of its own."""
    command = [sys.executable, "-m", "placeplan.cli", "web", "worker", "--folder", str(folder)]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment())
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.large
def test_a_run_whose_worker_is_killed_is_done_by_the_next(kept: Path) -> None:
    last = "from jobs_job where kind = 'test' order by id desc limit 1"
    state = f"select state, attempts {last}"
    with worker(kept) as first:
        wait_for(lambda: found(kept, state)[0][0] != "queued")
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert found(kept, state) == [("running", 1)]
    with database(kept) as there:
        there.execute("update jobs_job set lease = '2000-01-01'")  # a minute later
    with worker(kept):
        wait_for(lambda: found(kept, state)[0][0] != "running")
    assert found(kept, state) == [("done", 2)]
    files = [path for (path,) in found(kept, f"select path from jobs_jobfile where job_id = (select id {last})")]
    assert {"findings.json", "report.html"} <= set(files)
    assert len(files) == len(set(files))
    assert "Traceback" not in (kept / "worker.log").read_text(encoding="utf-8")


@pytest.mark.large
def test_a_server_that_is_stopped_ends_soon_and_its_run_goes_on_when_it_starts_again(tmp_path: Path) -> None:
    folder = made(tmp_path)
    state = "select state, attempts from jobs_job where state = 'running'"
    with served(folder) as first:
        wait_for(lambda: bool(found(folder, state)))
        first.process.terminate()
        first.process.wait(30)
    assert found(folder, state) == []
    with served(folder):
        every = "select distinct state, attempts from jobs_job where kind = 'test'"
        wait_for(lambda: found(folder, every) == [("done", 1)])


def processes(served: Served) -> list[int]:
    """A server's processes."""
    group = os.getpgid(served.process.pid)
    return [p for p in numbers() if _group(p) == group]


def test_who_asks_for_the_head_alone_gets_it_and_nothing_to_warn_of(real: Served) -> None:
    port = int(real.address.rpartition(":")[2])
    for path in ("/", "/account/sign-in", "/westshire/", "/nowhere/", "/static/web/web.css"):
        with closing(http.client.HTTPConnection("localhost", port, timeout=30)) as there:
            there.request("HEAD", path)
            answer = there.getresponse()
            assert answer.status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND), path
            assert int(answer.headers["Content-Length"] or 0) > 0, path
            assert answer.read() == b""
    assert "no-body" not in real.log.read_text(encoding="utf-8")


def beside(served: Served, verb: str) -> list[int]:
    """The process that runs a verb of the web beside a server."""
    return [p for p in processes(served) if f"web\0{verb}\0" in command_of(p)]


def _group(process: int) -> int:
    with suppress(ProcessLookupError):
        return os.getpgid(process)
    return 0


@pytest.mark.parametrize("verb", ["worker", "sliders"])
def test_what_runs_beside_the_server_begins_anew_where_it_is_killed(real: Served, verb: str) -> None:
    wait_for(lambda: len(beside(real, verb)) == 1)
    (first,) = beside(real, verb)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: bool(set(beside(real, verb)) - {first}))
    assert real.get("/health/")[0] == HTTPStatus.OK
    assert any(verb in str(line.get("message")) for line in real.lines() if line["level"] == "WARNING"), "it is told"


def test_a_disk_without_room_is_told_and_work_goes_on_when_there_is_some(real: Served) -> None:
    ana = Visitor(real.address)
    assert ana.ask("/")[0] == HTTPStatus.OK
    before = {p: resource.prlimit(p, resource.RLIMIT_FSIZE) for p in processes(real)}
    for p, (_, most) in before.items():
        resource.prlimit(p, resource.RLIMIT_FSIZE, (ROOM, most))
    assert refused(ana.sign_in())
    assert ana.ask("/westshire/")[0] == HTTPStatus.OK
    for p, limits in before.items():
        resource.prlimit(p, resource.RLIMIT_FSIZE, limits)
    assert ana.sign_in()[0] == HTTPStatus.FOUND
    assert found(real.folder, "pragma integrity_check") == [("ok",)]


@pytest.mark.large
def test_a_server_killed_while_it_answers_has_lost_nothing(kept: Path) -> None:
    count = "select count(*) from store_version"
    before = found(kept, count)
    with served(kept) as first:
        half = socket.create_connection(("localhost", int(first.address.rpartition(":")[2])))
        half.sendall(b"POST /account/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nusername=ana")
        os.killpg(first.process.pid, signal.SIGKILL)
        half.close()
    assert found(kept, "pragma integrity_check") == [("ok",)]
    with served(kept) as second:
        assert Visitor(second.address).sign_in()[0] == HTTPStatus.FOUND
    assert found(kept, count) == before


HOLDS = """
import sqlite3, sys, time
there = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
there.execute("begin immediate")
print("held", flush=True)
time.sleep(2)
there.execute("rollback")
"""
"""Keeps a database to itself for two seconds."""


def test_a_locked_database_is_waited_for_and_read_meanwhile(real: Served) -> None:
    ana = Visitor(real.address)
    command = [sys.executable, "-c", HOLDS, str(real.folder / "placeplan.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert ana.ask("/westshire/")[0] == HTTPStatus.OK
        assert ana.sign_in()[0] == HTTPStatus.FOUND
        assert holder.wait() == 0


@pytest.mark.large
def test_a_database_that_stays_locked_is_told(real: Served) -> None:
    ana = Visitor(real.address)
    with database(real.folder) as there:
        there.execute("begin immediate")
        assert refused(ana.sign_in())
    assert ana.sign_in()[0] == HTTPStatus.FOUND


def sent_raw(real: Served, head: str, body: Iterator[bytes]) -> int:
    """Status of what is sent as it comes, until nobody takes it any more."""
    there = http.client.HTTPConnection("localhost", int(real.address.rpartition(":")[2]), timeout=60)
    there.putrequest("POST", SIGN_IN)
    there.putheader("Content-Type", "application/x-www-form-urlencoded")
    there.putheader("Content-Length", head)
    there.endheaders()
    with suppress(BrokenPipeError, ConnectionResetError):
        for piece in body:
            there.send(piece)
    with closing(there):
        return there.getresponse().status


def test_ten_thousand_fields_are_refused_and_harm_nobody_else(real: Served) -> None:
    fields = "&".join(f"f{n}=1" for n in range(10_000)).encode()
    assert sent_raw(real, str(len(fields)), iter([fields])) in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)
    assert Visitor(real.address).ask("/")[0] == HTTPStatus.OK
