"""What happens where the workbench's PostgreSQL is lost while people read and a run is under way, and comes back."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest

from fixtures.postgres import Database, standing
from fixtures.serving import Served, command_of, made, numbers, served
from fixtures.visiting import Visitor, refused, wait_for

pytestmark = pytest.mark.large

STATE = "select state, attempts from jobs_job where kind = 'test' order by id desc limit 1"


@pytest.fixture
def database() -> Iterator[Database]:
    with standing() as found:
        yield found


@pytest.fixture
def real(database: Database, tmp_path: Path) -> Iterator[Served]:
    """A workbench on it in which a run waits, served with its worker."""
    made(tmp_path, DATABASE_URL=database.address)
    with served(tmp_path, {"DATABASE_URL": database.address}) as found:
        yield found


def found(database: Database, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.address) as there:
        return there.execute(query).fetchall()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_database_that_is_lost_and_comes_back_has_lost_nothing(database: Database, real: Served, how: int) -> None:
    counts = "select (select count(*) from store_version), (select count(*) from accounts_user)"
    before, ana = found(database, counts), Visitor(real.address)
    assert ana.ask("/westshire/")[0] == HTTPStatus.OK
    wait_for(lambda: found(database, STATE)[0][0] == "running" and under_way(real))

    database.stop(how)
    assert refused(ana.ask("/westshire/"))
    assert ana.ask("/health/")[0] == HTTPStatus.SERVICE_UNAVAILABLE

    database.start()
    assert ana.ask("/health/")[0] == HTTPStatus.OK
    assert ana.ask("/westshire/")[0] == HTTPStatus.OK
    assert ana.sign_in()[0] == HTTPStatus.FOUND
    wait_for(lambda: found(database, STATE)[0][0] == "done")
    assert found(database, STATE) == [("done", 1)]
    assert found(database, counts) == before


def test_a_run_that_ends_while_the_database_is_away_is_kept_when_it_comes_back(
    database: Database, real: Served
) -> None:
    wait_for(lambda: found(database, STATE)[0][0] == "running")
    wait_for(lambda: written(real) or found(database, STATE)[0][0] == "done")
    database.stop(signal.SIGQUIT)
    wait_for(lambda: not under_way(real))
    database.start()
    wait_for(lambda: found(database, STATE)[0][0] == "done")
    assert found(database, STATE) == [("done", 1)]


def under_way(served: Served) -> bool:
    """Whether the command of a run is there."""
    versions = str(served.folder / "versions")
    return any("\0test\0" in c and versions in c for c in map(command_of, numbers()))


def written(served: Served) -> bool:
    """Whether a run has written what it found, and will end in a moment."""
    return any((served.folder / "jobs").glob("*/findings.json"))
