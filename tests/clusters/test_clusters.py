"""A real local Dask cluster and a real local Ray, each with a worker killed in the middle: the same bits as one local run."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from fixtures.whole import whole
from placeplan.futures.sample import Futures
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.runs import spread
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.engines import Engine
from placeplan.stress.runs.kept import Judging
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.spread import Spread

pytestmark = [pytest.mark.large, pytest.mark.filterwarnings("ignore")]

PLAN = whole(1, 12)
FUTURES = Futures(seed=3, count=24)
FULL = (Judging(PLAN.promises, PLAN.about.judge_from, full=True),)
JOBS = [Job("plan", PLAN, FUTURES), Job("minimum", do_minimum(PLAN), FUTURES)]
WORKERS = 2


def digest(runs: Runs) -> str:
    """Digest of every column of every run."""
    found = hashlib.sha256()
    for rows in runs.side_by_side(JOBS, FULL):
        for name in sorted(rows.parts[0].layout):
            found.update(name.encode() + np.ascontiguousarray(rows.of(name)).tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def local() -> str:
    """One run in this process."""
    return digest(runs_of(PLAN, FUTURES))


@pytest.fixture(scope="module")
def dask() -> Iterator[tuple[Engine, Callable[[], int]]]:
    """Two workers of a real scheduler, and how to kill one."""
    from distributed import LocalCluster  # noqa: PLC0415 – slow to import

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:

        def kill() -> int:
            from distributed import Client  # noqa: PLC0415

            with Client(cluster.scheduler_address, set_as_default=False) as client:
                pids = client.run(os.getpid)
            os.kill(found := next(iter(pids.values())), signal.SIGKILL)
            return int(found)

        yield Engine("dask", cluster.scheduler_address.removeprefix("tcp://")), kill


@pytest.fixture(scope="module")
def ray() -> Iterator[tuple[Engine, Callable[[], int]]]:
    """Two workers of a real Ray, and how to kill one. It answers for a round of batches together, and each round has workers of its own: so one of the next round is killed, once it is at work."""
    import ray  # noqa: PLC0415 – slow to import

    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, logging_level="error")
    at_work = "ray::PoolActor.run_batch"

    def kill() -> int:
        before = set(_named(at_work))
        end = time.monotonic() + 120
        while time.monotonic() < end:
            for found in set(_named(at_work)) - before:
                with suppress(ProcessLookupError):
                    os.kill(found, signal.SIGKILL)
                    return found
            time.sleep(0.01)
        return 0

    yield Engine("ray"), kill
    ray.shutdown()


def _named(name: str) -> Iterator[int]:
    """Processes by the name that they have now; a worker of Ray is called by what it does."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cmdline").read_text(encoding="utf-8", errors="replace").startswith(name):
                yield int(folder.name)


@pytest.mark.parametrize("engine", ["dask", "ray"])
@pytest.mark.parametrize("killed", [False, True])
def test_the_bits_of_a_cluster_are_those_of_one_process(
    engine: str, killed: bool, local: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of three futures by two workers; with one of them killed (kill -9) while it is at work, after the second."""
    named, kill = request.getfixturevalue(engine)
    runs = runs_of(PLAN, FUTURES, batch=3)
    runs.spread = Spread(named)
    waiting: list[int] = []
    gone: list[int] = []
    killing = threading.Thread(target=lambda: gone.append(kill()))

    def tell(done: int, _total: int, _what: str) -> None:
        waiting.append(done)
        if killed and len(waiting) == 2:
            killing.start()

    runs.progress = Progress(tell)
    monkeypatch.setattr(spread, "ROUND", 4)
    with runs.spread:
        assert digest(runs) == local
    assert len(waiting) == 16, "each batch counts once"
    if killed:
        killing.join()
        assert gone
        assert gone[0], "one was at work when it was killed"


@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_a_whole_test_of_a_plan_tells_the_same_on_a_cluster(engine: str, request: pytest.FixtureRequest) -> None:
    named, _ = request.getfixturevalue(engine)
    plan: Plan = hillford.only_shock(hillford.fragile(), "S2")
    text = f"dask://{named.address}" if engine == "dask" else "ray"
    one: dict[str, Any] = run_test(plan, 60, threads=1, batch=25).model_dump(exclude={"seconds"})
    assert run_test(plan, 60, threads=1, batch=25, engine=text).model_dump(exclude={"seconds"}) == one


TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "made-up-for-this-test-" * 3}
"""What a head asks of those who join it, whatever this user has kept for other heads."""
CLIENT = """
import sys
sys.path.insert(0, sys.argv[1])
from fixtures import hillford
from placeplan.stress.run import test_plan
plan = hillford.only_shock(hillford.fragile(), "S2")
print(test_plan(plan, 60, threads=1, batch=25, engine=sys.argv[2]).model_dump_json(exclude={"seconds"}))
"""
"""A process that joins a head elsewhere, and leaves it."""


@pytest.fixture
def head() -> Iterator[str]:
    """A real head of Ray in processes of its own, which is joined by its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        words = [
            str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--node-ip-address=127.0.0.1",
            f"--port={_free_port()}", f"--ray-client-server-port={port}", f"--num-cpus={WORKERS}",
            "--include-dashboard=false", "--disable-usage-stats", f"--temp-dir={folder}",
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(words, stdout=quiet, stderr=quiet, env=os.environ | TOKEN)
        until = time.monotonic() + 120
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        yield f"127.0.0.1:{port}"
        process.terminate()
        process.wait(90)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_a_head_of_ray_that_is_joined_by_its_address_tells_the_same(head: str) -> None:
    """``ray://HOST:PORT``, which needs Ray's client: whoever joins leaves it again, without a word of it."""
    words = [sys.executable, "-c", CLIENT, str(Path(__file__).resolve().parents[1]), f"ray://{head}"]
    joined = subprocess.run(words, env=os.environ | TOKEN, capture_output=True, text=True, check=False, timeout=900)
    assert joined.returncode == 0, joined.stderr
    plan: Plan = hillford.only_shock(hillford.fragile(), "S2")
    one = run_test(plan, 60, threads=1, batch=25).model_dump_json(exclude={"seconds"})
    assert json.loads(joined.stdout) == json.loads(one)
    assert "Traceback" not in joined.stderr
