"""What can be asked of a version or of a run, each as the command of the command line that does it, so that both say the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from placeplan.core.records import Record

FOUND: Final = "found.json"
"""File in which what a command prints is kept, where it writes none itself."""
FEWEST: Final = 20
"""Futures that a search needs at least."""
SEARCHING: Final = 45
"""Minutes after which a search ends with the best so far."""


FIX: Final = "repairs,conflict"
"""Stress tests that tell what would fix a plan, and which promises cannot all hold: they take minutes."""


class ToTest(Record):
    """How a plan is to be tested."""

    futures: int = Field(default=1000, ge=1, le=100_000)
    seed: int = Field(default=1, ge=0)
    also: str = Field(default="", pattern=r"^[a-z0-9,_\-]*$", max_length=300)
    """Stress tests that take long, by name, with commas between."""


class ToSearch(Record):
    """In which futures a plan is looked at."""

    futures: int = Field(default=200, ge=FEWEST, le=10_000, title="How many futures?")
    """200 for a first look, 1,000 for a decision"""
    seed: int = Field(default=1, ge=0, le=2**62, title="Seed of all draws")
    """The same seed, the same futures"""


class ToPlanB(ToSearch):
    """What may be changed for a plan B."""

    money: float = Field(default=0, ge=0, le=100_000, title="Money from outside, £m a year")
    """0, where there is none to be had"""
    changes: int = Field(default=8, ge=1, le=100, title="Most things that may be changed")


class ToTerms(ToSearch):
    """On which terms organisations would go along."""

    sure: float = Field(default=0.8, ge=0.5, le=1, title="How surely is going along to be as good as leaving?")
    """0.8 is in 8 of 10 futures, asked of each organisation by itself"""
    cap: float = Field(default=2.5, ge=0, le=100, title="Most that one may pay or be paid, % of its turnover")


class ToChange(Record):
    """Another value for one number of a plan, beside the plan as it is."""

    address: str = Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f=-][^\x00-\x1f]*$")
    value: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f=]+$")
    futures: int = Field(default=500, ge=2, le=10_000)
    seed: int = Field(default=1, ge=0, le=2**62)


class ToExplain(Record):
    """Which number of a run is followed back to the cells of the plan."""

    number: str = Field(max_length=200, pattern=r"^(promises|fans|bridge|claims)/[A-Za-z0-9_.][A-Za-z0-9_./-]*$")
    futures: int = Field(default=200, ge=1, le=200)
    """No more than are held at once; the first of the run's."""
    seed: int = Field(default=1, ge=0, le=2**62)


class ToPack(Record):
    """Whose findings are packed."""

    findings: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the run's findings.json."""


@dataclass(frozen=True)
class JobKind:
    """One thing that can be asked."""

    name: str
    """The verb."""
    asks: type[Record]
    arguments: Callable[[Any], list[str]]
    """What follows the folder on the command line, but for --out and --json."""
    seconds: int
    """Longest that it may take."""
    keeps: tuple[str, ...]
    """Files without which it has failed; whatever else it wrote is kept too."""
    title: str = ""
    """What it is called."""
    about: str = ""
    """What it tells, where somebody can ask for it of a draft; blank: they ask for it elsewhere."""

    noun: str = "The search"
    """What it is, at the beginning of a sentence."""

    @property
    def prints(self) -> bool:
        """Whether it only prints what it found."""
        return self.keeps == (FOUND,)

    def command(self, asked: Mapping[str, Any], folder: Path, out: Path) -> list[str]:
        """The command to run."""
        given = self.arguments(self.asks.model_validate(dict(asked)))
        to = [] if self.prints else ["--out", str(out)]
        return [sys.executable, "-m", "placeplan.cli", self.name, str(folder), *given, *to, "--json"]

    def called(self, asked: Mapping[str, Any]) -> str:
        """A job of it, in a few words.

        >>> KINDS["test"].called({"futures": 1000, "also": FIX}), KINDS["fix"].called({"futures": 200})
        ('1,000 futures, with what would fix it', 'What cannot all hold, and what would mend it: 200 futures')
        """
        futures = f"{asked['futures']:,} futures" if "futures" in asked else ""
        futures += ", with what would fix it" if asked.get("also") == FIX else ""
        return ": ".join(filter(None, (self.title, ", ".join(filter(None, (asked.get("number", ""), futures))))))


def _futures(asked: ToTest | ToSearch) -> list[str]:
    return ["--futures", str(asked.futures), "--seed", str(asked.seed)]


def _test(asked: ToTest) -> list[str]:
    return [*_futures(asked), *(["--also", asked.also] if asked.also else [])]


def _fix(asked: ToSearch) -> list[str]:
    return [*_futures(asked), "--minutes", str(SEARCHING)]


def _plan_b(asked: ToPlanB) -> list[str]:
    return [*_fix(asked), "--money", str(asked.money), "--changes", str(asked.changes)]


def _terms(asked: ToTerms) -> list[str]:
    return [*_futures(asked), "--sure", str(asked.sure), "--cap", str(asked.cap)]


def _compare(asked: ToChange) -> list[str]:
    return ["--with", f"{asked.address}={asked.value}", "--futures", str(asked.futures), "--seed", str(asked.seed)]


def _explain(asked: ToExplain) -> list[str]:
    return [asked.number, "--futures", str(asked.futures), "--seed", str(asked.seed)]


HOUR: Final = 60 * 60
KINDS: Final = {
    k.name: k
    for k in (
        JobKind("test", ToTest, _test, HOUR, ("findings.json", "report.html"), noun="The run"),
        JobKind(
            "fix", ToSearch, _fix, HOUR, (FOUND,), "What cannot all hold, and what would mend it",
            "Which promises contradict each other, and the smallest changes after which each is kept.",
        ),
        JobKind(
            "planb", ToPlanB, _plan_b, HOUR, (FOUND,), "Another plan",
            "Changed plans that none beats in promises kept, money, nearness to the plan and who is hit worst; and until when one can turn to them.",
        ),
        JobKind(
            "terms", ToTerms, _terms, HOUR, (FOUND,), "Who loses by going along",
            "What going along costs each organisation, what it wins by leaving, and which payments would keep everybody.",
        ),
        JobKind("compare", ToChange, _compare, HOUR // 2, ("comparison.json",), "A challenge", noun="The run"),
        JobKind("explain", ToExplain, _explain, HOUR // 4, (FOUND,), "Where a number comes from", noun="The way back"),
        JobKind("pack", ToPack, lambda _: [], HOUR, ("board-pack.docx", "board-pack.pdf", "results.xlsx"), "The board’s pack", noun="The pack"),
    )
}  # fmt: skip
ASKED: Final = tuple(k for k in KINDS.values() if k.about)
"""Those that somebody can ask for of a draft, besides a run."""
