"""What can be asked of a version, each as the command of the command line that does it, so that both say the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from placeplan.core.records import Record


class ToTest(Record):
    """How a plan is to be tested."""

    futures: int = Field(default=1000, ge=1, le=100_000)
    seed: int = Field(default=1, ge=0)
    also: str = Field(default="", pattern=r"^[a-z0-9,\-]*$", max_length=300)
    """Stress tests that take long, by name, with commas between."""


@dataclass(frozen=True)
class JobKind:
    """One thing that can be asked."""

    name: str
    asks: type[Record]
    arguments: Callable[[Any], list[str]]
    """What follows the folder on the command line, but for --out."""
    seconds: int
    """Longest that it may take."""
    keeps: tuple[str, ...]
    """Files that are kept of what it wrote."""

    def command(self, asked: Mapping[str, Any], folder: Path, out: Path) -> list[str]:
        """The command to run."""
        given = self.arguments(self.asks.model_validate(dict(asked)))
        return [sys.executable, "-m", "placeplan.cli", self.name, str(folder), *given, "--out", str(out), "--json"]


def _test(asked: ToTest) -> list[str]:
    also = ["--also", asked.also] if asked.also else []
    return ["--futures", str(asked.futures), "--seed", str(asked.seed), *also]


KINDS: Final = {k.name: k for k in (JobKind("test", ToTest, _test, 60 * 60, ("findings.json", "report.html")),)}
