"""Arguments and options that several verbs have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LAST = 2**63 - 2
"""The highest number of a future, or of a seed: both are counted in 64 bits."""
Folder = Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script instead of text.")]
Set = Annotated[str, typer.Option("--set", help="Set of assumptions: NAME uses assumptions-NAME.yaml.", metavar="NAME")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=LAST, help="Seed of all draws: the same seed, the same futures.")
]
Futures = Annotated[int, typer.Option("--futures", min=20, max=100_000, help="How many futures to run.")]
Minutes = Annotated[
    float,
    typer.Option("--minutes", min=0, help="End the search after so long, with the best so far; 0: when it is done."),
]
Write = Annotated[
    Path | None,
    typer.Option("--write", help="New folder for the plan with one of the changes that are found."),
]
Which = Annotated[int, typer.Option("--which", min=1, help="Which of them: its number in the list, counted from 1.")]
Orders = Annotated[
    int,
    typer.Option(
        "--orders",
        min=0,
        help="Orders of organisations drawn in each future for fair shares; 0: every set, up to 12 organisations.",
    ),
]
