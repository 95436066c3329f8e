"""A disk that is full for real: a small one of its own, on which a workbench is served. Needs root, who alone may mount one."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

from fixtures.serving import made, served
from fixtures.visiting import Visitor, refused, wait_for

pytestmark = [pytest.mark.large, pytest.mark.skipif(os.geteuid() != 0, reason="root alone may mount a disk")]
SIZE = "64m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    at = tmp_path / "disk"
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", at], check=True)
    yield at
    subprocess.run(["umount", "--lazy", at], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte of it is free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 – that is what is waited for
    try:
        yield
    finally:
        filler.unlink()


def test_a_full_disk_is_told_loses_nothing_and_work_goes_on_when_there_is_room(disk: Path) -> None:
    kept = made(disk / "workbench")
    with served(kept) as real:
        ana = Visitor(real.address)
        assert ana.ask("/westshire/")[0] == HTTPStatus.OK
        states = "select count(*) from jobs_job where state in ('queued', 'running')"
        wait_for(lambda: found(kept, states) == [(0,)])
        versions = found(kept, "select count(*) from store_version")
        with full(disk):
            assert refused(ana.sign_in())
            assert ana.ask("/westshire/")[0] == HTTPStatus.OK
        assert ana.sign_in()[0] == HTTPStatus.FOUND
        assert ana.ask("/drafts/")[0] == HTTPStatus.OK
        assert found(kept, "select count(*) from store_version") == versions
        assert found(kept, "pragma integrity_check") == [("ok",)]


def found(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "placeplan.sqlite3", timeout=30)) as there:
        return there.execute(query).fetchall()
