"""A progress bar on standard error while something runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from placeplan.compare.lanes import Tell

Found = TypeVar("Found")


def with_progress(run: Callable[[Tell], Found], first: str = "reading") -> Found:
    """What a run finds; ``run`` is given whom to tell how far it is, ``first`` is what it does before it tells."""
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
