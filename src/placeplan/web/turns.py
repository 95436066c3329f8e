"""One after the other: what only one process of a workbench may do at a time, wherever the others run."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import connection

LOCK: Final = "starting.lock"
"""File by which processes that share a folder wait for each other."""
NUMBER: Final = 0x706C616365  # “place”
"""Of the lock by which processes that share a PostgreSQL do."""


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process that shares the folder or the database is inside, then go in.

    Both locks end with the process that holds them, however it ends. SQLite needs no lock of its own: its processes share the folder.
    """
    with (folder / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
        try:
            yield
        finally:
            _let_go()


def _let_go() -> None:
    """Give the lock of the database back; a connection that was lost has done so by itself."""
    if connection.connection is None or connection.errors_occurred:
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])
