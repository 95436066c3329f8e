"""A progress bar on standard error while something runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from placeplan.compare.lanes import Tell

Found = TypeVar("Found")
LINES: Final = ("PLACEPLAN_PROGRESS", "lines")
"""What the environment of whoever reads progress by machine has: each step is a line of JSON on standard error."""


def with_progress(run: Callable[[Tell], Found], first: str = "reading") -> Found:
    """What a run finds; ``run`` is given whom to tell how far it is, ``first`` is what it does before it tells."""
    if os.environ.get(LINES[0]) == LINES[1]:
        return run(_in_lines)
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
    with bar:
        task = bar.add_task(first, total=None)

        def tell(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        return run(tell)


def _in_lines(done: int, total: int, what: str) -> None:
    sys.stderr.write(json.dumps({"progress": [done, total, what]}) + "\n")
    sys.stderr.flush()
